"""Reads WARC files: ours or anyone's, whole as a stream, or one record at its offset."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from spiders.errors import ImpossibleRequest

MAX_BODY = 10 * 1024 * 1024


class UnreadableWarc(ImpossibleRequest):
    """A WARC file that is missing, cut short, damaged, or no WARC at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One response record: `body` is decoded from transfer and content encodings, and is at most MAX_BODY + 1 bytes.

    `offset` is where its gzip member starts in the file, in bytes; `recorded_at` is its WARC-Date.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    recorded_at: datetime
    offset: int


def read_warc(path: Path) -> Iterator[Record]:
    """The response records of a file, in its order, one at a time.

    Raises:
        UnreadableWarc: with the file and the offset of the last whole record.
    """
    offset = -1
    try:
        with path.open("rb") as file:
            for raw in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="all"):
                offset = raw.stream_pos
                yield _record(raw)
            _check_tail(file, max(offset, 0))
    except (OSError, ValueError, zlib.error) as error:
        raise UnreadableWarc(f"{path}: {_sentence(error, offset)}") from error


def read_record(file: IO[bytes]) -> Record:
    """The first response record of a stream that stands at a record's start.

    Raises:
        OSError, ValueError: where there is none, or it is damaged.
    """
    for raw in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="all"):
        return _record(raw)
    raise ValueError("no response record")


def parse_record(data: bytes) -> Record:
    """The record that these bytes hold."""
    return read_record(io.BytesIO(data))


def _record(raw: Any) -> Record:
    if raw.http_headers is None:
        raise ValueError("a response record without HTTP headers")
    return Record(
        url=raw.headers["WARC-Target-URI"].strip("<>"),
        status=int(raw.http_headers.status_code or 0),
        headers={name.lower(): value for name, value in raw.http_headers.items()},
        body=raw.reader.read(MAX_BODY + 1),
        recorded_at=_warc_date(raw.headers["WARC-Date"]),
        offset=raw.stream_pos,
    )


def _warc_date(text: str) -> datetime:
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _check_tail(file: IO[bytes], offset: int) -> None:
    """fastwarc ends quietly where a file is cut: the members from the last record on must be whole."""
    file.seek(offset)
    if file.read(2) != b"\x1f\x8b":
        if offset == 0:
            raise ValueError("it holds no response record")
        return
    file.seek(offset)
    rest = file.read()
    while rest:
        member = zlib.decompressobj(wbits=31)
        member.decompress(rest)
        if not member.eof:
            raise ValueError("it is cut short")
        rest = member.unused_data


def _sentence(error: Exception, offset: int) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file."
    if isinstance(error, IsADirectoryError):
        return "this is a folder; name a .warc or .warc.gz file."
    where = f"after the record at byte {offset}" if offset >= 0 else "from its start"
    return f"the WARC cannot be read {where} ({error}). Fetch it again, or cut it at that record."
