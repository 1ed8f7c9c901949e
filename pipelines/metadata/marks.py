"""The elements whose class, rel or itemprop say what they are to an article, found in one walk over the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from pipelines.text import word_set

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[\u0621-\u064a]+")
_WORDS = {
    "trail": word_set("breadcrumb breadcrumbs breadcumb crumb crumbs crumbtrail"),
    "tags": word_set("tag tags hashtag hashtags keyword keywords taglist"),
    "byline": word_set("byline by author authors authorname writer writers write written writ reporter كاتب الكاتب"),
    "rubric": word_set("category categories cat section sect rubric rubrique kicker label topic overline eyebrow"),
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words}
_HEADINGS = word_set("h1 h2 h3")
_WRITER_ADDRESS = re.compile(r"(?:^|/)(?:authors?|writers?)[/._?-][\w%]")


class Mark(NamedTuple):
    """An element, and what it is marked as: trail, tags, byline, rubric.

    Also heading for h1 to h3, property for what has itemprop, writer for a link to an author's page.
    """

    element: HtmlElement
    kinds: tuple[str, ...]


def read_marks(root: HtmlElement) -> list[Mark]:
    """The marked elements of a page, in its order.

    >>> from lxml import html
    >>> page = html.fromstring("<div><h1>أمطار</h1><p class='writeBy'>كتبت سارة علي</p><a rel='tag'>طقس</a></div>")
    >>> [(mark.element.text, mark.kinds) for mark in read_marks(html.document_fromstring(html.tostring(page)))]
    [('أمطار', ('heading',)), ('كتبت سارة علي', ('byline',)), ('طقس', ('tags',))]
    """
    found = []
    for element in root.iter():
        tag, names = element.tag, element.get("class")
        kinds = _kinds(names) if names else _of_id(name) if (name := element.get("id")) else ()
        if tag == "a":
            kinds += _of_link(element)
        elif tag in _HEADINGS:
            kinds += ("heading",)
        if told := element.get("itemprop"):
            kinds += ("property", "byline") if told == "author" else ("property",)
            if told == "itemListElement" and _is_trail(parent := element.getparent()):
                found.append(Mark(parent, ("trail",)))
        if kinds:
            found.append(Mark(element, kinds))
    return found


def marked(marks: Sequence[Mark], kind: str) -> list[HtmlElement]:
    """The elements that are marked as one thing.

    >>> from lxml import html
    >>> page = html.document_fromstring("<ul class='breadcrumb'><li>الرئيسية</li></ul>")
    >>> [element.tag for element in marked(read_marks(page), "trail")]
    ['ul']
    """
    return [mark.element for mark in marks if kind in mark.kinds]


@lru_cache(maxsize=8192)
def _kinds(names: str) -> tuple[str, ...]:
    found = {_KIND_OF.get(word.lower()) for word in _TOKEN.findall(names)}
    # The bare word is a trail; in a longer name it is a file's path or a drawing's.
    if names.strip().lower() == "path":
        return ("trail",)
    return tuple(kind for kind in _WORDS if kind in found)


def _of_link(link: HtmlElement) -> tuple[str, ...]:
    relation, address = link.get("rel"), link.get("href")
    found = _kinds(relation) if relation else ()
    if address and ("author" in address or "writer" in address) and _WRITER_ADDRESS.search(address):
        return (*found, "writer")
    return found


def _of_id(name: str) -> tuple[str, ...]:
    # Looking for a word is several times as fast as a pattern.
    is_told = "uthor" in name or "riter" in name or "eporter" in name or "yline" in name
    return ("byline",) if is_told and "byline" in _kinds(name) else ()


def _is_trail(element: HtmlElement | None) -> bool:
    return element is not None and "BreadcrumbList" in (element.get("itemtype") or "")
