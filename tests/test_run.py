"""The main job on the recorded day of real outlets: right, repeatable, and equal to itself after every kill."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import psycopg2
import pytest

from spiders import ledger, turns
from spiders.archive import write_pages
from spiders.outlet import load_outlets
from spiders.records import Link, Page
from spiders.replay import recording

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 19)
FEW = ("--outlet", "alyaum", "--outlet", "cnn-arabic", "--outlet", "jawhara-fm")

# The transaction that last wrote each row: equal before and after means that no row was touched.
_TOUCHED = """
select sum(xmin::text::bigint) from (
    select xmin from crawl.link union all select xmin from crawl.page union all select xmin from news.article
    union all select xmin from news.revision union all select xmin from news.copy union all select xmin from news.pair
    union all select xmin from news.fingerprint
) as rows
"""


@pytest.fixture
def site(shared_data) -> Path:
    return shared_data / "site/site.warc.gz"


def bench_site() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_site", ROOT / "bench/site.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def one(database: str, sql: str) -> object:
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        (value,) = cursor.fetchone() or (None,)
    connection.close()
    return value


def checksum(warraq, **environment: str) -> str:
    done = warraq("verify", "--json", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["checksum"]


def test_a_day_is_right_and_a_second_run_touches_nothing(warraq, database, site, shared_data):
    first = warraq("run", "--day", DAY, "--replay", site, "--json")
    assert first.returncode == 0, first.stderr
    bench = bench_site()
    rows = bench.compare(bench.gold(shared_data / "site"), [DAY], database)
    assert bench.is_good(rows), bench.table(rows)
    before = checksum(warraq), one(database, _TOUCHED)
    again = warraq("run", "--day", DAY, "--replay", site, "--json")
    assert again.returncode == 0, again.stderr
    assert (checksum(warraq), one(database, _TOUCHED)) == before
    outlets = json.loads(again.stdout)["outlets"].values()
    assert {outlet["counts"]["crawl"]["fetched"] for outlet in outlets} == {0}
    assert {outlet["exit_code"] for outlet in outlets} == {0}


def test_five_kills_and_one_run_are_one_run(warraq, warraq_home, site, postgres):
    command = [sys.executable, "-m", "pipelines", "run", "--day", str(DAY), "--replay", str(site), *FEW]
    started = time.monotonic()
    assert warraq("run", "--day", DAY, "--replay", site, *FEW).returncode == 0
    usual = time.monotonic() - started
    undisturbed = checksum(warraq)
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("create database killed template template_warraq")
    connection.close()
    killed = {
        "WARRAQ_DATABASE_URL": postgres.replace("/postgres?", "/killed?", 1),
        "WARRAQ_HOME": str(warraq_home.parent / "killed"),
    }
    rng = random.Random()
    moments = [rng.uniform(0.3, usual) for _ in range(5)]
    for moment in moments:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **killed}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = warraq("run", "--day", DAY, "--replay", site, *FEW, **killed)
    assert last.returncode == 0, last.stderr
    assert checksum(warraq, **killed) == undisturbed, f"killed after {moments} s"


def test_days_in_any_order_are_the_same(warraq, warraq_home, site, postgres):
    days = [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("create database backwards template template_warraq")
    connection.close()
    backwards = {
        "WARRAQ_DATABASE_URL": postgres.replace("/postgres?", "/backwards?", 1),
        "WARRAQ_HOME": str(warraq_home.parent / "backwards"),
    }
    for forward, backward in zip(days, reversed(days), strict=True):
        assert warraq("run", "--day", forward, "--replay", site, *FEW).returncode == 0
        assert warraq("run", "--day", backward, "--replay", site, *FEW, **backwards).returncode == 0
    assert checksum(warraq) == checksum(warraq, **backwards)


def test_a_postgres_that_stops_in_the_middle_is_a_sentence_and_loses_nothing(warraq, site, tmp_path):
    from pipelines.migrate import migrate
    from spiders import embedded

    url = embedded.start(tmp_path / "pg")
    connection = psycopg2.connect(url)
    migrate(connection)
    connection.close()
    mine = {"WARRAQ_DATABASE_URL": url}
    command = [sys.executable, "-m", "pipelines", "run", "--day", str(DAY), "--replay", str(site), *FEW]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **mine}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while one(url, "select count(*) from crawl.page") == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    embedded.stop(tmp_path / "pg")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 75, stderr
    assert "Traceback" not in stderr
    assert "database" in stderr.lower() or "connection" in stderr.lower()
    embedded.start(tmp_path / "pg")
    assert warraq("run", "--day", DAY, "--replay", site, *FEW, **mine).returncode == 0
    assert checksum(warraq, **mine)
    embedded.stop(tmp_path / "pg")


def test_ingest_takes_a_recording_and_its_updates_become_revisions(warraq, database, site):
    done = warraq("ingest", site, "--outlet", "jawhara-fm", "--json")
    assert done.returncode == 0, done.stderr
    before = checksum(warraq)
    assert one(database, "select count(*) from news.article") > 90
    updated = "select count(*) from (select from news.revision group by article_key having count(*) = 2) as twice"
    assert one(database, updated) == 6
    again = warraq("ingest", site, "--outlet", "jawhara-fm", "--json")
    assert json.loads(again.stdout)["new_pages"] == 0
    assert checksum(warraq) == before


def test_of_a_cut_recording_what_is_whole_is_loaded(warraq, database, site, tmp_path):
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(site.read_bytes()[:5_000_000])
    done = warraq("ingest", cut, "--outlet", "albayan")
    assert done.returncode == 2
    assert "cut short" in done.stderr
    assert one(database, "select count(*) from news.article") > 10
    assert one(database, "select is_green from ops.run where stage = 'ingest'") is False
    assert one(database, "select count(*) from crawl.draft") == 0


def test_a_day_whose_links_do_not_add_up_is_not_green(warraq, connection, database):
    links = [
        Link(
            url="https://www.youm7.com/story/2026/11/19/1",
            listed_url="https://www.youm7.com/story/2026/11/19/1",
            outlet="youm7",
            found_via="test",
            published_hint=DAY,
        )
    ]
    fence = turns.take(connection, "youm7")
    assert fence
    outlet = load_outlets()["youm7"]
    turn = ledger.Turn(outlet=outlet, fence=fence, day=DAY, moment=datetime(2026, 11, 20, tzinfo=UTC))
    ledger.discover(connection, links, turn)
    turns_held = turns.Turns(database)
    turns_held.keep("youm7", fence)
    turns_held.close()
    done = warraq("run", "--day", DAY, "--outlet", "youm7", "--only", "check")
    assert done.returncode == 1
    assert "1 links that were never fetched" in done.stderr
    assert one(database, "select is_green from ops.run") is False


def test_a_recording_answers_as_it_stood_at_a_moment():
    url = "https://www.almanara.example/local/article/558137"  # recorded in the morning, and changed at noon
    source = recording(ROOT / "demo/demo.warc.gz")
    moments = [datetime(2026, 11, 19, hour, tzinfo=UTC) for hour in (0, 10, 23)]
    before, morning, evening = (source.answer(url, moment) for moment in moments)
    assert before is None
    assert morning
    assert evening
    assert morning.recorded_at < evening.recorded_at
    assert morning.body != evening.body


def damage(archive: Path) -> None:
    """Turns one byte in the middle of an archive's first file."""
    victim = min(archive.rglob("*.warc.gz"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 0xFF
    victim.write_bytes(bytes(data))


def test_a_damaged_record_costs_its_page_alone_and_is_said(warraq, warraq_home, database):
    demo = {"WARRAQ_OUTLETS": str(ROOT / "demo/outlets"), "WARRAQ_REPLAY": str(ROOT / "demo/demo.warc.gz")}
    assert warraq("crawl", "--day", DAY, **demo).returncode == 0
    damage(warraq_home / "archive")
    done = warraq("run", "--day", DAY, "--only", "extract", **demo)
    assert done.returncode == 1
    assert "cannot be read" in done.stderr or "is not what was written" in done.stderr
    assert one(database, "select count(*) from crawl.draft") > 30


def test_the_stages_one_by_one_are_the_whole_run(warraq, warraq_home, database, postgres):
    demo = {"WARRAQ_OUTLETS": str(ROOT / "demo/outlets"), "WARRAQ_REPLAY": str(ROOT / "demo/demo.warc.gz")}
    for stage in ("crawl", "extract", "load", "dedup", "check"):
        assert warraq("run", "--day", DAY, "--only", stage, **demo).returncode == 0
    assert one(database, "select count(*) from news.article") == 42
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("create database whole template template_warraq")
    connection.close()
    whole = {
        "WARRAQ_DATABASE_URL": postgres.replace("/postgres?", "/whole?", 1),
        "WARRAQ_HOME": str(warraq_home.parent / "whole"),
    }
    assert warraq("run", "--day", DAY, **demo, **whole).returncode == 0
    assert checksum(warraq) == checksum(warraq, **whole)


def test_a_page_that_turns_bad_leaves_its_article_and_a_sound_warehouse(warraq, database, tmp_path):
    demo = {"WARRAQ_OUTLETS": str(ROOT / "demo/outlets")}
    assert warraq("run", "--day", DAY, "--replay", ROOT / "demo/demo.warc.gz", **demo).returncode == 0
    url = one(database, "select min(url) from news.article")
    empty = Page(
        url=str(url), final_url=str(url), outlet="x", status=200, headers={"content-type": "text/html"},
        body=b"<html><body><p>404</p></body></html>", fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    )  # fmt: skip
    (entry,) = write_pages([empty], str(tmp_path))
    assert warraq("ingest", tmp_path / entry.file, **demo).returncode == 0
    assert one(database, "select count(*) from news.article") == 42
    strange = warraq("ingest", tmp_path / entry.file)
    assert strange.returncode == 2
    assert "None of the 1 pages is of an outlet" in strange.stderr
    assert one(database, "select outcome from crawl.link where url = (select min(url) from news.article)") == "loaded"
    assert (
        one(database, "select count(*) from crawl.link where outcome = 'quarantined' and article_key is not null") == 0
    )
    checksum(warraq)
