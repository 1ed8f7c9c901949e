"""A first look at an outlet: its robots.txt, its home page, and the feeds and sitemaps that these name."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import IgnoreRequest

from spiders import stopping
from spiders.answers import Answer as Reply
from spiders.discovery import Document
from spiders.failures import REFUSALS, Refused, said
from spiders.fetch import Ask, Download, Fetcher
from spiders.homepage import HomePage, named_sitemaps, read_home_page
from spiders.hosts import LiveHosts, ReplayHosts
from spiders.outlet import Outlet
from spiders.pool import Pool
from spiders.replay import recording
from spiders.robots import NoStore, Robots
from spiders.settings import crawl_settings
from spiders.spider import WarraqSpider
from spiders.urls import refusal
from spiders.warehouse import database_url, home

MOST_DOCUMENTS = 20  # feeds, and as many sitemaps: a first look is short

Kind = Literal["feed", "sitemap"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A feed or a sitemap that came: the address that was asked for, and the bytes."""

    kind: Kind
    url: str
    content_type: str | None
    body: bytes


@dataclass(kw_only=True, slots=True)
class Survey:
    """What came. `outlet` is what is known before: a slug and a host; `home_url` is the home page's address after
    redirects; `problems` are sentences, each of an address that did not come.
    """

    outlet: Outlet
    home_url: str = ""
    home: HomePage | None = None
    robots: str = ""
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def survey(outlet: Outlet, url: str, replay: Path | None = None) -> Survey:
    """Looks at the outlet whose home page is at `url`, once in a process.

    `replay` is a recording that answers instead of the network, as it stood at its end. Every file is asked for anew.

    Raises:
        UnreadableWarc: for the recording.
        Stopped: where somebody stopped it.
    """
    if replay:
        recording(replay)  # an unreadable recording is said before anything starts
    (home() / "logs").mkdir(exist_ok=True)
    settings = crawl_settings(replay) | {"LOG_FILE": str(home() / "logs" / "outlets-add.log")}
    process, pool = AsyncCrawlerProcess(settings), Pool(database_url(), 1)
    look = _Look(Survey(outlet=outlet), url, pool, is_replay=replay is not None)
    process.crawl(WarraqSpider, work=look.run)
    try:
        with stopping.instead(look.stop):
            process.start(install_signal_handlers=False)
    finally:
        pool.close()
    if stopping.requested.is_set():
        raise stopping.Stopped
    return look.found


class _Look:
    """Asks for one outlet's home page, then for what it and robots.txt name; follows nothing further."""

    def __init__(self, found: Survey, url: str, pool: Pool, *, is_replay: bool) -> None:
        self.found, self._url, self._pool, self._is_replay = found, url, pool, is_replay
        self._task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Ends the look; may be called from a signal handler."""
        if self._task:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    async def run(self, download: Download) -> None:
        """Looks, whatever comes."""
        hosts = ReplayHosts() if self._is_replay else LiveHosts(self._pool)
        as_of = datetime.max.replace(tzinfo=UTC) if self._is_replay else None
        fetcher = Fetcher(download, hosts, Robots(NoStore()), Counter(), as_of)
        self._task = asyncio.create_task(self._look(fetcher))
        await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self, fetcher: Fetcher) -> None:
        reply = await self._came(fetcher, self._url)
        if reply is None:
            return
        found = self.found
        found.home_url = reply.url
        found.home = read_home_page(reply.body, url=reply.url, content_type=reply.content_type)
        found.robots = (await fetcher.robots(reply.url, found.outlet)).body.decode("utf-8", "replace")
        sitemaps = named_sitemaps(found.robots, url=reply.url) or (urljoin(reply.url, "/sitemap.xml"),)
        await self._ask(fetcher, "feed", found.home.feeds)
        await self._ask(fetcher, "sitemap", sitemaps)

    async def _ask(self, fetcher: Fetcher, kind: Kind, urls: tuple[str, ...]) -> None:
        for url in urls[:MOST_DOCUMENTS]:
            if reason := refusal(url, self.found.outlet):
                self.found.problems.append(f"{url} was not asked for: {REFUSALS[reason]}.")
            elif reply := await self._came(fetcher, url, Document(kind=kind, url=url)):
                self.found.answers.append(Answer(kind=kind, url=url, content_type=reply.content_type, body=reply.body))
        if len(urls) > MOST_DOCUMENTS:
            self.found.problems.append(f"Of {len(urls)} {kind}s only {MOST_DOCUMENTS} were asked for.")

    async def _came(self, fetcher: Fetcher, url: str, document: Document | None = None) -> Reply | None:
        """The answer of an address; None, and a sentence, where it gave none."""
        try:
            reply = await fetcher.fetch(Ask(url=url, outlet=self.found.outlet, document=document))
        except IgnoreRequest as error:
            self.found.problems.append(f"{url} could not be fetched: {_why(error, url)}.")
            return None
        if reply.status != 200:
            self.found.problems.append(f"{url} answers {reply.status}.")
            return None
        return reply


def _why(error: IgnoreRequest, url: str) -> str:
    if isinstance(error, Refused):
        is_elsewhere = error.reason == "scope"
        return f"it leads to {error.url}, another host" if is_elsewhere else REFUSALS[error.reason]
    return said(error, url)
