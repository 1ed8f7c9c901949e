"""Rows as Parquet, as JSON lines, and as CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import IO, Any

from pipelines.export.selection import Field, Row

Writer = Callable[[IO[bytes], Sequence[Field], Iterable[list[Row]]], int]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _write_parquet(file: IO[bytes], fields: Sequence[Field], groups: Iterable[list[Row]]) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {
        "text": pa.string(),
        "text[]": pa.list_(pa.string()),
        "timestamp with time zone": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
    }
    schema = pa.schema([(field.name, kinds[field.kind]) for field in fields])
    n = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in groups:
            columns = zip(zip(*group, strict=True), schema, strict=True)
            arrays = [pa.array(values, column.type) for values, column in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            n += len(group)
    return n


def _write_jsonl(file: IO[bytes], fields: Sequence[Field], groups: Iterable[list[Row]]) -> int:
    n = 0
    for row in (row for group in groups for row in group):
        record = {field.name: _plain(value) for field, value in zip(fields, row, strict=True)}
        file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        n += 1
    return n


def _write_csv(file: IO[bytes], fields: Sequence[Field], groups: Iterable[list[Row]]) -> int:
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    text.write("\ufeff")  # without it a spreadsheet takes the Arabic for a Latin encoding
    csv.writer(text).writerow([field.name for field in fields])
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)  # a spreadsheet may part cells at ; or tab, too
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


WRITERS: dict[str, Writer] = {"parquet": _write_parquet, "jsonl": _write_jsonl, "csv": _write_csv}
