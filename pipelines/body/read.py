"""The paragraphs of an article: find the place, read its lines, leave out what is not part of the text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from pipelines.article import Removal
from pipelines.body.asides import asides
from pipelines.body.choosing import agreed, by_trafilatura, chosen
from pipelines.body.cleaning import rule_of
from pipelines.body.cleaning.clean import clean, without_pointers
from pipelines.body.cleaning.policies import comments_place
from pipelines.body.container import Page, densest, find_container, named_slots, pieces, semantic_slots
from pipelines.body.lead import find_lead, lead_lines
from pipelines.body.stated import says_more, stated_paragraphs
from pipelines.tree import Line, Reading, lines, read

_MOST_REMOVED, _LONGEST_REMOVED = 50, 300
_FEWEST_WORDS = 6
_PLAYERS = ("video", "iframe", "object", "embed")


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs, the element that holds them (None where no one does), what was taken out, the page's lines."""

    paragraphs: list[str]
    container: HtmlElement | None
    removed: tuple[Removal, ...] = ()
    reading: Reading = field(default_factory=lambda: Reading([], {}))

    @property
    def lines(self) -> list[Line]:
        """The lines of the page."""
        return self.reading.lines


def read_body(
    root: HtmlElement,
    *,
    title: str,
    teaser: str | None = None,
    stated: str | None = None,
    selector: str | None = None,
    drop: str | None = None,
) -> Body:
    """The body of the article on a page.

    `title`, `teaser` (the page's description) and `stated` (its JSON-LD articleBody) tell the text apart from its
    surroundings; `selector` and `drop` are the outlet's own CSS, tried first. What is stated is the text only where the
    page shows none, or a part of it.
    """
    skip = set(root.cssselect(drop)) if drop else set()
    told = stated_paragraphs(stated)
    page = Page(root, read(root, skip), title, [teaser or "", *told[:1]])
    shown = _shown(page, selector, skip)
    if told and (not shown.paragraphs or says_more(told, shown.paragraphs)):
        kept, removed = clean(told, title)
        shown = Body(kept, shown.container, _record(removed))
    return replace(shown, reading=page.reading)


def _shown(page: Page, selector: str | None, skip: set[HtmlElement]) -> Body:
    """The ladder: the outlet's selector, a place that is called the text, the lead alone, the densest place."""
    container, is_sure = _selected(page, selector) if selector else None, True
    if container is None:
        container, is_sure = find_container(page)
    if container is not None and (found := _read(page, container, skip, is_sure=is_sure)).paragraphs:
        return found
    has_empty_slot = _has_empty_slot(page)
    boxes = set() if has_empty_slot else asides(page, page.root)
    dense = None if has_empty_slot else densest(page, boxes)
    lead = find_lead(page.root)
    is_all = lead is not None and (dense is None or page.good(lead) >= page.good(dense))
    if lead is not None and is_all and (found := _read(page, lead, skip)).paragraphs:
        return found
    return Body([], container) if has_empty_slot else _unnamed(page, dense, boxes, skip)


def _unnamed(page: Page, container: HtmlElement | None, boxes: set[HtmlElement], skip: set[HtmlElement]) -> Body:
    """The text of a page that names no place for it: where it is densest, else what trafilatura sees."""
    if container is None:
        found_lines, _ = without_pointers(lines(page.root, boxes | skip))
        texts = [line.text for line in found_lines]
        kept, removed = clean(agreed(texts, by_trafilatura(page.root)), page.title)
        return Body(kept, None, _record(removed))
    found = _read(page, container, skip, is_sure=False)
    return found if any(map(_is_sentence, found.paragraphs)) else Body([], container)


def _is_sentence(text: str) -> bool:
    """Whether a line can be news at all: menus, labels and weather are shorter."""
    return sum(1 for word in text.split() if any(sign.isalpha() for sign in word)) >= _FEWEST_WORDS


def _selected(page: Page, selector: str) -> HtmlElement | None:
    return next((element for element in page.root.cssselect(selector) if page.good(element)), None)


def _has_empty_slot(page: Page) -> bool:
    """Whether the page has a place for an article's text and nothing but pictures or players in it."""
    if semantic_slots(page.root):
        return True
    media = (
        slot.iter("figure", "iframe", "video", "embed", "img") for slot in named_slots(page.root) if not page.good(slot)
    )
    return any(next(found, None) is not None for found in media)


def _read(page: Page, container: HtmlElement, skip: set[HtmlElement], *, is_sure: bool = True) -> Body:
    """The text of a container and its continuation, with the standfirst before it.

    Trafilatura chooses among the lines. `is_sure`: the page's author calls the place the text.
    """
    parts = pieces(page, container)
    dropped = skip.union(*(asides(page, part) for part in parts))
    texts: list[str] = []
    pointers: list[Removal] = []
    for part in parts:
        stay, left = without_pointers(_below_headline(page, part, lines(part, dropped)))
        end = comments_place([line.text for line in stay])
        stay, said = stay[:end], stay[end:]
        taken, refused = chosen(stay, part, dropped)
        texts.extend(line.text for line in taken)
        pointers.extend([*left, *(Removal(line.text, "comments") for line in said), *refused])
    is_item = is_sure and next(container.iter(*_PLAYERS), None) is None
    kept, removed = clean(texts, page.title, is_item=is_item)
    if kept and (lead := lead_lines(page, container, kept)):
        kept, removed = clean([*lead, *texts], page.title)
    boxes = [removal for part in parts for removal in _in_boxes(page, part, dropped)]
    return Body(kept, container, _record([*pointers, *removed, *boxes]))


def _below_headline(page: Page, part: HtmlElement, found: list[Line]) -> list[Line]:
    """The lines without those before the headline, where that stands at the head of a part of the page."""
    first, end = page.reading.spans.get(part, (0, 0))
    own = page.headline_place
    if own is None or not first < own < end or page.good_between(first, own) > 0.3 * page.good(part):
        return found
    return [line for line in found if page.reading.spans.get(line.block, (own, end))[1] > own]


def _in_boxes(page: Page, part: HtmlElement, dropped: set[HtmlElement]) -> list[Removal]:
    """What reads like a sentence in the boxes that were left out of a part."""
    boxes = [box for box in dropped if box.getparent() not in dropped and part in box.iterancestors()]
    boxes.sort(key=lambda box: page.reading.spans.get(box, (0, 0)))
    found = [line.text for box in boxes for line in page.reading.of(box) if _is_sentence(line.text)]
    return [Removal(text, rule_of(text) or "aside") for text in found]


def _record(removed: list[Removal]) -> tuple[Removal, ...]:
    return tuple(Removal(each.text[:_LONGEST_REMOVED], each.reason) for each in removed[:_MOST_REMOVED])
