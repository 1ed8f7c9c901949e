"""A body in chunks, read as generously as browsers do: an odd spelling of a size is no reason to lose a page."""

from __future__ import annotations

import re
from collections.abc import Callable

LONGEST_LINE = 4096  # bytes of a line with a size, or of one behind the last chunk
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)


class BadChunks(ValueError):
    """What follows is neither a chunk nor the end."""


class Chunks:
    r"""Hands a body's bytes to `take` as they come, and at its end what follows it to `finish`.

    Spaces around a size, extensions behind it and a line feed alone are read as they are meant (RFC 9112, 2.2 and 7.1).

    >>> body = []
    >>> chunks = Chunks(body.append, print)
    >>> chunks.dataReceived(b"4  \r\nabcd\r\n1 ; x=y\ne\n0\r\nTrailer: 1\r\n\r\nnext")
    b'next'
    >>> b"".join(body)
    b'abcde'
    """

    def __init__(self, take: Callable[[bytes], None], finish: Callable[[bytes], None]) -> None:
        self._take, self._finish = take, finish
        self._buffer = bytearray()
        self._step: Callable[[], bool] = self._size
        self._left = 0  # bytes of this chunk
        self.has_come = False  # whether the last chunk came, which has no bytes

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Takes what came. Raises BadChunks."""
        self._buffer += data
        while self._step():
            pass

    def _size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        found = _SIZE.fullmatch(line)
        if not found:
            raise BadChunks(f"{bytes(line[:40])!r} is no size of a chunk")
        self._left = int(found[1], 16)
        self.has_come = self._left == 0
        self._step = self._trailer if self.has_come else self._chunk
        return True

    def _chunk(self) -> bool:
        piece = bytes(self._buffer[: self._left])
        del self._buffer[: self._left]
        self._left -= len(piece)
        self._step = self._chunk if self._left else self._end
        if piece:
            self._take(piece)
        return not self._left

    def _end(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line:
            raise BadChunks("a chunk is longer than its size")
        self._step = self._size
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line is None or line:
            return line is not None
        rest, self._buffer = bytes(self._buffer), bytearray()
        self._step = bool  # False: nothing more is read
        self._finish(rest)
        return False

    def _line(self) -> bytearray | None:
        """The next line; None where it has not come yet."""
        end = self._buffer.find(b"\n", 0, LONGEST_LINE)
        if end < 0:
            if len(self._buffer) >= LONGEST_LINE:
                raise BadChunks(f"a line between chunks is longer than {LONGEST_LINE} bytes")
            return None
        line = self._buffer[:end]
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")
