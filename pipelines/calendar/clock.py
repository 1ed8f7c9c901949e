"""The time of day in a date string."""

from __future__ import annotations

import re
from datetime import time, tzinfo

from pipelines.calendar.words import CLOCK_MASK, DATE_MASK, any_of
from pipelines.calendar.zones import offset_end, without_zone, zone_told

_CLOCK = re.compile(
    r"(?<![\d:.])(?<!\+)(?<!\+ )(?<!\d-)(?P<h>\d{1,2})(?::| ?(?:h|سا?) ?)(?P<m>\d{2})"
    r"(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?![\d:])"
)
_OFFSET_SIGN = re.compile(r"(?::\d{2}(?:[.,]\d{1,9})? ?[(\[]?|gmt ?|utc ?)-$")
_HOUR = re.compile(
    r"(?<!\w)(?:ال)?ساعه:? ?(?P<h>\d{1,2})(?:(?:[.,]| ?و ?(?=\d{2}(?!\d)|\d ?دق))(?P<m>\d{1,2}))?"
    r"(?![\d:])(?: ?(?:دقيقه|دقائق|دقايق|د)(?!\w))?"
)
_BARE_HOUR = re.compile(r"(?<![\d:./+-])(?P<h>\d{1,2})(?= ?(?:صباحا|مساءا?|ظهرا|عصرا|فجرا|ليلا|[ap]m)(?!\w))")
_HALVES = {
    **dict.fromkeys(("فجرا",), "dawn"),
    **dict.fromkeys(("ص", "صباحا", "قبل الظهر", "am", "a.m"), "am"),
    **dict.fromkeys(("م", "مساء", "مساءا", "بعد الظهر", "pm", "p.m"), "pm"),
    **dict.fromkeys(("ظهرا",), "noon"),
    **dict.fromkeys(("عصرا",), "afternoon"),
    **dict.fromkeys(("ليلا", "بعد منتصف الليل"), "night"),
}
_HALF = rf"({any_of(_HALVES)})(?!\w)"
_HALF_AFTER = re.compile(rf" ?\(?{_HALF}")
_HALF_BEFORE = re.compile(rf"(?<!\w){_HALF}\.? ?$")
_HALF_WORD = re.compile(rf"(?<!\w)(?:{any_of(word for word in _HALVES if len(word) > 1)})(?!\w)|(?<!\w)المساء(?!\w)")

# Right behind a clock: a prayer, a Persian half of the day, the other end of a range, a fraction of an hour.
_UNREAD = re.compile(
    r" ?\(?(?:(?:(?:بعد|قبل|عند) )?(?:ال|ا)?(?:مغرب|عشاء|عصر|فجر|ظهر|ليل|صبح|ضحي|غروب)(?!\w)|[بق]\.? ?ظ(?!\w)"
    r"|(?:الي|حتي|الا)(?!\w)|و ?(?:ال)?(?:نصف|ربع|ثلث)(?!\w))"
)
_HOURS_BEHIND = re.compile(r" ?(?:[-.,/]|و|او)? ?\d")
_TO_BEFORE = re.compile(r"(?:(?<!\w)(?:الي|حتي)(?: الساعه)?|\d ?-) ?$")
_HOUR_WORD = re.compile(r"(?<!\w)(?:على |في |عند )?الساعه(?!\w)")


def mask_clocks(text: str) -> str:
    """A folded string with its clocks masked, as long as before.

    >>> mask_clocks("15:20 - 1/2/2024").strip(CLOCK_MASK)
    ' - 1/2/2024'
    """
    return _CLOCK.sub(lambda match: CLOCK_MASK * len(match[0]), text)


def without_clock(text: str) -> str:
    """A folded string without its clocks, their halves of the day, their zones and «الساعة».

    >>> without_clock("القاهرة الساعه 9 مساء بتوقيت جرينتش").split()
    ['القاهرة']
    """
    for match in reversed(_clocks(text)):
        before = _HALF_BEFORE.search(text, 0, match.start())
        end = offset_end(text, _half_end(text, match))
        text = f"{text[: (before or match).start()]} {text[end:]}"
    for pattern in (_HALF_WORD, _HOUR_WORD):
        text = pattern.sub(" ", text)
    return without_zone(text)


def clock_in(text: str, zone: tzinfo) -> tuple[time, tzinfo] | None:
    """The one time of day that a folded string names, and its zone: the one beside it, else `zone`.

    None for no clock, for two, for one whose half of the day is unsure, and for a zone that we do not know.

    >>> from datetime import UTC
    >>> clock_in("03:20 م بتوقيت غرينتش", UTC)
    (datetime.time(15, 20), datetime.timezone.utc)
    >>> clock_in("مساء يوم الاحد 03:20", UTC)
    """
    matches = _clocks(text)
    times = {_time(text, match) for match in matches}
    told = times.pop() if len(times) == 1 else None
    if told is None:
        return None
    zones = {zone_told(text, match.end(), _half_end(text, match), zone) for match in matches}
    where = zones.pop() if len(zones) == 1 else None
    return (told, where) if where is not None else None


def _clocks(text: str) -> list[re.Match[str]]:
    found = [m for m in _CLOCK.finditer(text) if not _OFFSET_SIGN.search(text, max(0, m.start() - 16), m.start())]
    if found:
        return found
    hours = list(_HOUR.finditer(text))
    ends = {match.end("h") for match in hours}
    return hours + [match for match in _BARE_HOUR.finditer(text) if match.end("h") not in ends]


def _time(text: str, match: re.Match[str]) -> time | None:
    told = match.groupdict()
    if _is_part(text, match):
        return None
    half, is_sure = _half(text, match)
    hours = _hours(int(told["h"]), half)
    # «الساعة 3» alone may be either half of the day.
    is_vague = not is_sure or (half is None and match.re is not _CLOCK)
    if hours is None or (is_vague and 1 <= hours <= 12):
        return None
    try:
        second = int(told.get("s") or 0)
        return time(hours, int(told.get("m") or 0), 59 if second == 60 else second)  # a leap second
    except ValueError:
        return None


def _is_part(text: str, match: re.Match[str]) -> bool:
    """Whether more of the time stands beside a clock than was read: a range, a part of the day, a fraction."""
    after = _HALF_AFTER.match(text, match.end())
    end = after.end() if after else match.end()
    is_hour = match.re is not _CLOCK
    if _UNREAD.match(text, end) or (is_hour and _HOURS_BEHIND.match(text, end)):
        return True
    return bool(_TO_BEFORE.search(text, max(0, match.start() - 20), match.start()))


def _half_end(text: str, match: re.Match[str]) -> int:
    """Where a clock ends, with the half of the day behind it."""
    return (_HALF_AFTER.match(text, match.end()) or match).end()


def _half(text: str, match: re.Match[str]) -> tuple[str | None, bool]:
    """The half of the day beside a clock, and whether that is sure."""
    if after := _HALF_AFTER.match(text, match.end()):
        return _HALVES[after[1]], True
    if before := _HALF_BEFORE.search(text, 0, match.start()):
        # «2024 م 03:20»: the era, or the evening.
        is_era = before[1] == "م" and text[: before.start()].rstrip().endswith(DATE_MASK)
        return (None, False) if is_era else (_HALVES[before[1]], True)
    return None, not _HALF_WORD.search(text)


def _hours(hours: int, half: str | None) -> int | None:
    """The hour from 0 to 23; None where the half of the day does not fit it."""
    if half is None or (hours > 12 and half not in ("am", "dawn")):
        return hours
    if hours == 0:
        return 0 if half in ("am", "dawn", "night") else None
    if half == "am":
        return hours % 12 if hours <= 12 else None
    if half == "dawn":
        return hours % 12 if hours == 12 or hours < 8 else None
    if half == "night":
        return hours % 12 if hours == 12 or hours < 5 else hours + 12 if hours > 6 else None
    if half == "noon":
        return hours if hours >= 10 else hours + 12 if hours < 4 else None
    if half == "afternoon":
        return hours + 12 if hours < 7 else None
    return hours % 12 + 12
