"""Pages become drafts as they come into the archive, in child processes, outlet beside outlet."""

from __future__ import annotations

import logging
import queue
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from pipelines.article import Extraction
from pipelines.drafts import Row, job_of, keys_of, save, waiting
from pipelines.workers import Extractor, Job
from spiders.archive import ArchiveDamaged
from spiders.outlet import Outlet
from spiders.turns import Turns
from spiders.warehouse import closing_connection

log = logging.getLogger(__name__)

READ = 25  # pages of one outlet whose places are read before another outlet has its go


@dataclass(kw_only=True, slots=True)
class Passed:
    """What became of one outlet's pages: counts by outcome, sentences about pages that the archive could not give back,
    and the error that kept the rest from the news.
    """

    outlet: str
    counts: Counter[str] = field(default_factory=Counter)
    damaged: list[str] = field(default_factory=list)
    error: BaseException | None = None


class _Event(NamedTuple):
    slug: str
    has_pages: bool = False
    has_ended: bool = False
    error: BaseException | None = None
    done: tuple[Job, Future[Extraction]] | None = None


@dataclass(slots=True)
class _Line:
    """One outlet's pages on their way: those whose places were read and that are not drafts yet, by key."""

    passed: Passed
    is_dirty: bool = False  # whether pages may wait whose places were not read
    has_ended: bool = False  # whether its crawl has
    under_way: set[bytes] = field(default_factory=set)
    unreadable: set[bytes] = field(default_factory=set)


class Extracting:
    """Extracts the pages of some outlets until the crawl of each has ended.

    `on_through` is called in the extracting thread for every outlet once: its pages are drafts now, or could not be.
    `is_kept_to_day` is that of `drafts.save`.
    """

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        turns: Turns,
        on_through: Callable[[Passed], None],
        *,
        workers: int,
        is_kept_to_day: bool,
    ) -> None:
        self._turns, self._on_through, self._is_kept_to_day = turns, on_through, is_kept_to_day
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._lines = {slug: _Line(Passed(outlet=slug)) for slug in outlets}
        self._extractor = Extractor(outlets, workers)
        self._backlog: deque[Row] = deque()
        self._n_under_way = 0

    def archived(self, slug: str) -> None:
        """Says that pages of an outlet wait in the archive, and that its turn is held."""
        self._events.put(_Event(slug, has_pages=True))

    def ended(self, slug: str, error: BaseException | None = None) -> None:
        """Says that an outlet's crawl has ended, or with an error that it had no turn: it is passed on with that."""
        self._events.put(_Event(slug, has_ended=True, error=error))

    def close(self) -> None:
        """Kills the children, and so ends `run`."""
        self._extractor.close()

    def run(self, url: str) -> None:
        """Extracts until all outlets are through; an error passes on those that are left with it."""
        try:
            with closing_connection(url) as connection:
                while self._lines:
                    self._save(connection, self._take_events())
                    self._hand_out(connection)
                    self._pass_on()
        except CancelledError:
            return
        except BaseException as error:
            log.exception("the extraction ends early")
            for line in self._lines.values():
                line.passed.error = error
                self._on_through(line.passed)
        finally:
            self.close()

    def _take_events(self) -> list[tuple[Job, Future[Extraction]]]:
        """Waits for an event, and takes all that have come by then; gives the jobs that are done."""
        done = []
        event: _Event | None = self._events.get()
        while event:
            line = self._lines[event.slug]
            if event.done:
                done.append(event.done)
            line.is_dirty = line.is_dirty or event.has_pages
            line.has_ended = line.has_ended or event.has_ended
            line.passed.error = line.passed.error or event.error
            event = None if self._events.empty() else self._events.get()
        return done

    def _save(self, connection: Connection, done: list[tuple[Job, Future[Extraction]]]) -> None:
        """Keeps extractions as drafts, each outlet's in a transaction of its own."""
        by_outlet: dict[str, list[tuple[Job, Extraction]]] = {}
        for job, future in done:
            by_outlet.setdefault(job.page.outlet, []).append((job, self._extractor.settled(job, future)))
        for slug, batch in by_outlet.items():
            line = self._lines[slug]
            fences = self._turns.fences(slug)
            line.passed.counts += save(connection, batch, fences, is_kept_to_day=self._is_kept_to_day)
            line.under_way -= {keys_of(job).page for job, _ in batch}
            self._n_under_way -= len(batch)

    def _hand_out(self, connection: Connection) -> None:
        """Hands pages to the children, a few more than these can work on."""
        while self._n_under_way < 4 * self._extractor.workers and (row := self._next(connection)):
            line, key = self._lines[row["outlet"]], bytes(row["page_key"])
            try:
                job = job_of(row)
            except ArchiveDamaged as error:
                line.passed.damaged.append(f"{row['outlet']}: {row['url']}: {error}")
                line.under_way.discard(key)
                line.unreadable.add(key)
                continue
            self._n_under_way += 1
            self._extractor.submit(job).add_done_callback(partial(self._done, job))

    def _done(self, job: Job, future: Future[Extraction]) -> None:
        self._events.put(_Event(job.page.outlet, done=(job, future)))

    def _next(self, connection: Connection) -> Row | None:
        """The next page that waits, of the outlets in turn."""
        if not self._backlog:
            for slug in [slug for slug, line in self._lines.items() if line.is_dirty]:
                line = self._lines[slug]
                rows = waiting(connection, [slug], line.under_way | line.unreadable, READ)
                line.is_dirty = len(rows) == READ
                line.under_way |= {bytes(row["page_key"]) for row in rows}
                self._backlog.extend(rows)
        return self._backlog.popleft() if self._backlog else None

    def _pass_on(self) -> None:
        for slug, line in list(self._lines.items()):
            if line.has_ended and not line.is_dirty and not line.under_way:
                del self._lines[slug]
                self._on_through(line.passed)
