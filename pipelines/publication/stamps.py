"""Machine-readable dates on a page's elements: microdata, RDFa, `<time pubdate>`."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.publication.heading import is_elsewhere
from pipelines.text import word_set
from pipelines.tree import text_of

_MARKED = "(//@itemprop | //@property | //@pubdate)/parent::*[not(self::meta)]"
_PUBLISHED = word_set("datepublished datecreated dc:date dc:created dc:issued dcterms:issued dcterms:created pubdate")
_MODIFIED = word_set("datemodified dc:modified dcterms:modified")
_MOST = 20
# What of a machine-readable date is its day.
_DAY = 10


@dataclass(frozen=True, slots=True)
class Stamps:
    """The dates that elements of a page are marked with, in reading order: of publication, and of change."""

    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()


def stamps(root: HtmlElement, container: HtmlElement | None) -> Stamps:
    """The dates that elements are marked with, but for those of comments, lists and other items on the page.

    `container` holds the article's text. `<meta>` is not among them: it is no element that a reader sees.
    """
    around = {container, *container.iterancestors()} if container is not None else set()
    marked = [element for element in root.xpath(_MARKED) if _names(element)][:_MOST]
    told = [element for element in marked if _is_of_article(element, around)]
    return Stamps(published=_values(told, _PUBLISHED), modified=_values(told, _MODIFIED))


def stamp_of(element: HtmlElement) -> str | None:
    """The machine-readable date of an element: its `datetime` or `content`, else a `title` with digits.

    >>> from lxml import html
    >>> stamp_of(html.fromstring("<abbr title='2026-11-17'>قبل أيام</abbr>"))
    '2026-11-17'
    """
    shown = element.get("title") or ""
    return element.get("datetime") or element.get("content") or (shown if any(map(str.isdigit, shown)) else None)


def _values(elements: list[HtmlElement], kind: frozenset[str]) -> tuple[str, ...]:
    """The dates of one kind: those of the article's item, else those of no item, if they agree."""
    found = [element for element in elements if _names(element) & kind]
    own = [element for element in found if _item(element) is not None]
    values = tuple(stamp_of(element) or text_of(element) for element in own or found)
    return values if own or len({value[:_DAY] for value in values}) == 1 else ()


def _names(element: HtmlElement) -> frozenset[str]:
    """What kinds of date an element is marked as; none for everything else."""
    named = f"{element.get('itemprop') or ''} {element.get('property') or ''}".lower().replace("schema:", "").split()
    if element.get("pubdate") is not None and not named:
        named = ["pubdate"]
    return (_PUBLISHED | _MODIFIED) & frozenset(named)


def _is_of_article(element: HtmlElement, around: set[HtmlElement]) -> bool:
    item = _item(element)
    return (item is None or not around or item in around) and not is_elsewhere(element, around)


def _item(element: HtmlElement) -> HtmlElement | None:
    """The item that an element is a part of; what holds the whole page is none."""
    item = next((parent for parent in element.iterancestors() if parent.get("itemscope") is not None), None)
    return item if item is not None and item.tag not in ("html", "body") else None
