"""Links from sitemaps: indexes, plain ones, news sitemaps, days' sitemaps, plain text, compressed or not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from lxml import etree

from spiders import feeds
from spiders.discovered import Child, Collector, DateParser, Discovered, Refused
from spiders.markup import UnreadableDocument, decode, gunzip, local_name, parse_xml, text_of
from spiders.moments import YEARS, parse_moment
from spiders.outlet import Outlet
from spiders.urls import BadURL, refusal, request_url

MAX_CHILDREN = 500
MAX_DEPTH = 3
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([-_/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])|([-_/.])(\d\d?)\5(\d\d?))(?!\d)"
)
_FIELDS = re.compile(r"y{1,4}(?:ear)?=(\d{4})\W+m{1,2}(?:on(?:th)?)?=(\d\d?)(?:\W+d{1,2}(?:ay)?=(\d\d?))?(?!\d)", re.I)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0[1-9]|1[0-2]|(?<=[-_/.])[1-9])(?!\d|[-_/.]\d)")
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?![\d.]*\d)")


def read_sitemap(
    body: bytes,
    *,
    url: str,
    outlet: Outlet,
    content_type: str | None = None,
    day: date | None = None,
    parse_date: DateParser | None = None,
) -> Discovered:
    """The links of a sitemap, or the children of an index.

    A news sitemap tells when its articles were published; `lastmod` does not, being a modification. `day` is for
    who fetched a day's own sitemap: the hint where nothing better is told. Feeds are read as feeds.
    Raises markup.DocumentError.
    """
    body, _ = gunzip(body)
    text = _plain_text(body, content_type)
    if text is not None:
        collector = Collector(outlet, url)
        for line in text:
            collector.add(line, day)
        return collector.result()
    document = parse_xml(body, content_type)
    name = local_name(document.root)
    if name in feeds.ROOTS:
        return feeds.feed_links(document, url=url, outlet=outlet, parse_date=parse_date)
    if name not in ("urlset", "sitemapindex"):
        raise UnreadableDocument("not_a_feed", f"{url} is no sitemap: it begins with <{name}>.")
    if name == "sitemapindex":
        return _index(document.root, url, outlet, document.problems)
    return _urlset(document.root, url, outlet, day, document.problems)


def relevant_children(children: Iterable[Child], *, day: date, outlet: Outlet, depth: int = 0) -> tuple[Child, ...]:
    """The children of an index that can list articles of a day, at most 500, the day's own first.

    A child whose address names a day, a month or a year is taken where that is the day's; any other where it
    was modified on that day or later, or does not say. `depth` is the index's: 0 for one named in the TOML.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> maps = ["/2026-11-18.xml", "/map?d=20261119", "/2026/11.xml", "/2025.xml", "/news.xml"]
    >>> children = [Child(url) for url in maps]
    >>> [child.url for child in relevant_children(children, day=date(2026, 11, 19), outlet=raqib)]
    ['/map?d=20261119', '/2026/11.xml', '/news.xml']
    """
    if depth >= MAX_DEPTH:
        return ()
    fitting = [child for child in children if _fits(child, day, outlet)]
    # Sorted by whether the address names the day, so that the bound never costs the day's own sitemap.
    return tuple(sorted(fitting, key=lambda child: not _names(child.url, day))[:MAX_CHILDREN])


def dates_in(url: str) -> tuple[set[date], set[tuple[int, int]], set[int]]:
    """The days, else the months, else the years that an address names.

    >>> dates_in("https://raqib.tld/Sitemap/2026/11/19")[0]
    {datetime.date(2026, 11, 19)}
    >>> dates_in("https://raqib.tld/news-2026-3.xml")[1], dates_in("https://raqib.tld/x?yyyy=2026&mm=11&dd=5")[0]
    ({(2026, 3)}, {datetime.date(2026, 11, 5)})
    """
    tail = re.sub(r"^\w+://[^/]*", "", url)
    fields = [match.groups() for match in _FIELDS.finditer(tail)]
    days = [(match[1], match[3] or match[6], match[4] or match[7]) for match in _DAY.finditer(tail)]
    days += [(year, month, dd) for year, month, dd in fields if dd]
    named = {found for parts in days if (found := _date(*parts))}
    if named:
        return named, set(), set()
    months = {(int(match[1]), int(match[2])) for match in _MONTH.finditer(tail)}
    months |= {(int(year), int(month)) for year, month, dd in fields if not dd and 1 <= int(month) <= 12}
    years = {int(match[1]) for match in _YEAR.finditer(tail)} if not months else set()
    return set(), months, {year for year in years if year in YEARS}


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _names(url: str, day: date) -> bool:
    days, months, _ = dates_in(url)
    return day in days or (day.year, day.month) in months


def _fits(child: Child, day: date, outlet: Outlet) -> bool:
    days, months, years = dates_in(child.url)
    if days:
        # Two days are the ends of a span, as in ?date_start=…&date_end=….
        return min(days) <= day <= max(days)
    if months or years:
        return (day.year, day.month) in months or day.year in years
    lastmod = child.lastmod.astimezone(outlet.tz).date() if isinstance(child.lastmod, datetime) else child.lastmod
    return lastmod is None or lastmod >= day


def _index(root: etree._Element, url: str, outlet: Outlet, problems: tuple[str, ...]) -> Discovered:
    children: dict[str, Child] = {}
    refused: list[Refused] = []
    for entry in _entries(root, "sitemap"):
        address = _child_text(entry, "loc")
        try:
            target = request_url(address, base=url)
        except BadURL as error:
            refused.append(Refused(address[:2000], error.reason))
            continue
        reason = refusal(target, outlet)
        if reason:
            refused.append(Refused(target, reason))
        elif target != url:
            days = dates_in(target)[0]
            lastmod = parse_moment(_child_text(entry, "lastmod"), outlet.tz)
            children[target] = Child(target, lastmod, next(iter(days)) if len(days) == 1 else None)
    return Discovered(children=tuple(children.values()), refused=tuple(refused), problems=problems)


def _urlset(root: etree._Element, url: str, outlet: Outlet, day: date | None, problems: tuple[str, ...]) -> Discovered:
    collector = Collector(outlet, url)
    for entry in _entries(root, "url"):
        address = _child_text(entry, "loc")
        if address:
            news = next((child for child in entry if local_name(child) == "news"), None)
            told = _child_text(news, "publication_date") if news is not None else ""
            collector.add(address, parse_moment(told, outlet.tz) or day)
    return collector.result(*problems)


def _entries(root: etree._Element, name: str) -> Iterable[etree._Element]:
    return (element for element in root.iter() if local_name(element) == name)


def _child_text(element: etree._Element, name: str) -> str:
    """The text of the first direct child of a name, so that image:loc is never the page's."""
    for child in element:
        is_other = isinstance(child.tag, str) and re.search(r"sitemap-(?:image|video)", child.tag)
        if local_name(child) == name and not is_other:
            return text_of(child)
    return ""


def _plain_text(body: bytes, content_type: str | None) -> list[str] | None:
    """The addresses of a plain text sitemap, one a line; None where the body is none."""
    if b"<" in body[:1000]:
        return None
    lines = [line.strip() for line in decode(body, content_type)[0].splitlines() if line.strip("\ufeff \t\r\0")]
    is_list = bool(lines) and all(re.match(r"https?://\S+$", line.strip("\ufeff")) for line in lines[:20])
    return lines if is_list else None
