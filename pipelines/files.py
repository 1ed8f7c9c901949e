"""Files and folders that are whole or not there: written under a temporary name beside the target, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from spiders.archive import NoSpace
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.stopping import unfinished


class AlreadyThere(ImpossibleRequest):
    """What is to be written exists, and nobody asked to replace it."""


@contextmanager
def replaced(path: Path, *, overwrite: bool = True) -> Iterator[IO[bytes]]:
    """A binary file that becomes `path` when the block ends well, and is gone when it does not."""
    _refuse_existing(path, overwrite)
    with _sentences(path), _clean_end():
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        try:
            with unfinished(temporary), os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o666 & ~_umask())
            _refuse_existing(path, overwrite)
            temporary.replace(path)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()


@contextmanager
def replaced_folder(path: Path, *, overwrite: bool, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A folder that becomes `path` when the block ends well, and is gone when it does not.

    An empty folder is filled; another is replaced only on demand, and only where `is_ours` knows all that it holds.
    """
    _refuse_full_folder(path, overwrite, is_ours)
    with _sentences(path), _clean_end():
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent))
        try:
            new, old = temporary / "new", temporary / "old"
            new.mkdir()
            with unfinished(temporary):
                yield new
            _refuse_full_folder(path, overwrite, is_ours)
            if path.exists():
                path.rename(old)
            try:
                new.rename(path)
            except OSError:
                old.rename(path)
                raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def flushed(path: Path) -> Iterator[IO[bytes]]:
    """A new binary file that is on the disk when the block has ended."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _refuse_existing(path: Path, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise AlreadyThere(f"{path} exists already, and is not overwritten; name another file, or add --force.")


def _refuse_full_folder(path: Path, overwrite: bool, is_ours: Callable[[Path], bool]) -> None:
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    _refuse_existing(path, overwrite)
    if not (path.is_dir() and is_ours(path)):
        raise AlreadyThere(f"{path} holds more than an export, and is not replaced; name another folder.")


@contextmanager
def _clean_end() -> Iterator[None]:
    """Lets a process that is told to end clean up first; where the signals are somebody else's, they stay so."""
    ends = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
    is_main = threading.current_thread() is threading.main_thread()
    ours = [end for end in ends if is_main and signal.getsignal(end) == signal.SIG_DFL]
    for end in ours:
        signal.signal(end, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        for end in ours:
            signal.signal(end, signal.SIG_DFL)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpace(f"No space is left for {path}; nothing was written.") from None
        raise WarraqError(f"{path} cannot be written: {error.strerror or error}.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
