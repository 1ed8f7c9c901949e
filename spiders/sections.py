"""Links from section pages: the articles that a listing shows, and when it says that they appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from spiders.discovered import Collector, DateParser, Discovered
from spiders.markup import HostileDocument, UnreadableDocument, decode, gunzip, local_name
from spiders.moments import parse_moment
from spiders.outlet import Outlet
from spiders.urls import canonical_or_none, refusal

MAX_DEPTH = 200
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
    >>> page = "<nav><a href='/مصر'>مصر</a></nav><li><h3><a href='/مصر/7'>خبر</a></h3><time datetime='2026-11-19'></li>"
    >>> read_section(page.encode(), url="https://raqib.tld/", outlet=raqib).links[0].published_hint
    datetime.date(2026, 11, 19)
    """
    root = _page(body, content_type, url)
    base = _base(root, url)
    here = canonical_or_none(url, outlet)
    found = [(anchor, address) for anchor, address in _anchors(root, outlet, base) if address != here]
    owners = _owners(found)
    collector = Collector(outlet, url)
    for anchor, address in found:
        hint = None if refusal(address, outlet) else _hint(_item(anchor, address, owners), outlet, parse_date)
        collector.add(address, hint)
    return collector.result()


def _page(body: bytes, content_type: str | None, url: str) -> etree._Element:
    body, _ = gunzip(body)
    text = _FORBIDDEN.sub("", decode(body, content_type)[0])
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.lstrip("\ufeff"))
    if not text.strip():
        raise UnreadableDocument("empty", f"{url} is empty.")
    parser = html.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, huge_tree=False, remove_comments=True
    )
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
    """Anchors that lead to articles, with their canonical address; in headings, also those that are refused."""
    for anchor in root.iter("a"):
        href = anchor.get("href") or ""
        if not href.strip() or href.lstrip().startswith("#") or _is_furniture(anchor):
            continue
        address = canonical_or_none(href, outlet, base=base)
        if address is None:
            continue
        if outlet.is_article_url(address) or (_is_headline(anchor) and _may_be_article(address)):
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


def _is_headline(anchor: etree._Element) -> bool:
    """Whether an anchor stands in a heading, has one in it, or makes clickable an item whose heading has no link."""
    if any(local_name(element) in _HEADINGS for element in anchor.iter()):
        return True
    for element in anchor.iterancestors():
        name = local_name(element)
        if name in _HEADINGS:
            return True
        if name in _ITEM_ENDS:
            headings = [heading for heading in element.iter(*_HEADINGS)]
            return (
                len(headings) == 1 and headings[0].find(".//a") is None and len(element.findall(".//a")) <= 2
            )
    return False


def _may_be_article(address: str) -> bool:
    """Whether an address can be an article's: it has a number or a long slug, and is no tag, author or login."""
    path = urlsplit(address).path
    if path == "/" or _NO_ARTICLE.search(unquote(path)):
        return False
    return (
        bool(re.search(r"\d", re.sub(r"%[0-9A-F]{2}", "", path))) or path.rpartition("/")[2].count("-") >= 3
    )


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
