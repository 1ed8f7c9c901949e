"""A host's slot: one request at a time goes to a host, and not before it may be asked again.

The slots of a live crawl are rows of `crawl.host`, so that delays and pauses hold between outlets, processes, restarts
and machines. A replay has slots of its own, whose clock moves on instead of sleeping: delays are computed all the same.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from psycopg2.extensions import connection as Connection
from scrapy.exceptions import IgnoreRequest

from spiders.pool import Pool
from spiders.warehouse import statement

PATIENCE = 120.0  # seconds that a crawl waits for a paused host; for longer its links wait in the ledger
MARGIN = 2.0  # seconds beyond the delay for which a slot is held anew while its request is under way
_TICK = 1.0


def after(seconds: float) -> str:
    """When a pause from now is over, to the next minute, in words that stay true: "after 2026-11-19 08:02 UTC"."""
    return f"after {datetime.now(UTC) + timedelta(seconds=seconds + 59):%Y-%m-%d %H:%M} UTC"


class HostPaused(IgnoreRequest):
    """A host that asked not to be called for a while; `wait` is how long still, in seconds."""

    def __init__(self, authority: str, wait: float) -> None:
        super().__init__(f"{authority} asked for a pause: run it again {after(wait)}")
        self.authority = authority
        self.wait = wait


class Slot:
    """A host's turn to be asked: `waited` seconds were spent on it, and `pause` is what its answer asks for."""

    def __init__(self, waited: float) -> None:
        self.waited = waited
        self.pause = 0.0


class Hosts(Protocol):
    """The slots of hosts."""

    def slot(self, authority: str, delay: float) -> AbstractAsyncContextManager[Slot]: ...


class LiveHosts:
    """Slots in Postgres. Of this process's own requests, those to one host wait in line without asking Postgres."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lines: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: dict[str, float] = {}
        self._ticking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def slot(self, authority: str, delay: float) -> AsyncIterator[Slot]:
        """Holds a host's slot while the block runs; the delay, in seconds, counts from its end.

        Raises:
            HostPaused: where the host may not be asked for longer than a crawl waits.
        """
        async with self._lines[authority]:
            slot = Slot(await self._wait(authority, delay + MARGIN))
            self._hold(authority, delay + MARGIN)
            try:
                yield slot
            finally:
                del self._under_way[authority]
                # Shielded: a crawl that is stopped owes the host its delay too.
                await asyncio.shield(self._pool.do(_free, authority, max(delay, slot.pause)))

    async def _wait(self, authority: str, hold: float) -> float:
        waited = 0.0
        while (seconds := await self._pool.do(_take, authority, hold)) > 0:
            if seconds > PATIENCE:
                raise HostPaused(authority, seconds)
            await asyncio.sleep(seconds)
            waited += seconds
        return waited

    def _hold(self, authority: str, hold: float) -> None:
        self._under_way[authority] = hold
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        """Keeps the slots of requests that take long, so that a killed crawl holds its hosts for a moment only."""
        while self._under_way:
            await asyncio.sleep(_TICK)
            if self._under_way:
                with suppress(Exception):  # the statement after the answer says what is wrong
                    await self._pool.do(_hold_all, dict(self._under_way))


class ReplayHosts:
    """The slots of a replay, in memory, on a clock that moves on instead of sleeping."""

    def __init__(self) -> None:
        self._now = 0.0
        self._free_at: dict[str, float] = defaultdict(float)
        self._lines: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def slot(self, authority: str, delay: float) -> AsyncIterator[Slot]:
        """The same as a live crawl's."""
        async with self._lines[authority]:
            wait = max(self._free_at[authority] - self._time(), 0.0)
            if wait > PATIENCE:
                raise HostPaused(authority, wait)
            await self._pass(wait)
            slot = Slot(wait)
            try:
                yield slot
            finally:
                self._free_at[authority] = self._time() + max(delay, slot.pause)

    def _time(self) -> float:
        return self._now

    async def _pass(self, seconds: float) -> None:
        self._now += seconds


class LocalHosts(ReplayHosts):
    """The slots of a first look where there is no warehouse, and so no crawl that asks the same hosts: it sleeps."""

    def _time(self) -> float:
        return asyncio.get_running_loop().time()

    async def _pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _take(connection: Connection, authority: str, hold: float) -> float:
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("take_host"), {"authority": authority, "hold": hold})
        (seconds,) = cursor.fetchone() or (0.001,)
    return float(seconds)


def _hold_all(connection: Connection, holds: dict[str, float]) -> None:
    with connection, connection.cursor() as cursor:
        values = {"authorities": list(holds), "holds": list(holds.values())}
        cursor.execute(statement("hold_hosts"), values)


def _free(connection: Connection, authority: str, seconds: float) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("free_host"), {"authority": authority, "seconds": seconds})
