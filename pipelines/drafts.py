"""Archived pages that wait → jobs for extraction, and extractions → drafts, the worktable that `load` empties."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import psycopg2
from psycopg2.extensions import connection as Connection

from pipelines.article import Article, Extraction, Outcome, Reason
from pipelines.copying import copy_incoming
from pipelines.workers import Job
from spiders.archive import read_page
from spiders.records import Page
from spiders.turns import prove
from spiders.urls import canonical_or_none, link_key
from spiders.warehouse import statement

log = logging.getLogger(__name__)

_COLUMNS = (
    "page_key", "link_key", "url", "final_url", "outlet", "file", "record_offset", "record_length", "sha256",
    "status", "headers", "fetched_at", "published_hint", "hint_on", "visited_key", "day",
)  # fmt: skip

Row = Mapping[str, Any]


class Keys(NamedTuple):
    """The keys of a job's page and link, of the article that it is a visit of, and the day that it was fetched for."""

    page: bytes
    link: bytes
    visited: bytes | None
    day: date | None


def waiting(connection: Connection, outlets: Sequence[str], taken: Collection[bytes], limit: int) -> list[Row]:
    """The next pages of some outlets that wait to be extracted, but for those whose keys are in `taken`."""
    values = {"outlets": list(outlets), "taken": list(taken), "limit": limit}
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("pages_waiting"), values)
        return [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def job_of(row: Row) -> Job:
    """The job of a page that waits, with its bytes. Raises ArchiveDamaged where the archive cannot give it back."""
    record = read_page(row["file"], row["record_offset"], row["record_length"], bytes(row["sha256"]))
    page = Page(
        url=row["url"], final_url=row["final_url"], outlet=row["outlet"], status=row["status"],
        headers=row["headers"], body=record.body, fetched_at=row["fetched_at"],
    )  # fmt: skip
    hint: datetime | date | None = row["published_hint"] or row["hint_on"]
    visited = bytes(row["visited_key"]) if row["visited_key"] else None
    keys = Keys(bytes(row["page_key"]), bytes(row["link_key"]), visited, row["day"])
    return Job(key=keys, page=page, published_hint=hint)


def keys_of(job: Job) -> Keys:
    """The keys that `job_of` gave a job."""
    return cast("Keys", job.key)


def save(
    connection: Connection,
    batch: Sequence[tuple[Job, Extraction]],
    fences: Mapping[str, int],
    *,
    is_kept_to_day: bool,
) -> Counter[str]:
    """Keeps extractions as drafts, and counts them by outcome. One that Postgres refuses is no article (`bad_value`).

    With `is_kept_to_day` a page that tells another day than the one it was fetched for makes no draft: its link is
    given to that day's run, which fetches the page as it stood then (`other_day`). A page of an older article that
    was looked at again is counted as `revisited`.

    Raises:
        OutletBusy: where another run has taken over one of the turns whose fences these are.
    """
    try:
        return _save(connection, batch, fences, is_kept_to_day)
    except psycopg2.DataError as error:
        if len(batch) == 1:
            job, found = batch[0]
            log.warning(
                "outlet %s: %s has a value that the database refuses (%s)", job.page.outlet, job.page.url, error
            )
            bad = replace(found, outcome=Outcome.QUARANTINED, reason=Reason.BAD_VALUE, article=None)
            return _save(connection, [(job, bad)], fences, is_kept_to_day)
    middle = len(batch) // 2
    halves = (batch[:middle], batch[middle:])
    return sum((save(connection, half, fences, is_kept_to_day=is_kept_to_day) for half in halves), Counter[str]())


def _save(
    connection: Connection, batch: Sequence[tuple[Job, Extraction]], fences: Mapping[str, int], is_kept_to_day: bool
) -> Counter[str]:
    moved = [(job, found) for job, found in batch if is_kept_to_day and _tells_other_day(job, found)]
    kept = [one for one in batch if one not in moved] if moved else list(batch)
    counts = Counter(_counted_as(job, found) for job, found in kept)
    counts["other_day"] = len(moved)
    with connection, connection.cursor() as cursor:
        prove(cursor, fences)
        copy_incoming(cursor, (_draft(job, found) for job, found in kept))
        cursor.execute(statement("insert_drafts"))
        if moved:
            keys = [keys_of(job) for job, _ in moved]
            days = [found.article.published_on for _, found in moved if found.article]
            arguments = {"page_key": [key.page for key in keys], "link_key": [key.link for key in keys], "day": days}
            cursor.execute(statement("move_links"), arguments)
    return counts


def _counted_as(job: Job, found: Extraction) -> str:
    return "revisited" if keys_of(job).visited else found.outcome.value


def _tells_other_day(job: Job, found: Extraction) -> bool:
    keys = keys_of(job)
    if keys.day is None or keys.visited or found.article is None:
        return False
    return found.article.published_on != keys.day


def _draft(job: Job, found: Extraction) -> dict[str, Any]:
    keys = keys_of(job)
    row: dict[str, Any] = {
        "page_key": keys.page, "link_key": keys.link, "outlet": job.page.outlet, "day": keys.day,
        "fetched_at": job.page.fetched_at, "outcome": found.outcome.value, "reason": found.reason,
        "encoding": found.encoding, "n_replaced": found.n_replaced,
    }  # fmt: skip
    if found.article and _leads_elsewhere(job, found.article):
        return row | {"outcome": Outcome.QUARANTINED.value, "reason": "other_article"}
    if found.article and found.outcome is Outcome.LOADED:
        content = asdict(found.article)
        article_key = keys.visited or link_key(found.article.canonical_url)
        row |= content | {
            "article_key": article_key,
            "article_url": found.article.canonical_url,
            "revision_key": revision_key(article_key, found.article),
            "removed": [asdict(removal) for removal in found.removed],
            "disagreed": [asdict(witness) for witness in found.disagreed],
        }
    return row


def _leads_elsewhere(job: Job, article: Article) -> bool:
    """Whether an article's address redirects to another article now; a new spelling of its own address is no other."""
    visited = keys_of(job).visited
    is_same = visited is None or link_key(article.canonical_url) == visited
    return not is_same and canonical_or_none(job.page.final_url) != canonical_or_none(job.page.url)


def revision_key(article_key: bytes, article: Article) -> bytes:
    """The key of a version of an article: its article and everything that it says, but not where it was found."""
    content = asdict(article)
    del content["url"]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(article_key + text.encode("utf-8", "replace")).digest()
