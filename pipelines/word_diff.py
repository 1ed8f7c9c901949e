"""What was changed between two texts, word by word, as an editor marks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

ALIKE = 0.5  # the least share of common words at which two paragraphs are one that was edited
MOST_PAIRS = 1_000_000  # of words, or paragraphs, that are compared with each other; beyond that all is new


class Piece(NamedTuple):
    """Words that stand in both texts (`same`), only in the old one (`removed`) or only in the new one (`added`)."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """How a paragraph became another, in the order of reading; words are parted by white space.

    >>> for kind, text in word_diff("يزور الوزير بيروت يوم الأحد", "يزور الوزير عمّان ودمشق يوم الأحد"):
    ...     print(kind, text)
    same يزور الوزير
    removed بيروت
    added عمّان ودمشق
    same يوم الأحد
    >>> word_diff("", "عاجل")
    [Piece(kind='added', text='عاجل')]
    """
    before, after = old.split(), new.split()
    if len(before) * len(after) > MOST_PAIRS and before != after:
        return [Piece("removed", " ".join(before)), Piece("added", " ".join(after))]
    pieces: list[Piece] = []
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(before[first:last])))
            continue
        if first < last:
            pieces.append(Piece("removed", " ".join(before[first:last])))
        if start < end:
            pieces.append(Piece("added", " ".join(after[start:end])))
    return pieces


def body_diff(old: Sequence[str], new: Sequence[str]) -> list[list[Piece]]:
    """How paragraphs became others: each is kept, removed, added, or edited word by word.

    >>> old = ["افتتح المعرض صباح اليوم", "ويستمر المعرض ثلاثة أيام", "الدخول مجاني"]
    >>> new = ["افتتح المعرض صباح اليوم", "ويستمر المعرض خمسة أيام", "والدعوة عامة للجميع"]
    >>> for paragraph in body_diff(old, new):
    ...     print([f"{piece.kind}: {piece.text}" for piece in paragraph])
    ['same: افتتح المعرض صباح اليوم']
    ['same: ويستمر المعرض', 'removed: ثلاثة', 'added: خمسة', 'same: أيام']
    ['removed: الدخول مجاني']
    ['added: والدعوة عامة للجميع']
    """
    paragraphs: list[list[Piece]] = []
    if len(old) * len(new) > MOST_PAIRS:
        return [[Piece("removed", text)] for text in old] + [[Piece("added", text)] for text in new]
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            paragraphs += [[Piece("same", text)] for text in old[first:last]]
        else:
            paragraphs += _edited(old[first:last], new[start:end])
    return paragraphs


def _edited(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Piece]]:
    """Each old paragraph beside the new one that has the most of its words, in the order of both."""
    words = [Counter(text.split()) for text in new]
    done = 0
    for text in old:
        own = Counter(text.split())
        alike = [_likeness(own, other) for other in words[done:]]
        best = max(alike, default=0.0)
        if best < ALIKE:
            yield [Piece("removed", text)]
            continue
        place = done + alike.index(best)
        yield from ([Piece("added", added)] for added in new[done:place])
        yield word_diff(text, new[place])
        done = place + 1
    yield from ([Piece("added", added)] for added in new[done:])


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)


def abridged(paragraphs: Sequence[Sequence[Piece]]) -> Iterator[Sequence[Piece] | int]:
    """The paragraphs that were changed, and between them how many were not.

    >>> list(abridged([[Piece("same", "أ")], [Piece("same", "ب")], [Piece("added", "ج")]]))
    [2, [Piece(kind='added', text='ج')]]
    """
    for is_same, group in groupby(paragraphs, key=lambda pieces: all(piece.kind == "same" for piece in pieces)):
        found = list(group)
        if is_same:
            yield len(found)
        else:
            yield from found
