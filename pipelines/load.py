"""The stage `load`: drafts into the news, in one transaction of keyed, set-based upserts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from psycopg2.extensions import connection as Connection

from pipelines.boilerplate import learn_boilerplate
from pipelines.dedup import alone, refresh_copies
from spiders.warehouse import SQL, statement


def load_day(connection: Connection, day: date | None, outlets: Sequence[str]) -> dict[str, int]:
    """Loads a day's drafts (or, with no day, those of `ingest`), and counts the rows that each step wrote."""
    arguments = {"day": day, "outlets": list(outlets)}
    written: dict[str, int] = {}
    with connection, connection.cursor() as cursor:
        alone(cursor)
        cursor.execute(statement("choose_drafts"), arguments)
        cursor.execute(statement("drafted_articles"))
        articles = [bytes(key) for (key,) in cursor.fetchall()]
        for step in sorted((SQL / "load").glob("*.sql")):
            cursor.execute(step.read_text(encoding="utf-8"))
            written[step.stem.split("_", 1)[1]] = cursor.rowcount
        marked = learn_boilerplate(cursor, articles) if articles else []
        written["boilerplate"] = len(marked)
        written["copies"] = refresh_copies(cursor, {*articles, *marked}) if articles else 0
    return written
