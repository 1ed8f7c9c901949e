"""Machine-readable dates on a page's elements: microdata, RDFa, `<time pubdate>`."""

from __future__ import annotations

from typing import Literal

from lxml.html import HtmlElement

from pipelines.headline import is_elsewhere
from pipelines.text import word_set
from pipelines.tree import text_of

_MARKED = ".//*[@itemprop or @property or @pubdate]"
_NAMES = {
    "published": word_set("datepublished datecreated dc:date dc:created dc:issued dcterms:issued dcterms:created"),
    "modified": word_set("datemodified dc:modified dcterms:modified"),
}


def stamped(root: HtmlElement, container: HtmlElement | None, kind: Literal["published", "modified"]) -> list[str]:
    """The dates of publication, or of change, that elements of a page are marked with, in reading order.

    Those of comments, lists and other items on the page are left out; `<meta>` is no element that a reader sees.
    """
    around = {container, *container.iterancestors()} if container is not None else set()
    marked = [element for element in root.xpath(_MARKED) if element.tag != "meta" and _kind(element, kind)]
    return [
        element.get("datetime") or element.get("content") or text_of(element)
        for element in marked[:20]
        if _is_of_article(element, around)
    ]


def _kind(element: HtmlElement, kind: str) -> bool:
    if element.get("pubdate") is not None and not element.get("itemprop"):
        return kind == "published"
    named = f"{element.get('itemprop') or ''} {element.get('property') or ''}".lower().replace("schema:", "")
    return not _NAMES[kind].isdisjoint(named.split())


def _is_of_article(element: HtmlElement, around: set[HtmlElement]) -> bool:
    item = next((parent for parent in element.iterancestors() if parent.get("itemscope") is not None), None)
    return (item is None or not around or item in around) and not is_elsewhere(element, around)
