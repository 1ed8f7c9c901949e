"""Machine-readable dates on a page's elements: microdata, RDFa, `<time pubdate>`."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.headline import is_elsewhere
from pipelines.text import word_set
from pipelines.tree import text_of

_MARKED = "(//@itemprop | //@property | //@pubdate)/parent::*[not(self::meta)]"
_PUBLISHED = word_set("datepublished datecreated dc:date dc:created dc:issued dcterms:issued dcterms:created pubdate")
_MODIFIED = word_set("datemodified dc:modified dcterms:modified")
_MOST = 20


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
    marked = [(element, names) for element in root.xpath(_MARKED) if (names := _names(element))]
    told = [(_value(element), names) for element, names in marked[:_MOST] if _is_of_article(element, around)]
    return Stamps(
        published=tuple(value for value, names in told if names & _PUBLISHED),
        modified=tuple(value for value, names in told if names & _MODIFIED),
    )


def _names(element: HtmlElement) -> frozenset[str]:
    """What kinds of date an element is marked as; none for everything else."""
    named = f"{element.get('itemprop') or ''} {element.get('property') or ''}".lower().replace("schema:", "").split()
    if element.get("pubdate") is not None and not named:
        named = ["pubdate"]
    return (_PUBLISHED | _MODIFIED) & frozenset(named)


def _value(element: HtmlElement) -> str:
    return element.get("datetime") or element.get("content") or text_of(element)


def _is_of_article(element: HtmlElement, around: set[HtmlElement]) -> bool:
    item = next((parent for parent in element.iterancestors() if parent.get("itemscope") is not None), None)
    return (item is None or not around or item in around) and not is_elsewhere(element, around)
