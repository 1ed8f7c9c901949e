"""The zone of a clock in a date string: an offset, a zone's name, or a place's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pipelines.calendar.words import DATE_MASK, NAMED_ZONES, ZONE_LETTERS, any_of

_GMT = r"(?:(?<![a-z])(?:gmt|utc)|(?:ال|بال)?(?:توقيت )?(?:غرينتش|جرينتش|غرينيتش|جرينيتش)|(?<!\w)ت ?\.? ?غ\.?(?!\w))"
_MACHINE_CLOCK = re.compile(r"(?:t\d{2}:\d{2}|:\d{2}:\d{2}(?:[.,]\d{1,9})?)$")
_GAP = r"\)?[ ,|]{0,3}"
# «+3 تعليقات» counts something else.
_ISO = re.compile(
    rf"{_GAP}(?P<bracket>[(\[])?(?:(?P<sign>\+ ?|-)"
    r"(?:(?:(?P<hours>\d{1,2}):(?P<minutes>\d{2})(?::\d{2})?|(?P<hh>\d{1,2})(?P<mm>\d{2})(?![/.-])"
    r"|(?P<hour>0\d|\d{1,2}(?! ?[^\W\d_]))(?![/.-]))(?![\d:]))|(?P<utc>z)(?![\w+]))[)\]]?"
)
# An offset that stands first, or behind the date, is told by its form.
_APART = re.compile(
    rf"(?:^|{DATE_MASK}.*(?<![^ (\[-]))[(\[]?(?:(\+)(?=0|\d{{1,2}}:|\d{{4}})|(-)(?=\d{{4}}))"
    r"(\d{1,2}?)(?::?(\d{2}))?(?![\d:/.-])"
)
_NO_OFFSET = re.compile(rf"{_GAP}[(\[]?z?(?:\+ ?\d|\d[\d:]*\+)")
_GMT_OFFSET = re.compile(
    rf"{_GMT} ?\(?([+-]) ?(\d{{1,2}})(?::?(\d{{2}}))?(?!\d)|{_GMT} ?\(?(\d{{1,2}})(?::?(\d{{2}}))?([+-])"
    rf"|([+-])(\d{{1,2}})(?::(\d{{2}}))? ?{_GMT}"
)
_GMT_NAME = re.compile(_GMT)
_LETTERS = re.compile(rf"{_GAP}\(?([a-z]{{2,5}})(?![a-z])")
_NAMED_ZONE = re.compile(
    rf"(?<!\w)(?:ب|بال|ال)?توقيت (?:مدينه )?({any_of(NAMED_ZONES)}|[^\W\d]+)(?!\w)"
    r"(?: (?:المكرمه|المحتله|المحلي|الموحد)(?!\w))?"
)
_SEASONS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


def zone_told(text: str, clock_end: int, end: int, zone: tzinfo) -> tzinfo | None:
    """The zone that a folded string tells for a clock with its half of the day, which ends at `end`; else `zone`.

    None for one that we do not know, and for two that contradict each other.

    >>> str(zone_told("23:35 +03", 5, 5, UTC)), zone_told("23:35 est +0300", 5, 5, UTC), zone_told("23:35", 5, 5, UTC)
    ('UTC+03:00', None, datetime.timezone.utc)
    """
    told = list(_zones(text, clock_end, end, zone))
    if None in told:
        return None
    return told[0] if told and all(_agree(told[0], other) for other in told[1:]) else None if told else zone


def offset_end(text: str, end: int) -> int:
    """Where the offset ends that stands behind a clock, which ends at `end`."""
    match = _ISO.match(text, end)
    return match.end() if match else end


def without_zone(text: str) -> str:
    """A folded string without the names of zones and what is counted from them."""
    for pattern in (_NAMED_ZONE, _GMT_OFFSET, _GMT_NAME):
        text = pattern.sub(" ", text)
    return text


def _zones(text: str, clock_end: int, end: int, zone: tzinfo) -> Iterator[tzinfo | None]:
    """All that a string tells of a clock's zone; None for what is not known."""
    gmt, letters = _GMT_OFFSET.search(text), _LETTERS.match(text, end)
    if gmt:
        yield _offset(gmt[1] or gmt[6] or gmt[7], gmt[2] or gmt[4] or gmt[8], gmt[3] or gmt[5] or gmt[9])
    elif _GMT_NAME.search(text):
        yield UTC
    if letters and letters[1] in ("gmt", "utc"):
        letters = None
    iso = _ISO.match(text, letters.end() if letters else end)
    if iso and not (gmt and gmt[7]):  # «-3 غرينتش» was read above
        letters = letters or _LETTERS.match(text, iso.end())
        yield _iso(iso, is_machine=bool(_MACHINE_CLOCK.search(text, max(0, clock_end - 20), clock_end)))
    elif not gmt and _NO_OFFSET.match(text, letters.end() if letters else end):
        yield None
    elif not gmt and (apart := _APART.search(text)):
        yield _offset(apart[1] or apart[2], apart[3], apart[4])
    if letters and (letters[1] in ZONE_LETTERS or letters[1].endswith("t") or iso):
        hours = ZONE_LETTERS.get(letters[1])
        yield timezone(timedelta(hours=hours)) if hours is not None else None
    named = _NAMED_ZONE.search(text)
    if named and not _GMT_NAME.search(named[0]):
        yield _named(named, zone)


def _iso(match: re.Match[str], *, is_machine: bool) -> tzinfo | None:
    """The zone that an offset right behind a clock tells; «10:30-12:00» is a range, where no machine wrote it."""
    if match["utc"]:
        return UTC
    is_offset = match["sign"] != "-" or match["bracket"] or is_machine or (match["mm"] and match[0][0] != "-")
    hours = match["hours"] or match["hh"] or match["hour"]
    return _offset(match["sign"][0], hours, match["minutes"] or match["mm"]) if is_offset else None


def _offset(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if delta > timedelta(hours=14) or minutes not in (None, "00", "15", "30", "45"):
        return None
    return timezone(-delta if sign == "-" else delta)


def _named(match: re.Match[str], zone: tzinfo) -> tzinfo | None:
    if match[1] in ("المحلي", "محلي"):
        return zone
    name = NAMED_ZONES.get(match[1])
    return ZoneInfo(name) if name else None


def _agree(one: tzinfo | None, other: tzinfo | None) -> bool:
    """Whether two zones may mean the same, in summer or in winter."""
    return one is not None and other is not None and bool(_offsets(one) & _offsets(other))


def _offsets(zone: tzinfo) -> set[timedelta | None]:
    return {zone.utcoffset(season) for season in _SEASONS}
