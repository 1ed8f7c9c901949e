"""Brings the warehouse's schema to the newest version, one numbered migration after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg2.extensions import connection as Connection

from spiders.errors import ImpossibleRequest
from spiders.warehouse import SQL, home, is_embedded, statement

OLDEST = 150000  # PostgreSQL 15
_HELP = "The README says under “Your own Postgres” how to make one that is fit."
_LOCK = 0x7761_7272_6171  # "warraq": two migrations at once would race


class NewerSchema(ImpossibleRequest):
    """The database was made by a newer Warraq than this one."""


class UnfitDatabase(ImpossibleRequest):
    """The database cannot hold the warehouse: its version, encoding or locale, or what is in it already."""


def migrations() -> list[tuple[int, Path]]:
    """The numbered files of sql/migrations, in order."""
    found = [(int(path.name.split("_")[0]), path) for path in (SQL / "migrations").glob("*.sql")]
    return sorted(found)


def schema_version(connection: Connection) -> int:
    """The newest migration that the database has; 0 for an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(statement("schema_version"))
        (is_there,) = cursor.fetchone() or (False,)
        if not is_there:
            return 0
        cursor.execute("select coalesce(max(version), 0) from ops.migration")
        (version,) = cursor.fetchone() or (0,)
    return int(version)


def check_database(connection: Connection) -> None:
    """Refuses a database that cannot hold Arabic, one with a part of a schema, and a schema that is newer than ours.

    Raises:
        UnfitDatabase: with what is wrong.
        NewerSchema: with both versions.
    """
    if connection.server_version < OLDEST:
        raise UnfitDatabase(
            f"The server is PostgreSQL {connection.server_version // 10000}, and Warraq needs 15 or newer. {_HELP}"
        )
    _check_letters(connection)
    newest, has = migrations()[-1][0], schema_version(connection)
    if has > newest:
        raise NewerSchema(
            f"The database has schema version {has}, and this Warraq knows only up to {newest}. "
            "Upgrade Warraq; nothing was changed."
        )


def _check_letters(connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement("database_encoding"))
        encoding, locale = cursor.fetchone() or ("", "")
        if encoding != "UTF8":
            raise UnfitDatabase(f"The database has the encoding {encoding}, and Warraq needs UTF8. {_HELP}")
        cursor.execute(statement("database_knows_arabic"))
        if cursor.fetchone() != (True,):
            raise UnfitDatabase(f"The database has the locale {locale}, which knows no Arabic letters. {_remedy()}")


def _remedy() -> str:
    if not is_embedded():
        return _HELP
    return f"Move {home() / 'postgres'} away: a new one is made, which `warraq ingest` fills from the archive."


def _check_is_empty(connection: Connection) -> None:
    """Refuses to make the first tables where a schema of one of our names is."""
    with connection.cursor() as cursor:
        cursor.execute(statement("schemas_of_ours"))
        if names := ", ".join(name for (name,) in cursor):
            raise UnfitDatabase(
                f"The database has schemas named {names}, but no record of Warraq's migrations: they are somebody "
                f"else's, or a part of a warehouse. Restore the whole of it, or take an empty database. {_HELP}"
            )


def migrate(connection: Connection) -> list[str]:
    """Applies what is missing, in one transaction, and gives the names of what it applied."""
    check_database(connection)
    with _alone(connection), connection, connection.cursor() as cursor:
        applied = []
        has = schema_version(connection)
        if not has:
            _check_is_empty(connection)
        cursor.execute("set local statement_timeout to 0")  # an index of a large table takes as long as it takes
        for version, path in migrations():
            if version > has:
                cursor.execute(path.read_text(encoding="utf-8"))
                cursor.execute("insert into ops.migration (version, name) values (%s, %s)", (version, path.stem))
                applied.append(path.stem)
    return applied


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """One migration at a time; the lock is a session's, so that what follows sees what the one before did."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", (_LOCK,))
        connection.commit()
        try:
            yield
        finally:
            connection.rollback()
            cursor.execute("select pg_advisory_unlock(%s)", (_LOCK,))
            connection.commit()


def ensure_schema(connection: Connection) -> None:
    """Migrates an old or empty schema, so that a first command needs no other before it."""
    check_database(connection)
    if schema_version(connection) < migrations()[-1][0]:
        migrate(connection)
