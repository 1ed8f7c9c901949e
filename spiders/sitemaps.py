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
    if document.root in ("sitemapindex", "urlset"):
        return _entries(
            document, collector, Index(url, outlet, is_shared_host=is_shared_host), day, run_day, parse_date
        )
    raise UnreadableDocument("not_a_feed", f"{url} is not a sitemap: it begins with <{document.root}>.")


def _entries(
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
