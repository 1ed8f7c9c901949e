"""WARC files of other people: odd records, plain files, cut files; and an archive that cannot be written."""

from __future__ import annotations

import errno
import gzip
import io
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.archive import NoSpace, archive_url, read_page, write_pages
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.records import Page
from spiders.replay import Recording
from spiders.warc import UnreadableWarc, read_warc

BODY = "<p>خبر قصير</p>".encode() * 40
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def response(url: str, body: bytes = BODY, *, is_gzip: bool = True) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=is_gzip)
    is_http = url.startswith("http")
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1") if is_http else None
    record = writer.create_warc_record(
        url, "response", payload=io.BytesIO(body), length=len(body), http_headers=headers,
        warc_content_type="application/http; msgtype=response" if is_http else "text/dns",
        warc_headers_dict={"WARC-Date": "2026-11-19T12:00:00Z"},
    )  # fmt: skip
    writer.write_record(record)
    return buffer.getvalue()


def warcinfo(*, is_gzip: bool) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=is_gzip)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "someone's"}))
    return buffer.getvalue()


def without(header: bytes) -> bytes:
    lines = response("http://a.example/odd", is_gzip=False).split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(header))


def urls(path: Path) -> list[str]:
    return [record.url for record in read_warc(path)]


def saved(folder: Path, *parts: bytes) -> Path:
    path = folder / "some.warc"
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("is_gzip", [True, False])
@pytest.mark.parametrize(
    "odd",
    [
        response("dns:a.example", b"20261119120000\na.example. 60 IN A 192.0.2.1\n", is_gzip=False),
        without(b"WARC-Target-URI"),
        without(b"WARC-Date"),
        response("http://a.example/odd", is_gzip=False).replace(b"2026-11-19T12", b"2026-99-99T12"),
        response("http://a.example/odd", is_gzip=False).replace(b"200 OK", b"2x0 OK"),
    ],
    ids=["dns", "no address", "no date", "bad date", "bad status"],
)
def test_an_odd_record_does_not_end_the_file(tmp_path, odd, is_gzip):
    odd = gzip.compress(odd) if is_gzip else odd
    whole = [response(f"http://a.example/{i}", is_gzip=is_gzip) for i in range(2)]
    for parts in ([whole[0], odd, whole[1]], [odd, *whole], [*whole, odd]):
        found = urls(saved(tmp_path, *parts))
        assert [url for url in found if not url.endswith("/odd")] == ["http://a.example/0", "http://a.example/1"]


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_file_whose_only_response_is_at_its_start_is_accepted(tmp_path, is_gzip):
    path = saved(tmp_path, response("http://a.example/0", is_gzip=is_gzip))
    assert [(record.offset, record.body) for record in read_warc(path)] == [(0, BODY)]
    answer = Recording(path).answer("http://a.example/0", NOON)
    assert answer is not None
    assert answer.body == BODY


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_file_without_responses_is_whole(tmp_path, is_gzip):
    assert urls(saved(tmp_path, warcinfo(is_gzip=is_gzip))) == []


@pytest.mark.parametrize("is_gzip", [True, False])
def test_wherever_a_file_is_cut_it_is_said(tmp_path, is_gzip):
    parts = [warcinfo(is_gzip=is_gzip), *(response(f"http://a.example/{i}", is_gzip=is_gzip) for i in range(2))]
    whole = b"".join(parts)
    ends = [len(parts[0]), len(parts[0] + parts[1]), len(whole)]
    # the line ends after a plain record may be missing
    fine = {end - missing for end in ends for missing in range(1 if is_gzip else 5)}
    for size in (size for size in range(5, len(whole)) if size not in fine):
        with pytest.raises(UnreadableWarc, match="it is cut short"):
            urls(saved(tmp_path, whole[:size]))
    for size in fine:
        urls(saved(tmp_path, whole[:size]))


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n\r\n", b"a text\n" * 99, gzip.compress(b"", mtime=0), gzip.compress(b"a text" * 9, mtime=0)],
    ids=["empty", "line ends", "text", "gzip of nothing", "gzip of text"],
)
def test_what_is_no_warc_is_refused(tmp_path, data):
    with pytest.raises(UnreadableWarc, match="it holds no WARC record"):
        urls(saved(tmp_path, data))


def test_the_check_of_the_tail_holds_little_in_memory(tmp_path):
    path = saved(tmp_path, response("dns:a.example", bytes(64 << 20)))
    tracemalloc.start()
    assert urls(path) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_a_recorded_address_that_none_can_ask_for_is_passed_over(tmp_path):
    path = saved(tmp_path, *map(response, ["http://[bad", "http://a.example/1"]))
    answer = Recording(path).answer("http://a.example/1", NOON)
    assert answer is not None
    assert answer.body == BODY


PAGE = Page(
    url="https://a.example/1", final_url="https://a.example/1", outlet="a", status=200,
    headers={"content-type": "text/html"}, body=BODY, fetched_at=NOON,
)  # fmt: skip


def test_a_relative_archive_is_made_absolute_and_a_url_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARRAQ_ARCHIVE", "kept/here")
    assert archive_url() == str(tmp_path / "kept/here")
    entry = write_pages([PAGE])[0]
    assert (tmp_path / "kept/here" / entry.file).is_file()
    monkeypatch.setenv("WARRAQ_ARCHIVE", f"file://{tmp_path}/by-url")
    assert archive_url() == f"file://{tmp_path}/by-url"
    entry = write_pages([PAGE])[0]
    assert read_page(entry.file, entry.offset, entry.length, entry.sha256).body == BODY


def missing_package(_: str) -> None:
    raise ImportError("Install s3fs to access S3")


def test_an_archive_that_nothing_opens_is_an_impossible_request(monkeypatch):
    monkeypatch.setenv("WARRAQ_ARCHIVE", "nosuch://bucket")
    for _ in range(2):
        with pytest.raises(ImpossibleRequest, match="WARRAQ_ARCHIVE"):
            write_pages([PAGE])
        with pytest.raises(ImpossibleRequest, match="WARRAQ_ARCHIVE"):
            read_page("a/b.warc.gz", 0, 10, b"")
        monkeypatch.setattr("spiders.archive.fsspec.core.url_to_fs", missing_package)


@pytest.mark.parametrize("step", ["os.fsync", "mv"])
@pytest.mark.parametrize(
    ("number", "exit_code"), [(errno.ENOSPC, 3), (errno.EDQUOT, 3), (errno.EACCES, 1), (errno.EIO, 1)]
)
def test_a_failed_write_leaves_nothing_and_says_why(tmp_path, monkeypatch, step, number, exit_code):
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "a/2026/11/19").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(*(("spiders.archive.os.fsync", fail) if step == "os.fsync" else (LocalFileSystem, "mv", fail)))
        with pytest.raises(WarraqError, match=os.strerror(number)) as caught:
            write_pages([PAGE], str(tmp_path))
    assert caught.value.exit_code == exit_code
    assert isinstance(caught.value, NoSpace) == (exit_code == 3)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    write_pages([PAGE], str(tmp_path))


def test_a_file_in_the_place_of_the_archive_is_no_full_disk(tmp_path):
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(WarraqError, match="cannot be written") as caught:
        write_pages([PAGE], str(tmp_path / "archive"))
    assert caught.value.exit_code == 1


def test_two_writers_have_two_temporary_names(tmp_path, monkeypatch):
    names = []
    move = LocalFileSystem.mv

    def note(self: LocalFileSystem, source: str, target: str) -> None:
        names.append(source)
        move(self, source, target)

    monkeypatch.setattr(LocalFileSystem, "mv", note)
    assert write_pages([PAGE], str(tmp_path)) == write_pages([PAGE], str(tmp_path))
    assert len(set(names)) == 2
    assert all(name.endswith(".open") for name in names)


def test_a_recording_in_one_gzip_member_is_refused(tmp_path):
    plain = gzip.decompress((Path(__file__).resolve().parents[1] / "demo/demo.warc.gz").read_bytes())
    path = tmp_path / "one.warc.gz"
    path.write_bytes(gzip.compress(plain))
    with pytest.raises(UnreadableWarc, match="share a gzip member"):
        Recording(path)


def test_a_cut_record_is_not_given_as_a_page(tmp_path):
    data = (Path(__file__).resolve().parents[1] / "demo/demo.warc.gz").read_bytes()
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(data[: len(data) // 2])
    whole = {record.offset: record for record in read_warc(Path(__file__).resolve().parents[1] / "demo/demo.warc.gz")}
    given = []
    with pytest.raises(UnreadableWarc, match="cut short"):
        given.extend(read_warc(path))
    for record in given:
        assert record == whole[record.offset]
