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
_HEADINGS = word_set("h1 h2 h3")
_AUTHORS = "//body/descendant::*[@itemprop='author']"
_TRAILS = "//body/descendant::*[@itemtype][contains(@itemtype, 'BreadcrumbList')]"


class Mark(NamedTuple):
    """An element, and what it is marked as: trail, tags, byline, rubric; heading for h1 to h3."""

    element: HtmlElement
    kinds: tuple[str, ...]


def read_marks(root: HtmlElement) -> list[Mark]:
    """The marked elements of a page, in its order; those that microdata alone marks last.

    >>> from lxml import html
    >>> page = html.fromstring("<div><h1>أمطار</h1><p class='writeBy'>كتبت سارة علي</p><a rel='tag'>طقس</a></div>")
    >>> [(mark.element.text, mark.kinds) for mark in read_marks(html.document_fromstring(html.tostring(page)))]
    [('أمطار', ('heading',)), ('كتبت سارة علي', ('byline',)), ('طقس', ('tags',))]
    """
    found = []
    for element in root.iter():
        tag, names = element.tag, element.get("class")
        kinds = _kinds(names) if names else ()
        if tag == "a" and (relation := element.get("rel")):
            kinds += _kinds(relation)
        elif tag in _HEADINGS:
            kinds += ("heading",)
        if kinds:
            found.append(Mark(element, kinds))
    return (
        found
        + [Mark(element, ("byline",)) for element in root.xpath(_AUTHORS)]
        + [Mark(element, ("trail",)) for element in root.xpath(_TRAILS)]
    )


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
    words = {word.lower() for word in _TOKEN.findall(names)}
    # The bare word is a trail; in a longer name it is a file's path or a drawing's.
    if names.strip().lower() == "path":
        return ("trail",)
    return tuple(kind for kind, wanted in _WORDS.items() if words & wanted)
