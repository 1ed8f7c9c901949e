"""Which page an item of a feed means: by its link, or by its permanent id where the link cannot be its page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from spiders.discovered import with_scheme
from spiders.entries import Entry, Field
from spiders.moments import DateParser, moment_told
from spiders.outlet import Outlet
from spiders.tags import UNREAD, attribute
from spiders.urls import BadURL, canonicalize, refusal, request_url

_ADDRESSES = ("origlink", "link", "guid", "id")  # the feed's own original first
# Modification dates (updated, dcterms:modified) are no hint of publication.
_PUBLISHED = ("pubdate", "date", "published", "issued", "created", "date.taken")
FIELDS = frozenset(_ADDRESSES + _PUBLISHED)
_OTHERS = frozenset(
    {"source", "author", "contributor", "image"}
)  # elements of an item that have addresses of their own
_ALTERNATE = frozenset({"", "alternate", "http://www.iana.org/assignments/relation/alternate"})
_FRONT = re.compile(r"/(?:(?:index|default|home)\.\w{2,5})?", re.I)


class Address(NamedTuple):
    """An address as it is written, and the base that it is read against."""

    text: str
    base: str


class Item(NamedTuple):
    """What an item tells: the addresses of its page, its permanent ids where those are addresses, its date."""

    address: Address | None
    guids: tuple[Address, ...]
    published: datetime | date | None


def read_item(entry: Entry, outlet: Outlet, parse_date: DateParser | None) -> Item:
    """What an entry of a feed tells."""
    own = [field for field in entry.fields if field.depth == 1]
    nested = [field for field in entry.fields if field.depth > 1 and field.parent not in _OTHERS]
    guids = [Address(_permanent(field, outlet, is_sure=False), field.base) for field in own]
    about = (attribute(entry.rest, "rdf:about") or attribute(entry.rest, "about") or "").strip()
    guids.append(Address(about if _is_absolute(with_scheme(about, outlet)) else "", entry.base))
    told = (field.text for name in _PUBLISHED for field in own if field.name == name and field.text)
    dates = (moment_told(text, outlet, parse_date) for text in told)
    return Item(
        address=_address(own, outlet) or _address(nested, outlet),
        guids=tuple(dict.fromkeys(guid for guid in guids if guid.text and UNREAD not in guid.text)),
        published=next((moment for moment in dates if moment), None),
    )


def pages(items: Sequence[Item], outlet: Outlet) -> Iterator[tuple[Address, Item]]:
    """The address of every item's page.

    It is the link; the permanent id where that is the outlet's own, and there is no link, or one that cannot be the
    page's: the front page, one that several items share, one of another host, such as a counter's.
    """
    ids = [_own_id(item, outlet) for item in items]
    if not any(ids):  # nothing is to be chosen
        yield from ((item.address, item) for item in items if item.address)
        return
    links = [_canonical(item.address, outlet) for item in items]
    ids_of: dict[str | None, set[str]] = defaultdict(set)
    for link, found in zip(links, ids, strict=True):
        ids_of[link].add(found[0] if found else "")
    counts = {link: links.count(link) for link in ids_of if link and _is_front(link)}
    for item, link, found in zip(items, links, ids, strict=True):
        # Items that share link and id are one item, told again.
        is_poor = link is None or len(ids_of[link]) > 1 or counts.get(link) == 1
        chosen = found[1] if found and is_poor else item.address
        if chosen:
            yield chosen, item


def _own_id(item: Item, outlet: Outlet) -> tuple[str, Address] | None:
    """The permanent id that is an address of the outlet other than the link, canonical and as it is written."""
    for guid in item.guids:
        url = _canonical(guid, outlet) if guid != item.address else None
        if url and not _is_front(url):
            return url, guid
    return None


def _canonical(address: Address | None, outlet: Outlet) -> str | None:
    """The canonical form of an address that may be fetched for the outlet; None for any other."""
    if address is None:
        return None
    try:
        url = canonicalize(request_url(with_scheme(address.text, outlet), base=address.base), outlet)
    except BadURL:
        return None
    return url if refusal(url, outlet) is None else None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def _address(fields: Iterable[Field], outlet: Outlet) -> Address | None:
    """The address of an item's page; None where none is told."""
    found: dict[str, Address] = {}
    for field in fields:
        address = _link_address(field) if field.name == "link" else _permanent(field, outlet)
        if field.name in _ADDRESSES and address and UNREAD not in address:
            found.setdefault(field.name, Address(address, field.base))
    return next((found[name] for name in _ADDRESSES if name in found), None)


def _link_address(field: Field) -> str:
    """RSS has the address as text, Atom in `href`; enclosures, replies and other forms than pages are passed over."""
    relation = (attribute(field.rest, "rel") or "").strip().lower()
    is_page = "html" in (attribute(field.rest, "type") or "text/html").lower()
    address = attribute(field.rest, "href")
    return (field.text if address is None else address.strip()) if is_page and relation in _ALTERNATE else ""


def _permanent(field: Field, outlet: Outlet, *, is_sure: bool = True) -> str:
    """The address that a permanent id is: a relative one where the feed says so, or where it has an address's form.

    Where nothing better is told (not `is_sure`), an id with an address's form is one even if the feed denies it.
    """
    if field.name == "origlink":
        return field.text
    told = (attribute(field.rest, "ispermalink") or "").strip().lower() if field.name == "guid" else ""
    is_absolute = _is_absolute(with_scheme(field.text, outlet))
    if field.name == "id" or (told == "false" and not is_sure):
        return field.text if is_absolute else ""
    if field.name != "guid" or told == "false":
        return ""
    is_relative = " " not in field.text and (told == "true" or field.text.startswith("/"))
    return field.text if is_absolute or is_relative else ""


def _is_absolute(text: str) -> bool:
    return text.lower().startswith(("http://", "https://", "//"))
