"""Stopping: Ctrl-C and SIGTERM end a command within five seconds, from its first line on, with exit code 75.

A signal raises `Stopped` in the main thread, or calls what `instead` has set. Where the main thread sits in a call
that does not come back, a thread of our own ends the process: nothing is lost by that, as by any kill.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

EXIT_CODE = 75
GRACE = 4.0  # seconds between the signal and the end of the process, whatever it does
SENTENCE = "Stopped. Nothing that was archived or loaded is lost; run it again."


class Stopped(BaseException):
    """Somebody wants this process to end. It is no Exception, so that nothing takes it for a failure."""


requested = threading.Event()
_instead: Callable[[], None] | None = None
_unfinished: set[Path] = set()


def listen() -> None:
    """Makes Ctrl-C, SIGTERM and SIGHUP stop this process; a signal that is ignored already stays so.

    From the first handler on, whoever calls may be stopped: it must be ready for that already.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    threading.Thread(target=_watch, args=(reader,), name="stopping", daemon=True).start()
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in _signals():
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _told)


def check() -> None:
    """Raises Stopped where a signal was heard, whatever became of it: foreign code may have taken it for its own."""
    if requested.is_set():
        raise Stopped


@contextmanager
def instead(stop: Callable[[], None]) -> Iterator[None]:
    """While the block runs, a signal calls `stop` in the main thread in place of raising `Stopped`."""
    global _instead
    check()
    _instead = stop
    try:
        yield
    finally:
        _instead = None


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """While the block runs, this file or folder is removed where the process has to be ended."""
    _unfinished.add(path)
    try:
        yield
    finally:
        _unfinished.discard(path)


def deaf() -> None:
    """Hears no signal any more: the command has ended, and only the interpreter is still closing."""
    for number in _signals():
        signal.signal(number, signal.SIG_IGN)


def end() -> None:
    """Ends the process now, with the sentence and the exit code of a command that was stopped."""
    for path in list(_unfinished):
        shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            path.unlink(missing_ok=True)
    sys.stdout.flush()
    os.write(2, f"{SENTENCE}\n".encode())
    os._exit(EXIT_CODE)


def _signals() -> list[signal.Signals]:
    return [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


def _told(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    if requested.is_set():
        return  # the first signal is being obeyed
    requested.set()
    if _instead is None:
        raise Stopped
    _instead()


def _watch(reader: int) -> None:
    """Python writes a signal's number here at once, even while the main thread waits in foreign code."""
    ours = {int(number) for number in _signals()}
    while not ours & set(os.read(reader, 64)):
        pass
    time.sleep(GRACE)
    end()
