"""Where Postgres is: the user's own by WARRAQ_DATABASE_URL, else the embedded one under WARRAQ_HOME."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from weakref import WeakSet

import psycopg2
from psycopg2.extensions import connection as Connection

from spiders.dsn import NoDatabaseUrl, parameters, without_password
from spiders.errors import ImpossibleRequest
from spiders.refusals import refusal

ROOT = Path(__file__).resolve().parents[1]
SQL = ROOT / "sql"

# A silent network is noticed after a minute: by keepalives while we wait, by the timeout while we send.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 10, "keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 60_000, "application_name": "warraq",
}  # fmt: skip
_LOST = ("08", "57", "25P03", "25P04")  # connections, interventions, and transactions that stood still too long
_CANCELLED = "57014"
_open: WeakSet[Connection] = WeakSet()


def home() -> Path:
    """WARRAQ_HOME, by default `.warraq` beside the checkout; made where it is missing."""
    path = Path(os.environ.get("WARRAQ_HOME") or ROOT / ".warraq").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def is_embedded() -> bool:
    """Whether the embedded server is used, because no database of the user's own is named."""
    return not os.environ.get("WARRAQ_DATABASE_URL")


def is_there() -> bool:
    """Whether a database is named, or the embedded one was made already: asking for it would make it."""
    return not is_embedded() or _data().is_dir()


def embedded_url(database: str) -> str:
    """The URL of a database in the embedded server, both made where they are missing (about half a second)."""
    from spiders.embedded import start  # a user's own Postgres never needs it

    url = start(_data())
    with closing_connection(url) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select 1 from pg_database where datname = %s", (database,))
        if cursor.fetchone() is None:
            _create_database(connection, database)
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _create_database(connection: Connection, database: str) -> None:
    from psycopg2 import errors, sql

    from spiders.embedded import CTYPE

    # A server that was made with the plain locale C gives its databases another one too.
    locale = f"locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype '{CTYPE}'"
    command = sql.SQL("create database {} template template0 encoding 'UTF8' " + locale)
    made_by_another = (errors.DuplicateDatabase, errors.UniqueViolation)  # a process, in the same moment
    with connection.cursor() as cursor, suppress(*made_by_another):
        cursor.execute(command.format(sql.Identifier(database)))


def stop_embedded() -> bool:
    """Stops the embedded server, and says whether one ran."""
    from spiders.embedded import stop

    return stop(_data())


def _data() -> Path:
    return home() / "postgres"


def embedded_psql() -> str:
    """The psql that comes with the embedded server."""
    from spiders.unprivileged import programs

    return str(programs() / "psql")


def database_url() -> str:
    """The warehouse's libpq URL."""
    return os.environ.get("WARRAQ_DATABASE_URL") or embedded_url("warraq")


def connect(url: str | None = None) -> Connection:
    """A connection in UTC, which the caller closes.

    It gives up on a lock after ten minutes, on a statement after half an hour where the server sets no other bound, and
    on a silent network after a minute where the URL says nothing else. Raises NoDatabaseUrl, or what refusal() tells.
    """
    url = url or database_url()
    given = parameters(url)
    try:
        patience = {key: value for key, value in _PATIENCE.items() if key not in given}
        connection: Connection = psycopg2.connect(url, **patience)
    except (psycopg2.ProgrammingError, ValueError) as error:
        raise NoDatabaseUrl from error
    except psycopg2.OperationalError as error:
        raise refusal(without_password(url), str(error)) from error
    with connection.cursor() as cursor:
        cursor.execute(statement("open_session"))
    connection.commit()
    _open.add(connection)
    return connection


def cut_all() -> None:
    """Ends all connections of this process, where the server does not answer any more."""
    for connection in list(_open):
        if not connection.closed:
            cut(connection)


def cut(connection: Connection) -> None:
    """Ends a connection from another thread: the call that waits for a silent server raises OperationalError.

    Neither TCP nor Postgres notices a server that stands still while its network acknowledges what it is sent.
    """
    with suppress(psycopg2.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)


def is_lost(error: psycopg2.Error) -> bool:
    """Whether an error means that the server went away, not that it refused a statement."""
    if error.pgcode is None:
        return not isinstance(error, psycopg2.ProgrammingError)  # the driver's word for a wrong call of ours
    return error.pgcode.startswith(_LOST) and error.pgcode != _CANCELLED


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
