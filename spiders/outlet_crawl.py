"""The crawl of one outlet: reads its documents, fetches the links that are to be fetched, and looks again at articles.

It keeps nothing: what is to do and what was done is in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scrapy.exceptions import IgnoreRequest

from spiders import ledger
from spiders.answers import Answer
from spiders.batch import Batch, Fetched
from spiders.crawl_result import CrawlResult
from spiders.discovery import ParseDate
from spiders.documents import Readers
from spiders.failures import settle_failure, settle_status
from spiders.fetch import Ask, Fetcher
from spiders.ledger import Lease, Settlement, Turn
from spiders.outlet_discovery import Discovery
from spiders.pool import Pool
from spiders.records import Page
from spiders.settling import visited, words, write

LEASED = 16  # links at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What the crawls of all outlets share."""

    pool: Pool
    readers: Readers
    discovery_seconds: float | None  # of each outlet; None for a replay, which has no clock
    on_progress: Callable[[str, int, int], None]  # slug, done, known
    on_archived: Callable[[str], None]  # slug


class OutletCrawl:
    """One outlet's crawl in its turn; `result` says what it did, also while it goes on."""

    def __init__(
        self, turn: Turn, fetcher: Fetcher, tools: Tools, result: CrawlResult, parse_date: ParseDate | None = None,
        *, is_revisiting: bool = True,
    ) -> None:  # fmt: skip
        self.turn, self.fetcher, self.tools, self.result = turn, fetcher, tools, result
        self.outlet, self.is_revisiting = turn.outlet, is_revisiting
        self._discovery = Discovery(
            turn, fetcher, tools.pool, tools.readers, result, parse_date, seconds=tools.discovery_seconds
        )
        self._batch = Batch(self._write)
        self._done = 0
        result.is_day_over = turn.today > turn.day

    async def run(self) -> None:
        """Crawls to the end; keeps what came where it is cancelled before."""
        try:
            await self._discovery.run()
            await self._fetch_links()
            if self.is_revisiting:
                await self._visit()
        finally:
            await self._batch.flush()
            self.result.notes += [f"{self.outlet.slug}: {note}." for note in self.fetcher.notes]

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
