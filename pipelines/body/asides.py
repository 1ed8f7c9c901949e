"""What stands within an article's container but is not part of its text, by what its author calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml.html import HtmlElement

from pipelines.body.cleaning.captions import is_caption_label
from pipelines.body.cleaning.pointers import is_read_also
from pipelines.body.container import Page
from pipelines.body.endless import other_articles
from pipelines.text import word_set
from pipelines.tree import hints

_TAGS = word_set("nav footer aside figure figcaption form button time h1")
# Words of these may outweigh a short text, and are never a wrapper of it.
_NEVER = word_set(
    "comment comments disqus share sharing social related recommended recommendations popular trending cookie cookies"
    " consent newsletter subscribe tweet author bio copyright also readmore readalso"
)
_NAMES = _NEVER | word_set(
    "sharer seealso inject promo advert ad ads adv advertisement banner subscription poll vote rating rate"
    " print breadcrumb breadcrumbs caption credit credits tags tag badge badges keywords player sidebar widget toolbar"
    " recommend prev previous next metadata meta nav navigation menu pagination pager"
    " byline twitter instagram facebook paywall paywalled timestamp slide slides slider slideshow carousel swiper toc"
)
# What is written as one word with another: relatedposts, sharedaddy.
_RUN_TOGETHER = re.compile(r"(?:related|share|comment|newsletter|recommend|readalso|readmore)[a-z]")
_PICTURE, _WORDS = (
    word_set("img image photo picture pic foto"),
    word_set("desc description caption cap info legend source"),
)
_TEXT = word_set("body text content article story entry post")
_SPOKEN = word_set(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader screenreader sr-text element-invisible"
    " a11y-hidden hidden-visually"
)
_ASKED = word_set("text email radio checkbox tel search password")
_LONGEST_ASKED = 250
_NETWORK = re.compile(r"//(?:\w+\.)?(?:twitter|x|instagram|facebook|tiktok|t)\.(?:com|co|me)/", re.IGNORECASE)
_WIDE_TAGS = word_set("body main html")


def asides(page: Page, container: HtmlElement) -> set[HtmlElement]:
    """The elements under a container that are named as something else, but for a badly named wrapper of the text."""
    whole = page.good(container)
    dropped: set[HtmlElement] = set(other_articles(page))
    named: dict[HtmlElement, frozenset[str]] = {}
    for element in container.iterdescendants():
        if element.getparent() in dropped:
            dropped.add(element)
        elif _is_aside(element):
            if not _is_wrapper(page, element, whole):
                dropped.add(element)
        elif names := _aside_names(element):
            named[element] = names
    dropped.update(_around_inputs(page, container, whole))
    idle = _idle_names(page, named, whole)
    for element, names in named.items():
        if not names <= idle and not _is_named_wrapper(page, element, names, whole):
            dropped.update(element.iter())
    return dropped - {container}


def _is_aside(element: HtmlElement) -> bool:
    tag = element.tag
    return (
        tag in _TAGS
        or _is_card(element)
        or _is_caption(element)
        or _is_spoken(element)
        or _is_pointer(element)
        or _is_post(element)
    )


def _aside_names(element: HtmlElement) -> frozenset[str]:
    """The words of an element's names that say it is no part of a text."""
    if element.tag == "a" or element.tag in _WIDE_TAGS or not (element.get("class") or element.get("id")):
        return frozenset()
    return told_by(hints(element))


@lru_cache(maxsize=4096)
def told_by(words: frozenset[str]) -> frozenset[str]:
    """Those of the words of an element's names that say it is no part of a text.

    >>> sorted(told_by(frozenset({"img", "desc"}))), sorted(told_by(frozenset({"story", "text"})))
    (['caption'], [])
    """
    caption = {"caption"} if words & _PICTURE and words & _WORDS else set()
    return words & _NAMES | caption | {word for word in words if _RUN_TOGETHER.match(word)}


def _idle_names(page: Page, named: dict[HtmlElement, frozenset[str]], whole: int) -> frozenset[str]:
    """The words that say nothing on this page, for what they name is most of its text: a builder's boxes."""
    first = page.first_text_after_headline(set())
    boxes: dict[str, list[HtmlElement]] = {}
    for element, names in named.items():
        for name in names - _NEVER:
            boxes.setdefault(name, []).append(element)
    return frozenset(
        name for name, found in boxes.items() if _share(page, found) > 0.4 * whole and _holds(page, found, first)
    )


def _share(page: Page, found: Iterable[HtmlElement]) -> int:
    outer = set(found)
    return sum(page.good(element) for element in found if not any(e in outer for e in element.iterancestors()))


def _holds(page: Page, found: Iterable[HtmlElement], place: int | None) -> bool:
    """Whether one of the elements holds the line at a place; True where there is none."""
    spans = (page.reading.spans.get(element, (0, 0)) for element in found)
    return place is None or any(first <= place < end for first, end in spans)


def _around_inputs(page: Page, container: HtmlElement, whole: int) -> set[HtmlElement]:
    """The small boxes in which a reader is to write or choose: a newsletter's form, a poll."""
    found: set[HtmlElement] = set()
    first = page.first_text_after_headline(set())
    for field in container.iter("input", "textarea", "select"):
        if field.get("type", "text").lower() not in _ASKED:
            continue
        box = field
        for element in field.iterancestors():
            is_small = page.good(element) <= min(_LONGEST_ASKED, 0.3 * whole)
            if element is container or not is_small or (first is not None and _holds(page, [element], first)):
                break
            box = element
        found.update(box.iter())
    return found


def _is_wrapper(page: Page, element: HtmlElement, whole: int) -> bool:
    """Whether a form is around a whole page, or a card's empty link over the text itself."""
    return element.tag == "form" and page.good(element) > 0.4 * whole


def _is_named_wrapper(page: Page, element: HtmlElement, names: frozenset[str], whole: int) -> bool:
    """Whether most of the text is in here, or the headline: a body that is also called printable."""
    if page.headline_place is not None and _holds(page, [element], page.headline_place):
        return True
    if not names.isdisjoint(_NEVER) or not names <= _NAMES:
        return False
    return page.good(element) > (0.4 if hints(element) & _TEXT else 0.8) * whole


def _is_card(element: HtmlElement) -> bool:
    """A box over which an empty link lies: all of it is a pointer elsewhere."""
    return element.tag in ("div", "li", "article") and any(
        child.tag == "a" and not len(child) and child.get("href") and not (child.text or "").strip()
        for child in element
    )


def _is_spoken(element: HtmlElement) -> bool:
    """Whether only a screen reader is to speak it."""
    told = element.get("class")
    is_told = bool(told) and not _SPOKEN.isdisjoint(told.split())
    return is_told or (element.get("id") or "").startswith("end-of-")


def _is_caption(element: HtmlElement) -> bool:
    """A paragraph that begins with a label for listeners, which says that a caption follows."""
    child = next(iter(element), None)
    return (
        child is not None and child.tag == "span" and not (element.text or "").strip() and is_caption_label(child.text)
    )


def _is_post(element: HtmlElement) -> bool:
    """A quotation that links to where it was posted."""
    return element.tag == "blockquote" and any(_NETWORK.search(a.get("href") or "") for a in element.iter("a"))


def _is_pointer(element: HtmlElement) -> bool:
    """A link to another story within a paragraph, which says itself one."""
    if element.tag != "a":
        return False
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return ":" in text[:40] and is_read_also(text.strip())
