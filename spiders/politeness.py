"""One request at a time for a host, spaced by its Crawl-delay, and none inside a Retry-After window."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from spiders.scope import spider_of
from spiders.settings import HOST_DELAY

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST_PAUSE = 24 * 3600.0  # seconds of a Retry-After that are believed
PATIENCE = 120.0  # seconds that a crawl waits for a paused host; for longer its links wait in the ledger


class HostPaused(IgnoreRequest):
    """A host that asked not to be called for a while; `wait` is how long still, in seconds."""

    def __init__(self, url: str, wait: float) -> None:
        super().__init__(f"{url}: its host asked for a pause of {wait:.0f} s more")
        self.wait = wait


class Clock(Protocol):
    """Seconds that only grow."""

    def now(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class RealClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ReplayClock:
    """A clock that a replay moves on instead of sleeping, so that delays are computed and kept all the same."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += seconds


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date; None where it says neither.

    >>> retry_after("120", datetime(2026, 11, 19, tzinfo=UTC))
    120.0
    >>> retry_after("Thu, 19 Nov 2026 00:01:00 GMT", datetime(2026, 11, 19, tzinfo=UTC))
    60.0
    """
    try:
        return min(max(float(value), 0.0), LONGEST_PAUSE)
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE)


class PolitenessMiddleware:
    """Spaces the requests to each host; `spider.waited` sums the seconds that it held them back."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._clock: Clock = ReplayClock() if crawler.settings["REPLAY"] else RealClock()
        self._free_at: dict[str, float] = defaultdict(lambda: self._clock.now())
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        await self._locks[host].acquire()  # let go when the answer is here, so that a pause it asks for is kept
        try:
            await self._wait_for(host, request.url)
        except BaseException:
            self._locks[host].release()
            raise
        request.meta["holds_host"] = True

    async def _wait_for(self, host: str, url: str) -> None:
        wait = self._free_at[host] - self._clock.now()
        if wait > PATIENCE:
            raise HostPaused(url, wait)
        if wait > 0:
            await self._clock.sleep(wait)
            spider_of(self._crawler).waited += wait

    def process_response(self, request: Request, response: Response) -> Response:
        host = urlsplit(request.url).netloc
        header = response.headers.get("Retry-After")
        if response.status in (429, 503) and header:
            pause = retry_after(header.decode("latin-1"), datetime.now(UTC))
            if pause is not None:
                self._free_at[host] = max(self._free_at[host], self._clock.now() + pause)
                request.meta["retry_after"] = pause
        self._let_go(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        self._let_go(request)

    def _let_go(self, request: Request) -> None:
        """The delay counts from the answer, so that no slow way there brings two requests nearer to each other."""
        if request.meta.pop("holds_host", False):
            host = urlsplit(request.url).netloc
            self._free_at[host] = max(self._free_at[host], self._clock.now() + self._delay(request))
            self._locks[host].release()

    def _delay(self, request: Request) -> float:
        asked = spider_of(self._crawler).outlet.crawl_delay or 0.0
        by_robots: float = request.meta.get("crawl_delay", 0.0)
        return max(HOST_DELAY, asked, by_robots)
