"""The clock of a feed is heard to its end: its half of the day, its zone, and what stands behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from pipelines.dates import parse_date
from spiders.moments import moment_told, parse_moment
from spiders.outlet import Outlet

CAIRO = ZoneInfo("Africa/Cairo")
DAY = "Thu, 26 Nov 2026"


def utc(text: str, country: str = "EG") -> str | None:
    """What a string tells, in UTC to the minute, or its day."""
    moment = parse_moment(text, CAIRO, country)
    return moment.astimezone(UTC).strftime("%d %H:%M") if isinstance(moment, datetime) else moment and str(moment)


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("04:35", "26 02:35"), ("04:35:05", "26 02:35"), ("4:35:5", "26 02:35"), ("24:00", "26 22:00"),
        ("11:35 PM", "26 21:35"), ("11:35pm", "26 21:35"), ("11:35:05 p.m.", "26 21:35"), ("12:35 AM", "25 22:35"),
        ("12:35 PM", "26 10:35"), ("04:35 م", "26 14:35"), ("04:35 ص", "26 02:35"), ("04:35 مساءً", "26 14:35"),
        ("16:35 PM", "26 14:35"), ("04:35 صباحا", "26 02:35"),
        ("04:35 GMT", "26 04:35"), ("04:35 UT", "26 04:35"), ("04:35 UTC", "26 04:35"), ("04:35 Z", "26 04:35"),
        ("04:35 Etc/GMT", "26 04:35"),
        ("04:35 GMT+3", "26 01:35"), ("04:35 GMT-5", "26 09:35"), ("04:35 UTC+0300", "26 01:35"),
        ("04:35 GMT+03:00", "26 01:35"), ("04:35 UTC +3", "26 01:35"), ("04:35 (GMT+3)", "26 01:35"),
        ("04:35 +0300", "26 01:35"), ("04:35+0300", "26 01:35"), ("04:35 +03", "26 01:35"), ("04:35 +3", "26 01:35"),
        ("04:35 +300", "26 01:35"), ("04:35 +3:30", "26 01:05"), ("04:35 +0330", "26 01:05"),
        ("04:35 -0500", "26 09:35"), ("04:35 −0500", "26 09:35"), ("04:35 -0000", "26 04:35"),
        ("04:35 -0500 (EST)", "26 09:35"), ("04:35 GMT+0300 (Arabian Standard Time)", "26 01:35"),
        ("04:35 +0000 UTC", "26 04:35"), ("04:35 +0300 +03", "26 01:35"),
        ("04:35 CET", "26 03:35"), ("04:35 CEST", "26 02:35"), ("04:35 EET", "26 02:35"), ("04:35 EEST", "26 01:35"),
        ("04:35 MSK", "26 01:35"), ("04:35 EST", "26 09:35"), ("04:35 pdt", "26 11:35"), ("04:35 KSA", "26 01:35"),
        ("11:35 PM GMT+3", "26 20:35"), ("04:35 م +0300", "26 13:35"), ("٠٤:٣٥ +٠٣٠٠", "26 01:35"),
        ("23:59:60 GMT", "26 23:59"), ("04:35:05.123456789 GMT", "26 04:35"),
    ],
)  # fmt: skip
def test_what_follows_the_clock_is_heard(clock: str, told: str) -> None:
    assert utc(f"{DAY} {clock}") == told
    assert utc(f"26 Nov 26 {clock}") == told
    assert utc(f"2026-11-26 {clock}") == told
    assert utc(f"2026-11-26T{clock}") == told


@pytest.mark.parametrize(
    "clock",
    ["04:35 XYZ", "04:35 AST", "04:35 IST", "04:35 +2500", "04:35 +0390", "04:35 PM AM", "16:35 AM", "00:35 PM",
     "04:75", "25:00", "24:01", "04:35 EET+2", "04:35 +0300 foo", "04:35 +0300 UTC", "04:35 (foo)",
     "04:35 [Asia/Riyadh]",
     "04:35 -0500 (CET)", "04:35 بتوقيت مكة", "04:35 Europe/Paris", "04:35 - 05:00 - 06:00", "04:35 +03 +04",
     "04:35 A"],
)  # fmt: skip
def test_a_clock_that_is_not_understood_to_its_end_tells_nothing(clock: str) -> None:
    assert utc(f"{DAY} {clock}") is None
    assert utc(f"2026-11-26 {clock}") is None


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 26 Nov 2026 04:35:05 +0300", "thu, 26 nov 2026 04:35:05 +0300", "Thu,26 Nov 2026 04:35:05 +0300",
        "Thu 26 Nov 2026 04:35:05 +0300", "Thursday, 26 November 2026 04:35:05 +0300", "26 Nov 2026 04:35:05 +0300",
        "\tThu, 26\tNov 2026\n04:35:05 +0300 ", "26-Nov-2026 04:35:05 +0300", "26-Nov-26 04:35:05 +0300",
        "Nov 26, 2026 04:35:05 +0300", "November 26 2026 04:35:05 +0300", "Thu Nov 26 04:35:05 +0300 2026",
        "Thu Nov 26 2026 04:35:05 GMT+0300", "26/Nov/2026:04:35:05 +0300", "Thu, 26 Nov 2026, 04:35:05 +0300",
        "2026-11-26T04:35:05+03:00", "2026-11-26t04:35:05+0300", "2026-11-26 04:35:05 +03", "2026/11/26 04:35:05 +0300",
        "Thu, 2026/11/26 04:35:05 +0300",
        "2026-11-26T04:35:05+03:00[Asia/Riyadh]", "20261126T043505+0300", "20261126043505+0300",
        "2026-11-26T04:35:05+03:00:00", "2026-11-26T04:35:05.5+03:00",
        "\u200f2026-11-26 04:35:05 +0300", "٢٠٢٦-١١-٢٦ ٠٤:٣٥:٠٥ +٠٣٠٠", "Thu, 26 Nov 2026T04:35:05+03:00",
    ],
)  # fmt: skip
def test_one_instant_in_many_forms(text: str) -> None:
    moment = parse_moment(text, CAIRO)
    assert isinstance(moment, datetime)
    assert moment.replace(microsecond=0).isoformat() == "2026-11-26T04:35:05+03:00"


@pytest.mark.parametrize(
    "text", ["Thu, 26 Nov 2026", "26 November 2026", "Nov 26, 2026", "2026-11-26", "2026/11/26", "20261126", "٢٠٢٦١١٢٦"]
)
def test_a_day_is_a_day(text: str) -> None:
    assert parse_moment(text, CAIRO) == date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    ["", "Updated 26 Nov 2026 04:35", "26/11/2026 04:35", "11/26/2026", "31 Feb 2026 10:00", "2026-13-01", "2026-11",
     "26 Nov 2026 04:35 and 27 Nov 2026 04:35", "1448-06-07T04:35:00Z", "26 Nov 1970 00:00 GMT", "26 Nov 226",
     "1795662905", "26112026", "20261326", "20260231", "14480607", "202611260435", "20261126243505",
     "الخميس 26 نوفمبر 2026", "26 novembre 2026", "2026-11-26Z", "9" * 160,
     "26 Nov 2026 04:35" + " " * 160],
    ids=["empty", "a change", "numbers", "american", "no day", "no month", "a month", "two", "hijri", "too early",
         "three digits", "seconds", "day first", "month 13", "day 31", "hijri digits", "twelve digits", "hour 24",
         "arabic", "french", "a zone of a day", "digits", "too long"],
)  # fmt: skip
def test_what_is_in_no_such_form_is_left_to_others(text: str) -> None:
    assert parse_moment(text, CAIRO) is None


@pytest.mark.parametrize(
    ("country", "told"), [("SA", "26 01:35"), ("KW", "26 01:35"), ("AE", "26 01:35"), ("MA", None)]
)
def test_ast_is_arabias_where_the_outlet_is_of_the_gulf(country: str, told: str | None) -> None:
    assert utc(f"{DAY} 04:35 AST", country) == told


@pytest.mark.parametrize(("country", "told"), [("AE", "26 00:35"), ("OM", "26 00:35"), ("SA", None)])
def test_gst_is_the_gulfs_in_two_countries(country: str, told: str | None) -> None:
    assert utc(f"{DAY} 04:35 GST", country) == told


def test_fourteen_digits_are_an_instant() -> None:
    told = [utc(text) for text in ("20261126043505", "20261126043505Z", "٢٠٢٦١١٢٦٠٤٣٥٠٥", "20261126235959+0300")]
    assert told == ["26 02:35", "26 04:35", "26 02:35", "26 20:59"]


def told(text: str, country: str = "EG") -> str | None:
    """What a string that no machine wrote tells an outlet of Cairo."""
    outlet = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), country=country, timezone="Africa/Cairo")
    parse = partial(parse_date, fetched_at=datetime(2026, 12, 2, tzinfo=UTC), timezone="Africa/Cairo")
    moment = moment_told(text, outlet, parse)
    return moment.astimezone(UTC).strftime("%d %H:%M") if isinstance(moment, datetime) else moment and str(moment)


PLACES = ["{day} {clock} {zone}", "{day} - {clock} {zone}", "{clock} {zone} {day}",
          "نشر في {day} الساعة {clock} {zone}", "{clock} {day} {zone}",
          "الخميس، {day}، {clock} ({zone})", "{day} | {clock}، {zone}",
          "{zone} {day} {clock}", "{zone} {clock} {day}", "{day} ({zone}) {clock}"]  # fmt: skip


@pytest.mark.parametrize("day", ["26/11/2026", "26-11-2026", "26 نوفمبر 2026", "2026/11/26", "٢٦ تشرين الثاني ٢٠٢٦"])
@pytest.mark.parametrize("place", PLACES)
def test_an_offset_is_heard_wherever_it_stands(day: str, place: str) -> None:
    for zone in ("+03", "+0300", "+03:00", "+٠٣٠٠", "GMT+3", "UTC +03:00"):
        assert told(place.format(day=day, clock="00:30", zone=zone)) == "25 21:30", zone
    assert told(place.format(day=day, clock="00:30", zone="-0500")) == "26 05:30"
    assert told(place.format(day=day, clock="00:30", zone="GMT-5")) == "26 05:30"


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("04:35 م +03:00", "26 13:35"), ("04:35 م (+03)", "26 13:35"), ("04:35 مساءً +0300", "26 13:35"),
        ("11:35 PM +04", "26 19:35"), ("(11:35 م) +04", "26 19:35"), ("23:35:00 +04", "26 19:35"),
        ("23:35:22.5 +04", "26 19:35"), ("23:35+04", "26 19:35"), ("23:35 +4", "26 19:35"),
        ("23:35 + 04:00", "26 19:35"),
        ("23:35 [+04:00]", "26 19:35"), ("23h35 +04", "26 19:35"), ("الساعة 11 مساء +04", "26 19:00"),
        ("23:35 Z", "26 23:35"), ("23:35Z", "26 23:35"), ("11:35 م Z", "26 23:35"), ("23:35 +00", "26 23:35"),
        ("23:35:22+03:00:00", "26 20:35"), ("23:35 (-05:00)", "27 04:35"), ("23:35:00 -05:00", "27 04:35"),
        ("23:35 +0300 بتوقيت مكة", "26 20:35"), ("23:35 +3 غرينتش", "26 20:35"), ("23:35 -0500 EST", "27 04:35"),
        ("23:35 EST -0500", "27 04:35"), ("23:35 +03 GMT", "26 20:35"), ("23:35 +03:00 UTC", "26 20:35"),
        ("23:35 UTC/GMT +3", "26 20:35"), ("23:35 - +03", "26 20:35"), ("23:35 +05:45", "26 17:50"),
        ("23:35 UTC (+3)", "26 20:35"), ("23:35 −0500", "27 04:35"),
    ],
)  # fmt: skip
def test_what_follows_a_clock_that_a_person_wrote_is_heard(clock: str, at: str) -> None:
    assert told(f"26 نوفمبر 2026 {clock}") == at
    assert told(f"الخميس 26/11/2026 {clock}") == at


@pytest.mark.parametrize(
    "zone",
    ["EST +0300", "+0300 EST", "+0300 UTC", "+99999", "+9900", "+19", "+3:99", "+003", "+0307", "Z+3", "XYZ",
     "WIB+7", "AST", "(AST)", "03+",
     "+0300 بتوقيت تونس", "بتوقيت المريخ", "-05", "- 23:50", "+3 تعليقات"],
)  # fmt: skip
def test_a_zone_that_nobody_knows_gives_no_instant(zone: str) -> None:
    assert told(f"26 نوفمبر 2026 12:35 {zone}") == "2026-11-26"


@pytest.mark.parametrize("zone", ["EST +0300", "+0300 EST", "+0300 UTC", "+99999", "+19", "XYZ", "AST", "+99:00"])
def test_nor_a_day_where_the_day_hangs_on_it(zone: str) -> None:
    assert told(f"26 نوفمبر 2026 22:35 {zone}") is None
    assert told(f"26/11/2026 10:35 م {zone}") is None
    assert told(f"Thu, 26 Nov 2026 22:35:00 {zone}") is None


def test_the_zones_of_the_outlets_country_are_known_there() -> None:
    assert told("26/11/2026 22:35 AST", "SA") == "2026-11-26"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("26/11/2026 23:35", "26 21:35"), ("23:35 26-11-2026", "26 21:35"), ("23:35 - 26 نوفمبر 2026", "26 21:35"),
        ("23:35 -26/11/2026", "26 21:35"), ("26/11/2026 10:30 - 11:30", "2026-11-26"),
        ("26/11/2026 10:30-11:30", "2026-11-26"), ("26 نوفمبر 2026 23:35 by Sami", "2026-11-26"),
        ("26 نوفمبر 2026 23:35 | Sports News", "2026-11-26"),
    ],
)  # fmt: skip
def test_a_dash_is_no_offset_and_a_word_no_zone(text: str, at: str) -> None:
    assert told(text) == at
