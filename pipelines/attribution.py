"""Who is credited for a text: agencies, dateline and bylines at its head or its foot, never in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from pipelines.agencies import agencies_in, credit_pattern, is_place
from pipelines.cleaning import is_footer
from pipelines.dates import date_in, without_date
from pipelines.text import clean_line, normalize_arabic, word_set


@dataclass(frozen=True, slots=True)
class Attribution:
    """What remains of the paragraphs, and who was credited: `agencies` are ids, `raw` the removed words."""

    body: list[str]
    agencies: list[str] = field(default_factory=list)
    dateline: str | None = None
    authors: list[str] = field(default_factory=list)
    raw: str | None = None


_DASH = r"\s*(?:--+|[-–—ـ:/|])+\s*"
_PLACE = r"[\u0621-\u064a][\u0621-\u065f]*(?:\s+[\u0621-\u064a][\u0621-\u065f]*){0,3}"
_WIDER = r"(?:\s*[،,]\s*[\u0621-\u064a][^()\d:،,\-–—]{1,40})?"
_DATED = r"(?:\s+\d{1,2}\s[^()\n]{2,60}?|\s*[،,]\s*\d{1,2}\s[^()\n]{2,40}?)?"


@cache
def _head_patterns() -> tuple[re.Pattern[str], ...]:
    """How a paragraph can open: place (agency) –, place – agency:, place / agency /, (agency) –, agency –."""
    several = credit_pattern()
    return (
        re.compile(rf"(?P<place>{_PLACE}){_WIDER}{_DATED}\s*[(\[]\s*(?P<who>{several})\s*[)\]]{_DASH}"),
        re.compile(rf"(?P<place>{_PLACE}){_WIDER}\s*(?:[-–—ـ]|/)\s*(?P<who>{several})\s*(?:[:/]|--+|[-–—])\s*"),
        re.compile(rf"[(\[]\s*(?P<who>{several})\s*[)\]]{_DASH}"),
        re.compile(rf"(?P<who>{several})\s+(?:--+|[-–—])\s+"),
    )


_SOURCE = re.compile(
    r"^\W*(?:المصدر|المصادر|مصدر الخبر|نقلا عن|نقلاً عن|source)\s*[:：]\s*(?P<rest>.{1,80})$", re.IGNORECASE
)
_BYLINE = re.compile(
    r"^\W*(?:(?:كتبت?|كتبته|بقلم|إعداد|اعداد|أعده|أعدته|أعد التقرير|حوار|حاوره|حاورته|أجرى الحوار|تقرير|تحقيق|ترجمة"
    r"|متابعة|تغطية|مراسل\w*)\s*[:：ـ–—/-]+\s*"
    r"|(?:كتبت?|بقلم)\s+|من\s+(?=\S+\s+\S+\s*$))(?P<name>[^:،.؟!]{3,60})$"
)
_MARKED = re.compile(r"^\W*[\w ]{3,14}\s*[:：]\s*\S")
_PLACE_AND_NAME = re.compile(r"^\W*(?P<place>[^:–—/\-()]{2,25})\s*[:：–—/-]\s*(?P<name>[^:–—/\-().،؟!\d]{3,40})\W*$")
_NAME_AND_PLACE = re.compile(r"^\W*(?P<name>[^:–—/\-().،؟!\d]{3,40})\s*[:：–—/-]\s*(?P<place>[^:–—/\-()]{2,25})\W*$")
_SPLIT = re.compile(r"\s*(?:--+|[-–—ـ:/|+،,()\[\]])+\s*")
_TAIL_END = r"(?<=[.؟!…\"”»’'])\s*"
_OFFICE = re.compile(
    r"(?<!\w)(?:نيوز|عربيه|العربيه|قناه|صحيفه|جريده|وكاله|وكالات|موقع|نت|اونلاين|تلفزيون|راديو|اذاعه|مكتب|خاص|مراسل\w*|شبكه|بوابه|قسم|فريق|تحرير|التحرير|متابعات|ترجمات|رياضه|اخبار|الاخبار)(?!\w)"
)
_VERBS = word_set(
    "قال قالت ذكر ذكرت نقل نقلت افاد افادت اعلن اعلنت اكد اكدت بحسب حسب وفق وفقا عن من الي في كشف كشفت اضاف"
)


def is_name(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether two to four words can be a person's name: no place, office, number or verb.

    >>> is_name("رنيم حنوش"), is_name("سكاي نيوز عربية"), is_name("القاهرة")
    (True, False, False)
    """
    form = normalize_arabic(text)
    parts = form.split()
    return (
        2 <= len(parts) <= 4
        and form not in outlet_names
        and not is_place(text)
        and not any(char.isdigit() for char in form)
        and not _OFFICE.search(form)
        and not _VERBS & set(parts)
        and not agencies_in(text)
    )


def split_attribution(paragraphs: Sequence[str], *, outlet_names: frozenset[str] = frozenset()) -> Attribution:
    """`paragraphs` without the credits at their head and foot, and what the credits say.

    `outlet_names` are names of the outlet in normal form, which are no authors.

    >>> text = "قال مسؤول إن المحادثات ستستأنف غدا."
    >>> found = split_attribution(["القاهرة (أ ف ب) - " + text, "انتهت الجولة الأولى مساء."])
    >>> found.agencies, found.dateline, found.body[0] == text
    (['afp'], 'القاهرة', True)
    >>> split_attribution(["نقلت رويترز عن مسؤول قوله إن المفاوضات ستستمر."]).agencies
    []
    """
    rest = [line for line in paragraphs if not is_footer(line)]
    parts: list[Attribution] = []
    while len(rest) > 1 and len(parts) < 3 and (part := _whole_line(rest[0], outlet_names)):
        parts.append(part)
        rest = rest[1:]
    # A standfirst can stand before the line that says who wrote.
    for place in (2, 1):
        if len(rest) > place + 1 and (part := _marked_line(rest[place], outlet_names)):
            parts.append(part)
            del rest[place]
    if rest and (part := _opening(rest[0])):
        parts.append(part)
        rest = part.body + rest[1:]
    if len(rest) > 1 and (part := _closing_line(rest[-1], outlet_names)):
        parts.append(part)
        rest = rest[:-1]
    if rest and (part := _tail(rest[-1])):
        parts.append(part)
        rest = rest[:-1] + part.body
    return _joined(parts, rest)


def split_byline(told: Iterable[str], outlet_names: frozenset[str] = frozenset()) -> Attribution:
    """What the strings say in which a page names its author: «(دبي - سارة علي)», «كتبت سارة علي», «أ ف ب».

    >>> found = split_byline(["(دبي - خالد الخطيب)"])
    >>> found.authors, found.dateline
    (['خالد الخطيب'], 'دبي')
    """
    parts = [part for text in told if len(text) <= 120 and "//" not in text and (part := _byline(text, outlet_names))]
    return _joined(parts, [])


def _byline(text: str, outlet_names: frozenset[str]) -> Attribution | None:
    if part := _whole_line(text, outlet_names):
        return part
    if _BYLINE.match(text) or re.search(r"[/@<>]|\.\w{2,4}$|\d", text):
        return None
    names = [name for name in map(clean_line, re.split(r"[،,;]|\sو(?=\S+\s)", text)) if is_name(name, outlet_names)]
    return Attribution([], authors=names, raw=text) if names else None


def _joined(parts: Sequence[Attribution], body: list[str]) -> Attribution:
    return Attribution(
        body=body,
        agencies=list(dict.fromkeys(agency for part in parts for agency in part.agencies)),
        dateline=next((part.dateline for part in parts if part.dateline), None),
        authors=list(dict.fromkeys(author for part in parts for author in part.authors)),
        raw=" | ".join(part.raw for part in parts if part.raw) or None,
    )


def _whole_line(line: str, outlet_names: frozenset[str]) -> Attribution | None:
    """A short line that is nothing but a credit."""
    if len(line) > 110 or re.search(r"[.؟!]\s+\S", line):
        return None
    if match := _SOURCE.match(line):
        return Attribution([], agencies=agencies_in(match["rest"]), dateline=_place_in(match["rest"]), raw=line)
    if (match := _BYLINE.match(line)) and len(match["name"].split()) <= 7:
        names = [name for name in re.split(r"\s+و(?=\S+\s)|\s*[-–—/]\s*", match["name"]) if is_name(name, outlet_names)]
        agencies = agencies_in(match["name"]) if re.fullmatch(credit_pattern(), match["name"].strip()) else []
        if names or agencies:
            return Attribution([], agencies=agencies, dateline=_place_in(match["name"]), authors=names, raw=line)
        return None
    return _agency_line(line) or _place_line(line, outlet_names)


def _marked_line(line: str, outlet_names: frozenset[str]) -> Attribution | None:
    """A credit line that says by a word, «المصدر», «كتب», «حوار», that it is one."""
    return _whole_line(line, outlet_names) if _SOURCE.match(line) or _MARKED.match(line) else None


def _agency_line(line: str) -> Attribution | None:
    """«بيروت ـ الأناضول», «واس - الرياض», «الرياض 05 شوال 1436 هـ … واس», «(د ب أ)»."""
    bare = re.sub(credit_pattern(), " ", line)
    agencies = agencies_in(line)
    if not agencies:
        return None
    others = [part for part in _SPLIT.split(without_date(bare) if date_in(line) else bare) if normalize_arabic(part)]
    places = [part for part in others if is_place(_undated(part))]
    if len(others) > 2 or any(len(part.split()) > 4 for part in others) or (others and not places and len(line) > 40):
        return None
    if others and not places and not re.search(r"[-–—ـ/|()]", line):
        return None
    dateline = _as_written(line, places[0]) if places else None
    return Attribution([], agencies=agencies, dateline=dateline, raw=line)


def _undated(text: str) -> str:
    return clean_line(re.sub(r"(?<!\w)(?:الموافق|ه|هـ|م)(?!\w)", "", text))


def _as_written(line: str, place: str) -> str:
    """The place in its own spelling: a folded one is looked up in the line again."""
    wanted = normalize_arabic(_undated(place))
    parts = line.split()
    for start in range(len(parts)):
        for end in range(start + 1, min(start + 4, len(parts)) + 1):
            candidate = " ".join(parts[start:end]).strip(" ()[]-–—ـ:/|،,")
            if normalize_arabic(candidate) == wanted:
                return candidate
    return clean_line(_undated(place))


def _place_line(line: str, outlet_names: frozenset[str]) -> Attribution | None:
    """«لندن: رنيم حنوش», «سارة علي - جدة», «(أبوظبي - البيان)»: a known place and a name, or the outlet."""
    for pattern in (_PLACE_AND_NAME, _NAME_AND_PLACE):
        match = pattern.match(line)
        if not match or not is_place(match["place"]):
            continue
        place, name = clean_line(match["place"]), clean_line(match["name"])
        if is_name(name, outlet_names):
            return Attribution([], dateline=place, authors=[name], raw=line)
        is_office = normalize_arabic(name) in outlet_names or bool(_OFFICE.search(normalize_arabic(name)))
        if is_office or (line.startswith("(") and len(name.split()) <= 4):
            return Attribution([], dateline=place, raw=line)
    return None


def _place_in(text: str) -> str | None:
    return next((part for part in map(clean_line, _SPLIT.split(text)) if is_place(part)), None)


def _opening(line: str) -> Attribution | None:
    """A credit before the first sentence of a paragraph."""
    for pattern in _head_patterns():
        match = pattern.match(line)
        if not match or len(line) - match.end() < 15:
            continue
        place = match.groupdict().get("place")
        if place and _VERBS & set(normalize_arabic(place).split()):
            continue
        dateline = clean_line(place) if place else None
        return Attribution([line[match.end() :].strip()], agencies_in(match["who"]), dateline, [], match[0].strip())
    return None


def _closing_line(line: str, outlet_names: frozenset[str]) -> Attribution | None:
    if len(line) > 80:
        return None
    if match := _SOURCE.match(line):
        return Attribution([], agencies=agencies_in(match["rest"]), raw=line)
    if re.fullmatch(rf"\W*{credit_pattern()}\W*", line):
        return Attribution([], agencies=agencies_in(line), raw=line)
    return _whole_line(line, outlet_names) if _BYLINE.match(line) else None


def _tail(line: str) -> Attribution | None:
    """«… المقبل. --(بترا)»: a credit after the last sentence."""
    several = credit_pattern()
    match = re.search(rf"{_TAIL_END}(?:--+|[-–—])?\s*[(\[/]\s*({several})\s*[)\]/]\s*\.?$", line) or re.search(
        rf"(?<=[.؟!])\s+(?:--+|[-–—]\s)?\s*({several})\s*$", line
    )
    if not match or not line[: match.start()].strip():
        return None
    return Attribution([line[: match.start()].rstrip()], agencies=agencies_in(match[1]), raw=match[0].strip())
