"""Rows into Postgres by COPY: one JSON document a row, so that arrays, nulls and odd characters need no care."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from psycopg2.extensions import cursor as Cursor

from spiders.warehouse import statement

_BAD = re.compile("[\x00\ud800-\udfff]")  # neither Postgres text nor UTF-8 can hold them
_CHUNK = 1 << 20


def copy_incoming(cursor: Cursor, rows: Iterable[Mapping[str, Any]]) -> None:
    """Fills the temporary table `incoming` with rows, streaming."""
    cursor.execute(statement("incoming"))
    cursor.copy_expert("copy incoming (row) from stdin", _Stream(_lines(rows)))  # type: ignore[arg-type]  # only read() is called


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        text = json.dumps({key: _plain(value) for key, value in row.items()}, ensure_ascii=False)
        yield text.replace("\\", "\\\\") + "\n"


def _plain(value: Any) -> Any:
    """A value as jsonb takes it.

    >>> _plain(b"\\x01\\xff"), _plain("عاجل\\x00"), _plain(date(2026, 11, 19))
    ('\\\\x01ff', 'عاجل\ufffd', '2026-11-19')
    """
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, str):
        return _BAD.sub("\ufffd", value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


class _Stream:
    """A file-like object over lines, as psycopg2's COPY reads it."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, size: int = _CHUNK) -> str:
        held: list[str] = []
        length = 0
        for line in self._lines:
            held.append(line)
            length += len(line)
            if length >= size:
                break
        return "".join(held)
