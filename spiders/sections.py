"""Links from section pages: the articles that a listing shows, and when it says that they appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from spiders.anchors import ITEM_ENDS, MAX_ANCHORS, listed_anchors
from spiders.discovered import Collector, Discovered, too_long
from spiders.markup import local_name, parse_html
from spiders.moments import DateParser, moment_told
from spiders.outlet import Outlet
from spiders.urls import BadURL, canonical_or_none, canonicalize, request_url

MAX_LINKS = 5_000
_MOST_ELEMENTS, _MOST_DATES, _LONGEST_DATE = 300, 5, 64  # of an item, read for when it appeared
_BODIES = frozenset({"main", "section", "body", "html", "ul", "ol", "table", "tbody"})
_NO_ARTICLE = re.compile(
    r"(?i)/(?:tags?|topics?|keywords?|categor(?:y|ies)|sections?|authors?|writers?|login|log-in|signin|sign-in|register"
    r"|signup|account|user|search|subscribe|newsletters?|about(?:-us)?|contact(?:-us)?|privacy|terms|rss|feeds?"
    r"|وسوم|وسم|كاتب|كتاب|تصنيف|بحث)(?:/|\.\w{2,5}$|$)"
)
# A parameter that names an article by its number or its key, and those that name a listing, a part of it or a view.
_IDENTIFIER = re.compile(
    r"\d{1,18}(?:[:-].*)?|(?=[a-z-]*\d)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)\w{16,}", re.I
)
_OF_LISTING = re.compile(
    r"(?i)page\w*|pg|paged|start|offset|limit|from|to|size|count|per_?page|sort|order|year|month|day|date|lang\w*|[wh]|width"
    r"|height|ver?|version|cat\w*|section\w*|channel\w*|tags?\w*|topics?\w*|authors?\w*|writers?\w*|user\w*|itemid|template"
    r"|q|s|query|search|keywords?|feed|country\w*|region\w*|type\w*|poll\w*|banner\w*|ads?_?id"
)
_DATED = re.compile(r"(?i)(?:^|[\s_-])(?:date|time|published|timestamp|تاريخ)(?:$|[\s_-])")
_MODIFIED = re.compile(r"(?i)modif|updat")


class _Listed(NamedTuple):
    """An anchor that leads to an article: the address as it is written, and the canonical one."""

    anchor: etree._Element
    address: str
    url: str


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
    articles, or stand in a heading. `parse_date` reads the visible dates. Raises DocumentError.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> page = "<nav><a href='/7'>مصر</a></nav><h3><a href='/مصر/8'>خبر</a></h3><h3><a href='/?p=9'>خبر</a></h3>"
    >>> [link.url[-9:] for link in read_section(page.encode(), url="https://raqib.tld/", outlet=raqib).links]
    ['5%D8%B1/8', '.tld/?p=9']
    """
    page = parse_html(body, content_type)
    base, here = _base(page.root, url), canonical_or_none(url, outlet)
    anchors, is_cut = listed_anchors(page.root)
    found = list(islice(_articles(anchors, outlet, base, page.encoding), MAX_LINKS))
    listed = [item for item in found if item.url != here]
    owners = _owners(listed)
    collector = Collector(outlet, url, encoding=page.encoding)
    hints: dict[etree._Element, datetime | date | None] = {}
    for link in listed:
        item = _item(link, owners)
        if item not in hints:
            hints[item] = _hint(item, outlet, parse_date)
        collector.add(link.address, hints[item], base=base)
    bound = MAX_LINKS if len(found) == MAX_LINKS else MAX_ANCHORS
    return collector.result(*([too_long(bound)] if is_cut or bound == MAX_LINKS else []))


def _base(root: etree._Element, url: str) -> str:
    href = next((href for element in root.iter("base") if (href := element.get("href"))), "")
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return url


def _articles(
    anchors: list[tuple[etree._Element, bool]], outlet: Outlet, base: str, encoding: str
) -> Iterator[_Listed]:
    """Anchors that lead to articles; those in headings may lead off the outlet."""
    for anchor, is_headline in anchors:
        href = (anchor.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        try:
            url = canonicalize(request_url(href, base=base, encoding=encoding), outlet)
        except BadURL:
            continue
        if outlet.is_article_url(url) or (is_headline and may_be_article(url)):
            yield _Listed(anchor, href, url)


def may_be_article(url: str) -> bool:
    """Whether an address can be an article's: its path has a number or a long slug, or its query names one.

    >>> [may_be_article(f"https://raqib.tld/{rest}") for rest in ("News.aspx?id=7", "?p=12", "show.php?news=55-x")]
    [True, True, True]
    >>> [may_be_article(f"https://raqib.tld/{rest}") for rest in ("", "news?page=2", "category.php?id=8", "?lang=ar")]
    [False, False, False, False]
    """
    parts = urlsplit(url)
    if _NO_ARTICLE.search(unquote(parts.path)):
        return False
    if any(tells_article(*pair.partition("=")[::2]) for pair in parts.query.split("&")):
        return True
    has_number = re.search(r"\d", re.sub(r"%[0-9A-F]{2}", "", parts.path)) is not None
    return has_number or parts.path.rpartition("/")[2].count("-") >= 3


def tells_article(name: str, value: str) -> bool:
    """Whether a parameter of an address names an article by its number or its key."""
    return _IDENTIFIER.fullmatch(unquote(value)) is not None and not _OF_LISTING.fullmatch(name)


def _owners(listed: list[_Listed]) -> dict[etree._Element, str]:
    """For every element around an article's anchor the one address in it, "" where there are several."""
    owners: dict[etree._Element, str] = {}
    for anchor, _, url in listed:
        for element in anchor.iterancestors():
            owners[element] = url if owners.get(element, url) == url else ""
    return owners


def _item(link: _Listed, owners: dict[etree._Element, str]) -> etree._Element:
    """The element that shows one article: the largest around its anchor that leads to no other."""
    item = link.anchor
    for level, element in enumerate(link.anchor.iterancestors()):
        if owners[element] != link.url or local_name(element) in _BODIES or level > 5:
            break
        item = element
        if local_name(element) in ITEM_ENDS:
            break
    return item


def _hint(item: etree._Element, outlet: Outlet, parse_date: DateParser | None) -> datetime | date | None:
    """When an item says that it appeared; dates of its last change are passed over."""
    visible = []
    for element in islice(item.iter(), _MOST_ELEMENTS):
        words = f"{element.get('class', '')[:200]} {element.get('itemprop', '')[:200]}"
        if (local_name(element) != "time" and not _DATED.search(words)) or _MODIFIED.search(words):
            continue
        told = moment_told(element.get("datetime") or "", outlet)
        if told:
            return told
        visible.append(_short_text(element))
    dates = (moment_told(text, outlet, parse_date) for text in visible[:_MOST_DATES] if text and parse_date)
    return next((moment for moment in dates if moment), None)


def _short_text(element: etree._Element) -> str:
    """An element's text in one line; "" where it is longer than a date."""
    text = ""
    for piece in islice(element.itertext(), _MOST_ELEMENTS):
        text += str(piece)
        if len(text) > 10 * _LONGEST_DATE:
            return ""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_DATE else ""
