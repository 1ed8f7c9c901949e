"""A document's bytes as text, piece by piece: inflated, decoded, and never more than a few pieces in memory."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from spiders.charset import decode
from spiders.document_errors import HostileDocument

MAX_BYTES = 10 * 2**20
_PIECE, _SLICE, _SAMPLE, _HEAD = 2**16, 2**10, 2**20, 2**12
_LAYERS = 3  # a .gz file that a server compressed once more
_GZIP = b"\x1f\x8b"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Inflated:
    """Bytes out of gzip where they are gzip, in pieces; `is_whole` says after reading whether they were all there.

    Iterating raises HostileDocument (too_large) beyond `limit` bytes.

    >>> import gzip
    >>> whole, cut = Inflated(gzip.compress(b"<rss/>"), 99), Inflated(gzip.compress(b"news")[:-9], 99)
    >>> list(whole), whole.is_whole, list(cut), cut.is_whole, list(Inflated(b"<rss/>", 99))
    ([b'<rss/>'], True, [b'news'], False, [b'<rss/>'])
    """

    def __init__(self, body: bytes, limit: int) -> None:
        self._body, self._limit = body, limit
        self.is_whole = True

    def __iter__(self) -> Iterator[bytes]:
        self.is_whole = True
        pieces: Iterator[bytes] = iter([self._body])
        for _ in range(_LAYERS):
            pieces = self._bounded(self._layer(pieces))
        gathered = bytearray()
        for piece in pieces:
            gathered += piece
            if len(gathered) >= _PIECE:
                yield from _slices(bytes(gathered), _PIECE)
                gathered.clear()
        if gathered:
            yield bytes(gathered)

    def _layer(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces, inflated once if they begin as gzip does."""
        start = b""
        while len(start) < len(_GZIP) and (piece := next(pieces, None)) is not None:
            start += piece
        pieces = chain([start], pieces)
        return self._members(pieces) if start == _GZIP or start.startswith(_GZIP) else pieces

    def _members(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """What gzip's members hold. Each slice inflates to a thousand times its size at most, so no output is large."""
        inflater, left = None, b""
        for data in (slice_ for piece in pieces for slice_ in _slices(piece, _SLICE)):
            left += data
            while len(left) >= len(_GZIP) or (left and inflater):
                if inflater is None and not left.startswith(_GZIP):
                    return  # padding behind the last member
                inflater = inflater or zlib.decompressobj(zlib.MAX_WBITS | 16)
                try:
                    yield inflater.decompress(left)
                except zlib.error:
                    self.is_whole = False
                    return
                left = inflater.unused_data
                inflater = None if inflater.eof else inflater
        self.is_whole = self.is_whole and inflater is None

    def _bounded(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self._limit:
                sentence = f"The document has more than {self._limit} bytes when it is decompressed."
                raise HostileDocument("too_large", sentence)
            yield piece


def _slices(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def gunzip(body: bytes, limit: int = MAX_BYTES) -> tuple[bytes, bool]:
    """Bytes out of gzip where they are gzip, and whether they are all there; HostileDocument beyond `limit`.

    >>> import gzip
    >>> gunzip(gzip.compress(b"<rss/>")), gunzip(gzip.compress(b"news")[:-9])[1], gunzip(b"<rss/>")
    ((b'<rss/>', True), False, (b'<rss/>', True))
    """
    source = Inflated(body, limit)
    return b"".join(source), source.is_whole


class Stream:
    """A document's text in pieces of some 64 KiB, inflated, decoded and without the characters that XML forbids.

    `head` is how its bytes begin. After reading, `is_whole` says whether all of it was there, `is_clean` whether no
    forbidden character was left out. Iterating raises HostileDocument beyond `limit` bytes.

    >>> "".join(Stream("<rss>خبر\\x0b</rss>".encode("cp1256"), "text/xml; charset=windows-1256"))
    '<rss>خبر</rss>'
    """

    def __init__(self, body: bytes, content_type: str | None = None, limit: int = MAX_BYTES) -> None:
        self._source = Inflated(body, limit)
        self.is_clean = True
        sample = _sample(self._source)
        self.head = sample[:_HEAD]
        self._encoding = decode(sample, content_type)[1]

    @property
    def is_whole(self) -> bool:
        """Whether all of it was there."""
        return self._source.is_whole

    def __iter__(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        for piece in self._source:
            text = decoder.decode(piece)
            clean = _FORBIDDEN.sub("", text)
            self.is_clean = self.is_clean and len(clean) == len(text)
            yield clean
        yield decoder.decode(b"", final=True)


def _sample(source: Inflated) -> bytes:
    """The first bytes, and of the others those that are not ASCII: what tells the encoding."""
    sample = bytearray()
    for piece in source:
        if len(sample) < _HEAD or not piece.isascii():
            sample += piece
        if len(sample) > _SAMPLE:
            break
    return bytes(sample)
