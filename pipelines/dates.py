"""Dates as the Arabic press writes them: read strictly, and null rather than a guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from importlib import import_module
from zoneinfo import ZoneInfo

from pipelines.calendar_words import (
    GREGORIAN_MONTHS,
    HIJRI_MONTHS,
    NAMED_ZONES,
    NUMBER_WORDS,
    WEEKDAYS,
    fold,
)

EARLIEST = date(1995, 1, 1)
LATEST_AHEAD = timedelta(hours=36)
_LONGEST = 160


def _any(names: dict[str, int] | dict[str, str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_GREGORIAN = _any(GREGORIAN_MONTHS)
_HIJRI = _any(HIJRI_MONTHS)
_YEAR_FIRST = re.compile(r"(?<![\d.:/-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[-/.]\d)")
_DAY_FIRST = re.compile(r"(?<![\d.:/-])(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4})(?!\d|[-/.]\d)")
_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?: من)? ?[-/.]? ?(?<!\w)({_GREGORIAN})(?!\w)"
    rf"(?: ?[/(-] ?({_GREGORIAN})(?!\w)\)?)? ?[-/.]?,? ?(?:عام |سنه )?(\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(rf"(?<!\w)({_GREGORIAN}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})(?!\d)()")
_HIJRI_NAMED = re.compile(rf"(?<!\d)(\d{{1,2}})(?: من)? ?[-/]? ?(?<!\w)({_HIJRI})(?!\w) ?[-/]?,? ?(1[34]\d\d)(?!\d)")
_HIJRI_NUMBERS = re.compile(r"(?<!\d)(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(1[34]\d\d) ?ه(?!\w)")
_ERA = re.compile(r"(?<=\d{4}) ?(?:هـ|ه|م)(?!\w)")
_CLOCK = re.compile(
    r"(?<![\d:.+-])(?:t)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?![\d:])"
    r" ?(صباحا|مساء|ظهرا|عصرا|ليلا|فجرا|ص|م|am|pm)?(?!\w*[:\d])(?=\W|$|z|gmt|utc|[+-])"
)
_HOUR = re.compile(r"(?:الساعه )(\d{1,2}) ?(صباحا|مساء|ظهرا|عصرا|ليلا|فجرا|ص|م)(?!\w)")
_OFFSET = re.compile(r"(?:gmt|utc)? ?([+-])(\d{1,2}):?(\d{2})?\b")
_ISO_OFFSET = re.compile(r"(?<=\d)(?: ?([+-])(\d{2}):?(\d{2})?|(z))(?!\w)")
_UTC_NAME = re.compile(r"(?<![a-z])(?:gmt|utc)(?![a-z])|(?:جرينتش|غرينتش|غرينيتش|جرينيتش|ت ?\.? ?غ(?!\w))")
_ZONE_NAME = re.compile(r"(?:بتوقيت|توقيت) (?:مدينه )?(\w+)(?: (\w+))?")
_PUBLISHED = re.compile(r"(?:تاريخ )?(?:ال)?نشر(?:ت| في| بتاريخ)?(?!\w)|published|posted")
_UPDATED = re.compile(
    r"اخر تحديث|تم التحديث|اخر تعديل|تاريخ التحديث|(?<!\w)حدث(?:ت)? في|(?<!\w)تحديث(?!\w)|updated?|modified"
)
_RELATIVE = re.compile(
    r"(?:منذ|قبل|من) (?:حوالي |نحو )?(?:(\d{1,3}|\w+) )?"
    r"(ثانيه|ثوان|ثواني|دقيقه|دقائق|ساعه|ساعات|يوم|يوما|ايام|ثانيتين|دقيقتين|ساعتين|يومين)(?: مضت)?"
)
_WEEKDAY_WORD = re.compile(rf"(?<!\w)(?:{_any(WEEKDAYS)})(?!\w)|(?<!\w)(?:الساعه|في|يوم)(?!\w)")
_UNITS = {
    "ثان": "seconds",
    "ثوا": "seconds",
    "دقي": "minutes",
    "دقا": "minutes",
    "ساع": "hours",
    "يوم": "days",
    "ايا": "days",
}
_NEAR_DAYS = {"اليوم": 0, "امس": 1, "اول امس": 2, "اول من امس": 2, "امس الاول": 2}


def says_update(text: str) -> bool:
    """Whether a string with a date speaks of a change, and of no publication.

    >>> says_update("آخر تحديث: 15 يناير 2024"), says_update("نشر في 3 مايو 2024 آخر تحديث 4 مايو 2024")
    (True, False)
    """
    folded = fold(text)
    return bool(_UPDATED.search(folded)) and not _PUBLISHED.search(folded)


def parse_date(text: str, *, fetched_at: datetime, timezone: str | tzinfo) -> date | datetime | None:
    """The day or, where a time of day is told, the aware instant that `text` names; None where it names none for sure.

    `fetched_at` (aware) is what relative dates count from; `timezone` (IANA name) is where a clock without
    a zone is read. Contradictions (a weekday or a second month name that does not fit) and moments outside
    [1995, `fetched_at` + 36 h] are None.

    >>> at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> parse_date("الأحد ٣ شباط/فبراير ٢٠٢٤", fetched_at=at, timezone="Asia/Beirut")    # it was a Saturday
    >>> parse_date("السبت ٣ شباط/فبراير ٢٠٢٤", fetched_at=at, timezone="Asia/Beirut")
    datetime.date(2024, 2, 3)
    >>> parse_date("نشر في: 12 غشت 2024 الساعة 03:20 م", fetched_at=at, timezone="Africa/Cairo").isoformat()
    '2024-08-12T15:20:00+03:00'
    >>> parse_date("منذ يومين", fetched_at=at, timezone="Asia/Riyadh")
    datetime.date(2026, 11, 18)
    >>> parse_date("© 2026 جميع الحقوق محفوظة", fetched_at=at, timezone="Asia/Riyadh")
    """
    if not text or len(text) > _LONGEST:
        return None
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    folded = _publication_part(fold(text))
    found = _relative(folded, fetched_at, zone) or _absolute(folded, zone)
    return found if found is not None and in_window(found, fetched_at, zone) else None


def date_in(text: str) -> date | None:
    """The Gregorian or Hijri day that a string names, wherever it lies; None for none, or several.

    >>> date_in("صدر في 3 جوان 2011")
    datetime.date(2011, 6, 3)
    """
    return _day(fold(text))[0] if len(text) <= _LONGEST else None


def without_date(text: str) -> str:
    """A date string, folded, without its day, clock, weekday and label.

    >>> without_date("سياسة | الخميس 19 نوفمبر 2026 - 16:07 م")
    'سياسه'
    """
    rest = _CLOCK.sub(" ", _day(fold(text))[1])
    for pattern in (_PUBLISHED, _UPDATED, _WEEKDAY_WORD, _UTC_NAME, _OFFSET):
        rest = pattern.sub(" ", rest)
    return rest.strip(" |-:،,./()\u2013")


def in_window(found: date | datetime, fetched_at: datetime, zone: tzinfo) -> bool:
    """Whether a publication can lie there: from 1995 to 36 hours after the page was fetched."""
    if isinstance(found, datetime):
        return found.date() >= EARLIEST and found <= fetched_at + LATEST_AHEAD
    return EARLIEST <= found <= (fetched_at + LATEST_AHEAD).astimezone(zone).date()


def _publication_part(folded: str) -> str:
    """Of «نشر … آخر تحديث …» the part that speaks of the publication."""
    published, updated = _PUBLISHED.search(folded), _UPDATED.search(folded)
    if published and updated:
        if published.start() < updated.start():
            return folded[published.end() : updated.start()]
        return folded[published.end() :]
    return folded


def _relative(folded: str, fetched_at: datetime, zone: tzinfo) -> date | datetime | None:
    stripped = _PUBLISHED.sub("", folded).strip(" :،,.-|")
    if stripped in _NEAR_DAYS:
        return fetched_at.astimezone(zone).date() - timedelta(days=_NEAR_DAYS[stripped])
    day, _, rest = stripped.partition(" ")
    if (
        day in ("اليوم", "امس")
        and (clock := _clock(rest))
        and _CLOCK.sub("", rest).strip(" ،,-|") in ("", "الساعه", "في الساعه")
    ):
        near = fetched_at.astimezone(zone).date() - timedelta(days=_NEAR_DAYS[day])
        return datetime.combine(near, clock, zone)
    match = _RELATIVE.fullmatch(stripped)
    if not match:
        return None
    number, unit = match.groups()
    count = _count(number, unit)
    if count is None:
        return None
    name = _UNITS[unit[:3]]
    if name == "days":
        return fetched_at.astimezone(zone).date() - timedelta(days=count)
    return fetched_at - timedelta(**{name: count})


def _count(number: str | None, unit: str) -> int | None:
    if number is None:
        return 2 if unit.endswith("ين") else 1
    return int(number) if number.isdigit() else NUMBER_WORDS.get(number)


def _absolute(folded: str, zone: tzinfo) -> date | datetime | None:
    found, rest = _day(folded)
    if found is None or not _weekday_fits(folded, found):
        return None
    clock = _clock(rest)
    told = _told_zone(rest, zone)
    if clock is None or told is None:
        return found
    return datetime.combine(found, clock, told)


def _day(folded: str) -> tuple[date | None, str]:
    """The one Gregorian day that is named, else the one Hijri day, and what is left of the string."""
    days: list[date | None] = []
    rest = folded
    for pattern, read in ((_HIJRI_NUMBERS, _from_hijri_numbers), (_HIJRI_NAMED, _from_hijri)):
        hijri = [read(match) for match in pattern.finditer(rest)]
        rest = pattern.sub(" ", rest)
        days += hijri[:1]
    rest = _ERA.sub(" ", rest)
    gregorian: list[date | None] = []
    for pattern, read in _READERS:
        gregorian += [read(match) for match in pattern.finditer(rest)]
        rest = pattern.sub(" \u0000", rest)
    chosen = gregorian or days
    rest = rest.replace("\u0000", " ")
    return (chosen[0] if len(set(chosen)) == 1 else None), rest


def _make(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _from_year_first(match: re.Match[str]) -> date | None:
    return _make(match[1], int(match[3]), match[4])


def _from_day_first(match: re.Match[str]) -> date | None:
    return _make(match[4], int(match[3]), match[1])


def _from_named(match: re.Match[str]) -> date | None:
    month = GREGORIAN_MONTHS[match[2]]
    if match[3] and GREGORIAN_MONTHS[match[3]] != month:
        return None
    return _make(match[4], month, match[1])


def _from_month_first(match: re.Match[str]) -> date | None:
    return _make(match[3], GREGORIAN_MONTHS[match[1]], match[2])


def _from_hijri(match: re.Match[str]) -> date | None:
    return _hijri_to_gregorian(int(match[3]), HIJRI_MONTHS[match[2]], int(match[1]))


def _from_hijri_numbers(match: re.Match[str]) -> date | None:
    return _hijri_to_gregorian(int(match[3]), int(match[2]), int(match[1]))


_READERS = (
    (_YEAR_FIRST, _from_year_first),
    (_DAY_FIRST, _from_day_first),
    (_NAMED, _from_named),
    (_MONTH_FIRST, _from_month_first),
)


def _hijri_to_gregorian(year: int, month: int, day: int) -> date | None:
    """By the Umm al-Qura calendar; None for a day that is not in it, or where hijridate is not installed."""
    try:
        found = import_module("hijridate").Hijri(year, month, day).to_gregorian()
    except (ImportError, ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)


def _weekday_fits(folded: str, found: date) -> bool:
    named = {number for name, number in WEEKDAYS.items() if re.search(rf"(?<!\w){name}(?!\w)", folded)}
    return not named or found.weekday() in named


def _clock(rest: str) -> time | None:
    """The one time of day in a string, None if there is none, or two."""
    found = {_time(match[1], match[2], match[3], match[4]) for match in _CLOCK.finditer(rest)}
    if not found:
        found = {_time(match[1], "0", None, match[2]) for match in _HOUR.finditer(rest)}
    return found.pop() if len(found) == 1 else None


def _time(hour: str, minute: str, second: str | None, half: str | None) -> time | None:
    hours = int(hour)
    if half and half not in ("ص", "صباحا", "فجرا", "am"):
        # «12 ليلا» is midnight, «1 ليلا» after it, «10 ليلا» before it.
        night = half == "ليلا" and (hours == 12 or hours < 5)
        hours = hours % 12 if night else hours + 12 if hours < 12 else hours
    elif half:
        hours = 0 if hours == 12 else hours
        if hours > 12:
            return None
    try:
        return time(hours, int(minute), int(second or 0))
    except ValueError:
        return None


def _told_zone(rest: str, zone: tzinfo) -> tzinfo | None:
    """The zone that the string names, else the outlet's; None where it names one that we do not know."""
    if match := _ISO_OFFSET.search(rest) or _OFFSET.search(rest):
        if match.lastindex and match.lastindex >= 4:
            return UTC
        delta = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-delta if match[1] == "-" else delta) if delta < timedelta(hours=15) else None
    if _UTC_NAME.search(rest):
        return UTC
    match = _ZONE_NAME.search(rest)
    if not match or match[1] in ("المحلي", "محلي"):
        return zone
    name = NAMED_ZONES.get(match[1])
    return ZoneInfo(name) if name else None
