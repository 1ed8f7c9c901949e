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
<<<<<<< HEAD
        raise UnreadableDocument("not_a_feed", f"{url} is not a feed: it begins with <{document.root}>.")
    told = (_item(entry, outlet, parse_date) for entry in document.entries(_ITEMS, _FIELDS, base=url))
    items = list(islice((item for item in told if item.address), MAX_URLS + 1))

    def collected(addresses: Iterable[tuple[str, _Item]]) -> Discovered:
        collector = Collector(outlet, url, is_shared_host=is_shared_host)
        for address, item in addresses:
            collector.add(address, item.published, base=item.base)
        return collector.result(*document.problems)

    found = collected((item.address, item) for item in items)
    if len(items) > 1 and len(found.links) + len(found.refused) < 2:
        # One link for all items is the front page's, or a counter's: their permanent ids tell the pages.
        by_guid = collected((item.guid, item) for item in items if item.guid)
        return by_guid if len(by_guid.links) > 1 else found
    return found


def _item(entry: Entry, outlet: Outlet, parse_date: DateParser | None) -> _Item:
    own = [field for field in entry.fields if field.depth == 1]
    nested = [field for field in entry.fields if field.depth > 1 and field.parent not in _OTHERS]
    guids = (_permanent(field, is_sure=False) for field in own if field.name in ("guid", "id"))
    published = {field.name: field.text for field in reversed(own)}
    dates = (moment_told(published[name], outlet, parse_date) for name in _PUBLISHED if published.get(name))
    return _Item(
        address=_address(own) or _address(nested),
        guid=next((guid for guid in guids if guid and UNREAD not in guid), ""),
        base=entry.base,
        published=next((moment for moment in dates if moment), None),
    )


def _address(fields: list[Field]) -> str:
    """The address of an item's page; "" where none is told."""
    found: dict[str, str] = {}
    for field in fields:
        address = _link_address(field) if field.name == "link" else _permanent(field)
        if field.name in _ADDRESSES and address and UNREAD not in address:
            found.setdefault(field.name, address)
    return next((found[name] for name in _ADDRESSES if name in found), "")


def _link_address(field: Field) -> str:
    """RSS has the address as text, Atom in `href`; enclosures, replies and other forms than pages are passed over."""
    relation = (attribute(field.rest, "rel") or "").strip().lower()
    is_page = "html" in (attribute(field.rest, "type") or "text/html").lower()
    address = attribute(field.rest, "href")
    return (field.text if address is None else address.strip()) if is_page and relation in _ALTERNATE else ""


def _permanent(field: Field, *, is_sure: bool = True) -> str:
    """The address that a permanent id is: a relative one where the feed says so, or where it has an address's form.

    Where nothing better is told (not `is_sure`), an id with an address's form is one even if the feed denies it.
    """
    if field.name == "origlink":
        return field.text
    told = (attribute(field.rest, "ispermalink") or "").strip().lower() if field.name == "guid" else ""
    is_absolute = field.text.lower().startswith(("http://", "https://"))
    if field.name == "id" or (told == "false" and not is_sure):
        return field.text if is_absolute else ""
    if field.name != "guid" or told == "false":
        return ""
    is_relative = " " not in field.text and (told == "true" or field.text.startswith("/"))
    return field.text if is_absolute or is_relative else ""
=======
        raise UnreadableDocument("not_a_feed", f"{url} is no feed: it begins with <{document.root}>.")
    entries = document.entries(_ITEMS, FIELDS, base=url)
    told = (read_item(entry, outlet, parse_date) for entry in entries)
    items = list(islice((item for item in told if item.address or item.guids), MAX_URLS + 1))
    collector = Collector(outlet, url, is_shared_host=is_shared_host)
    for address, item in pages(items, outlet):
        collector.add(address.text, item.published, base=address.base)
    return collector.result(*document.problems)
>>>>>>> disc
