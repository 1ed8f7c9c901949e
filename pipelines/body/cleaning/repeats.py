"""What a page says twice: the headline over the text, the teaser before it, a paragraph after it."""

from __future__ import annotations

import re

from pipelines.body.cleaning.form import form, n_words
from pipelines.text import normalize_arabic

_FLASH = re.compile(r"^\W*(?:عاجل|خبر عاجل|urgent|breaking)\b", re.IGNORECASE)
_HEAD = 3
_KICKER = 3
_TAG_WORDS, _LONGEST_TAG = 3, 40


def is_flash(title: str) -> bool:
    """Whether a headline announces an urgent item.

    >>> is_flash("عاجل | زلزال يضرب الساحل"), is_flash("لقاء عاجل في القاهرة")
    (True, False)
    """
    return bool(_FLASH.match(title))


def is_headline(line: str, title: str) -> bool:
    """Whether a line is the headline again, with a kicker of a few words or without.

    >>> is_headline("عاجل | الأمير يصل القاهرة", "الأمير  يصلُ القاهرة")
    True
    >>> is_headline("وصل الأمير إلى القاهرة.", "الأمير يصل القاهرة")
    False
    """
    one, other = form(line), form(title)
    if one == other or min(len(one), len(other)) < 8 or line.rstrip().endswith("."):
        return one == other != ""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return longer.endswith(shorter) and len(longer.removesuffix(shorter).split()) <= _KICKER and " " in shorter


def headlines(paragraphs: list[str], title: str) -> set[int]:
    """The places among the first paragraphs where the headline stands again, in one line or broken into several.

    >>> headlines(["الأمير يصل", "القاهرة مساء", "وصل الأمير إلى القاهرة."], "الأمير يصل القاهرة مساء")
    {0, 1}
    >>> headlines(["الأمير يصل القاهرة", "وصل الأمير إلى القاهرة."], "الأمير  يصلُ القاهرة")
    {0}
    """
    broken = _broken_headline(paragraphs[: _HEAD + 1], title)
    return broken or {place for place, line in enumerate(paragraphs[:_HEAD]) if is_headline(line, title)}


def _broken_headline(paragraphs: list[str], title: str) -> set[int]:
    """The places of consecutive lines that together are the headline."""
    wanted = form(title)
    for first in range(len(paragraphs) - 1):
        for end in range(first + 2, len(paragraphs) + 1):
            if " ".join(map(form, paragraphs[first:end])) == wanted:
                return set(range(first, end))
    return set()


def echoes(paragraphs: list[str]) -> set[int]:
    """The places of paragraphs that repeat one before, or that at the head are held by the text after them (a teaser).

    >>> echoes(["أعلنت الوزارة عن خطة جديدة...", "أعلنت الوزارة عن خطة جديدة للتعليم في البلاد.", "انتهى."])
    {0}
    """
    found: set[int] = set()
    seen: set[str] = set()
    for place, line in enumerate(paragraphs):
        is_teaser = place < 2 and len(form(line)) > 25 and _is_held(line, paragraphs[place + 1 : place + 8])
        if is_teaser or (len(line) > 40 and line in seen):
            found.add(place)
        else:
            seen.add(line)
    return found


def short_repeats(paragraphs: list[str]) -> set[int]:
    """The places of labels that stand above a text and again below it: its tags.

    >>> short_repeats(["تكنولوجيا", "أعلنت الشركة عن هاتف جديد.", "تكنولوجيا"])
    {0, 2}
    """
    short = [place for place, line in enumerate(paragraphs) if len(line) < _LONGEST_TAG and is_tag_like(line)]
    long = [place for place, line in enumerate(paragraphs) if not (len(line) < _LONGEST_TAG and is_tag_like(line))]
    if not long:
        return set()
    above = {paragraphs[place] for place in short if place < long[0]}
    below = {paragraphs[place] for place in short if place > long[-1]}
    return {place for place in short if paragraphs[place] in above & below}


def is_tag_like(line: str) -> bool:
    """Whether a line is three words at most, and no sentence."""
    return n_words(line) <= _TAG_WORDS and not line.endswith((".", "؟", "!", ":", "،"))


def _is_held(teaser: str, below: list[str]) -> bool:
    """Whether a line is a part of one below it, its own dots left aside."""
    opening = form(teaser)[:40]
    near = [line for line in below if line != teaser and opening in form(line)]
    return bool(near) and normalize_arabic(teaser) in normalize_arabic(" ".join(near))
