"""Taking articles out: exactly the view's fields, whole files or none, and cells that no spreadsheet runs."""

import csv
import hashlib
import json
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg2.extensions import connection as Connection
from pyarrow import dataset, parquet

from pipelines import files
from pipelines.article import Article
from pipelines.export import selection as reading
from pipelines.export.formats import csv_cell
from pipelines.export.selection import Selection
from pipelines.export.write import Target, export
from spiders.errors import WarraqError

BEFORE, FIRST, LAST = date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1)
FORMATS = ("parquet", "jsonl", "csv")
FIELDS = ["outcome", "reason", *Article.__dataclass_fields__, "original_url"]
TWO_DAYS = Selection(first=FIRST, last=LAST)
ALL_DAYS = Selection(first=date(2026, 1, 1), last=date(2026, 12, 31))


@pytest.fixture
def news(connection: Connection) -> Connection:
    """Two outlets' articles, three on each of three days around the end of a month; one is a copy, one a formula."""
    with connection, connection.cursor() as cursor:
        for n in range(9):
            key = hashlib.sha256(bytes([n])).digest()
            cursor.execute(
                """insert into news.article (article_key, outlet, url, revision_key, published_at, published_on, search)
                values (%(key)s, %(outlet)s, %(url)s, %(key)s, %(at)s, %(day)s, '');
                insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url,
                    title, summary, body, published_at, published_on, authors, agencies, tags)
                values (%(key)s, %(key)s, %(key)s, now(), now(), %(url)s, %(title)s, 'موجز', %(body)s, %(at)s, %(day)s,
                    '{}', '{afp,spa}', '{}')""",
                {
                    "key": key, "url": f"https://sahifa.example/{n}", "day": (BEFORE, FIRST, LAST)[n // 3],
                    "outlet": "sahifa" if n % 3 else "manbar",
                    "title": "=1+1" if n == 4 else f"عنوان {n}", "body": ["فقرة «أولى»", "فقرة, ثانية"],
                    "at": datetime(2026, 11, 30, 5, 30, tzinfo=UTC) if n % 2 else None,
                },
            )  # fmt: skip
        keys = [hashlib.sha256(bytes([n])).digest() for n in (5, 3)]
        cursor.execute("insert into news.copy (article_key, original_key, similarity) values (%s, %s, 0.9)", keys)
    return connection


def read(path: Path, file_format: str) -> list[dict[str, Any]]:
    if file_format == "parquet":
        return list(parquet.read_table(path).to_pylist())
    with path.open(encoding="utf-8-sig" if file_format == "csv" else "utf-8", newline="") as lines:
        return [json.loads(line) for line in lines] if file_format == "jsonl" else list(csv.DictReader(lines))


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["url"].rpartition("/")[2]) for row in rows]


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_fields_and_days_of_the_view(news: Connection, tmp_path: Path, file_format: str) -> None:
    path = tmp_path / "out"
    assert export(news, TWO_DAYS, Target(path=path, file_format=file_format)) == 6
    rows = read(path, file_format)
    assert numbers(rows) == [3, 4, 5, 6, 7, 8]
    assert list(rows[0]) == FIELDS
    assert [row["original_url"] or None for row in rows] == [None, None, "https://sahifa.example/3", None, None, None]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_values_keep_their_types(news: Connection, tmp_path: Path) -> None:
    export(news, TWO_DAYS, Target(path=tmp_path / "p"))
    export(news, TWO_DAYS, Target(path=tmp_path / "j", file_format="jsonl"))
    row, line = read(tmp_path / "p", "parquet")[0], read(tmp_path / "j", "jsonl")[0]
    assert row["published_at"] == datetime(2026, 11, 30, 5, 30, tzinfo=UTC)
    assert row["published_on"] == date(2026, 11, 30)
    assert row["body"] == line["body"] == ["فقرة «أولى»", "فقرة, ثانية"]
    assert line["published_at"] == "2026-11-30T05:30:00+00:00"
    assert line["published_on"] == "2026-11-30"
    assert line["agencies"] == ["afp", "spa"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_one_outlet_and_originals_only(news: Connection, tmp_path: Path, file_format: str) -> None:
    manbar = Selection(first=FIRST, last=LAST, outlets=("manbar",))
    assert export(news, manbar, Target(path=tmp_path / "one", file_format=file_format)) == 2
    assert numbers(read(tmp_path / "one", file_format)) == [3, 6]
    originals = Selection(first=FIRST, last=LAST, outlets=("manbar", "sahifa"), originals=True)
    assert export(news, originals, Target(path=tmp_path / "all", file_format=file_format)) == 5
    assert numbers(read(tmp_path / "all", file_format)) == [3, 4, 6, 7, 8]


@pytest.mark.parametrize("file_format", FORMATS)
def test_metadata_without_texts(news: Connection, tmp_path: Path, file_format: str) -> None:
    export(news, TWO_DAYS, Target(path=tmp_path / "out", file_format=file_format, with_text=False))
    assert list(read(tmp_path / "out", file_format)[0]) == [f for f in FIELDS if f not in ("summary", "body")]
    assert "فقرة".encode() not in (tmp_path / "out").read_bytes()


def test_cells_that_a_spreadsheet_would_run_are_text(news: Connection, tmp_path: Path) -> None:
    export(news, TWO_DAYS, Target(path=tmp_path / "c", file_format="csv"))
    rows = read(tmp_path / "c", "csv")
    assert rows[1]["title"] == "'=1+1"
    assert rows[0]["body"] == "فقرة «أولى»\nفقرة, ثانية"
    assert '"فقرة «أولى»\nفقرة, ثانية","' in (tmp_path / "c").read_text("utf-8")  # a ; in a cell parts none
    assert (tmp_path / "c").read_bytes().startswith(b"\xef\xbb\xbfoutcome,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_every_start_of_a_formula(start: str) -> None:
    assert csv_cell(f"{start}cmd") == f"'{start}cmd"
    assert csv_cell([f"{start}cmd", "b"]) == f"'{start}cmd\nb"


@pytest.mark.parametrize("file_format", FORMATS)
def test_days_without_articles_give_an_empty_file(connection: Connection, tmp_path: Path, file_format: str) -> None:
    assert export(connection, TWO_DAYS, Target(path=tmp_path / "out", file_format=file_format)) == 0
    assert read(tmp_path / "out", file_format) == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_small_groups_give_the_same(
    news: Connection, tmp_path: Path, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(news, TWO_DAYS, Target(path=tmp_path / "one", file_format=file_format))
    monkeypatch.setattr(reading, "GROUP_CHARACTERS", 1)
    export(news, TWO_DAYS, Target(path=tmp_path / "many", file_format=file_format))
    assert read(tmp_path / "one", file_format) == read(tmp_path / "many", file_format)


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_for_each_month_and_outlet(news: Connection, tmp_path: Path, file_format: str) -> None:
    out = tmp_path / "out"
    assert export(news, ALL_DAYS, Target(path=out, file_format=file_format, is_partitioned=True)) == 9
    assert tree(out) == [
        f"month=2026-{month}/outlet={outlet}/part-0.{file_format}"
        for month in ("11", "12")
        for outlet in ("manbar", "sahifa")
    ]
    files_of = [numbers(read(out / name, file_format)) for name in tree(out)]
    assert files_of == [[0, 3], [1, 2, 4, 5], [6], [7, 8]]


def test_a_partitioned_folder_is_read_back_with_month_and_outlet(news: Connection, tmp_path: Path) -> None:
    export(news, ALL_DAYS, Target(path=tmp_path / "out", is_partitioned=True))
    for table in (
        parquet.read_table(tmp_path / "out"),
        dataset.dataset(tmp_path / "out", partitioning="hive").to_table(),
    ):
        rows = table.select(["url", "month", "outlet"]).to_pylist()
        assert {(row["month"], row["outlet"]) for row in rows if row["url"].endswith("/8")} == {("2026-12", "sahifa")}
        assert {*table.column_names} == {*FIELDS, "month"}
        assert table.num_rows == 9


def test_a_dataset_is_metadata_with_a_card(news: Connection, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert export(news, TWO_DAYS, Target(path=out, is_dataset=True, with_text=False)) == 6
    assert tree(out) == [
        "README.md", "data/2026-11/manbar.parquet", "data/2026-11/sahifa.parquet", "data/2026-12/manbar.parquet",
        "data/2026-12/sahifa.parquet",
    ]  # fmt: skip
    _, header, text = (out / "README.md").read_text("utf-8").split("---\n", 2)
    told = yaml.safe_load(header)
    (split,) = told["configs"][0]["data_files"]
    found = sorted(path.relative_to(out).as_posix() for path in out.glob(split["path"]))
    assert [split["split"], *found] == ["train", *tree(out)[1:]]
    assert (told["language"], told["license"], told["size_categories"]) == (["ar"], "other", ["n<1K"])
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    in_files = parquet.read_schema(out / found[0]).names
    assert [row[0].strip("`") for row in rows if row[0].startswith("`")] == in_files
    assert "outlet" in in_files
    assert "body" not in in_files
    assert [row for row in rows if row[0][:2] in ("20", "al")] == [
        ["2026-11", "manbar", "1"], ["2026-11", "sahifa", "2"], ["2026-12", "manbar", "1"],
        ["2026-12", "sahifa", "2"], ["all", "| 6"],
    ]  # fmt: skip
    assert "No licence to" in text
    assert "texts are left out" in text


def test_a_dataset_with_texts_says_so(news: Connection, tmp_path: Path) -> None:
    export(news, TWO_DAYS, Target(path=tmp_path / "out", is_dataset=True))
    text = (tmp_path / "out/README.md").read_text("utf-8")
    assert "holds whole texts" in text
    assert "texts are left out" not in text
    assert read(tmp_path / "out/data/2026-11/manbar.parquet", "parquet")[0]["body"] == ["فقرة «أولى»", "فقرة, ثانية"]


@pytest.mark.parametrize(
    ("selection", "target", "sentence"),
    [
        (TWO_DAYS, {"file_format": "xml"}, "no format 'xml'; the formats are parquet, jsonl, csv"),
        (Selection(first=LAST, last=FIRST), {}, "The last day 2026-11-30 is before the first, 2026-12-01"),
        (Selection(first=FIRST, last=LAST, outlets=("sahifa", "saheefa")), {}, "has no articles of saheefa"),
        (TWO_DAYS, {"path": Path("-")}, "cannot be piped"),
        (TWO_DAYS, {"is_dataset": True, "file_format": "csv"}, "A dataset is in Parquet"),
        (TWO_DAYS, {"is_dataset": True, "is_partitioned": True}, "leave --partition out"),
        (Selection(first=FIRST.replace(year=2020), last=FIRST.replace(year=2020)), {"is_dataset": True}, "no such"),
    ],
)
def test_impossible_requests_are_sentences(
    news: Connection, tmp_path: Path, selection: Selection, target: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(WarraqError, match=sentence):
        export(news, selection, Target(**{"path": tmp_path / "out"} | target))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layout", [{}, {"is_partitioned": True}, {"is_dataset": True}])
def test_a_folder_that_is_not_there_is_a_sentence(news: Connection, tmp_path: Path, layout: dict[str, bool]) -> None:
    with pytest.raises(WarraqError, match="cannot be written: No such file"):
        export(news, TWO_DAYS, Target(path=tmp_path / "nowhere" / "out", **layout))


@pytest.mark.parametrize("layout", [{}, {"is_partitioned": True}, {"is_dataset": True}])
def test_what_is_there_is_replaced_only_on_demand(news: Connection, tmp_path: Path, layout: dict[str, bool]) -> None:
    out = tmp_path / "out"
    assert export(news, TWO_DAYS, Target(path=out, **layout)) == 6
    before = [path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    with pytest.raises(WarraqError, match="exists already, and is not overwritten"):
        export(news, ALL_DAYS, Target(path=out, **layout))
    assert [path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()] == before
    assert export(news, ALL_DAYS, Target(path=out, force=True, **layout)) == 9
    if layout:
        assert sum(parquet.read_metadata(path).num_rows for path in out.rglob("*.parquet")) == 9
    else:
        assert len(read(out, "parquet")) == 9
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("layout", [{"is_partitioned": True}, {"is_dataset": True}])
@pytest.mark.parametrize("mine", ["thesis.docx", "README.md", "data/2026-11/notes.txt"])
def test_a_folder_of_somebody_is_never_replaced(
    news: Connection, tmp_path: Path, layout: dict[str, bool], mine: str
) -> None:
    (tmp_path / "out" / mine).parent.mkdir(parents=True)
    (tmp_path / "out" / mine).write_text("mine")
    with pytest.raises(WarraqError, match="holds more than an export"):
        export(news, TWO_DAYS, Target(path=tmp_path / "out", force=True, **layout))
    assert tree(tmp_path) == [f"out/{mine}"]


def test_an_empty_folder_is_filled(news: Connection, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert export(news, TWO_DAYS, Target(path=tmp_path / "out", is_partitioned=True)) == 6
    assert len(tree(tmp_path / "out")) == 4


def test_a_file_that_comes_while_writing_is_kept(news: Connection, tmp_path: Path) -> None:
    def write() -> None:
        with files.replaced(tmp_path / "out", overwrite=False) as file:
            file.write(b"ours")
            (tmp_path / "out").write_text("theirs")

    with pytest.raises(WarraqError, match="exists already"):
        write()
    assert (tmp_path / "out").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that is opened for writing is on a disk without room."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full on this machine")
    opened = Path.open

    def full(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        return opened(path, mode, *rest, **named) if mode == "r" else opened(Path("/dev/full"), "wb", buffering=0)

    monkeypatch.setattr(files.os, "fdopen", lambda *_: opened(Path("/dev/full"), "wb", buffering=0))
    monkeypatch.setattr(files.Path, "open", full)


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("layout", [{}, {"is_partitioned": True}])
def test_a_full_disk_leaves_no_half_file(
    news: Connection, tmp_path: Path, file_format: str, layout: dict[str, bool]
) -> None:
    with pytest.raises(WarraqError, match=f"No space is left for {tmp_path}/out; nothing was written") as full:
        export(news, TWO_DAYS, Target(path=tmp_path / "out", file_format=file_format, **layout))
    assert full.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_the_command_line(news: Connection, warraq: Any, tmp_path: Path) -> None:
    days = ("export", "--day", FIRST, "--to", LAST)
    done = warraq(
        *days, "--outlet", "sahifa", "--originals", "--format", "csv", "--metadata-only", "-o", tmp_path / "c"
    )
    assert (done.returncode, "summary, body" in done.stdout) == (0, True)
    assert numbers(read(tmp_path / "c", "csv")) == [4, 7, 8]
    assert warraq(*days, "-o", tmp_path / "named.jsonl").returncode == 0
    assert len(read(tmp_path / "named.jsonl", "jsonl")) > 3
    assert warraq(*days, "--dataset", "-o", tmp_path / "d").returncode == 0
    assert "body" not in parquet.read_schema(tmp_path / "d/data/2026-11/sahifa.parquet").names
    assert warraq(*days, "--dataset", "--with-text", "--force", "-o", tmp_path / "d").returncode == 0
    assert "body" in parquet.read_schema(tmp_path / "d/data/2026-11/sahifa.parquet").names
    assert warraq(*days, "--partition", "-o", f"{tmp_path}/p/").returncode == 0
    assert "body" in parquet.read_schema(tmp_path / "p/month=2026-11/outlet=sahifa/part-0.parquet").names
    refused = warraq(*days, "-o", tmp_path / "c")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("block", ["replaced(target)", "replaced_folder(target, overwrite=True, is_ours=bool)"])
def test_a_process_that_is_told_to_end_leaves_nothing(tmp_path: Path, block: str, number: signal.Signals) -> None:
    code = (
        "import pathlib, sys, time; from pipelines.files import replaced, replaced_folder\n"
        f"target = pathlib.Path(sys.argv[1]) / 'out'\nwith {block}:\n    print('begun', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        assert process.stdout.readline() == b"begun\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(number)
    assert process.returncode != 0
    assert list(tmp_path.iterdir()) == []
