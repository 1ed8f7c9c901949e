"""WARC files of other people: damaged, odd and hostile records cost themselves, and are counted by their reason."""

from __future__ import annotations

import gzip
import json
import random
import time
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from psycopg2.extensions import connection as Connection

from spiders.content_coding import TooLarge, Truncated
from spiders.http_message import parse_response
from spiders.replay import Recording
from spiders.warc import MAX_BODY, PassedOver, Record, UnreadableWarc, read_warc

ROOT = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
FIRST = "أعادت البلدية صباح أمس فتح الجسر القديم أمام السيارات بعد إصلاحات استمرت أربعة أشهر كاملة."
SECOND = "وقال رئيس البلدية إن الأعمال شملت الأعمدة والأرصفة والإنارة على جانبي الجسر القديم."


def page(name: object) -> bytes:
    """An article that no other resembles, but for its frame."""
    rng = random.Random(str(name))
    told = "".join(f"<p>{FIRST} {rng.random()} {SECOND} {rng.random()}</p>" for _ in range(6))
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>الجسر القديم رقم {name}</title>"
        "<meta property='article:published_time' content='2026-11-19T09:28:27+02:00'></head>"
        f"<body><h1>الجسر القديم رقم {name}</h1><article>{told}</article></body></html>"
    ).encode()


def http(body: bytes, *lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    kind = () if any(line.lower().startswith("content-type") for line in lines) else ("Content-Type: text/html",)
    return "\r\n".join([status, *kind, *lines, "", ""]).encode("latin-1") + body


def record(
    url: str | bytes = "https://www.raqib.tld/news/odd",
    block: bytes | None = None,
    *lines: str,
    kind: str = "response",
    date: str = "2026-11-19T12:00:00Z",
    version: str = "WARC/1.0",
    length: object = None,
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    """A record as plain bytes; a `length` of "" leaves the header out."""
    block = http(page("odd")) if block is None else block
    told = len(block) if length is None else length
    address = url.encode() if isinstance(url, str) else url
    head = [f"WARC-Type: {kind}", f"WARC-Date: {date}", f"Content-Type: {content_type}", *lines]
    head += [] if told == "" else [f"Content-Length: {told}"]
    start = b"\r\n".join([version.encode(), b"WARC-Target-URI: " + address, *(line.encode() for line in head)])
    return start + b"\r\n\r\n" + block + b"\r\n\r\n"


def good(n: int) -> bytes:
    return record(f"https://www.raqib.tld/news/{n}", http(page(n)))


def zipped(*records: bytes) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def saved(folder: Path, *parts: bytes) -> Path:
    path = folder / "others.warc.gz"
    path.write_bytes(b"".join(parts))
    return path


def read(path: Path) -> tuple[list[Record], dict[str, int]]:
    counts: Counter[PassedOver] = Counter()
    return list(read_warc(path, counts)), {reason.value: n for reason, n in counts.items()}


def names(records: list[Record]) -> list[str]:
    return [one.url.rpartition("/")[2] for one in records]


def between(folder: Path, odd: bytes, form: str) -> tuple[list[Record], dict[str, int]]:
    """What is read of an odd record between two good ones."""
    return read(saved(folder, FORMS[form]([good(1), odd, good(2)])))


FORMS: dict[str, Callable[[list[bytes]], bytes]] = {
    "members": lambda records: zipped(*records),
    "one member": lambda records: zipped(b"".join(records)),
    "plain": b"".join,
}
every_form = pytest.mark.parametrize("form", FORMS)

PASSED_OVER: dict[str, tuple[Callable[[], bytes], str]] = {
    "no address": (lambda: record().replace(b"WARC-Target-URI", b"X-URI"), "records_without_web_address"),
    "dns": (lambda: record("dns:www.raqib.tld", b"1.2.3.4", content_type="text/dns"), "records_without_web_address"),
    "urn": (lambda: record("urn:uuid:1", b"x", kind="resource"), "records_without_web_address"),
    "nul": (lambda: record("https://www.raqib.tld/a\0b"), "records_without_web_address"),
    "60 KB address": (lambda: record("https://www.raqib.tld/" + "a" * 60_000), "records_without_web_address"),
    "no date": (lambda: record().replace(b"WARC-Date", b"X-Date"), "records_without_possible_date"),
    "word for a date": (lambda: record(date="yesterday"), "records_without_possible_date"),
    "32 December": (lambda: record(date="2026-12-32T00:00:00Z"), "records_without_possible_date"),
    "year 9999": (lambda: record(date="9999-12-31T23:59:59-23:59"), "records_without_possible_date"),
    "year 1": (lambda: record(date="0001-01-01T00:00:00+23:59"), "records_without_possible_date"),
    "no status": (lambda: record(block=page(0)), "records_without_http_response"),
    "bad status": (lambda: record(block=http(page(0), status="HTTP/1.1 2x0 OK")), "records_without_http_response"),
    "empty": (lambda: record(block=b""), "records_without_http_response"),
    "no gzip": (lambda: record(block=http(b"\1\2\3" * 50, "Content-Encoding: gzip")), "undecodable_pages"),
    "no br": (lambda: record(block=http(b"\xff\0" * 99, "Content-Encoding: br")), "undecodable_pages"),
    "unknown": (lambda: record(block=http(b"\xff\0" * 99, "Content-Encoding: lzma")), "undecodable_pages"),
    "cut gzip": (lambda: record(block=http(zipped(page(0))[:-9], "Content-Encoding: gzip")), "truncated_pages"),
    "cut br": (
        lambda: record(block=http(brotli.compress(page(0))[:-1], "Content-Encoding: br")),
        "truncated_pages",
    ),
    "cut chunk": (
        lambda: record(block=http(b"800\r\n" + page(0)[:700], "Transfer-Encoding: chunked")),
        "truncated_pages",
    ),
    "a whole page and no last chunk": (
        lambda: record(block=http(b"%x\r\n%s\r\n" % (len(page(0)), page(0)), "Transfer-Encoding: chunked")),
        "truncated_pages",
    ),
    "no last chunk": (
        lambda: record(block=http(b"2bc\r\n" + page(0)[:700] + b"\r\n", "Transfer-Encoding: chunked")),
        "truncated_pages",
    ),
    "fewer bytes": (lambda: record(block=http(page(0)[:900], "Content-Length: 2100")), "truncated_pages"),
    "told to be cut": (
        lambda: record("https://www.raqib.tld/o", None, "WARC-Truncated: length"),
        "truncated_pages",
    ),
    "first segment": (lambda: record("https://www.raqib.tld/o", None, "WARC-Segment-Number: 1"), "truncated_pages"),
    "bomb": (
        lambda: record(block=http(gzip.compress(bytes(MAX_BODY + 1), mtime=0), "Content-Encoding: gzip")),
        "too_large_pages",
    ),
    "huge": (lambda: record(block=http(b"<p>" + bytes(MAX_BODY))), "too_large_pages"),
    "larger than is held": (lambda: record(block=http(b"<p>" + bytes(MAX_BODY + (2 << 20)))), "too_large_pages"),
    "revisit": (lambda: record(block=http(b""), kind="revisit"), "revisit_records"),
    "metadata": (lambda: record(block=b"a: b", kind="metadata", content_type="text/plain"), "metadata_records"),
    "conversion": (lambda: record(block=b"text", kind="conversion", content_type="text/plain"), "conversion_records"),
    "continuation": (lambda: record(block=b"text", kind="continuation"), "continuation_records"),
    "a type of its own": (lambda: record(kind="screenshot"), "records_of_other_types"),
    "no type": (lambda: record().replace(b"WARC-Type", b"X-Type"), "records_of_other_types"),
    "a length too large": (lambda: record(length=9_000_000), "damaged_records"),
    "a length of a terabyte": (lambda: record(length=1 << 40), "damaged_records"),
    "a warcinfo too large": (lambda: record(kind="warcinfo", length=1 << 40), "damaged_records"),
    "no version": (lambda: record(version="WARC/new"), "damaged_records"),
    "no record": (lambda: b"a text\r\nof some lines\r\n\r\n", "damaged_records"),
    "headers without end": (lambda: record()[:60] + b"x: y\r\n" * 60_000, "damaged_records"),
}


@every_form
@pytest.mark.parametrize("name", PASSED_OVER)
def test_an_odd_record_costs_itself_and_is_counted(tmp_path: Path, name: str, form: str) -> None:
    build, reason = PASSED_OVER[name]
    records, counts = between(tmp_path, build(), form)
    assert names(records) == ["1", "2"]
    assert set(counts) == {reason}


INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"

TAKEN: dict[str, Callable[[], bytes]] = {
    "as it should be": record,
    "version 0.17": lambda: record(version="WARC/0.17"),
    "version 0.18": lambda: record(version="WARC/0.18"),
    "version 1.1": lambda: record(version="WARC/1.1", date="2026-11-19T12:00:00.000000Z"),
    "line ends of Unix": lambda: record().replace(b"\r\n", b"\n").replace(b"Content-Length: ", b"Content-Length: 0"),
    "names in small letters": lambda: record().replace(b"WARC-T", b"warc-t").replace(b"Content-L", b"content-l"),
    "address in brackets": lambda: record("<https://www.raqib.tld/news/odd>"),
    "a header that goes on": lambda: record("https://www.raqib.tld/news/odd", None, "X-Note: a\r\n  b"),
    "a header that is none": lambda: record("https://www.raqib.tld/news/odd", None, "note without a colon"),
    "a header of UTF-8": lambda: record("https://www.raqib.tld/news/odd", None, "X-Note: خبر"),
    "small status": lambda: record(block=http(page("odd"), status="http/1.1 200 ok")),
    "status of HTTP 2": lambda: record(block=http(page("odd"), status="HTTP/2 200")),
    "status without a reason": lambda: record(block=http(page("odd"), status="HTTP/1.1 200")),
    "status with a long reason": lambda: record(block=http(page("odd"), status="HTTP/1.0  200 Voilà")),
    "a line before the status": lambda: record(block=b"\r\n" + http(page("odd"))),
    "headers of Unix": lambda: record(block=http(page("odd")).replace(b"\r\n", b"\n", 3)),
    "a nul in a header": lambda: record(block=http(page("odd"), "ETag: a\0b")),
    "a header of Latin": lambda: record(block=http(page("odd"), "X-City: Málaga")),
    "a name in quotes": lambda: record(block=http(page("odd"), "\x91name\x92: 1")),
    "a packed body": lambda: record(block=http(zipped(page("odd")), "Content-Encoding: gzip")),
    "a body packed twice": lambda: record(
        block=http(zlib.compress(zipped(page("odd"))), "Content-Encoding: gzip", "Content-Encoding: deflate")
    ),
    "a body that is unpacked already": lambda: record(
        block=http(page("odd"), "Content-Encoding: gzip", "Content-Length: 99")
    ),
    "a body in chunks": lambda: record(
        block=http(b"%x\r\n%s\r\n0\r\n\r\n" % (len(page("odd")), page("odd")), "Transfer-Encoding: chunked")
    ),
    "a packed body in chunks": lambda: record(
        block=http(
            b"%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(zipped(page("odd"))), zipped(page("odd"))),
            "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip",
        )
    ),
    "a body that is in chunks no more": lambda: record(block=http(page("odd"), "Transfer-Encoding: chunked")),
    "more bytes than told": lambda: record(block=http(page("odd"), "Content-Length: 99")),
    "behind 100 Continue": lambda: record(block=INTERIM + http(page("odd"))),
    "behind 100 and 103": lambda: record(
        block=INTERIM + b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + http(page("odd"))
    ),
    "behind a hundred 102": lambda: record(block=b"HTTP/1.1 102 Processing\r\n\r\n" * 100 + http(page("odd"))),
    "behind 100 of Unix": lambda: record(block=b"HTTP/1.1 100\n\n" + http(page("odd"))),
    "packed, behind 100": lambda: record(block=INTERIM + http(zipped(page("odd")), "Content-Encoding: gzip")),
    "no headers": lambda: record(block=b"HTTP/1.1 200 OK\r\n\r\n" + page("odd")),
    "behind NULs": lambda: bytes(512) + record(),
    "behind a NUL": lambda: b"\0" + record(),
    "behind a megabyte of NULs": lambda: bytes(1 << 20) + record(),
    "behind NULs and line ends": lambda: b"\r\n\0\0\n\0" + record(),
    "before NULs": lambda: record() + bytes(512),
    "NULs for its line ends": lambda: record().removesuffix(b"\r\n\r\n") + bytes(512),
    "a resource": lambda: record(block=page("odd"), kind="resource", content_type="text/html"),
    "a response without HTTP that says so": lambda: record(block=page("odd"), content_type="text/html"),
}  # fmt: skip


@every_form
@pytest.mark.parametrize("name", TAKEN)
def test_an_odd_record_that_can_be_read_is_read(tmp_path: Path, name: str, form: str) -> None:
    if name == "line ends of Unix":  # the length counts what is not there any more
        head, _, block = record().partition(b"\r\n\r\n")
        odd = head.replace(b"\r\n", b"\n") + b"\n\n" + block
    else:
        odd = TAKEN[name]()
    records, counts = between(tmp_path, odd, form)
    assert names(records) == ["1", "odd", "2"]
    assert (records[1].status, records[1].body, records[1].recorded_at) == (200, page("odd"), NOON)
    assert counts == {}


@every_form
@pytest.mark.parametrize(
    "first", ["2026\r\n", "7\n", "1500 ; x\r\n", "abc\r\n", "5\r\n12345 ", "5\r\n12345\r\n", "ffffffff\r\n", "0123\r\n"]
)
def test_a_body_that_only_begins_as_a_chunk_does_is_taken_as_it_is(tmp_path: Path, first: str, form: str) -> None:
    body = first.encode() + page("odd")
    for line in ("X-Note: x", f"Content-Length: {len(body)}"):
        odd = record(block=http(body, "Transfer-Encoding: chunked", line))
        records, counts = between(tmp_path, odd, form)
        assert (records[1].body, counts) == (body, {})


@every_form
def test_a_body_of_its_content_length_is_in_no_chunk(tmp_path: Path, form: str) -> None:
    for body in ("2026\r\nأسعار اليوم".encode(), b"3\r\nabc\r\n0\r\n\r\n"):
        odd = record(block=http(body, "Transfer-Encoding: chunked", f"Content-Length: {len(body)}"))
        records, counts = between(tmp_path, odd, form)
        assert (records[1].body, counts) == (body, {})


@every_form
@pytest.mark.parametrize("size", [1, 3, 7, 512, 70_000])
def test_nuls_behind_a_damaged_record_hide_nothing(tmp_path: Path, size: int, form: str) -> None:
    odd = record(length=9_000_000) + bytes(size)
    records, counts = between(tmp_path, odd, form)
    assert (names(records), counts) == (["1", "2"], {"damaged_records": 1})


def test_nuls_at_either_end_of_a_file_are_no_records(tmp_path: Path) -> None:
    for parts in ([bytes(512), good(1), bytes(512)], [zipped(bytes(99) + good(1) + bytes(99))]):
        records, counts = read(saved(tmp_path, *parts))
        assert (names(records), counts) == (["1"], {})


@pytest.mark.parametrize("length", ["", 20, 1, "many", -5, "99999999999999999999999"])
def test_a_lone_record_of_a_gzip_member_has_the_member_s_length(tmp_path: Path, length: object) -> None:
    records, counts = between(tmp_path, record(length=length), "members")
    if length == "99999999999999999999999":
        assert (names(records), counts) == (["1", "2"], {"damaged_records": 1})
    else:
        assert (names(records), counts) == (["1", "odd", "2"], {})
        assert records[1].body == page("odd")


@every_form
@pytest.mark.parametrize("off", [-2, 2, 4])
def test_a_length_that_is_off_by_a_line_end_takes_no_other_record(tmp_path: Path, off: int, form: str) -> None:
    records, _ = between(tmp_path, record(length=len(http(page("odd"))) + off), form)
    assert [name for name in names(records) if name != "odd"] == ["1", "2"]
    assert all(one.body.strip() in (page("odd"), page(1), page(2)) for one in records)


@every_form
def test_a_length_that_is_too_small_costs_its_record(tmp_path: Path, form: str) -> None:
    several = record(length=20) + good(3)
    records, counts = between(tmp_path, several, form)
    assert (names(records), counts) == (["1", "3", "2"], {"damaged_records": 1})


def test_a_plain_record_without_a_length_takes_nothing_of_the_next(tmp_path: Path) -> None:
    records, counts = between(tmp_path, record(length=""), "plain")
    assert (names(records), counts) == (["1", "2"], {"damaged_records": 1})


def test_what_is_no_page_but_belongs_to_one_is_not_counted(tmp_path: Path) -> None:
    asked = record(block=b"GET / HTTP/1.1\r\n\r\n", kind="request")
    records, counts = read(saved(tmp_path, zipped(record(block=b"software: x", kind="warcinfo"), asked, good(1))))
    assert (names(records), counts) == (["1"], {})


ADDRESSES = [
    "https://www.raqib.tld/خبر/7",
    "https://الرقيب.tld/خبر/7",
    "HTTP://www.raqib.tld/7",
    "https://www.raqib.tld/a b",
]


def test_addresses_of_arabic_letters_are_read(tmp_path: Path) -> None:
    records, counts = read(saved(tmp_path, zipped(*map(record, ADDRESSES))))
    assert [one.url for one in records] == ADDRESSES
    assert counts == {}


def test_members_that_hold_several_records_or_parts_of_them(tmp_path: Path) -> None:
    plain = b"".join(good(n) for n in range(12))
    whole = [page(n) for n in range(12)]
    together = [zipped(good(n) + good(n + 1)) for n in range(0, 12, 2)]
    pieces = [zipped(plain[place : place + 700]) for place in range(0, len(plain), 700)]
    empty = [zipped(b"", good(n), b"", b"\r\n") for n in range(12)]
    for parts in ([zipped(plain)], together, pieces, empty):
        records, counts = read(saved(tmp_path, *parts))
        assert ([one.body for one in records], counts) == (whole, {})


def test_a_changed_bit_costs_one_record(tmp_path: Path) -> None:
    members = [zipped(good(n)) for n in range(8)]
    data, rng = b"".join(members), random.Random(2026)
    for _ in range(150):
        changed = bytearray(data)
        changed[rng.randrange(len(members[0]), len(data) - len(members[7]))] ^= 1 << rng.randrange(8)
        records, counts = read(saved(tmp_path, changed))
        missing = {str(n) for n in range(8)} - set(names(records))
        assert all(one.body == page(one.url.rpartition("/")[2]) for one in records)
        assert len(missing) == counts.get("damaged_records", 0) <= 1


HURT: dict[str, Callable[[list[bytes]], bytes]] = {
    "a hole": lambda members: members[0] + members[1][:200] + members[1][300:] + members[2],
    "cut in the midst": lambda members: members[0] + members[1][:-30] + members[2],
    "no checksum": lambda members: members[0] + members[1][:-8] + members[2],
    "text between": lambda members: members[0] + b"\n\nHTTP 500 Internal Server Error\n" + members[2],
    "zeros between": lambda members: members[0] + bytes(100_000) + members[2],
    "magic between": lambda members: members[0] + b"\x1f\x8b\x08\x00" * 9000 + members[2],
    "text at the end": lambda members: members[0] + members[2] + b"the end",
    "another gzip between": lambda members: members[0] + zipped(b"a text") * 3 + members[2],
}


@pytest.mark.parametrize("name", HURT)
def test_behind_a_damage_the_next_member_is_found(tmp_path: Path, name: str) -> None:
    records, counts = read(saved(tmp_path, HURT[name]([zipped(good(n)) for n in range(3)])))
    assert (names(records), counts) == (["0", "2"], {"damaged_records": 1})


def test_a_damage_that_hides_an_unknown_number_of_records_is_said(tmp_path: Path) -> None:
    one = bytearray(zipped(b"".join(good(n) for n in range(400))))
    one[len(one) // 2] ^= 0xFF
    given = []
    with pytest.raises(UnreadableWarc, match="its gzip is damaged"):
        given.extend(read_warc(saved(tmp_path, bytes(one))))
    assert 100 < len(given) < 300
    assert all(found.body == page(found.url.rpartition("/")[2]) for found in given[:100])


def test_what_is_whole_before_and_behind_a_damage_and_a_cut_is_given(tmp_path: Path) -> None:
    members = [zipped(good(n)) for n in range(5)]
    members[1] = members[1][:150] + b"\0\0\0\0" + members[1][154:]
    given = []
    with pytest.raises(UnreadableWarc, match="it is cut short"):
        given.extend(read_warc(saved(tmp_path, *members[:4], members[4][:-5])))
    assert names(given) == ["0", "2", "3"]


def test_a_file_of_damages_ends(tmp_path: Path) -> None:
    hurt = zipped(good(1))
    hurt = hurt[:-8] + bytes(8)
    with pytest.raises(UnreadableWarc, match="more than 1000"):
        read(saved(tmp_path, hurt * 1100))
    started = time.process_time()
    with pytest.raises(UnreadableWarc, match="look like records"):
        read(saved(tmp_path, zipped(good(1)), b"\x1f\x8b\x08\x00" * (1 << 20)))
    assert time.process_time() - started < 60


def test_little_is_held_whatever_a_record_unfolds_to(tmp_path: Path) -> None:
    bomb = gzip.compress(record(block=http(bytes(200 << 20))), 1, mtime=0)
    blank = gzip.compress(b"\r\n" * (50 << 20), 1, mtime=0)
    path = saved(tmp_path, zipped(good(1)), bomb, blank, zipped(good(2)))
    tracemalloc.start()
    records, counts = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (names(records), counts) == (["1", "2"], {"too_large_pages": 1})
    assert peak < 40 << 20


def test_no_sentence_tells_anything_of_a_body(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for build, _ in PASSED_OVER.values():
        between(tmp_path, build(), "members")
    assert caplog.text
    assert "الجسر" not in caplog.text
    assert "<p>" not in caplog.text


def test_another_reader_reads_the_same(tmp_path: Path) -> None:
    for path in (ROOT / "demo/demo.warc.gz", saved(tmp_path, *map(good, range(5)))):
        with path.open("rb") as file:
            theirs = [
                (one.headers["WARC-Target-URI"], one.http_headers.status_code, one.reader.read(), one.stream_pos)
                for one in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="all")
            ]
        assert [(one.url, one.status, one.body, one.offset) for one in read(path)[0]] == theirs


def test_a_response_of_any_headers_is_parsed_in_linear_time() -> None:
    for head in (b"a: b\r\n" * 100_000, b" \r\n\t" * 300_000, b"a" * (1 << 20), b"x:" + b"\n y" * 300_000):
        started = time.process_time()
        parse_response(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\nbody")
        assert time.process_time() - started < 20


def test_a_recording_that_is_damaged_within_is_refused(tmp_path: Path) -> None:
    members = [zipped(good(n)) for n in range(3)]
    with pytest.raises(UnreadableWarc, match="1 of its records are damaged"):
        Recording(saved(tmp_path, members[0], members[1][:-30], members[2]))


def test_a_recorded_body_that_came_in_part_is_an_error_and_no_404(tmp_path: Path) -> None:
    cut = record("https://www.raqib.tld/1", http(zipped(page(1))[:-4], "Content-Encoding: gzip"))
    large = record("https://www.raqib.tld/2", http(b"<p>" + bytes(3000)))
    source = Recording(saved(tmp_path, zipped(cut, large, good(3))))
    with pytest.raises(Truncated):
        source.answer("https://www.raqib.tld/1", NOON)
    with pytest.raises(TooLarge):
        source.answer("https://www.raqib.tld/2", NOON, limit=3000)
    whole = source.answer("https://www.raqib.tld/2", NOON, limit=3003)
    assert whole
    assert len(whole.body) == 3003


OUTLET = """
name = "الرقيب"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["www.raqib.tld", "xn--mgbc0a9di2b.tld"]
feeds = ["https://www.raqib.tld/rss"]
"""


@pytest.fixture
def outlets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "outlets"
    folder.mkdir()
    (folder / "raqib.toml").write_text(OUTLET, encoding="utf-8")
    monkeypatch.setenv("WARRAQ_OUTLETS", str(folder))


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.mark.usefixtures("outlets")
def test_ingest_takes_what_it_can_and_counts_the_rest(warraq, connection: Connection, tmp_path: Path) -> None:
    odd = {name: case for name, case in PASSED_OVER.items() if case[1] not in ("damaged_records", "too_large_pages")}
    odd |= {name: PASSED_OVER[name] for name in ("no version", "bomb")}
    named = record("https://الرقيب.tld/news/8", http(page(8), "ETag: a\0b", "Last-Modified: " + "x" * 5000))
    cut = record("https://www.raqib.tld/news/9", http(page(9)[:1500]))
    records = [good(1), *(build() for build, _ in odd.values()), named, cut, good(2)]
    done = warraq("ingest", saved(tmp_path, zipped(*records)), "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    expected = Counter(f"passed_over_{reason}" for _, reason in odd.values())
    assert {name: n for name, n in counts.items() if name.startswith("passed_over")} == expected
    assert (counts["new_pages"], counts["loaded"], counts["quarantined"]) == (4, 3, 1)
    assert rows(connection, "select outcome, reason from crawl.links where url like '%/9'") == [
        ("quarantined", "truncated")
    ]
    assert rows(connection, "select url from news.articles where url like '%xn--%'")
    assert rows(
        connection, "select headers->>'etag', length(headers->>'last-modified') from crawl.page where url like '%/8'"
    ) == [("ab", 1000)]
    assert warraq("verify").returncode == 0


@pytest.mark.usefixtures("outlets")
def test_a_page_that_the_database_refuses_costs_only_itself(
    warraq, warraq_home: Path, connection: Connection, tmp_path: Path
) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("alter table crawl.page add check (final_url not like '%/3')")
        cursor.execute("alter table crawl.link add check (url not like '%/5')")
    path = saved(tmp_path, zipped(*map(good, range(8))))
    for _ in range(2):
        done = warraq("ingest", path, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["bad_value"] == 2
    loaded = rows(connection, "select url from news.articles order by url")
    assert [url.rpartition("/")[2] for (url,) in loaded] == ["0", "1", "2", "4", "6", "7"]
    assert rows(connection, "select outcome, reason from crawl.links where url like '%/3'") == [
        ("quarantined", "bad_value")
    ]
    named = {name for (name,) in rows(connection, "select distinct file from crawl.page")}
    archive = warraq_home / "archive"
    assert {str(path.relative_to(archive)) for path in archive.rglob("*") if path.is_file()} == named
    assert warraq("verify").returncode == 0


@pytest.mark.usefixtures("outlets", "warraq_home")
def test_a_file_that_could_not_be_indexed_is_indexed_by_the_next_run(
    connection: Connection, database: str, warraq, warraq_home: Path, tmp_path: Path
) -> None:
    """A connection that breaks leaves the file, for nobody knows whether it was indexed."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "create function pg_temp_break() returns trigger language plpgsql as "
            "$$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;"
            "create trigger breaks before insert on crawl.page for each row execute function pg_temp_break()"
        )
    path = saved(tmp_path, zipped(*map(good, range(3))))
    assert warraq("ingest", path).returncode != 0
    with connection, connection.cursor() as cursor:
        cursor.execute("drop trigger breaks on crawl.page")
    assert warraq("ingest", path).returncode == 0
    ((name,),) = rows(connection, "select distinct file from crawl.page")
    assert [file for file in (warraq_home / "archive").rglob("*") if file.is_file()] == [warraq_home / "archive" / name]
    assert warraq("verify").returncode == 0


def test_an_address_in_another_charset_stands_for_its_bytes(tmp_path: Path) -> None:
    path = saved(
        tmp_path, record("https://www.raqib.tld/أخبار/7".encode("cp1256")), record("https://www.raqib.tld/خبر")
    )
    assert [one.url for one in read_warc(path)] == [
        "https://www.raqib.tld/%C3%CE%C8%C7%D1/7",
        "https://www.raqib.tld/خبر",
    ]


def test_of_two_spellings_of_one_address_each_has_its_own_record(tmp_path: Path) -> None:
    """A server that redirects from one to the other is replayed as it was; where there is one, it answers for both."""
    capital, small = "https://www.raqib.tld/%D8%AE%D8%A8%D8%B1", "https://www.raqib.tld/%d8%ae%d8%a8%d8%b1"
    other = record("https://www.raqib.tld/%D8%B5", http(b"3"))
    recording = Recording(saved(tmp_path, zipped(record(capital, http(b"1")), record(small, http(b"2")), other)))
    answers = [recording.answer(url, NOON) for url in (capital, small, "https://www.raqib.tld/%d8%b5")]
    assert [answer and answer.body for answer in answers] == [b"1", b"2", b"3"]
