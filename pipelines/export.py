"""READ: articles out of the warehouse into one file, streaming, in constant memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from psycopg2.extensions import connection as Connection

from pipelines.files import replaced
from pipelines.progress import track
from spiders.errors import ImpossibleRequest
from spiders.warehouse import statement

Row = tuple[Any, ...]
Column = tuple[str, int]  # name, and Postgres's number of its type

GROUP_ROWS, GROUP_CHARACTERS = 5_000, 16_000_000  # what is held in memory at most, whichever comes first
FETCH = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TEXT, _TEXTS, _MOMENT, _DATE = 25, 1009, 1184, 1082


def export(connection: Connection, first: date, last: date, file_format: str, path: Path) -> int:
    """Writes the articles of the days `first` to `last` to a new file, and says how many they are.

    Raises:
        ImpossibleRequest: for an unknown format, days in the wrong order, or a file that exists.
        WarraqError: where the file cannot be written; then there is none.
    """
    if file_format not in _WRITERS:
        raise ImpossibleRequest(f"There is no format {file_format!r}; the formats are {', '.join(_WRITERS)}.")
    if first > last:
        raise ImpossibleRequest(f"The last day {last} is before the first, {first}.")
    if path.exists():
        raise ImpossibleRequest(f"{path} exists already, and is not overwritten; name another file or remove it.")
    with connection, connection.cursor("export") as cursor, replaced(path) as file:
        cursor.itersize = FETCH
        cursor.execute(statement("export_articles"), {"first": first, "last": last})
        rows = iter(track(cursor, "export"))
        ahead = next(rows, None)  # the columns are known only after the first fetch
        columns = [(column.name, column.type_code) for column in cursor.description or ()]
        groups = _groups([] if ahead is None else _chain(ahead, rows))
        return _WRITERS[file_format](file, columns, groups)


def _chain(first: Row, rest: Iterable[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(map(_length, row))
        if len(group) >= GROUP_ROWS or size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _length(value: Any) -> int:
    return sum(map(len, value)) if isinstance(value, list) else len(value) if isinstance(value, str) else 8


def _write_parquet(file: IO[bytes], columns: Sequence[Column], groups: Iterable[list[Row]]) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {
        _TEXT: pa.string(),
        _TEXTS: pa.list_(pa.string()),
        _MOMENT: pa.timestamp("us", tz="UTC"),
        _DATE: pa.date32(),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns])
    n = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in groups:
            arrays = [
                pa.array(values, kind.type) for values, kind in zip(zip(*group, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            n += len(group)
    return n


def _write_jsonl(file: IO[bytes], columns: Sequence[Column], groups: Iterable[list[Row]]) -> int:
    n = 0
    for row in (row for group in groups for row in group):
        record = {name: _plain(value) for (name, _), value in zip(columns, row, strict=True)}
        file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        n += 1
    return n


def _write_csv(file: IO[bytes], columns: Sequence[Column], groups: Iterable[list[Row]]) -> int:
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([name for name, _ in columns])
    n = 0
    for row in (row for group in groups for row in group):
        writer.writerow([csv_cell(value) for value in row])
        n += 1
    text.detach()
    return n


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def csv_cell(value: Any) -> str:
    """A value as a cell: paragraphs and list items on lines of their own, and nothing that a spreadsheet would run.

    >>> csv_cell(["فقرة أولى", "فقرة ثانية"]), csv_cell("=HYPERLINK(A1)"), csv_cell(None)
    ('فقرة أولى\\nفقرة ثانية', "'=HYPERLINK(A1)", '')
    """
    text = "\n".join(value) if isinstance(value, list) else "" if value is None else str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


_WRITERS: dict[str, Callable[[IO[bytes], Sequence[Column], Iterable[list[Row]]], int]] = {
    "parquet": _write_parquet,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
}
