"""Microdata and RDFa of the page's main article, as the same kind of node that JSON-LD gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from pipelines.metadata.jsonld import Node, text_value
from pipelines.regions import is_elsewhere, is_large
from pipelines.text import normalize_arabic, unescape_line, word_set
from pipelines.tree import text_of

_READ = word_set(
    "headline author creator datePublished dateModified articleSection keywords image description publisher"
)
_PART = word_set("name url contentUrl")
_PROOF = word_set("headline articleBody datePublished")
_ARTICLE = ("Article", "Posting", "Report")
_RDFA = "descendant::*/@typeof[contains(., 'Article')]/parent::*"
_MOST, _MOST_PARTS, _MOST_VALUES = 400, 200, 20

Parts = list[tuple[str, HtmlElement]]


def read_item(root: HtmlElement, properties: Sequence[HtmlElement], title: str) -> Node:
    """What the page's main article says of itself in its markup; empty where no element is marked as its parts.

    `properties` are the elements of `root` with itemprop. `title` is what the page's <title> says: it tells the main
    article from those of a list.

    >>> from lxml import html
    >>> page = html.fromstring('''<article itemscope itemtype="https://schema.org/NewsArticle">
    ... <h1 itemprop="headline">أمطار في الشمال</h1>
    ... <p itemprop="author" itemscope><b itemprop="name">سارة علي</b></p></article>''')
    >>> read_item(page, page.xpath("descendant::*[@itemprop]"), "أمطار في الشمال")
    {'headline': 'أمطار في الشمال', 'author': {'name': 'سارة علي'}}
    """
    scopes: dict[HtmlElement | None, Parts] = {}
    for element in properties[:_MOST]:
        if names := (element.get("itemprop") or "").split():
            scope = _scope(element, "itemscope")
            if scope is None or _is_article(scope.get("itemtype")):
                scopes.setdefault(scope, []).extend((name, element) for name in names)
    return _best([parts for parts in scopes.values() if _proves(parts)], title) or _best(list(_rdfa(root)), title)


def _rdfa(root: HtmlElement) -> Iterator[Parts]:
    for scope in root.xpath(_RDFA)[:20]:
        parts = [
            (name.rsplit(":", 1)[-1], element)
            for element in scope.xpath("descendant::*[@property]")[:_MOST]
            if _scope(element, "typeof") is scope
            for name in (element.get("property") or "").split()
        ]
        if _proves(parts) or any(name == "name" for name, _ in parts):
            yield [("headline" if name == "name" else name, element) for name, element in parts]


def _scope(element: HtmlElement, marker: str) -> HtmlElement | None:
    place = element.getparent()
    while place is not None and place.get(marker) is None:
        place = place.getparent()
    return place


def _is_article(kind: str | None) -> bool:
    return any(name.endswith(_ARTICLE) for name in (kind or "").split())


def _proves(parts: Parts) -> bool:
    """Many sites give every page an «article» with name and image alone, for sharing."""
    return any(name in _PROOF for name, _ in parts)


def _best(candidates: list[Parts], title: str) -> Node:
    """The one whose headline the page's title holds, else the only one outside lists of other stories."""
    page = normalize_arabic(title)
    nodes = [(_node(parts), parts) for parts in candidates[:_MOST_VALUES]]
    for node, _ in nodes:
        if (own := normalize_arabic(text_value(node.get("headline")) or "")) and own in page:
            return node
    main = [node for node, parts in nodes if not is_elsewhere(parts[0][1])]
    return main[0] if len(main) == 1 else {}


def _node(parts: Parts) -> Node:
    node: Node = {}
    for name, element in parts:
        values = _as_list(node.get(name, []))
        if name in _READ and len(values) < _MOST_VALUES and (value := _value(element)):
            node[name] = [*values, value] if values else value
    return node


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(element: HtmlElement) -> Any:
    """A property's value by its element: an attribute, the parts of a nested item, else its text."""
    for attribute in ("content", "datetime"):
        if told := element.get(attribute):
            return unescape_line(told)
    if element.tag == "img":
        return element.get("src")
    if element.get("itemscope") is not None:
        kind = (element.get("itemtype") or "").rsplit("/", 1)[-1]
        parts: Node = {"@type": kind} if kind else {}
        for part in islice(element.iterdescendants(), _MOST_PARTS):
            if (name := part.get("itemprop")) in _PART and _scope(part, "itemscope") is element:
                parts.setdefault(name, _value(part))
        return parts
    text = "" if is_large(element) else unescape_line(text_of(element))
    if text:
        return text
    image = element.find(".//img")
    return image.get("src") if image is not None else element.get("href")
