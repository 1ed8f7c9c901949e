"""Where the headline of a page stands, and what on it is about something else."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from lxml.html import HtmlElement

from pipelines.text import normalize_arabic, word_set
from pipelines.tree import hints, text_of

HEADINGS = word_set("h1 h2 h3 h4 h5 h6")
ELSEWHERE = word_set("aside nav figcaption") | HEADINGS
_ELSEWHERE_WORDS = word_set(
    "comment comments related sidebar copyright copyrights caption menu nav navbar latest recent popular most ticker"
    " weather prayer today current masthead topbar calendar archive poll widget recommended suggested more logo"
)
_PAGE_PARTS = word_set("header footer")
_OF_ARTICLE = word_set("article entry post story news content details")
_INLINE_HEADINGS = ("h2", "h3", "h4", "td", "div", "span", "p", "font", "b", "strong")
_SHORTEST_HEADLINE = 15


def find_heading(root: HtmlElement, told: str) -> HtmlElement | None:
    """The h1 that the page's own title speaks of, else another element that repeats the title, else the only h1.

    A logo in an h1 is in the title too, so that of several the longest is the headline.

    >>> from lxml import html
    >>> page = html.fromstring("<div><h1>الرقيب</h1><font>أمطار غزيرة في الشمال</font></div>")
    >>> find_heading(page, "أمطار غزيرة في الشمال - الرقيب").tag
    'font'
    """
    title = normalize_arabic(told)
    headings = {element: normalize_arabic(text_of(element)) for element in root.iter("h1")}
    named = [element for element, text in headings.items() if len(text) >= _SHORTEST_HEADLINE and text in title]
    if named:
        return max(named, key=lambda element: len(headings[element]))
    for element in root.iter(*_INLINE_HEADINGS) if title else ():
        text = (element.text or "").strip()
        found = normalize_arabic(text) if _SHORTEST_HEADLINE <= len(text) <= 300 else ""
        if found and found in title and 3 * len(found) > len(title):
            return element
    shown = [element for element, text in headings.items() if text]
    return shown[0] if len(shown) == 1 else None


def elsewhere_words(shared: Iterable[HtmlElement]) -> frozenset[str]:
    """The names of boxes that are about something else, but for those that are around headline or text too."""
    return _ELSEWHERE_WORDS.difference(*map(hints, shared))


def is_elsewhere(block: HtmlElement, shared: Container[HtmlElement], words: frozenset[str] = _ELSEWHERE_WORDS) -> bool:
    """Whether a box around `block` says that it is about something else; `shared` are headline, text, what is around.

    Footers are the article's own only inside its `<article>`.

    >>> from lxml import html
    >>> page = html.fromstring("<div><p>17 نوفمبر 2026</p><div class=sidebar><b>18 نوفمبر 2026</b></div></div>")
    >>> is_elsewhere(page.find("p"), {page}), is_elsewhere(page.find(".//b"), {page})
    (False, True)
    """
    is_part = False
    for element in upwards(block):
        if element in shared:
            return is_part and element.tag != "article"
        named = hints(element)
        if element.tag in ELSEWHERE or not words.isdisjoint(named):
            return True
        is_frame = element.tag in _PAGE_PARTS or not _PAGE_PARTS.isdisjoint(named)
        is_part = is_part or (is_frame and _OF_ARTICLE.isdisjoint(named))
    return is_part


def upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and all that are around it."""
    yield element
    yield from element.iterancestors()
