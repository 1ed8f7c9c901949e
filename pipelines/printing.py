"""Tables on standard output; Arabic as it is read, whatever the terminal does with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.run import Report
from spiders.outlet import Outlet


def print_reports(day: date, reports: Iterable[Report]) -> None:
    """What each stage of a run did, and what it noted."""
    console = Console()
    table = Table(title=f"{day}", title_justify="left")
    table.add_column("stage")
    table.add_column("did")
    for report in reports:
        table.add_row(report.stage, "\n".join(_lines(report.counts)) or "nothing")
    console.print(table)
    for report in reports:
        for note in report.notes:
            console.print(f"note: {note}", markup=False, highlight=False)


def _lines(counts: Mapping[str, Any]) -> Iterable[str]:
    """Counts as text: a line an outlet, or one line."""
    plain = {key: value for key, value in counts.items() if not isinstance(value, Mapping)}
    if plain:
        yield ", ".join(f"{value} {key}" for key, value in plain.items())
    for key, value in counts.items():
        if isinstance(value, Mapping):
            yield f"{key}: " + ", ".join(f"{n} {word}" for word, n in value.items())


def print_counts(title: str, counts: Mapping[str, Any]) -> None:
    """A few numbers, a line each."""
    table = Table(title=title, title_justify="left", show_header=False)
    for key, value in sorted(counts.items()):
        table.add_row(key.replace("_", " "), str(value))
    Console().print(table)


def print_outlets(outlets: Iterable[Outlet]) -> None:
    """The outlets, and by which ways each is found."""
    table = Table(title="outlets", title_justify="left")
    for column in ("slug", "name", "country", "time zone", "found by", "enabled", "verified"):
        table.add_column(column)
    for outlet in outlets:
        ways = {
            "feeds": outlet.feeds, "sitemaps": outlet.sitemaps,
            "day sitemaps": outlet.day_sitemaps, "sections": outlet.sections,
        }  # fmt: skip
        found_by = ", ".join(f"{len(urls)} {way}" for way, urls in ways.items() if urls)
        is_so = ("yes" if told else "no" for told in (outlet.enabled, outlet.verified))
        table.add_row(outlet.slug, outlet.name, outlet.country, outlet.timezone, found_by, *is_so)
    Console().print(table)


def print_extraction(document: Mapping[str, Any]) -> None:
    """One article, or why a page is none."""
    table = Table(show_header=False)
    for key, value in document.items():
        if value not in (None, [], ""):
            table.add_row(key, Text("\n\n".join(value) if key == "body" else _cell(value)))
    Console().print(table)


def _cell(value: object) -> str:
    """A value as text; of a list of records a line each."""
    if isinstance(value, list):
        return "\n".join(": ".join(item.values()) if isinstance(item, dict) else str(item) for item in value)
    return str(value)
