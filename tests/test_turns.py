"""Turns: one run at a time on an outlet, whatever becomes of its holder."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest

from spiders import turns
from spiders.turns import OutletBusy, Turns, prove, take

HOLD = """
import sys, time
import psycopg2
from spiders import turns
turns.HEARTBEAT = 0.2
turns.SECONDS = float(sys.argv[2])
held = turns.Turns(sys.argv[1])
held.keep("raqib", turns.take_patiently(psycopg2.connect(sys.argv[1]), "raqib", 60))
print("held", flush=True)
time.sleep(600)
"""


@contextmanager
def holder(url: str, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the turn of `raqib`."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, url, str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def test_a_turn_is_held_by_one_and_given_back(connection, database):
    mine = take(connection, "raqib")
    assert mine == 1
    with closing(psycopg2.connect(database)) as other:
        assert take(other, "raqib") is None
        assert take(other, "safir") == 1
        held = Turns(database)
        held.keep("raqib", mine)
        held.give_back(connection, "raqib")
        assert take(other, "raqib") == 2


def test_of_many_who_try_at_once_one_gets_it(database):
    def attempt(_: int) -> int | None:
        with closing(psycopg2.connect(database)) as connection:
            return take(connection, "raqib")

    with ThreadPoolExecutor(8) as threads:
        fences = list(threads.map(attempt, range(16)))
    assert [fence for fence in fences if fence] == [1]


def test_the_turn_of_a_killed_process_is_taken_at_once(connection, database):
    with holder(database) as process:
        assert take(connection, "raqib") is None
        process.kill()
        process.wait()
        assert take(connection, "raqib") == 2


def test_a_zombie_holds_nothing(connection, database):
    with holder(database) as process:
        process.kill()
        time.sleep(0.3)  # it is dead, and nobody has waited for it
        assert take(connection, "raqib") == 2


def test_a_stopped_holder_loses_its_turn_when_it_runs_out_and_writes_nothing_after(connection, database):
    with holder(database, seconds=3) as process:
        time.sleep(4)
        assert take(connection, "raqib") is None  # its heartbeat keeps it for longer than it lasts
        process.send_signal(signal.SIGSTOP)
        fence, end = None, time.monotonic() + 60
        while fence is None and time.monotonic() < end:
            time.sleep(0.1)
            fence = take(connection, "raqib")
        assert fence == 2
        with connection, connection.cursor() as cursor, pytest.raises(OutletBusy, match="raqib: another run has taken"):
            prove(cursor, {"raqib": 1})


def test_nobody_takes_a_turn_over_within_a_transaction_that_has_proven_it(connection, database):
    fence = take(connection, "raqib")
    assert fence
    with closing(psycopg2.connect(database)) as other, ThreadPoolExecutor(1) as threads:
        with connection, connection.cursor() as cursor:
            prove(cursor, {"raqib": fence})
            with closing(psycopg2.connect(database)) as clock, clock, clock.cursor() as hand:
                hand.execute("update crawl.turn set until = '-infinity'")  # the heartbeat is not held up by proofs
            taken = threads.submit(take, other, "raqib")
            time.sleep(0.5)
            assert not taken.done()
        assert taken.result(30) == 2


def test_another_machine_is_believed_until_the_turn_runs_out(connection, monkeypatch):
    assert take(connection, "raqib")
    with connection, connection.cursor() as cursor:
        cursor.execute("update crawl.turn set holder = 'elsewhere/pid:[1] 1 0.00'")
    assert take(connection, "raqib") is None
    with connection, connection.cursor() as cursor:
        cursor.execute("update crawl.turn set until = now() - interval '1 second'")
    assert take(connection, "raqib") == 2


def test_who_waits_too_long_is_told(connection, database, monkeypatch):
    assert take(connection, "raqib")
    monkeypatch.setattr(turns, "POLL", 0.05)
    with closing(psycopg2.connect(database)) as other, pytest.raises(OutletBusy, match="raqib: another run is reading"):
        turns.take_patiently(other, "raqib", patience=0.2)


def test_closing_gives_all_turns_back(connection, database):
    held = Turns(database)
    for slug in ("raqib", "safir"):
        fence = take(connection, slug)
        assert fence
        held.keep(slug, fence)
    held.close()
    assert (take(connection, "raqib"), take(connection, "safir")) == (2, 2)
