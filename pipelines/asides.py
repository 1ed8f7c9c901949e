"""What stands within an article's container and is no part of its text, by what its author calls it."""

from __future__ import annotations

from lxml.html import HtmlElement

from pipelines.container import Page
from pipelines.endless import other_articles
from pipelines.text import word_set
from pipelines.tree import hints

_TAGS = word_set("nav footer aside figure figcaption form button time h1")
_NAMES = word_set(
    "share sharing social sharer related readmore readalso seealso also inject promo advert ad ads adv advertisement"
    " banner newsletter subscribe subscription poll vote rating rate"
    " print breadcrumb breadcrumbs caption credit credits tags"
    " tag keywords comment comments disqus player sidebar widget toolbar recommend recommended recommendations"
    " prev previous next popular trending copyright cookie cookies consent metadata meta nav navigation menu"
    " pagination pager"
    " byline author bio twitter tweet instagram facebook paywall paywalled timestamp"
)
_TEXT = word_set("body text content article story entry post")
# Words of these may outweigh a short text, and are never a wrapper of it.
_NEVER = word_set(
    "comment comments disqus share sharing social related recommended recommendations popular trending cookie cookies"
    " consent newsletter subscribe tweet author bio copyright also readmore readalso"
)


def asides(page: Page, container: HtmlElement) -> set[HtmlElement]:
    """The elements under a container that are named as something else, but for a badly named wrapper of the text."""
    whole = page.good(container)
    dropped: set[HtmlElement] = set(other_articles(page))
    for element in container.iterdescendants():
        if element.getparent() in dropped or (_is_aside(element) and not _is_wrapper(page, element, whole)):
            dropped.add(element)
    return dropped - {container}


def _is_aside(element: HtmlElement) -> bool:
    tag = element.tag
    return tag in _TAGS or _is_card(element) or (tag != "a" and not _NAMES.isdisjoint(hints(element)))


def _is_wrapper(page: Page, element: HtmlElement, whole: int) -> bool:
    """Whether most of the text is in here: a form around a whole page, a body that is also called printable."""
    if element.tag in _TAGS or _is_card(element):
        return element.tag == "form" and page.good(element) > 0.4 * whole
    named = hints(element)
    if named & _NEVER:
        return False
    return page.good(element) > (0.4 if named & _TEXT else 0.8) * whole


def _is_card(element: HtmlElement) -> bool:
    """A box over which an empty link lies: all of it is a pointer elsewhere."""
    return element.tag in ("div", "li", "article") and any(
        child.tag == "a" and not len(child) and child.get("href") and not (child.text or "").strip()
        for child in element
    )
