"""Databases and archives that cannot serve: each is told apart in a sentence, before anything is done."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest

if TYPE_CHECKING:
    import subprocess

Warraq = Callable[..., "subprocess.CompletedProcess[str]"]
DAY = "2026-11-19"
_numbers = itertools.count()


def execute(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def name_of(url: str) -> str:
    return url.split("?")[0].rpartition("/")[2]


@pytest.fixture
def make(postgres: str) -> Iterator[Callable[[str], str]]:
    """Makes empty databases with some options of `create database`, and gives their URLs."""
    made = []

    def database(options: str) -> str:
        made.append(f"unfit_{os.getpid()}_{next(_numbers)}")
        execute(postgres, f"create database {made[-1]} template template0 {options}")
        return postgres.replace("/postgres?", f"/{made[-1]}?", 1)

    yield database
    for name in made:
        execute(postgres, f"drop database {name} with (force)")


def tables(url: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_tables where schemaname in ('crawl', 'news', 'ops')")
        return int((cursor.fetchone() or (0,))[0])


@pytest.mark.parametrize("arguments", [("db", "migrate"), ("report", "--day", DAY)], ids=["migrate", "report"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("encoding 'SQL_ASCII' locale 'C'", "has the encoding SQL_ASCII, and Warraq needs UTF8"),
        ("encoding 'LATIN1' locale 'C'", "has the encoding LATIN1, and Warraq needs UTF8"),
        ("encoding 'WIN1256' locale 'C'", "has the encoding WIN1256, and Warraq needs UTF8"),
        ("encoding 'UTF8' locale_provider libc locale 'C'", "has the locale C, which knows no Arabic letters"),
        ("encoding 'UTF8' locale_provider libc locale 'POSIX'", ", which knows no Arabic letters"),
        ("encoding 'UTF8' locale_provider libc lc_collate 'C.UTF-8' lc_ctype 'C'", "has the locale C, which knows no"),
    ],
    ids=["ascii", "latin1", "win1256", "c", "posix", "ctype"],
)
def test_a_database_that_cannot_hold_arabic_is_refused(
    warraq: Warraq, make: Callable[[str], str], options: str, words: str, arguments: tuple[str, ...]
) -> None:
    url = make(options)
    done = warraq(*arguments, WARRAQ_DATABASE_URL=url)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "README" in done.stderr
    assert tables(url) == 0


def test_a_locale_of_the_system_that_knows_arabic_will_do(warraq: Warraq, make: Callable[[str], str]) -> None:
    url = make("encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8'")
    done = warraq("db", "migrate", WARRAQ_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("drop schema ops cascade", "crawl, news, but no record of Warraq's migrations"),
        ("truncate ops.migration", "crawl, news, ops, but no record of Warraq's migrations"),
        ("drop table ops.run cascade", 'lacks a part of its schema (relation "ops.run" does not exist)'),
        ("alter table ops.run drop column n_links cascade", "lacks a part of its schema (column"),
        ("drop schema news cascade", "lacks a part of its schema"),
        ("drop function news.search_query(text) cascade", "lacks a part of its schema (function"),
    ],
    ids=["no ops", "no record", "no table", "no column", "no news", "no function"],
)
def test_a_half_made_schema_is_a_sentence(warraq: Warraq, database: str, statement: str, words: str) -> None:
    execute(database, statement)
    word = ("search", "خبر") if "search_query" in statement else ("run", "--day", DAY, "--only", "check")
    done = warraq(*word)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr


def test_somebody_else_s_schema_is_left_alone(warraq: Warraq, make: Callable[[str], str]) -> None:
    url = make("encoding 'UTF8'")
    execute(url, "create schema news", "create table news.letters (id int)")
    done = warraq("run", "--day", DAY, "--only", "check", WARRAQ_DATABASE_URL=url)
    assert done.returncode == 2, done.stderr
    assert "schemas named news" in done.stderr
    assert tables(url) == 1


def test_a_statement_that_takes_longer_than_the_server_allows_is_a_sentence(warraq: Warraq, database: str) -> None:
    slow = "create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(60); return new; end'"
    execute(
        database, slow, "create trigger slow before insert on ops.run execute function slow()",
        f"alter database {name_of(database)} set statement_timeout = '2s'",
    )  # fmt: skip
    done = warraq("run", "--day", DAY, "--only", "check")
    assert done.returncode == 1, done.stderr
    assert "broke off a statement (canceling statement due to statement timeout)" in done.stderr


def test_no_connection_left_is_busy(warraq: Warraq, database: str) -> None:
    role = f"one_{os.getpid()}"
    execute(database, f"create role {role} login connection limit 0")
    try:
        done = warraq("report", "--day", DAY, WARRAQ_DATABASE_URL=database.replace("//postgres:@", f"//{role}:@", 1))
    finally:
        execute(database, f"drop role {role}")
    assert done.returncode == 75, done.stderr
    assert "takes no connection now" in done.stderr
    assert "too many connections for role" in done.stderr


def test_a_database_that_does_not_exist_is_named(warraq: Warraq, database: str) -> None:
    away = database.replace(f"/{name_of(database)}?", "/not_there?", 1)
    done = warraq("report", "--day", DAY, WARRAQ_DATABASE_URL=away)
    assert done.returncode == 2, done.stderr
    assert 'database "not_there" does not exist' in done.stderr
    assert "Your own Postgres" in done.stderr


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        ("s4://bucket/news", "Protocol not known: s4"),
        ("http://archive.example/news", "http addresses keep nothing"),
        ("memory://news", "memory addresses keep nothing"),
        ("s3:/bucket/news", "two slashes belong after the colon"),
        ("sftp://ana:hidden@archive.invalid/news", "paramiko"),
    ],
    ids=["unknown", "http", "memory", "one slash", "not installed"],
)
def test_an_archive_that_cannot_be_written_is_said_before_anything_is_fetched(
    warraq: Warraq, warraq_home: Path, archive: str, words: str
) -> None:
    demo = Path(__file__).resolve().parents[1] / "demo"
    settings = {"WARRAQ_ARCHIVE": archive, "WARRAQ_OUTLETS": str(demo / "outlets")}
    done = warraq("run", "--day", DAY, "--replay", demo / "demo.warc.gz", **settings)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "hidden" not in done.stderr
    assert not list(warraq_home.rglob("crawl-*.log"))


def test_the_readme_s_command_makes_a_database_that_is_fit(warraq: Warraq, make: Callable[[str], str]) -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    command = next(line for line in readme.splitlines() if line.startswith("createdb "))
    options = dict(word[2:].split("=") for word in command.split() if word.startswith("--"))
    assert options.keys() == {"owner", "template", "encoding", "locale", "locale-provider"}
    url = make("encoding '{encoding}' locale '{locale}' locale_provider {locale-provider}".format(**options))
    done = warraq("db", "migrate", WARRAQ_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
