"""From the archive to the news while the crawl goes on: pages are extracted as they come, and each outlet is loaded
when its crawl has ended, together with all others that have ended by then.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from psycopg2.extensions import connection as Connection

from pipelines.extracting import Extracting, Passed
from pipelines.load import load
from spiders.outlet import Outlet
from spiders.turns import Turns, prove
from spiders.warehouse import closing_connection

log = logging.getLogger(__name__)

OnLoaded = Callable[[Passed], None]


class Flow:
    """Two threads with a connection each: one extracts the pages of some outlets, one loads them.

    `on_loaded` is called in the loading thread for every outlet once, when its articles are in the news or could not be
    brought there. `workers` children extract; `is_kept_to_day` is that of `drafts.save`.
    """

    def __init__(
        self,
        url: str,
        outlets: Mapping[str, Outlet],
        turns: Turns,
        on_loaded: OnLoaded,
        *,
        workers: int,
        is_kept_to_day: bool = False,
    ) -> None:
        self._url, self._turns, self._on_loaded = url, turns, on_loaded
        self._through: queue.SimpleQueue[Passed | None] = queue.SimpleQueue()
        self._is_over = False
        self._told: set[str] = set()
        self._extracting = Extracting(outlets, turns, self._through.put, workers=workers, is_kept_to_day=is_kept_to_day)
        self._threads = [
            threading.Thread(target=self._extract, name="extract", daemon=True),
            threading.Thread(target=self._load, name="load", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self.archived, self.ended = self._extracting.archived, self._extracting.ended

    def join(self) -> None:
        """Waits until every outlet has been loaded; all crawls must have ended."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(0.2)  # in pieces, so that a signal is heard meanwhile

    def close(self) -> None:
        """Ends the extraction where it stands: for a run that is stopped."""
        self._extracting.close()

    def _extract(self) -> None:
        try:
            self._extracting.run(self._url)
        finally:
            self._through.put(None)

    def _load(self) -> None:
        passed: list[Passed] = []
        try:
            with closing_connection(self._url) as connection:
                while passed := self._next():
                    self._load_all(connection, passed)
        except BaseException as error:
            log.exception("the loading ends early")
            for each in passed:
                self._tell(each, error)
            while passed := self._next():
                for each in passed:
                    self._tell(each, error)

    def _next(self) -> list[Passed]:
        """Waits for an outlet, and takes all that have come by then; none when no more come."""
        if self._is_over:
            return []
        found = [self._through.get()]
        while not self._through.empty():
            found.append(self._through.get())
        self._is_over = None in found
        return [passed for passed in found if passed]

    def _load_all(self, connection: Connection, passed: Sequence[Passed]) -> None:
        """Loads outlets together; where that fails, each by itself, so that one costs no other its articles."""
        ready = [each for each in passed if each.error is None]
        for each in passed:
            if each.error:
                self._tell(each)
        try:
            self._load_together(connection, [each.outlet for each in ready])
        except Exception as error:
            connection.rollback()  # raises where the connection is lost, and that ends the loading
            if len(ready) == 1:
                self._tell(ready[0], error)
            else:
                for each in ready:
                    self._load_all(connection, [each])
        else:
            for each in ready:
                self._tell(each)

    def _load_together(self, connection: Connection, slugs: Sequence[str]) -> None:
        if slugs:
            load(connection, slugs, before_commit=partial(prove, fences=self._turns.fences(*slugs)))

    def _tell(self, passed: Passed, error: BaseException | None = None) -> None:
        """Tells of an outlet, once."""
        if passed.outlet not in self._told:
            self._told.add(passed.outlet)
            passed.error = passed.error or error
            self._on_loaded(passed)
