"""Brings the warehouse's schema to the newest version, one numbered migration after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg2.extensions import connection as Connection

from spiders.errors import ImpossibleRequest
from spiders.warehouse import SQL, statement

_LOCK = 0x7761_7272_6171  # "warraq": two migrations at once would race


class NewerSchema(ImpossibleRequest):
    """The database was made by a newer Warraq than this one."""


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


def check_version(connection: Connection) -> None:
    """Refuses a schema that is newer than this program knows.

    Raises:
        NewerSchema: with both versions.
    """
    newest, has = migrations()[-1][0], schema_version(connection)
    if has > newest:
        raise NewerSchema(
            f"The database has schema version {has}, and this Warraq knows only up to {newest}. "
            "Upgrade Warraq; nothing was changed."
        )


def migrate(connection: Connection) -> list[str]:
    """Applies what is missing, in one transaction, and gives the names of what it applied."""
    check_version(connection)
    with _alone(connection), connection, connection.cursor() as cursor:
        applied = []
        has = schema_version(connection)
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
    check_version(connection)
    if schema_version(connection) < migrations()[-1][0]:
        migrate(connection)
