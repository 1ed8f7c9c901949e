"""The stage `extract`: archived pages that wait → drafts, in child processes, in batches."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, cast

from psycopg2.extensions import connection as Connection

from pipelines.article import Article, Extraction, Outcome
from pipelines.copying import copy_incoming
from pipelines.progress import track
from pipelines.workers import Job, extract_all
from spiders.archive import ArchiveDamaged, read_page
from spiders.outlet import Outlet
from spiders.records import Page
from spiders.urls import canonical_or_none, link_key
from spiders.warehouse import statement

BATCH = 100  # drafts to a transaction

_COLUMNS = (
    "page_key", "link_key", "url", "final_url", "outlet", "file", "record_offset", "record_length", "sha256",
    "status", "headers", "fetched_at", "published_hint", "hint_on", "visited_key",
)  # fmt: skip


def extract_day(
    connection: Connection, day: date | None, outlets: Mapping[str, Outlet], damaged: list[str] | None = None
) -> Counter[str]:
    """Extracts what the crawl of a day fetched (or, with no day, what `ingest` brought), and counts outcomes.

    A page that tells another day than the run's makes no draft: its link is given to that day's run. What the crawl
    saw when it looked at an older article again is drafted with the day's, and counted as `revisited`. A page that
    the archive cannot give back is passed over, and the sentence that says so goes to `damaged`.
    """
    counts: Counter[str] = Counter()
    reader = _Reader([] if damaged is None else damaged)
    while pages := _waiting(connection, day, outlets, reader.unreadable):
        jobs = reader.jobs(track(pages, "extract", len(pages)))
        for batch in _batches(extract_all(jobs, outlets, workers=os.cpu_count() or 1), BATCH):
            _save(connection, batch, day, counts)
    return counts


def _waiting(
    connection: Connection, day: date | None, outlets: Mapping[str, Outlet], unreadable: Sequence[bytes]
) -> list[dict[str, Any]]:
    name = "pages_of_day" if day else "pages_to_ingest"
    with connection, connection.cursor() as cursor:
        cursor.execute(statement(name), {"day": day, "outlets": list(outlets), "unreadable": list(unreadable)})
        return [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]


class _Reader:
    """Reads pages back from the archive; a damaged record costs its page alone."""

    def __init__(self, damaged: list[str]) -> None:
        self.unreadable: list[bytes] = []
        self._damaged = damaged

    def jobs(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Job]:
        for row in rows:
            try:
                yield _job(row)
            except ArchiveDamaged as error:
                self.unreadable.append(bytes(row["page_key"]))
                self._damaged.append(f"{row['outlet']}: {row['url']}: {error}")


def _job(row: Mapping[str, Any]) -> Job:
    record = read_page(row["file"], row["record_offset"], row["record_length"], bytes(row["sha256"]))
    page = Page(
        url=row["url"], final_url=row["final_url"], outlet=row["outlet"], status=row["status"],
        headers=row["headers"], body=record.body, fetched_at=row["fetched_at"],
    )  # fmt: skip
    hint: datetime | date | None = row["published_hint"] or row["hint_on"]
    visited_key = bytes(row["visited_key"]) if row["visited_key"] else None
    return Job(key=_Keys(bytes(row["page_key"]), bytes(row["link_key"]), visited_key), page=page, published_hint=hint)


class _Keys(NamedTuple):
    """The keys of a job's page and link, and of the article that it is a visit of."""

    page: bytes
    link: bytes
    visited: bytes | None


def _keys(job: Job) -> _Keys:
    return cast("_Keys", job.key)


def _save(
    connection: Connection, batch: Sequence[tuple[Job, Extraction]], day: date | None, counts: Counter[str]
) -> None:
    moved = [(job, found) for job, found in batch if _other_day(job, found, day)]
    kept = [(job, found) for job, found in batch if not _other_day(job, found, day)]
    counts["other_day"] += len(moved)
    counts.update("revisited" if _keys(job).visited else found.outcome.value for job, found in kept)
    with connection, connection.cursor() as cursor:
        copy_incoming(cursor, (_draft(job, found, day) for job, found in kept))
        cursor.execute(statement("insert_drafts"))
        if moved:
            keys = [_keys(job) for job, _ in moved]
            days = [found.article.published_on for _, found in moved if found.article]
            arguments = {"page_key": [key.page for key in keys], "link_key": [key.link for key in keys], "day": days}
            cursor.execute(statement("move_links"), arguments)


def _other_day(job: Job, found: Extraction, day: date | None) -> bool:
    if day is None or found.article is None or _keys(job).visited:
        return False
    return found.article.published_on != day


def _draft(job: Job, found: Extraction, day: date | None) -> dict[str, Any]:
    keys = _keys(job)
    row: dict[str, Any] = {
        "page_key": keys.page, "link_key": keys.link, "outlet": job.page.outlet, "day": day,
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
    visited = _keys(job).visited
    is_same = visited is None or link_key(article.canonical_url) == visited
    return not is_same and canonical_or_none(job.page.final_url) != canonical_or_none(job.page.url)


def revision_key(article_key: bytes, article: Article) -> bytes:
    """The key of a version of an article: its article and everything that it says, but not where it was found."""
    content = asdict(article)
    del content["url"]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(article_key + text.encode("utf-8", "replace")).digest()


def _batches(items: Iterable[tuple[Job, Extraction]], size: int) -> Iterator[list[tuple[Job, Extraction]]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
