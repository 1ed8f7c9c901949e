"""Reads WARC files: ours or anyone's, whole as a stream, or one record at its offset."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from spiders.errors import ImpossibleRequest

MAX_BODY = 10 * 1024 * 1024

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b\x08"
_WARC = b"WARC/"
_CUT = "it is cut short"


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
    """The responses to HTTP requests in a file, in its order, one at a time; odd records are passed over.

    Raises:
        UnreadableWarc: with the file and the offset of the last whole record.
    """
    offset = -1
    try:
        with path.open("rb") as file:
            held: Record | None = None  # a record is whole once another follows it, or the file's end is
            try:
                for raw in _responses(file):
                    if held:
                        yield held
                    offset = raw.stream_pos
                    held = _record_or_none(raw)
            except OSError:
                _check_tail(file, offset)  # that it is cut short says more than what fastwarc met there
                raise
            _check_tail(file, offset)
            if held:
                yield held
    except (OSError, ValueError, zlib.error) as error:
        raise UnreadableWarc(f"{path}: {_sentence(error, offset)}") from error


def read_record(file: IO[bytes]) -> Record:
    """The first response record of a stream that stands at a record's start.

    Raises:
        OSError, ValueError: where there is none, or it is damaged.
    """
    for raw in _responses(file):
        return _record(raw)
    raise ValueError("no response record")


def parse_record(data: bytes) -> Record:
    """The record that these bytes hold."""
    return read_record(io.BytesIO(data))


def _responses(file: IO[bytes]) -> Iterator[Any]:
    return iter(ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="all"))


def _record_or_none(raw: Any) -> Record | None:
    """None for what is no answer of a web site (Heritrix keeps `dns:` as responses), or lacks its address or date."""
    try:
        return _record(raw)
    except ValueError:
        return None


def _record(raw: Any) -> Record:
    if raw.http_headers is None:
        raise ValueError("a response record without HTTP headers")
    url, date = raw.headers.get("WARC-Target-URI"), raw.headers.get("WARC-Date")
    if not url or not date:
        raise ValueError("a response record without WARC-Target-URI or WARC-Date")
    return Record(
        url=url.strip("<>"),
        status=int(raw.http_headers.status_code or 0),
        headers={name.lower(): value for name, value in raw.http_headers.items()},
        body=raw.reader.read(MAX_BODY + 1),
        recorded_at=_warc_date(date),
        offset=raw.stream_pos,
    )


def _warc_date(text: str) -> datetime:
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _check_tail(file: IO[bytes], offset: int) -> None:
    """fastwarc ends quietly where a file is cut: from the last response on (-1: there was none) all must be whole."""
    opening = _peek(file, 0)
    if opening.startswith(_GZIP):
        # the records of a file that is one single member lie at no member's start
        _check_members(file, offset if offset > 0 and _peek(file, offset).startswith(_GZIP) else 0)
        opening = zlib.decompressobj(wbits=31).decompress(opening, 64)
    elif opening.lstrip().startswith(_WARC):
        _check_plain(file, max(offset, 0))
    if offset < 0 and not opening.lstrip().startswith(_WARC):
        raise ValueError("it holds no WARC record")


def _peek(file: IO[bytes], offset: int) -> bytes:
    file.seek(offset)
    return file.read(_CHUNK)


def _check_members(file: IO[bytes], offset: int) -> None:
    """Inflates gzip members to nowhere, never more than a chunk at once, whatever they unfold to."""
    file.seek(offset)
    member, rest = None, b""
    while data := rest or file.read(_CHUNK):
        member = member or zlib.decompressobj(wbits=31)
        member.decompress(data, _CHUNK)
        rest = member.unconsumed_tail
        if member.eof:
            rest, member = member.unused_data, None
    if member:
        raise ValueError(_CUT)


def _check_plain(file: IO[bytes], offset: int) -> None:
    """Steps over records by their Content-Length; the two line ends after the last one may be missing."""
    size = file.seek(0, os.SEEK_END)
    file.seek(offset)
    while line := file.readline(_CHUNK):
        if line.startswith(_WARC):
            end = _content_length(file) + file.tell()
            if end > size:
                raise ValueError(_CUT)
            file.seek(end)
        elif _WARC.startswith(line):
            raise ValueError(_CUT)
        elif line.strip():
            return  # no WARC any more, which fastwarc has told


def _content_length(file: IO[bytes]) -> int:
    """Of the record whose headers are read to their end; 0 where they do not say, as for fastwarc."""
    length = 0
    while line := file.readline(_CHUNK):
        if line in (b"\r\n", b"\n"):
            return length
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
    raise ValueError(_CUT)


def _sentence(error: Exception, offset: int) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file."
    if isinstance(error, IsADirectoryError):
        return "this is a folder; name a .warc or .warc.gz file."
    where = f"after the record at byte {offset}" if offset >= 0 else "from its start"
    return f"the WARC cannot be read {where} ({error}). Fetch it again, or cut it at that record."
