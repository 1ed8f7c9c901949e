"""The one spider: Scrapy's engine and its reactor, in which the crawls of all outlets run beside each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy import signals
from scrapy.exceptions import StopDownload
from scrapy.http import Request, Response

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.fetch import Download

Work = Callable[["Download"], Awaitable[None]]


class WarraqSpider(scrapy.Spider):
    """Runs `work`, which gets the one door to the network, and ends with it."""

    name = "warraq"

    def __init__(self, work: Work, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._work = work

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stop_early, signal=signals.bytes_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy keeps the engine open while this runs; it is given no request, since our crawls wait for theirs."""
        await self._work(self.download)
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def download(self, request: Request) -> Response:
        """One request, as it is: nothing is retried or redirected here."""
        response: Response = await self.crawler.engine.download_async(request)
        return response

    def stop_early(self, data: bytes, request: Request, spider: Any) -> None:  # noqa: ARG002
        """Of some documents only the beginning is read."""
        if most := request.meta.get("only_first"):
            request.meta["n_received"] = request.meta.get("n_received", 0) + len(data)
            if request.meta["n_received"] >= most:
                raise StopDownload(fail=False)
