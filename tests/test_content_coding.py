"""What a Content-Encoding packed: all of it comes back, or an error; never half of it."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest

from spiders.content_coding import Damaged, TooLarge, Truncated, UndecodableBody, decoded, zstd

LIMIT = 10 << 20
SENTENCE = "أعلنت بلدية الرقيب أن الجسر القديم يعاد فتحه صباح غد أمام السيارات."
PAGE = (
    f"<!doctype html><html><head><title>{SENTENCE}</title></head><body>"
    + "".join(f"<p>{SENTENCE} {random.Random(n).random()}</p>" for n in range(400))
    + "</body></html>"
).encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def packed(data: bytes, encodings: str) -> bytes:
    for name in encodings.split(", "):
        data = PACKERS[name](data)
    return data


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "x-gzip": lambda data: gzip.compress(data, 1, mtime=0),
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
CHAINS = ["gzip, gzip", "gzip, br", "deflate, gzip", "zstd, br"]
every_coding = pytest.mark.parametrize("encodings", [*PACKERS, *CHAINS])


def unpacked(data: bytes, encodings: str, limit: int = LIMIT) -> bytes:
    return decoded(data, encodings.replace("raw deflate", "deflate"), limit)


@every_coding
def test_what_was_packed_comes_back(encodings: str) -> None:
    for page in (PAGE, b"x", PAGE[:100], bytes(1 << 20), random.Random(1).randbytes(100_000)):
        assert unpacked(packed(page, encodings), encodings) == page


def test_codings_are_named_in_letters_of_any_size_and_identity_is_none() -> None:
    assert decoded(packed(PAGE, "gzip, br"), "identity, GZIP,, identity ,Br", len(PAGE)) == PAGE


@every_coding
def test_no_part_is_taken_for_the_whole(encodings: str) -> None:
    """Each place in a short page; the first, the last and random ones in long pages."""
    rng = random.Random(2026)
    for page in (PAGE[:500], PAGE, PAGE + bytes(500_000)):
        data = packed(page, encodings)
        ends = range(1, min(600, len(data))), range(max(1, len(data) - 200), len(data))
        for size in {*ends[0], *ends[1], *(rng.randrange(1, len(data)) for _ in range(100))}:
            with pytest.raises((Truncated, Damaged)):
                unpacked(data[:size], encodings)


@pytest.mark.parametrize("encodings", ["gzip", "x-gzip", "deflate", "gzip, gzip", "gzip, br"])
def test_a_changed_bit_is_never_a_changed_page(encodings: str) -> None:
    """Of the codings that have a checksum; raw deflate, and br and zstd as servers send them, have none."""
    rng, data, n_noticed = random.Random(2026), packed(PAGE, encodings), 0
    for _ in range(300):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        try:
            assert unpacked(bytes(changed), encodings) == PAGE  # a time stamp, or a flag that says nothing
        except UndecodableBody:
            n_noticed += 1
    assert n_noticed > 280


@pytest.mark.parametrize("encodings", list(PACKERS))
@pytest.mark.parametrize("rest", [b"\n", bytes(200), b"<!-- cached -->"], ids=["line end", "zeros", "a comment"])
def test_what_stands_behind_the_end_is_passed_over_as_browsers_do(encodings: str, rest: bytes) -> None:
    assert unpacked(packed(PAGE, encodings) + rest, encodings) == PAGE


@pytest.mark.parametrize("encodings", ["gzip", "zstd"])
def test_a_further_member_belongs_to_the_body(encodings: str) -> None:
    first, second = packed(PAGE[:3000], encodings), packed(PAGE[3000:], encodings)
    assert unpacked(first + second, encodings) == PAGE
    for size in range(1, len(second)):
        with pytest.raises(Truncated):
            unpacked(first + second[:size], encodings)


PLAIN = {
    "html": PAGE,
    "mark": b"\xef\xbb\xbf\r\n" + PAGE,
    "windows-1256": f"<html><body><p>{SENTENCE}".encode("cp1256") * 20,
    "xml": f'<?xml version="1.0"?><rss><channel><title>{SENTENCE}</title></channel></rss>'.encode(),
    "a prefix": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    "comment": b"<!-- page -->" + PAGE,
    "robots": b"User-agent: *\nDisallow: /print/\nCrawl-delay: 2\n",
    "text": (SENTENCE * 30).encode()[:1025],
    "json": '{"title": "خبر عاجل من الرقيب", "body": []}'.encode(),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_is_taken_as_it_is_whatever_the_header_says(name: str) -> None:
    for encodings in (*PACKERS, *CHAINS, "compress", "utf-8", "gzip, gzip, gzip"):
        assert unpacked(PLAIN[name], encodings) == PLAIN[name]
    assert unpacked(packed(PLAIN[name], "gzip"), "gzip, gzip") == PLAIN[name]


def test_a_body_of_nothing_is_nothing() -> None:
    assert decoded(b"", "gzip", LIMIT) == b""


@pytest.mark.parametrize(
    "encodings", ["compress", "aws-chunked", "gzip, compress", ", ".join(["gzip"] * 6), "x" * 100_000]
)
def test_what_nothing_unpacks_is_an_error_without_a_byte_of_it(encodings: str) -> None:
    with pytest.raises(Damaged) as caught:
        decoded(b"\x1f\x9d" + bytes(range(256)), encodings, LIMIT)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("encodings", [*PACKERS, *CHAINS])
def test_a_bomb_is_stopped_at_the_limit(encodings: str) -> None:
    bomb = packed(bytes(64 << 20), encodings)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        unpacked(bomb, encodings, 1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    assert unpacked(packed(PAGE, encodings), encodings, len(PAGE)) == PAGE
    with pytest.raises(TooLarge):
        unpacked(packed(PAGE, encodings), encodings, len(PAGE) - 1)


def test_empty_members_without_end_are_refused_at_once() -> None:
    with pytest.raises(Damaged):
        decoded(gzip.compress(b"", mtime=0) * 500_000, "gzip", LIMIT)


@pytest.mark.parametrize("encodings", list(PACKERS))
def test_an_error_tells_nothing_of_the_body(encodings: str) -> None:
    data = packed(PAGE, encodings)
    for bad in (data[:-1], data[: len(data) // 2], b"\xff\x00" + data, b"\x00" * 50):
        with pytest.raises(UndecodableBody) as caught:
            unpacked(bad, encodings)
        assert str(caught.value).isascii()
        assert len(str(caught.value)) < 80
