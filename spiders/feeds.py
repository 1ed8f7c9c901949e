"""Links from RSS 2, RSS 1 (RDF) and Atom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urljoin

from lxml import etree

from spiders.discovered import Collector, DateParser, Discovered
from spiders.markup import Document, UnreadableDocument, local_name, parse_xml, text_of
from spiders.moments import parse_moment
from spiders.outlet import Outlet

ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ITEMS = frozenset({"item", "entry"})
# Modification dates (updated, dcterms:modified) are no hint of publication.
_PUBLISHED = ("pubdate", "date", "published", "issued", "created", "date.taken")


def read_feed(
    body: bytes,
    *,
    url: str,
    outlet: Outlet,
    content_type: str | None = None,
    parse_date: DateParser | None = None,
) -> Discovered:
    """The links of a feed, with the publication date that it tells.

    `parse_date` is asked for dates that are in no standard form, Arabic ones say. Raises markup.DocumentError.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> feed = "<rss><item><link>/خبر/1</link><pubDate>19 Nov 2026 10:00 GMT</pubDate></item></rss>"
    >>> link = read_feed(feed.encode(), url="https://raqib.tld/rss", outlet=raqib).links[0]
    >>> link.url, str(link.published_hint)
    ('https://raqib.tld/%D8%AE%D8%A8%D8%B1/1', '2026-11-19 10:00:00+00:00')
    """
    return feed_links(parse_xml(body, content_type), url=url, outlet=outlet, parse_date=parse_date)


def feed_links(document: Document, *, url: str, outlet: Outlet, parse_date: DateParser | None = None) -> Discovered:
    """The links of a feed that is parsed already; UnreadableDocument where it is another kind of document."""
    if local_name(document.root) not in ROOTS:
        raise UnreadableDocument("not_a_feed", f"{url} is no feed: it begins with <{local_name(document.root)}>.")
    collector = Collector(outlet, url)
    for item in document.root.iter():
        if local_name(item) in _ITEMS:
            address = _address(list(item)) or _address(item.iterdescendants())
            if address:
                hint = _published(item, outlet, parse_date)
                collector.add(address, hint, base=urljoin(url, item.base or ""))
    return collector.result(*document.problems)


def _address(elements: Iterable[etree._Element]) -> str | None:
    """The address of an item's page: the feed's own original first, then its link, then a permanent id."""
    found: dict[str, str] = {}
    for element in elements:
        name = local_name(element)
        if name in ("link", "origlink", "guid", "id"):
            address = _link_address(element) if name == "link" else text_of(element)
            if name == "guid" and element.get("isPermaLink", "true").strip().lower() == "false":
                continue
            if name in ("guid", "id") and not address.lower().startswith(("http://", "https://")):
                continue
            if address:
                found.setdefault(name, address)
    return next((found[name] for name in ("origlink", "link", "guid", "id") if name in found), None)


def _link_address(element: etree._Element) -> str:
    """RSS has the address as text, some after an empty tag; Atom in `href`, where alternates are pages."""
    href = element.get("href")
    if href is None:
        return text_of(element) or (element.tail or "").strip()
    is_page = element.get("rel", "alternate").lower() == "alternate"
    return href.strip() if is_page and "html" in element.get("type", "text/html") else ""


def _published(item: etree._Element, outlet: Outlet, parse_date: DateParser | None) -> datetime | date | None:
    texts = {local_name(child): text_of(child) for child in reversed(item)}
    for name in _PUBLISHED:
        text = texts.get(name)
        if text:
            moment = parse_moment(text, outlet.tz) or (parse_date(text[:64]) if parse_date else None)
            if isinstance(moment, datetime) and moment.tzinfo is None:
                moment = moment.replace(tzinfo=outlet.tz)
            if moment:
                return moment
    return None
