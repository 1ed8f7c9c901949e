"""The rules applied to the lines of a place: what stays, and what was taken out by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from pipelines.article import Removal
from pipelines.body.cleaning import is_date_line, is_pointer_heading, rule_of
from pipelines.body.cleaning.foreign import foreign_foot, is_scrap
from pipelines.body.cleaning.form import n_words
from pipelines.body.cleaning.repeats import echoes, headlines, is_flash, short_repeats
from pipelines.credits.lines import head_line
from pipelines.tree import Line

_LINK, _WHOLE_LINK = 0.8, 0.95
_LONGEST_POINTER = 120
_LONGEST_HEADING = 45
_SHORTEST_SENTENCE = 40
_EDGE = 1000
_FEWEST, _FEWEST_OF_FLASH = 6, 4
_FEWEST_CARDS, _MOST_PIECES, _LONGEST_DATE = 2, 20, 60
# Where a name in other letters is a heading or a part of a list.
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_OWN_TAGS = (*_HEADINGS, "li", "td", "th", "dt", "dd", "pre", "strong")


def clean(paragraphs: Sequence[str], title: str, *, is_item: bool = False) -> tuple[list[str], list[Removal]]:
    """The paragraphs that are text, and those that a rule took out, with its name.

    `is_item`: the place can be that of an urgent item, which says its headline again and nothing else.

    >>> clean(["وصل الوفد إلى العاصمة.", "اقرأ أيضا: الذهب يتراجع"], "")
    (['وصل الوفد إلى العاصمة.'], [Removal(text='اقرأ أيضا: الذهب يتراجع', reason='read_also')])
    """
    kept, removed = [], []
    for place, text in enumerate(paragraphs):
        # In a text without end, furniture stands at its edges.
        is_inside = _EDGE <= place < len(paragraphs) - _EDGE
        rule = None if is_inside else rule_of(text) or ("date_line" if _is_bare_date(text) else None)
        if rule:
            removed.append(Removal(text, rule))
        else:
            kept.append(text)
    repeated = headlines(kept, title)
    fewest = _FEWEST_OF_FLASH if is_flash(title) or any(map(is_flash, kept[:1])) else _FEWEST
    if is_item and not any(n_words(text) >= fewest for place, text in enumerate(kept) if place not in repeated):
        repeated -= {next((place for place in sorted(repeated) if n_words(kept[place]) >= fewest), -1)}
    kept = _without(kept, repeated, "headline", removed)
    kept = _without(kept, foreign_foot(kept), "foreign", removed)
    kept = _without(kept, short_repeats(kept), "tags", removed)
    return _without(kept, echoes(kept), "echo", removed), removed


def _is_bare_date(text: str) -> bool:
    # «الرياض 5 شوال 1447 هـ واس» is a credit, which is read later.
    return is_date_line(text) and head_line(text) is None


def _without(paragraphs: list[str], places: set[int], rule: str, removed: list[Removal]) -> list[str]:
    removed.extend(Removal(paragraphs[place], rule) for place in sorted(places))
    return [text for place, text in enumerate(paragraphs) if place not in places]


def without_pointers(found: Sequence[Line]) -> tuple[list[Line], list[Removal]]:
    """The lines that are no links elsewhere, nor stand in a list of them or in a card with one; and the others."""
    kept: list[Line] = []
    removed: list[Removal] = []
    heading: Line | None = None
    last_link: Line | None = None
    cards: set[HtmlElement] = set()
    for place, line in enumerate(found):
        # A paragraph may be one long link; a short one is a pointer elsewhere.
        is_pointer = line.links >= _LINK and (len(line.text) <= _LONGEST_POINTER or line.links >= _WHOLE_LINK)
        is_pointer = is_pointer and not (place and _is_linked_sentence(*found[place - 1 : place + 2]))
        if is_pointer and last_link is not None and kept and _is_heading(kept[-1]):
            removed.append(Removal(kept.pop().text, "read_also"))
        above, last_link = last_link, line if is_pointer else None
        if is_pointer and heading is not None:
            cards.add(_card(line.block, heading.block))
        if (
            is_pointer
            or (heading is not None and line.links >= 0.5)
            or _stands_in(line.block, cards)
            or (above and _is_excerpt(line, above))
        ):
            removed.append(Removal(line.text, "link" if heading is None else "read_also"))
            continue
        if line.block.tag not in _OWN_TAGS and is_scrap(line.text):
            removed.append(Removal(line.text, "foreign"))
            continue
        heading = line if len(line.text) < _LONGEST_HEADING and is_pointer_heading(line.text) else None
        kept.append(line)
    return kept, removed


def _is_linked_sentence(above: Line, line: Line, below: Line | None = None) -> bool:
    """Whether a line that is one link is a sentence between two paragraphs without one."""
    if below is None or len(line.text) < _SHORTEST_SENTENCE or not line.text.endswith((".", "!", "»")):
        return False
    return all(
        near.links == 0 and near.block.tag == line.block.tag == "p" and near.text.endswith((".", "!", "»", "؟"))
        for near in (above, below)
    )


def _is_heading(line: Line) -> bool:
    """Whether a line above a list of links is its heading: of the tag of one, and short."""
    return line.block.tag in _HEADINGS and len(line.text) < _LONGEST_HEADING


def _card(block: HtmlElement, heading: HtmlElement) -> HtmlElement:
    """The widest element around a link that does not hold the heading of its list too."""
    around = {heading, *heading.iterancestors()}
    card = block
    for element in block.iterancestors():
        if element in around:
            break
        card = element
    return card


def _is_excerpt(line: Line, above: Line) -> bool:
    """Whether a line stands with the link above it in one of several boxes that hold nothing else."""
    box = line.block.getparent()
    if box is None or not (box is above.block or box in above.block.iterancestors()):
        return False
    texts = list(islice(box.itertext(), _MOST_PIECES))
    if len(texts) == _MOST_PIECES or sum(map(len, texts)) > len(line.text) + len(above.text) + _LONGEST_DATE:
        return False
    others = [*box.itersiblings(box.tag), *box.itersiblings(box.tag, preceding=True)]
    return sum(1 for other in others if next(other.iter("a"), None) is not None) >= _FEWEST_CARDS


def _stands_in(block: HtmlElement, cards: set[HtmlElement]) -> bool:
    return bool(cards) and (block in cards or any(element in cards for element in block.iterancestors()))
