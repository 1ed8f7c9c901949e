"""A day's run: every outlet is taken the whole way, from the crawl to the check, without waiting for another."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import connection as Connection

from pipelines.broken import missed
from pipelines.check import check_articles, check_day, check_waiting
from pipelines.failures import BUSY, FAILED, told
from pipelines.journal import OutletRun, close_run, open_run
from spiders import stopping
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.outlet import Outlet, Outlets, load_outlets
from spiders.pool import Pool
from spiders.refusals import WarehouseDown
from spiders.turns import OutletBusy, Turns

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipelines.extracting import Passed
    from pipelines.flow import Flow
    from spiders.crawl_result import CrawlResult

ANSWERS_SHOWN = 5  # of an outlet's documents, where none brought an article

OnProgress = Callable[[str, int, int], None]  # slug, pages done, pages known
OnEnded = Callable[[OutletRun], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is to be run: a day's outlets, live or from a recording as of a moment."""

    day: date
    outlets: Mapping[str, Outlet]
    url: str
    replay: Path | None = None
    as_of: datetime | None = None

    @property
    def is_kept_to_day(self) -> bool:
        """Whether this is a replay of the day as it stood at its own end, which leaves other days to their runs."""
        return self.replay is not None and self.as_of is None


def choose_outlets(slugs: list[str]) -> Outlets:
    """The named outlets, or with no name all that are enabled; `broken` are those whose files cannot be used.

    Raises:
        ImpossibleRequest: for a name that no TOML bears, and where every file that was chosen is broken.
    """
    known = load_outlets()
    if unknown := sorted(set(slugs) - set(known) - set(known.broken)):
        raise ImpossibleRequest(
            f"There is no outlet named {', '.join(unknown)}. `warraq outlets` lists the {len(known)} that there are."
        )
    chosen = Outlets(
        {slug: known[slug] for slug in sorted(known) if slug in slugs or (not slugs and known[slug].enabled)}
    )
    chosen.broken = {slug: error for slug, error in known.broken.items() if slug in slugs or not slugs}
    if not chosen and (lost := missed(chosen.broken, slugs)):
        raise ImpossibleRequest("\n".join(map(str, lost.values())))
    return chosen


def check_day_is_possible(day: date) -> None:
    """Refuses a day that has not begun anywhere, and one before there was a web.

    Raises:
        ImpossibleRequest: with the day.
    """
    newest = (datetime.now(UTC) + timedelta(hours=14)).date()
    if day > newest:
        raise ImpossibleRequest(f"{day} is in the future; the newest day that can be read is {newest}.")
    if day.year < 1995:
        raise ImpossibleRequest(f"{day} is before 1995; no outlet was on the web.")


def run_day(
    request: Request, *, is_loading: bool = True, on_progress: OnProgress, on_ended: OnEnded
) -> list[OutletRun]:
    """Crawls a day and, with `is_loading`, extracts, loads and checks it, each outlet by itself.

    `on_ended` is called for every outlet, from any thread, when it has come to its end. Gives the outlets' reports.

    Raises:
        UnreadableWarc: for the recording.
        Stopped: where somebody stopped the run; what came is kept.
    """
    day_run = _DayRun(request, is_loading, on_progress, on_ended)
    try:
        return day_run.go()
    finally:
        day_run.close()


class _DayRun:
    """One run: the crawl in this thread, the rest in others."""

    def __init__(self, request: Request, is_loading: bool, on_progress: OnProgress, on_ended: OnEnded) -> None:
        from pipelines.flow import Flow

        self._request, self._on_progress, self._on_ended = request, on_progress, on_ended
        self._stage = "run" if is_loading else "crawl"
        self._reports = {slug: OutletRun(outlet=slug) for slug in request.outlets}
        self._records: dict[str, Future[int]] = {}
        self._results: dict[str, CrawlResult] = {}
        self._pool, self._turns = Pool(request.url), Turns(request.url)
        self._ends = ThreadPoolExecutor(1)  # a crawl alone ends its outlets' runs here, off the reactor
        self._flow: Flow | None = None
        if is_loading:
            self._flow = Flow(
                request.url, request.outlets, self._turns, self._loaded,
                workers=_workers(len(request.outlets)), is_kept_to_day=request.is_kept_to_day,
            )  # fmt: skip

    def go(self) -> list[OutletRun]:
        from pipelines.dates import parse_date
        from spiders.crawl import Plan, Watcher, crawl

        plan = Plan(
            day=self._request.day, replay=self._request.replay, as_of=self._request.as_of,
            make_parser=lambda outlet, moment: partial(parse_date, fetched_at=moment, timezone=outlet.timezone),
        )  # fmt: skip
        watcher = Watcher(
            on_turn=self._began, on_archived=self._archived, on_ended=self._crawled, on_progress=self._on_progress
        )
        crawl(list(self._request.outlets.values()), plan, self._pool, self._turns, watcher)
        if stopping.requested.is_set():
            raise stopping.Stopped
        if self._flow:
            self._flow.join()
        self._ends.shutdown()
        return list(self._reports.values())

    def close(self) -> None:
        if self._flow:
            self._flow.close()
        self._ends.shutdown(cancel_futures=True)
        self._pool.close()
        self._turns.close()

    def _began(self, slug: str) -> None:
        """An outlet's turn has come: its record is opened, and pages that a killed run left are taken up."""
        self._records[slug] = self._pool.submit(open_run, self._stage, slug, self._request.day)
        self._archived(slug)

    def _archived(self, slug: str) -> None:
        if self._flow:
            self._flow.archived(slug)

    def _crawled(self, result: CrawlResult) -> None:
        """An outlet's crawl has ended, however."""
        self._results[result.outlet] = result
        had_turn = result.outlet in self._records
        if result.was_stopped:
            return
        if self._flow:
            self._flow.ended(result.outlet, None if had_turn else result.error)
        else:
            self._ends.submit(self._end, result.outlet)

    def _loaded(self, passed: Passed) -> None:
        """An outlet's articles are in the news, or could not be brought there."""
        result = self._results[passed.outlet]
        if passed.error is not result.error:
            take_passed(passed, self._reports[passed.outlet])
            result.error = result.error or passed.error
        self._end(passed.outlet)

    def _end(self, slug: str) -> None:
        """Closes an outlet's run: what the crawl did goes into its report, its day is checked, its turn given back."""
        report = self._reports[slug]
        take_crawl(self._results[slug], report)
        try:
            if slug in self._records:
                self._pool.submit(self._close, slug).result()
        except (psycopg2.Error, WarraqError) as error:
            _fail(report, error, "the end of its run could not be recorded")
        self._on_ended(report)

    def _close(self, connection: Connection, slug: str) -> None:
        report = self._reports[slug]
        self._judge(connection, self._results[slug], report)
        close_run(connection, self._records[slug].result(), report)
        self._turns.give_back(connection, slug)

    def _judge(self, connection: Connection, result: CrawlResult, report: OutletRun) -> None:
        day = self._request.day
        if not self._flow or result.error:  # what was not loaded breaks no invariant
            check_waiting(connection, day, report)
            return
        check_day(connection, day, report)
        if result.is_day_over and not report.failures:
            check_articles(connection, day, report, answers_of(result))


def take_passed(passed: Passed, report: OutletRun) -> None:
    """Puts what became of an outlet's pages into its report."""
    report.counts["extract"] = dict(passed.counts)
    for sentence in passed.damaged:
        report.fail(sentence, FAILED)
    if passed.error:
        _fail(report, passed.error, "its articles were not loaded")


def _fail(report: OutletRun, error: BaseException, what: str) -> None:
    """Adds an error to a report, in a sentence that begins with the outlet where it is the outlet's."""
    sentence = sentence_of(error)
    is_whole = isinstance(error, WarraqError) or (isinstance(error, psycopg2.Error) and told(error) is not None)
    report.fail(sentence if is_whole else f"{report.outlet}: {what} ({sentence}).", code_of(error))


def take_crawl(result: CrawlResult, report: OutletRun) -> None:
    """Puts what a crawl did into its outlet's report."""
    report.counts["crawl"] = {
        "documents": result.n_documents, "links": result.n_links, **result.counts,
        "waited_seconds": round(result.waited_seconds, 1), "is_whole": result.is_whole,
    }  # fmt: skip
    report.notes += result.notes
    if isinstance(result.error, OutletBusy):  # it had no turn, or lost it: what it saw then says nothing
        report.fail(str(result.error), result.error.exit_code)
        return
    if result.other_days:
        days = ", ".join(f"{day} ({n})" for day, n in sorted(result.other_days.items()))
        report.notes.append(f"{result.outlet}: links of other days were settled too: {days}.")
    for sentence in result.problems:
        report.fail(sentence, FAILED)
    for sentence in result.waits:
        report.fail(sentence, BUSY)
    if result.error is not None:
        _fail(report, result.error, "its crawl ended early")
    elif result.is_day_over and not result.n_links and not report.failures:
        report.fail(f"{result.outlet}: its documents hold no link. {answers_of(result)}", FAILED)


def answers_of(result: CrawlResult) -> str:
    """What was asked for, and what it answered, in a few sentences."""
    told = [f"{url} {what}." for url, what in result.answers.items()]
    rest = [f"{len(told) - ANSWERS_SHOWN} more documents were asked for."] if len(told) > ANSWERS_SHOWN else []
    return " ".join(told[:ANSWERS_SHOWN] + rest)


def code_of(error: BaseException) -> int:
    """The exit code of what ended an outlet's run; a database that went away meanwhile may be back soon."""
    if isinstance(error, WarehouseDown):
        return BUSY
    if isinstance(error, psycopg2.Error) and (known := told(error)):
        return known[1]
    return error.exit_code if isinstance(error, WarraqError) else FAILED


def sentence_of(error: BaseException) -> str:
    """What ended an outlet's run, in a line."""
    if isinstance(error, psycopg2.Error) and (known := told(error)):
        return known[0]
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _workers(n_outlets: int) -> int:
    """Children for extraction: one outlet's pages come one by one, and do not need two."""
    return 1 if n_outlets == 1 else min(os.cpu_count() or 1, 8)
