"""Outlets whose files cannot be used: a run skips them, reports each, and ends as failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from psycopg2.extensions import connection as Connection

from pipelines.failures import FAILED
from pipelines.journal import OutletRun, close_run, open_run
from spiders.outlet import OutletError


def missed(broken: Mapping[str, OutletError], named: Collection[str]) -> dict[str, OutletError]:
    """Those that a run should have read: the named ones, and all that are not switched off."""
    return {slug: error for slug, error in broken.items() if slug in named or not error.is_off}


def fail_broken(connection: Connection, stage: str, day: date, broken: Mapping[str, OutletError]) -> list[OutletRun]:
    """Enters into the journal that these outlets' runs failed, and why; gives their reports."""
    reports = []
    for slug, error in broken.items():
        report = OutletRun(outlet=slug)
        report.fail(f"{slug}: {error}", FAILED)
        close_run(connection, open_run(connection, stage, slug, day), report)
        reports.append(report)
    return reports
