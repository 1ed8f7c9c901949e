"""Links from sitemaps: indexes, plain ones, news sitemaps, days' sitemaps, plain text, compressed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from spiders import feeds
from spiders.discovered import PARTIAL, Collector, Discovered, with_scheme
from spiders.document_errors import UnreadableDocument
from spiders.entries import Entry, XMLDocument
from spiders.moments import DateParser, local_day, moment_told
from spiders.outlet import Outlet
from spiders.sitemap_index import Index, text_of
from spiders.stream import Stream

MAX_BYTES = 50 * 2**20  # the protocol's bounds: these bytes, decompressed, and 50,000 addresses
_BLANK = "\ufeff \t\0"
_XML = re.compile(r"(?i)\.xml(?:\.gz)?(?:\?|$)")


def read_sitemap(
    body: bytes,
    *,
    url: str,
    outlet: Outlet,
    content_type: str | None = None,
    day: date | None = None,
    run_day: date | None = None,
    parse_date: DateParser | None = None,
    is_shared_host: bool = False,
) -> Discovered:
    """The links of a sitemap, or the children of an index.

    A news sitemap tells when its articles were published; `lastmod` does not, being a modification. `day` is for
    who fetched a day's own sitemap: the hint where nothing better is told. For a run of `run_day`, pages of unknown
    publication that were last modified before that day are left out, and so are children that cannot list it.
    `is_shared_host`: the sitemap is not on one of the outlet's hosts. Feeds are read as feeds. Raises DocumentError.
    """
    stream = Stream(body, content_type, MAX_BYTES)
    collector = Collector(outlet, url, is_shared_host=is_shared_host)
    lines = _plaintext_of(stream, outlet)
    if lines is not None:
        return _listed(lines, stream, collector, day)
    document = XMLDocument(stream)
    if document.root in feeds.ROOTS:
        return feeds.feed_links(document, url=url, outlet=outlet, parse_date=parse_date, is_shared_host=is_shared_host)
<<<<<<< HEAD
    if document.root == "sitemapindex":
        return _index(document, url, outlet, run_day, is_shared_host)
    if document.root == "urlset":
        return _urlset(document, collector, day, run_day, parse_date)
    raise UnreadableDocument("not_a_feed", f"{url} is not a sitemap: it begins with <{document.root}>.")


def relevant_children(children: Iterable[Child], *, day: date, outlet: Outlet) -> tuple[Child, ...]:
    """The children of an index that can list articles of a day: the day's own first, then the newest.

    A child whose address names a day, a month or a year is taken where that is the day's; any other where it
    was modified on that day or later, or does not say. Those that do not say are taken from both ends of the index.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> maps = ["/2026-11-18.xml", "/news.xml", "/map?d=20261119", "/2026/11.xml", "/2025.xml", "/posts.xml"]
    >>> children = [Child(url) for url in maps]
    >>> [child.url for child in relevant_children(children, day=date(2026, 11, 19), outlet=raqib)]
    ['/map?d=20261119', '/2026/11.xml', '/posts.xml', '/news.xml']
    """
    own, dated, silent = [], [], []
    for child in children:
        days, months, years = dates_in(child.url)
        modified = local_day(child.lastmod, outlet.tz) if child.lastmod else None
        if days:
            # Two days are the ends of a span, as in ?date_start=…&date_end=….
            own += [child] if min(days) <= day <= max(days) else []
        elif months or years:
            own += [child] if (day.year, day.month) in months or day.year in years else []
        elif modified is None:
            silent.append(child)
        elif modified >= day:
            dated.append((_instant(child.lastmod or modified, outlet), child))
    newest = [child for _, child in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    # What names the day or its month comes before what names its year alone.
    return (*sorted(own, key=lambda child: not _names(child.url, day)), *newest, *_from_both_ends(silent))


def _instant(moment: datetime | date, outlet: Outlet) -> datetime:
    """A moment, or the end of a day."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.max, outlet.tz)


def _from_both_ends(children: list[Child]) -> Iterator[Child]:
    """The last, the first, the last but one …: some indexes begin with the newest, more end with it."""
    for place in range(len(children)):
        yield children[-1 - place // 2] if place % 2 == 0 else children[place // 2]


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
    """Whether an address names the day or its month, and not its year alone."""
    days, months, _ = dates_in(url)
    return day in days or (day.year, day.month) in months


def _index(document: XMLDocument, url: str, outlet: Outlet, run_day: date | None, is_shared_host: bool) -> Discovered:
    children: dict[str, Child] = {}
    refused: dict[str, Refused] = {}
    entries = document.entries({"sitemap"}, {"loc", "lastmod"})
    for entry in islice(entries, MAX_URLS):
        address = _text(entry, "loc")
        try:
            target = request_url(address, base=url)
        except BadURL as error:
            refused.setdefault(address, Refused(address[:2000], error.reason))
            continue
        reason = refusal(target, outlet)
        is_elsewhere = reason is not None and _may_lead_to(target, reason, url, is_shared_host)
        if reason and not is_elsewhere:
            refused.setdefault(target, Refused(target, reason))
        elif target != url:
            days = dates_in(target)[0]
            modified = moment_told(_text(entry, "lastmod"), outlet)
            children[target] = Child(target, modified, next(iter(days)) if len(days) == 1 else None, is_elsewhere)
    problems = (too_long(MAX_URLS),) if next(entries, None) else document.problems
    found = tuple(children.values())
    if run_day:
        found = relevant_children(found, day=run_day, outlet=outlet)
        if len(found) > MAX_CHILDREN:
            problems += (
                f"an index of {len(found):,} sitemaps that can list the day: the newest {MAX_CHILDREN} are fetched",
            )
            found = found[:MAX_CHILDREN]
    return Discovered(children=found, refused=tuple(refused.values()), problems=problems)


def _may_lead_to(target: str, reason: str, url: str, is_shared_host: bool) -> bool:
    """Whether an index leads to a host that is not the outlet's: its own index to any public one, each to its own."""
    return (reason == "scope" and not is_shared_host) or urlsplit(target).hostname == urlsplit(url).hostname


def _urlset(
=======
    if document.root in ("sitemapindex", "urlset"):
        return _entries(
            document, collector, Index(url, outlet, is_shared_host=is_shared_host), day, run_day, parse_date
        )
    raise UnreadableDocument("not_a_feed", f"{url} is no sitemap: it begins with <{document.root}>.")


def _entries(
>>>>>>> disc
    document: XMLDocument,
    collector: Collector,
    index: Index,
    day: date | None,
    run_day: date | None,
    parse_date: DateParser | None,
) -> Discovered:
    """What a sitemap or an index lists; each may have entries of the other's kind."""
    for entry in document.entries({"url", "sitemap"}, {"loc", "lastmod", "publication_date"}):
        is_map = document.root == "sitemapindex" and _XML.search(text_of(entry, "loc"))
        if entry.name == "sitemap" or is_map:
            index.add(entry)
        else:
            _add_page(entry, collector, day, run_day, parse_date)
        if collector.is_full or index.is_full:
            break
    children, problems = index.children(run_day)
    found = collector.result(*document.problems, *problems, children=children)
    return replace(found, refused=(*found.refused, *index.refused.values()))


def _add_page(
    entry: Entry, collector: Collector, day: date | None, run_day: date | None, parse_date: DateParser | None
) -> None:
    """Takes an entry's page, unless it was last modified before the day and its publication is not told."""
    outlet, address = collector.outlet, text_of(entry, "loc")
    told = (f.text for f in entry.fields if f.name == "publication_date" and f.parent == "news" and f.text)
    hint = moment_told(next(told, ""), outlet, parse_date) or day
    modified = moment_told(text_of(entry, "lastmod"), outlet) if run_day and not hint else None
    is_older = modified is not None and run_day is not None and local_day(modified, outlet.tz) < run_day
    if address and not is_older:
        collector.add(address, hint)


def _plaintext_of(stream: Stream, outlet: Outlet) -> Iterator[str] | None:
    """The lines of a plain text sitemap, most of them addresses; None where the document is none."""
    if b"<" in stream.head[:1000]:
        return None
    lines = _lines(stream)
    first = list(islice(lines, 20))
    n_addresses = sum(_is_address(line, outlet) for line in first)
    return chain(first, lines) if n_addresses * 2 > len(first) else None


def _is_address(line: str, outlet: Outlet) -> bool:
    return re.match(r"(?i)https?://\S", line) is not None or with_scheme(line, outlet) != line


def _lines(stream: Stream) -> Iterator[str]:
    """The lines that are neither empty nor remarks; without the last where the document breaks off in it."""
    left = ""
    for piece in stream:
        *lines, left = re.split(r"[\r\n]", left + piece)
        yield from filter(_is_told, (line.strip(_BLANK) for line in lines))
    if stream.is_whole and _is_told(left.strip(_BLANK)):
        yield left.strip(_BLANK)


def _is_told(line: str) -> bool:
    return line != "" and not line.startswith("#")


def _listed(lines: Iterator[str], stream: Stream, collector: Collector, day: date | None) -> Discovered:
    n_others = 0
    for line in lines:
        if _is_address(line, collector.outlet):
            collector.add(line, day)
        else:
            n_others += 1
        if collector.is_full:
            break
    others = (f"not clean: {n_others:,} of its lines are no addresses",) if n_others else ()
    return collector.result(*others, *(() if stream.is_whole else (PARTIAL,)))
