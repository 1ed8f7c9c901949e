"""Dates as the Arabic press writes them: read strictly, and null rather than a guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipelines.calendar.clock import clock_in, mask_clocks, without_clock
from pipelines.calendar.days import day_in
from pipelines.calendar.relative import relative_date
from pipelines.calendar.words import CLOCK_MASK, DATE_MASK, WEEKDAYS, any_of, fold

EARLIEST = date(1995, 1, 1)
LATEST_AHEAD = timedelta(hours=36)
_ANY = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST = 160
_LONGEST_RAW = 5_000
_PUBLISHED = re.compile(
    r"(?:(?<!\w)و?(?:(?:تاريخ|وقت|تم) (?:ال)?|ي)?|(?:^|[|:(-])\W*ال)نشر(?:ت|ها|ه)?"
    r"(?: (?:في|بتاريخ|يوم|منذ(?= اليوم)))?(?!\w| وال)"
    r"|(?<!\w)(?:تاريخ (?:الاضافه|المقال|الخبر)|اضيفت? (?:في|بتاريخ)|حررت? (?:في|بتاريخ))(?!\w)"
    r"|(?<![a-z])(?:published|posted)(?: on| at)?(?![a-z])|publié(?: le)?(?!\w)"
)
_UPDATED = re.compile(
    r"(?<!\w)(?:(?:اخر|تاريخ|تم|وقت) )(?:ال)?(?:تحديث|تعديل)(?:ها|ه)?(?: (?:في|بتاريخ|يوم))?(?!\w)"
    r"|(?<!\w)(?:ال)?(?:تحديث|تعديل|محدثه?)(?: (?:في|بتاريخ))?(?!\w)|(?<!\w)(?:حدث|عدل)ت?(?: (?:في|بتاريخ)|:)(?!\w)"
    r"|(?<![a-z])(?:last )?(?:updated?|modified)(?: on| at)?(?![a-z])|(?:mise? à jour|modifié)(?: le)?(?!\w)"
)
# The dates of rights, publishers, books and films.
_OF_OTHERS = re.compile(
    r"©|\(c\)|(?<![a-z])copyright|(?<!\w)و?(?:ال)?حقوق(?! (?:الانسان|المراه|الطفل|وحريات)(?!\w))"
    r"|(?<!\w)(?:دار|دور|سنه|عام) (?:ال)?نشر(?:ه|ها)?(?!\w)"
    r"|(?<!\w)(?:تاريخ|سنه|عام|موعد) (?:ال)?(?:اصدار|صدور|انتاج|عرض|طبع|طباعه)(?:ه|ها)?(?!\w)"
)
_COUNTED_FROM = re.compile(rf"(?<!\w)(?:قبل|بعد|حتي|منذ)(?:(?: [^\W_]+){{1,3}} (?:من|علي|عن))?(?: يوم)? ?{DATE_MASK}")
_TELLS = re.compile(r"\d|(?<!\w)(?:منذ|قبل|امس|اليوم)(?!\w)")
_RELATIVE = re.compile(r"(?<!\w)(?:منذ|قبل|امس|اليوم)(?!\w)")
_MAY_TELL = re.compile(r"\d|منذ|قبل|[اأ]مس|اليوم")
_END_OF_DAY = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[t ]24:00(?::00(?:[.,]0+)?)?(?![\d:])")
_WEEKDAY_WORD = re.compile(rf"(?<!\w)(?:{any_of(WEEKDAYS)}|في|يوم|الموافق)(?!\w)")


def parse_date(text: str, *, fetched_at: datetime, timezone: str | tzinfo) -> date | datetime | None:
    """The day or, where a time of day is told, the aware instant that `text` names; None where it names none for sure.

    Of «نشر … آخر تحديث …» it is the publication. `fetched_at` (aware) is what relative dates count from; `timezone`
    (IANA name) is where a clock without a zone is read. Contradictions (a weekday, a second month name or a Hijri day
    that does not fit, two days, a range) and moments outside [1995, `fetched_at` + 36 h] are None.

    >>> from datetime import UTC
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
    published, updated = _parts(_readable(text))
    return _read(published or updated, fetched_at, timezone)


def parse_update(text: str, *, fetched_at: datetime, timezone: str | tzinfo) -> date | datetime | None:
    """The last change that `text` speaks of, as `parse_date` reads it; None where it speaks of none.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> parse_update("نشر في 3 مايو 2024 - آخر تحديث 4 مايو 2024", fetched_at=at, timezone="Africa/Tunis")
    datetime.date(2024, 5, 4)
    >>> parse_update("نشر في 3 مايو 2024", fetched_at=at, timezone="Africa/Tunis")
    """
    return _read(_parts(_readable(text))[1], fetched_at, timezone)


def says_update(text: str) -> bool:
    """Whether a string with a date speaks of a change, and of no publication.

    >>> says_update("آخر تحديث: 15 يناير 2024"), says_update("نشر في 3 مايو 2024 آخر تحديث 4 مايو 2024")
    (True, False)
    """
    published, updated = _parts(_readable(text))
    return bool(updated) and not published


def says_published(text: str) -> bool:
    """Whether a string has a label such as «نشر في».

    >>> says_published("تاريخ النشر: 15 يناير 2024"), says_published("15 يناير 2024")
    (True, False)
    """
    folded = _readable(text)
    return bool(_PUBLISHED.search(folded)) and not _OF_OTHERS.search(folded)


def date_in(text: str) -> date | None:
    """The Gregorian or Hijri day that a string names, wherever it lies; None for none, or several.

    >>> date_in("صدر في 3 جوان 2011")
    datetime.date(2011, 6, 3)
    """
    return day_in(_readable(text))[0]


@lru_cache(maxsize=512)
def without_date(text: str) -> str:
    """A date string, folded, without its day, clock, weekday and label.

    >>> without_date("سياسة | الخميس 19 نوفمبر 2026 - 16:07 م")
    'سياسه'
    """
    rest = without_clock(day_in(_readable(text))[1].replace(DATE_MASK, " "))
    for pattern in (_PUBLISHED, _UPDATED, _WEEKDAY_WORD):
        rest = pattern.sub(" ", rest)
    return " ".join(rest.split()).strip(" |-:،,./()\u2013")


def may_tell_date(text: str) -> bool:
    """Whether it is worth trying to read a date from a string: it is short and has digits or words of relative dates.

    >>> may_tell_date("منذ ساعتين"), may_tell_date("كتبت: سارة علي")
    (True, False)
    """
    return len(text) <= _LONGEST and bool(_MAY_TELL.search(text))


def counts_back(text: str) -> bool:
    """Whether a string is nothing but a moment counted from now.

    >>> counts_back("منذ 3 ساعات"), counts_back("منذ 3 ساعات سارة علي")
    (True, False)
    """
    return (
        bool(_RELATIVE.search(folded := _readable(text)))
        and relative_date(folded, fetched_at=_ANY, zone=UTC) is not None
    )


def in_window(found: date | datetime, fetched_at: datetime, zone: tzinfo) -> bool:
    """Whether a publication can lie there: from 1995 to 36 hours after the page was fetched."""
    if isinstance(found, datetime):
        return found.date() >= EARLIEST and found <= fetched_at + LATEST_AHEAD
    return EARLIEST <= found <= (fetched_at + LATEST_AHEAD).astimezone(zone).date()


# A line is asked several questions, and a page says its date several times.
@lru_cache(maxsize=512)
def _readable(text: str) -> str:
    """The string folded; empty where it is too long to be a date."""
    folded = fold(text) if len(text) <= _LONGEST_RAW else ""
    return _END_OF_DAY.sub(_next_midnight, folded) if len(folded) <= _LONGEST else ""


def _next_midnight(match: re.Match[str]) -> str:
    """The end of a day as machines write it (ISO 8601, 24:00), as the beginning of the next.

    >>> _END_OF_DAY.sub(_next_midnight, "2026-11-30t24:00:00z")
    '2026-12-01t00:00:00z'
    """
    try:
        return f"{date.fromisoformat(match['day']) + timedelta(days=1)}t00:00:00"
    except (ValueError, OverflowError):
        return match[0]


@lru_cache(maxsize=512)
def _parts(folded: str) -> tuple[str, str]:
    """What a string says of the publication, and what it says of a change."""
    if _OF_OTHERS.search(folded):
        return "", ""
    published, updated = _PUBLISHED.search(folded), _UPDATED.search(folded)
    if not updated:
        return _without_label(folded, published), ""
    before, after = folded[: updated.start()], folded[updated.end() :]
    if published and published.start() < updated.start():
        before = folded[published.end() : updated.start()]
    elif published:
        before, after = folded[published.end() :], folded[updated.end() : published.start()]
    if published and _TELLS.search(before):
        return before, after
    # «3 مايو 2024، آخر تحديث 14:00» is one moment, that of the change; with a day behind the label they are two.
    if _TELLS.search(before) and (_names_moment(after) or (_has_clock(before) and _has_clock(after))):
        return before, after
    return "", f"{before} {after}"


def _has_clock(part: str) -> bool:
    return CLOCK_MASK in mask_clocks(part)


def _names_moment(part: str) -> bool:
    return day_in(part)[0] is not None or bool(_RELATIVE.search(part))


def _without_label(folded: str, label: re.Match[str] | None) -> str:
    return " ".join(f"{folded[: label.start()]} {folded[label.end() :]}".split()) if label else folded


def _read(part: str, fetched_at: datetime, timezone: str | tzinfo) -> date | datetime | None:
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    found = _absolute(part, zone) or relative_date(part, fetched_at=fetched_at, zone=zone)
    return found if found is not None and in_window(found, fetched_at, zone) else None


def _absolute(part: str, zone: tzinfo) -> date | datetime | None:
    day, rest = day_in(part)
    if _COUNTED_FROM.search(rest):
        return None
    clock = clock_in(rest, zone) if day else None
    return datetime.combine(day, clock[0], clock[1]) if day and clock else day
