"""What was changed between two texts, word by word, as an editor marks it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

ALIKE = 0.5  # the least share of common words at which two paragraphs are one that was edited
MOST_PAIRS = 1_000_000  # of words, or paragraphs, that are compared with each other; beyond that all is new
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,:/٫٬،-](?=\d)")  # 1.5 is not 15, nor 3-1 31
_TATWEEL = "\u0640"
ChangeKind = Literal["none", "division", "marks", "words"]


class Piece(NamedTuple):
    """Words that stand in both texts (`same`), only in the old one (`removed`) or only in the new one (`added`).

    Words of the new text that stood elsewhere in the old one, there or here as a paragraph, are `moved`.
    """

    kind: Literal["same", "removed", "added", "moved"]
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


def kind_of_change(old: Sequence[str], new: Sequence[str]) -> ChangeKind:
    """Whether paragraphs differ in words, in no letter (in vowel marks, punctuation, spaces), or where they end.

    >>> kind_of_change(["قالَ: «نعم»، ثم ارتفع السعر 1.5 %"], ["قال نعم ثم ارتفع السعر 1.5%"])
    'marks'
    >>> kind_of_change(["قال نعم. ثم غادر"], ["قال نعم.", "ثم غادر"])
    'division'
    >>> kind_of_change(["1.5"], ["15"]), kind_of_change(["أن"], ["ان"])
    ('words', 'words')
    """
    if list(old) == list(new):
        return "none"
    if _words(old) == _words(new):
        return "division"
    return "marks" if _letters(" ".join(old)) == _letters(" ".join(new)) else "words"


def _letters(text: str) -> str:
    """Without marks, punctuation and spaces, but for the signs within a number; hamzas and symbols stay."""
    kept = _BETWEEN_DIGITS.sub("=", unicodedata.normalize("NFC", text))
    return "".join(
        char for char in kept if char in "%٪" or (char != _TATWEEL and unicodedata.category(char)[0] in "LNS")
    )


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
    >>> body_diff(["قال الوزير نعم. ثم غادر."], ["قال الوزير نعم.", "ثم غادر."])
    [[Piece(kind='same', text='قال الوزير نعم.')], [Piece(kind='same', text='ثم غادر.')]]
    >>> body_diff(["عاد الوفد", "وصل الوزير", "بدأ اللقاء"], ["وصل الوزير", "بدأ اللقاء", "عاد الوفد"])[-1]
    [Piece(kind='moved', text='عاد الوفد')]
    """
    if len(old) * len(new) > MOST_PAIRS:
        return [[Piece("removed", text)] for text in old] + [[Piece("added", text)] for text in new]
    paragraphs: list[list[Piece]] = []
    old = _divided(old, new)
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" or _words(old[first:last]) == _words(new[start:end]):
            paragraphs += [[Piece("same", text)] for text in new[start:end]]
        else:
            paragraphs += _edited(old[first:last], new[start:end])
    return _with_moves(paragraphs)


def _divided(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The old text in the paragraphs of the new one, wherever one paragraph has the words of several.

    >>> _divided(["عاد الوفد.", "نعم. لا. ربما.", "غادر", "الوزير"], ["نعم.", "لا. ربما.", "غادر الوزير"])
    ['عاد الوفد.', 'نعم.', 'لا. ربما.', 'غادر الوزير']
    """
    parts = _runs(old, new)
    wholes = {run: text for text, run in _runs(new, old).items()}
    divided: list[str] = []
    place = 0
    while place < len(old):
        run = next((run for run in wholes if old[place : place + len(run)] == [*run]), None)
        divided += [wholes[run]] if run else parts.get(old[place], [old[place]])
        place += len(run) if run else 1
    return divided


def _runs(texts: Sequence[str], others: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For texts that are several others in a row: which."""
    found: dict[str, tuple[str, ...]] = {}
    parts, known = [other.split() for other in others], set(others)
    for text in texts:
        words = [] if text in known else text.split()
        for start in (place for place, part in enumerate(parts) if part[:1] == words[:1]):
            end, n = start, 0
            while end < len(parts) and n < len(words) and parts[end] == words[n : n + len(parts[end])]:
                n += len(parts[end])
                end += 1
            if n == len(words) and end > start + 1:
                found[text] = tuple(others[start:end])
                break
    return found


def _words(texts: Sequence[str]) -> list[str]:
    return " ".join(texts).split()


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


def _with_moves(paragraphs: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """What was removed in one place and added in another, in either as a paragraph, is only shown where it is now."""
    gone, come = _where(paragraphs, "removed"), _where(paragraphs, "added")
    left, moved = set(), set()
    for text in gone.keys() & come.keys():
        for before, after in zip(gone[text], come[text], strict=False):
            if len(paragraphs[before[0]]) == 1 or len(paragraphs[after[0]]) == 1:
                left.add(before)
                moved.add(after)
    lines = [
        [
            Piece("moved", piece.text) if (row, place) in moved else piece
            for place, piece in enumerate(paragraph)
            if (row, place) not in left
        ]
        for row, paragraph in enumerate(paragraphs)
    ]
    return [line for line, paragraph in zip(lines, paragraphs, strict=True) if line or not paragraph]


def _where(paragraphs: Sequence[Sequence[Piece]], kind: str) -> dict[str, list[tuple[int, int]]]:
    """The rows and places of the pieces of a kind, by text."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, paragraph in enumerate(paragraphs):
        for place, piece in enumerate(paragraph):
            if piece.kind == kind:
                found[" ".join(piece.text.split())].append((row, place))
    return found


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
