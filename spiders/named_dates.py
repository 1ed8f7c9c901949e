"""Which days, months and years the address of a sitemap names, and which of its numbers only count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from urllib.parse import unquote

from spiders.moments import YEARS

Dates = tuple[set[date], set[tuple[int, int]], set[int]]

_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([-_/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])|([-_/.])(\d\d?)\5(\d\d?))(?!\d)"
)
_FIELDS = re.compile(r"y{1,4}(?:ear)?=(\d{4})\W+m{1,2}(?:on(?:th)?)?=(\d\d?)(?:\W+d{1,2}(?:ay)?=(\d\d?))?(?!\d)", re.I)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0[1-9]|1[0-2]|(?<=[-_/.])[1-9])(?!\d|[-_/.]\d)")
_YEAR = re.compile(r"(?<![^\W_])(?<!\.)((?:19|20)\d\d)(?![^\W_]|[\d.]*\d)")
_COUNTS = r"(?:page[a-z]*|pg|p|part|no|num|number|(?:[a-z]+_)?id|offset|limit|skip)"
_COUNTER = re.compile(rf"(?i)(?<![a-z]){_COUNTS}[-_/=.]?\d+(?:[-_/.]\d+)*")
_YEAR_FIELD = re.compile(r"(?i)y{1,4}|yr|[a-z_]*year|[a-z_]*date|سنة|السنة|عام")
_DATE_FIELD = re.compile(
    r"(?i)d|[a-z_]*da(?:te|y)[a-z_]*|from|to|since|until|start|end|y{1,4}m+d*|[a-z_]*month|archive"
)
_MOST_NUMBERS = 8  # of an address


class Counters:
    """The numbers in the addresses of an index that run on beyond what a year or a month can be, and so only count.

    >>> counters = Counters([f"/posts-{number}.xml" for number in (7, 2024)])
    >>> sure_dates_in("/posts-2024.xml", counters)[2], sure_dates_in("/news-2024.xml", counters)[2]
    (set(), {2024})
    """

    def __init__(self, urls: Iterable[str] = ()) -> None:
        self._years, self._months = set[int](), set[int]()  # hashes of what is around them: addresses may be long
        for url in urls:
            tail = _tail(url, is_sure=True)
            for number in islice(re.finditer(r"\d+", tail), _MOST_NUMBERS):
                without = hash((tail[: number.start()], tail[number.end() :]))
                value = int(number[0][:9])
                if value not in YEARS or len(number[0]) != 4:
                    self._years.add(without)
                if not 1 <= value <= 12:
                    self._months.add(without)

    def has_year(self, tail: str, match: re.Match[str]) -> bool:
        """Whether the year that was found in an address only counts."""
        return hash((tail[: match.start(1)], tail[match.end(1) :])) in self._years

    def has_month(self, tail: str, match: re.Match[str]) -> bool:
        """Whether the month that was found in an address only counts."""
        return hash((tail[: match.start(2)], tail[match.end(2) :])) in self._months


def dates_in(url: str) -> Dates:
    """The days, else the months, else the years that an address seems to name.

    >>> dates_in("https://raqib.tld/Sitemap/2026/11/19")[0]
    {datetime.date(2026, 11, 19)}
    >>> dates_in("https://raqib.tld/news2026-3.xml")[1], dates_in("https://raqib.tld/x?yyyy=2026&mm=11&dd=5")[0]
    ({(2026, 3)}, {datetime.date(2026, 11, 5)})
    """
    return _dates(_tail(url), Counters(), is_sure=False)


def sure_dates_in(url: str, counters: Counters | None = None) -> Dates:
    """The days, else the months, else the years that an address names for sure, so that it can be no other's.

    >>> [sure_dates_in(f"https://raqib.tld/{name}.xml")[2] for name in ("news-2024", "post-sitemap2024", "2024/news")]
    [{2024}, set(), {2024}]
    >>> [sure_dates_in(f"/map?{query}") for query in ("page=2024", "id=20151112", "offset=202405")]
    [(set(), set(), set()), (set(), set(), set()), (set(), set(), set())]
    """
    return _dates(_tail(url, is_sure=True), counters or Counters(), is_sure=True)


def _dates(tail: str, counters: Counters, *, is_sure: bool) -> Dates:
    fields = [match.groups() for match in _FIELDS.finditer(tail)]
    found = [match for match in _DAY.finditer(tail) if not is_sure or match[2] or match[5] or _is_set_off(match)]
    days = {date_of(match[1], match[3] or match[6], match[4] or match[7]) for match in found}
    days |= {date_of(year, month, dd) for year, month, dd in fields if dd}
    if named := {day for day in days if day}:
        return named, set(), set()
    found = [match for match in _MONTH.finditer(tail) if not is_sure or _is_set_off(match)]
    months = {(int(match[1]), int(match[2])) for match in found if not counters.has_month(tail, match)}
    months |= {(int(year), int(month)) for year, month, dd in fields if not dd and 1 <= int(month) <= 12}
    if months:
        return set(), months, set()
    years = {int(match[1]) for match in _YEAR.finditer(tail) if not counters.has_year(tail, match)}
    return set(), set(), {year for year in years if year in YEARS}


def _tail(url: str, *, is_sure: bool = False) -> str:
    """What follows the host in an address, readable, without the numbers that are called pages, ids or their like."""
    path, _, query = unquote(re.sub(r"^\w+://[^/]*", "", url)).partition("?")
    return f"{_COUNTER.sub('#', path)}?{'&'.join(_dated_fields(query, is_sure=is_sure))}"


def _dated_fields(query: str, *, is_sure: bool) -> Iterator[str]:
    """The parameters that may tell a date: a bare number does where its name says so."""
    for field in re.split("[&;]", query):
        name, _, value = field.partition("=")
        is_bare = re.fullmatch(r"(?:19|20)\d\d(?:\d\d){0,2}", value) is not None
        if len(value) == 4 and is_bare:
            is_date = _YEAR_FIELD.fullmatch(name) is not None
        else:
            is_date = not (is_bare and is_sure) or _DATE_FIELD.fullmatch(name) is not None
        if is_date and not re.fullmatch(_COUNTS, name, re.I):
            yield field


def _is_set_off(match: re.Match[str]) -> bool:
    """Whether neither letters nor digits touch what was found."""
    text = match.string
    around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
    return not any(character.isalnum() for character in around)


def date_of(year: str, month: str, day: str) -> date | None:
    """The day of three numbers; None where there is none."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
