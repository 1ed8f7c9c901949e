"""Links from RSS 2, RSS 1 (RDF) and Atom."""

from __future__ import annotations

from itertools import islice

from spiders.discovered import MAX_URLS, Collector, Discovered
from spiders.document_errors import UnreadableDocument
from spiders.entries import XMLDocument
from spiders.feed_items import FIELDS, pages, read_item
from spiders.moments import DateParser
from spiders.outlet import Outlet
from spiders.stream import Stream

ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ITEMS = frozenset({"item", "entry"})


def read_feed(
    body: bytes,
    *,
    url: str,
    outlet: Outlet,
    content_type: str | None = None,
    parse_date: DateParser | None = None,
    is_shared_host: bool = False,
) -> Discovered:
    """The links of a feed, with the publication date that it tells.

    `parse_date` is asked for dates that are in no standard form, Arabic ones say; `is_shared_host` where the feed is
    on a host that several outlets share. Raises DocumentError.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> feed = "<rss><item><link>/خبر/1</link><pubDate>19 Nov 2026 10:00 GMT</pubDate></item></rss>"
    >>> link = read_feed(feed.encode(), url="https://raqib.tld/rss", outlet=raqib).links[0]
    >>> link.url, str(link.published_hint)
    ('https://raqib.tld/%D8%AE%D8%A8%D8%B1/1', '2026-11-19 10:00:00+00:00')
    """
    document = XMLDocument(Stream(body, content_type))
    return feed_links(document, url=url, outlet=outlet, parse_date=parse_date, is_shared_host=is_shared_host)


def feed_links(
    document: XMLDocument,
    *,
    url: str,
    outlet: Outlet,
    parse_date: DateParser | None = None,
    is_shared_host: bool = False,
) -> Discovered:
    """The links of a feed whose root was read; UnreadableDocument where it is another kind of document."""
    if document.root not in ROOTS:
        raise UnreadableDocument("not_a_feed", f"{url} is not a feed: it begins with <{document.root}>.")
    entries = document.entries(_ITEMS, FIELDS, base=url)
    told = (read_item(entry, outlet, parse_date) for entry in entries)
    items = list(islice((item for item in told if item.address or item.guids), MAX_URLS + 1))
    collector = Collector(outlet, url, is_shared_host=is_shared_host)
    for address, item in pages(items, outlet):
        collector.add(address.text, item.published, base=address.base)
    return collector.result(*document.problems)
