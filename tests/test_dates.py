"""Dates: what is read, and above all what is not guessed."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.dates import parse_date

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def read(text: str, zone: str = "Asia/Riyadh") -> date | datetime | None:
    return parse_date(text, fetched_at=AT, timezone=zone)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("الخميس، 19 تشرين الثاني/نوفمبر 2026", date(2026, 11, 19)),
        ("نشر في: ٣ شتنبر ٢٠٢٥ آخر تحديث: ٩ شتنبر ٢٠٢٥", date(2025, 9, 3)),
        ("آخر تحديث 9 مارس 2025 - تاريخ النشر 3 مارس 2025", date(2025, 3, 3)),
        ("12 janvier 2024", date(2024, 1, 12)),
        ("January 5, 2024", date(2024, 1, 5)),
        ("01.02.2024", date(2024, 2, 1)),
        ("منذ يوم", date(2026, 11, 19)),
        ("قبل خمسة أيام", date(2026, 11, 15)),
        ("أول من أمس", date(2026, 11, 18)),
    ],
)
def test_days(text: str, expected: date) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 نوفمبر 2026 - 12:05 ص", "2026-11-18T00:05+03:00"),
        ("18 نوفمبر 2026 12:05 م", "2026-11-18T12:05+03:00"),
        ("GMT 17:27 17.03.2020", "2020-03-17T17:27+00:00"),
        ("18 نوفمبر 2026 الساعة 9 مساء بتوقيت القاهرة", "2026-11-18T21:00+02:00"),
        ("18/11/2026 09:30 (GMT+0400)", "2026-11-18T09:30+04:00"),
        ("2026-11-18T09:30:00Z", "2026-11-18T09:30+00:00"),
        ("أمس 15:20", "2026-11-19T15:20+03:00"),
        ("منذ ثلاث ساعات", "2026-11-20T09:00+00:00"),
    ],
)
def test_instants(text: str, expected: str) -> None:
    assert read(text) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        "السبت 19 نوفمبر 2026",  # a Thursday
        "3 شباط/مارس 2024",
        "من 3 مارس 2024 إلى 5 مارس 2024",
        "30 فبراير 2024",
        "12/13/2024",
        "نوفمبر 2026",
        "منذ أسبوع",
        "قبل شهرين",
        "اليوم السابع",
        "1 ديسمبر 2026",  # the future
        "31/12/1994",
        "الهاتف: 01-02-20241",
        "العدد 2024",
        "١٢:٣٠",
        "x" * 100_000,
        "1 " * 50_000,
    ],
)
def test_what_is_not_guessed(text: str) -> None:
    assert read(text) is None


def test_a_clock_in_an_unknown_zone_is_left_out() -> None:
    assert read("18 نوفمبر 2026 الساعة 15:20 بتوقيت المريخ") == date(2026, 11, 18)


def test_the_window_ends_36_hours_after_the_fetch() -> None:
    soon = AT + timedelta(hours=35)
    assert read(soon.isoformat()) == soon
    assert read((AT + timedelta(hours=37)).isoformat()) is None


def test_the_shared_strings(shared_data: Path) -> None:
    with (shared_data / "dates.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wrong, missing = [], []
    for row in rows:
        found = parse_date(row["text"], fetched_at=datetime.fromisoformat(row["fetched_at"]), timezone=row["timezone"])
        told = row["expected"]
        expected = (
            None if told == "null" else date.fromisoformat(told) if len(told) == 10 else datetime.fromisoformat(told)
        )
        if found is not None and found != expected:
            wrong.append((row["text"], found))
        elif found != expected:
            missing.append(row["text"])
    assert not wrong
    assert len(missing) <= 1, missing  # a Hijri day alone needs the Umm al-Qura table
