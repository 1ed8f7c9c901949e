"""The crawl of one outlet: reads its documents, fetches the links that are to be fetched, and looks again at articles.

It keeps nothing: what is to do and what was done is in the ledger.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from scrapy.exceptions import IgnoreRequest

from spiders import ledger
from spiders.answers import Answer
from spiders.batch import Batch, Fetched
from spiders.discovered import PARTIAL, Discovered
from spiders.discovery import Document, ParseDate, entry_documents, further_documents
from spiders.document_errors import DocumentError
from spiders.documents import Readers
from spiders.failures import HostSilent, said, settle_failure, settle_status
from spiders.fetch import TRIES, Ask, Fetcher
from spiders.hosts import HostPaused
from spiders.ledger import Lease, Settlement, Turn
from spiders.pool import Pool
from spiders.records import Page
from spiders.robots import RobotsUnreachable
from spiders.settling import visited, words, write

T = TypeVar("T")

LEASED = 16  # links at a time
MOST_DOCUMENTS = 600  # of one outlet in one run
MOST_LINKS = 200_000
PORTION = 1000  # links that go to the ledger at once, so that no outlet waits long for another's


@dataclass(kw_only=True, slots=True)
class CrawlResult:
    """What a crawl of one outlet did: counts of documents read, links found, pages by what became of them.

    `problems` are sentences about documents that did not come, `waits` those that may come later, `notes` about those
    that came in part or were mended; `answers` tells of every document that was asked for what it answered;
    `other_days` how many links of which other days were settled; `is_day_over` whether the outlet's day had ended at
    the moment of the crawl. `error` is what ended the crawl before its time.
    """

    outlet: str
    is_day_over: bool = False
    n_documents: int = 0
    n_links: int = 0
    counts: Counter[str] = field(default_factory=lambda: Counter(fetched=0))
    problems: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    other_days: Counter[str] = field(default_factory=Counter)
    error: BaseException | None = None
    was_stopped: bool = False
    waited_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What the crawls of all outlets share."""

    pool: Pool
    readers: Readers
    on_progress: Callable[[str, int, int], None]  # slug, done, known
    on_archived: Callable[[str], None]  # slug


class OutletCrawl:
    """One outlet's crawl in its turn; `result` says what it did, also while it goes on."""

    def __init__(
        self, turn: Turn, fetcher: Fetcher, tools: Tools, result: CrawlResult, parse_date: ParseDate | None = None,
        *, is_revisiting: bool = True,
    ) -> None:  # fmt: skip
        self.turn, self.fetcher, self.tools, self.result = turn, fetcher, tools, result
        self.outlet, self.parse_date, self.is_revisiting = turn.outlet, parse_date, is_revisiting
        self._batch = Batch(self._write)
        self._listed: dict[str, set[str]] = defaultdict(set)
        self._done = 0
        result.is_day_over = turn.today > turn.day

    async def run(self) -> None:
        """Crawls to the end; keeps what came where it is cancelled before."""
        try:
            await self._discover()
            await self._fetch_links()
            if self.is_revisiting:
                await self._visit()
        finally:
            await self._batch.flush()
            self.result.notes += [f"{self.outlet.slug}: {note}." for note in self.fetcher.notes]

    async def _discover(self) -> None:
        """Reads the entry documents, and what they lead to."""
        waiting = deque(entry_documents(self.outlet, self.turn.day))
        asked: set[str] = set()
        while waiting:
            document = waiting.popleft()
            if document.url in asked:
                continue
            if len(asked) >= MOST_DOCUMENTS or self.result.n_links >= MOST_LINKS:
                self._note(f"{len(waiting) + 1} more documents were left out: one run reads {MOST_DOCUMENTS} of them")
                return
            asked.add(document.url)
            waiting.extend(await self._read(document))

    async def _read(self, document: Document) -> Sequence[Document]:
        """One feed, sitemap or section page: its links go to the ledger; gives the documents that it leads to."""
        found = await self._found(document)
        if found is None:
            return ()
        self.result.n_documents += 1
        self.result.n_links += len(found.links)
        for word in found.problems:
            self._note(f"{document.url} was read, but is {word}")
        for links in _portions(found.links):
            await self.tools.pool.do(ledger.discover, links, self.turn)
        for refused in _portions(found.refused):
            await self.tools.pool.do(ledger.refuse, refused, self.turn, document.url)
        is_news = self._is_news(found, document)
        return list(further_documents(document, found, self.outlet, self.turn.day, is_news=is_news))

    async def _found(self, document: Document) -> Discovered | None:
        """What a document lists; None, and a sentence, where it did not come or cannot be read."""
        for attempt in range(1, TRIES + 1):
            answer = await self._asked(document)
            if answer is None:
                return None
            try:
                found = await self.tools.readers.read(
                    document, answer.body, answer.content_type, self.outlet, self.parse_date
                )
            except DocumentError as error:
                self._answered(document.url, "cannot be read")
                self.result.problems.append(f"{self.outlet.slug}: {document.url} cannot be read: {error}")
                return None
            if PARTIAL not in found.problems or answer.is_replayed or attempt == TRIES:
                break
        n_links = len(found.links)
        self._answered(document.url, f"lists {n_links} links" if n_links or not found.children else "leads to others")
        return found

    async def _asked(self, document: Document) -> Answer | None:
        try:
            answer = await self.fetcher.fetch(
                Ask(url=document.url, outlet=self.outlet, max_bytes=document.max_bytes, document=document)
            )
        except IgnoreRequest as error:
            self._did_not_come(document, error)
            return None
        self.result.waited_seconds = self.fetcher.waited
        if answer.status == 200:
            return answer
        self._answered(document.url, f"answers {answer.status}")
        sentence = f"{self.outlet.slug}: {document.url} answers {answer.status}."
        if answer.pause is not None:
            self.result.waits.append(f"{sentence} Run it again in {answer.pause:.0f} seconds.")
        elif answer.status not in (404, 410):
            self.result.problems.append(sentence)
        return None

    def _did_not_come(self, document: Document, error: IgnoreRequest) -> None:
        """A document without an answer; where its host is what is wrong, one sentence tells it for all documents."""
        why = said(error, document.url)
        self._answered(document.url, why)
        pause = error.wait if isinstance(error, HostPaused) else getattr(error, "pause", None)
        is_host = isinstance(error, HostPaused | RobotsUnreachable | HostSilent)
        sentence = f"{self.outlet.slug}: {why}." if is_host else f"{self.outlet.slug}: {document.url}: {why}."
        known = self.result.waits if pause else self.result.problems
        if sentence not in known:
            known.append(sentence)

    def _answered(self, url: str, what: str) -> None:
        self.result.answers[url] = what

    def _note(self, sentence: str) -> None:
        self.result.notes.append(f"{self.outlet.slug}: {sentence}.")

    def _is_news(self, found: Discovered, document: Document) -> bool:
        """Whether a section's page lists links that its earlier pages did not."""
        listed = self._listed[document.template]
        new = {link.url for link in found.links} - listed
        listed |= new
        return bool(new)

    async def _fetch_links(self) -> None:
        """Fetches the links that are to be fetched, the day's own before others."""
        while leases := await self.tools.pool.do(ledger.lease, self.turn, LEASED):
            await self._tell_progress(len(leases))
            for lease in leases:
                if lease.day != self.turn.day:
                    self.result.other_days[str(lease.day)] += 1
                await self._fetch(lease)

    async def _visit(self) -> None:
        """Looks again at articles of any day whose time has come."""
        while leases := await self.tools.pool.do(ledger.lease_visits, self.turn, LEASED):
            for lease in leases:
                await self._fetch(lease)
            await self._batch.flush()

    async def _tell_progress(self, n_leased: int) -> None:
        n_waiting = await self.tools.pool.do(ledger.count_waiting, self.outlet.slug, self.turn.day)
        self.tools.on_progress(self.outlet.slug, self._done, self._done + max(n_waiting, n_leased))

    async def _fetch(self, lease: Lease) -> None:
        """A page, or an answer that is none, or no answer."""
        asked = {"If-None-Match": lease.etag} if lease.etag else {"If-Modified-Since": lease.last_modified}
        headers = {name: value for name, value in asked.items() if value}
        try:
            answer = await self.fetcher.fetch(Ask(url=lease.listed_url, outlet=self.outlet, headers=headers))
        except IgnoreRequest as error:
            await self._batch.settled(settle_failure(lease, error))
        else:
            await self._take(answer, lease)
        self.result.waited_seconds = self.fetcher.waited

    async def _take(self, answer: Answer, lease: Lease) -> None:
        if answer.status == 200:
            await self._batch.fetched(self._page(answer, lease), lease)
        elif lease.is_visit:
            await self._batch.settled(visited(answer, lease))
        else:
            await self._batch.settled(settle_status(lease, answer.status, answer.pause))

    def _page(self, answer: Answer, lease: Lease) -> Page:
        return Page(
            url=lease.url, final_url=answer.url, outlet=self.outlet.slug, status=answer.status,
            headers=answer.headers, body=answer.body, fetched_at=answer.fetched_at,
        )  # fmt: skip

    async def _write(self, pages: Sequence[Fetched], settled: Sequence[Settlement]) -> None:
        """Archives the pages that came, and settles all that is known after the file is safe."""
        written = await self.tools.pool.do(write, pages, settled, self.turn)
        self._done += len(written)
        self.result.counts.update(word for settlement in written for word in words(settlement))
        self.tools.on_progress(self.outlet.slug, self._done, self._done)
        if pages:
            self.tools.on_archived(self.outlet.slug)


def _portions(found: Sequence[T]) -> Iterator[Sequence[T]]:
    return (found[start : start + PORTION] for start in range(0, len(found), PORTION))
