"""The form of a line in which the rules read it: its head, normalised, so that a rule is written in one spelling."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.text import normalize_arabic

_HEAD = 160
_COLON = re.compile(r"[:：|؟?]|\.\.")


@lru_cache(maxsize=4096)
def form(line: str) -> str:
    """The head of a line without marks, punctuation and the differences between spellings.

    >>> form("إقرأ أيضاً: «الذهبُ» يتراجع")
    'اقرا ايضا الذهب يتراجع'
    """
    return normalize_arabic(line[:_HEAD])


def n_words(line: str) -> int:
    """How many words a line has, as far as a rule cares.

    >>> n_words("اقرأ أيضاً:")
    2
    """
    return form(line).count(" ") + 1 if form(line) else 0


def is_opened(line: str, within: int = 40) -> bool:
    """Whether a colon, a bar or dots in its first characters part a label from what follows.

    >>> is_opened("شاهد: لحظة الانطلاق"), is_opened("شاهد الوزير العرض")
    (True, False)
    """
    return bool(_COLON.search(line[:within]))
