"""An endless page shows the next article below the one that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.html import HtmlElement

if TYPE_CHECKING:
    from pipelines.body.container import Page


def other_articles(page: Page) -> list[HtmlElement]:
    """What an endless page shows below the article: elements that begin with a first heading which is another's."""
    headings = [e for e in page.root.iter("h1") if page.reading.of(e)]
    own = page.headline_place
    if len(headings) < 2 or own is None:
        return []
    found = []
    for heading in headings:
        first, end = page.reading.spans[heading]
        if first > own and not any(page.is_own_headline(place) for place in range(first, end)):
            found.append(_widest(page, heading, own))
    return [element for element in found if element is not None]


def _widest(page: Page, heading: HtmlElement, own: int) -> HtmlElement | None:
    """The widest element around a heading that has no text before it, nor the page's own headline."""
    widest = None
    place = page.reading.spans[heading][0]
    for element in heading.iterancestors():
        first, _ = page.reading.spans.get(element, (0, 0))
        if first <= own or page.good_between(first, place):
            break
        widest = element
    return widest
