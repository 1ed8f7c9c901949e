"""Extraction in child processes: no page can take more than its time and memory, or harm its neighbours."""

from __future__ import annotations

import logging
import signal
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib import import_module
from typing import Any

from pipelines.article import Extraction, Outcome, Reason
from spiders.children import ADDRESS_SPACE, ChildDied, Children, ChildTimeout
from spiders.outlet import Outlet
from spiders.records import Page

log = logging.getLogger(__name__)

WALL_SECONDS = 20.0
_RESET_EVERY = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One page to extract; `key` is the caller's own and comes back untouched."""

    key: Hashable
    page: Page
    published_hint: datetime | date | None = None


class Extractor:
    """Extracts pages in up to `workers` children.

    A page that needs more than `wall_seconds` (seconds of wall time) or `address_space` (bytes) is quarantined as
    parse_timeout or parse_oom. A page whose child is killed is tried once more, in another; when that one dies too,
    it is quarantined as parse_oom where the kernel killed it (which it does when memory runs out), else parse_error.
    """

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        workers: int = 2,
        *,
        wall_seconds: float = WALL_SECONDS,
        address_space: int = ADDRESS_SPACE,
    ) -> None:
        self.workers = max(1, workers)
        self._wall_seconds = wall_seconds
        portable = [_portable(outlet) for outlet in outlets.values()]
        self._children = Children(self.workers, _start_child, (portable,), address_space=address_space)
        self._is_closed = False

    def submit(self, job: Job) -> Future[Extraction]:
        """Begins a job; the future's result is its extraction, by `settled`."""
        return self._children.submit(_extract, job.page, job.published_hint, seconds=self._wall_seconds)

    def settled(self, job: Job, future: Future[Extraction]) -> Extraction:
        """The extraction of a job, waiting for it. Raises CancelledError where the extractor was closed before."""
        error = future.exception()
        if isinstance(error, ChildDied) and not self._is_closed:
            future = self.submit(job)
            error = future.exception()
        if self._is_closed and error:
            raise CancelledError  # the page is not what killed its child
        return future.result() if error is None else _failed(job, error)

    def close(self) -> None:
        """Kills the children at once."""
        self._is_closed = True
        self._children.close()


def extract_all(
    jobs: Iterable[Job],
    outlets: Mapping[str, Outlet],
    *,
    workers: int = 2,
    wall_seconds: float = WALL_SECONDS,
    address_space: int = ADDRESS_SPACE,
) -> Iterator[tuple[Job, Extraction]]:
    """Every job with its extraction, in the order of `jobs`, of which only a few are held at a time."""
    extractor = Extractor(outlets, workers, wall_seconds=wall_seconds, address_space=address_space)
    waiting: deque[tuple[Job, Future[Extraction]]] = deque()
    try:
        for job in jobs:
            waiting.append((job, extractor.submit(job)))
            if len(waiting) >= 4 * extractor.workers:
                done, future = waiting.popleft()
                yield done, extractor.settled(done, future)
        while waiting:
            done, future = waiting.popleft()
            yield done, extractor.settled(done, future)
    finally:
        # Reached also when the caller stops reading: nothing is left running.
        extractor.close()


def _failed(job: Job, error: BaseException) -> Extraction:
    """The outcome of a page that gave no extraction."""
    if isinstance(error, CancelledError):
        raise error
    if isinstance(error, ChildTimeout):
        reason = Reason.PARSE_TIMEOUT
    elif isinstance(error, MemoryError | SystemError):  # the latter of C code that has no memory left to say so
        reason = Reason.PARSE_OOM
    elif isinstance(error, ChildDied):
        reason = Reason.PARSE_OOM if error.exit_code == -signal.SIGKILL else Reason.PARSE_ERROR
    else:
        log.error("outlet %s: extraction of %s failed in its child", job.page.outlet, job.page.url, exc_info=error)
        reason = Reason.PARSE_ERROR
    return Extraction(outcome=Outcome.QUARANTINED, reason=reason)


_outlets: dict[str, Outlet] = {}
_done = 0


def _portable(outlet: Outlet) -> dict[str, Any]:
    """An outlet's fields: the record itself has a read-only mapping, which cannot be pickled."""
    told = {field.name: getattr(outlet, field.name) for field in fields(outlet)}
    return told | {"selectors": dict(outlet.selectors)}


def _start_child(outlets: Sequence[dict[str, Any]]) -> None:
    """In the child: tables and the language model are read before the first page's time runs."""
    from pipelines.attribution import split_attribution
    from pipelines.language import language
    from pipelines.logs import keep_log

    keep_log()
    import_module("pipelines.extract")
    _outlets.update((told["slug"], Outlet(**told)) for told in outlets)
    split_attribution(["القاهرة 3 مايو (رويترز) - قالت مصادر إن الاجتماع انتهى."])
    language("خبر عاجل")


def _extract(page: Page, hint: datetime | date | None) -> Extraction:
    global _done
    from pipelines.extract import extract

    _done += 1
    if _done % _RESET_EVERY == 0:
        # Its caches are global and grow with every page.
        from trafilatura.meta import reset_caches

        reset_caches()
    return extract(page, _outlets[page.outlet], hint)
