"""Which sitemaps an index leads to, and which of them can list articles of a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Literal
from urllib.parse import urlsplit

from spiders.discovered import MAX_URLS, Child, Refused, too_long, with_scheme
from spiders.entries import Entry
from spiders.moments import local_day, moment_told
from spiders.named_dates import Counters, dates_in, sure_dates_in
from spiders.outlet import Outlet
from spiders.tags import UNREAD
from spiders.urls import BadURL, refusal, request_url

MAX_CHILDREN = 500
_OF_MEDIA = re.compile("image|video")  # the prefixes of elements that tell of a page's pictures and films


class Index:
    """Gathers the sitemaps that a document at an address leads to."""

    def __init__(self, url: str, outlet: Outlet, *, is_shared_host: bool) -> None:
        self._url, self._outlet, self._is_shared_host = url, outlet, is_shared_host
        self._n_entries = 0
        self._children: dict[str, Child] = {}
        self.refused: dict[str, Refused] = {}

    def add(self, entry: Entry) -> None:
        """Takes an entry's sitemap, or refuses it."""
        address = text_of(entry, "loc")
        self._n_entries += 1
        if not address or self.is_full:
            return
        try:
            target = request_url(with_scheme(address, self._outlet), base=self._url)
        except BadURL as error:
            self.refused.setdefault(address, Refused(address[:2000], error.reason))
            return
        reason = refusal(target, self._outlet)
        is_elsewhere = reason is not None and _may_lead_to(target, reason, self._url, self._is_shared_host)
        if reason and not is_elsewhere:
            self.refused.setdefault(target, Refused(target, reason))
        elif target != self._url:
            days = sure_dates_in(target)[0]
            modified = moment_told(text_of(entry, "lastmod"), self._outlet)
            self._children[target] = Child(target, modified, next(iter(days)) if len(days) == 1 else None, is_elsewhere)

    @property
    def is_full(self) -> bool:
        return self._n_entries > MAX_URLS

    def children(self, run_day: date | None) -> tuple[tuple[Child, ...], tuple[str, ...]]:
        """The sitemaps that can list a day, all of them without one, and what is said of those left out."""
        found = tuple(self._children.values())
        problems: tuple[str, ...] = (too_long(MAX_URLS),) if self.is_full else ()
        if run_day is None or not found:
            return found, problems
        chosen = relevant_children(found, day=run_day, outlet=self._outlet)
        if not chosen:
            problems += (f"an index of {len(found):,} sitemaps that by their names or dates are all of other days",)
        elif len(chosen) > MAX_CHILDREN:
            problems += (
                f"an index of {len(chosen):,} sitemaps that can list the day: the newest {MAX_CHILDREN} are fetched",
            )
        return chosen[:MAX_CHILDREN], problems


def text_of(entry: Entry, name: str) -> str:
    """The first text of a direct child of a name, so that image:loc is never the page's."""
    told = (field for field in entry.fields if field.name == name and field.depth == 1 and field.text)
    text = next((field.text for field in told if not _OF_MEDIA.search(field.prefix)), "")
    return "" if UNREAD in text else text


def _may_lead_to(target: str, reason: str, url: str, is_shared_host: bool) -> bool:
    """Whether an index leads to a host that is not the outlet's: its own index to any public one, each to its own."""
    return (reason == "scope" and not is_shared_host) or urlsplit(target).hostname == urlsplit(url).hostname


def relevant_children(children: Iterable[Child], *, day: date, outlet: Outlet) -> tuple[Child, ...]:
    """The children of an index that can list articles of a day: the day's own first, then the newest.

    A child whose address names a day, a month or a year is taken where that is the day's; any other where it
    was modified on that day or later, or does not say, and so is one that names another year, which may only count.
    Those that do not say are taken from both ends of the index.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> maps = ["/2026-11-18.xml", "/news.xml", "/map?d=20261119", "/2026/11.xml", "/2025.xml", "/posts1999.xml"]
    >>> children = [Child(url) for url in maps]
    >>> [child.url for child in relevant_children(children, day=date(2026, 11, 19), outlet=raqib)]
    ['/map?d=20261119', '/2026/11.xml', '/posts1999.xml', '/news.xml']
    """
    children = list(children)
    counters = Counters(child.url for child in children)
    own, dated, silent = [], [], []
    for child in children:
        claim = _claim(child.url, day, counters)
        modified = local_day(child.lastmod, outlet.tz) if child.lastmod else None
        if claim == "own":
            own.append(child)
        elif modified is None and not claim:
            silent.append(child)
        elif modified is not None and modified >= day and claim != "another day":
            dated.append((_instant(child.lastmod or modified, outlet), child))
    newest = [child for _, child in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    # What names the day or its month comes before what names its year alone.
    return (*sorted(own, key=lambda child: not _names(child.url, day)), *newest, *_from_both_ends(silent))


def _claim(url: str, day: date, counters: Counters) -> Literal["own", "another day", "another year", ""]:
    """Whether an address names the day, its month or its year, or others; "" where it names none for sure."""
    days, months, years = sure_dates_in(url, counters)
    # Two days are the ends of a span, as in ?date_start=…&date_end=….
    is_within = min(days) <= day <= max(days) if days else (day.year, day.month) in months or day.year in years
    if is_within or _names(url, day):
        return "own"
    return "another year" if years else "another day" if days or months else ""


def _instant(moment: datetime | date, outlet: Outlet) -> datetime:
    """A moment, or the end of a day."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.max, outlet.tz)


def _from_both_ends(children: list[Child]) -> Iterator[Child]:
    """The last, the first, the last but one …: some indexes begin with the newest, more end with it."""
    for place in range(len(children)):
        yield children[-1 - place // 2] if place % 2 == 0 else children[place // 2]


def _names(url: str, day: date) -> bool:
    """Whether an address names the day or its month, and not its year alone."""
    days, months, _ = dates_in(url)
    return day in days or (day.year, day.month) in months
