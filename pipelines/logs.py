"""Where the log goes: never to the person's terminal, which is for results and sentences."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from io import TextIOWrapper

from spiders.warehouse import home


class LogFile(logging.FileHandler):
    """WARRAQ_HOME/logs/warraq.log, made with its first line; a log that cannot be written stops nothing."""

    def __init__(self) -> None:
        super().__init__("warraq.log", encoding="utf-8", delay=True)
        self.setLevel(logging.WARNING)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def _open(self) -> TextIOWrapper:
        folder = home() / "logs"
        folder.mkdir(exist_ok=True)
        self.baseFilename = str(folder / "warraq.log")
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Keeps logging's own traceback from the terminal too."""


def keep_log() -> None:
    """Sends this process's warnings and errors to the log file."""
    root = logging.getLogger()
    if not any(isinstance(handler, LogFile) for handler in root.handlers):
        root.addHandler(LogFile())
        threading.excepthook = _log_thread


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    """What ends a thread is for the log; what it means for the run is told by the run."""
    name = ended.thread.name if ended.thread else "?"
    error = (ended.exc_type, ended.exc_value or ended.exc_type(), ended.exc_traceback)
    logging.getLogger(__name__).error("the thread %s ended", name, exc_info=error)
