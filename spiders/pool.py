"""A few connections for a whole crawl: statements run in threads, so that the reactor never waits for Postgres."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Concatenate, ParamSpec, TypeVar

import psycopg2
from psycopg2.extensions import connection as Connection

from spiders.warehouse import connect, is_lost

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """`size` threads, each with a connection of its own that is opened when it is first needed.

    Nothing is bound to a connection: every piece of work is a transaction or several, and may run on any of them.
    """

    def __init__(self, url: str, size: int = 4) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="warehouse")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._open: set[Connection] = set()

    async def do(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `work(connection, …)` in a thread and waits for it without holding the reactor up."""
        return await asyncio.wrap_future(self.submit(work, *args, **kwargs))

    def submit(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The same for a caller in another thread."""
        return self._threads.submit(self._run, lambda connection: work(connection, *args, **kwargs))

    def _run(self, work: Callable[[Connection], T]) -> T:
        connection = self._connection()
        try:
            return work(connection)
        except psycopg2.Error as error:
            if is_lost(error) or connection.closed:
                self._forget(connection)
            raise

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None or connection.closed:
            connection = self._own.connection = connect(self._url)
            with self._lock:
                self._open.add(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            self._open.discard(connection)
        self._own.connection = None
        with suppress(psycopg2.Error):
            connection.close()

    def close(self) -> None:
        """Waits for what runs, and closes all connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for connection in self._open:
            with suppress(psycopg2.Error):
                connection.close()
