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


def load(
    connection: Connection, outlets: Sequence[str], gone: Sequence[Gone] = (), *, before_commit=None
) -> dict[str, int]:
    """Temporary."""
    from pipelines.dedup import BATCH, find_pairs, insert_fingerprints

    written: dict[str, int] = {}
    with connection, connection.cursor() as cursor:
        alone(cursor)
        if before_commit:
            before_commit(cursor)
        cursor.execute(
            "select revision_key, article_key, outlet, published_on, body from crawl.draft where outlet = any(%s) and revision_key is not null and published_on is not null and not exists (select from news.fingerprint where fingerprint.revision_key = draft.revision_key) order by 1",
            (list(outlets),),
        )
        rows = cursor.fetchall()
        if rows:
            insert_fingerprints(cursor, rows)
        for day in {row[3] for row in rows}:
            find_pairs(cursor, day, [row[0] for row in rows if row[3] == day])
        cursor.execute(
            "create temporary table loading on commit drop as select page_key from crawl.draft where outlet = any(%s)",
            (list(outlets),),
        )
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
