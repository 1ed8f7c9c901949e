"""The one calendar day that a date string names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from pipelines.calendar.clock import mask_clocks
from pipelines.calendar.hijri import take_hijri
from pipelines.calendar.words import CLOCK_MASK, DATE_MASK, GREGORIAN_MONTHS, WEEKDAYS, any_of

_MONTH = rf"(?<![^\W\d])({any_of(GREGORIAN_MONTHS)})(?![^\W\d])\.?"
# A «م» before a clock may be its «مساء».
_ERA = rf"(?:(?: ?\(?ميلاديه?\)?|م| م(?! ?{CLOCK_MASK}))(?!\w))?"
_YEAR = rf"(\d{{4}})(?!\d|[-/]\d{{4}}(?!\d)){_ERA}"
_NO_NUMBER_BEFORE = r"(?<![a-z\d])(?<!\d[.:/-])(?<![a-z][./-])"
_YEAR_FIRST = re.compile(rf"{_NO_NUMBER_BEFORE}(\d{{4}}) ?([-/.]) ?(\d{{1,2}}) ?\2 ?(\d{{1,2}})(?!\d|[-/.]\d){_ERA}")
_DAY_FIRST = re.compile(rf"{_NO_NUMBER_BEFORE}(\d{{1,2}}) ?([-/.]) ?(\d{{1,2}}) ?\2 ?(\d{{4}})(?!\d|[-/.]\d){_ERA}")
_NAMED = re.compile(
    r"(?<!\d)(?<!\d\.)(?:(\d{1,2})(?:st|nd|rd|th|er)?|(?<!\w)(?:ال)?فاتح)(?: من)?(?: شهر)? ?[-/.,]? ?"
    rf"{_MONTH}(?: ?[-/(,]? ?{_MONTH} ?\)?)? ?[-/.,]? ?(?:(?:من )?(?:ل|ال)?(?:عام|سنه) )?{_YEAR}"
)
_MONTH_FIRST = re.compile(
    rf"{_MONTH} ?(\d{{1,2}})(?:st|nd|rd|th)?(?!\d),? ?(?:{CLOCK_MASK}+ (?:[a-z]{{2,4}}(?:[+-]\d{{1,4}})? )?)?{_YEAR}"
)
_YEAR_NAMED = re.compile(rf"(?<!\d)(\d{{4}}) ?[-/,.]? ?{_MONTH} ?[-/,.]? ?(\d{{1,2}})(?!\d)")
_TO = r"(?:[-/&+]|(?:و|الي|حتي|لغايه|to|until|and|et|au)(?!\w))"
_RANGE_BEFORE = re.compile(
    rf"(?<!\d)\d{{1,2}}(?: من)? ?(?:{_MONTH})? ?{_TO} ?(?:يوم )?(?:{any_of(WEEKDAYS)})? ?(?:ال)?$"
)
_RANGE_AFTER = re.compile(r" ?,? ?(?:الي|حتي|لغايه|to|until)(?!\w)")
# «1/5/2024 3:20:00 PM» is what an American culture setting writes: month first, but nothing says so.
_AMERICAN = re.compile(r"[1-9]\d?/[1-9]\d?/\d{4} \d{1,2}:\d{2}:\d{2} [ap]m")
_FOUR_DIGITS = re.compile(r"\d{4}")
_WEEKDAY = re.compile(rf"(?<![^\W\d_])({any_of(WEEKDAYS)})(?!\w)")


@lru_cache(maxsize=512)
def day_in(text: str) -> tuple[date | None, str]:
    """The one day that a folded string names, and the string with its dates masked, as long as before.

    None for no day, for several, for a range, for one that no calendar has, or where the weekday beside it or the day
    of the other calendar does not fit.

    >>> day_in("الثلاثاء 3 شباط/فبراير 2026")[0], day_in("الاحد 3 شباط/فبراير 2026")[0]
    (datetime.date(2026, 2, 3), None)
    >>> day_in("15-17 يناير 2024")[0]
    """
    if _FOUR_DIGITS.search(text) is None:
        return None, text
    hijri, masked = take_hijri(mask_clocks(text))
    gregorian, masked = _take_gregorian(masked, is_american=bool(_AMERICAN.search(text)))
    rest = "".join(now if now != CLOCK_MASK else old for now, old in zip(masked, text, strict=True))
    found = gregorian or {day.exact for day in hijri}
    day = next(iter(found)) if len(found) == 1 else None
    if day is None or not _weekday_fits(text, day) or (gregorian and not all(one.agrees(day) for one in hijri)):
        return None, rest
    return day, rest


def _take_gregorian(text: str, *, is_american: bool) -> tuple[set[date | None], str]:
    found: set[date | None] = set()

    def take(read: Callable[[re.Match[str]], date | None]) -> Callable[[re.Match[str]], str]:
        def one(match: re.Match[str]) -> str:
            found.add(read(match))
            return _masked(match[0])

        return one

    text = _YEAR_FIRST.sub(take(lambda match: _make(match[1], int(match[3]), match[4])), text)
    text = _DAY_FIRST.sub(take(lambda match: _day_first(match, is_american=is_american)), text)
    if _FOUR_DIGITS.search(text) is None:
        return found, text
    text = _NAMED.sub(take(_named), text)
    text = _MONTH_FIRST.sub(take(lambda match: _make(match[3], GREGORIAN_MONTHS[match[1]], match[2])), text)
    text = _YEAR_NAMED.sub(take(lambda match: _make(match[1], GREGORIAN_MONTHS[match[2]], match[3])), text)
    return found, text


def _masked(date_text: str) -> str:
    """The mask of a date; a clock and its zone that stand inside it, «Jan 15 15:20:00 GMT 2024», stay."""
    start = date_text.find(CLOCK_MASK)
    if start < 0:
        return DATE_MASK * len(date_text)
    end = date_text.rindex(" ")
    return DATE_MASK * start + date_text[start:end] + DATE_MASK * (len(date_text) - end)


def _make(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _day_first(match: re.Match[str], *, is_american: bool) -> date | None:
    """The Arabic press writes the day first; only «1/15/2024» cannot be read so."""
    day, month = int(match[1]), int(match[3])
    if month > 12 and match[2] != ".":
        return _make(match[4], day, match[3])
    if is_american and day != month and day <= 12:
        return None
    return _make(match[4], month, match[1])


def _named(match: re.Match[str]) -> date | None:
    month = GREGORIAN_MONTHS[match[2]]
    if match[3] and GREGORIAN_MONTHS[match[3]] != month:
        return None
    if _RANGE_BEFORE.search(match.string[max(0, match.start() - 40) : match.start()]):
        return None
    if _RANGE_AFTER.match(match.string, match.end()):
        return None
    return _make(match[4], month, match[1] or "1")


def _weekday_fits(text: str, day: date) -> bool:
    named = {WEEKDAYS[word] for word in _WEEKDAY.findall(text)}
    return not named or day.weekday() in named
