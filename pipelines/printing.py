"""Tables on standard output; Arabic in logical order, whatever the terminal does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipelines.article import Outcome
from pipelines.console import console
from pipelines.failures import BUSY
from pipelines.journal import OutletRun
from spiders.outlet import Outlet


@contextmanager
def progress(slugs: Sequence[str]) -> Iterator[tuple[Callable[[str, int, int], None], Callable[[OutletRun], None]]]:
    """A bar of the outlets that have ended and one of the pages, where a person looks; gives who is told of both."""
    terminal, pages = Console(stderr=True), dict.fromkeys(slugs, (0, 0))
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bars:
        outlets_bar, pages_bar = bars.add_task("outlets", total=len(slugs)), bars.add_task("pages", total=None)

        def on_progress(slug: str, done: int, known: int) -> None:
            pages[slug] = (done, known)
            n_done, n_known = (sum(numbers) for numbers in zip(*pages.values(), strict=True))
            bars.update(pages_bar, completed=n_done, total=n_known)

        yield on_progress, lambda report: bars.advance(outlets_bar)  # noqa: ARG005


_ENDINGS = {0: "well", BUSY: "busy, try again"}


def print_run(day: date, reports: Sequence[OutletRun]) -> None:
    """What a run did, a row an outlet, and what it noted."""
    out = console()
    columns = sorted({word for report in reports for word in report.outcomes}, key=_outcome_order)
    table = Table(title=f"{day}", title_justify="left", box=None, padding=(0, 0, 0, 2), pad_edge=False)
    for column in ("outlet", "documents", "fetched", *columns, "ended"):
        is_number = column not in ("outlet", "ended")
        table.add_column(column, justify="right" if is_number else "left", no_wrap=column == "outlet")
    for report in reports:
        crawled = report.counts.get("crawl", {})
        numbers = [crawled.get("documents"), crawled.get("fetched"), *(report.outcomes.get(word) for word in columns)]
        ending = _ENDINGS.get(report.exit_code, "failed")
        table.add_row(report.outlet, *(str(number or "") for number in numbers), ending)
    out.print(table)
    for note in (note for report in reports for note in report.notes):
        out.print(f"note: {note}", markup=False)


def _outcome_order(word: str) -> int:
    known = [outcome.value for outcome in Outcome]
    return known.index(word) if word in known else len(known)


def print_counts(title: str, counts: Mapping[str, Any]) -> None:
    """A few numbers, a line each."""
    table = Table(title=title, title_justify="left", show_header=False)
    for key, value in sorted(counts.items()):
        table.add_row(key.replace("_", " "), str(value))
    console().print(table)


def print_outlets(outlets: Iterable[Outlet], broken: Mapping[str, str]) -> None:
    """The outlets, and by which ways each is found; of those whose files cannot be used, a sentence that says why."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold underline")
    for column in ("slug", "name", "country", "time zone", "found by", "enabled", "verified"):
        table.add_column(column, no_wrap=column in ("slug", "time zone"), overflow="fold")
    for outlet in outlets:
        ways = {
            "feeds": outlet.feeds, "sitemaps": outlet.sitemaps,
            "day sitemaps": outlet.day_sitemaps, "month sitemaps": outlet.month_sitemaps, "sections": outlet.sections,
        }  # fmt: skip
        found_by = ", ".join(f"{len(urls)} {way}" if len(urls) > 1 else way[:-1] for way, urls in ways.items() if urls)
        is_so = ("yes" if told else "no" for told in (outlet.enabled, outlet.verified))
        table.add_row(outlet.slug, outlet.name, outlet.country, outlet.timezone, found_by, *is_so)
    for slug in broken:
        table.add_row(slug, "", "", "", "its file cannot be used", "no", "no")
    console().print(table)
    for sentence in broken.values():
        console().print(sentence, markup=False, soft_wrap=True)


def print_extraction(document: Mapping[str, Any]) -> None:
    """One article, or why a page is not one."""
    table = Table(show_header=False)
    for key, value in document.items():
        if value not in (None, [], ""):
            table.add_row(key, Text("\n\n".join(value) if key == "body" else _cell(value)))
    console().print(table)


def _cell(value: object) -> str:
    """A value as text; of a list of records a line each."""
    if isinstance(value, list):
        return "\n".join(": ".join(item.values()) if isinstance(item, dict) else str(item) for item in value)
    return str(value)
