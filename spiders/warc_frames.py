"""The records of a WARC file, each with its headers and the block that they announce; a damaged one is skipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from spiders.http_message import parse_headers
from spiders.unpacked import PADDING, WARC, Cut, Damage, Unpacked

_MOST_HEAD = 1 << 18  # bytes of a record's own headers
_MOST_LOST = 1000  # in one file
_HEAD_END = re.compile(rb"\n\r?\n")
_VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,3}[ \t]*\r?\n")
_BOUNDARY = re.compile(rb"(?:\n\r?\n|\x00)WARC/\d")
_NEXT = re.compile(rb"[\n\x00]WARC/")
_NEXT_SIZE = 1 + len(WARC)
_ENDS = (b"\r\n\r\n", b"\n\n")  # of a record

IsWanted = Callable[[Mapping[str, str]], bool]


class Malformed(ValueError):
    """A record whose headers are none, or whose length is not that of its block."""


class Short(Malformed):
    """A record that is longer than what is there of it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One record: where it starts (see `Unpacked.place`), its headers by names in lower case, and its block.

    The block is None where it is not wanted or has more bytes than are held; both are None for a record that is lost.
    """

    place: int
    headers: Mapping[str, str] | None = None
    block: bytes | None = None


def frames(file: IO[bytes], most: int, is_wanted: IsWanted) -> Iterator[Frame]:
    """The records from where a file stands, in its order; of those that are wanted, blocks of at most `most` bytes.

    A record is given when its gzip member is proven, or another record follows it. Behind a damaged one it goes on at
    the next gzip member that begins with a record, or in a plain file at the next line that does, or behind NULs.

    Raises:
        Cut: where the file ends within a record.
        Damage: where nobody can tell how many records a damaged place hides, or more than a thousand are damaged.
    """
    source, n_lost, is_lost, former = Unpacked(file), 0, False, -1
    while n_lost <= _MOST_LOST:
        try:
            if is_lost and source.find(_NEXT, _NEXT_SIZE):
                source.skip(1)
            is_lost, start = False, source.at
            if not _go_to_record(source):
                return
            start = source.at
            frame = _frame(source, most, is_wanted)
        except Malformed as error:
            frame, is_lost = Frame(source.place), True
            if isinstance(error, Short):
                _go_behind(source, start)
        except Damage as error:
            frame = Frame(source.place)
            if not source.find_run() and (isinstance(error, Cut) or former == frame.place):
                raise
        former = frame.place
        n_lost += frame.headers is None
        yield frame
    raise Damage(f"more than {_MOST_LOST} of its records are damaged")


def _go_behind(source: Unpacked, start: int) -> None:
    """Goes back behind the start of a record that is longer than its run; a plain file without another one is cut."""
    source.rewind(start + 1)
    if not source.find(_NEXT, _NEXT_SIZE) and not source.is_gzip:
        raise Cut


def _go_to_record(source: Unpacked) -> bool:
    """Goes to where the next record begins, in this run or a later one; False at the file's end."""
    while True:
        source.skip_blank()
        ahead = source.peek(len(WARC))
        if ahead == WARC:
            return True
        if ahead:
            raise Short if WARC.startswith(ahead) else Malformed
        if not source.next_run():
            return False


def _frame(source: Unpacked, most: int, is_wanted: IsWanted) -> Frame:
    place, headers = source.place, _headers(source)
    told = headers.get("content-length", "")
    length = int(told[:18]) if told.isdecimal() else None
    if is_wanted(headers) and (length or 0) <= most:
        return Frame(place, headers, _block(source, length, most))
    if not source.skip(length or 0):
        raise Short
    return Frame(place, headers)


def _headers(source: Unpacked) -> dict[str, str]:
    size = 4096
    while not (end := _HEAD_END.search(head := source.peek(size))):
        if len(head) < size:
            raise Short
        if size >= _MOST_HEAD:
            raise Malformed
        size *= 4
    version = _VERSION.match(head)
    if not version or _NEXT.search(head, 0, end.start()):
        raise Malformed
    source.skip(end.end())
    return parse_headers(head[version.end() : end.start()])


def _block(source: Unpacked, length: int | None, most: int) -> bytes:
    """A record's block. Where it is the last of its run, the run's end is believed more than a length that is less."""
    block = source.read(length or 0)
    if len(block) < (length or 0):
        raise Short
    behind = source.peek(64)
    if length is not None and (behind.startswith(_ENDS) or WARC.startswith(behind.lstrip(PADDING)[: len(WARC)])):
        return block
    rest = source.peek(most - len(block))
    if _BOUNDARY.search(rest) or source.peek(len(rest) + 1) != rest:
        raise Malformed
    source.skip(len(rest))
    return (block + rest).removesuffix(_ENDS[0])
