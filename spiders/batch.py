"""Pages and outcomes on their way to the archive and the ledger: a few at a time, and soon."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from spiders.ledger import Lease, Settlement
from spiders.records import Page

SIZE = 16  # pages to a WARC file at most
SECONDS = 5.0  # for which a page waits at most, and so what a kill can cost

Fetched = tuple[Page, Lease]
Write = Callable[[Sequence[Fetched], Sequence[Settlement]], Awaitable[None]]


class Batch:
    """Hands what came to `write` when there are SIZE of it or SECONDS have passed, one hand-over after the other.

    After an error of `write` nothing more is handed over, and every later call raises it.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._pages: list[Fetched] = []
        self._settled: list[Settlement] = []
        self._due: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    async def fetched(self, page: Page, lease: Lease) -> None:
        """Takes a page."""
        self._pages.append((page, lease))
        await self._taken()

    async def settled(self, settlement: Settlement) -> None:
        """Takes the outcome of a link that gave no page."""
        self._settled.append(settlement)
        await self._taken()

    async def flush(self) -> None:
        """Hands over all that came, and waits until it is written; it is written even where the caller is cancelled."""
        await asyncio.shield(self._hand_over())

    async def _taken(self) -> None:
        if self._writing and self._writing.done():
            self._writing.result()
        if len(self._pages) + len(self._settled) >= SIZE:
            await self.flush()
        elif self._due is None:
            self._due = asyncio.get_running_loop().call_later(SECONDS, self._hand_over)

    def _hand_over(self) -> asyncio.Task[None]:
        if self._due:
            self._due.cancel()
            self._due = None
        pages, settled, self._pages, self._settled = self._pages, self._settled, [], []
        self._writing = asyncio.create_task(self._write_after(self._writing, pages, settled))
        return self._writing

    async def _write_after(
        self, former: asyncio.Task[None] | None, pages: Sequence[Fetched], settled: Sequence[Settlement]
    ) -> None:
        if former:
            await former
        if pages or settled:
            await self._write(pages, settled)
