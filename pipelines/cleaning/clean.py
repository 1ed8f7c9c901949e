"""The rules applied to the lines of a place: what stays, and what was taken out by which rule."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.article import Removal
from pipelines.cleaning import is_date_line, is_pointer_heading, rule_of
from pipelines.cleaning.repeats import echoes, headlines
from pipelines.tree import Line

_LINK, _WHOLE_LINK = 0.8, 0.95
_LONGEST_POINTER = 120
_LONGEST_HEADING = 45
_EDGE = 1000


def clean(paragraphs: Sequence[str], title: str) -> tuple[list[str], list[Removal]]:
    """The paragraphs that are text, and those that a rule took out, with its name.

    >>> clean(["وصل الوفد إلى العاصمة.", "اقرأ أيضا: الذهب يتراجع"], "")
    (['وصل الوفد إلى العاصمة.'], [Removal(text='اقرأ أيضا: الذهب يتراجع', reason='read_also')])
    """
    kept, removed = [], []
    for place, text in enumerate(paragraphs):
        # In a text without end, furniture stands at its edges.
        is_inside = _EDGE <= place < len(paragraphs) - _EDGE
        rule = None if is_inside else rule_of(text) or ("date_line" if is_date_line(text) else None)
        if rule:
            removed.append(Removal(text, rule))
        else:
            kept.append(text)
    kept = _without(kept, headlines(kept, title), "headline", removed)
    return _without(kept, echoes(kept), "echo", removed), removed


def _without(paragraphs: list[str], places: set[int], rule: str, removed: list[Removal]) -> list[str]:
    removed.extend(Removal(paragraphs[place], rule) for place in sorted(places))
    return [text for place, text in enumerate(paragraphs) if place not in places]


def without_pointers(found: Sequence[Line]) -> tuple[list[str], list[Removal]]:
    """The texts of lines that are no links elsewhere, nor stand in a list of them; and the others."""
    kept, removed = [], []
    is_listing = False
    for line in found:
        # A paragraph may be one long link; a short one is a pointer elsewhere.
        is_pointer = line.links >= _LINK and (len(line.text) <= _LONGEST_POINTER or line.links >= _WHOLE_LINK)
        if is_pointer or (is_listing and line.links >= 0.5):
            removed.append(Removal(line.text, "read_also" if is_listing else "link"))
            continue
        is_listing = len(line.text) < _LONGEST_HEADING and is_pointer_heading(line.text)
        kept.append(line.text)
    return kept, removed
