"""`make demo`: a day of three invented outlets, from their recording into the embedded warehouse, then a look at it."""

from __future__ import annotations

import sys
import time

from rich.console import Console

from pipelines import demo

QUERY = "السردين"

console = Console(highlight=False)


def show(*arguments: str) -> None:
    """Shows a command, and runs it."""
    console.print(f"\n[bold]$ warraq {' '.join(arguments)}[/bold]")
    if exit_code := demo.warraq(arguments, demo.environment()):
        sys.exit(exit_code)


def main() -> None:
    started = time.monotonic()
    show(*demo.RUN)
    show("report", "--day", demo.DAY)
    show("search", QUERY)
    console.print(
        f"\nThat took {time.monotonic() - started:.0f} s. The articles stay in the embedded Postgres: try "
        f"[bold].venv/bin/warraq search[/bold], or [bold].venv/bin/warraq db shell[/bold]."
    )


if __name__ == "__main__":
    main()
