"""What `verify` and `report` say of a small warehouse, sound and broken."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection

from pipelines.report import print_report, report_day, report_json
from pipelines.verify import CONTENT, checksum, print_verification, texts, verification_json, verify
from spiders.archive import write_pages
from spiders.records import Page

DAY = date(2026, 11, 19)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive(connection: Connection, tmp_path: Path) -> Path:
    """An archive with three pages, and a warehouse that they were loaded into."""
    pages = [
        Page(
            url=f"https://sahifa.example/{n}",
            final_url=f"https://sahifa.example/{n}",
            outlet="sahifa",
            status=200,
            headers={"content-type": "text/html"},
            body=f"<p>خبر {n}</p>".encode() * 50,
            fetched_at=datetime(2026, 11, 19, 12, tzinfo=UTC),
        )
        for n in range(3)
    ]
    for entry in write_pages(pages, str(tmp_path)):
        _load(connection, entry.page.url, entry.file, entry.offset, entry.length, entry.sha256)
    return tmp_path


def _load(connection: Connection, url: str, file: str, offset: int, length: int, sha256: bytes) -> None:
    values = {"url": url, "key": hashlib.sha256(url.encode()).digest(), "day": DAY, "file": file,
              "offset": offset, "length": length, "sha256": sha256}  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """insert into crawl.link (link_key, url, outlet, day, found_via, outcome, page_key, article_key)
            values (%(key)s, %(url)s, 'sahifa', %(day)s, 'feed', 'loaded', %(key)s, %(key)s);
            insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset, record_length,
                sha256, status, headers, fetched_at)
            values (%(key)s, %(key)s, %(url)s, %(url)s, 'sahifa', %(file)s, %(offset)s, %(length)s, %(sha256)s, 200,
                '{}', '2026-11-19');
            insert into news.article (article_key, outlet, url, revision_key, published_on, search)
            values (%(key)s, 'sahifa', %(url)s, %(key)s, %(day)s, '');
            insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url,
                title, body, published_on, authors, agencies, tags)
            values (%(key)s, %(key)s, %(key)s, '2026-11-19', '2026-11-19', %(url)s, 'عنوان', '{}', %(day)s,
                '{}', '{}', '{}');
            insert into news.fingerprint values (%(key)s, %(key)s, 'sahifa', %(day)s, %(key)s, '{1}', '{2}')""",
            values,
        )


def execute(connection: Connection, statement: str) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_sound_warehouse(connection: Connection, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify(connection, str(archive))
    assert (found.n_pages, found.broken) == (3, [])
    assert verification_json(found) == {
        "n_pages": 3, "broken": [], "leftovers": [], "checksum": checksum(connection), "texts": texts(connection),
        "is_sound": True,
    }  # fmt: skip
    print_verification(found)
    shown = capsys.readouterr().out
    assert shown.startswith("The warehouse is sound: 3 pages read again")
    assert f"checksum {found.checksum[:16]}, texts {found.texts[:16]}" in " ".join(shown.split())


def test_a_changed_byte_and_a_lost_file_are_found(connection: Connection, archive: Path) -> None:
    (file,) = archive.rglob("*.warc.gz")
    data = file.read_bytes()
    file.write_bytes(data[:-40] + b"\0" * 40)
    assert len(verify(connection, str(archive)).broken) == 1
    file.unlink()
    broken = verify(connection, str(archive)).broken
    assert len(broken) == 3
    assert all("https://sahifa.example/" in sentence for sentence in broken)


def test_wrong_offsets_are_found(connection: Connection, archive: Path) -> None:
    execute(connection, "update crawl.page set record_offset = record_offset + 1 where url like '%/1'")
    assert len(verify(connection, str(archive)).broken) == 1


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("update crawl.link set article_key = '\\x00' where url like '%/1'", "led to an article which is not there"),
        ("update crawl.link set page_key = null where url like '%/1'", "needs a page which the archive"),
        (
            "update crawl.link set outcome = 'gone', reason = '404', article_key = null where url like '%/1'",
            "articles that no link led to",
        ),
        ("update news.revision set page_key = '\\x00' where canonical_url like '%/1'", "revisions whose page"),
        (
            "delete from news.fingerprint where revision_key in (select revision_key from news.article limit 1)",
            "finger",
        ),
        (
            """insert into news.copy select first.article_key, second.article_key, 1
            from news.article first, news.article second
            where (right(first.url, 1), right(second.url, 1)) in (('0', '1'), ('1', '2'))""",
            "copies of an article that is a copy itself",
        ),
        (
            """insert into ops.run (stage, outlet, day, n_links, outcomes, exit_code)
            values ('run', 'sahifa', '2026-11-19', 4, '{"loaded": 2, "gone": 1}', 0),
                ('run', 'sahifa', '2026-11-19', 3, '{"loaded": 2, "gone": 1}', 0),
                ('run', 'sahifa', '2026-11-19', 4, '{"loaded": 2, "gone": 1}', 1),
                ('load', 'sahifa', '2026-11-19', null, '{}', 0)""",
            "There are 1 runs called green",
        ),
    ],
)
def test_broken_invariants(connection: Connection, archive: Path, statement: str, sentence: str) -> None:
    execute(connection, statement)
    assert any(sentence in broken for broken in verify(connection, str(archive)).broken)


@pytest.mark.parametrize(
    ("stage", "day", "finished_at", "exit_code", "counts"),
    [
        ("run", DAY, None, None, "{}"),
        ("run", DAY, LATER, 75, '{"crawl": {"is_whole": false}}'),
        ("run", DAY, LATER, 1, '{"crawl": {"is_whole": false}}'),
        ("run", DAY, LATER, 1, "{}"),
        ("run", date(2026, 11, 18), LATER, 0, '{"crawl": {"is_whole": true}}'),
        ("run", DAY, datetime(2026, 11, 19, tzinfo=UTC), 0, '{"crawl": {"is_whole": true}}'),
        ("load", DAY, LATER, 0, "{}"),
        ("ingest", None, LATER, 0, "{}"),
    ],
    ids=["killed", "out of time", "ended by an error", "before it was told", "another day", "before it was found",
         "load", "ingest"],
)  # fmt: skip
def test_a_link_may_wait_for_a_run_that_asks_for_it(
    connection: Connection, archive: Path, stage: str, day: date | None, finished_at: datetime | None,
    exit_code: int | None, counts: str,
) -> None:  # fmt: skip
    wait_behind(connection, stage, day, finished_at, exit_code, counts)
    assert verify(connection, str(archive)).broken == []


@pytest.mark.parametrize(
    ("stage", "exit_code", "counts"),
    [
        ("run", 0, "{}"), ("run", 1, '{"crawl": {"is_whole": true}}'), ("run", 75, '{"crawl": {"is_whole": true}}'),
        ("crawl", 1, '{"crawl": {"is_whole": true}}'),
    ],
    ids=["green", "red", "busy", "a crawl alone"],
)  # fmt: skip
def test_no_link_waits_behind_a_run_that_went_to_its_end(
    connection: Connection, archive: Path, stage: str, exit_code: int, counts: str
) -> None:
    wait_behind(connection, stage, DAY, LATER, exit_code, counts)
    (broken,) = verify(connection, str(archive)).broken
    assert broken.startswith("There are 1 links that wait without a next try")


def wait_behind(connection: Connection, *run: object) -> None:
    """Enters a link that was never asked for, and a run of its outlet."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """insert into crawl.link (link_key, url, outlet, day, run_day, found_via)
            values (sha256('x'), 'x', 'sahifa', '2026-11-19', '2026-11-19', 'feed');
            insert into ops.run (stage, outlet, day, finished_at, exit_code, counts, n_links)
            values (%s, 'sahifa', %s, %s, %s, %s, 0)""",
            run,
        )


def test_the_checksum_is_of_the_content_alone(connection: Connection, archive: Path) -> None:
    before = checksum(connection)
    execute(connection, "set timezone to 'Asia/Beirut'; set bytea_output to 'escape'; set datestyle to 'German'")
    execute(connection, "update news.article set url = url; update crawl.link set settled_at = now()")
    assert checksum(connection) == before
    execute(connection, "update news.revision set title = 'عنوان آخر' where canonical_url like '%/1'")
    assert checksum(connection) != before


MOMENTS = """
update news.revision set seen_at = seen_at + interval '1 h', last_seen_at = now(), page_key = '\\x00', removed = '[1]';
update crawl.link set discovered_at = now(), settled_at = now(), visited_at = now(), page_key = null;
update crawl.page set fetched_at = now();
insert into news.sighting select revision_key, now(), '\\x01' from news.revision;
insert into news.disappearance select article_key, now(), '404' from news.article
"""


def test_the_texts_tell_no_moment_of_fetching(connection: Connection, archive: Path) -> None:
    before, all_of_it = texts(connection), checksum(connection)
    execute(connection, "set timezone to 'Asia/Beirut'; set bytea_output to 'escape'; set datestyle to 'German'")
    execute(connection, MOMENTS)
    assert texts(connection) == before
    assert checksum(connection) != all_of_it


@pytest.mark.parametrize(
    "statement",
    [
        "update news.revision set body = '{نص}' where canonical_url like '%/1'",
        "update news.revision set published_on = '2026-11-20' where canonical_url like '%/1'",
        "update news.revision set boilerplate = '{1}' where canonical_url like '%/1'",
        "update news.revision set authors = '{سارة}' where canonical_url like '%/1'",
        "update news.article set url = url || '0' where url like '%/1'",
        "update crawl.link set outcome = 'unchanged' where url like '%/1'",
        "update crawl.link set outcome = 'gone', reason = '404' where url like '%/1'",
        "update crawl.link set day = null where url like '%/1'",
        "insert into news.copy select max(article_key), min(article_key), 0.7 from news.article",
        "insert into news.boilerplate values ('sahifa', gen_random_uuid(), false, '2026-11-19', 'سطر', 5, 9)",
    ],
)
def test_the_texts_tell_what_was_read(connection: Connection, archive: Path, statement: str) -> None:
    before = texts(connection)
    execute(connection, statement)
    assert texts(connection) != before


def test_every_table_of_the_news_is_content(connection: Connection) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'news'")
        assert {name for (name,) in cursor.fetchall()} == set(CONTENT)


def test_the_report_of_a_day(connection: Connection, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    execute(
        connection,
        """insert into crawl.link (link_key, url, outlet, day, run_day, found_via, outcome, reason) values
            (sha256('a'), 'a', 'sahifa', '2026-11-19', null, 'f', 'quarantined', 'no_text'),
            (sha256('b'), 'b', 'jarida', null, '2026-11-19', 'f', 'pending', null),
            (sha256('c'), 'c', 'jarida', '2026-11-18', '2026-11-19', 'f', 'gone', '404');
        insert into news.copy select max(article_key), min(article_key), 0.7 from news.article""",
    )
    found = report_json(report_day(connection, DAY))
    assert found["total"]["outcomes"] == {"loaded": 3, "pending": 1, "quarantined": 1}
    assert found["outlets"][1] == {
        "outlet": "sahifa", "links": 4, "outcomes": {"loaded": 3, "quarantined": 1},
        "reasons": {"quarantined: no_text": 1}, "articles": 3, "copies": 1,
    }  # fmt: skip
    print_report(report_day(connection, DAY))
    shown = capsys.readouterr().out
    assert "sahifa" in shown
    assert "1 quarantined: no_text" in shown


def test_a_day_without_anything_is_a_sentence(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(report_day(connection, DAY))
    assert capsys.readouterr().out.startswith("Nothing is known of 2026-11-19: no run has read it.")
