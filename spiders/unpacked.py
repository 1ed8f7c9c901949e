"""The bytes of a WARC file without its gzip, in runs of which each can be read without the others."""

from __future__ import annotations

import os
import re
import zlib
from typing import IO

GZIP = b"\x1f\x8b\x08"
WARC = b"WARC/"
PADDING = b"\r\n\x00"  # what may stand between two records

_CHUNK = 32 * 1024
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_LEAST = 1024  # bytes of a gzip member in which its unpacked beginning shows
_MOST_TRIES = 100_000  # places in a file that look like a gzip member's start and are none


class Damage(ValueError):
    """Bytes that cannot be unpacked, or are no WARC."""


class Cut(Damage):
    """A file that ends within a gzip member or a record."""

    def __init__(self) -> None:
        super().__init__("it is cut short")


class Unpacked:
    """A file's unpacked bytes, from where it stands to its end.

    A plain file is one run. In a gzip file each member that begins with a WARC record begins a run; a member that does
    not goes on with the run before. A run is proven when its end was reached: gzip has its checksum there.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._read_to = file.tell()
        self._raw = b""  # what was read of the file and not unpacked yet
        self._buffer = bytearray()
        self._inflater: zlib._Decompress | None = None  # None at a run's end
        self._n_unpacked = 0  # bytes of the present run
        self._n_tries = 0
        self._run = self._read_to
        self._load(len(GZIP))
        self.is_gzip = self._raw.startswith(GZIP)
        if not self.is_gzip:
            self._buffer += self._raw

    @property
    def place(self) -> int:
        """Where the next byte lies in the file; in a gzip file, where its run starts."""
        return self._run if self.is_gzip else self._read_to - len(self._buffer)

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer at the run's end."""
        while len(self._buffer) < size and self._pull():
            pass
        return bytes(self._buffer[:size])

    def read(self, size: int) -> bytes:
        """Takes the next bytes, fewer at the run's end."""
        taken = self.peek(size)
        del self._buffer[: len(taken)]
        return taken

    @property
    def at(self) -> int:
        """How many unpacked bytes of the run are before the next one; in a plain file its place."""
        return self._n_unpacked - len(self._buffer) if self.is_gzip else self.place

    def rewind(self, at: int) -> None:
        """Goes back, to where so many bytes of the present run are before the next one."""
        self._buffer.clear()
        self._read_to = self._file.seek(self._run if self.is_gzip else at)
        if self.is_gzip:
            self._raw, self._inflater, self._n_unpacked = b"", zlib.decompressobj(wbits=31), 0
            self.skip(at)

    def skip(self, size: int) -> bool:
        """Passes over bytes; False where the run has fewer."""
        if not self.is_gzip and size > len(self._buffer):
            target, end = self.place + size, self._file.seek(0, os.SEEK_END)
            self._buffer.clear()
            self._read_to = self._file.seek(min(target, end))
            return target <= end
        while size > len(self._buffer):
            size -= len(self._buffer)
            self._buffer.clear()
            if not self._pull():
                return False
        del self._buffer[:size]
        return True

    def skip_blank(self) -> None:
        """Passes over line ends, and NULs that fill a block."""
        while (byte := self.peek(1)) and byte in PADDING:
            self._buffer = self._buffer.lstrip(PADDING)

    def find(self, mark: re.Pattern[bytes], size: int) -> bool:
        """Goes on to the next mark, of `size` bytes; to the run's end, and False, where it has none."""
        while not (found := mark.search(self._buffer)):
            del self._buffer[:-size]
            if not self._pull():
                self._buffer.clear()
                return False
        del self._buffer[: found.start()]
        return True

    def next_run(self) -> bool:
        """Passes over the present run's rest, to the start of the next one; False at the file's end.

        Raises:
            Damage: where that rest cannot be unpacked.
        """
        while self._pull():
            self._buffer.clear()
        self._buffer.clear()
        if not self.is_gzip or not self._load(1):
            return False
        self._run = self._read_to - len(self._raw)
        self._inflater, self._n_unpacked = zlib.decompressobj(wbits=31), 0
        return True

    def find_run(self) -> bool:
        """Leaves a damaged run for the next place where a gzip member begins with a WARC record; False if none does.

        Raises:
            Damage: where too many places only look like that.
        """
        self._inflater, self._raw = None, b""
        self._buffer.clear()
        self._read_to = self._file.seek(self._run + 1)
        self._load(1)
        while True:
            if found := _MEMBER.search(self._raw):
                self._raw = self._raw[found.start() :]
                self._load(_LEAST)
                if (_beginning(self._raw) or b"").startswith(WARC):
                    return True
                self._n_tries += 1
                if self._n_tries > _MOST_TRIES:
                    raise Damage(f"more than {_MOST_TRIES} of its places look like records, but are not")
                self._raw = self._raw[1:]
                continue
            size = len(self._raw)
            self._load(size + 1)
            if len(self._raw) == size:
                self._raw = b""
                return False
            self._raw = self._raw[max(0, size - len(GZIP)) :]

    def _load(self, size: int) -> bool:
        """Reads on, so that so many bytes wait to be unpacked, fewer at the file's end; False where none do."""
        while len(self._raw) < size and (data := self._file.read(_CHUNK)):
            self._raw += data
            self._read_to += len(data)
        return bool(self._raw)

    def _pull(self) -> bool:
        """Puts more bytes into the buffer, if there are any; False at the run's end."""
        if self.is_gzip:
            return self._inflater is not None and self._unpack(self._inflater)
        data = self._file.read(_CHUNK)
        self._read_to += len(data)
        self._buffer += data
        return bool(data)

    def _unpack(self, inflater: zlib._Decompress) -> bool:
        self._load(1)
        try:
            data = inflater.decompress(self._raw, _CHUNK)
        except zlib.error as error:
            raise Damage("its gzip is damaged") from error
        if not data and not self._raw and not inflater.eof:
            raise Cut
        self._buffer += data
        self._n_unpacked += len(data)
        self._raw = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        if inflater.eof:
            self._inflater = zlib.decompressobj(wbits=31) if self._goes_on() else None
        return True

    def _goes_on(self) -> bool:
        """Whether a gzip member follows whose bytes belong to the present run."""
        self._load(_LEAST)
        beginning = _beginning(self._raw)
        return beginning is not None and not WARC.startswith(beginning[: len(WARC)])


def _beginning(member: bytes) -> bytes | None:
    """What a gzip member begins with, but for line ends: a few bytes; a line end for none, None for what is no gzip."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        beginning = inflater.decompress(member[:_LEAST], 64).lstrip(PADDING)
    except zlib.error:
        return None
    return beginning if beginning or not inflater.eof else b"\n"
