"""The news are a function of the looks that were loaded: in whatever parts and order, and by however many at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from pipelines.failures import told as told_error
from pipelines.load import load
from spiders.warehouse import connect
from tests.looks import DAY, OUTLETS, Look, Version, World, at, draft, empty, gone, key, named, prose, told

ROOT = Path(__file__).resolve().parents[1]
NEXT_DAY = DAY + timedelta(days=1)
OWN, ALIAS, OTHER = (f"https://raqib.example/{path}" for path in ("news/1", "amp/1", "print/1"))
FIRST = Version(title="عنوان أول", body=(prose(1), prose(2)))
SECOND = Version(title="عنوان ثان", body=(prose(1), prose(3)))


@pytest.fixture
def warehouse(database: str) -> Iterator[Connection]:
    with closing(connect(database)) as connection:
        yield connection


def load_all(connection: Connection, looks: Sequence[Look]) -> dict[str, int]:
    draft(connection, looks)
    return load(connection, OUTLETS, gone(looks))


def fetch(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


# --- parts, orders, several at once


@pytest.mark.parametrize("seed", range(12))
def test_parts_in_any_order_are_one_load(warehouse: Connection, seed: int) -> None:
    world = World(random.Random(seed))
    load_all(warehouse, world.looks)
    whole = told(warehouse)
    for size in (2, 5, 12):
        empty(warehouse)
        parts = world.parts(size)
        for part in parts:
            load_all(warehouse, part)
        assert told(warehouse) == whole, f"seed {seed}, parts {[named(part) for part in parts]}"


def test_outlets_one_after_the_other_are_one_load(warehouse: Connection) -> None:
    world = World(random.Random(77))
    load_all(warehouse, world.looks)
    whole = told(warehouse)
    for order in permutations(OUTLETS):
        empty(warehouse)
        draft(warehouse, world.looks)
        for outlet in order:
            load(warehouse, [outlet], gone(look for look in world.looks if look.outlet == outlet))
        assert told(warehouse) == whole


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n_at_once", [2, 4])
def test_several_at_once_are_one_load(database: str, warehouse: Connection, seed: int, n_at_once: int) -> None:
    world = World(random.Random(100 + seed))
    load_all(warehouse, world.looks)
    whole = told(warehouse)
    empty(warehouse)

    def run(parts: Sequence[Sequence[Look]]) -> None:
        with closing(connect(database)) as connection:
            for part in parts:
                load_all(connection, part)

    parts = world.parts(4 * n_at_once)
    with ThreadPoolExecutor(n_at_once) as pool:
        list(pool.map(run, [parts[place::n_at_once] for place in range(n_at_once)]))
    assert told(warehouse) == whole, f"seed {100 + seed}"


def test_two_loads_of_the_same_drafts_load_them_once(database: str, warehouse: Connection) -> None:
    world = World(random.Random(5))
    load_all(warehouse, world.looks)
    whole = told(warehouse)
    empty(warehouse)
    draft(warehouse, world.looks)
    found: list[dict[str, int]] = []

    def run() -> None:
        with closing(connect(database)) as connection:
            found.append(load(connection, OUTLETS, gone(world.looks)))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(warehouse) == whole
    assert sorted(counts["drafts"] > 0 for counts in found) == [False, False, True]


def test_a_second_load_writes_nothing(warehouse: Connection) -> None:
    assert load_all(warehouse, World(random.Random(3)).looks)["revisions"] > 20
    assert set(load(warehouse, OUTLETS).values()) == {0}


# --- an article's own address, and others


def in_every_order(connection: Connection, looks: Sequence[Look], see: Callable[[], object]) -> list[object]:
    """What is seen after the looks were loaded at once, and one by one in up to 12 orders; each answer once."""
    load_all(connection, looks)
    found = [see()]
    for order in random.Random(1).sample(every := list(permutations(looks)), min(12, len(every))):
        empty(connection)
        for look in order:
            load_all(connection, [look])
        found += [answer for answer in [see()] if answer not in found]
    return found


def test_what_another_address_shows_counts_while_the_own_has_shown_nothing(warehouse: Connection) -> None:
    looks = [
        Look(url=ALIAS, of=OWN, version=FIRST, seen_at=at(1), mark=1),
        Look(url=ALIAS, of=OWN, version=FIRST, seen_at=at(2), mark=2),
        Look(url=OTHER, of=OWN, version=SECOND, seen_at=at(3)),
    ]

    def see() -> object:
        seen = "select (select count(*) from news.revision), (select count(*) from news.sighting), url, title"
        return fetch(warehouse, f"{seen} from news.articles")

    assert in_every_order(warehouse, looks, see) == [[(2, 1, OWN, SECOND.title)]]
    load_all(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(9))])
    assert see() == [(1, 0, OWN, FIRST.title)]
    assert fetch(warehouse, "select seen_at, last_seen_at from news.revision") == [(at(9), at(9))]
    assert fetch(warehouse, "select count(*) from news.fingerprint") == [(1,)]
    assert fetch(warehouse, "select url, outcome from crawl.links order by url") == [
        (ALIAS, "duplicate"), (OWN, "loaded"), (OTHER, "duplicate"),
    ]  # fmt: skip


def test_copies_and_boilerplate_of_what_no_longer_counts_go(warehouse: Connection) -> None:
    """Another address showed a text with the outlet's fifth line of boilerplate, copied by another outlet."""
    rule = "تابعوا صفحاتنا على مواقع التواصل لتصلكم آخر أخبار المدينة والقرى المجاورة."
    looks = [
        Look(url=f"{OWN}{n}", version=Version(title=f"عنوان {n}", body=(prose(n), rule)), seen_at=at(n))
        for n in range(4)
    ]
    looks += [
        Look(url=ALIAS, of=OWN, version=Version(title="عنوان", body=(prose("نص"), rule)), seen_at=at(5)),
        Look(url=OWN, version=Version(title="عنوان", body=(prose("آخر"),)), seen_at=at(6)),
        Look(
            url="https://shahid.example/1", outlet="shahid", version=replace(FIRST, body=(prose("نص"),)), seen_at=at(7)
        ),
    ]
    load_all(warehouse, [look for look in looks if look.url != OWN])
    assert fetch(warehouse, "select n_articles from news.boilerplate") == [(5,)]
    assert fetch(warehouse, "select count(*) from news.copy") == [(1,)]
    load_all(warehouse, [look for look in looks if look.url == OWN])
    for table in ("boilerplate", "copy", "cluster", "pair"):
        assert fetch(warehouse, f"select * from news.{table}") == []  # noqa: S608
    parts = told(warehouse)
    empty(warehouse)
    load_all(warehouse, looks)
    assert told(warehouse) == parts


def test_how_its_first_page_was_read_is_kept(warehouse: Connection) -> None:
    looks = [Look(url=OWN, version=FIRST, seen_at=at(hour), mark=hour) for hour in (1, 2, 3)]

    def see() -> object:
        return fetch(warehouse, "select removed -> 0 ->> 'text', seen_at, last_seen_at from news.revision")

    assert in_every_order(warehouse, looks, see) == [[("إعلان 1", at(1), at(3))]]


def test_the_address_is_the_one_that_was_told_first(warehouse: Connection) -> None:
    """A visit may find that the page calls another address its own; it stays the article of the old one."""
    told_url = "https://raqib.example/news/1-renamed"
    draft(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(1), crawled_for=DAY)])
    draft(warehouse, [Look(url=OWN, version=SECOND, seen_at=at(9), crawled_for=DAY)])
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute("update crawl.draft set article_url = %s where fetched_at = %s", (told_url, at(9)))
    load(warehouse, OUTLETS)
    assert fetch(warehouse, "select url, canonical_url, title from news.articles") == [(OWN, told_url, SECOND.title)]


# --- how links end


@pytest.mark.parametrize(
    ("versions", "outcome"),
    [
        ([FIRST], "loaded"),
        ([FIRST, FIRST], "unchanged"),
        ([FIRST, SECOND], "loaded"),
        ([FIRST, SECOND, SECOND], "unchanged"),
        ([FIRST, SECOND, FIRST], "unchanged"),
    ],
)
def test_a_recording_that_gives_nothing_new_leaves_its_link_unchanged(
    warehouse: Connection, versions: Sequence[Version], outcome: str
) -> None:
    looks = [Look(url=OWN, version=version, seen_at=at(place)) for place, version in enumerate(versions)]

    def see() -> object:
        return fetch(warehouse, "select outcome, reason, day from crawl.links")

    assert in_every_order(warehouse, looks, see) == [[(outcome, None, DAY)]]


def test_a_visit_leaves_its_link_as_it_is(warehouse: Connection) -> None:
    moved = replace(SECOND, day=NEXT_DAY)
    looks = [
        Look(url=OWN, version=FIRST, seen_at=at(1), crawled_for=DAY),
        Look(url=OWN, version=FIRST, seen_at=at(2), crawled_for=NEXT_DAY, mark=1),
        Look(url=OWN, version=moved, seen_at=at(3), crawled_for=NEXT_DAY),
        Look(url=OWN, reason="soft_404", seen_at=at(4), crawled_for=NEXT_DAY),
    ]

    def see() -> object:
        return fetch(warehouse, "select outcome, reason, day from crawl.links")

    assert in_every_order(warehouse, looks, see) == [[("loaded", None, DAY)]]
    assert fetch(warehouse, "select published_on, title from news.articles") == [(NEXT_DAY, SECOND.title)]


def test_an_article_is_told_before_the_reason_of_another_look(warehouse: Connection) -> None:
    looks = [
        Look(url=OWN, reason="paywall", seen_at=at(1)),
        Look(url=OWN, version=FIRST, seen_at=at(2)),
        Look(url=OWN, reason="no_text", seen_at=at(3)),
    ]

    def see() -> object:
        return fetch(warehouse, "select outcome, reason from crawl.links")

    assert in_every_order(warehouse, looks[::2], see) == [[("quarantined", "no_text")]]
    empty(warehouse)
    assert in_every_order(warehouse, looks, see) == [[("loaded", None)]]


# --- disappearances


def absences(connection: Connection) -> object:
    return fetch(connection, "select gone_at, how, back_at from news.disappearance order by gone_at")


def test_an_article_is_away_from_the_first_look_that_misses_it_to_the_next_that_finds_it(warehouse: Connection) -> None:
    looks = [
        Look(url=OWN, reason="soft_404", seen_at=at(0)),  # before it was seen at all
        Look(url=OWN, version=FIRST, seen_at=at(1)),
        Look(url=OWN, reason="404", seen_at=at(2)),
        Look(url=OWN, reason="home_redirect", seen_at=at(3)),
        Look(url=OWN, version=FIRST, seen_at=at(4), mark=1),
        Look(url=OWN, reason="410", seen_at=at(5)),
    ]
    expected = [(at(2), "404", at(4)), (at(5), "410", None)]
    assert in_every_order(warehouse, looks, lambda: absences(warehouse)) == [expected]


def test_a_captcha_and_another_address_say_nothing_of_it(warehouse: Connection) -> None:
    looks = [
        Look(url=OWN, version=FIRST, seen_at=at(1)),
        Look(url=ALIAS, of=OWN, version=FIRST, seen_at=at(2)),
        Look(url=OWN, reason="challenge", seen_at=at(3)),
        Look(url=ALIAS, reason="soft_404", seen_at=at(4)),
    ]
    assert in_every_order(warehouse, looks, lambda: absences(warehouse)) == [[]]


def test_what_a_visit_found_gone_is_loaded_without_a_draft(warehouse: Connection) -> None:
    load_all(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(1), crawled_for=DAY)])
    draft(warehouse, [Look(url=OWN, reason="404", seen_at=at(5), crawled_for=NEXT_DAY)])
    assert load(warehouse, ["shahid"])["disappearances"] == 0
    assert load(warehouse, ["raqib"])["disappearances"] == 1
    assert absences(warehouse) == [(at(5), "404", None)]
    assert set(load(warehouse, ["raqib"]).values()) == {0}
    load_all(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(7), mark=1)])
    load_all(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(3), mark=2)])
    assert absences(warehouse) == [(at(5), "404", at(7))]


def test_a_visit_that_found_it_as_it_was_ends_an_absence_that_is_loaded_later(warehouse: Connection) -> None:
    load_all(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(1), crawled_for=DAY)])
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute("update crawl.link set found_at = %s", (at(6),))
    load_all(warehouse, [Look(url=OWN, reason="404", seen_at=at(5)), Look(url=OWN, reason="410", seen_at=at(8))])
    load_all(warehouse, [Look(url=OWN, reason="404", seen_at=at(4))])
    assert absences(warehouse) == [(at(4), "404", at(6)), (at(8), "410", None)]


# --- what goes wrong


BAD = {
    "a control character in the title": {"title": "عنوان\x0bسيئ"},
    "a year that is none": {"published_on": date(1900, 1, 1)},
    "an author longer than an index takes": {"authors": [prose("كاتب", 40_000)]},
    "an instant that nobody will see": {"published_at": "2300-01-01T00:00Z"},
}


@pytest.mark.parametrize("what", BAD)
def test_a_value_that_postgres_refuses_costs_its_page_alone(warehouse: Connection, what: str) -> None:
    looks = [
        Look(url=f"{OWN}{n}", version=Version(title=f"عنوان {n}", body=(prose(n),)), seen_at=at(n)) for n in range(9)
    ]
    draft(warehouse, looks)
    with warehouse, warehouse.cursor() as cursor:
        for column, value in BAD[what].items():
            change = f"update crawl.draft set {column} = %s where link_key = %s"  # noqa: S608
            cursor.execute(change, (value, key(f"{OWN}4")))
    assert load(warehouse, OUTLETS)["revisions"] == 8
    assert fetch(warehouse, "select url, reason from crawl.links where outcome = 'quarantined'") == [
        (f"{OWN}4", "bad_value")
    ]
    assert fetch(warehouse, "select count(*) from crawl.draft") == [(0,)]
    assert fetch(warehouse, "select count(*) from crawl.page where extracted_at is null") == [(0,)]
    mended = told(warehouse)
    empty(warehouse)
    load_all(
        warehouse,
        [replace(look, version=None, reason="bad_value") if look.url == f"{OWN}4" else look for look in looks],
    )
    assert told(warehouse)[:2] == mended[:2]


def test_of_many_bad_values_every_page_is_found(warehouse: Connection) -> None:
    looks = [
        Look(url=f"{OWN}{n}", version=Version(title=f"عنوان {n}", body=(prose(n),)), seen_at=at(n)) for n in range(20)
    ]
    draft(warehouse, looks)
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute("update crawl.draft set title = E'\\x0b' where right(article_url, 1) in ('3', '7')")
    load(warehouse, OUTLETS)
    query = "select outcome, count(*) from crawl.links group by 1 order by 1"
    assert fetch(warehouse, query) == [("loaded", 16), ("quarantined", 4)]


def test_a_fault_that_no_page_has_is_raised_and_nothing_is_lost(warehouse: Connection) -> None:
    draft(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(1))])
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute("alter table news.article rename column search to sought")
    with pytest.raises(psycopg2.errors.UndefinedColumn):
        load(warehouse, OUTLETS)
    assert fetch(warehouse, "select outcome from crawl.draft") == [("loaded",)]


def test_who_calls_may_prove_that_it_is_his_turn(warehouse: Connection) -> None:
    draft(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(1))])

    def refuse(cursor: Any) -> None:
        cursor.execute("select count(*) from crawl.draft")
        raise RuntimeError(f"another holds the turn of {cursor.fetchone()} outlet")

    with pytest.raises(RuntimeError, match="another holds the turn"):
        load(warehouse, OUTLETS, before_commit=refuse)
    assert fetch(warehouse, "select (select count(*) from crawl.draft), (select count(*) from news.article)") == [
        (1, 0)
    ]


def test_a_load_that_stands_still_lets_the_next_one_in_and_loses_nothing(database: str, warehouse: Connection) -> None:
    draft(warehouse, [Look(url=OWN, version=FIRST, seen_at=at(1))])

    def stand_still(cursor: Any) -> None:
        cursor.execute("show idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)
        cursor.execute("set local idle_in_transaction_session_timeout to '200ms'")
        time.sleep(1)

    with closing(connect(database)) as connection, pytest.raises(psycopg2.Error) as raised:
        load(connection, OUTLETS, before_commit=stand_still)
    sentence, exit_code = told_error(raised.value) or ("", 0)
    assert exit_code == 75
    assert "Nothing loaded is lost; run it again." in sentence
    assert load(warehouse, OUTLETS)["articles"] == 1


STOPPED = """
import os, signal, sys
from pipelines import failures, load
from spiders.warehouse import connect

def stop(cursor):
    cursor.execute("set local idle_in_transaction_session_timeout to '500ms'")
    os.kill(os.getpid(), signal.SIGSTOP)

try:
    load.load(connect(sys.argv[1]), ["raqib"], before_commit=stop)
except Exception as error:
    sentence, exit_code = failures.told(error)
    print(sentence)
    sys.exit(exit_code)
"""


def test_a_stopped_loader_holds_nobody_up(database: str, warehouse: Connection) -> None:
    looks = [
        Look(url=OWN, version=FIRST, seen_at=at(1)),
        Look(url="https://shahid.example/1", outlet="shahid", version=FIRST, seen_at=at(2)),
    ]
    draft(warehouse, looks)
    command = [sys.executable, "-c", STOPPED, database]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as stopped:
        try:
            os.waitid(os.P_PID, stopped.pid, os.WSTOPPED | os.WNOWAIT)
            assert load(warehouse, ["shahid"])["articles"] == 1
        finally:
            stopped.send_signal(signal.SIGCONT)
        said, _ = stopped.communicate(timeout=60)
    assert (stopped.returncode, "Nothing loaded is lost; run it again." in said) == (75, True)
    assert load(warehouse, ["raqib"])["copies"] == 1


def test_a_load_that_waits_in_a_circle_begins_again(database: str, warehouse: Connection) -> None:
    looks = [Look(url=f"{OWN}{n}", version=Version(title=f"{n}", body=(prose(n),)), seen_at=at(n)) for n in range(2)]
    draft(warehouse, looks)
    first, last = sorted(look.link_key for look in looks)
    touch = "update crawl.link set n_tries = n_tries + 1 where link_key = %s"
    waits = "select count(*) from pg_locks where not granted"
    with closing(connect(database)) as crawl, closing(connect(database)) as watching, ThreadPoolExecutor(1) as pool:
        with crawl, crawl.cursor() as cursor:
            cursor.execute("set deadlock_timeout to '1min'")  # the load is to find the circle
            cursor.execute(touch, (last,))
            loaded = pool.submit(load, warehouse, OUTLETS)
            deadline = time.monotonic() + 60
            while fetch(watching, waits) == [(0,)] and time.monotonic() < deadline:
                time.sleep(0.01)
            cursor.execute(touch, (first,))
        assert loaded.result(60)["articles"] == 2
    assert fetch(warehouse, "select distinct outcome, n_tries from crawl.link") == [("loaded", 1)]


def test_texts_are_streamed(warehouse: Connection) -> None:
    """Four times as many drafts take hardly more memory."""

    def peak(n: int) -> int:
        empty(warehouse)
        looks = (
            Look(url=f"{OWN}{place}", version=Version(title=f"{place}", body=(prose(place, 300),)), seen_at=at(1))
            for place in range(n)
        )
        draft(warehouse, looks)
        tracemalloc.start()
        load(warehouse, OUTLETS)
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    assert peak(400) < 1.5 * peak(100)
