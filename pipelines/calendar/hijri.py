"""Hijri days in a date string, by the Umm al-Qura calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.calendar.words import CLOCK_MASK, DATE_MASK, HIJRI_MONTHS, any_of

_SIGN = r"\(?(?:هجريه|هجريا|هجري|ه)\)?(?!\w)"
# The mark stands behind the date, or behind the clock that follows it, which has to stay.
_MARK = rf" ?{_SIGN}|(?=,? ?(?:الساعه )?-? ?{CLOCK_MASK}+ ?[صم]? ?{_SIGN})"
_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?: من)?(?: شهر)? ?[-/.,]? ?(?<![^\W\d])({any_of(HIJRI_MONTHS)})(?![^\W\d]) ?[-/.,]? ?"
    rf"(?:(?:من )?ل?(?:عام|سنه) )?(1[34]\d\d)(?!\d)(?:{_MARK})?"
)
_DAY_FIRST = re.compile(rf"(?<!\d)(?<!\d[-/.])(\d{{1,2}}) ?([-/.]) ?(\d{{1,2}}) ?\2 ?(1[34]\d\d)(?!\d)({_MARK})?")
_YEAR_FIRST = re.compile(rf"(?<!\d)(1[34]\d\d) ?([-/.]) ?(\d{{1,2}}) ?\2 ?(\d{{1,2}})(?!\d)({_MARK})?")


@dataclass(frozen=True, slots=True)
class HijriDay:
    """A day of the Hijri calendar: `exact`, where it can stand alone, and `near`, what it must lie near to."""

    exact: date | None
    near: date | None

    def agrees(self, day: date) -> bool:
        """Whether a Gregorian day is meant too: where the moon is sighted, the calendars differ by up to two days."""
        return self.near is not None and abs((day - self.near).days) <= 2


def take_hijri(text: str) -> tuple[list[HijriDay], str]:
    """The Hijri days in a folded string, and the string with them masked, as long as before.

    Numbers are Hijri for sure only with the mark «هـ»; without it they can only confirm a Gregorian day beside them.

    >>> days, rest = take_hijri("4 رجب 1445ه - 15 يناير 2024")
    >>> days[0].exact, rest.strip(DATE_MASK)
    (datetime.date(2024, 1, 16), ' - 15 يناير 2024')
    """
    found: list[HijriDay] = []
    if "13" not in text and "14" not in text:
        return found, text

    def named(match: re.Match[str]) -> str:
        found.append(_make(int(match[3]), HIJRI_MONTHS[match[2]], int(match[1]), is_sure=True))
        return DATE_MASK * len(match[0])

    def day_first(match: re.Match[str]) -> str:
        found.append(_make(int(match[4]), int(match[3]), int(match[1]), is_sure=match[5] is not None))
        return DATE_MASK * len(match[0])

    def year_first(match: re.Match[str]) -> str:
        found.append(_make(int(match[1]), int(match[3]), int(match[4]), is_sure=match[5] is not None))
        return DATE_MASK * len(match[0])

    rest = _YEAR_FIRST.sub(year_first, _DAY_FIRST.sub(day_first, _NAMED.sub(named, text)))
    return found, rest


def _make(year: int, month: int, day: int, *, is_sure: bool) -> HijriDay:
    first = _gregorian(year, month, 1)
    near = first + timedelta(days=day - 1) if first and 1 <= day <= 30 else None
    return HijriDay(_gregorian(year, month, day) if is_sure else None, near)


def _gregorian(year: int, month: int, day: int) -> date | None:
    from hijridate import Hijri  # slow to import, and rarely needed

    try:
        found = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)
