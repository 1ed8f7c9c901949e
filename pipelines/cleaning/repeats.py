"""What a page says twice: the headline over the text, the teaser before it, a paragraph after it."""

from __future__ import annotations

import re

from pipelines.cleaning.form import form
from pipelines.text import normalize_arabic

_FLASH = re.compile(r"^\W*(?:عاجل|خبر عاجل|urgent|breaking)\b", re.IGNORECASE)
_HEAD = 3
_KICKER = 3


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
    """The places among the first paragraphs where the headline stands again, but for a flash that is nothing else.

    >>> headlines(["الأمير يصل القاهرة", "وصل الأمير إلى القاهرة."], "الأمير  يصلُ القاهرة")
    {0}
    >>> headlines(["عاجل | الأمير يصل القاهرة"], "عاجل | الأمير يصل القاهرة")
    set()
    """
    found = {place for place, line in enumerate(paragraphs[:_HEAD]) if is_headline(line, title)}
    if len(found) == len(paragraphs) and is_flash(title):
        return found - {0}
    return found


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


def _is_held(teaser: str, below: list[str]) -> bool:
    """Whether a line is a part of one below it, its own dots left aside."""
    opening = form(teaser)[:40]
    near = [line for line in below if line != teaser and opening in form(line)]
    return bool(near) and normalize_arabic(teaser) in normalize_arabic(" ".join(near))
