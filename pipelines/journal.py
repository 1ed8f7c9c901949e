"""The journal, `ops.run`: how every outlet's run of a day ended, in numbers and in sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from psycopg2.extensions import connection as Connection

from pipelines.failures import worst
from spiders.warehouse import statement


@dataclass(kw_only=True, slots=True)
class OutletRun:
    """What one outlet's run did: `outcomes` of the day's `n_links` links, `counts` of what the stages did, sentences
    about what went wrong (`failures`) and what else is to be known (`notes`), and an exit code for each failure.
    """

    outlet: str
    n_links: int | None = None
    outcomes: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return worst(self.exit_codes)

    def fail(self, sentence: str, exit_code: int) -> None:
        """Adds something that went wrong, once."""
        if sentence not in self.failures:
            self.failures.append(sentence)
            self.exit_codes.append(exit_code)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "exit_code": self.exit_code, "links": self.n_links, "outcomes": self.outcomes, "counts": self.counts,
            "failures": self.failures, "notes": self.notes,
        }  # fmt: skip


def open_run(connection: Connection, stage: str, outlet: str, day: date | None) -> int:
    """Opens the record of a run; one that is never closed was killed or stopped."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("open_run"), {"stage": stage, "outlet": outlet, "day": day})
        (run_id,) = cursor.fetchone() or (0,)
    return int(run_id)


def close_run(connection: Connection, run_id: int, report: OutletRun) -> None:
    """Closes it with what the run did."""
    values: Mapping[str, Any] = {
        "run_id": run_id, "exit_code": report.exit_code, "n_links": report.n_links,
        "outcomes": json.dumps(report.outcomes), "counts": json.dumps(report.counts),
        "failures": report.failures, "notes": report.notes,
    }  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("close_run"), values)
