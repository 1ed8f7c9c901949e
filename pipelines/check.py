"""The stage `check`: whether a day's links all have one outcome, and the outcomes add up to the links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg2.extensions import connection as Connection

from spiders.warehouse import statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The counts of a day: by outlet and outcome; `broken` are sentences, and none means green."""

    counts: dict[str, dict[str, int]]
    broken: list[str]

    @property
    def n_links(self) -> int:
        return sum(n for outlet in self.counts.values() for n in outlet.values())


def check_day(connection: Connection, day: date, outlets: Sequence[str]) -> Check:
    """Counts a day's links by outcome, and tries every invariant of a loaded day."""
    arguments = {"day": day, "outlets": list(outlets)}
    counts: dict[str, dict[str, int]] = {}
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("day_outcomes"), arguments)
        for outlet, outcome, n in cursor.fetchall():
            counts.setdefault(outlet, {})[outcome] = n
        cursor.execute(statement("check_day"), arguments)
        broken = [f"{day}: {n} {invariant}." for invariant, n in cursor.fetchall() if n]
    return Check(counts=counts, broken=broken)
