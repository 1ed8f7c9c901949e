"""Links from section pages: the articles that a listing shows, and when it says that they appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from spiders.discovered import Collector, DateParser, Discovered
from spiders.markup import HostileDocument, UnreadableDocument, decode, gunzip, local_name
from spiders.moments import parse_moment
from spiders.outlet import Outlet
from spiders.urls import canonical_or_none

MAX_ANCHORS, MAX_LINKS = 20_000, 5_000
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_FURNITURE = frozenset({"nav", "aside"})
_EDGES = frozenset({"header", "footer"})
_CONTENT = frozenset({"article", "main", "section", "li"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"})
_ITEM_ENDS = frozenset({"article", "li", "tr"})
_BODIES = frozenset({"main", "section", "body", "html", "ul", "ol", "table", "tbody"})
_NO_ARTICLE = re.compile(
    r"(?i)/(?:tags?|topics?|keywords?|categor(?:y|ies)|sections?|authors?|writers?|login|log-in|signin|sign-in|register"
    r"|signup|account|user|search|subscribe|newsletters?|about(?:-us)?|contact(?:-us)?|privacy|terms|rss|feeds?"
    r"|وسوم|وسم|كاتب|كتاب|تصنيف|بحث)(?:/|$)"
)
_DATED = re.compile(r"(?i)(?:^|[\s_-])(?:date|time|published|timestamp|تاريخ)(?:$|[\s_-])")
_MODIFIED = re.compile(r"(?i)modif|updat")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read_section(
    body: bytes,
    *,
    url: str,
    outlet: Outlet,
    content_type: str | None = None,
    parse_date: DateParser | None = None,
) -> Discovered:
    """The links of a listing page that look like articles.

    Taken are the outlet's own addresses outside navigation, headers, footers and asides that have the form of its
    articles, or stand in a heading. `parse_date` reads the visible dates. Raises markup.DocumentError.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> page = "<nav><a href='/7'>مصر</a></nav><h3><a href='/مصر/8'>خبر</a></h3>"
    >>> [link.url[-9:] for link in read_section(page.encode(), url="https://raqib.tld/", outlet=raqib).links]
    ['5%D8%B1/8']
    """
    root = _page(body, content_type, url)
    here = canonical_or_none(url, outlet)
    found = list(islice(_anchors(root, outlet, _base(root, url)), MAX_LINKS))
    is_cut = len(found) == MAX_LINKS or next(islice(root.iter("a"), MAX_ANCHORS, None), None) is not None
    found = [(anchor, address) for anchor, address in found if address != here]
    owners = _owners(found)
    collector = Collector(outlet, url)
    hints: dict[etree._Element, datetime | date | None] = {}
    for anchor, address in found:
        item = _item(anchor, address, owners)
        if item not in hints:
            hints[item] = _hint(item, outlet, parse_date)
        collector.add(address, hints[item])
    return collector.result(*(["too_many_urls"] if is_cut else []))


def _page(body: bytes, content_type: str | None, url: str) -> etree._Element:
    body, _ = gunzip(body)
    text = _FORBIDDEN.sub("", decode(body, content_type)[0])
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.lstrip("\ufeff"))
    if not text.strip():
        raise UnreadableDocument("empty", f"{url} is empty.")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("not_html", f"{url} is no HTML ({error}).") from error
    if root is None:
        raise UnreadableDocument("not_html", f"{url} is no HTML.")
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise HostileDocument("xml_depth", f"{url} nests too many elements.")
    return root


def _base(root: etree._Element, url: str) -> str:
    for element in root.iter("base"):
        href = element.get("href")
        if href:
            try:
                return urljoin(url, href.strip())
            except ValueError:
                break
    return url


def _anchors(root: etree._Element, outlet: Outlet, base: str) -> Iterator[tuple[etree._Element, str]]:
    """Anchors that lead to articles, with their canonical address; those in headings may lead off the outlet."""
    headlines = _headlines(root)
    for anchor in islice(root.iter("a"), MAX_ANCHORS):
        href = (anchor.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        address = canonical_or_none(href, outlet, base=base)
        if address is None:
            continue
        is_article = outlet.is_article_url(address) or (anchor in headlines and _may_be_article(address))
        if is_article and not _is_furniture(anchor):
            yield anchor, address


def _is_furniture(anchor: etree._Element) -> bool:
    """Whether an anchor is in the page's frame; an article's own header and footer are not."""
    in_edge = False
    for element in anchor.iterancestors():
        name = local_name(element)
        if name in _FURNITURE or (element.get("role") or "").strip().lower() in _ROLES:
            return True
        in_edge = (in_edge or name in _EDGES) and name not in _CONTENT
    return in_edge


def _headlines(root: etree._Element) -> set[etree._Element]:
    """Anchors that stand in a heading, have one in them, or make clickable an item whose heading has no link."""
    found: set[etree._Element] = set()
    for heading in root.iter(*_HEADINGS):
        inner = heading.findall(".//a")
        found.update(inner)
        for element in () if inner else heading.iterancestors():
            if element.tag == "a":
                found.add(element)
            if element.tag in _ITEM_ENDS:
                anchors = list(islice(element.iter("a"), 3))
                found.update(anchors if len(anchors) < 3 else [])
                break
    return found


def _may_be_article(address: str) -> bool:
    """Whether an address can be an article's: it has a number or a long slug, and is no tag, author or login."""
    path = urlsplit(address).path
    if path == "/" or _NO_ARTICLE.search(unquote(path)):
        return False
    return bool(re.search(r"\d", re.sub(r"%[0-9A-F]{2}", "", path))) or path.rpartition("/")[2].count("-") >= 3


def _owners(found: list[tuple[etree._Element, str]]) -> dict[etree._Element, str]:
    """For every element around an article's anchor the one address in it, "" where there are several."""
    owners: dict[etree._Element, str] = {}
    for anchor, address in found:
        for element in anchor.iterancestors():
            owners[element] = address if owners.get(element, address) == address else ""
    return owners


def _item(anchor: etree._Element, address: str, owners: dict[etree._Element, str]) -> etree._Element:
    """The element that shows one article: the largest around its anchor that leads to no other."""
    item = anchor
    for level, element in enumerate(anchor.iterancestors()):
        if owners[element] != address or local_name(element) in _BODIES or level > 5:
            break
        item = element
        if local_name(element) in _ITEM_ENDS:
            break
    return item


def _hint(item: etree._Element, outlet: Outlet, parse_date: DateParser | None) -> datetime | date | None:
    """When an item says that it appeared; dates of its last change are passed over."""
    visible = []
    for element in item.iter():
        words = f"{element.get('class', '')} {element.get('itemprop', '')}"
        if local_name(element) != "time" and not _DATED.search(words):
            continue
        if _MODIFIED.search(words):
            continue
        told = parse_moment(element.get("datetime") or "", outlet.tz)
        if told:
            return told
        visible.append(" ".join("".join(map(str, element.itertext())).split()))
    for text in visible if parse_date else ():
        moment = parse_date(text) if parse_date and 0 < len(text) <= 64 else None
        if moment:
            is_naive = isinstance(moment, datetime) and moment.tzinfo is None
            return moment.replace(tzinfo=outlet.tz) if isinstance(moment, datetime) and is_naive else moment
    return None
