"""What a response's Content-Encoding packed, unpacked whole or not at all: half a stream is not a document."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Generator

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK = 64 * 1024
_MOST_CODINGS = 5  # one upon the other, as in curl
_MOST_MEMBERS = 10_000
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW = 23  # the logarithm of the largest window that RFC 9659 allows on the web
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!--|!doctype|\?xml|[a-z][a-z0-9:]*[\s/>])", re.IGNORECASE)
_BEHIND = 256  # bytes that may stand behind a br stream
_LEAST_TEXT = 32  # bytes; fewer of a packed stream may look like text by chance

Chunks = Generator[bytes, None, None]


class UndecodableBody(ValueError):
    """A body that its Content-Encoding does not unpack."""


class Truncated(UndecodableBody):
    """A packed body that ends before its stream does."""


class Damaged(UndecodableBody):
    """A packed body that is not what was packed, or is packed in an unknown way."""


class TooLarge(UndecodableBody):
    """A body that has, or unpacks to, more bytes than the limit."""


def decoded(body: bytes, encodings: str, limit: int) -> bytes:
    """A body without its content codings, at most `limit` bytes; `encodings` is the Content-Encoding.

    The codings are gzip, deflate (zlib's or raw), br and zstd, one upon the other. What is plainly text or markup is
    taken as it is, whatever the header claims, and so is an empty body. Bytes behind the end of a stream are passed
    over, as browsers do, except that further gzip members and zstd frames belong to the body.

    Raises:
        Truncated: where a stream does not reach its own end, even if only its checksum is missing.
        Damaged: where it is not such a stream, or its checksum or length is another.
        TooLarge: where it has or unpacks to more than `limit` bytes, before many more than these are held.

    >>> import gzip
    >>> packed = gzip.compress("خبر عاجل".encode(), mtime=0)
    >>> decoded(packed, "gzip", 100).decode()
    'خبر عاجل'
    >>> decoded(packed[:-1], "gzip", 100)
    Traceback (most recent call last):
    spiders.content_coding.Truncated: the gzip stream is cut short
    >>> decoded("<p>خبر عاجل</p>".encode(), "gzip, br", 100).decode()
    '<p>خبر عاجل</p>'
    """
    codings = [word for word in (part.strip().lower() for part in encodings.split(",")) if word not in ("", "identity")]
    for coding in reversed(codings):
        if not body or _is_plain(body):
            break
        if coding not in _CODINGS or len(codings) > _MOST_CODINGS:
            raise Damaged(f"no decoder unpacks {', '.join(codings)[:100]!r}")
        body = _joined(_CODINGS[coding](body), limit)
    if len(body) > limit:
        raise TooLarge(f"it has more than {limit} bytes")
    return body


def _is_plain(body: bytes) -> bool:
    """Whether bytes are text or markup that nobody packed."""
    head = body[:1024]
    if _NO_TEXT.search(head):
        return False
    return bool(_MARKUP.match(head)) or (len(head) >= _LEAST_TEXT and _is_utf8(head))


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a letter that was cut in two
    return True


def _joined(chunks: Chunks, limit: int) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > limit:
            raise TooLarge(f"it unpacks to more than {limit} bytes")
    return bytes(whole)


def _gzip(body: bytes) -> Chunks:
    at = 0
    for _ in range(_MOST_MEMBERS):
        at = yield from _zlib(body, at, 31, "gzip")
        rest = body[at : at + len(_GZIP)]
        if not rest or not _GZIP.startswith(rest):
            return
    raise Damaged(f"it has more than {_MOST_MEMBERS} gzip members")


def _deflate(body: bytes) -> Chunks:
    is_wrapped = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _zlib(body, 0, 15 if is_wrapped else -15, "deflate")


def _zlib(body: bytes, at: int, wbits: int, name: str) -> Generator[bytes, None, int]:
    """The chunks of one stream that starts at a place; gives the place behind its end."""
    inflater, view = zlib.decompressobj(wbits=wbits), memoryview(body)
    while not inflater.eof:
        tail = inflater.unconsumed_tail
        piece = tail or view[at : at + _CHUNK]
        at += 0 if tail else len(piece)
        try:
            chunk = inflater.decompress(piece, _CHUNK)
        except zlib.error as error:
            raise Damaged(f"the {name} stream is damaged") from error
        if not piece and not chunk and not inflater.eof:
            raise Truncated(f"the {name} stream is cut short")
        yield chunk
    return at - len(inflater.unused_data)


def _br(body: bytes) -> Chunks:
    """The decoder does not tell where a stream with bytes behind it ended: the last ones are fed singly."""
    decoder, last = brotli.Decompressor(), max(0, len(body) - _BEHIND)
    pieces = [(at, min(at + _CHUNK, last)) for at in range(0, last, _CHUNK)]
    try:
        for start, end in [*pieces, *((at, at + 1) for at in range(last, len(body)))]:
            yield decoder.process(body[start:end], output_buffer_limit=_CHUNK)
            while not decoder.is_finished() and (chunk := decoder.process(b"", output_buffer_limit=_CHUNK)):
                yield chunk
            if decoder.is_finished():
                return
    except brotli.error as error:
        raise Damaged("the br stream is damaged") from error
    raise Truncated("the br stream is cut short")


def _zstd(body: bytes) -> Chunks:
    at = 0
    while not at or (body[at:] and _ZSTD.startswith(body[at : at + len(_ZSTD)])):
        at = yield from _frame(body, at)


def _frame(body: bytes, at: int) -> Generator[bytes, None, int]:
    """The chunks of one frame that starts at a place; gives the place behind its end."""
    decoder = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW})
    while not decoder.eof:
        piece = body[at : at + _CHUNK] if decoder.needs_input else b""
        if decoder.needs_input and not piece:
            raise Truncated("the zstd stream is cut short")
        at += len(piece)
        try:
            yield decoder.decompress(piece, _CHUNK)
        except zstd.ZstdError as error:
            raise Damaged("the zstd stream is damaged") from error
    return at - len(decoder.unused_data)


_CODINGS: dict[str, Callable[[bytes], Chunks]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _br, "zstd": _zstd,
}  # fmt: skip
