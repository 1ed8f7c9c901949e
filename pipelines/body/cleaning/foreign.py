"""Scraps without a letter of Arabic, that a theme or a player puts among the lines of an Arabic text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.credits.lines import credit_line
from pipelines.text import is_mojibake

_ARABIC = re.compile(r"[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_ENDS = (".", "!", "?", "»", '"', "”")
_SCRAP_WORDS = 4


def is_scrap(line: str) -> bool:
    """Whether a line is a few words in other letters than Arabic ones, neither a sentence, an address nor a credit.

    >>> is_scrap("Snap video"), is_scrap("AFP"), is_scrap("شركة Nokia"), is_scrap("They left at dawn.")
    (True, False, False, False)
    """
    is_short = len(line.split()) <= _SCRAP_WORDS and not line.endswith(_ENDS)
    return is_short and is_foreign(line) and "/" not in line and credit_line(line) is None


def is_foreign(line: str) -> bool:
    """Whether a line has letters, and none is Arabic.

    >>> is_foreign("Commentaires"), is_foreign("٢٠٢٦"), is_foreign("قال Trump")
    (True, False, False)
    """
    return _ARABIC.search(line) is None and _LETTER.search(line) is not None and not is_mojibake(line)


def foreign_foot(paragraphs: Sequence[str]) -> set[int]:
    """The places of the lines in other letters that stand below an Arabic text: the forms and rules of a theme.

    >>> foreign_foot(["أعلن الوزير الخطة.", "وانصرف.", "Commentaires", "Soyez le premier."])
    {2, 3}
    """
    arabic = [place for place, line in enumerate(paragraphs) if _ARABIC.search(line)]
    if not arabic or 2 * len(arabic) < len(paragraphs):
        return set()
    below = range(arabic[-1] + 1, len(paragraphs))
    return {
        p for p in below if is_foreign(paragraphs[p]) and "/" not in paragraphs[p] and not credit_line(paragraphs[p])
    }
