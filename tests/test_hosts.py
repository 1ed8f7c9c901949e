"""Slots of hosts: the delay and a pause hold between tasks, connections and processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from spiders.hosts import MARGIN, HostPaused, LiveHosts, ReplayHosts
from spiders.pool import Pool

HOST = "raqib.tld:8080"
ASK = """
import asyncio, sys, time
from spiders.hosts import LiveHosts
from spiders.pool import Pool

async def ask():
    pool = Pool(sys.argv[1], 2)
    hosts = LiveHosts(pool)
    for _ in range(int(sys.argv[2])):
        async with hosts.slot("raqib.tld:8080", 0.3):
            print(time.time(), flush=True)
    pool.close()

asyncio.run(ask())
"""


@pytest.fixture
def pool(database) -> Iterator[Pool]:
    pool = Pool(database, 2)
    yield pool
    pool.close()


def test_two_tasks_take_turns_with_a_delay_from_the_end_of_each(pool):
    async def both() -> list[tuple[float, float]]:
        hosts, spans = LiveHosts(pool), []

        async def ask() -> None:
            for _ in range(2):
                async with hosts.slot(HOST, 0.3):
                    began = time.monotonic()
                    await asyncio.sleep(0.2)
                    spans.append((began, time.monotonic()))

        await asyncio.gather(ask(), ask())
        return sorted(spans)

    spans = asyncio.run(both())
    assert len(spans) == 4
    assert min(after[0] - before[1] for before, after in pairwise(spans)) >= 0.3


def test_two_processes_ask_one_host_no_nearer_than_its_delay(database):
    command = [sys.executable, "-c", ASK, database, "5"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    moments = sorted(float(line) for process in processes for line in process.communicate(timeout=120)[0].split())
    assert len(moments) == 10
    assert min(after - before for before, after in pairwise(moments)) >= 0.3


def test_a_killed_process_frees_its_host_soon(database, pool):
    with subprocess.Popen([sys.executable, "-c", ASK, database, "1000"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()

    async def ask() -> float:
        async with LiveHosts(pool).slot(HOST, 0.3) as slot:
            return slot.waited

    assert asyncio.run(ask()) <= 0.3 + MARGIN


def test_a_slow_answer_keeps_the_host_for_as_long_as_it_takes(pool):
    """The other asker has slots of its own, as another process has."""

    async def both() -> float:
        async with LiveHosts(pool).slot(HOST, 0.1):
            asking = asyncio.create_task(ask(LiveHosts(pool)))
            await asyncio.sleep(MARGIN + 2)
            assert not asking.done()
        return await asking

    async def ask(hosts: LiveHosts) -> float:
        async with hosts.slot(HOST, 0.1) as slot:
            return slot.waited

    assert asyncio.run(both()) >= MARGIN


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "replay"])
def test_a_long_pause_is_said_and_a_short_one_is_waited_for(pool, is_live):
    async def ask() -> tuple[float, float]:
        hosts = LiveHosts(pool) if is_live else ReplayHosts()
        async with hosts.slot(HOST, 0.1) as slot:
            slot.pause = 1.0
        async with hosts.slot(HOST, 0.1) as slot:
            waited = slot.waited
            slot.pause = 3600.0
        with pytest.raises(HostPaused) as paused:
            async with hosts.slot(HOST, 0.1):
                pass
        return waited, paused.value.wait

    waited, left = asyncio.run(ask())
    assert 0.9 <= waited < 30
    assert 3500 < left <= 3600


def test_another_host_waits_for_nobody(pool):
    async def both() -> float:
        hosts = LiveHosts(pool)
        async with hosts.slot(HOST, 60), hosts.slot("safir.tld", 1) as slot:
            return slot.waited

    assert asyncio.run(both()) == 0.0
