"""The stage `check`: whether a day's links all have one outcome, and the outcomes add up to the links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg2.extensions import connection as Connection

from pipelines.article import Outcome
from spiders.warehouse import statement

_STATES = {outcome.value for outcome in Outcome}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The links of a day, counted alone and by outlet and outcome; `broken` are sentences, and none means green."""

    n_links: int
    counts: dict[str, dict[str, int]]
    broken: list[str]


def check_day(connection: Connection, day: date, outlets: Sequence[str]) -> Check:
    """Counts a day's links by outcome, and tries every invariant of a loaded day."""
    arguments = {"day": day, "outlets": list(outlets)}
    counts: dict[str, dict[str, int]] = {}
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("count_links"), arguments)
        (n_links,) = cursor.fetchone() or (0,)
        cursor.execute(statement("day_outcomes"), arguments)
        for outlet, outcome, n in cursor.fetchall():
            counts.setdefault(outlet, {})[outcome] = n
        cursor.execute(statement("check_day"), arguments)
        broken = [f"{day}: {n} {invariant}." for invariant, n in cursor.fetchall() if n]
    n_outcomes = sum(n for outcomes in counts.values() for outcome, n in outcomes.items() if outcome in _STATES)
    if n_outcomes != n_links:
        broken.append(f"{day}: {n_links} links have {n_outcomes} outcomes between them.")
    return Check(n_links=n_links, counts=counts, broken=broken)
