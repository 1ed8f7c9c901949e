"""The views that people ask for: what they count, which indexes they can use, and who may read them."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from pipelines.migrate import migrate
from pipelines.readers import admit_readers
from spiders.unprivileged import programs

OCTOBER, DAY, NEXT = date(2026, 10, 5), date(2026, 11, 18), date(2026, 11, 19)
ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs/warehouse.md").read_text("utf-8")
PSQL = programs() / "psql"
VIEWS = {
    "crawl.links", "news.agency_share", "news.articles", "news.articles_by_author", "news.daily_coverage",
    "news.date_disagreements", "news.freshness", "news.removed_lines",
}  # fmt: skip


def key(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def add(connection: Connection, outlet: str, n: int, day: date, hour: int | None = None, **told: Any) -> bytes:
    """One article with one revision, published at an hour and fetched as many minutes later as its number."""
    article = key(outlet, n)
    values = {
        "key": article, "outlet": outlet, "url": f"https://{outlet}.example/{n}", "day": day,
        "at": None if hour is None else at(day, hour), "seen": at(day, hour or 0) + timedelta(minutes=n),
        "title": f"عنوان {n}", "body": ["فقرة من نص الخبر"], "authors": [], "agencies": [],
    } | told  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """insert into news.article (article_key, outlet, url, revision_key, published_at, published_on, search)
            values (%(key)s, %(outlet)s, %(url)s, %(key)s, %(at)s, %(day)s, '');
            insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title,
                body, published_at, published_on, authors, agencies, tags)
            values (%(key)s, %(key)s, %(key)s, %(seen)s, %(seen)s, %(url)s, %(title)s, %(body)s, %(at)s, %(day)s,
                %(authors)s, %(agencies)s, '{}')""",
            values,
        )
    return article


def copy(connection: Connection, copied: bytes, original: bytes) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "insert into news.copy (article_key, original_key, similarity) values (%s, %s, 0.9)", (copied, original)
        )


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.fixture
def news(connection: Connection) -> Connection:
    """Two outlets over two months, with a copy, an article of two agencies, and one of which only the day is known."""
    add(connection, "sahifa", 1, OCTOBER, 9, agencies=["afp", "spa"], authors=["سلمى الكيلاني"])
    add(connection, "sahifa", 2, OCTOBER, 10, authors=["سلمى الكيلاني", "عمر الحداد"])
    original = add(connection, "sahifa", 3, DAY, 8, agencies=["afp"], authors=["عمر الحداد"])
    copied = add(connection, "manbar", 4, DAY, 11, agencies=["afp"], authors=["سلمى الكيلاني"])
    add(connection, "manbar", 30, NEXT, 7)
    add(connection, "manbar", 6, NEXT)
    copy(connection, copied, original)
    return connection


def test_daily_coverage(news: Connection) -> None:
    assert rows(news, "select * from news.daily_coverage order by published_on, outlet") == [
        (OCTOBER, "sahifa", 2, 2, 0), (DAY, "manbar", 1, 0, 1), (DAY, "sahifa", 1, 1, 0), (NEXT, "manbar", 2, 2, 0),
    ]  # fmt: skip


def test_who_copies_whom_by_month(news: Connection) -> None:
    november, october = date(2026, 11, 1), date(2026, 10, 1)
    assert rows(news, "select * from news.copying") == [(november, "manbar", "sahifa", 1, Decimal("0.3333"))]
    copy(news, key("sahifa", 2), key("sahifa", 1))
    assert rows(news, "select month, outlet, original_outlet, share from news.copying order by month") == [
        (october, "sahifa", "sahifa", Decimal("0.5000")), (november, "manbar", "sahifa", Decimal("0.3333")),
    ]  # fmt: skip


def test_the_documents_query_for_near_copies_keeps_those_at_the_threshold(news: Connection) -> None:
    document = (ROOT / "docs/duplicates.md").read_text("utf-8")
    (query,) = re.findall(r"^    (select .* from news\.copies where similarity .*);$", document, re.MULTILINE)
    assert len(rows(news, query)) == 1
    for similarity, n_near in ((0.65, 1), (0.6499, 0)):
        rows(news, f"update news.copy set similarity = {similarity} returning similarity")  # noqa: S608
        assert len(rows(news, query)) == n_near


def test_freshness_is_of_the_newest_and_of_what_tells_its_time(news: Connection) -> None:
    found = rows(news, "select outlet, url, fetched_at, n_timed, median_delay from news.freshness order by outlet")
    assert found == [
        ("manbar", "https://manbar.example/30", at(NEXT, 7) + timedelta(minutes=30), 2, timedelta(minutes=4)),
        ("sahifa", "https://sahifa.example/3", at(DAY, 8) + timedelta(minutes=3), 3, timedelta(minutes=2)),
    ]


def test_freshness_counts_from_the_first_page_that_showed_an_article(news: Connection) -> None:
    with news, news.cursor() as cursor:
        cursor.execute(
            """insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url,
                title, body, authors, agencies, tags)
            select %(new)s, article_key, %(new)s, seen_at + interval '5 hours', seen_at + interval '5 hours',
                canonical_url, 'عنوان معدل', body, authors, agencies, tags
            from news.revision where revision_key = %(old)s;
            update news.article set revision_key = %(new)s where article_key = %(old)s""",
            {"new": key("later"), "old": key("sahifa", 3)},
        )
    ((title, median),) = rows(news, "select title, median_delay from news.freshness where outlet = 'sahifa'")
    assert title == "عنوان معدل"
    assert median == timedelta(minutes=2)


def test_an_empty_warehouse_has_empty_views(connection: Connection) -> None:
    for view in VIEWS:
        assert rows(connection, f"table {view}") == []


def test_agencies_share_of_an_article_that_credits_two(news: Connection) -> None:
    half = Decimal("0.5000")
    assert rows(news, "select * from news.agency_share where month = '2026-10-01' order by agency") == [
        (date(2026, 10, 1), "sahifa", "afp", 1, 2, half), (date(2026, 10, 1), "sahifa", "spa", 1, 2, half),
        (date(2026, 10, 1), "sahifa", None, 1, 2, half),
    ]  # fmt: skip
    november = rows(news, "select outlet, agency, n_articles, n_of from news.agency_share where month > '2026-10-01'")
    assert sorted(november, key=str) == [("manbar", "afp", 1, 3), ("manbar", None, 2, 3), ("sahifa", "afp", 1, 1)]


def test_an_article_of_two_authors_is_there_for_both(news: Connection) -> None:
    found = rows(news, "select author, url, is_copy from news.articles_by_author order by author, url")
    assert found == [
        ("سلمى الكيلاني", "https://manbar.example/4", True),
        ("سلمى الكيلاني", "https://sahifa.example/1", False),
        ("سلمى الكيلاني", "https://sahifa.example/2", False),
        ("عمر الحداد", "https://sahifa.example/2", False),
        ("عمر الحداد", "https://sahifa.example/3", False),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "select * from news.daily_coverage where published_on = '2026-11-18'",
        "select * from news.freshness",
        "select * from news.agency_share where month = '2026-10-01'",
        "select * from news.originality where month = '2026-10-01'",
        "select * from news.copying where month = '2026-10-01'",
        "select * from news.articles where outlet = 'sahifa' and published_on = '2026-11-18'",
        "select * from news.articles_by_author where published_on = '2026-11-18'",
        "select * from news.articles where authors @> array['سلمى الكيلاني']",
    ],
)
def test_what_is_asked_of_a_part_can_be_read_by_an_index(news: Connection, query: str) -> None:
    with news, news.cursor() as cursor:
        cursor.execute(
            "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off"
        )
        cursor.execute(f"explain {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan, plan


def test_freshness_reads_only_the_newest(news: Connection) -> None:
    with news, news.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off")
        cursor.execute("explain select * from news.freshness")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("Presorted Key: article") == 2, plan


def test_every_field_of_an_article_is_explained(connection: Connection) -> None:
    silent = rows(
        connection,
        """select attname from pg_attribute
        where attrelid = 'news.articles'::regclass and attnum > 0 and col_description(attrelid, attnum) is null""",
    )
    assert silent == []


# The role is the server's, not a database's, so it is put aside where a test is about its absence.


@pytest.fixture
def admin(postgres: str) -> Iterator[Connection]:
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture
def no_readers(admin: Connection) -> Iterator[None]:
    with admin.cursor() as cursor:
        cursor.execute("alter role warraq_reader rename to put_aside")
        yield
        cursor.execute("select datname from pg_database where datname like 'readers%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"drop database {name} with (force)")
        cursor.execute("drop role if exists warraq_reader; drop role if exists plain_owner")
        cursor.execute("alter role put_aside rename to warraq_reader")


@pytest.fixture
def reader(database: str, admin: Connection) -> Iterator[Connection]:
    """A connection of a person who was granted the role and nothing else."""
    with admin.cursor() as cursor:
        cursor.execute("create role nadia login in role warraq_reader")
    connection = psycopg2.connect(database, user="nadia")
    yield connection
    connection.close()
    with admin.cursor() as cursor:
        cursor.execute("drop role nadia")


def _relations(connection: Connection) -> set[str]:
    query = """select format('%s.%s', relnamespace::regnamespace, relname) from pg_class
    where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace::regnamespace::text in ('crawl', 'news', 'ops')"""
    return {name for (name,) in rows(connection, query)}


def test_a_reader_sees_the_views_and_nothing_else(news: Connection, reader: Connection) -> None:
    with news, news.cursor() as cursor:
        cursor.execute("create table news.later (n integer); create view ops.later as select 1")
    views = {name for (name,) in rows(news, "select format('%s.%s', schemaname, viewname) from pg_views")}
    open_to_readers = {name for name in views if name.startswith(("news.", "crawl."))}
    assert open_to_readers >= VIEWS
    for name in _relations(news):
        if name in open_to_readers:
            rows(reader, f"table {name}")
        else:
            with pytest.raises(errors.InsufficientPrivilege):
                rows(reader, f"table {name}")
            reader.rollback()
    assert len(rows(reader, "select body from news.articles")) == 6


def test_a_reader_searches(news: Connection, reader: Connection) -> None:
    with news, news.cursor() as cursor:
        cursor.execute(
            """update news.article set search = news.searchable(revision, outlet) from news.revision
            where revision.article_key = article.article_key"""
        )
    found = rows(
        reader, "select outlet, published_on, title, url from news.search('الفقرات', outlets => array['manbar'])"
    )
    assert set(found) == {
        ("manbar", day, f"عنوان {n}", f"https://manbar.example/{n}") for n, day in ((4, DAY), (30, NEXT), (6, NEXT))
    }


@pytest.mark.parametrize(
    "statement",
    [
        "delete from crawl.links", "update crawl.links set outlet = 'x'", "create table news.mine (n integer)",
        "create table public.mine (n integer)", "select ops.admit_readers()", "set role postgres",
    ],
)  # fmt: skip
def test_a_reader_changes_nothing(reader: Connection, statement: str) -> None:
    with pytest.raises(psycopg2.Error) as refused, reader.cursor() as cursor:
        cursor.execute(statement)
    assert refused.value.pgcode in ("42501", "55000")  # insufficient privilege; a view that cannot be written to


def test_a_view_that_is_made_later_is_opened_by_asking_again(connection: Connection, reader: Connection) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("create view news.later as select 7 as n")
    assert admit_readers(connection) is None
    assert rows(reader, "select n from news.later") == [(7,)]


def _create(admin: Connection, name: str, more: str = "") -> str:
    with admin.cursor() as cursor:
        cursor.execute(f"create database {name} template template0 encoding 'UTF8' {more}")
    parameters = admin.get_dsn_parameters()
    return f"postgresql://{parameters['user']}@/{name}?host={parameters['host']}"


@pytest.mark.usefixtures("no_readers")
def test_several_databases_of_one_server_are_migrated_at_once(admin: Connection) -> None:
    urls = [_create(admin, f"readers_{n}") for n in range(4)]

    def first_command(url: str) -> bool:
        connection = psycopg2.connect(url)
        try:
            migrate(connection)
            ((is_open,),) = rows(connection, "select has_table_privilege('warraq_reader', 'news.articles', 'select')")
            return bool(is_open)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(first_command, urls)) == [True] * 4


@pytest.mark.usefixtures("no_readers")
def test_an_owner_who_may_make_no_roles_is_told_what_to_ask_for(admin: Connection) -> None:
    with admin.cursor() as cursor:
        cursor.execute("create role plain_owner login")
    url = _create(admin, "readers_plain", "owner plain_owner")
    connection = psycopg2.connect(url, user="plain_owner")
    migrate(connection)
    sentence = admit_readers(connection)
    assert sentence is not None
    assert "`create role warraq_reader nologin`" in sentence
    with admin.cursor() as cursor:
        cursor.execute("create role warraq_reader nologin")
    assert admit_readers(connection) is None
    assert rows(connection, "select has_table_privilege('warraq_reader', 'news.articles', 'select')") == [(True,)]
    connection.close()


# What docs/warehouse.md shows, typed as a reader types it, one block after the other.


def _typed(url: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each query of the document, the output that it shows, and the real one; its commands are run on the way."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("WARRAQ_")} | {
        "WARRAQ_HOME": str(folder / "home"), "WARRAQ_DATABASE_URL": url, "PGTZ": "UTC",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    (folder / "demo").symlink_to(ROOT / "demo")

    def run(*command: object, **more: Any) -> str:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=env, cwd=folder, **more)
        assert not done.returncode, done.stderr
        return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())

    run("sh", "-c", "WARRAQ_OUTLETS=demo/outlets warraq run --day 2026-11-19 --replay demo/demo.warc.gz")
    shown = re.findall(r"^```(sh|sql)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", DOCUMENT, re.MULTILINE | re.DOTALL)
    for language, text, output in shown:
        if language == "sh":
            run("sh", "-e", "-c", text)
        else:
            yield text, output.rstrip("\n"), run(PSQL, url, "-X", "-q", "-v", "ON_ERROR_STOP=1", input=text)


def test_the_document_shows_what_its_queries_give(database: str, tmp_path: Path) -> None:
    typed = list(_typed(database, tmp_path))
    assert len(typed) >= 12
    for query, shown, real in typed:
        assert real == shown, f"docs/warehouse.md is to show of\n{query}\n{real}"
    made = {path.name for path in tmp_path.iterdir()} - {"home", "demo"}
    assert made == {"articles.parquet", "aldiwan.csv", "november", "dataset"}


def test_the_document_has_every_view_and_field(connection: Connection) -> None:
    views = rows(
        connection, "select format('%s.%s', schemaname, viewname) from pg_views where schemaname in ('news', 'crawl')"
    )
    told = set(re.findall(r"^\| `((?:news|crawl)\.\w+)` \|", DOCUMENT, re.MULTILINE))
    assert told == {name for (name,) in views}
    queries = " ".join(re.findall(r"^```sql\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL))
    assert not [name for name in told if not re.search(rf"\b{name}\b", queries)]
    fields = rows(
        connection,
        """select format('| `%s` | %s | %s |', attname, format_type(atttypid, null), col_description(attrelid, attnum))
        from pg_attribute where attrelid = 'news.articles'::regclass and attnum > 0 order by attnum""",
    )
    assert re.findall(r"^\| `[a-z_]+` \| .*$", DOCUMENT.partition("## The fields")[2], re.MULTILINE) == [
        line for (line,) in fields
    ]


def test_the_diagram_has_every_table_and_view(connection: Connection) -> None:
    drawing = (ROOT / "docs/warehouse.svg").read_text("utf-8")
    assert set(re.findall(r">((?:crawl|news|ops)\.\w+)<", drawing)) == _relations(connection) - {"ops.run_run_id_seq"}
