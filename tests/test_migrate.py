"""The migrations lead to the schema, and a newer schema is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from pipelines.load import load
from pipelines.migrate import NewerSchema, ensure_schema, migrate, migrations, schema_version
from spiders.warehouse import SQL
from tests.looks import OUTLETS, Look, Version, at, draft, empty, gone, prose, told

# Everything that a schema consists of, as text, in an order of its own.
_PORTRAIT = """
select 'column', format('%s.%s.%s', table_schema, table_name, column_name), data_type, is_nullable, column_default
from information_schema.columns where table_schema in ('crawl', 'news', 'ops')
union all
select 'index', indexname, indexdef, '', '' from pg_indexes where schemaname in ('crawl', 'news', 'ops')
union all
select 'constraint', conrelid::regclass::text || conname, pg_get_constraintdef(oid), '', '' from pg_constraint
where connamespace::regnamespace::text in ('crawl', 'news', 'ops')
union all
select 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid), '', '' from pg_proc p
where pronamespace::regnamespace::text in ('crawl', 'news', 'ops')
union all
select 'view', format('%s.%s', schemaname, viewname), definition, '', '' from pg_views
where schemaname in ('crawl', 'news', 'ops')
order by 1, 2, 3
"""


def portrait(connection: psycopg2.extensions.connection) -> list[tuple[str, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(_PORTRAIT)
        return cursor.fetchall()


def test_schema_equals_migrations(connection, postgres):
    admin = psycopg2.connect(postgres)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("drop database if exists by_schema_file")
        cursor.execute("create database by_schema_file template template0 encoding 'UTF8'")
    admin.close()
    by_file = psycopg2.connect(postgres.replace("/postgres?", "/by_schema_file?", 1))
    with by_file, by_file.cursor() as cursor:
        cursor.execute((SQL / "schema.sql").read_text(encoding="utf-8"))
    migrated = portrait(connection)
    assert len(migrated) > 100
    assert portrait(by_file) == migrated
    by_file.close()


def test_migrating_again_changes_nothing(connection):
    assert schema_version(connection) == migrations()[-1][0]
    assert migrate(connection) == []


def test_a_newer_schema_is_refused_with_a_sentence(warraq, connection):
    with connection, connection.cursor() as cursor:
        cursor.execute("insert into ops.migration (version, name) values (9999, 'from the future')")
    with pytest.raises(NewerSchema, match=r"9999.*Upgrade"):
        ensure_schema(connection)
    done = warraq("run", "--day", "2026-11-19")
    assert done.returncode == 2
    assert "9999" in done.stderr


def test_two_first_commands_at_once_make_one_schema(postgres):
    admin = psycopg2.connect(postgres)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("drop database if exists at_once")
        cursor.execute("create database at_once template template0 encoding 'UTF8'")
    admin.close()
    url = postgres.replace("/postgres?", "/at_once?", 1)

    def first_command(_: int) -> list[str]:
        connection = psycopg2.connect(url)
        try:
            return migrate(connection)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(first_command, range(4)))
    assert sorted(applied, key=len)[-1] == [path.stem for _, path in migrations()]
    assert sum(map(bool, applied)) == 1


def test_a_warehouse_of_before_the_looks_knows_those_that_count(connection):
    own, alias = "https://raqib.example/news/1", "https://raqib.example/amp/1"
    other, none = "https://raqib.example/amp/2", "https://raqib.example/none"
    first = Version(title="عنوان أول", body=(prose(1),))
    second = Version(title="عنوان ثان", body=(prose(2),))
    before = [
        Look(url=own, version=first, seen_at=at(1)),
        Look(url=own, version=first, seen_at=at(2), mark=1),
        Look(url=own, version=second, seen_at=at(3)),
        Look(url=own, reason="soft_404", seen_at=at(4)),
        Look(url=alias, of=own, version=second, seen_at=at(2)),
        Look(url=other, of=f"{own}2", version=first, seen_at=at(2)),
        Look(url=none, reason="no_text", seen_at=at(2)),
    ]
    since = [
        Look(url=own, version=first, seen_at=at(5), mark=2),
        Look(url=own, reason="404", seen_at=at(6)),
        Look(url=f"{own}2", version=second, seen_at=at(6)),
        Look(url=none, reason="not_arabic", seen_at=at(1)),
    ]
    draft(connection, before)
    load(connection, OUTLETS)
    with connection, connection.cursor() as cursor:
        cursor.execute("drop table crawl.look; alter table crawl.link drop column found_at")
        cursor.execute((SQL / "migrations/0008_looks.sql").read_text(encoding="utf-8"))
    draft(connection, since)
    load(connection, OUTLETS, gone(since))
    migrated = told(connection)
    empty(connection)
    draft(connection, [*before, *since])
    load(connection, OUTLETS, gone(since))
    assert told(connection) == migrated
