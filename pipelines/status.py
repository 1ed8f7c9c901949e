"""READ: how the last run of every outlet ended, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg2.extensions import connection as Connection
from rich.table import Table

from pipelines.console import console
from pipelines.endings import Ending, ending, ending_json
from spiders.warehouse import statement

_ORDER = ("failed", "stopped", "busy", "under way", "well")
_WORDS = {
    "failed": "failed",
    "stopped": "was stopped",
    "busy": "busy, try again",
    "under way": "under way",
    "well": "well",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRun:
    """The last run of an outlet: of a `day`, or with None an `ingest`; `n_loaded` links of the day led to articles."""

    ending: Ending
    stage: str
    day: date | None
    n_links: int | None
    n_loaded: int


def last_runs(connection: Connection) -> list[LastRun]:
    """The last run of every outlet that was ever run, those that need a person first."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("last_runs"))
        runs = [
            LastRun(ending=ending(*row[:6]), stage=row[6], day=row[7], n_links=row[8], n_loaded=row[9].get("loaded", 0))
            for row in cursor.fetchall()
        ]
    return sorted(runs, key=lambda run: (_ORDER.index(run.ending.state), run.ending.outlet))


def status_json(runs: list[LastRun]) -> list[dict[str, Any]]:
    """The last runs as JSON."""
    return [
        {
            "outlet": run.ending.outlet, "stage": run.stage, "day": run.day, "links": run.n_links,
            "loaded": run.n_loaded,
        }
        | ending_json(run.ending)
        for run in runs
    ]  # fmt: skip


def print_status(runs: list[LastRun]) -> None:
    """A sentence about all, a row an outlet, and below why some did not end well."""
    out = console()
    if not runs:
        out.print("No outlet was run yet. `warraq run --day yesterday` reads the day that has just ended.")
        return
    n_well = sum(run.ending.is_well for run in runs)
    out.print(f"The last runs of {n_well} of {len(runs)} outlets ended well.")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold underline")
    for column, justify in (
        ("outlet", "left"),
        ("day", "left"),
        ("began (UTC)", "left"),
        ("loaded", "right"),
        ("ended", "left"),
    ):
        table.add_column(column, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for run in runs:
        began = f"{run.ending.started_at:%Y-%m-%d %H:%M}"
        table.add_row(
            run.ending.outlet, str(run.day or run.stage), began, str(run.n_loaded or ""), _WORDS[run.ending.state]
        )
    out.print(table)
    for sentence in dict.fromkeys(sentence for run in runs for sentence in run.ending.sentences):
        out.print(sentence, markup=False, soft_wrap=True)
