"""The text that a page states of itself in JSON-LD (`articleBody`), and when it is to be believed."""

from __future__ import annotations

import re
from collections import Counter

from pipelines.text import clean_line, unescape_line, words

_TAG = re.compile(r"<(?:br|/p|/div|/li|/h\d)[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CUT = re.compile(r"(?:\.{2,}|…)\W*$")
_FEWEST_WORDS = 8
_MORE = 1.5


def stated_paragraphs(stated: str | None) -> list[str]:
    """The paragraphs of an `articleBody`; none where it is cut short, or too short to be a text.

    >>> stated_paragraphs("افتتح الوزير المعرض في العاصمة مساء أمس بحضور كبير.<br>وقال إنه فخور.")
    ['افتتح الوزير المعرض في العاصمة مساء أمس بحضور كبير.', 'وقال إنه فخور.']
    >>> stated_paragraphs("افتتح الوزير المعرض في العاصمة مساء أمس بحضور كبير وقال إن…")
    []
    """
    if not stated:
        return []
    marked = _TAG.sub("\n", "\n".join(unescape_line(line) for line in stated.splitlines()))
    found = [text for line in _ANY_TAG.sub("", marked).split("\n") if (text := clean_line(line))]
    if not found or _CUT.search(found[-1]) or len(" ".join(found).split()) < _FEWEST_WORDS:
        return []
    return found


def says_more(stated: list[str], shown: list[str]) -> bool:
    """Whether what is stated holds all that the page shows and at least half as much again: the page shows a teaser.

    >>> says_more(["قال الوزير إن الخطة جاهزة.", "وأضاف أن التنفيذ يبدأ غدا."], ["قال الوزير إن الخطة جاهزة."])
    True
    """
    one, other = Counter(words(" ".join(stated))), Counter(words(" ".join(shown)))
    return (one & other).total() >= 0.95 * other.total() and one.total() >= _MORE * other.total()
