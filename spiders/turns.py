"""An outlet's turn: one run at a time works on an outlet, whatever process or machine it is on.

A turn is a row of `crawl.turn` that a heartbeat renews. It ends when it is given back, when it was not renewed for a
minute, or, on the machine of its holder, as soon as that process is dead. Each new holder gets a higher fence, and
every write of a holder proves its fence: who lost the turn changes nothing any more.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from spiders.errors import WarraqError
from spiders.warehouse import closing_connection, connect, cut_all, statement

SECONDS = 60.0  # how long a turn lasts without a heartbeat
HEARTBEAT = 15.0
SILENCE = 30.0  # seconds that a heartbeat waits for Postgres before all connections are given up
PATIENCE = 600.0  # seconds that a run waits for an outlet that another one has
POLL = 1.0


class OutletBusy(WarraqError):
    """Another run has the outlet's turn, or has taken it over."""

    exit_code = 75


def take(connection: Connection, outlet: str) -> int | None:
    """Takes an outlet's turn and gives its fence; None while another holder has it."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("turn_of"), {"outlet": outlet})
        holder, is_over = cursor.fetchone() or ("", True)
        if not is_over and not _is_dead(holder):
            return None
        values = {"outlet": outlet, "holder": _myself(), "former": holder, "seconds": SECONDS}
        cursor.execute(statement("take_turn"), values)
        (fence,) = cursor.fetchone() or (None,)
    return None if fence is None else int(fence)


def take_patiently(connection: Connection, outlet: str, patience: float = PATIENCE) -> int:
    """Takes an outlet's turn, waiting for it. Raises OutletBusy where it is not free within `patience` seconds."""
    end = time.monotonic() + patience
    while (fence := take(connection, outlet)) is None:
        if time.monotonic() >= end:
            raise busy(outlet)
        time.sleep(POLL)
    return fence


def busy(outlet: str) -> OutletBusy:
    """The error of an outlet whose turn another run has."""
    return OutletBusy(f"{outlet}: another run is reading this outlet. Try again when it has ended.")


def prove(cursor: Cursor, fences: Mapping[str, int]) -> None:
    """Keeps these turns to the end of the transaction, which nobody can take over until then.

    Raises:
        OutletBusy: for the first whose fence is not the newest: its holder was taken for dead.
    """
    cursor.execute(statement("prove_turns"), {"outlets": list(fences), "fences": list(fences.values())})
    held = {outlet for (outlet,) in cursor.fetchall()}
    for outlet in fences:
        if outlet not in held:
            raise OutletBusy(
                f"{outlet}: another run has taken this outlet over, since this one did not move for a minute. "
                "Nothing is lost; run it again."
            )


class Turns:
    """The turns that this process holds, renewed by a thread until they are given back."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._fences: dict[str, int] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._is_waiting = False  # for Postgres, with a heartbeat

    def keep(self, outlet: str, fence: int) -> None:
        """Renews a turn that was taken, from now on."""
        with self._lock:
            self._fences[outlet] = fence
            if not self._threads:
                self._threads = [
                    threading.Thread(target=target, name="heartbeat", daemon=True)
                    for target in (self._renew, self._watch)
                ]
                for thread in self._threads:
                    thread.start()

    def fences(self, *outlets: str) -> dict[str, int]:
        """The fences of some outlets, for `prove`."""
        with self._lock:
            return {outlet: self._fences[outlet] for outlet in outlets if outlet in self._fences}

    def give_back(self, connection: Connection, *outlets: str) -> None:
        """Ends turns at once, so that the next run need not wait for them."""
        fences = self.fences(*outlets)
        with self._lock:
            for outlet in outlets:
                self._fences.pop(outlet, None)
        if fences:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement("end_turns"), {"outlets": list(fences), "fences": list(fences.values())})

    def close(self) -> None:
        """Ends the heartbeat, and all turns that are still held."""
        self._stop.set()
        for thread in self._threads:
            thread.join(1.0)
        if self._fences:
            with suppress(WarraqError, psycopg2.Error), closing_connection(self._url) as connection:
                self.give_back(connection, *self._fences)

    def _renew(self) -> None:
        connection: Connection | None = None
        while not self._stop.wait(HEARTBEAT):
            self._is_waiting = True
            try:
                connection = connection if connection and not connection.closed else connect(self._url)
                self._beat(connection)
                self._is_waiting = False
            except (WarraqError, psycopg2.Error):
                connection = None  # no error of the run: its writes say what is wrong, and the turn runs out

    def _beat(self, connection: Connection) -> None:
        with self._lock:
            fences = dict(self._fences)
        if fences:
            values = {"outlets": list(fences), "fences": list(fences.values()), "seconds": SECONDS}
            with connection, connection.cursor() as cursor:
                cursor.execute(statement("renew_turns"), values)

    def _watch(self) -> None:
        """Notices a server that stands still while its network works: what waits for it would wait for ever."""
        seconds = 0
        while not self._stop.wait(1.0):  # seconds are counted here, for a process that is stopped waits for nothing
            seconds = seconds + 1 if self._is_waiting else 0
            if seconds >= SILENCE:
                cut_all()
                seconds = 0


@cache
def _machine() -> str:
    """Where process ids mean the same: this boot of this machine, and on Linux this namespace of processes."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    return f"{socket.gethostname()}/{psutil.boot_time():.0f}"


def _myself() -> str:
    """This process as nobody else is called: the machine, the process id and when it started."""
    return f"{_machine()} {os.getpid()} {psutil.Process().create_time():.2f}"


def _is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more; one of another machine may live."""
    machine, pid, started = holder.rsplit(" ", 2)
    if machine != _machine():
        return False
    try:
        process = psutil.Process(int(pid))
        is_same = f"{process.create_time():.2f}" == started
        return not is_same or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False
