"""Feeds, sitemaps and sections are read in child processes: no document can block the crawl, or another outlet's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from spiders.children import ChildDied, Children, ChildTimeout
from spiders.discovered import Discovered
from spiders.discovery import Document, ParseDate, read_document
from spiders.document_errors import HostileDocument
from spiders.outlet import Outlet

P = ParamSpec("P")
T = TypeVar("T")

QUICK_SECONDS = 1.0  # nearly all documents need less than a tenth of this
LARGE = 1 << 20  # bytes; such a document may take longer
SECONDS = 20.0


class Readers:
    """One child for documents as they come, and one for the large and the slow, so that nobody else waits for them."""

    def __init__(self) -> None:
        self._quick, self._slow = Children(1), Children(1)

    async def read(
        self, document: Document, body: bytes, content_type: str | None, outlet: Outlet, parse_date: ParseDate | None
    ) -> Discovered:
        """What a document lists.

        Raises:
            DocumentError: where it is unreadable or hostile; `too_slow` beyond SECONDS, `too_large` beyond a child's
                memory.
        """
        return await self.call(len(body), read_document, document, body, content_type, outlet, parse_date)

    async def call(self, size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function reads from a document of so many bytes, in a child; raises as `read` does."""
        work = partial(function, *args, **kwargs)
        if size <= LARGE:
            with suppress(ChildTimeout, ChildDied):
                return await asyncio.wrap_future(self._quick.submit(work, seconds=QUICK_SECONDS))
        try:
            return await asyncio.wrap_future(self._slow.submit(work, seconds=SECONDS))
        except ChildTimeout as error:
            raise HostileDocument("too_slow", f"Reading it takes more than {SECONDS:.0f} seconds.") from error
        except (MemoryError, ChildDied) as error:
            raise HostileDocument("too_large", "Reading it takes more memory than a document may have.") from error

    def close(self) -> None:
        """Kills the children."""
        self._quick.close()
        self._slow.close()
