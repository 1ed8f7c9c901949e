"""Recorded days, loaded in parts, by several at once, and by runs at once, end as if they had been loaded at once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from pipelines.load import load
from spiders.outlet import load_outlets
from spiders.warehouse import connect
from tests.looks import told

ROOT = Path(__file__).resolve().parents[1]
DAYS = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
DEMO = {"WARRAQ_OUTLETS": str(ROOT / "demo/outlets"), "WARRAQ_REPLAY": str(ROOT / "demo/demo.warc.gz")}
Fresh = Callable[[str, str], str]


@pytest.fixture
def fresh(postgres: str) -> Fresh:
    """Makes a database after a template, and gives its URL."""

    def make(name: str, template: str) -> str:
        with closing(psycopg2.connect(postgres)) as admin, admin.cursor() as cursor:
            admin.autocommit = True
            cursor.execute(f"drop database if exists {name}")
            cursor.execute(f"create database {name} template {template}")
        return postgres.replace("/postgres?", f"/{name}?", 1)

    return make


def digests(warraq: Any, **environment: str) -> tuple[str, str]:
    done = warraq("verify", "--json", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    return found["checksum"], found["texts"]


def at_once(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> None:
    """Runs commands of `warraq` at the same time, and again those that were busy."""
    waiting = list(commands)
    for _ in range(4):
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "pipelines", *command],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for command in waiting
        ]
        said = [process.communicate(timeout=600)[0] for process in processes]
        codes = [process.returncode for process in processes]
        assert set(codes) <= {0, 75}, said
        waiting = [command for command, code in zip(waiting, codes, strict=True) if code]
        if not waiting:
            return
    raise AssertionError(f"{waiting} stay busy")


def hold_back(url: str, chance: random.Random) -> list[bytes]:
    """Puts the drafts aside, from where they are loaded in parts, and gives their pages in random order."""
    with closing(connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("create table held as select * from crawl.draft")
        cursor.execute("delete from crawl.draft returning page_key")
        keys = sorted(bytes(key) for (key,) in cursor.fetchall())
    return chance.sample(keys, len(keys))


def load_parts(url: str, parts: Sequence[Sequence[bytes]]) -> None:
    with closing(connect(url)) as connection:
        for part in parts:
            with connection, connection.cursor() as cursor:
                cursor.execute("insert into crawl.draft select * from held where page_key = any (%s)", (list(part),))
                cursor.execute("select distinct outlet from held")
                outlets = [outlet for (outlet,) in cursor.fetchall()]
            load(connection, outlets)


def told_at(url: str) -> tuple[str, str, list[Any]]:
    with closing(connect(url)) as connection:
        return told(connection)


def test_recorded_days_in_parts_are_one_load(warraq, database, shared_data, fresh) -> None:
    site = shared_data / "site/site.warc.gz"
    for day in DAYS:
        for stage in ("crawl", "extract"):
            assert warraq("run", "--day", day, "--replay", site, "--only", stage).returncode == 0
    template = psycopg2.extensions.parse_dsn(database)["dbname"]
    whole, outlets, pages, many = (
        fresh(f"recorded_{name}", template) for name in ("whole", "outlets", "pages", "many")
    )
    with closing(connect(whole)) as connection, connection.cursor() as cursor:
        cursor.execute("select distinct outlet from crawl.draft")
        slugs = sorted(slug for (slug,) in cursor.fetchall())
        assert load(connection, slugs)["articles"] > 800
    expected = told_at(whole)
    seed = 16
    chance = random.Random(seed)
    with closing(connect(outlets)) as connection:
        for slug in chance.sample(slugs, len(slugs)):
            load(connection, [slug])
    assert told_at(outlets) == expected
    keys = hold_back(pages, chance)
    load_parts(pages, [keys[place::5] for place in range(5)])
    assert told_at(pages) == expected, f"seed {seed}"
    keys = hold_back(many, chance)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda place: load_parts(many, [keys[place::6], keys[place + 3 :: 6]]), range(3)))
    assert told_at(many) == expected, f"seed {seed}"


@pytest.mark.parametrize("n_runs", [2, 3])
def test_runs_of_one_day_at_once_leave_no_copy_unmarked(warraq, warraq_home, fresh, n_runs) -> None:
    assert warraq("run", "--day", DAYS[1], **DEMO).returncode == 0
    once = digests(warraq, **DEMO)
    other = {
        **DEMO, "WARRAQ_DATABASE_URL": fresh(f"runs_at_once_{n_runs}", "template_warraq"),
        "WARRAQ_HOME": str(warraq_home.parent / "at_once"),
    }  # fmt: skip
    at_once([("run", "--day", str(DAYS[1]))] * n_runs, other)
    assert digests(warraq, **other) == once


def test_a_day_beside_the_next_is_one_after_the_other(warraq, warraq_home, shared_data, fresh) -> None:
    few = ("--outlet", "alyaum", "--outlet", "cnn-arabic", "--outlet", "jawhara-fm")
    replay = {"WARRAQ_REPLAY": str(shared_data / "site/site.warc.gz")}
    for day in DAYS[1:]:
        assert warraq("run", "--day", day, *few, **replay).returncode == 0
    once = digests(warraq, **replay)
    other = {
        **replay, "WARRAQ_DATABASE_URL": fresh("days_at_once", "template_warraq"),
        "WARRAQ_HOME": str(warraq_home.parent / "days_at_once"),
    }  # fmt: skip
    at_once([("run", "--day", str(day), *few) for day in DAYS[1:]], other)
    assert digests(warraq, **other) == once


def test_a_day_in_two_runs_by_outlet_is_one_run(warraq, warraq_home, shared_data, fresh) -> None:
    replay = {"WARRAQ_REPLAY": str(shared_data / "site/site.warc.gz")}
    assert warraq("run", "--day", DAYS[1], **replay).returncode == 0
    once = digests(warraq, **replay)
    other = {
        **replay, "WARRAQ_DATABASE_URL": fresh("two_runs", "template_warraq"),
        "WARRAQ_HOME": str(warraq_home.parent / "two_runs"),
    }  # fmt: skip
    slugs = sorted(slug for slug, outlet in load_outlets().items() if outlet.enabled)
    for part in (slugs[::2], slugs[1::2]):
        named = [word for slug in part for word in ("--outlet", slug)]
        assert warraq("run", "--day", DAYS[1], *named, **other).returncode == 0
    assert digests(warraq, **other) == once
