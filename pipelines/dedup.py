"""DEDUP: which articles of a day are copies of which, over the warehouse or in a file.

Fingerprints are committed before candidates are looked for, so that of two days at once one always sees the
other; the pairs found are the same whatever the order of the days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from pipelines.clusters import Member, decided
from pipelines.dedup_file import FileCounts, copy_threshold, dedup_file
from pipelines.fingerprints import SHORT, bands, body_key, compared
from pipelines.paragraphs import missing
from spiders.warehouse import statement

__all__ = [
    "FileCounts", "alone", "dedup_day", "dedup_file", "find_pairs", "insert_fingerprints", "refresh_copies",
]  # fmt: skip

WINDOW_DAYS = 3  # how far apart the publication days of copies may lie
SHORT_WINDOW_DAYS = 1  # the same few words are another event a few days later
BATCH = 256
_LOCK = 0x7761_7272_6172  # "warrar": one at a time finds pairs, loads, and decides who copies whom


def dedup_day(connection: Connection, day: date | None) -> dict[str, int]:
    """Fingerprints the drafts of a run's day (None: those of `ingest`), then keeps their near-duplicates.

    Both are committed. Gives the counts of new `fingerprints` and `pairs`.
    """
    counts = {"fingerprints": _fingerprint_drafts(connection, day), "pairs": 0}
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("draft_days"), {"day": day})
        days = [found for (found,) in cursor.fetchall()]
    for published_on in days:
        with connection, connection.cursor() as cursor:
            alone(cursor)
            counts["pairs"] += find_pairs(cursor, published_on)
    return counts


def alone(cursor: Cursor) -> None:
    """Waits until no other run finds pairs or loads; kept to the end of the transaction.

    What the others committed is seen by the statements that follow, at READ COMMITTED.
    """
    cursor.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))


def refresh_copies(cursor: Cursor, article_keys: Iterable[bytes]) -> int:
    """Brings `news.copy` and `news.cluster` up to date for some articles, and says how many copies changed.

    Call it last in the transaction that writes the articles, `alone`.
    """
    alone(cursor)
    touched = list(article_keys)
    found = decided(touched, partial(_clusters, cursor))
    copies = {copy: original for copy, original in found.items() if copy != original}
    keys = {"touched": touched, "member_keys": list(found), "copy_keys": list(copies)}
    cursor.execute(statement("changed_copies"), keys | {"original_keys": list(copies.values())})
    cursor.execute(statement("refresh_copies"), keys | _told(cursor.fetchall()))
    (changed,) = cursor.fetchone() or (0,)
    cursor.execute(statement("refresh_clusters"), keys)
    return int(changed)


def _clusters(cursor: Cursor, article_keys: Collection[bytes]) -> dict[bytes, Member]:
    arguments = {
        "article_keys": list(article_keys), "short": SHORT, "short_days": SHORT_WINDOW_DAYS, "window_days": WINDOW_DAYS,
    }  # fmt: skip
    cursor.execute(statement("cluster_members"), arguments)
    return {
        bytes(key): Member(
            (*rank, bytes(key)), day, bytes(original), list(zip(map(bytes, neighbours), reaches, strict=True))
        )
        for key, original, day, neighbours, reaches, *rank in cursor.fetchall()
    }


def _told(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Copies with both texts as the columns of what is told of them."""
    told: dict[str, list[Any]] = {
        name: [] for name in ("article_key", "original_key", "similarity", "dropped", "added")
    }  # fmt: skip
    for article_key, original_key, similarity, body, aside, original_body, original_aside in rows:
        told["article_key"].append(article_key)
        told["original_key"].append(original_key)
        told["similarity"].append(similarity)
        told["dropped"].append(_array(missing(original_body, _without(body, aside), original_aside)))
        told["added"].append(_array(missing(body, _without(original_body, original_aside), aside)))
    return told


def _without(body: Sequence[str], places: Sequence[int]) -> list[str]:
    return [paragraph for place, paragraph in enumerate(body, 1) if place not in places]


def _fingerprint_drafts(connection: Connection, day: date | None) -> int:
    added = 0
    with connection, connection.cursor("drafts") as drafts, connection.cursor() as cursor:
        drafts.execute(statement("drafts_without_fingerprint"), {"day": day})
        while rows := drafts.fetchmany(BATCH):
            added += insert_fingerprints(cursor, rows)
    return added


def insert_fingerprints(cursor: Cursor, rows: Sequence[tuple[Any, ...]]) -> int:
    """Fingerprints revisions (revision and article key, outlet, day, body), and says how many were new."""
    cursor.execute(statement("insert_fingerprints"), _columns(rows))
    return int(cursor.rowcount)


def _columns(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Revisions as the columns of their fingerprints."""
    texts = [compared("\n".join(row[4])) for row in rows]
    return {
        "revision_key": [row[0] for row in rows],
        "article_key": [row[1] for row in rows],
        "outlet": [row[2] for row in rows],
        "published_on": [row[3] for row in rows],
        "body_key": [body_key(row[4]) for row in rows],
        "shingles": [_array(text.tolist()) for text in texts],
        "bands": [_array(bands(text)) for text in texts],
    }


def _array(numbers: Sequence[int]) -> str:
    """Numbers as Postgres writes an array, which is read much faster than a list of parameters."""
    return "{" + ",".join(map(str, numbers)) + "}"


def find_pairs(cursor: Cursor, day: date, only: Sequence[bytes] | None = None) -> int:
    """Keeps the near-duplicates of a day's revisions, or of `only` some of them, and says how many were new."""
    window = timedelta(days=WINDOW_DAYS)
    arguments = {
        "day": day, "first_day": day - window, "last_day": day + window, "threshold": copy_threshold(), "short": SHORT,
        "short_days": SHORT_WINDOW_DAYS, "only": list(only) if only is not None else None,
    }  # fmt: skip
    cursor.execute(statement("insert_pairs"), arguments)
    return int(cursor.rowcount)
