"""`make demo`: a day of three invented outlets, from their recording into the embedded warehouse, then a look at it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

DEMO = Path(__file__).resolve().parent
DAY = "2026-11-19"
QUERY = "السردين"

console = Console(highlight=False)


def warraq(*arguments: str) -> None:
    """Shows a command, and runs it as a person would type it."""
    console.print(f"\n[bold]$ warraq {' '.join(arguments)}[/bold]")
    done = subprocess.run([sys.executable, "-m", "pipelines", *arguments], cwd=DEMO.parent, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    started = time.monotonic()
    os.environ.pop("WARRAQ_DATABASE_URL", None)  # invented news must never reach a warehouse of the user's own
    os.environ["WARRAQ_OUTLETS"] = str(DEMO / "outlets")
    warraq("run", "--day", DAY, "--replay", str((DEMO / "demo.warc.gz").relative_to(DEMO.parent)))
    warraq("report", "--day", DAY)
    warraq("search", QUERY)
    console.print(
        f"\nThat took {time.monotonic() - started:.0f} s. The articles stay in the embedded Postgres: try "
        f"[bold].venv/bin/warraq search[/bold], or [bold].venv/bin/warraq db shell[/bold]."
    )


if __name__ == "__main__":
    main()
