"""A first look at an outlet: its robots.txt, its home page, and the feeds and sitemaps that these name.

It is short, see the bounds here and in `spiders.asker`; what was not asked for is said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from scrapy.crawler import AsyncCrawlerProcess

from spiders import stopping
from spiders.asker import ADD_IT, Asker
from spiders.choices import news_first, telling_children
from spiders.dated import Dated, templates
from spiders.documents import Readers
from spiders.feed_links import FeedLink
from spiders.fetch import Download, Fetcher
from spiders.gates import GATES
from spiders.homepage import HomePage, named_sitemaps
from spiders.hosts import LiveHosts, LocalHosts, ReplayHosts
from spiders.leads import LEADS
from spiders.outlet import Outlet, expand
from spiders.outlet_record import host_of
from spiders.pool import Pool
from spiders.replay import recording
from spiders.robots import NoStore, Robots, Warehouse
from spiders.seen import Survey
from spiders.settings import crawl_settings
from spiders.silences import Silences
from spiders.spider import WarraqSpider
from spiders.warehouse import home

MOST_FEEDS, MOST_SITEMAPS, MOST_CHILDREN, MOST_TEMPLATES = 12, 8, 6, 4
SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
FEEDS = ("feed/", "rss.xml", "rss")  # and a news sitemap: tried where nothing was found
SYSTEM_FEEDS = {
    "wordpress": "feed/", "drupal": "rss.xml", "joomla": "?format=feed&type=rss", "blogger": "/feeds/posts/default",
}  # fmt: skip


def survey(outlet: Outlet, url: str, replay: Path | None = None, warehouse: str | None = None) -> Survey:
    """Looks at the outlet whose home page is at `url`, once in a process.

    `replay` is a recording that answers instead of the network, as it stood at its end. `warehouse` is the URL of the
    database that keeps copies of robots.txt and the delays of hosts; without one they last as long as the look.

    Raises:
        UnreadableWarc: for the recording.
        Stopped: where somebody stopped it.
    """
    if replay:
        recording(replay)  # an unreadable recording is said before anything starts
    (home() / "logs").mkdir(exist_ok=True)
    settings = crawl_settings(replay) | {"LOG_FILE": str(home() / "logs" / "outlets-add.log")}
    process, pool = AsyncCrawlerProcess(settings), Pool(warehouse, 1) if warehouse else None
    look = _Look(Survey(outlet=outlet), url, pool, is_live=replay is None)
    process.crawl(WarraqSpider, work=look.run)
    try:
        with stopping.instead(look.stop):
            process.start(install_signal_handlers=False)
    finally:
        look.close()
        if pool:
            pool.close()
    if stopping.requested.is_set():
        raise stopping.Stopped
    if look.error:
        raise look.error
    return look.found


class _Look:
    """Asks for one outlet's home page, then for what it and robots.txt name. `pool` is the warehouse's, if any."""

    def __init__(self, found: Survey, url: str, pool: Pool | None, *, is_live: bool) -> None:
        self.found, self._url, self._pool, self._is_live = found, url, pool, is_live
        self.error: BaseException | None = None
        self._readers = Readers()
        self._task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Ends the look; may be called from a signal handler."""
        if self._task:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    def close(self) -> None:
        self._readers.close()

    async def run(self, download: Download) -> None:
        """Looks, whatever comes."""
        self._asker = Asker(self.found, self._fetcher(download), self._readers)
        self._task = asyncio.create_task(self._look())
        if stopping.requested.is_set():  # before there was a task to stop
            self._task.cancel()
        (error,) = await asyncio.gather(self._task, return_exceptions=True)
        self.error = None if isinstance(error, asyncio.CancelledError) else error

    def _fetcher(self, download: Download) -> Fetcher:
        if self._pool:
            return Fetcher(download, LiveHosts(self._pool), Robots(Warehouse(self._pool)), Silences())
        if self._is_live:
            return Fetcher(download, LocalHosts(), Robots(NoStore()), Silences())
        return Fetcher(download, ReplayHosts(), Robots(NoStore()), Silences(), datetime.max.replace(tzinfo=UTC))

    async def _look(self) -> None:
        await self._home()
        found = self.found
        if found.home is None:
            return
        await self._feeds(() if found.home.gate else found.home.feeds)
        await self._sitemaps(() if found.home.gate else found.home.sitemaps)
        await self._tries(found.home)
        if self._asker.left:
            left = f"{', '.join(self._asker.left[:10])}{' …' if len(self._asker.left) > 10 else ''}"
            found.remarks.append(
                f"{len(self._asker.left)} more addresses were not tried, because a first look is limited: {left}"
            )

    async def _home(self) -> None:
        """Asks for the home page, and goes on where a page is only a step before it, twice at most."""
        url, led = self._url, set[str]()
        while True:
            came = await self._asker.page(url)
            if came is None:
                return
            here, page = came
            self.found.home_url, self.found.home = here, page
            if page.gate not in ("", "consent", "login"):
                self.found.problems.append(f"What came from {here} is {GATES[page.gate]}.")
                self.found.home = None
            lead = page.lead
            if lead is None or lead.kind in led or len(led) == 2:
                return
            led.add(lead.kind)
            step = f"{here} {LEADS[lead.kind]} {lead.url}"
            if lead.is_all:
                self.found.home = None
            if not self._asker.may_go(lead.url):
                told = self.found.problems if lead.is_all else self.found.remarks
                told.append(f"{step}, another host. {ADD_IT}")
                return
            self.found.remarks.append(f"{step}.")
            if lead.kind in ("language", "edition"):  # the host that was left is another edition's
                self.found.outlet = replace(self.found.outlet, hosts=(host_of(lead.url),))
            url = lead.url

    async def _feeds(self, links: Iterable[FeedLink]) -> None:
        """Asks for what the home page calls feeds, then for what only looks so, then for what pages of feeds list."""
        usable = [link for link in links if not link.remark]
        self.found.remarks += [f"{link.url} was left out: {link.remark}." for link in links if link.remark]
        queue = deque([link for link in usable if link.is_told] + [link for link in usable if not link.is_told])
        is_first = {link.url for link in queue}
        n_asked = 0
        while queue:
            link = queue.popleft()
            is_own = self.found.outlet.owns(link.url)
            if not is_own and not link.is_told:
                self.found.remarks.append(f"{link.url} may be a feed, on a host that is not the outlet's.")
            elif n_asked >= MOST_FEEDS:
                self._asker.left.append(link.url)
            elif seen := await self._asker.ask("feed", link.url, self.found.home_url, is_shared_host=not is_own):
                n_asked += 1
                if seen.look.kind == "page" and link.url in is_first and not link.is_told:
                    queue.extend(new for new in seen.look.feeds if not new.remark and new.url not in is_first)

    async def _sitemaps(self, shown: Iterable[str]) -> None:
        """Asks for the sitemaps that robots.txt names, else for those that the page does, else where they often are."""
        named = []
        for url in named_sitemaps(await self._asker.robots(), url=self.found.home_url):
            if urlsplit(url).path == "/robots.txt":
                self.found.remarks.append(f"{url} names itself as a sitemap, and was skipped.")
            else:
                named.append(url)
        urls = news_first(named or shown)
        self._asker.left += urls[MOST_SITEMAPS:]
        for url in urls[:MOST_SITEMAPS]:
            await self._asker.ask("sitemap", url, "robots.txt" if named else self.found.home_url)
        if not self.found.good("news", "sitemap", "index"):
            await self._asker.try_out("sitemap", [urljoin(self.found.home_url, path) for path in SITEMAPS])
        await self._children()
        await self._templates(named)

    async def _children(self) -> None:
        """Asks for a few children of the indexes, to see what they list."""
        indexes, n_asked = deque(self.found.good("index")), 0
        while indexes:
            index = indexes.popleft()
            for child in telling_children(index.look.found.children):
                if n_asked < MOST_CHILDREN:
                    n_asked += 1
                    seen = await self._asker.ask("sitemap", child.url, index.url, is_shared_host=child.is_shared_host)
                    indexes.extend([seen] if seen and seen.look.kind == "index" else [])

    async def _templates(self, named: Iterable[str]) -> None:
        """Finds the templates of days and months, and whether their numbers have a zero before them."""
        listed = [child.url for index in self.found.good("index") for child in index.look.found.children]
        own = [url for url in (*listed, *named) if self.found.outlet.owns(url)]
        for dated in templates(own)[:MOST_TEMPLATES]:
            self.found.dated.append(dated if dated.is_padded is not None else await self._padded(dated))

    async def _padded(self, dated: Dated) -> Dated:
        for is_padded in (True, False):
            form = dated.padded(is_padded)
            seen = await self._asker.ask("sitemap", expand(form.template, day=dated.trial), "")
            if seen and seen.look.is_good:
                return form
        return dated

    async def _tries(self, page: HomePage) -> None:
        """Asks where feeds often are: the content system's place where no feed was named, others where nothing was."""
        if not self.found.good("feed") and page.system:
            await self._asker.try_out("feed", [urljoin(self.found.home_url, SYSTEM_FEEDS[page.system])])
        if not self.found.good("feed", "news", "sitemap", "index"):
            await self._asker.try_out("feed", [urljoin(self.found.home_url, path) for path in FEEDS])
        if not self.found.good("feed", "news", "sitemap", "index"):
            await self._asker.try_out("sitemap", [urljoin(self.found.home_url, "/news-sitemap.xml")])
