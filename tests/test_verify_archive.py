"""What `verify` says of the archive's files: not what their names tell, unknown to the index, left by a stopped run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from pipelines.verify import verify
from pipelines.verify_archive import check_files
from spiders import ledger
from spiders.archive import write_pages
from spiders.archive_files import ArchiveFiles
from spiders.records import Page
from spiders.urls import link_key

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def pages(*numbers: int, outlet: str = "sahifa") -> list[Page]:
    return [
        Page(
            url=f"https://{outlet}.example/{n}", final_url=f"https://{outlet}.example/{n}", outlet=outlet, status=200,
            headers={"content-type": "text/html"}, body=f"<p>خبر {n}</p>".encode() * 50, fetched_at=NOON,
        )
        for n in numbers
    ]  # fmt: skip


def entered(connection: Connection, some: list[Page], root: str) -> str:
    """Archives pages and enters them into the index, as a run does; gives the file's name."""
    entries = write_pages(some, root)
    with connection, connection.cursor() as cursor:
        for entry in entries:
            page = entry.page
            values = {
                "link_key": link_key(page.url), "page_key": ledger.page_key(link_key(page.url), page.body),
                "url": page.url, "outlet": page.outlet, "file": entry.file, "start": entry.offset,
                "length": entry.length, "sha256": entry.sha256, "at": page.fetched_at,
            }  # fmt: skip
            cursor.execute(
                """insert into crawl.link (link_key, url, outlet, found_via)
                values (%(link_key)s, %(url)s, %(outlet)s, 'test') on conflict do nothing;
                insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset, record_length,
                    sha256, status, headers, fetched_at)
                values (%(page_key)s, %(link_key)s, %(url)s, %(url)s, %(outlet)s, %(file)s, %(start)s, %(length)s,
                    %(sha256)s, 200, '{}', %(at)s) on conflict do nothing""",
                values,
            )
    return entries[0].file


@pytest.fixture(params=["folder", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty archive in a folder, and one that fsspec holds elsewhere."""
    if request.param == "folder":
        yield str(tmp_path / "archive")
        return
    yield "memory://archive-of-tests"
    fsspec.filesystem("memory").rm("/archive-of-tests", recursive=True)


def change(root: str, name: str, how: Callable[[bytes], bytes]) -> None:
    with fsspec.open(f"{root}/{name}", "rb") as file:
        data = file.read()
    with fsspec.open(f"{root}/{name}", "wb") as file:
        file.write(how(data))


def test_a_sound_archive_has_nothing_to_tell(connection: Connection, root: str) -> None:
    for some in (pages(0, 1, 2), pages(3), pages(4, 5, outlet="jarida")):
        entered(connection, some, root)
    found = verify(connection, root)
    assert (found.n_pages, found.broken, found.leftovers) == (6, [], [])


def test_an_archive_that_is_not_there_yet_is_sound(connection: Connection, root: str) -> None:
    if root.startswith("memory"):
        fsspec.filesystem("memory").mkdir("/archive-of-tests")
    found = verify(connection, root)
    assert (found.n_pages, found.broken, found.leftovers) == (0, [], [])


HURT: dict[str, Callable[[bytes], bytes]] = {
    "bytes behind": lambda data: data + b"\0\0",
    "a record behind": lambda data: data + data,
    "a bit that no record notices": lambda data: data[:4] + b"\1" + data[5:],
}


@pytest.mark.parametrize("name", HURT)
def test_a_file_that_is_not_what_its_name_tells(connection: Connection, root: str, name: str) -> None:
    file = entered(connection, pages(0, 1), root)
    entered(connection, pages(2), root)
    change(root, file, HURT[name])
    (sentence,) = verify(connection, root).broken
    assert f"{file} is not what was written" in sentence
    assert "Restore it from a copy." in sentence


def test_a_file_whose_pages_are_damaged_is_told_once_a_page(connection: Connection, root: str) -> None:
    file = entered(connection, pages(0, 1), root)
    change(root, file, lambda data: data[:-40] + bytes(40))
    (sentence,) = verify(connection, root).broken
    assert sentence.startswith("sahifa, https://sahifa.example/1: ")


def test_a_file_of_another_name_is_missing_and_left_over(connection: Connection, root: str) -> None:
    file = entered(connection, pages(0, 1), root)
    filesystem, path = fsspec.core.url_to_fs(f"{root}/{file}")
    filesystem.mv(path, path.replace(".warc.gz", "-1.warc.gz"))
    found = verify(connection, root)
    assert len(found.broken) == 2
    (sentence,) = found.leftovers
    assert file.replace(".warc.gz", "-1.warc.gz") in sentence


@pytest.mark.parametrize("lost", [[0], [1], [2], [0, 1], [0, 2]], ids=["first", "second", "last", "two", "apart"])
def test_bytes_that_belong_to_no_record(connection: Connection, root: str, lost: list[int]) -> None:
    file = entered(connection, pages(0, 1, 2), root)
    for n in lost:
        with connection, connection.cursor() as cursor:
            cursor.execute("delete from crawl.page where url like %s", (f"%/{n}",))
    broken = verify(connection, root).broken
    assert len(broken) == (2 if lost == [0, 2] else 1)
    assert all(f"{file}: " in sentence and "bytes from byte" in sentence for sentence in broken)
    assert all("`warraq ingest`" in sentence for sentence in broken)


def test_a_page_that_two_runs_archived_at_once_is_sound(connection: Connection, root: str) -> None:
    entered(connection, pages(0, 1, 2), root)
    entered(connection, pages(1, 2, 3), root)
    found = verify(connection, root)
    assert (found.n_pages, found.broken, found.leftovers) == (4, [], [])


def test_what_a_stopped_run_left_is_told_and_harms_nothing(connection: Connection, root: str) -> None:
    entered(connection, pages(0), root)
    orphan = write_pages(pages(1, 2), root)[0].file
    half = f"{orphan[:-50]}{'0' * 32}.warc.gz.17-0011aabb.open"
    with fsspec.open(f"{root}/{half}", "wb") as file:
        file.write(b"half")
    found = verify(connection, root)
    assert found.broken == []
    assert [sentence for sentence in found.leftovers if orphan in sentence and "`warraq ingest`" in sentence]
    assert [sentence for sentence in found.leftovers if half in sentence and "delete it" in sentence]
    assert len(found.leftovers) == 2


@pytest.mark.parametrize("name", HURT)
def test_a_file_that_the_index_does_not_name_is_compared_with_its_name_too(
    connection: Connection, root: str, name: str
) -> None:
    entered(connection, pages(0), root)
    orphan = write_pages(pages(1, 2), root)[0].file
    change(root, orphan, HURT[name])
    found = verify(connection, root)
    (sentence,) = found.broken
    assert f"{orphan} is not what was written" in sentence
    assert "delete it" in sentence
    assert found.leftovers == []


def test_a_file_that_a_run_enters_meanwhile_is_no_leftover(
    connection: Connection, database: str, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is another connection: it enters what it wrote after the index was read, and ends its half file."""
    other = psycopg2.connect(database)
    names = ArchiveFiles.names

    def meanwhile(files: ArchiveFiles) -> Iterator[str]:
        yield from [*names(files), "sahifa/2026/11/19/0.warc.gz.17-0011aabb.open"]
        entered(other, pages(1), root)

    entered(connection, pages(0), root)
    write_pages(pages(1), root)
    monkeypatch.setattr(ArchiveFiles, "names", meanwhile)
    found = check_files(connection, root)
    other.close()
    assert (found.broken, found.leftovers) == ([], [])


def test_names_come_in_the_order_of_their_bytes(root: str) -> None:
    names = ["a/b/c.warc.gz", "a-b/c.warc.gz", "a/b.warc.gz", "a/b-c/d.warc.gz", "é/f.warc.gz", "z", "A/x"]
    for name in names:
        with fsspec.open(f"{root}/{name}", "wb", auto_mkdir=True) as file:
            file.write(b"x")
    assert list(ArchiveFiles(root).names()) == sorted(names, key=str.encode)


OUTLET = """
name = "الصحيفة"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["sahifa.example"]
feeds = ["https://sahifa.example/rss"]
"""


def test_ingest_of_a_leftover_takes_it_into_the_index(
    warraq, warraq_home: Path, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sahifa.toml").write_text(OUTLET, encoding="utf-8")
    monkeypatch.setenv("WARRAQ_OUTLETS", str(tmp_path))
    archive = warraq_home / "archive"
    orphan = archive / write_pages(pages(1, 2), str(archive))[0].file
    told = warraq("verify")
    assert (told.returncode, str(orphan) in told.stdout.replace("\n", "")) == (0, True)
    assert json.loads(warraq("verify", "--json").stdout)["is_sound"]
    assert warraq("ingest", orphan).returncode == 0
    after = json.loads(warraq("verify", "--json").stdout)
    assert (after["n_pages"], after["broken"], after["leftovers"]) == (2, [], [])
    assert hashlib.sha256(orphan.read_bytes()).hexdigest().startswith(orphan.name.removesuffix(".warc.gz"))
