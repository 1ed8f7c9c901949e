"""Reads WARC files: ours or anyone's, whole as a stream, or one record at its offset."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from spiders.content_coding import Damaged, TooLarge, Truncated, UndecodableBody
from spiders.errors import ImpossibleRequest
from spiders.http_message import NoResponse, Response, parse_response
from spiders.warc_frames import Frame, frames

log = logging.getLogger(__name__)

MAX_BODY = 10 * 1024 * 1024

_HEAD = 1 << 20  # bytes that a response may have before its body
_LONGEST_ADDRESS = 8190  # characters; servers read no longer line
_ADDRESS = re.compile(r"https?://[^\x00-\x1f\x7f]+", re.IGNORECASE)
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_PAGES = ("response", "resource")
_BESIDE = ("request", "warcinfo")  # what every file holds beside its pages


class UnreadableWarc(ImpossibleRequest):
    """A WARC file that is missing, cut short, damaged, or no WARC at all."""


class PassedOver(StrEnum):
    """What gives no page, and is counted: the closed list."""

    DAMAGED = "damaged_records"
    NO_ADDRESS = "records_without_web_address"
    NO_DATE = "records_without_possible_date"
    NO_RESPONSE = "records_without_http_response"
    UNDECODABLE = "undecodable_pages"
    TRUNCATED = "truncated_pages"
    TOO_LARGE = "too_large_pages"
    REVISIT = "revisit_records"
    METADATA = "metadata_records"
    CONVERSION = "conversion_records"
    CONTINUATION = "continuation_records"
    OTHER = "records_of_other_types"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A page of a `response` or `resource` record; `body` is decoded from transfer and content encodings.

    `offset` is where its gzip member starts in the file, or in a plain file the record itself, in bytes; `recorded_at`
    is its WARC-Date.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    recorded_at: datetime
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an address lies in a file, and when it was recorded."""

    url: str
    recorded_at: datetime
    offset: int


def read_warc(path: Path, passed_over: Counter[PassedOver] | None = None) -> Iterator[Record]:
    """The pages of a file, in its order, one at a time; what gives no page is counted by its reason.

    Raises:
        UnreadableWarc: with the file and the offset of the last whole record, where the file is no WARC or is cut.
    """
    with _opened(path) as file:
        yield from read_records(file, str(path), passed_over)


def read_records(file: IO[bytes], name: str, passed_over: Counter[PassedOver] | None = None) -> Iterator[Record]:
    """The pages of an open file, from where it stands: see `read_warc`. `name` is for sentences."""
    counts: Counter[PassedOver] = Counter() if passed_over is None else passed_over
    for capture in _captures(file, name, counts):
        try:
            yield capture.record(MAX_BODY)
        except UndecodableBody as error:
            _pass_over(counts, _REASONS[type(error)], name, capture.offset)


def index_warc(path: Path) -> Iterator[Place]:
    """Where each page of a file lies, whether or not its body can be decoded.

    Raises:
        UnreadableWarc: also where a record in the midst is damaged, for nobody can tell which address it had.
    """
    counts: Counter[PassedOver] = Counter()
    with _opened(path) as file:
        for capture in _captures(file, str(path), counts):
            yield Place(url=capture.url, recorded_at=capture.recorded_at, offset=capture.offset)
    if n := counts[PassedOver.DAMAGED]:
        raise UnreadableWarc(f"{path}: {n} of its records are damaged (the log says where). Fetch it again.")


def read_record(file: IO[bytes], limit: int = MAX_BODY) -> Record:
    """The first page of a stream that stands at a record's start, with a body of at most `limit` bytes.

    Raises:
        OSError, ValueError: where there is none, or it is damaged; of these `UndecodableBody` for its body.
    """
    for frame in frames(file, limit + _HEAD, _is_page):
        if frame.headers is None:
            break
        if isinstance(capture := _capture(frame), _Capture):
            return capture.record(limit)
    raise ValueError("no page is here")


def parse_record(data: bytes) -> Record:
    """The record that these bytes hold."""
    return read_record(io.BytesIO(data))


@dataclass(frozen=True, slots=True)
class _Capture:
    """A page as it was recorded: its body is still in its encodings."""

    url: str
    recorded_at: datetime
    offset: int
    response: Response
    is_whole: bool

    def record(self, limit: int) -> Record:
        """The page; only of an answer other than 200 the body may be missing."""
        body = b""
        try:
            if not self.is_whole:
                raise Truncated("the record says that it was cut")
            body = self.response.body(limit)
        except UndecodableBody:
            if self.response.status == 200:
                raise
        return Record(
            url=self.url, status=self.response.status, headers=self.response.headers, body=body,
            recorded_at=self.recorded_at, offset=self.offset,
        )  # fmt: skip


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableWarc(f"{path}: there is no such file.") from error
    except IsADirectoryError as error:
        raise UnreadableWarc(f"{path}: this is a folder; name a .warc or .warc.gz file.") from error
    except OSError as error:
        raise UnreadableWarc(f"{path}: it cannot be read ({error.strerror}).") from error


def _captures(file: IO[bytes], name: str, counts: Counter[PassedOver]) -> Iterator[_Capture]:
    last, remedy, n_records = "from its start", "Fetch it again.", 0
    try:
        for frame in frames(file, MAX_BODY + _HEAD, _is_page):
            n_records += frame.headers is not None
            capture = _capture(frame)
            if isinstance(capture, _Capture):
                last = f"after the record at byte {capture.offset}"
                remedy = "Fetch it again, or cut it off after that record."
                yield capture
            elif capture:
                _pass_over(counts, capture, name, frame.place)
        if not n_records:
            raise ValueError("it holds no WARC record")
    except (OSError, ValueError) as error:
        raise UnreadableWarc(f"{name}: the WARC cannot be read {last} ({error}). {remedy}") from error


def _is_page(headers: Mapping[str, str]) -> bool:
    return headers.get("warc-type", "").lower() in _PAGES and _address(headers) is not None


def _capture(frame: Frame) -> _Capture | PassedOver | None:
    """What a record gives: a page, or the reason why it gives none; None for what belongs to a page beside it."""
    if frame.headers is None:
        return PassedOver.DAMAGED
    kind, url = frame.headers.get("warc-type", "").lower(), _address(frame.headers)
    if kind not in _PAGES:
        return None if kind in _BESIDE else _OTHER_KINDS.get(kind, PassedOver.OTHER)
    if url is None:
        return PassedOver.NO_ADDRESS
    recorded_at = _moment(frame.headers.get("warc-date", ""))
    if recorded_at is None:
        return PassedOver.NO_DATE
    if frame.block is None:
        return PassedOver.TOO_LARGE
    try:
        response = _response(kind, frame.headers.get("content-type", ""), frame.block)
    except NoResponse:
        return PassedOver.NO_RESPONSE
    is_whole = not frame.headers.keys() & {"warc-truncated", "warc-segment-number"}
    return _Capture(url, recorded_at, frame.place, response, is_whole)


def _response(kind: str, content_type: str, block: bytes) -> Response:
    """A response as it was sent; the document alone in a `resource`, and in a response that says so itself."""
    is_document = content_type and not content_type.lower().startswith("application/http")
    if kind == "resource" or (is_document and block.lstrip()[:5].upper() != b"HTTP/"):
        return Response(200, {"content-type": content_type} if content_type else {}, block)
    return parse_response(block)


def _address(headers: Mapping[str, str]) -> str | None:
    """The address of a page on the web; None for a name, a resolved host, or what nobody could ask for."""
    url = headers.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">")
    return url if len(url) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(url) else None


def _moment(text: str) -> datetime | None:
    """A moment at which there was a web; None for any other."""
    try:
        date = datetime.fromisoformat(text.strip())
        moment = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST < moment < _LATEST else None


def _pass_over(counts: Counter[PassedOver], reason: PassedOver, name: str, offset: int) -> None:
    counts[reason] += 1
    log.warning("%s: passed over at byte %d: %s", name, offset, reason.value)


_REASONS = {
    Damaged: PassedOver.UNDECODABLE,
    Truncated: PassedOver.TRUNCATED,
    TooLarge: PassedOver.TOO_LARGE,
}
_OTHER_KINDS = {
    "revisit": PassedOver.REVISIT,
    "metadata": PassedOver.METADATA,
    "conversion": PassedOver.CONVERSION,
    "continuation": PassedOver.CONTINUATION,
}
