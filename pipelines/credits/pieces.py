"""What a credit says: a short text cut at its dashes, brackets and dates, each piece an agency, a place, a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from pipelines.calendar.words import GREGORIAN_MONTHS, HIJRI_MONTHS, WEEKDAYS
from pipelines.credits.agencies import agency, form_of, is_city, is_own_channel, is_place
from pipelines.credits.names import is_given_name, is_name, is_office, is_sure_name
from pipelines.text import ascii_digits, clean_line


@dataclass(frozen=True, slots=True)
class Credit:
    """The pieces of a credit, in their order.

    `sure` tells that an agency's name can be nothing else, `is_own` that the outlet itself is named.
    """

    agencies: tuple[str, ...] = ()
    sure: bool = False
    places: tuple[str, ...] = ()
    has_city: bool = False
    people: tuple[str, ...] = ()
    sure_people: bool = False
    offices: tuple[str, ...] = ()
    is_own: bool = False
    is_marked: bool = False
    unknown: tuple[str, ...] = ()

    def __add__(self, other: Credit) -> Credit:
        return Credit(
            agencies=self.agencies + other.agencies,
            sure=self.sure or other.sure,
            places=self.places + other.places,
            has_city=self.has_city or other.has_city,
            people=self.people + other.people,
            sure_people=(self.sure_people or not self.people) and (other.sure_people or not other.people),
            offices=self.offices + other.offices,
            is_own=self.is_own or other.is_own,
            is_marked=self.is_marked or other.is_marked,
            unknown=self.unknown + other.unknown,
        )


# One character for one, so that what is found in the plain line lies at the same place in the line.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(
            "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad", " "
        ),
        **dict.fromkeys("\u00a0\u2009\u202f\u3000\t\n\r", " "),
        **dict.fromkeys("–—―‒−‐‑_", "-"),
        **dict.fromkeys("[{（﴾", "("),
        **dict.fromkeys("]}）﴿", ")"),
        **dict.fromkeys("«»“”„‟‹›″‘’'", '"'),
        **dict.fromkeys("：", ":"),
        **dict.fromkeys("•●▪■*★", "|"),
        **dict.fromkeys("٬,؛;", "،"),
        **dict.fromkeys("\\", "/"),
    }
)
_TATWEEL_DASH = re.compile(r"(?<!\w)ـ+|(?<=[^\W_ـ][^\W_ـ])ـ+(?=\s|$)")
_SEPARATOR = re.compile(r"\s*(?:[()\"|/:+،&_]|(?<![A-Za-z])-|-(?![A-Za-z])|\s\.+\s?|\.(?=\s*[()-]))+\s*")
_MARKER = re.compile(
    r"كتب(?:ت|ه|ها|ته|تها)?|بقلم|[إا]عداد(?: و(?:حوار|تقرير|تقديم|ترجمة))?"
    r"|[أا]عد(?:ه|ها|ته|تها|ت)?(?: (?:للنشر|التقرير|التحقيق|الملف|الحوار))?|حاور(?:ه|ها|ته|تها|هم)"
    r"|[أا]جر(?:ى|ت|اه|ته) (?:الحوار|المقابلة|اللقاء)?|ترجم[ةه]|ترجمته|ترجمها"
)
_WEAK_MARKER = re.compile(
    r"الكاتب[ةه]?|حوار|تقرير|تحقيق|استطلاع|متابعة|تغطية|رصد|ريبورتاج|مقابلة|تصوير|مراسل(?:ة|نا|تنا)?"
)
_BEFORE_NAME = re.compile(
    r"^(?:من|بقلم(?: الكاتب[ةه]?)?|كتبت?|[إا]عداد|ترجمة|تقرير|تغطية(?: صحفية| إخبارية)?)\s+(?=\S)"
)
# The editor of a text and its photographer are no authors of it.
_EDITING = re.compile(
    r"[-،/|]?\s*(?<!\w)(?:تحرير|تصوير|عدسة)\s*[:/-]*\s*[^-)(/:]{3,80}|(?<!\w)بتصرف(?!\w)"
    r"|[/(]+\s*(?:[إا]نته[ىي]|يتبع|النهاي[ةه])\s*[/)]+"
)
# Who wrote and edited, as agencies and broadcasters sign: «م ع», «ص.ش».
INITIALS = r"(?:(?<!\w)[ء-ي]ـ?(?!\w)[\s./-]*){2,6}"
_INITIALS = re.compile(INITIALS)
_AND = re.compile(r"\s+و\s*(?=\S+\s\S)")
_LONGEST_CREDIT = 200
_LONGEST_PIECE = 60
_JOINTS = (" من ", " في ", " و", " ")


# A line is asked several questions.
@lru_cache(maxsize=512)
def plain(line: str) -> str:
    """`line` with one sign for each kind of dash, bracket and quote, of the same length.

    >>> plain("بيروت ـ «الأناضول» — [رويترز]")
    'بيروت - "الأناضول" - (رويترز)'
    """
    return _TATWEEL_DASH.sub(lambda match: "-" * len(match[0]), ascii_digits(line).translate(_PLAIN))


@cache
def _date() -> re.Pattern[str]:
    """A day within a dateline: «20 تشرين الثاني», «في 15 يناير 2024», «05 شوال 1436 هـ الموافق 21 يوليو 2015 م»."""

    def any_of(names: dict[str, int]) -> str:
        found = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        for plain_letter, letters in (("ا", "[اأإآ]"), ("ه", "[هة]"), ("ي", "[يى]"), (r"\\ ", r"\\s+")):
            found = re.sub(plain_letter, letters, found)
        return found

    months = any_of(GREGORIAN_MONTHS | HIJRI_MONTHS)
    month = rf"(?:{months})(?!\w)"
    year = r"(?:\s*[-/،]?\s*\d{4}(?!\d))?"
    named = rf"\d{{1,2}}\s*(?:من\s+)?[-/]?\s*{month}(?:\s*[/(]?\s*{month}\)?)?{year}"
    numbers = r"\d{1,4}\s*[-/.]\s*\d{1,2}(?:\s*[-/.]\s*\d{1,4})?"
    weekday = rf"(?:(?:يوم\s+)?(?<!\w)(?:{any_of(WEEKDAYS)})(?!\w)\s*،?\s*)?"
    clock = r"(?:\s*[-،]?\s*\d{1,2}:\d{2}(?!\d)(?:\s*[صم](?!\w))?)?"
    before, after = r"(?:(?<!\w)(?:في|الموافق)\s*)*", r"(?:\s*(?:هـ?|ه-|م)(?!\w))?"
    return re.compile(rf"{before}{weekday}(?<!\d)(?:{named}|{numbers}){after}{clock}", re.IGNORECASE)


def has_date(text: str) -> bool:
    """Whether a short text has a day in it, as datelines write it.

    >>> has_date("القاهرة، 9 تشرين الأول 2009"), has_date("القاهرة 2009")
    (True, False)
    """
    return len(text) <= _LONGEST_CREDIT and bool(_date().search(plain(text)))


def read_credit(text: str, outlet_names: frozenset[str] = frozenset()) -> Credit:
    """The pieces of a text that may be a credit; what is none of them is `unknown`.

    >>> credit = read_credit("القاهرة 20 نوفمبر (أ ش أ) - سارة علي")
    >>> credit.places, credit.agencies, credit.people, credit.unknown
    (('القاهرة',), ('mena',), ('سارة علي',), ())
    """
    if len(text) > _LONGEST_CREDIT:
        return Credit(unknown=(text,))
    total = Credit()
    for piece in _pieces(text):
        total += _read_piece(piece, outlet_names)
    return replace(total, agencies=tuple(name for name in total.agencies if not is_own_channel(name, outlet_names)))


def _pieces(text: str) -> Iterator[str]:
    for piece in _SEPARATOR.split(_date().sub(" | ", _EDITING.sub(" | ", plain(text)))):
        cleaned = clean_line(piece).strip(" .")
        if form_of(cleaned):
            yield cleaned


@lru_cache(maxsize=4096)
def _read_piece(piece: str, outlet_names: frozenset[str]) -> Credit:
    if len(piece) > _LONGEST_PIECE:
        return Credit(unknown=(piece,))
    found = _read_one(piece, outlet_names)
    if found and not found.offices:
        return found
    for joint in _JOINTS:
        for match in re.finditer(joint, piece):
            left = _read_one(piece[: match.start()].strip(), outlet_names)
            right = _read_one(piece[match.end() :].strip(), outlet_names) if left else None
            if left and right and (joint != " " or _can_touch(left + right)):
                return left + right
    return found or Credit(unknown=(piece,))


def _can_touch(pair: Credit) -> bool:
    """Without a word or a sign between them: a place and an agency, the outlet and its desk, never two people."""
    return bool((pair.agencies and pair.places) or (pair.is_own and not pair.people))


def _read_one(piece: str, outlet_names: frozenset[str]) -> Credit | None:
    if _MARKER.fullmatch(piece):
        return Credit(is_marked=True)
    if _INITIALS.fullmatch(piece) and not agency(piece):
        return Credit()
    if (bare := _BEFORE_NAME.sub("", piece)) != piece:
        found = _read_one(bare, outlet_names)
        return replace(found, is_marked=not piece.startswith("من ")) if found and _is_surely_told(found) else None
    if form_of(piece) in outlet_names:
        return Credit(offices=(piece,), is_own=True)
    if known := agency(piece):
        return Credit(agencies=(known[0],), sure=known[1])
    if is_place(piece):
        return Credit(places=(piece,), has_city=is_city(piece))
    if is_office(piece, outlet_names) or _WEAK_MARKER.fullmatch(piece):
        return Credit(offices=(piece,))
    return _read_people(piece, outlet_names)


def _is_surely_told(credit: Credit) -> bool:
    return bool(credit.sure or credit.places or (credit.people and credit.sure_people))


def _read_people(piece: str, outlet_names: frozenset[str]) -> Credit | None:
    for names in (_names(piece), [piece]):
        if all(is_name(name, outlet_names) for name in names):
            return Credit(people=tuple(names), sure_people=all(is_sure_name(name, outlet_names) for name in names))
    return None


def _names(piece: str) -> list[str]:
    """«سارة علي وخالد حسن» is two names of two words or more, «أحمد علي وليد حسن» is one."""
    joints = [match for match in _AND.finditer(piece) if not is_given_name("و" + piece[match.end() :].split()[0])]
    starts = [0, *(match.end() for match in joints)]
    ends = [*(match.start() for match in joints), len(piece)]
    return [piece[start:end] for start, end in zip(starts, ends, strict=True)]
