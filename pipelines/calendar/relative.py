"""Dates that count from the moment at which the page was fetched: «منذ ساعتين», «أمس 15:20»."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from pipelines.calendar.clock import clock_in, without_clock
from pipelines.calendar.words import NUMBER_WORDS, WEEKDAYS, any_of

_NEAR_DAYS = {
    **dict.fromkeys(("اليوم", "today", "aujourd'hui"), 0),
    **dict.fromkeys(("امس", "البارحه", "yesterday", "hier"), 1),
    **dict.fromkeys(("اول امس", "اول من امس", "امس الاول"), 2),
}
_NEAR = re.compile(rf"(?<!\w)(?:يوم )?({any_of(_NEAR_DAYS)})(?!\w)")
_WEEKDAY = re.compile(rf"(?<!\w)(?:{any_of(WEEKDAYS)})(?!\w)")
_ONE = {"ثانيه": "seconds", "دقيقه": "minutes", "ساعه": "hours", "يوم": "days", "يوما": "days"}
_TWO = {
    **dict.fromkeys(("ثانيتين", "ثانيتان"), "seconds"),
    **dict.fromkeys(("دقيقتين", "دقيقتان"), "minutes"),
    **dict.fromkeys(("ساعتين", "ساعتان"), "hours"),
    **dict.fromkeys(("يومين", "يومان"), "days"),
}
_MANY = {
    **dict.fromkeys(("ثوان", "ثواني", "second", "seconds", "secondes"), "seconds"),
    **dict.fromkeys(("دقائق", "دقايق", "minute", "minutes", "min", "mins"), "minutes"),
    **dict.fromkeys(("ساعات", "hour", "hours", "heure", "heures"), "hours"),
    **dict.fromkeys(("ايام", "day", "days", "jour", "jours"), "days"),
}
_UNITS = {**_ONE, **_TWO, **_MANY}
_AMOUNT = rf"(?:(\d{{1,4}}|{any_of(NUMBER_WORDS)}) )?({any_of(_UNITS)})(?: واحده?)?"
_AGO = re.compile(
    rf"(?:(?:منذ|قبل|من) (?:حوالي |نحو |قرابه )?{_AMOUNT}(?: ?و ?{_AMOUNT})?(?: مضت)?"
    rf"|{_AMOUNT} (?:مضت|ago)|il y a {_AMOUNT})"
)
_PARTS = re.compile(r"[|•·]")


def relative_date(text: str, *, fetched_at: datetime, zone: tzinfo) -> date | datetime | None:
    """What a folded string without its label names by counting back; None where it says anything else besides.

    A count of days gives a day, one of hours or less an instant; weeks, months and «منذ ساعات» are too coarse.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> relative_date("قبل 3 ايام", fetched_at=at, zone=UTC)
    datetime.date(2026, 11, 17)
    >>> relative_date("امس 15:20", fetched_at=at, zone=UTC).isoformat()
    '2026-11-19T15:20:00+00:00'
    """
    parts = [part.strip(" :,./()-") for part in _PARTS.split(text)]
    found = [value for part in parts if (value := _ago(part, fetched_at, zone))]
    found = found or [value for value in (_near(text, fetched_at, zone),) if value]
    return found[0] if len(found) == 1 else None


def _ago(part: str, fetched_at: datetime, zone: tzinfo) -> date | datetime | None:
    match = _AGO.fullmatch(part)
    if not match:
        return None
    told = [(match[i], match[i + 1]) for i in range(1, 9, 2) if match[i + 1]]
    steps = {_UNITS[unit]: _count(number, unit) for number, unit in told}
    counts = {name: count for name, count in steps.items() if count is not None}
    if len(counts) < len(told):
        return None
    if set(counts) == {"days"}:
        return fetched_at.astimezone(zone).date() - timedelta(days=counts["days"])
    return fetched_at - timedelta(**counts)


def _count(number: str | None, unit: str) -> int | None:
    if number is None:
        return 1 if unit in _ONE else 2 if unit in _TWO else None
    if unit in _TWO:
        return None
    return int(number) if number.isdigit() else NUMBER_WORDS[number]


def _near(text: str, fetched_at: datetime, zone: tzinfo) -> date | datetime | None:
    """«أمس», «اليوم الجمعة», with a clock or without."""
    match = _NEAR.search(text)
    if not match:
        return None
    rest = _NEAR.sub(" ", text, count=1)
    left = _WEEKDAY.sub(" ", without_clock(rest)).replace(" في ", " ").strip(" |•·:,./()-")
    if left:
        return None
    clock = clock_in(rest, zone)
    told = clock[1] if clock else zone
    day = fetched_at.astimezone(told).date() - timedelta(days=_NEAR_DAYS[match[1]])
    if any(WEEKDAYS[name] != day.weekday() for name in _WEEKDAY.findall(rest)):
        return None
    return datetime.combine(day, clock[0], told) if clock else day
