"""An HTTP response as an archive keeps it: its status, its headers, and its body without its encodings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from spiders.content_coding import Truncated, decoded
from spiders.percent import of_bytes
from spiders.wholeness import ends_document

_STATUS = re.compile(rb"\s*HTTP(?:/\d+(?:\.\d+)?)?[ \t]+(\d{3})(?!\d)[^\n]*\n?", re.IGNORECASE)
_END = re.compile(rb"\n\r?\n")
_INTERIM = range(100, 200)  # answers that another one follows
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LISTS = ("content-encoding", "transfer-encoding", "x-robots-tag")  # several lines of one name are one list
_ADDRESSES = ("location", "warc-target-uri")


class NoResponse(ValueError):
    """Bytes that do not begin as an HTTP response does."""


@dataclass(frozen=True, slots=True)
class Response:
    """A status, headers with lower-case names, and what follows them: the payload, in whatever encodings they name."""

    status: int
    headers: dict[str, str]
    payload: bytes

    def body(self, limit: int) -> bytes:
        """The payload without transfer and content encodings; what is plain already is taken as it is.

        Raises:
            Truncated: where it ends before its chunks, its packed stream or its Content-Length do.
            Damaged, TooLarge: as `spiders.content_coding.decoded` does, for a limit in bytes.
        """
        codings = self.headers.get("content-encoding", "")
        length = self.headers.get("content-length", "")
        is_chunked = "chunked" in self.headers.get("transfer-encoding", "").lower() and length != str(len(self.payload))
        if not codings and not is_chunked and length.isdecimal() and len(self.payload) < int(length[:18]):
            raise Truncated("it has fewer bytes than its Content-Length")
        return decoded(unchunked(self.payload) if is_chunked else self.payload, codings, limit)


def parse_response(block: bytes) -> Response:
    r"""The response that a record's block holds.

    Interim answers before it (`100 Continue`) and header lines that are none are passed over; of several headers with
    one name the last counts, unless they are a list.

    Raises:
        NoResponse: where it does not begin with a status line.

    >>> parse_response(b"http/1.1 200\r\nContent-Type: text/html\r\nnot a header\r\n\r\n<p>")
    Response(status=200, headers={'content-type': 'text/html'}, payload=b'<p>')
    """
    place = 0
    while line := _STATUS.match(block, place):
        end = _END.search(block, line.end() - 1)
        if not end or int(line[1]) not in _INTERIM or not _STATUS.match(block, end.end()):
            head, payload = (block[line.end() : end.start()], block[end.end() :]) if end else (block[line.end() :], b"")
            return Response(int(line[1]), parse_headers(head), payload)
        place = end.end()
    raise NoResponse("it does not begin with an HTTP status")


def parse_headers(head: bytes) -> dict[str, str]:
    r"""Header lines, by their names in lower case; a line that begins with a space goes on with the one before.

    Bytes of an address that are no UTF-8 are percent-encoded as they are.

    >>> parse_headers(b"ETag: 1\r\nX-Robots-Tag: all\r\n  , noarchive\r\nETag: 2\r\nx-robots-tag: nosnippet")
    {'etag': '2', 'x-robots-tag': 'all , noarchive, nosnippet'}
    """
    headers: dict[str, str] = {}
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).split(b"\n"):
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name.strip()):
            continue
        key = name.strip().decode("ascii").lower()
        text = of_bytes(value.strip()) if key in _ADDRESSES else header_text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers and key in _LISTS else text
    return headers


def header_text(value: bytes) -> str:
    """A header's value as UTF-8 where it is that, else as latin-1, which every byte is."""
    try:
        return value.strip().decode("utf-8")
    except UnicodeDecodeError:
        return value.strip().decode("latin-1")


def http_date(text: str) -> datetime | None:
    """The moment that a date of HTTP tells, in any of its old forms; None for what is no date.

    >>> http_date("Thursday, 19-Nov-26 00:01:00 GMT"), http_date("soon")
    (datetime.datetime(2026, 11, 19, 0, 1, tzinfo=datetime.timezone.utc), None)
    """
    try:
        moment = parsedate_to_datetime(text[:64])
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def unchunked(payload: bytes) -> bytes:
    r"""A body without its chunks; one that is not in chunks (any more) is taken as it is. Raises Truncated.

    A body may begin with lines that look like a chunk: where a document ends at its end, it is in none.

    >>> unchunked(b"3;x=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), unchunked(b"<p>abc</p>")
    (b'abcde', b'<p>abc</p>')
    """
    pieces: list[bytes] = []
    place = 0
    while line := _CHUNK.match(payload, place):
        size, start = int(line[1], 16), line.end()
        if not size:
            return b"".join(pieces)
        place = start + size
        if place > len(payload):
            if not pieces and ends_document(payload):
                break
            raise Truncated("it ends within a chunk")
        if payload[place : place + 1] not in (b"\r", b"\n"):
            break
        pieces.append(payload[start:place])
        place += 2 if payload.startswith(b"\r\n", place) else 1
    if pieces and (place >= len(payload) or not ends_document(payload)):
        raise Truncated("it ends between its chunks")
    return payload
