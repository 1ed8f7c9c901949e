"""How right an extraction is: pure functions of what was found and what is true.

Every score lies between 0 and 1. Nothing is normalised but white space, so that no library gains by our spelling rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

Verdict = Literal["right", "missing", "wrong"]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares from 0 to 1: of what was found that is true, of what is true that was found, and their harmonic mean."""

    precision: float
    recall: float
    f1: float


def word_scores(found: Iterable[str], true: Iterable[str]) -> Scores:
    r"""Scores of the words (`\w+`) of two texts as bags: how often each occurs counts, their order does not.

    The measure of the article extraction benchmarks (Scrapinghub 2020; Bevendorff et al., SIGIR 2023).
    Two empty texts agree.

    >>> word_scores(["أقرت اللجنة الخطة", "شارك الخبر"], ["أقرت اللجنة الخطة."])
    Scores(precision=0.6, recall=1.0, f1=0.75)
    """
    one, two = Counter(_words(found)), Counter(_words(true))
    return _scores((one & two).total(), one.total(), two.total())


def rouge_lsum(found: Iterable[str], true: Iterable[str]) -> Scores:
    """ROUGE-L of two texts, paragraph by paragraph: words in their order, paragraphs in any order.

    For every true paragraph the union of its longest common subsequences with all found ones, each word used no
    oftener than it was found (Lin 2004, section 3.2, as `rougeLsum` counts it; paragraphs stand for sentences).

    >>> true = ["أعلن وزير الري بدء المشروع"]
    >>> rouge_lsum(["أعلن وزير النقل وقف العمل", "أعلن الري العمل اليوم المشروع"], true).recall
    0.8
    >>> rouge_lsum(["المشروع بدء الري وزير أعلن"], true).f1  # the same words backwards
    0.2
    """
    theirs = [_WORD.findall(line) for line in found]
    ours = [_WORD.findall(line) for line in true]
    left_found, left_true = Counter(_flat(theirs)), Counter(_flat(ours))
    n_found, n_true, hits = left_found.total(), left_true.total(), 0
    for paragraph in ours:
        places: set[int] = set()
        for other in theirs:
            places.update(_common_places(paragraph, other))
        for place in places:
            word = paragraph[place]
            if left_found[word] > 0 and left_true[word] > 0:
                left_found[word] -= 1
                left_true[word] -= 1
                hits += 1
    return _scores(hits, n_found, n_true)


def body_scores(found: Sequence[str], true: Sequence[str], tolerated: Sequence[str] = ()) -> tuple[Scores, Scores]:
    """Word scores and ROUGE-LSum of a body, where `tolerated` paragraphs may be there or not without cost.

    >>> bag, ordered = body_scores(["كتبت أسماء", "أقرت اللجنة الخطة"], ["أقرت اللجنة الخطة"], ["كتبت أسماء"])
    >>> bag.f1, ordered.f1
    (1.0, 1.0)
    """
    text = _line(" ".join(found))
    present = [line for line in tolerated if _line(line) in text]
    truths = [list(true), [*present, *true], [*tolerated, *true]]
    best = max(truths, key=lambda truth: word_scores(found, truth).f1)
    return word_scores(found, best), rouge_lsum(found, best)


def title_right(found: str | None, true: str, alternatives: Iterable[str] = ()) -> bool:
    """Whether a title is the true one or an alternative, letter by letter; only runs of white space are equal.

    >>> title_right("مصر:  30 إصابة\\n", "مصر: 30 إصابة"), title_right("مصر: 30 إصابة - الرقيب", "مصر: 30 إصابة")
    (True, False)
    """
    return found is not None and _line(found) in {_line(title) for title in (true, *alternatives)}


def day_verdict(found: date | datetime | None, true: date | None, timezone: tzinfo | None = None) -> Verdict:
    """Whether a publication is of the true day; an aware instant is read in `timezone`, the outlet's.

    Where the page tells no day (`true` is None), silence is right and every day is wrong.

    >>> from datetime import UTC, timedelta, timezone
    >>> riyadh = timezone(timedelta(hours=3))
    >>> day_verdict(datetime(2026, 11, 18, 22, 5, tzinfo=UTC), date(2026, 11, 19), riyadh)
    'right'
    >>> day_verdict(datetime(2026, 11, 18, 22, 5), date(2026, 11, 19), riyadh), day_verdict(None, date(2026, 11, 19))
    ('wrong', 'missing')
    """
    if isinstance(found, datetime):
        found = (found.astimezone(timezone) if found.tzinfo and timezone else found).date()
    if found == true:
        return "right"
    return "missing" if found is None else "wrong"


def names_verdict(found: Iterable[str], true: Iterable[str]) -> Verdict:
    """Whether names (of authors, or ids of agencies) are the true ones, in any order.

    One name too many makes them wrong, whatever else was found; one too few, missing.

    >>> names_verdict(["آسيا  العتروس"], ["آسيا العتروس"]), names_verdict([], ["آسيا العتروس"])
    ('right', 'missing')
    >>> names_verdict(["آسيا العتروس", "logo.png"], ["آسيا العتروس"])
    'wrong'
    """
    one, two = {_line(name) for name in found}, {_line(name) for name in true}
    if one == two:
        return "right"
    return "missing" if one < two else "wrong"


def leaks(found: Iterable[str], must_not: Iterable[str]) -> list[str]:
    """The lines of `must_not`, boilerplate of the page, that stand in a body.

    >>> leaks(["أقرت اللجنة الخطة.", "اقرأ  أيضا: خطة العام الماضي"], ["اقرأ أيضا", "حقوق النشر"])
    ['اقرأ أيضا']
    """
    text = _line(" ".join(found))
    return [line for line in must_not if _line(line) in text]


def _scores(hits: int, n_found: int, n_true: int) -> Scores:
    if not n_found and not n_true:
        return Scores(1.0, 1.0, 1.0)
    return Scores(hits / max(n_found, 1), hits / max(n_true, 1), 2 * hits / (n_found + n_true))


def _common_places(one: list[str], two: list[str]) -> list[int]:
    """The places in `one` of a longest common subsequence with `two`, by Hyyrö's bit-parallel rows (2004).

    Bit j of a row is 0 where the subsequence grows by the word j of `two`; of several the one is taken that
    stepping back from the ends meets first, as in the published `rouge_score`.
    """
    masks: dict[str, int] = {}
    for place, word in enumerate(two):
        masks[word] = masks.get(word, 0) | 1 << place
    everything = (1 << len(two)) - 1
    rows = [everything]
    for word in one:
        row = rows[-1]
        grown = row & masks.get(word, 0)
        rows.append(((row + grown) | (row - grown)) & everything)
    places, i, j = [], len(one), len(two)
    while i and j:
        if one[i - 1] == two[j - 1]:
            i, j = i - 1, j - 1
            places.append(i)
        elif _length(rows[i], j - 1) > _length(rows[i - 1], j):
            j -= 1
        else:
            i -= 1
    return places


def _length(row: int, j: int) -> int:
    """The length of the common subsequence of a row's words with the first `j` of the other text."""
    return j - (row & ((1 << j) - 1)).bit_count()


def _words(paragraphs: Iterable[str]) -> list[str]:
    return _WORD.findall("\n".join(paragraphs))


def _flat(paragraphs: Iterable[list[str]]) -> Iterable[str]:
    return (word for words in paragraphs for word in words)


def _line(text: str) -> str:
    return " ".join(text.split())
