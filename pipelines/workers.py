"""Extraction in child processes: no page can take more than its time and memory, or harm its neighbours."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib import import_module
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from pipelines.article import Extraction, Outcome, Reason
from spiders.outlet import Outlet
from spiders.records import Page

log = logging.getLogger(__name__)

WALL_SECONDS = 20.0
ADDRESS_SPACE = 1 << 30
_PAGES_A_CHILD = 2000
_RESET_EVERY = 200
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One page to extract; `key` is the caller's own and comes back untouched."""

    key: Hashable
    page: Page
    published_hint: datetime | date | None = None


def extract_all(
    jobs: Iterable[Job],
    outlets: Mapping[str, Outlet],
    *,
    workers: int = 2,
    wall_seconds: float = WALL_SECONDS,
    address_space: int = ADDRESS_SPACE,
) -> Iterator[tuple[Job, Extraction]]:
    """Every job with its extraction, in the order of `jobs`, of which only a few are held at a time.

    A page that needs more than `wall_seconds` (seconds of wall time) or `address_space` (bytes), or that kills its
    child, is quarantined as parse_timeout, parse_oom or parse_error. Children are spawned, never forked: the
    caller may hold threads and database connections.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(
        max_workers=max(1, workers),
        max_tasks=_PAGES_A_CHILD,
        initializer=_start_child,
        initargs=([_portable(outlet) for outlet in outlets.values()], address_space, os.getpid()),
        context=context,
    )
    waiting: deque[tuple[Job, ProcessFuture[Extraction]]] = deque()
    try:
        for job in jobs:
            waiting.append((job, pool.schedule(_extract, args=(job.page, job.published_hint), timeout=wall_seconds)))
            if len(waiting) >= 4 * max(1, workers):
                yield _settle(*waiting.popleft())
        while waiting:
            yield _settle(*waiting.popleft())
    finally:
        # Reached also when the caller stops reading: nothing is left running.
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _settle(job: Job, future: ProcessFuture[Extraction]) -> tuple[Job, Extraction]:
    try:
        return job, future.result()
    except TimeoutError:
        reason = Reason.PARSE_TIMEOUT
    except (MemoryError, SystemError):  # of C code that has no memory left to say so
        reason = Reason.PARSE_OOM
    except ProcessExpired as error:
        # The kernel kills what takes the machine's last memory.
        reason = Reason.PARSE_OOM if error.exitcode == -signal.SIGKILL else Reason.PARSE_ERROR
    except CancelledError:
        raise
    except Exception:
        log.exception("outlet %s: extraction of %s failed in its child", job.page.outlet, job.page.url)
        reason = Reason.PARSE_ERROR
    return job, Extraction(outcome=Outcome.QUARANTINED, reason=reason)


_outlets: dict[str, Outlet] = {}
_done = 0


def _portable(outlet: Outlet) -> dict[str, Any]:
    """An outlet's fields: the record itself has a read-only mapping, which cannot be pickled."""
    told = {field.name: getattr(outlet, field.name) for field in fields(outlet)}
    return told | {"selectors": dict(outlet.selectors)}


def _start_child(outlets: Sequence[dict[str, Any]], address_space: int, parent: int) -> None:
    """In the child: limits first, then what is slow to import."""
    _die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Its threads would reserve address space that counts against the limit.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from pipelines.attribution import split_attribution
    from pipelines.language import language
    from pipelines.logs import keep_log

    keep_log()
    import_module("pipelines.extract")
    _outlets.update((told["slug"], Outlet(**told)) for told in outlets)
    # Tables and the language model are read before the first page's time runs.
    split_attribution(["القاهرة 3 مايو (رويترز) - قالت مصادر إن الاجتماع انتهى."])
    language("خبر عاجل")
    _limit_memory(address_space)


def _die_with_parent(parent: int) -> None:
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # The parent died before the request took hold.
        os._exit(1)


def _limit_memory(address_space: int) -> None:
    try:
        import resource
    except ImportError:
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _extract(page: Page, hint: datetime | date | None) -> Extraction:
    global _done
    from pipelines.extract import extract

    _done += 1
    if _done % _RESET_EVERY == 0:
        # Its caches are global and grow with every page.
        from trafilatura.meta import reset_caches

        reset_caches()
    return extract(page, _outlets[page.outlet], hint)
