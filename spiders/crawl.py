"""Crawls a day: one spider an outlet, in one process, each under its outlet's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection as Connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from scrapy.crawler import CrawlerProcess

from spiders import ledger
from spiders.discovery import ParseDate
from spiders.outlet import Outlet
from spiders.replay import recording
from spiders.settings import crawl_settings
from spiders.spider import CrawlResult, OutletSpider
from spiders.warehouse import closing_connection, home

MakeParser = Callable[[Outlet, datetime], ParseDate]


def end_of_day(outlet: Outlet, day: date) -> datetime:
    """The outlet's midnight that ends its day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=outlet.tz)


def crawl(
    outlets: Sequence[Outlet],
    day: date,
    *,
    url: str,
    replay: Path | None = None,
    as_of: datetime | None = None,
    make_parser: MakeParser | None = None,
) -> list[CrawlResult]:
    """Discovers and fetches one day of some outlets, once in a process, and says what came of each.

    `url` is the warehouse's; `replay` a recording that answers instead of the network, as of a moment (by default
    each outlet's midnight that ends the day); `make_parser` gives the reader of visible dates in section pages.
    Articles whose time has come by the present, or by `as_of`, are looked at again, whatever their day. A recording
    without `as_of` gives each day as it stood at its own end, so that days in any order are the same: nothing else.

    Raises:
        UnreadableWarc: for the recording.
        OutletBusy: where another crawl holds an outlet too long.
    """
    if replay:
        recording(replay)  # an unreadable recording is said before anything starts
    results = [CrawlResult(outlet=outlet.slug) for outlet in outlets]
    with ExitStack() as stack:
        process = CrawlerProcess({**crawl_settings(replay), "LOG_FILE": _log_file(day)})
        bars = stack.enter_context(_progress())
        for outlet, result in sorted(zip(outlets, results, strict=True), key=lambda pair: pair[0].slug):
            connection = stack.enter_context(_locked(url, outlet.slug))
            moment = as_of or end_of_day(outlet, day)
            crawler = process.create_crawler(OutletSpider)
            crawler.settings.set("REPLAY_AS_OF", moment, priority="cmdline")
            parse_date = make_parser(outlet, moment if replay else datetime.now(outlet.tz)) if make_parser else None
            process.crawl(
                crawler,
                outlet=outlet,
                day=day,
                connection=connection,
                result=result,
                moment=moment if replay else datetime.now(UTC),
                is_revisiting=not replay or as_of is not None,
                parse_date=parse_date,
                on_progress=_bar(bars, outlet.slug),
            )
        process.start()
    return results


@contextmanager
def _locked(url: str, slug: str) -> Iterator[Connection]:
    with closing_connection(url) as connection:
        ledger.lock_outlet(connection, slug)
        yield connection  # closing the connection lets go of the lock


def _log_file(day: date) -> str:
    folder = home() / "logs"
    folder.mkdir(exist_ok=True)
    return str(folder / f"crawl-{day}.log")


def _progress() -> Progress:
    console = Console(stderr=True)
    columns: list[Any] = [TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _bar(bars: Progress, slug: str) -> Callable[[int, int], None]:
    task = bars.add_task(slug, total=None)
    return lambda done, total: bars.update(task, completed=done, total=total)
