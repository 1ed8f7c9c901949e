"""DEDUP: which articles are copies of which, over the warehouse or in a file.

What a load brings is compared with all that was loaded before, within the window, and one load at a time does so; the
pairs found are the same whatever the order of the loads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from pipelines.clusters import Member, decided
from pipelines.dedup_file import FileCounts, copy_threshold, dedup_file
from pipelines.fingerprints import SHORT, bands, body_key, compared
from pipelines.paragraphs import missing
from pipelines.streaming import stream
from spiders.warehouse import statement

__all__ = [
    "FileCounts", "alone", "compare", "dedup_day", "dedup_file", "fingerprint_drafts", "refresh_copies",
]  # fmt: skip

WINDOW_DAYS = 3  # how far apart the publication days of copies may lie
SHORT_WINDOW_DAYS = 1  # the same few words are another event a few days later
BATCH = 64  # fingerprints to a statement
_LOCK = 0x7761_7272_6172  # "warrar": one at a time finds pairs, loads, and decides who copies whom


def dedup_day(connection: Connection, day: date) -> dict[str, int]:
    """Repairs a day: what has no fingerprint gets one, and all its texts are compared with the others anew.

    Gives the counts of new `fingerprints` and `pairs`, and of `copies` that changed.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("fresh_fingerprints"))
        alone(cursor)
        articles = [bytes(key) for (key,) in stream(cursor, statement("articles_of_day"), {"day": day}, portion=500)]
        counts = {"fingerprints": _keep_fingerprints(cursor, articles)}
        cursor.execute(statement("compare_day"), {"day": day})
        counts["pairs"] = _find_pairs(cursor)
        return counts | {"copies": refresh_copies(cursor, articles)}


def alone(cursor: Cursor) -> None:
    """Waits until no other run finds pairs or loads; kept to the end of the transaction."""
    cursor.execute(statement("alone"), {"lock": _LOCK})


def fingerprint_drafts(cursor: Cursor) -> None:
    """Makes the fingerprints of a load's drafts, before it is `alone`, so that the others wait for less."""
    cursor.execute(statement("fresh_fingerprints"))
    _fingerprint(cursor, stream(cursor, statement("drafts_to_fingerprint")))


def compare(cursor: Cursor, article_keys: Sequence[bytes]) -> dict[str, int]:
    """Keeps the fingerprints of some articles' new or changed texts, and finds what these are near-duplicates of.

    Call it in the transaction that has loaded the articles, `alone`; gives the counts of `fingerprints` and `pairs`.
    """
    cursor.execute(statement("drop_stale_fingerprints"))
    n_fingerprints = _keep_fingerprints(cursor, article_keys)
    if not n_fingerprints:
        return {"fingerprints": 0, "pairs": 0}
    cursor.execute(statement("compare_fresh"))
    return {"fingerprints": n_fingerprints, "pairs": _find_pairs(cursor)}


def refresh_copies(cursor: Cursor, article_keys: Iterable[bytes]) -> int:
    """Brings `news.copy` and `news.cluster` up to date for some articles, and says how many copies changed.

    Call it last in the transaction that writes the articles, `alone`.
    """
    touched = list(article_keys)
    found = decided(touched, partial(_clusters, cursor))
    copies = {copy: original for copy, original in found.items() if copy != original}
    keys = {"touched": touched, "member_keys": list(found), "copy_keys": list(copies)}
    rows = stream(cursor, statement("changed_copies"), keys | {"original_keys": list(copies.values())})
    cursor.execute(statement("refresh_copies"), keys | _told(rows))
    (changed,) = cursor.fetchone() or (0,)
    cursor.execute(statement("refresh_clusters"), keys)
    return int(changed)


def _clusters(cursor: Cursor, article_keys: Collection[bytes]) -> dict[bytes, Member]:
    arguments = {
        "article_keys": list(article_keys), "short": SHORT, "short_days": SHORT_WINDOW_DAYS, "window_days": WINDOW_DAYS,
    }  # fmt: skip
    rows = stream(cursor, statement("cluster_members"), arguments, portion=200)
    return {
        bytes(key): Member(
            (*rank, bytes(key)), day, bytes(original), list(zip(map(bytes, neighbours), reaches, strict=True))
        )
        for key, original, day, neighbours, reaches, *rank in rows
    }


def _told(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
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


def _keep_fingerprints(cursor: Cursor, article_keys: Sequence[bytes]) -> int:
    """Makes the fingerprints that are missing, keeps all that are fresh, and says how many."""
    arguments = {"article_keys": list(article_keys)}
    _fingerprint(cursor, stream(cursor, statement("revisions_to_fingerprint"), arguments))
    cursor.execute(statement("keep_fingerprints"))
    return int(cursor.rowcount)


def _fingerprint(cursor: Cursor, texts: Iterable[tuple[Any, ...]]) -> None:
    """Makes the fingerprints of revisions (revision and article key, outlet, day, body)."""
    waiting = iter(texts)
    while rows := list(islice(waiting, BATCH)):
        cursor.execute(statement("insert_fingerprints"), _columns(rows))


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


def _find_pairs(cursor: Cursor) -> int:
    """Keeps the near-duplicates of what is to be compared, and says how many were new."""
    arguments = {
        "threshold": copy_threshold(), "short": SHORT, "short_days": SHORT_WINDOW_DAYS, "window_days": WINDOW_DAYS,
    }  # fmt: skip
    cursor.execute(statement("insert_pairs"), arguments)
    return int(cursor.rowcount)
