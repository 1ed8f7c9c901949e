"""READ: what a day brought, by outlet, outcome and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from psycopg2.extensions import connection as Connection
from rich.table import Table

from pipelines.article import Outcome
from pipelines.console import console
from pipelines.endings import Ending, ending, ending_json
from spiders.warehouse import statement


@dataclass(kw_only=True, slots=True)
class OutletReport:
    """One outlet's day: links by `outcomes`, the `reasons` of those that gave no article (`quarantined: no_date`), its
    articles in the warehouse with the copies among them, and how its last run of the day ended, if there was one.
    """

    outlet: str
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    n_articles: int = 0
    n_copies: int = 0
    ending: Ending | None = None

    @property
    def n_links(self) -> int:
        return self.outcomes.total()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a day brought, an entry an outlet."""

    day: date
    outlets: list[OutletReport]

    @property
    def total(self) -> OutletReport:
        """The sums over the outlets."""
        total = OutletReport(outlet="all")
        for outlet in self.outlets:
            total.outcomes.update(outlet.outcomes)
            total.reasons.update(outlet.reasons)
            total.n_articles += outlet.n_articles
            total.n_copies += outlet.n_copies
        return total


def report_day(connection: Connection, day: date) -> Report:
    """The report of a day; a day that was never run, and has no links and articles, has no outlets."""
    found: dict[str, OutletReport] = {}
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("report_links"), {"day": day})
        for slug, outcome, reason, n in cursor.fetchall():
            outlet = found.setdefault(slug, OutletReport(outlet=slug))
            outlet.outcomes[outcome] += n
            if reason:
                outlet.reasons[f"{outcome}: {reason}"] += n
        cursor.execute(statement("report_articles"), {"day": day})
        for slug, n_articles, n_copies in cursor.fetchall():
            outlet = found.setdefault(slug, OutletReport(outlet=slug))
            outlet.n_articles, outlet.n_copies = n_articles, n_copies
        cursor.execute(statement("report_runs"), {"day": day})
        for row in cursor.fetchall():
            found.setdefault(row[0], OutletReport(outlet=row[0])).ending = ending(*row)
    return Report(day=day, outlets=[found[slug] for slug in sorted(found)])


def report_json(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "day": report.day.isoformat(),
        "outlets": [_json(outlet) for outlet in report.outlets],
        "total": _json(report.total),
    }


def _json(outlet: OutletReport) -> dict[str, Any]:
    return {
        "outlet": outlet.outlet,
        "links": outlet.n_links,
        "outcomes": dict(sorted(outlet.outcomes.items())),
        "reasons": dict(sorted(outlet.reasons.items())),
        "articles": outlet.n_articles,
        "copies": outlet.n_copies,
    } | (ending_json(outlet.ending) if outlet.ending else {})


def print_report(report: Report) -> None:
    """The report as a table, a row an outlet, and below it why links gave no article."""
    out = console()
    if not report.outlets:
        out.print(f"Nothing is known of {report.day}: no run has read it. `warraq run --day {report.day}` does.")
        return
    columns = [outcome.value for outcome in Outcome if report.total.outcomes[outcome.value]]
    table = Table(
        title=f"{report.day}", title_justify="left", show_footer=len(report.outlets) > 1,
        box=None, padding=(0, 0, 0, 1), pad_edge=False, header_style="bold underline", footer_style="bold",
    )  # fmt: skip
    total = report.total
    table.add_column("outlet", footer="all", no_wrap=True)
    for name, footer in zip(["articles", "copies", "links", *columns], _cells(total, columns), strict=True):
        table.add_column(name, justify="right", footer=footer)
    for outlet in report.outlets:
        table.add_row(outlet.outlet, *_cells(outlet, columns))
    out.print(table)
    for reason, n in sorted(total.reasons.items()):
        out.print(f"{n:6} {reason}", markup=False)
    endings = [outlet.ending for outlet in report.outlets if outlet.ending and not outlet.ending.is_well]
    for sentence in (sentence for one in endings for sentence in one.sentences):
        out.print(sentence, markup=False, soft_wrap=True)


def _cells(outlet: OutletReport, columns: Iterable[str]) -> list[str]:
    numbers = [outlet.n_articles, outlet.n_copies, outlet.n_links, *(outlet.outcomes[name] for name in columns)]
    return [str(number or "") for number in numbers]
