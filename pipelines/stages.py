"""The stages of a day, each run by itself, for closer inspection; `warraq run` takes every outlet through all."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from psycopg2.extensions import connection as Connection

from pipelines.check import check_day
from pipelines.dedup import dedup_day
from pipelines.extracting import Extracting, Passed
from pipelines.journal import OutletRun, close_run, open_run
from pipelines.load import load
from pipelines.run import Request, take_passed
from spiders.turns import OutletBusy, Turns, prove, take_patiently

STAGES = ("crawl", "extract", "dedup", "load", "check")


def run_stage(connection: Connection, stage: str, request: Request) -> list[OutletRun]:
    """Runs `extract`, `dedup`, `load` or `check` for every outlet of a day, in its turn; gives their reports."""
    turns = Turns(request.url)
    try:
        return [_in_turn(connection, stage, request, slug, turns) for slug in request.outlets]
    finally:
        turns.close()


def _in_turn(connection: Connection, stage: str, request: Request, slug: str, turns: Turns) -> OutletRun:
    report = OutletRun(outlet=slug)
    try:
        turns.keep(slug, take_patiently(connection, slug))
        run_id = open_run(connection, stage, slug, request.day)
        _STAGES[stage](connection, request, report, turns)
        close_run(connection, run_id, report)
        turns.give_back(connection, slug)
    except OutletBusy as error:
        report.fail(str(error), error.exit_code)
    return report


def _extract(connection: Connection, request: Request, report: OutletRun, turns: Turns) -> None:
    connection.rollback()
    slug, passed = report.outlet, list[Passed]()
    extracting = Extracting(
        {slug: request.outlets[slug]}, turns, passed.append,
        workers=os.cpu_count() or 1, is_kept_to_day=request.is_kept_to_day,
    )  # fmt: skip
    extracting.archived(slug)
    extracting.ended(slug)
    try:
        extracting.run(request.url)
    finally:
        extracting.close()
    take_passed(passed[0], report)


def _dedup(connection: Connection, request: Request, report: OutletRun, turns: Turns) -> None:  # noqa: ARG001
    report.counts["dedup"] = dict(dedup_day(connection, request.day))


def _load(connection: Connection, request: Request, report: OutletRun, turns: Turns) -> None:  # noqa: ARG001
    proven = partial(prove, fences=turns.fences(report.outlet))
    report.counts["load"] = load(connection, [report.outlet], before_commit=proven)


def _check(connection: Connection, request: Request, report: OutletRun, turns: Turns) -> None:  # noqa: ARG001
    check_day(connection, request.day, report)


_STAGES: dict[str, Callable[[Connection, Request, OutletRun, Turns], None]] = {
    "extract": _extract, "dedup": _dedup, "load": _load, "check": _check,
}  # fmt: skip
