"""Crawls a day of many outlets in one process: each goes on by itself, in its turn, and none waits for another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess

from spiders import stopping
from spiders.crawl_result import CrawlResult
from spiders.discovery import ParseDate
from spiders.documents import Readers
from spiders.errors import ImpossibleRequest
from spiders.fetch import Download, Fetcher
from spiders.hosts import LiveHosts, ReplayHosts
from spiders.ledger import Turn
from spiders.outlet import Outlet
from spiders.outlet_crawl import OutletCrawl, Tools
from spiders.pool import Pool
from spiders.replay import recording
from spiders.robots import NoStore, Robots, Warehouse
from spiders.settings import crawl_settings
from spiders.silences import Silences
from spiders.spider import WarraqSpider
from spiders.turns import PATIENCE, POLL, OutletBusy, Turns, busy, take
from spiders.warehouse import home

DISCOVERY_SHARE = 1 / 3  # of an outlet's time in one run; the rest is for its links

MakeParser = Callable[[Outlet, datetime], ParseDate]
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be crawled: a day, live, or from a recording as of a moment.

    `replay` answers instead of the network, as of `as_of` (by default each outlet's midnight that ends the day);
    `make_parser` gives the reader of visible dates in feeds and sections.
    Articles whose time has come by the present, or by `as_of`, are looked at again, whatever their day, and links of
    other days are settled. A recording without `as_of` gives each day as it stood at its own end, so that days in any
    order are the same: it does nothing else.
    """

    day: date
    replay: Path | None = None
    as_of: datetime | None = None
    make_parser: MakeParser | None = None

    @property
    def is_plain_replay(self) -> bool:
        return self.replay is not None and self.as_of is None

    def moment(self, outlet: Outlet) -> datetime:
        """The moment that an outlet's crawl stands for."""
        if self.replay is None:
            return datetime.now(UTC)
        return self.as_of or end_of_day(outlet, self.day)


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """Who is told, in the reactor's thread, how the crawls go: each argument is a slug."""

    on_turn: Tell
    on_archived: Tell
    on_ended: Callable[[CrawlResult], None]
    on_progress: Callable[[str, int, int], None]  # slug, done, known


def end_of_day(outlet: Outlet, day: date) -> datetime:
    """The outlet's midnight that ends its day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=outlet.tz)


def outlet_seconds() -> float:
    """How long one outlet may take in one run, from WARRAQ_OUTLET_MINUTES; by default an hour."""
    told = os.environ.get("WARRAQ_OUTLET_MINUTES", "").strip() or "60"
    try:
        minutes = float(told)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 24 * 60:
        raise ImpossibleRequest(f"WARRAQ_OUTLET_MINUTES must be a number of minutes up to a day, not {told!r}.")
    return 60 * minutes


def crawl(outlets: Sequence[Outlet], plan: Plan, pool: Pool, turns: Turns, watcher: Watcher) -> list[CrawlResult]:
    """Discovers and fetches one day of some outlets, once in a process, and says what came of each.

    Every outlet's turn is taken first, and kept: whoever called gives it back.

    Raises:
        UnreadableWarc: for the recording.
    """
    if plan.replay:
        recording(plan.replay)  # an unreadable recording is said before anything starts
    crawls = _Crawls(outlets, plan, pool, turns, watcher)
    process = AsyncCrawlerProcess({**crawl_settings(plan.replay), "LOG_FILE": _log_file(plan.day)})
    process.crawl(WarraqSpider, work=crawls.run)
    with _stopped_by_signals(crawls):
        process.start(install_signal_handlers=False)
    crawls.readers.close()
    return [crawls.results[outlet.slug] for outlet in outlets]


class _Crawls:
    """The crawls of all outlets, as tasks of one loop."""

    def __init__(self, outlets: Sequence[Outlet], plan: Plan, pool: Pool, turns: Turns, watcher: Watcher) -> None:
        self._outlets, self._plan, self._pool, self._turns, self._watcher = outlets, plan, pool, turns, watcher
        self._seconds = outlet_seconds()
        self._hosts, self._robots, self._silences = LiveHosts(pool), Robots(Warehouse(pool)), Silences()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self.readers = Readers()
        self.results = {outlet.slug: CrawlResult(outlet=outlet.slug) for outlet in outlets}

    async def run(self, download: Download) -> None:
        """Crawls all outlets to their ends."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(self._outlet(outlet, download)) for outlet in self._outlets]
        if stopping.requested.is_set():
            self._cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self) -> None:
        """Ends all crawls soon; may be called from a signal handler."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _outlet(self, outlet: Outlet, download: Download) -> None:
        """One outlet's crawl, whatever becomes of it."""
        result = self.results[outlet.slug]
        try:
            turn = await self._turn(outlet)
            self._watcher.on_turn(outlet.slug)
            async with asyncio.timeout(self._seconds):
                await self._crawl_of(turn, download, result).run()
            result.is_whole = True
        except asyncio.CancelledError:
            result.was_stopped = True
        except TimeoutError:
            result.error = OutletBusy(
                f"{outlet.slug}: this outlet had {self._seconds / 60:g} minutes, which was not enough. What came is "
                "kept; run it again for the rest, or set WARRAQ_OUTLET_MINUTES."
            )
        except Exception as error:
            result.error = error
        self._watcher.on_ended(result)

    async def _turn(self, outlet: Outlet) -> Turn:
        """Waits for the outlet's turn, while others go on. Raises OutletBusy where it does not come."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while (fence := await self._pool.do(take, outlet.slug)) is None:
            if asyncio.get_running_loop().time() >= end:
                raise busy(outlet.slug)
            await asyncio.sleep(POLL)
        self._turns.keep(outlet.slug, fence)
        return Turn(
            outlet=outlet, fence=fence, day=self._plan.day, moment=self._plan.moment(outlet),
            is_settling=not self._plan.is_plain_replay,
        )  # fmt: skip

    def _crawl_of(self, turn: Turn, download: Download, result: CrawlResult) -> OutletCrawl:
        outlet, plan = turn.outlet, self._plan
        if plan.replay:
            fetcher = Fetcher(download, ReplayHosts(), Robots(NoStore()), self._silences, turn.moment)
        else:
            fetcher = Fetcher(download, self._hosts, self._robots, self._silences)
        tools = Tools(
            pool=self._pool, readers=self.readers,
            discovery_seconds=None if plan.replay else self._seconds * DISCOVERY_SHARE,
            on_progress=self._watcher.on_progress, on_archived=self._watcher.on_archived,
        )  # fmt: skip
        parse_date = plan.make_parser(outlet, turn.moment) if plan.make_parser else None
        return OutletCrawl(turn, fetcher, tools, result, parse_date, is_revisiting=not plan.is_plain_replay)


@contextmanager
def _stopped_by_signals(crawls: _Crawls) -> Iterator[None]:
    with stopping.instead(crawls.stop):
        yield


def _log_file(day: date) -> str:
    folder = home() / "logs"
    folder.mkdir(exist_ok=True)
    return str(folder / f"crawl-{day}.log")
