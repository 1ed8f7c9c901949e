"""Where on a page the article's text is: by what its author calls the place, else by where text is densest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, islice

from lxml.html import HtmlElement

from pipelines.body.cleaning import is_date_line, rule_of
from pipelines.body.cleaning.form import form
from pipelines.body.cleaning.repeats import is_headline
from pipelines.body.endless import other_articles
from pipelines.text import normalize_arabic, word_set
from pipelines.tree import Line, Reading

# The names that content systems give to an article's text, their parts run together.
_BODY_NAME = re.compile(
    r"(?:article|story|post|entry|news|single|details?|item|node|page|td|field)s?(?:details?|name|single|cont|the)?(?:full)?(?:body|text|txt|content)|"
    r"^(?:body|text|content)(?:text|body|article|content)$|wysiwyg|storycontent|bodytext|fulltext"
)
_BODY_NAME_PARTS = ("body", "text", "txt", "content", "wysiwyg")
_NUMBERED = re.compile(r"[-_](?=[a-f]*\d)[0-9a-f]{3,}$")
_HEADINGS = word_set("h1 h2 h3")
_NAMED = ("div", "section", "article", "span", "td")
_REGIONS = word_set("article main")
# From the attribute to its element is several times as fast as asking every element for it.
_SEMANTIC = "descendant-or-self::*/@itemprop[contains(., 'articleBody')]/parent::*[not(self::meta)]"
_SHORTEST = 25
_NEAR_HEADLINE = 3
_MOST_LINES = 3000


class Page:
    """The lines of a page with what each is worth: the readers of one page share it, so that it is walked once."""

    def __init__(self, root: HtmlElement, reading: Reading, title: str, openings: Sequence[str]) -> None:
        self.root = root
        self.reading = reading
        self.title = title
        self._openings = [form for told in openings if len(form := normalize_arabic(told[:120])[:40]) > 15]
        # Of a page without end, the rules read only the beginning.
        worth = [
            len(line.text) if (is_text(line) if place < _MOST_LINES else _is_running(line)) else 0
            for place, line in enumerate(reading.lines)
        ]
        self._good = [0, *accumulate(worth)]
        self._all = [0, *accumulate(len(line.text) for line in reading.lines)]

    def good(self, element: HtmlElement) -> int:
        """The characters under an element that stand in lines that read like text."""
        first, end = self.reading.spans.get(element, (0, 0))
        return self._good[end] - self._good[first]

    def noise(self, element: HtmlElement) -> int:
        """The characters under an element that stand in any other line."""
        first, end = self.reading.spans.get(element, (0, 0))
        return self._all[end] - self._all[first] - self.good(element)

    def good_between(self, first: int, end: int) -> int:
        """The characters of text in the lines from the place `first` to before the place `end`."""
        return self._good[end] - self._good[first]

    def is_opened_in(self, element: HtmlElement) -> bool:
        """Whether a line that begins as the page's own description stands under an element."""
        first, end = self.reading.spans.get(element, (0, 0))
        return any(first <= place < end for place in self.opening_places)

    @cached_property
    def opening_places(self) -> list[int]:
        return [
            place
            for place, line in enumerate(self.reading.lines[:_MOST_LINES])
            if self._good[place] < self._good[place + 1] and self._is_opening(line.text)
        ]

    def _is_opening(self, text: str) -> bool:
        return bool(self._openings) and form(text).startswith(tuple(self._openings))

    @cached_property
    def headline_place(self) -> int | None:
        """The place of the line that is the headline: the first heading that says it, else the first such line."""
        found = [place for place, line in enumerate(self.reading.lines[:_MOST_LINES]) if self._is_headline(line)]
        in_heading = [place for place in found if self.reading.lines[place].block.tag in _HEADINGS]
        return next(iter([*in_heading, *found]), None)

    def first_text_after_headline(self, aside: set[int]) -> int | None:
        """The place of the first line of text below the headline that stands in no aside."""
        if self.headline_place is None:
            return None
        below = range(self.headline_place + 1, len(self.reading.lines))
        return next((place for place in below if self.good_between(place, place + 1) and place not in aside), None)

    def is_own_headline(self, place: int) -> bool:
        """Whether the line at a place is the page's own headline."""
        return self._is_headline(self.reading.lines[place])

    def _is_headline(self, line: Line) -> bool:
        length = len(self.title)
        return (
            bool(length) and 0.5 * length <= len(line.text) <= 1.5 * length + 20 and is_headline(line.text, self.title)
        )


def is_text(line: Line) -> bool:
    """Whether a line reads like text: not a link, not a label, not a rule of the house."""
    return _is_running(line) and rule_of(line.text) is None and not is_date_line(line.text)


def _is_running(line: Line) -> bool:
    return len(line.text) >= _SHORTEST and line.links < 0.5 and line.block.tag not in _HEADINGS


def find_container(page: Page) -> tuple[HtmlElement | None, bool]:
    """The element that holds the text, and whether its author calls it so (or only a region of the page).

    None where nothing on the page says so.
    """
    others = [page.reading.spans[other] for other in other_articles(page)]
    if semantic := semantic_slots(page.root):
        # An empty one has its text in the lead.
        return next((element for element in semantic if page.good(element)), None), True
    named = _best(page, (slot for slot in named_slots(page.root) if not _is_after_other_text(page, slot)), others)
    regions = (e for e in page.root.iter(*_REGIONS, "div") if e.tag != "div" or e.get("role") == "main")
    region = _best(page, regions, others)
    if named is None or region is None:
        return (named, True) if named is not None else (region, False)
    if page.is_opened_in(named) or page.good(named) > 0.35 * page.good(region):
        return named, True
    return region, False


def _is_after_other_text(page: Page, slot: HtmlElement) -> bool:
    """Whether more text stands between the headline and a place than in it: it belongs to another story."""
    first, end = page.reading.spans.get(slot, (0, 0))
    own = page.headline_place
    if own is None or end <= own:
        return own is not None
    return page.good_between(min(own + 1, first), first) > page.good(slot)


def semantic_slots(root: HtmlElement) -> list[HtmlElement]:
    """The elements that the page itself marks as an article's body."""
    return list(root.xpath(_SEMANTIC))


def named_slots(root: HtmlElement) -> list[HtmlElement]:
    """The elements whose id or classes are a name that content systems give to an article's text."""
    return [e for e in root.iter(*_NAMED) if (names := _names(e)) and _is_body_name(names)]


def _names(element: HtmlElement) -> str:
    told, classes = element.get("id"), element.get("class")
    return f"{told or ''} {classes or ''}" if told or classes else ""


@lru_cache(maxsize=4096)
def _is_body_name(names: str) -> bool:
    told = names.lower()
    may_be = any(part in told for part in _BODY_NAME_PARTS)
    return may_be and any(_BODY_NAME.search(re.sub(r"[^a-z]", "", name)) for name in told.split())


def _best(page: Page, candidates: Iterable[HtmlElement], others: list[tuple[int, int]]) -> HtmlElement | None:
    """The candidate with the most text and the least of anything else; one that opens as the page says, first."""
    best: tuple[float, HtmlElement] | None = None
    for element in candidates:
        first, _ = page.reading.spans.get(element, (0, 0))
        if not (good := page.good(element)) or any(start <= first < end for start, end in others):
            continue
        score = good - 1.5 * page.noise(element) + (100_000 if page.is_opened_in(element) else 0)
        if best is None or score > best[0]:
            best = (score, element)
    return best[1] if best else None


def densest(page: Page, asides: set[HtmlElement]) -> HtmlElement | None:
    """The element in which most text stands together; around the line that opens as the page says, if one does.

    Each line of text gives its length to its block's parent, and a part of it to the block and to two more ancestors.
    """
    scores: dict[HtmlElement, float] = {}
    aside = {
        place
        for box in asides
        if box.getparent() not in asides
        for place in range(*page.reading.spans.get(box, (0, 0)))
    }
    is_told = False
    for place, line in enumerate(page.reading.lines):
        # What follows a link is what it says of its own story.
        was_told, is_told = is_told, line.links > 0.8 and len(line.text) >= _SHORTEST
        if place in aside or not page.good_between(place, place + 1) or was_told:
            continue
        around = [line.block, *islice(line.block.iterancestors(), 3)]
        for element, share in zip(around, (0.8, 1.0, 0.5, 0.25), strict=False):
            # The page itself holds the text only where the paragraphs are its very children.
            if element.tag != "html" and (element.tag != "body" or share >= 0.8):
                scores[element] = scores.get(element, 0.0) + share * len(line.text)
    anchored = {element for element in scores if page.is_opened_in(element)}
    if not anchored and (first := page.first_text_after_headline(aside)) is not None:
        for element in scores:
            start, end = page.reading.spans.get(element, (0, 0))
            scores[element] *= _NEAR_HEADLINE if start <= first < end else 1
    return max(anchored or scores, key=lambda element: scores[element], default=None)


def pieces(page: Page, container: HtmlElement) -> list[HtmlElement]:
    """The container and, where an advertisement cuts it, its siblings of the same name with the rest of the text."""
    if container.tag == "body":
        return [container]
    element = _outermost(page, container)
    before = list(_alike(page, element, preceding=True))
    return [*reversed(before), container, *_alike(page, element, preceding=False)]


def _outermost(page: Page, container: HtmlElement) -> HtmlElement:
    """The widest element that has no more text than a container, nor the headline."""
    good = page.good(container)
    for element in container.iterancestors():
        if element.tag in ("body", "html") or page.good(element) > good or _holds_headline(page, element):
            break
        container = element
    return container


def _holds_headline(page: Page, element: HtmlElement) -> bool:
    first, end = page.reading.spans.get(element, (0, 0))
    return page.headline_place is not None and first <= page.headline_place < end


def _alike(page: Page, element: HtmlElement, *, preceding: bool) -> Iterator[HtmlElement]:
    """The siblings of the same tag and classes that hold text, up to one that is another story."""
    if _holds_headline(page, element):
        return
    names = _lasting(element)
    for sibling in element.itersiblings(preceding=preceding):
        if next(sibling.iter("h1"), None) is not None:
            return
        if sibling.tag == element.tag and page.good(sibling) and _lasting(sibling) == names:
            yield sibling


def _lasting(element: HtmlElement) -> frozenset[str]:
    """The classes of an element but for those that number it."""
    told = element.get("class") or element.get("itemprop") or ""
    return frozenset(name for name in told.split() if not _NUMBERED.search(name))
