"""A function in a child process, with bounds of time and memory: no input can harm its caller or its neighbours."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")

START_SECONDS = 120.0  # for a child's imports, on a machine under load
ADDRESS_SPACE = 1 << 30  # bytes
CALLS_A_CHILD = 2000  # before it is replaced, for what its libraries keep
_ENDS = [signal.SIGINT, signal.SIGTERM]
_PR_SET_PDEATHSIG = 1


class ChildTimeout(Exception):
    """A call that took longer than its seconds; its child was killed."""


class ChildDied(Exception):
    """A child that ended within a call; `exit_code` is negative for the signal that killed it."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"the child process ended with {exit_code}")
        self.exit_code = exit_code


class Children:
    """Up to `workers` child processes, each started when it is first needed and started again after it ended.

    `start(*arguments)` is called first in each child, before its `address_space` (bytes) is bounded: what is slow to
    import belongs there. Children are spawned, never forked, since the caller may hold threads and connections.
    """

    def __init__(
        self,
        workers: int,
        start: Callable[..., None] | None = None,
        arguments: Sequence[Any] = (),
        *,
        address_space: int = ADDRESS_SPACE,
    ) -> None:
        self._setup = (start, tuple(arguments), address_space)
        self._threads = ThreadPoolExecutor(max(1, workers), thread_name_prefix="child")
        self._own = threading.local()
        self._all: set[_Child] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def submit(self, function: Callable[..., T], *arguments: Any, seconds: float) -> Future[T]:
        """Calls a function in a child, once one is free.

        The future raises ChildTimeout after `seconds` of wall time in the child, ChildDied where the child ended, and
        what the function raises (MemoryError, where the child has no memory left).
        """
        return self._threads.submit(self._call, function, arguments, seconds)

    def close(self) -> None:
        """Kills all children at once; calls that wait are cancelled."""
        with self._lock:
            self._is_closed = True
            children = list(self._all)
        for child in children:
            child.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _call(self, function: Callable[..., T], arguments: tuple[Any, ...], seconds: float) -> T:
        child: _Child | None = getattr(self._own, "child", None)
        if child is None or not child.is_usable():
            child = self._own.child = self._started(child)
        answer: T = child.call(function, arguments, seconds)
        return answer

    def _started(self, former: _Child | None) -> _Child:
        if former:
            former.kill()
        child = _Child(*self._setup)
        with self._lock:
            self._all -= {former}
            self._all.add(child)
            if self._is_closed:
                child.kill()
        child.wait_until_ready()
        return child


class _Child:
    """One child process and the pipe to it, which no other child shares: a kill harms no neighbour."""

    def __init__(self, start: Callable[..., None] | None, arguments: tuple[Any, ...], address_space: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, os.getpid(), start, arguments, address_space), daemon=True
        )
        with _unheard():
            self._process.start()
        theirs.close()
        self._n_calls = 0
        self._has_ended = False

    def is_usable(self) -> bool:
        return not self._has_ended and self._n_calls < CALLS_A_CHILD and self._process.is_alive()

    def wait_until_ready(self) -> None:
        self._answer(START_SECONDS)

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Any:
        self._n_calls += 1
        try:
            self._pipe.send((function, arguments))
        except OSError:
            self._ended()
        value, error = self._answer(seconds)
        if error is not None:
            raise error
        return value

    def _answer(self, seconds: float) -> tuple[Any, BaseException | None]:
        try:
            if not self._pipe.poll(seconds):
                self.kill()
                raise ChildTimeout(f"it took longer than {seconds:.0f} s")
            answer: tuple[Any, BaseException | None] = self._pipe.recv()
        except (EOFError, OSError):
            self._ended()
            raise AssertionError from None
        return answer

    def _ended(self) -> None:
        self._has_ended = True
        self._process.join(5)
        raise ChildDied(self._process.exitcode)

    def kill(self) -> None:
        self._has_ended = True
        with suppress(OSError, ValueError):
            self._process.kill()
            self._process.join(5)


@contextmanager
def _unheard() -> Iterator[None]:
    """Hides the signals that end a command from a child that is just being started; it ignores them ever after."""
    resource_tracker.ensure_running()  # which would show them again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    pipe: Connection, parent: int, start: Callable[..., None] | None, arguments: tuple[Any, ...], address_space: int
) -> None:
    """In the child: answers calls until the pipe is closed. Its parent alone decides when it ends."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    _die_with(parent)
    # Threads of numeric libraries would reserve address space that counts against the bound.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if start:
        start(*arguments)
    _limit_memory(address_space)
    pipe.send((None, None))
    with suppress(EOFError, OSError):
        while True:
            _send(pipe, *_result(*pipe.recv()))


def _result(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    try:
        return function(*arguments), None
    except Exception as error:
        return None, error


def _send(pipe: Connection, value: Any, error: BaseException | None) -> None:
    try:
        pipe.send((value, error))
    except MemoryError:
        pipe.send((None, MemoryError("no memory is left for the answer")))
    except (OSError, EOFError):
        raise
    except Exception as unpicklable:
        pipe.send((None, RuntimeError(f"{error or value!r} cannot be handed back ({unpicklable})")))


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before the request took hold


def _limit_memory(address_space: int) -> None:
    try:
        import resource
    except ImportError:
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
