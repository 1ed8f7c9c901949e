"""Standard output for people: as wide as the terminal, and nothing folded where there is none."""

from __future__ import annotations

from rich.console import Console

_WIDE = 200  # columns


def console() -> Console:
    """A console on standard output; into a pipe or a file each line goes whole."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, soft_wrap=True, width=max(made.width, _WIDE))
