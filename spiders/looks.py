"""What a document of an outlet is, and what speaks for it: a first look at a feed, a sitemap, or what came instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from spiders import feeds
from spiders.discovered import Discovered
from spiders.document_errors import DocumentError
from spiders.entries import Entry, XMLDocument
from spiders.feed_links import FeedLink
from spiders.feeds import read_feed
from spiders.gates import GATES, Gate
from spiders.homepage import read_home_page
from spiders.outlet import Outlet
from spiders.records import Link
from spiders.site_names import plain
from spiders.sitemaps import MAX_BYTES, read_sitemap
from spiders.stream import Stream
from spiders.tags import attribute

Kind = Literal["feed", "news", "sitemap", "index", "page", "json", "other"]

MOST_LINKS, MOST_CHILDREN, MOST_TITLES = 500, 5_000, 50
_COMMENTS = re.compile(r"(?i)^comments (?:on|for)\b|تعليق")
_MEDIA = re.compile(r"(?i)\s*(?:audio|video)/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a document is: a feed, a news sitemap, another sitemap, an index of them, a page, a JSON feed or other.

    `links` are the first of the outlet's own that it lists, `found` the rest of what it gave; `name` is what a feed or
    a news sitemap calls itself, `titles` those of its first items, `fault` why it is not to be used, "" where nothing
    speaks against it. `feeds` are those that a page names, `gate` what the page is.
    """

    kind: Kind
    found: Discovered = field(default_factory=Discovered)
    links: tuple[Link, ...] = ()
    name: str = ""
    titles: tuple[str, ...] = ()
    fault: str = ""
    feeds: tuple[FeedLink, ...] = ()
    gate: Gate = ""

    @property
    def is_good(self) -> bool:
        return not self.fault and bool(self.links or self.found.children)


def look_at(
    body: bytes, *, url: str, outlet: Outlet, content_type: str | None = None, is_shared_host: bool = False
) -> Look:
    """A first look at what an address gave; all that it gives can travel between processes.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> feed = "<rss><channel><title>تعليقات على: خبر</title><item><link>/7</link></item></channel></rss>"
    >>> look_at(feed.encode(), url="https://raqib.tld/feed", outlet=raqib).fault
    'is a feed of comments'
    """
    try:
        root = XMLDocument(Stream(body, content_type)).root
    except DocumentError:
        root = ""
    try:
        if root in feeds.ROOTS:
            found = read_feed(body, url=url, outlet=outlet, content_type=content_type, is_shared_host=is_shared_host)
            return _feed(body, content_type, found)
        if root in ("html", "head", "body"):
            page = read_home_page(body, url=url, outlet=outlet, content_type=content_type)
            return Look(
                kind="page",
                feeds=page.feeds,
                gate=page.gate,
                fault=f"is {GATES[page.gate]}" if page.gate else "is a page",
            )
        if body.lstrip()[:1] in (b"{", b"["):
            return Look(kind="json", fault="is in JSON, which is not read")
        found = read_sitemap(body, url=url, outlet=outlet, content_type=content_type)
        return _sitemap(body, content_type, found, root)
    except DocumentError as error:
        return Look(kind="other", fault=f"cannot be read: {str(error).rstrip('.')}")


def _feed(body: bytes, content_type: str | None, found: Discovered) -> Look:
    """A feed with its title, its items' titles, and how many of them are films or sound."""
    items = list(islice(_entries(body, content_type, {"item", "entry"}, {"title", "link", "enclosure"}), MOST_TITLES))
    titles = (plain(told.text) for item in items for told in item.fields if told.name == "title" and told.depth == 1)
    n_media = sum(any(_is_media(told.rest) for told in item.fields if told.name != "title") for item in items)
    around = _entries(body, content_type, {"channel", "feed"}, {"title"})
    names = (told.text for entry in around for told in entry.fields if told.depth == 1)
    look = Look(kind="feed", name=plain(next(names, "")), titles=tuple(filter(None, titles)))
    if _COMMENTS.search(look.name):
        fault = "is a feed of comments"
    else:
        fault = "lists sound or films, not texts" if n_media * 2 > len(items) else _foreign(look.titles)
    return _whole(replace(look, fault=fault), found)


def _entries(body: bytes, content_type: str | None, names: set[str], fields: set[str]) -> Iterator[Entry]:
    return XMLDocument(Stream(body, content_type)).entries(names, fields)


def _is_media(rest: str) -> bool:
    return bool(_MEDIA.match(attribute(rest, "type") or ""))


def _sitemap(body: bytes, content_type: str | None, found: Discovered, root: str) -> Look:
    if root == "sitemapindex":
        return _whole(Look(kind="index"), found)
    names, titles, is_news = list[str](), list[str](), False
    if root == "urlset":
        document = XMLDocument(Stream(body, content_type, MAX_BYTES))
        fields = (told for entry in _first(document) for told in entry.fields if told.parent in ("news", "publication"))
        for told in fields:
            is_news = True
            names += [told.text] if told.name == "name" else []
            titles += [told.text] if told.name == "title" else []
    look = Look(kind="news" if is_news else "sitemap", titles=tuple(map(plain, titles[:MOST_TITLES])))
    name = max(set(names), key=names.count) if names else ""
    return _whole(replace(look, name=plain(name), fault=_foreign(look.titles)), found)


def _first(document: XMLDocument) -> Iterator[Entry]:
    return islice(document.entries({"url"}, {"publication_date", "name", "title"}), 200)


def _foreign(titles: tuple[str, ...]) -> str:
    """What is said of a document whose titles are hardly in Arabic letters."""
    text = " ".join(titles)
    letters, arabic = len(re.findall(r"[^\W\d_]", text)), len(re.findall("[\u0620-\u06ff]", text))
    return "is in another language" if letters >= 20 and arabic * 10 < letters * 3 else ""


def _whole(look: Look, found: Discovered) -> Look:
    """A look with what the document lists, as much of it as a first look needs."""
    children = found.children
    if len(children) > MOST_CHILDREN:
        children = children[: MOST_CHILDREN // 2] + children[-MOST_CHILDREN // 2 :]
    rest = replace(found, links=(), children=children, refused=found.refused[:MOST_LINKS])
    fault = look.fault or ("" if found.links or found.children else "lists nothing")
    return replace(look, found=rest, links=found.links[:MOST_LINKS], fault=fault)
