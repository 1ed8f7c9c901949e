"""A day's run: crawl → extract → dedup → load → check, each stage alone or all in order.

Stages import their parts when they run: a command starts fast, and Scrapy's reactor belongs to the crawl alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import connection as Connection

from pipelines.failures import BUSY, FAILED, told, worst
from pipelines.journal import close_run, open_run
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.outlet import Outlet, load_outlets
from spiders.warehouse import statement

if TYPE_CHECKING:
    from spiders.spider import CrawlResult

STAGES = ("crawl", "extract", "dedup", "load", "check")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is to be run: a day's outlets, live or from a recording as of a moment."""

    day: date
    outlets: Mapping[str, Outlet]
    url: str
    replay: Path | None = None
    as_of: datetime | None = None


@dataclass(kw_only=True, slots=True)
class Report:
    """What a stage did: counts, and sentences about what went wrong (`failures` make it red, `notes` do not)."""

    stage: str
    counts: dict[str, Any] = field(default_factory=dict)
    n_links: int | None = None
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    exit_code: int = 0


def choose_outlets(slugs: list[str]) -> dict[str, Outlet]:
    """The named outlets, or with no name all that are enabled.

    Raises:
        ImpossibleRequest: for a name that no TOML bears.
    """
    known = load_outlets()
    if unknown := sorted(set(slugs) - set(known)):
        raise ImpossibleRequest(
            f"There is no outlet named {', '.join(unknown)}. `warraq outlets` lists the {len(known)} that there are."
        )
    return {slug: known[slug] for slug in sorted(slugs or (s for s, outlet in known.items() if outlet.enabled))}


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


def run_stage(connection: Connection, stage: str, request: Request) -> Report:
    """Runs one stage, keeps a record of it in the journal, and says what it did."""
    run_id = open_run(connection, stage, request.day, request.outlets)
    try:
        report = _STAGES[stage](connection, request)
    except WarraqError as error:
        close_run(connection, run_id, {}, failures=[str(error)])
        raise
    close_run(connection, run_id, report.counts, n_links=report.n_links, failures=report.failures, notes=report.notes)
    return report


def _crawl(connection: Connection, request: Request) -> Report:
    from pipelines.dates import parse_date
    from spiders.crawl import crawl

    connection.rollback()
    results = crawl(
        list(request.outlets.values()), request.day, url=request.url, replay=request.replay, as_of=request.as_of,
        make_parser=lambda outlet, moment: partial(parse_date, fetched_at=moment, timezone=outlet.timezone),
    )  # fmt: skip
    report = Report(stage="crawl")
    codes = [code for result in results for code in _take(result, report)]
    report.exit_code = worst(codes + _wait(connection, request, report))
    return report


def _take(result: CrawlResult, report: Report) -> Iterator[int]:
    """Puts one outlet's crawl into the report, and gives an exit code for each thing that went wrong."""
    report.counts[result.outlet] = {
        "documents": result.n_documents, "links": result.n_links, **result.counts,
        "waited_seconds": round(result.waited_seconds, 1),
    }  # fmt: skip
    report.notes += result.notes
    report.failures += result.problems
    yield from (FAILED for _ in result.problems)
    if result.error is not None:
        report.failures.append(f"{result.outlet}: the crawl ended early ({_sentence(result.error)}).")
        yield _exit_code(result.error)
    elif result.was_stopped:
        report.failures.append(f"{result.outlet}: the crawl was stopped; run it again, nothing is lost.")
        yield BUSY
    elif not result.n_documents:
        report.failures.append(f"{result.outlet}: none of its feeds, sitemaps and sections could be read.")
        yield FAILED


def _wait(connection: Connection, request: Request, report: Report) -> list[int]:
    """Says which outlets asked for patience: where nothing else is wrong, the day is to be run again later."""
    with connection, connection.cursor() as cursor:
        arguments = {"day": request.day, "outlets": list(request.outlets)}
        cursor.execute(statement("waiting_links"), arguments)
        waiting = cursor.fetchall()
    for outlet, n, moment, reasons in waiting:
        report.failures.append(
            f"{outlet}: {n} links wait for another try ({reasons}); run the day again after {moment:%H:%M} UTC."
        )
    return [BUSY for _ in waiting]


def _exit_code(error: BaseException) -> int:
    if isinstance(error, psycopg2.Error) and (known := told(error)):
        return known[1]
    return error.exit_code if isinstance(error, WarraqError) else FAILED


def _extract(connection: Connection, request: Request) -> Report:
    from pipelines.drafts import extract_day

    report = Report(stage="extract")
    report.counts = dict(extract_day(connection, request.day, request.outlets, report.failures))
    return report


def _dedup(connection: Connection, request: Request) -> Report:
    from pipelines.dedup import dedup_day

    return Report(stage="dedup", counts=dict(dedup_day(connection, request.day)))


def _load(connection: Connection, request: Request) -> Report:
    from pipelines.load import load

    return Report(stage="load", counts=dict(load(connection, list(request.outlets))))


def _check(connection: Connection, request: Request) -> Report:
    from pipelines.check import check_day

    check = check_day(connection, request.day, list(request.outlets))
    return Report(stage="check", counts=dict(check.counts), n_links=check.n_links, failures=check.broken)


_STAGES: dict[str, Callable[[Connection, Request], Report]] = {
    "crawl": _crawl, "extract": _extract, "dedup": _dedup, "load": _load, "check": _check,
}  # fmt: skip


def _sentence(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
