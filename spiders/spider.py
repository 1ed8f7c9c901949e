"""The one spider: reads an outlet's feeds, sitemaps and sections, fetches the day's links from the ledger, and then
looks again at articles of any day whose time has come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

import scrapy
from psycopg2.extensions import connection as Connection
from scrapy import signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders import ledger
from spiders.archive import write_pages
from spiders.discovered import Discovered
from spiders.discovery import ParseDate, entry_documents, further_documents, read_document
from spiders.failures import request_of, settle_failure, settle_status
from spiders.ledger import Lease, Settlement
from spiders.markup import DocumentError
from spiders.outlet import Outlet
from spiders.records import Page
from spiders.replay import recorded_at
from spiders.settings import BATCH

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.discovery import Document


@dataclass(kw_only=True, slots=True)
class CrawlResult:
    """What a crawl of one outlet did: counts of documents read, links found, pages by what became of them.

    `problems` are sentences about documents that did not come, `notes` about those that came in part or were mended;
    `error` is what ended the crawl before its time.
    """

    outlet: str
    n_documents: int = 0
    n_links: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"fetched": 0})
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: BaseException | None = None
    was_stopped: bool = False
    waited_seconds: float = 0.0


def _unwatched(done: int, total: int) -> None:
    """The progress of a crawl that nobody watches."""


class OutletSpider(scrapy.Spider):
    """Crawls one day of one outlet. It keeps nothing: what is to do and what was done is in the ledger.

    `moment` is the one that the crawl stands for; `is_revisiting` whether it looks at older articles again.
    """

    name = "outlet"

    def __init__(
        self,
        outlet: Outlet,
        day: date,
        connection: Connection,
        result: CrawlResult,
        moment: datetime,
        is_revisiting: bool = True,
        parse_date: ParseDate | None = None,
        on_progress: Callable[[int, int], None] = _unwatched,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.outlet, self.day, self.connection, self.result = outlet, day, connection, result
        self.moment, self.is_revisiting = moment, is_revisiting
        self.parse_date, self.on_progress = parse_date, on_progress
        self.waited = 0.0
        self._asked: set[str] = set()
        self._listed: dict[str, set[str]] = defaultdict(set)
        self._fetched: list[tuple[Page, Lease]] = []
        self._settled: list[Settlement] = []
        self._done = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.fetch_more, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for document in entry_documents(self.outlet, self.day):
            for request in self._ask(document):
                yield request

    def _ask(self, document: Document) -> Iterator[Request]:
        if document.url not in self._asked:
            self._asked.add(document.url)
            yield Request(
                document.url,
                callback=self.read,
                errback=self.document_failed,
                cb_kwargs={"document": document},
                dont_filter=True,
            )

    def read(self, response: Response, document: Document) -> Iterator[Request]:
        """One feed, sitemap or section page: its links go to the ledger, its children are asked for."""
        if response.status != 200:
            if response.status not in (404, 410):
                self.result.problems.append(f"{self.outlet.slug}: {document.url} answers {response.status}.")
            return
        try:
            found = read_document(
                document, response.body, _header(response, "Content-Type"), self.outlet, self.parse_date
            )
        except DocumentError as error:
            self.result.problems.append(f"{self.outlet.slug}: {document.url} cannot be read ({error}).")
            return
        self.result.n_documents += 1
        self.result.notes += [f"{self.outlet.slug}: {document.url} was read, but is {word}." for word in found.problems]
        self._enter(found, document.url)
        is_news = self._is_news(found, document)
        for child in further_documents(document, found, self.outlet, self.day, is_news=is_news):
            yield from self._ask(child)

    def _enter(self, found: Discovered, found_via: str) -> None:
        self.result.n_links += len(found.links)
        if self.result.error is not None:
            return
        with self._database():
            ledger.discover(self.connection, found.links, self.outlet, self.day)
            ledger.refuse(self.connection, found.refused, self.outlet, self.day, found_via)

    def _is_news(self, found: Discovered, document: Document) -> bool:
        """Whether a section's page lists links that its earlier pages did not."""
        listed = self._listed[document.template]
        new = {link.url for link in found.links} - listed
        listed |= new
        return bool(new)

    def document_failed(self, failure: Failure) -> None:
        """A feed, sitemap or section that did not come."""
        url = request_of(failure).url
        self.result.problems.append(f"{self.outlet.slug}: {url} could not be fetched ({failure.getErrorMessage()}).")

    def fetch_more(self) -> None:
        """When nothing is under way: archives what came, and leases the next links, the day's own before the visits."""
        leases: list[Lease] = []
        if self.result.error is not None:
            return
        with self._database():
            self._flush()
            waiting = ledger.count_waiting(self.connection, self.outlet.slug, self.day)
            leases = ledger.lease(self.connection, self.outlet.slug, self.day, BATCH)
            if not leases and self.is_revisiting:
                leases = ledger.lease_visits(self.connection, self.outlet, self.moment, BATCH)
            self.on_progress(self._done, self._done + waiting)
        if self.result.error is not None or not leases:
            return
        for lease in leases:
            self.crawler.engine.crawl(self._request(lease))
        raise DontCloseSpider

    def _request(self, lease: Lease) -> Request:
        asked = {"If-None-Match": lease.etag} if lease.etag else {"If-Modified-Since": lease.last_modified}
        return Request(
            lease.listed_url,
            callback=self.fetched,
            errback=self.failed,
            headers={name: value for name, value in asked.items() if value},
            cb_kwargs={"lease": lease},
            dont_filter=True,
        )

    def fetched(self, response: Response, lease: Lease) -> None:
        """A page, or an answer that is none."""
        if response.status == 200:
            self._fetched.append((self._page(response, lease), lease))
        elif lease.is_visit:
            self._settled.append(self._visited(response, lease))
        else:
            self._settled.append(settle_status(lease, response.status, response.meta.get("retry_after")))

    def _visited(self, response: Response, lease: Lease) -> Settlement:
        """What a visit without a page tells; an address that a recording does not hold tells nothing."""
        seen_at = recorded_at(response)
        if seen_at is None and self.settings["REPLAY"]:
            return Settlement(lease=lease, outcome="quarantined", reason="not_recorded")
        seen_at = seen_at or datetime.now(UTC)
        if response.status == 304:
            return Settlement(lease=lease, page_key=lease.page_key, seen_at=seen_at)
        return replace(settle_status(lease, response.status, response.meta.get("retry_after")), seen_at=seen_at)

    def failed(self, failure: Failure) -> None:
        """A request without an answer."""
        self._settled.append(settle_failure(request_of(failure).cb_kwargs["lease"], failure))

    def _page(self, response: Response, lease: Lease) -> Page:
        return Page(
            url=lease.url,
            final_url=response.url,
            outlet=self.outlet.slug,
            status=response.status,
            headers={name.decode("latin-1").lower(): _header(response, name) or "" for name in response.headers},
            body=response.body,
            fetched_at=recorded_at(response) or datetime.now(UTC),
        )

    def _flush(self) -> None:
        """Archives the pages that came, and settles all that is known, in one transaction after the file is safe."""
        pages = {ledger.page_key(lease.key, page.body): (page, lease) for page, lease in self._fetched}
        known = ledger.known_pages(self.connection, list(pages)) if pages else set()
        entries = write_pages([page for key, (page, _) in pages.items() if key not in known])
        fetched = [
            Settlement(lease=lease, page_key=key, seen_at=page.fetched_at) for key, (page, lease) in pages.items()
        ]
        ledger.settle(self.connection, entries, fetched + self._settled, self.moment)
        self._done += len(fetched) + len(self._settled)
        for word in (word for settlement in fetched + self._settled for word in _words(settlement)):
            self.result.counts[word] = self.result.counts.get(word, 0) + 1
        self._fetched, self._settled = [], []

    def closed(self, reason: str) -> None:
        """Keeps what came before the crawl was ended, by itself or by a signal."""
        if self.result.error is None:
            with self._database():
                self._flush()
        self.on_progress(self._done, self._done)
        self.result.was_stopped = reason == "shutdown"
        self.result.waited_seconds = self.waited

    @contextmanager
    def _database(self) -> Iterator[None]:
        """Where the warehouse or the archive fails, this crawl ends, and says why; the ledger stays right."""
        try:
            yield
        except Exception as error:
            self.logger.exception("the crawl of %s ends early", self.outlet.slug)
            self.result.error = error
            if self.crawler.engine and self.crawler.engine.running:
                self.crawler.engine.close_spider(self, "error")


def _words(settlement: Settlement) -> Iterator[str]:
    """What a settlement is counted as; visits apart, for they belong to other days."""
    if not settlement.lease.is_visit:
        yield "fetched" if settlement.page_key else settlement.outcome
        return
    yield "visited"
    if settlement.page_key and settlement.page_key != settlement.lease.page_key:
        yield "changed"
    if settlement.outcome == "gone":
        yield "disappeared"


def _header(response: Response, name: str | bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
