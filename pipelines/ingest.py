"""Pages from WARC files, ours or anyone's, as if they had just been fetched."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock

import psycopg2
from psycopg2.extensions import connection as Connection

from pipelines.article import Reason
from pipelines.extracting import Passed
from pipelines.failures import worst
from pipelines.flow import Flow
from pipelines.journal import OutletRun, close_run, open_run
from pipelines.load import Gone, load
from pipelines.progress import track
from pipelines.run import take_passed
from spiders import ledger
from spiders.archive import remove_file, write_pages
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.outlet import Outlet
from spiders.records import Link, Page
from spiders.turns import OutletBusy, Turns, take_patiently
from spiders.urls import BadURL, canonical_or_none, link_key, request_url
from spiders.warc import PassedOver, Record, UnreadableWarc, read_warc
from spiders.warehouse import closing_connection, statement

log = logging.getLogger(__name__)

BATCH = 200  # pages to a WARC file of ours
_BAD_VALUE = ("22", "23", "54")  # classes of SQLSTATE that say that a value cannot be stored
_TAKEN = ("no_outlet", "not_a_page", "gone", "new_pages", "known_pages")


class IngestFailed(WarraqError):
    """Some of the pages were not loaded; each line says which, and why."""

    def __init__(self, sentences: str, exit_code: int) -> None:
        super().__init__(sentences)
        self.exit_code = exit_code


def ingest(connection: Connection, paths: Sequence[Path], outlets: Mapping[str, Outlet], *, url: str) -> Counter[str]:
    """Archives, extracts, compares and loads the pages of WARC files; gives counts by what became of them.

    `url` is the warehouse's.

    Raises:
        UnreadableWarc: where a file is cut or damaged; what was read before it is kept and loaded first.
        IngestFailed: where our own archive could not give a page back, or another run has an outlet (whose pages are
            archived, and loaded by that run or the next one); the others are loaded.
        ImpossibleRequest: where no page is of a known outlet.
    """
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    gone: list[Gone] = []
    try:
        for path in paths:
            for batch in _batches(_pages(path, outlets, counts, gone)):
                seen |= {page.outlet for page in batch}
                _archive(connection, batch, counts)
    except UnreadableWarc as error:
        _load(connection, url, {slug: outlets[slug] for slug in sorted(seen)}, gone, broken=error)
        raise
    reports = _load(connection, url, {slug: outlets[slug] for slug in sorted(seen)}, gone)
    for report in reports:
        counts.update(report.counts.get("extract", {}))
    if failures := [sentence for report in reports for sentence in report.failures]:
        raise IngestFailed("\n".join(failures), worst([code for report in reports for code in report.exit_codes]))
    if counts["no_outlet"] and counts["no_outlet"] == sum(counts[kind] for kind in _TAKEN):
        raise ImpossibleRequest(
            f"None of the {counts['no_outlet']} pages is of an outlet that `warraq outlets` lists; write a file for it "
            "with `warraq outlets add`, or name the folder that has it in WARRAQ_OUTLETS."
        )
    return counts


def _load(
    connection: Connection,
    url: str,
    outlets: Mapping[str, Outlet],
    gone: Sequence[Gone],
    broken: UnreadableWarc | None = None,
) -> list[OutletRun]:
    """Brings what was archived into the news, each outlet in its turn; turns are taken in one order by all.

    `broken` is why a file was not read to its end: the outlets' runs tell it.
    """
    turns = Turns(url)
    loading = _Loading(connection, url, turns, broken)
    try:
        loading.go(outlets)
        if gone:
            load(connection, [], gone)
    finally:
        turns.close()
    return list(loading.reports.values())


class _Loading:
    """The outlets of some WARC files on their way into the news."""

    def __init__(self, connection: Connection, url: str, turns: Turns, broken: UnreadableWarc | None) -> None:
        self._connection, self._url, self._turns, self._broken = connection, url, turns, broken
        self._lock = Lock()
        self._records: dict[str, int] = {}
        self.reports: dict[str, OutletRun] = {}

    def go(self, outlets: Mapping[str, Outlet]) -> None:
        if not outlets:
            return
        flow = Flow(self._url, outlets, self._turns, self._loaded, workers=os.cpu_count() or 1)
        try:
            for slug in outlets:
                self._begin(flow, slug)
            flow.join()
        finally:
            flow.close()

    def _begin(self, flow: Flow, slug: str) -> None:
        try:
            self._turns.keep(slug, take_patiently(self._connection, slug))
            with self._lock:
                self._records[slug] = open_run(self._connection, "ingest", slug, None)
            flow.archived(slug)
            flow.ended(slug)
        except OutletBusy as error:
            flow.ended(slug, error)

    def _loaded(self, passed: Passed) -> None:
        report = self.reports[passed.outlet] = OutletRun(outlet=passed.outlet)
        take_passed(passed, report)
        if self._broken:
            report.fail(str(self._broken), self._broken.exit_code)
        if passed.outlet in self._records:
            with self._lock, closing_connection(self._url) as connection:
                close_run(connection, self._records[passed.outlet], report)
                self._turns.give_back(connection, passed.outlet)


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """The pages in batches; where the file breaks, first the pages that came before."""
    batch: list[Page] = []
    try:
        for page in pages:
            batch.append(page)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except UnreadableWarc:
        yield batch
        raise
    yield batch


def _pages(path: Path, outlets: Mapping[str, Outlet], counts: Counter[str], gone: list[Gone]) -> Iterator[Page]:
    """The pages of a file; what is none is counted by what it is instead."""
    passed_over: Counter[PassedOver] = Counter()
    try:
        for record in track(read_warc(path, passed_over), path.name):
            if page := _page(record, outlets, counts, gone):
                yield page
    finally:
        counts.update({f"passed_over_{reason.value}": n for reason, n in passed_over.items()})


def _page(record: Record, outlets: Mapping[str, Outlet], counts: Counter[str], gone: list[Gone]) -> Page | None:
    try:
        final_url = request_url(record.url)
    except BadURL:
        counts["no_outlet"] += 1
        return None
    outlet = next((outlet for outlet in outlets.values() if outlet.owns(final_url)), None)
    url = canonical_or_none(final_url, outlet) if outlet else None
    if outlet is None or url is None:
        counts["no_outlet"] += 1
    elif record.status in (404, 410):
        counts["gone"] += 1
        gone.append(Gone(link_key(url), record.recorded_at, str(record.status)))
    elif record.status != 200 or not _is_html(record):
        counts["not_a_page"] += 1
    else:
        return Page(
            url=url, final_url=final_url, outlet=outlet.slug, status=record.status,
            headers=record.headers, body=record.body, fetched_at=record.recorded_at,
        )  # fmt: skip
    return None


def _is_html(record: Record) -> bool:
    kind = record.headers.get("content-type", "text/html").lower()
    return "html" in kind


def _archive(connection: Connection, pages: Sequence[Page], counts: Counter[str]) -> None:
    """Writes what the archive lacks, one file an outlet, and enters pages and links into the ledger."""
    keyed: dict[bytes, Page] = {}
    for page in sorted(pages, key=lambda page: page.fetched_at):  # the first look at the same bytes counts
        keyed.setdefault(ledger.page_key(link_key(page.url), page.body), page)
    known = ledger.known_pages(connection, list(keyed))
    counts["known_pages"] += len(pages) - len(keyed) + len(known)
    counts["new_pages"] += 0
    new = [page for key, page in keyed.items() if key not in known]
    for slug in sorted({page.outlet for page in new}):
        _enter(connection, slug, [page for page in new if page.outlet == slug], counts)


def _enter(connection: Connection, slug: str, pages: Sequence[Page], counts: Counter[str]) -> None:
    """Archives and indexes one outlet's pages. One that Postgres refuses costs itself alone, and leaves no bytes."""
    entries = write_pages(pages)
    links = [Link(url=p.url, listed_url=p.final_url, outlet=slug, found_via="ingest") for p in pages]
    try:
        ledger.enter_ingested(connection, links)
        ledger.index(connection, entries)
        counts["new_pages"] += len(pages)
    except (psycopg2.Error, ValueError) as error:
        if isinstance(error, psycopg2.Error) and (error.pgcode or "")[:2] not in _BAD_VALUE:
            raise  # the file stays: it may be indexed, and the next run writes the same one
        remove_file(entries[0].file)
        if len(pages) > 1:
            for half in (pages[: len(pages) // 2], pages[len(pages) // 2 :]):
                _enter(connection, slug, half, counts)
            return
        log.warning("outlet %s: the database refuses the page %s; it is left out", slug, pages[0].url, exc_info=True)
        counts[Reason.BAD_VALUE] += 1
        with connection, connection.cursor() as cursor:
            keys = [link_key(pages[0].url)]
            cursor.execute(statement("refuse_ingested"), {"link_keys": keys, "reason": Reason.BAD_VALUE})
