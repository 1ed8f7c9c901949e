"""Taking articles out: exactly the view's fields, whole files or none, and cells that no spreadsheet runs."""

import csv
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection
from pyarrow import parquet

from pipelines import export as module
from pipelines.article import Article
from pipelines.export import export
from spiders.errors import WarraqError

FIRST, LAST = date(2026, 11, 18), date(2026, 11, 19)
FORMATS = ("parquet", "jsonl", "csv")
FIELDS = ["outcome", "reason", *Article.__dataclass_fields__, "original_url"]


@pytest.fixture
def news(connection: Connection) -> Connection:
    """A warehouse with three articles on each of three days; one is a copy, one has a title like a formula."""
    with connection, connection.cursor() as cursor:
        for n in range(9):
            key = hashlib.sha256(bytes([n])).digest()
            cursor.execute(
                """insert into news.article (article_key, outlet, url, revision_key, published_on, search)
                values (%(key)s, 'sahifa', %(url)s, %(key)s, %(day)s, '');
                insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url,
                    title, body, published_at, published_on, authors, agencies, tags)
                values (%(key)s, %(key)s, %(key)s, now(), now(), %(url)s, %(title)s, %(body)s, %(at)s, %(day)s,
                    '{}', '{afp,spa}', '{}')""",
                {
                    "key": key, "url": f"https://sahifa.example/{n}", "day": date(2026, 11, 17 + n // 3),
                    "title": "=1+1" if n == 4 else f"عنوان {n}", "body": ["فقرة «أولى»", "فقرة, ثانية"],
                    "at": datetime(2026, 11, 17 + n // 3, 5, 30, tzinfo=UTC) if n % 2 else None,
                },
            )  # fmt: skip
        keys = [hashlib.sha256(bytes([n])).digest() for n in (5, 3)]
        cursor.execute("insert into news.copy values (%s, %s, 0.9)", keys)
    return connection


def read(path: Path, file_format: str) -> list[dict[str, object]]:
    if file_format == "parquet":
        return list(parquet.read_table(path).to_pylist())
    with path.open(encoding="utf-8", newline="") as lines:
        return [json.loads(line) for line in lines] if file_format == "jsonl" else list(csv.DictReader(lines))


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_fields_and_days_of_the_view(news: Connection, tmp_path: Path, file_format: str) -> None:
    path = tmp_path / "out"
    assert export(news, FIRST, LAST, file_format, path) == 6
    rows = read(path, file_format)
    assert [row["url"] for row in rows] == [f"https://sahifa.example/{n}" for n in range(3, 9)]
    assert list(rows[0]) == FIELDS
    assert [row["original_url"] or None for row in rows] == [None, None, "https://sahifa.example/3", None, None, None]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_values_keep_their_types(news: Connection, tmp_path: Path) -> None:
    export(news, FIRST, LAST, "parquet", tmp_path / "p")
    export(news, FIRST, LAST, "jsonl", tmp_path / "j")
    row, line = read(tmp_path / "p", "parquet")[0], read(tmp_path / "j", "jsonl")[0]
    assert row["published_at"] == datetime(2026, 11, 18, 5, 30, tzinfo=UTC)
    assert row["published_on"] == date(2026, 11, 18)
    assert row["body"] == line["body"] == ["فقرة «أولى»", "فقرة, ثانية"]
    assert line["published_at"] == "2026-11-18T05:30:00+00:00"
    assert line["published_on"] == "2026-11-18"
    assert line["agencies"] == ["afp", "spa"]


def test_cells_that_a_spreadsheet_would_run_are_text(news: Connection, tmp_path: Path) -> None:
    export(news, FIRST, LAST, "csv", tmp_path / "c")
    rows = read(tmp_path / "c", "csv")
    assert rows[1]["title"] == "'=1+1"
    assert rows[0]["body"] == "فقرة «أولى»\nفقرة, ثانية"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_every_start_of_a_formula(start: str) -> None:
    assert module.csv_cell(f"{start}cmd") == f"'{start}cmd"
    assert module.csv_cell([f"{start}cmd", "b"]) == f"'{start}cmd\nb"


@pytest.mark.parametrize("file_format", FORMATS)
def test_days_without_articles_give_an_empty_file(connection: Connection, tmp_path: Path, file_format: str) -> None:
    assert export(connection, FIRST, LAST, file_format, tmp_path / "out") == 0
    assert read(tmp_path / "out", file_format) == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_small_groups_give_the_same(
    news: Connection, tmp_path: Path, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(news, FIRST, LAST, file_format, tmp_path / "one")
    monkeypatch.setattr(module, "GROUP_CHARACTERS", 1)
    export(news, FIRST, LAST, file_format, tmp_path / "many")
    assert read(tmp_path / "one", file_format) == read(tmp_path / "many", file_format)


def test_impossible_requests_are_sentences(news: Connection, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(WarraqError, match="exists already, and is not overwritten"):
        export(news, FIRST, LAST, "csv", there)
    with pytest.raises(WarraqError, match="no format 'xml'; the formats are parquet, jsonl, csv"):
        export(news, FIRST, LAST, "xml", tmp_path / "out")
    with pytest.raises(WarraqError, match="before the first"):
        export(news, LAST, FIRST, "csv", tmp_path / "out")
    with pytest.raises(WarraqError, match="cannot be written: No such file"):
        export(news, FIRST, LAST, "csv", tmp_path / "nowhere" / "out")
    assert there.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_full_disk_leaves_no_half_file(news: Connection, tmp_path: Path, file_format: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full on this machine")
    from pipelines import files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files.os, "fdopen", lambda *_: Path("/dev/full").open("wb", buffering=0))  # noqa: SIM115
        with pytest.raises(WarraqError, match="No space is left"):
            export(news, FIRST, LAST, file_format, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
