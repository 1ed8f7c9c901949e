"""The dates of feeds and sitemaps: RFC 822, W3C and what machines write like them, to the end of the string."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from spiders.outlet import Outlet

DateParser = Callable[[str], datetime | date | None]

YEARS = range(1995, 2100)
_LONGEST, _LONGEST_VISIBLE, _MOST_FAILURES = 160, 100, 2_000
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u2212،", "01234567890123456789-,")
_IGNORED = re.compile("[\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_DAY_NAME = rf"(?:{_WEEKDAY}\.? ?,? ?)?"
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[ap]\.?m\.?|صباحا|مساء?ا?|[صم])(?![^\W\d]))?"
)
_OFFSET = r"(?P<sign>[+-]) ?(?P<offset>\d{1,2}:\d{2}(?::\d{2})?|\d{1,4})"
_ZONE = rf" ?(?:(?P<name>[a-z]{{1,5}})? ?{_OFFSET}|(?:etc/)?(?P<alone>[a-z]{{1,5}}))?"
_REMARK = r"(?: ?[(\[](?P<remark>[^()\[\]]*)[)\]]| (?P<repeated>[a-z]{1,5}|[+-]\d{2,4}))?"
_TIME = _CLOCK + _ZONE + _REMARK
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ /-]?{_MONTH}[ ,/-]{{0,2}}(?P<year>\d{{4}}|\d{{2}})"
        rf"(?:(?:,? ?-? | ?,|:| at |t){_TIME})?",
        rf"{_DAY_NAME}{_MONTH} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ ,]{{1,2}}(?P<year>\d{{4}})"
        rf"(?:(?:,? ?-? | at ){_TIME})?",
        rf"{_DAY_NAME}{_MONTH} (?P<day>\d{{1,2}}) {_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        rf"{_DAY_NAME}(?P<year>\d{{4}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})"
        rf"(?:(?: ?t ?|,? ?-? ){_TIME})?",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})t(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE}",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d){_ZONE})?",
    )
)
# Hours east of UTC: RFC 822's names, and those of Europe and the Arab countries that mean one zone.
_NAMES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
    **{
        "west": 1,
        "cet": 1,
        "cest": 2,
        "met": 1,
        "mest": 2,
        "eet": 2,
        "eest": 3,
        "msk": 3,
        "trt": 3,
        "ksa": 3,
        "uae": 4,
    },
}
# Names that mean another zone elsewhere, by the countries where they mean this one.
_LOCAL_NAMES = {
    "ast": (3, frozenset({"SA", "KW", "BH", "QA", "AE", "OM", "IQ", "YE"})),
    "gst": (4, frozenset({"AE", "OM"})),
}
_LAST_CLOCK = re.compile(rf".*(?<![\d:+-]){_CLOCK}(?P<behind>.*)")
# What may be a zone behind a clock; «-05:00» may be the end of a range, and is left to `parse_date`.
_ZONES = re.compile(
    r"(?:(?:utc/)?(?P<name>gmt|utc?) ?\(?)?"
    r"(?P<sign>(?(name)[+-]|(?:\+|(?<!\d)-(?!(?:19|20)\d\d)(?=\d{4}(?![\d/.-]))))) ?(?P<offset>\d+(?::\d\d)*)"
    r"(?:(?:(?<=[+-]\d)|(?<=[+-]\d\d)|(?<=:\d\d)) ?(?:gmt|utc)\b)?|(?P<alone>[a-z]+)"
)
_IN_ITS_PLACE = re.compile(r"[ ,|(\[]{0,3}(?:[a-z]{3,5}(?![a-z]| [a-z])|\+)")  # of a zone, right behind the clock
_MARGIN = timedelta(hours=4)  # between the zones of the Arab countries and of Europe
_HEARD = re.compile(rf"\b(?:{_MONTH}|{_WEEKDAY}|[ap]\.?m|at|t)\b".replace("?P<month>", "?:"))


def moment_told(text: str, outlet: Outlet, parse_date: DateParser | None = None) -> datetime | date | None:
    """The aware instant, or the day, that an outlet's document tells; `parse_date` reads what machines do not write.

    Where a zone stands behind the clock that nobody knows, or that contradicts another, the day alone is told, and
    nothing where the outlet's day may be another than that day.

    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), country="EG", timezone="Africa/Cairo")
    >>> moment_told("26 نوفمبر 2026 04:35 XYZ", raqib, lambda text: datetime(2026, 11, 26, 4, 35))
    datetime.date(2026, 11, 26)
    >>> moment_told("26 نوفمبر 2026 23:35 XYZ", raqib, lambda text: datetime(2026, 11, 26, 23, 35))
    >>> str(moment_told("26 نوفمبر 2026 04:35 +03", raqib, lambda text: datetime(2026, 11, 26, 4, 35)))
    '2026-11-26 04:35:00+03:00'
    """
    moment = parse_moment(text, outlet.tz, outlet.country)
    if moment is None and parse_date and 0 < len(text) <= _LONGEST_VISIBLE:
        moment = parse_date(text)
        clock = _LAST_CLOCK.match(_plain(text))
        if moment is not None and clock and (offsets := _offsets_behind(clock, outlet.country)):
            return _heard(moment, clock, offsets, outlet.tz)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=outlet.tz)
    return moment


def patient(parse_date: DateParser) -> DateParser:
    """A parser that is asked no further in a document where it could not read some thousand dates.

    >>> asked: list[str] = []
    >>> parse = patient(asked.append)
    >>> [parse(str(number)) for number in range(3_000)][-1], len(asked)
    (None, 2000)
    """
    failures = 0

    def parse(text: str) -> datetime | date | None:
        nonlocal failures
        found = parse_date(text) if failures < _MOST_FAILURES else None
        failures += found is None
        return found

    return parse


def parse_moment(text: str, zone: tzinfo, country: str = "") -> datetime | date | None:
    """An aware instant, or a day where only that is told; a clock without a zone is one of `zone`.

    All that follows the clock is read: a half of the day, an offset, a zone's name, a remark. Where any of it is not
    known, the string tells nothing. `country` decides what AST and GST mean.

    >>> from zoneinfo import ZoneInfo
    >>> cairo = ZoneInfo("Africa/Cairo")
    >>> [str(parse_moment(text, cairo)) for text in ("Thu, 19 Nov 2026 23:19:00 +0400", "19 Nov 26 08:00 GMT")]
    ['2026-11-19 23:19:00+04:00', '2026-11-19 08:00:00+00:00']
    >>> [str(parse_moment(text, cairo)) for text in ("2026-11-19T08:00", "Thu,19 Nov 2026 4:5:5 GMT+9")]
    ['2026-11-19 08:00:00+02:00', '2026-11-19 04:05:05+09:00']
    >>> [str(parse_moment(text, cairo)) for text in ("Nov 19, 2026 11:35 PM", "٢٠٢٦-١١-١٩ ٠٤:٣٥ م")]
    ['2026-11-19 23:35:00+02:00', '2026-11-19 16:35:00+02:00']
    >>> [parse_moment(text, cairo) for text in ("2026-11-19", "31 Feb 2026 10:00", "19 Nov 2026 08:00 AST")]
    [datetime.date(2026, 11, 19), None, None]
    """
    if len(text) > _LONGEST:
        return None
    plain = _plain(text)
    for form in _FORMS:
        if match := form.fullmatch(plain):
            try:
                return _moment(match.groupdict(), zone, country)
            except (ValueError, OverflowError):
                return None
    return None


def _plain(text: str) -> str:
    return " ".join(_IGNORED.sub("", text).translate(_DIGITS).lower().split())


def local_day(moment: datetime | date, zone: tzinfo) -> date:
    """The day of a moment in a zone."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _moment(told: dict[str, str | None], zone: tzinfo, country: str) -> datetime | date | None:
    """What the parts of a date say together. Raises ValueError where they say nothing."""
    day = date(_year(told["year"] or ""), _month(told["month"] or ""), int(told["day"] or 0))
    if day.year not in YEARS:
        return None
    if not told.get("hour"):
        return day
    hour, minute, second = (int(told.get(part) or 0) for part in ("hour", "minute", "second"))
    hour = _hour(hour, told.get("half"))
    is_midnight = (hour, minute, second) == (24, 0, 0)
    microsecond = int(((told.get("fraction") or "") + "000000")[:6])
    moment = datetime(
        day.year, day.month, day.day, 0 if is_midnight else hour, minute, min(second, 59) if second == 60 else second,
        microsecond, tzinfo=_zone(told, zone, country),
    )  # fmt: skip
    return moment + timedelta(days=is_midnight)


def _year(told: str) -> int:
    """A year of two digits by RFC 2822."""
    return int(told) + (0 if len(told) > 2 else 2000 if int(told) < 50 else 1900)


def _month(told: str) -> int:
    return int(told) if told.isdigit() else _MONTHS.index(told[:3]) + 1


def _hour(hour: int, half: str | None) -> int:
    """The hour of 24; ValueError where the half of the day does not fit it."""
    if half is None:
        return hour
    is_late = half[0] in "pم"
    if hour > 23 or (hour > 12 and not is_late) or (hour == 0 and is_late):
        raise ValueError(f"no hour {hour} of the {half}")
    return hour if hour > 12 else hour % 12 + 12 * is_late


def _zone(told: dict[str, str | None], zone: tzinfo, country: str) -> tzinfo:
    """The zone behind a clock. Raises ValueError for what is no zone that we know, and for two that differ."""
    remark, repeated = told.get("remark"), told.get("repeated")
    found = _east(told, country)
    if found is None and remark is not None:
        match = re.fullmatch(_ZONE, remark.strip())
        found = _east(match.groupdict(), country) if match else None
        if found is None:
            raise ValueError(f"no zone {remark}")
    if repeated or remark in _NAMES:
        match = re.fullmatch(_ZONE, repeated or remark or "")
        if match is None or _east(match.groupdict(), country) != found:
            raise ValueError(f"two zones, {found} and {repeated or remark}")
    return zone if found is None else timezone(found) if found else UTC


def _east(told: dict[str, str | None], country: str) -> timedelta | None:
    """How far east of UTC a zone lies: an offset, perhaps behind UTC's name, or a name; None where none is told."""
    name, sign, alone = told.get("name"), told.get("sign"), told.get("alone")
    if name and _named(name, country):
        raise ValueError(f"{name} cannot begin an offset")
    return _offset(sign, told.get("offset") or "") if sign else _named(alone, country) if alone else None


def _offset(sign: str | None, told: str) -> timedelta:
    """An offset of one to four digits, hours, or hours and minutes; with colons also of seconds."""
    parts = told.split(":") if ":" in told or len(told) < 3 else (told[:-2], told[-2:])
    hours, minutes, seconds = map(int, (*parts, "0", "0")[:3])
    if hours > 14 or max(minutes, seconds) > 59 or (minutes % 15 and not seconds):
        raise ValueError(f"no offset of {told}")
    return (-1 if sign == "-" else 1) * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _named(name: str, country: str) -> timedelta:
    hours, countries = _LOCAL_NAMES.get(name, (_NAMES.get(name), None))
    if hours is None or (countries is not None and country not in countries):
        raise ValueError(f"no zone {name}")
    return timedelta(hours=hours)


def _offsets_behind(clock: re.Match[str], country: str) -> list[timedelta | None]:
    """How far east of UTC the zones lie that are told behind a clock; None for what may be one and is not known."""
    offsets: list[timedelta | None] = []
    for match in _ZONES.finditer(_HEARD.sub(" ", clock["behind"])):
        try:
            offsets.append(_east({**match.groupdict(), "name": None}, country))
        except ValueError:
            offsets.append(None)
    return offsets


def _heard(
    moment: datetime | date, clock: re.Match[str], offsets: list[timedelta | None], zone: tzinfo
) -> datetime | date | None:
    """A moment that `parse_date` read, in the zone that is told; its day where that is unsure, None where both are."""
    wall = _wall(moment, clock)
    if wall is None:
        return moment
    offset, of_outlet = offsets[0], wall.replace(tzinfo=zone).utcoffset()
    is_sure = isinstance(moment, datetime) and moment.utcoffset() in (None, offset, of_outlet)
    if offset is not None and set(offsets) == {offset} and is_sure:
        return wall.replace(tzinfo=timezone(offset) if offset else UTC)
    days = {wall.replace(tzinfo=timezone(east)).astimezone(zone).date() for east in offsets if east is not None}
    if None in offsets and _IN_ITS_PLACE.match(clock["behind"]):
        days |= {(wall - _MARGIN).date(), (wall + _MARGIN).date()}
    return wall.date() if days <= {wall.date()} else None


def _wall(moment: datetime | date, clock: re.Match[str]) -> datetime | None:
    """What the clock on the wall showed."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    try:
        return datetime.combine(moment, time(_hour(int(clock["hour"]), clock["half"]), int(clock["minute"])))
    except ValueError:
        return None
