"""What a credit says: a short text cut at its dashes, brackets and dates, each piece an agency, a place, a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from pipelines.agencies import agency, form_of, is_city, is_own_channel, is_place
from pipelines.calendar_words import GREGORIAN_MONTHS, HIJRI_MONTHS, WEEKDAYS
from pipelines.names import is_name, is_office, is_sure_name
from pipelines.text import ascii_digits, clean_line


@dataclass(frozen=True, slots=True)
class Credit:
    """The pieces of a credit, in their order: `sure` tells that an agency's name can be nothing else."""

    agencies: tuple[str, ...] = ()
    sure: bool = False
    places: tuple[str, ...] = ()
    has_city: bool = False
    people: tuple[str, ...] = ()
    sure_people: bool = False
    offices: tuple[str, ...] = ()
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
        **dict.fromkeys("–—―‒−‐‑", "-"),
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
    r"|[أا]عد(?:ه|ها|ته|تها|ت)?(?: (?:التقرير|التحقيق|الملف|الحوار))?|حاور(?:ه|ها|ته|تها|هم)"
    r"|[أا]جر(?:ى|ت|اه|ته) (?:الحوار|المقابلة|اللقاء)?|ترجم[ةه]|ترجمته|ترجمها"
)
_WEAK_MARKER = re.compile(
    r"حوار|تقرير|تحقيق|استطلاع|متابعة|تغطية|رصد|ريبورتاج|مقابلة|تصوير|مراسل(?:ة|نا|تنا)?|انتهى|يتبع|النهاية"
)
_BEFORE_NAME = re.compile(r"^(?:من|بقلم|كتبت?|[إا]عداد|ترجمة|تقرير|تغطية(?: صحفية| إخبارية)?)\s+(?=\S)")
# The editor of a text, its photographer and the service that it was made for are no authors of it.
_EDITING = re.compile(
    r"[-،/|]?\s*(?<!\w)(?:تحرير|تصوير|عدسة)\s*[:/-]*\s*[^-)(/:]{3,80}|(?<!\w)للنشر[ةه] العربي[ةه](?!\w)"
)
_END_MARK = re.compile(r"[/(]+\s*(انتهى|يتبع|النهاية)\s*[/)]+(?:\s*\d{1,2}\s*:\s*\d{2}\s*ت\s*\.?\s*م)?")
_LONGEST_CREDIT = 200
_LONGEST_PIECE = 60
_JOINTS = (" من ", " في ", " و", " ")


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
    told = _END_MARK.sub(r" | \1 | ", _EDITING.sub(" | ", plain(text)))
    for piece in _SEPARATOR.split(_date().sub(" | ", told)):
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
            # Two pieces without a word between them are a place and an agency, never two people.
            if left and right and (joint != " " or ((left + right).agencies and (left + right).places)):
                return left + right
    return found or Credit(unknown=(piece,))


def _read_one(piece: str, outlet_names: frozenset[str]) -> Credit | None:
    if _MARKER.fullmatch(piece):
        return Credit(is_marked=True)
    if (bare := _BEFORE_NAME.sub("", piece)) != piece:
        found = _read_one(bare, outlet_names)
        return replace(found, is_marked=not piece.startswith("من ")) if found and _is_surely_told(found) else None
    if form_of(piece) in outlet_names:
        return Credit(offices=(piece,))
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
    """«سارة علي», «كتبت سارة علي», «سارة علي وخالد حسن»: each of several is a name of its own."""
    names = re.split(r"\s+و\s*(?=\S+\s\S)", piece)
    if (
        len(names) > 1
        and is_name(names[0], outlet_names)
        and all(is_sure_name(name, outlet_names) for name in names[1:])
    ):
        return Credit(people=tuple(names), sure_people=is_sure_name(names[0], outlet_names))
    if is_name(piece, outlet_names):
        return Credit(people=(piece,), sure_people=is_sure_name(piece, outlet_names))
    return None
