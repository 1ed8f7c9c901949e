"""The stage `check`: whether all links of an outlet's day have one outcome each, and whether the day has articles."""

from __future__ import annotations

from datetime import date

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from pipelines.article import Outcome
from pipelines.failures import BUSY, FAILED
from pipelines.journal import OutletRun
from spiders.warehouse import statement

_STATES = {outcome.value for outcome in Outcome}


def check_day(connection: Connection, day: date, report: OutletRun) -> None:
    """Counts the links of an outlet's day by outcome into its report, with a sentence for everything that is wrong.

    For a crawl that went to its end: one that ended early has said so, and leaves links that were not asked for.
    """
    arguments = {"day": day, "outlet": report.outlet}
    with connection, connection.cursor() as cursor:
        _count(cursor, arguments, report)
        _find_broken(cursor, arguments, report)
    check_waiting(connection, day, report)


def check_waiting(connection: Connection, day: date, report: OutletRun) -> None:
    """Says where links of an outlet's day wait for another try, and from when on they may be asked for."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("waiting_links"), {"day": day, "outlet": report.outlet})
        n, moment, reasons = cursor.fetchone() or (0, None, "")
    if n:
        report.fail(
            f"{report.outlet}: {n} links wait for another try ({reasons}); run the day again after "
            f"{moment:%Y-%m-%d %H:%M} UTC.",
            BUSY,
        )


def _count(cursor: Cursor, arguments: dict[str, object], report: OutletRun) -> None:
    cursor.execute(statement("count_links"), arguments)
    report.n_links, n_others = cursor.fetchone() or (0, 0)
    cursor.execute(statement("day_outcomes"), arguments)
    report.outcomes = dict(cursor.fetchall())
    if n_others:
        report.notes.append(
            f"{report.outlet}: {n_others} known links of other days were not fetched; they wait for a run of their day."
        )


def _find_broken(cursor: Cursor, arguments: dict[str, object], report: OutletRun) -> None:
    n_outcomes = sum(n for outcome, n in report.outcomes.items() if outcome in _STATES)
    if n_outcomes != report.n_links:
        report.fail(f"{report.outlet}: only {n_outcomes} of {report.n_links} links have an outcome.", FAILED)
    cursor.execute(statement("check_day"), arguments)
    for invariant, n in cursor.fetchall():
        if n:
            report.fail(f"{report.outlet}: {arguments['day']} has {n} {invariant}.", FAILED)


def check_articles(connection: Connection, day: date, report: OutletRun, answers: str) -> None:
    """Says where an outlet has no article of a day that is over: a failure where it was expected to, else a note.

    It was expected to where it had some on most days, or was never read; `answers` tells what its documents answered.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("usual_day"), {"day": day, "outlet": report.outlet})
        n_articles, is_expected = cursor.fetchone() or (0, False)
    if n_articles:
        return
    became = ", ".join(f"{n} {word}" for word, n in report.outcomes.items())
    links = f"Of its links of that day, {became}." if became else "None of its links is of that day."
    sentence = f"{report.outlet}: no article of {day} was found. {links} {answers}"
    if is_expected:
        report.fail(sentence, FAILED)
    else:
        report.notes.append(sentence)
