"""A network or a server that falls silent: it is noticed, and a call that waits for it can be ended."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from pipelines.failures import BUSY, told
from spiders.refusals import WarehouseDown
from spiders.warehouse import connect, cut


class Proxy:
    """Carries bytes between a port of TCP and Postgres's socket, until it swallows all that it gets."""

    def __init__(self, url: str) -> None:
        query = parse_qs(urlsplit(url).query)
        self.is_silent = False
        self.socket = f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"
        self.server = socket.create_server(("127.0.0.1", 0))
        self.ends: list[socket.socket] = []
        self.url = url.partition("?")[0].replace(":@/", f":@127.0.0.1:{self.server.getsockname()[1]}/")
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.server.accept()
                postgres = socket.socket(socket.AF_UNIX)
                postgres.connect(self.socket)
                self.ends += [client, postgres]
                for a, b in ((client, postgres), (postgres, client)):
                    threading.Thread(target=self.carry, args=(a, b), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self.is_silent:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        for end in (self.server, *self.ends):
            end.close()


@pytest.fixture
def proxy(database: str) -> Iterator[Proxy]:
    if not urlsplit(database).query.startswith("host=%2F") and "host=/" not in database:
        pytest.skip("the server of these tests has no socket")
    made = Proxy(database)
    yield made
    made.close()


def still_waits(connection: Connection, statement: str, silence: threading.Event) -> BaseException | None:
    """Runs a statement that can get no answer; cuts the connection after a while, and gives what the call raised."""

    def call() -> None:
        with connection.cursor() as cursor:
            silence.set()
            cursor.execute(statement)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call)
        silence.wait(10)
        time.sleep(0.5)
        assert not waiting.done()
        cut(connection)
        return waiting.exception(timeout=10)


def test_a_call_through_a_network_that_swallows_everything_can_be_ended(proxy: Proxy) -> None:
    with closing(connect(proxy.url)) as connection:
        proxy.is_silent = True
        error = still_waits(connection, "select 1", threading.Event())
    assert isinstance(error, psycopg2.OperationalError)
    sentence, exit_code = told(error) or ("", 0)
    assert "stopped answering" in sentence
    assert exit_code == BUSY


def test_a_call_to_a_backend_that_stands_still_can_be_ended(database: str) -> None:
    connection = connect(database)
    backend = connection.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    try:
        error = still_waits(connection, "select 1", threading.Event())
    finally:
        os.kill(backend, signal.SIGCONT)
        connection.close()
    assert isinstance(error, psycopg2.OperationalError)


def test_a_connection_that_was_cut_or_closed_may_be_cut_again(database: str) -> None:
    connection = connect(database)
    cut(connection)
    cut(connection)
    with connection.cursor() as cursor, pytest.raises(psycopg2.OperationalError):
        cursor.execute("select 1")
    connection.close()
    cut(connection)


def test_a_server_that_accepts_and_says_nothing_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://ana@127.0.0.1:{silent.getsockname()[1]}/news?connect_timeout=2"
        begun = time.monotonic()
        with pytest.raises(WarehouseDown, match="timeout expired"):
            connect(url)
    assert time.monotonic() - begun < 30


def options(connection: Connection) -> dict[str, int]:
    with socket.socket(fileno=os.dup(connection.fileno())) as end:
        return {
            "keepalive": end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            "idle": end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            "interval": end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            "count": end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
            "milliseconds": end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        }


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no TCP_USER_TIMEOUT")
def test_a_dead_network_is_noticed_after_a_minute_or_when_the_url_says(proxy: Proxy) -> None:
    with closing(connect(proxy.url)) as connection:
        found = options(connection)
    assert found.pop("keepalive")
    assert found.pop("milliseconds") == 60_000
    assert found["idle"] + found["interval"] * found["count"] <= 60
    own = f"{proxy.url}?keepalives_idle=7&tcp_user_timeout=9000&application_name=mine"
    with closing(connect(own)) as connection:
        assert (options(connection)["idle"], options(connection)["milliseconds"]) == (7, 9000)
        assert connection.info.dsn_parameters["application_name"] == "mine"


def test_a_statement_has_a_bound_unless_the_server_has_its_own(database: str) -> None:
    def bound() -> str:
        with closing(connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute("show statement_timeout")
            return str((cursor.fetchone() or ("",))[0])

    assert bound() == "30min"
    name = urlsplit(database).path.strip("/")
    with closing(psycopg2.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(f"alter database {name} set statement_timeout = '7s'")
    assert bound() == "7s"
