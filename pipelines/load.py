"""The stage `load`: drafts into the news, in one transaction, and what they are copies of.

The news are a function of the looks that were loaded, so that it does not matter which of them came first, or together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import NamedTuple

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from pipelines.article import Reason
from pipelines.boilerplate import learn_boilerplate
from pipelines.dedup import alone, compare, fingerprint_drafts, refresh_copies
from pipelines.streaming import stream
from spiders.warehouse import SQL, statement

log = logging.getLogger(__name__)

_TRIES = 3  # of a load that waits in a circle with a crawl of the same links
# The classes of SQLSTATE that say that a value is bad: one that is none, one that breaks a rule, one too large.
_BAD_VALUE = ("22", "23", "54")


class Gone(NamedTuple):
    """That an address was asked for and held nothing: `how` is 404 or 410."""

    link_key: bytes
    gone_at: datetime
    how: str


def load(
    connection: Connection,
    outlets: Sequence[str],
    gone: Sequence[Gone] = (),
    *,
    before_commit: Callable[[Cursor], None] | None = None,
) -> dict[str, int]:
    """Loads all drafts of some outlets, and what their visits found to be gone; counts the rows that each step wrote.

    `gone` are addresses where recordings hold nothing any more. `before_commit` is called in the transaction before
    anything is written, and may raise. A page with a value that Postgres refuses costs itself alone.
    """
    for _ in range(_TRIES - 1):
        with suppress(psycopg2.errors.DeadlockDetected):
            return _load(connection, outlets, gone, before_commit)
    return _load(connection, outlets, gone, before_commit)


def _load(
    connection: Connection,
    outlets: Sequence[str],
    gone: Sequence[Gone],
    before_commit: Callable[[Cursor], None] | None,
) -> dict[str, int]:
    absences = {name: [getattr(one, name) for one in gone] for name in Gone._fields}
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("choose_drafts"), {"outlets": list(outlets), **absences})
        fingerprint_drafts(cursor)
        alone(cursor)
        if before_commit:
            before_commit(cursor)
        try:
            with _savepoint(cursor):
                return _write(cursor)
        except psycopg2.Error as error:
            if not _is_bad_value(error) or not _refuse(cursor, error):
                raise
        return _write(cursor)


def _write(cursor: Cursor) -> dict[str, int]:
    """All that the chosen drafts change."""
    cursor.execute(statement("take_looks"))
    written: dict[str, int] = {}
    for step in sorted((SQL / "load").glob("*.sql")):
        cursor.execute(step.read_text(encoding="utf-8"))
        written[step.stem.split("_", 1)[1]] = cursor.rowcount
    touched = _keys(cursor, "select article_key from touched")
    marked = learn_boilerplate(cursor, touched) if touched else set()
    changed = [*touched, *marked.difference(touched)]
    written |= {"boilerplate": len(marked), **compare(cursor, changed)}
    written["copies"] = refresh_copies(cursor, changed) if changed else 0
    return written


@contextmanager
def _savepoint(cursor: Cursor, *, keep: bool = True) -> Iterator[None]:
    """What fails within is undone and raised; with `keep` false all that is done within is undone."""
    cursor.execute("savepoint load")
    try:
        yield
    except psycopg2.Error:
        cursor.execute("rollback to savepoint load; release savepoint load")
        raise
    cursor.execute(f"{'' if keep else 'rollback to savepoint load; '}release savepoint load")


def _refuse(cursor: Cursor, error: psycopg2.Error) -> int:
    """Finds the pages with a value that Postgres refuses, makes them no articles, and says how many they are."""
    bad = _bad_pages(cursor, _keys(cursor, "select page_key from loading order by page_key"))
    cursor.execute(statement("refuse_drafts"), {"page_keys": bad, "reason": Reason.BAD_VALUE})
    for outlet, url in cursor.fetchall():
        log.warning(
            "outlet %s: %s is quarantined as bad_value, for the database refuses one that it holds (%s)",
            outlet, url, error.diag.message_primary,
        )  # fmt: skip
    return len(bad)


def _bad_pages(cursor: Cursor, pages: Sequence[bytes]) -> list[bytes]:
    """Of pages that cannot be loaded together those that cannot be loaded at all, found by halves."""
    if len(pages) < 2:
        return list(pages)
    halves = pages[: len(pages) // 2], pages[len(pages) // 2 :]
    return [page for half in halves if _fails(cursor, half) for page in _bad_pages(cursor, half)]


def _fails(cursor: Cursor, pages: Sequence[bytes]) -> bool:
    try:
        with _savepoint(cursor, keep=False):
            cursor.execute("delete from loading where page_key <> all (%s)", (list(pages),))
            _write(cursor)
    except psycopg2.Error as error:
        if not _is_bad_value(error):
            raise
        return True
    return False


def _is_bad_value(error: psycopg2.Error) -> bool:
    return (error.pgcode or "")[:2] in _BAD_VALUE


def _keys(cursor: Cursor, query: str) -> list[bytes]:
    return [bytes(key) for (key,) in stream(cursor, query, portion=500)]
