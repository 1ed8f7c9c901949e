"""The clock of a feed is heard to its end: its half of the day, its zone, and what stands behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from spiders.moments import parse_moment

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
        "2026-11-26T04:35:05+03:00[Asia/Riyadh]", "20261126T043505+0300", "2026-11-26T04:35:05.5+03:00",
        "\u200f2026-11-26 04:35:05 +0300", "٢٠٢٦-١١-٢٦ ٠٤:٣٥:٠٥ +٠٣٠٠", "Thu, 26 Nov 2026T04:35:05+03:00",
    ],
)  # fmt: skip
def test_one_instant_in_many_forms(text: str) -> None:
    moment = parse_moment(text, CAIRO)
    assert isinstance(moment, datetime)
    assert moment.replace(microsecond=0).isoformat() == "2026-11-26T04:35:05+03:00"


@pytest.mark.parametrize("text", ["Thu, 26 Nov 2026", "26 November 2026", "Nov 26, 2026", "2026-11-26", "2026/11/26"])
def test_a_day_is_a_day(text: str) -> None:
    assert parse_moment(text, CAIRO) == date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    ["", "Updated 26 Nov 2026 04:35", "26/11/2026 04:35", "11/26/2026", "31 Feb 2026 10:00", "2026-13-01", "2026-11",
     "26 Nov 2026 04:35 and 27 Nov 2026 04:35", "1448-06-07T04:35:00Z", "26 Nov 1970 00:00 GMT", "26 Nov 226",
     "1795662905", "الخميس 26 نوفمبر 2026", "26 novembre 2026", "2026-11-26Z", "9" * 160,
     "26 Nov 2026 04:35" + " " * 160],
    ids=["empty", "a change", "numbers", "american", "no day", "no month", "a month", "two", "hijri", "too early",
         "three digits", "seconds", "arabic", "french", "a zone of a day", "digits", "too long"],
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
