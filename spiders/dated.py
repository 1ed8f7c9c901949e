"""Templates of sitemaps that name their day or their month, proven by the addresses that an index lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from spiders.named_dates import dates_in
from spiders.outlet_record import expand

LEAST = 2  # days or months that prove a template
_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<one>[-_/.]?)(?P<month>\d\d?)(?P<two>[-_/.]?)(?P<day>\d\d?)(?!\d)"
    r"|(?i:(?P<y>y{1,4}(?:ear)?=)(?P<fyear>\d{4})(?P<f1>\W+m{1,2}(?:on(?:th)?)?=)(?P<fmonth>\d\d?)"
    r"(?P<f2>\W+d{1,2}(?:ay)?=)(?P<fday>\d\d?)(?!\d))"
)
_MONTH = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<one>[-_/.]?)(?P<month>\d\d?)(?!\d)"
    r"|(?i:(?P<y>y{1,4}(?:ear)?=)(?P<fyear>\d{4})(?P<f1>\W+m{1,2}(?:on(?:th)?)?=)(?P<fmonth>\d\d?)(?!\d))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """A template as `day_sitemaps` or `month_sitemaps` have it; `n` days or months prove it, the last is `newest`.

    `is_padded`: whether a number below ten has a zero before it, None where no address tells.
    """

    template: str
    is_monthly: bool
    n: int
    newest: date
    is_padded: bool | None

    def padded(self, is_padded: bool) -> Dated:
        """The same with or without zeros before numbers below ten."""
        width = ":02d" if is_padded else ""
        template = re.sub(r"\{(month|day)(?::02d)?\}", rf"{{\1{width}}}", self.template)
        return replace(self, template=template, is_padded=is_padded)

    @property
    def trial(self) -> date:
        """The last day up to the newest whose numbers are below ten, so that its address tells the padding."""
        day = self.newest
        is_early = day.month > 9 or (not self.is_monthly and day.day > 9)
        if not is_early:
            return day
        return date(day.year, min(day.month, 9), 1 if self.is_monthly else 9)


def templates(urls: Iterable[str]) -> tuple[Dated, ...]:
    """The templates of days and of months behind some addresses, those that most addresses prove first.

    >>> urls = ["https://raqib.tld/2026/11/9.xml", "https://raqib.tld/2026/11/19.xml", "https://raqib.tld/pages.xml"]
    >>> [(found.template, found.is_padded) for found in templates(urls)]
    [('https://raqib.tld/{year}/{month}/{day}.xml', False)]
    >>> [found.template for found in templates(f"https://raqib.tld/map?d=202611{day}&to=202611{day}" for day in "12")]
    []
    >>> [found.template for found in templates(f"https://raqib.tld/map?d=2026111{day}&to=2026111{day}" for day in "12")]
    ['https://raqib.tld/map?d={year}{month:02d}{day:02d}&to={year}{month:02d}{day:02d}']
    >>> [(found.template, found.is_padded) for found in templates(f"https://raqib.tld/2026-1{n}.xml" for n in "01")]
    [('https://raqib.tld/{year}-{month:02d}.xml', None)]
    """
    groups: dict[tuple[str, bool], dict[date, str]] = {}
    for url in dict.fromkeys(urls):
        for key, day in _keys(url):
            groups.setdefault(key, {})[day] = url
    found = [proof for (_, is_monthly), group in groups.items() if (proof := _proven(group, is_monthly=is_monthly))]
    return tuple(sorted(found, key=lambda dated: -dated.n))


def _keys(url: str) -> list[tuple[tuple[str, bool], date]]:
    """What is left of an address without its one day or month, and that day."""
    days, months, _ = dates_in(url)
    if "{" in url or len(days) + len(months) != 1:
        return []
    day = next(iter(days)) if days else date(*next(iter(months)), 1)
    return [((_skeleton(url, day, is_monthly=not days), not days), day)]


def _skeleton(url: str, day: date, *, is_monthly: bool) -> str:
    """The address with placeholders in the place of its day or month."""

    def placed(match: re.Match[str]) -> str:
        told = match.groupdict()
        year, month = told["year"] or told["fyear"], told["month"] or told["fmonth"]
        dd = "1" if is_monthly else told["day"] or told["fday"]
        if (int(year), int(month), int(dd)) != (day.year, day.month, 1 if is_monthly else day.day):
            return match[0]
        first, second = (told["one"], told.get("two")) if told["year"] else (told["f1"], told.get("f2"))
        tail = "" if is_monthly else f"{second or ''}{{day:02d}}"
        return f"{told['y'] or ''}{{year}}{first or ''}{{month:02d}}{tail}"

    site, rest = re.match(r"(\w+://[^/]*)?(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{site or ''}{(_MONTH if is_monthly else _DAY).sub(placed, rest)}"


def _proven(group: dict[date, str], *, is_monthly: bool) -> Dated | None:
    """The template that gives every address of a group, if one does."""
    day, url = next(iter(group.items()))
    base = Dated(
        template=_skeleton(url, day, is_monthly=is_monthly), is_monthly=is_monthly, n=len(group), newest=max(group),
        is_padded=None,
    )  # fmt: skip
    fits = [is_padded for is_padded in (True, False) if _gives(base.padded(is_padded).template, group)]
    if len(group) < LEAST or not fits:
        return None
    # Numbers without a mark between them, and days with dashes (ISO 8601), have two figures.
    is_fixed = "{year}{month" in base.template or ("{year}-{month" in base.template and not is_monthly)
    if len(fits) == 1 or is_fixed:
        return base.padded(fits[0])
    return replace(base.padded(True), is_padded=None)


def _gives(template: str, group: dict[date, str]) -> bool:
    return all(expand(template, day=day) == url for day, url in group.items())
