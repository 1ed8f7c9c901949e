"""The discovery of one outlet's links: reads its feeds, sitemaps and sections, and what they lead to.

A live one has its share of the outlet's time, so that however much an outlet lists, its links are fetched too.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from scrapy.exceptions import IgnoreRequest

from spiders import ledger
from spiders.answers import Answer
from spiders.crawl_result import CrawlResult
from spiders.discovered import PARTIAL, Discovered
from spiders.discovery import Document, ParseDate, entry_documents, further_documents
from spiders.document_errors import DocumentError
from spiders.documents import Readers
from spiders.failures import HostSilent, said
from spiders.fetch import TRIES, Ask, Fetcher
from spiders.hosts import HostPaused, after
from spiders.ledger import Turn
from spiders.pool import Pool
from spiders.robots import RobotsUnreachable

T = TypeVar("T")

MOST_DOCUMENTS = 600  # of one outlet in one run
MOST_LINKS = 200_000
PORTION = 1000  # links that go to the ledger at once, so that no outlet waits long for another's


class Discovery:
    """One outlet's discovery in its turn, which takes `seconds`, or as long as it takes; `result` is told of it."""

    def __init__(
        self, turn: Turn, fetcher: Fetcher, pool: Pool, readers: Readers, result: CrawlResult,
        parse_date: ParseDate | None, *, seconds: float | None,
    ) -> None:  # fmt: skip
        self._turn, self._fetcher, self._pool, self._readers = turn, fetcher, pool, readers
        self._outlet, self._parse_date, self.result = turn.outlet, parse_date, result
        self._seconds, self._started = seconds, time.monotonic()
        self._listed: dict[str, set[str]] = defaultdict(set)

    async def run(self) -> None:
        """Reads the entry documents in their order, then what they lead to, and says what was left out."""
        self._started = time.monotonic()
        waiting = deque(entry_documents(self._outlet, self._turn.day))
        asked: set[str] = set()
        while waiting:
            document = waiting.popleft()
            if document.url in asked:
                continue
            if why := self._bound(len(asked)):
                self._leave_out([document, *waiting], asked, why)
                return
            asked.add(document.url)
            waiting.extend(await self._read(document))

    def _bound(self, n_asked: int) -> str:
        """Why no more documents are asked for; "" while some are. The first always is."""
        if n_asked >= MOST_DOCUMENTS:
            return f"one run reads {MOST_DOCUMENTS} of them"
        if self.result.n_links >= MOST_LINKS:
            return f"one run takes {MOST_LINKS:,} links, and those before it had listed {self.result.n_links:,}"
        if self._seconds is not None and n_asked and time.monotonic() - self._started >= self._seconds:
            return (
                f"reading documents has {self._seconds / 60:.3g} minutes of a run, a part of WARRAQ_OUTLET_MINUTES; "
                "set that higher to read more"
            )
        return ""

    def _leave_out(self, documents: Iterable[Document], asked: set[str], why: str) -> None:
        """Says what was left out; the outlet is busy where that are documents that its file names."""
        left = {document.url: document for document in documents if document.url not in asked}
        entries = [url for url, document in left.items() if document.is_entry]
        if entries:
            first = f"{entries[0]} and {len(entries) - 1} more were" if len(entries) > 1 else f"{entries[0]} was"
            self.result.waits.append(f"{self._outlet.slug}: {first} not asked for: {why}.")
        if n_others := len(left) - len(entries):
            self._note(f"{n_others} more documents, to which others lead, were left out: {why}")

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
            await self._pool.do(ledger.discover, links, self._turn)
        for refused in _portions(found.refused):
            await self._pool.do(ledger.refuse, refused, self._turn, document.url)
        is_news = self._is_news(found, document)
        return list(further_documents(document, found, self._outlet, self._turn.day, is_news=is_news))

    async def _found(self, document: Document) -> Discovered | None:
        """What a document lists, asked for again where it came in part; None where it did not come or is unreadable."""
        came = await self._came(document)
        for _ in range(TRIES - 1):
            if came is None or came[0].is_replayed or PARTIAL not in came[1].problems:
                break
            came = await self._came(document)
        if came is None:
            return None
        answer, found = came
        n_links = len(found.links)
        self._answered(document.url, f"lists {n_links} links" if n_links or not found.children else "leads to others")
        return self._judged(found, answer, document)

    async def _came(self, document: Document) -> tuple[Answer, Discovered] | None:
        """A document's answer and what it lists; None, and a sentence, where it did not come or cannot be read."""
        answer = await self._asked(document)
        if answer is None:
            return None
        try:
            return answer, await self._readers.read(
                document, answer.body, answer.content_type, self._outlet, self._parse_date
            )
        except DocumentError as error:
            self._answered(document.url, "cannot be read")
            self.result.problems.append(f"{self._outlet.slug}: {document.url} cannot be read: {error}")
            return None

    def _judged(self, found: Discovered, answer: Answer, document: Document) -> Discovered:
        """What a document lists; one that came in part to the last try is a problem, unless it was recorded so."""
        others = tuple(word for word in found.problems if word != PARTIAL)
        if not answer.is_cut and others == found.problems:
            return found
        if answer.is_replayed:
            return replace(found, problems=(PARTIAL, *others))
        self.result.problems.append(
            f"{self._outlet.slug}: {document.url} came in part, {TRIES} times. The links in that part were taken; "
            "run it again for the others."
        )
        return replace(found, problems=others)

    async def _asked(self, document: Document) -> Answer | None:
        try:
            answer = await self._fetcher.fetch(
                Ask(url=document.url, outlet=self._outlet, max_bytes=document.max_bytes, document=document)
            )
        except IgnoreRequest as error:
            self._did_not_come(document, error)
            return None
        self.result.waited_seconds = self._fetcher.waited
        if answer.status == 200:
            return answer
        self._answered(document.url, f"answers {answer.status}")
        self._say_status(document, answer)
        return None

    def _say_status(self, document: Document, answer: Answer) -> None:
        """Says that a document answers otherwise than it should; a day's own or a further page need not be there."""
        sentence = f"{self._outlet.slug}: {document.url} answers {answer.status}."
        if answer.pause is not None:
            self.result.waits.append(f"{sentence} Run it again {after(answer.pause)}.")
        elif answer.status not in (404, 410):
            self.result.problems.append(sentence)
        elif document.is_named and not answer.is_missing:
            self.result.notes.append(f"{sentence} Mend or remove this address in the outlet's file.")

    def _did_not_come(self, document: Document, error: IgnoreRequest) -> None:
        """A document without an answer; where its host is what is wrong, one sentence tells it for all documents."""
        why = said(error, document.url)
        self._answered(document.url, why)
        pause = error.wait if isinstance(error, HostPaused) else getattr(error, "pause", None)
        is_host = isinstance(error, HostPaused | RobotsUnreachable | HostSilent)
        sentence = f"{self._outlet.slug}: {why}." if is_host else f"{self._outlet.slug}: {document.url}: {why}."
        known = self.result.waits if pause else self.result.problems
        if sentence not in known:
            known.append(sentence)

    def _answered(self, url: str, what: str) -> None:
        self.result.answers[url] = what

    def _note(self, sentence: str) -> None:
        self.result.notes.append(f"{self._outlet.slug}: {sentence}.")

    def _is_news(self, found: Discovered, document: Document) -> bool:
        """Whether a section's page lists links that its earlier pages did not."""
        listed = self._listed[document.template]
        new = {link.url for link in found.links} - listed
        listed |= new
        return bool(new)


def _portions(found: Sequence[T]) -> Iterator[Sequence[T]]:
    return (found[start : start + PORTION] for start in range(0, len(found), PORTION))
