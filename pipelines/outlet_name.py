"""What an outlet is called, as far as its site gives it: in its own letters, and in Latin ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.text import normalize_arabic

_BETWEEN = re.compile(r"\s*[|•·»«›‹]+\s*|\s+[-–—]+\s+|\s*:+\s+|\s+/\s+|،\s+")
_ARABIC, _LATIN = re.compile("[\u0620-\u06ff]"), re.compile("[A-Za-z]")
# What a part of a title is that is no name at all, and what it is beside a name; in the form of `normalize_arabic`.
_NO_NAME = re.compile(
    r"(?:الصفحه )?الرييسيه|home ?page|home|index|welcome.*|(?:react|vite|my|angular|vue) ?app|app|create next app|main"
    r"|vite \+ react(?: \+ ts)?|next\.?js|untitled.*|document|loading.*|default|error.*|\d+|website|site|blog"
    r"|just another wordpress site|(?:ال)?موقع|الموقع الرسمي|مرحبا.*|اهلا.*|بدون عنوان"
)
_BESIDE = re.compile(
    r"(?:صفحه|page) \d+|(?:النسخه |اللغه )?العربيه|عربي|arabic|ar|english|(?:the )?(?:latest|breaking) news|news"
    r"|rss.*|feed|(?:اخر|احدث) (?:ال)?اخبار|(?:ال)?اخبار(?: عاجله)?|عاجل|الخلاصه|خلاصه.*|official (?:web)?site"
)
_SLOGAN = re.compile(
    r"(?:^| )(?:و?(?:ال)?اخبار|عاجل(?:ه)?|اخر|احدث|لحظه|مدار|الساعه|تغطيه|شامله?|متابعه|حصري[اه]?|اليقين|والعالم"
    r"|وتحليلات|كل|اول|الاول|الاولي|رقم|يقدم|تقدم|تصدر|اخباريه?|مستقله?|يوميه?|سياسيه|جامعه|الكترونيه?|شعارنا"
    r"|latest|breaking|news from|coverage|your|the best|first)(?= |$)"
)
_INSTITUTION = re.compile(
    r"^(?:صحيفه|جريده|وكاله|قناه|موقع|شبكه|بوابه|اذاعه|راديو|تلفزيون|مجله|يوميه|مركز|موسسه|منصه)(?: |$)"
)
_MOST_WORDS = 6


class Names(NamedTuple):
    """`name` as the outlet writes it, "" where its site does not give it; `latin` in Latin letters, "" likewise."""

    name: str
    latin: str


def names(told: Sequence[str], title: str, echoes: Iterable[str] = ()) -> Names:
    """The names of an outlet: `told` by metadata, the most trusted first; by its `title`; `echoes` repeat it elsewhere.

    >>> names(["صحيفة الميناء"], "الرئيسية - صحيفة الميناء | آخر الأخبار")
    Names(name='صحيفة الميناء', latin='')
    >>> names(["Al Minaa"], "الرئيسية - الميناء"), names([], "الميناء | أخبار مصر والعالم على مدار الساعة").name
    (Names(name='الميناء', latin='Al Minaa'), 'الميناء')
    >>> names([], "App"), names([], "كل ما تريد معرفته عن السوق في مكان واحد")
    (Names(name='', latin=''), Names(name='', latin=''))
    """
    given = [own for text in told if (own := _own(text, ()))]
    parts = _parts(title)
    chosen = _own(title, [*given, *echoes])
    latin = [name for name in (*given, chosen) if _is_latin(name)] + [part for part in parts if _is_latin(part)][:1]
    candidates = [*(name for name in (*given, chosen) if _ARABIC.search(name)), *latin, *given]
    name = next(iter(candidates), "")
    return Names(name, next((word for word in latin if len(word.split()) <= _MOST_WORDS), ""))


def _own(title: str, witnesses: Sequence[str]) -> str:
    """The part of a title that is the site's own name; "" where that is not told."""
    parts = _parts(title)
    repeated = [part for part in parts if any(_meet(part, witness) for witness in witnesses)]
    for found in (repeated, parts):
        if len(found) == 1:
            return found[0] if _is_name(found[0], is_sure=bool(repeated)) else ""
    likely = list(filter(_is_name, parts))
    clean = [part for part in likely if not _SLOGAN.search(_form(part))]
    named = [part for part in clean if _INSTITUTION.search(_form(part))]
    for found in (named, clean, likely):
        if len(found) == 1:
            return found[0]
    return _in_both_letters(clean)


def _in_both_letters(short: Sequence[str]) -> str:
    """The Arabic one of two parts, where the other is in Latin letters."""
    arabic = [part for part in short if _ARABIC.search(part)]
    return arabic[0] if len(short) == 2 and len(arabic) == 1 else ""


def _parts(title: str) -> list[str]:
    """The parts of a title that can be a name."""
    parts = [part.strip(" -–—|:،") for part in _BETWEEN.split(title)]
    parts = [part for part in dict.fromkeys(parts) if part and not _NO_NAME.fullmatch(_form(part))]
    return [part for part in parts if not _BESIDE.fullmatch(_form(part))] or parts


def _form(text: str) -> str:
    return normalize_arabic(text).lower()


def _is_name(part: str, *, is_sure: bool = False) -> bool:
    n_words = len(part.split())
    return n_words <= _MOST_WORDS and (is_sure or len(_SLOGAN.findall(_form(part))) < (2 if n_words > 2 else 3))


def _is_latin(name: str) -> bool:
    """Whether a name is in Latin letters, and not a host's."""
    is_host = re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name) is not None
    return bool(_LATIN.search(name)) and not _ARABIC.search(name) and not is_host


def _meet(part: str, witness: str) -> bool:
    """Whether a text repeats a part of a title, or is one of its words."""
    ours, theirs = f" {_form(part)} ", f" {_form(witness)} "
    return len(ours) > 4 and (ours in theirs or theirs in ours)
