"""robots.txt: asked for once a host, kept for a day, and held on to for a week while its host answers with errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from psycopg2.extensions import connection as Connection
from scrapy.exceptions import IgnoreRequest

from spiders.pool import Pool
from spiders.robots_text import Rules, read_rules
from spiders.warehouse import statement

FRESH = 24 * 3600.0  # seconds for which a copy serves (RFC 9309, 2.4)
LONGEST = 7 * 24 * 3600.0  # seconds for which one holds on while its host answers with errors
_LARGE = 10_000  # bytes
REMEMBERED = 300.0  # seconds for which a host without a robots.txt to go by is not asked again by one process


class Answer(NamedTuple):
    """What a host answered: the file's bytes (empty where it has none), or None, why in words, and the pause in
    seconds that it asks for.
    """

    body: bytes | None
    said: str
    pause: float | None = None


Ask = Callable[[str], Awaitable[Answer]]


class RobotsUnreachable(IgnoreRequest):
    """A host whose robots.txt cannot be read: nothing may be fetched from it until it can."""

    def __init__(self, authority: str, said: str, pause: float | None = None) -> None:
        super().__init__(f"{authority} was not crawled, because its robots.txt {said}")
        self.authority = authority
        self.pause = pause


class Store(Protocol):
    """Where copies are kept between crawls."""

    async def read(self, authority: str) -> tuple[bytes, float] | None: ...
    async def keep(self, authority: str, answer: Answer) -> None: ...


class NoStore:
    """For a replay, and for a first look where there is no warehouse."""

    async def read(self, authority: str) -> tuple[bytes, float] | None:  # noqa: ARG002
        return None

    async def keep(self, authority: str, answer: Answer) -> None:
        """Keeps nothing."""


class Warehouse:
    """The copies in `crawl.robots`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, authority: str) -> tuple[bytes, float] | None:
        """The last copy that was read, and its age in seconds."""
        return await self._pool.do(_read, authority)

    async def keep(self, authority: str, answer: Answer) -> None:
        """Keeps an answer; one without a file leaves the last copy as it is."""
        await self._pool.do(_keep, authority, answer)


@dataclass(frozen=True, slots=True)
class Held:
    """The rules of a host, with the file's bytes; `note` says in words where they are old, because the host answers
    with errors.
    """

    rules: Rules
    body: bytes
    note: str = ""


class Robots:
    """The rules of every host, each asked for once and shared by all who wait for it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[float, asyncio.Task[Held]]] = {}

    async def of(self, url: str, ask: Ask) -> Held:
        """The rules of an address's host; `ask` fetches its robots.txt where no copy serves.

        Raises:
            RobotsUnreachable: where there are none to go by.
        """
        parts = urlsplit(url)
        authority = f"{parts.scheme}://{parts.netloc.lower()}"
        asked_at, task = self._known.get(authority, (0.0, None))
        if task is None or time.monotonic() - asked_at > (REMEMBERED if _has_failed(task) else FRESH):
            task = asyncio.create_task(self._find(authority, ask))
            self._known[authority] = (time.monotonic(), task)
        return await asyncio.shield(task)

    async def _find(self, authority: str, ask: Ask) -> Held:
        body, age = await self._store.read(authority) or (None, 0.0)
        if body is not None and age < FRESH:
            return Held(await _rules(body), body)
        answer = await ask(f"{authority}/robots.txt")
        await self._store.keep(authority, answer)
        if answer.body is not None:
            return Held(await _rules(answer.body), answer.body)
        if body is not None and age < LONGEST:
            note = f"the robots.txt of {authority} {answer.said}; the copy of {age / 3600:.0f} hours ago holds"
            return Held(await _rules(body), body, note)
        raise RobotsUnreachable(authority, answer.said, answer.pause)


async def _rules(body: bytes) -> Rules:
    """A large file is read in a thread, since the reactor must not wait for it."""
    return await asyncio.to_thread(read_rules, body) if len(body) > _LARGE else read_rules(body)


def _has_failed(task: asyncio.Task[Held]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _read(connection: Connection, authority: str) -> tuple[bytes, float] | None:
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("robots_of"), {"authority": authority})
        row = cursor.fetchone()
    return (bytes(row[0]), float(row[1])) if row else None


def _keep(connection: Connection, authority: str, answer: Answer) -> None:
    with connection, connection.cursor() as cursor:
        values = {"authority": authority, "body": answer.body, "answer": answer.said}
        cursor.execute(statement("keep_robots"), values)
