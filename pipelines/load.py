"""The stage `load`: drafts into the news, in one transaction of keyed, set-based upserts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from pipelines.boilerplate import learn_boilerplate
from pipelines.dedup import alone, refresh_copies
from spiders.warehouse import SQL, statement


class Gone(NamedTuple):
    """That an address was asked for and held nothing: `how` is 404 or 410."""

    link_key: bytes
    gone_at: datetime
    how: str


def load_day(
    connection: Connection, day: date | None, outlets: Sequence[str], gone: Sequence[Gone] = ()
) -> dict[str, int]:
    """Loads a day's drafts (or, with no day, those of `ingest`), and counts the rows that each step wrote.

    `gone` are addresses where recordings hold nothing any more.
    """
    arguments = {"day": day, "outlets": list(outlets)}
    written: dict[str, int] = {}
    with connection, connection.cursor() as cursor:
        alone(cursor)
        cursor.execute(statement("choose_drafts"), arguments)
        cursor.execute(statement("choose_gone"), {name: [getattr(one, name) for one in gone] for name in Gone._fields})
        cursor.execute(statement("drafted_articles"))
        articles = [bytes(key) for (key,) in cursor.fetchall()]
        for step in sorted((SQL / "load").glob("*.sql")):
            cursor.execute(step.read_text(encoding="utf-8"))
            written[step.stem.split("_", 1)[1]] = cursor.rowcount
        marked = learn_boilerplate(cursor, articles) if articles else []
        written["boilerplate"] = len(marked)
        written["copies"] = refresh_copies(cursor, {*articles, *marked}) if articles else 0
    return written
