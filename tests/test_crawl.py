"""The crawl against the recorded web, and against servers of our own: ledger, guards, kills."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import psycopg2
import pytest

from spiders import ledger, turns
from spiders.archive import ArchiveDamaged, read_page, write_pages
from spiders.discovered import Refused
from spiders.hints import day_of
from spiders.outlet import load_outlets
from spiders.records import Link, Page
from tests.invented import feed
from tests.raw_site import RawServer, http, moved, raw_server, text, write_outlet

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 19)
OUTLET = load_outlets()["youm7"]


def links(n: int) -> list[Link]:
    return [
        Link(
            url=f"https://www.youm7.com/story/2026/11/19/{i}",
            listed_url=f"https://www.youm7.com/story/2026/11/19/{i}",
            outlet="youm7",
            found_via="test",
        )
        for i in range(n)
    ]


def turn(connection, **more: object) -> ledger.Turn:
    """The outlet's turn, taken by this process."""
    fence = turns.take(connection, OUTLET.slug)
    assert fence
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    return ledger.Turn(**{"outlet": OUTLET, "fence": fence, "day": DAY, "moment": moment, "is_settling": False} | more)


def test_a_lease_is_held_in_one_turn_and_a_stale_one_settles_nothing(connection, database):
    first = turn(connection)
    ledger.discover(connection, links(3), first)
    mine = ledger.lease(connection, first, 2)
    assert len(mine) == 2
    assert {lease.key for lease in ledger.lease(connection, first, 5)}.isdisjoint(lease.key for lease in mine)
    turns.Turns(database).give_back(connection)
    with connection, connection.cursor() as cursor:
        cursor.execute("update crawl.turn set until = now() - interval '1 second'")  # its holder did not move
    second = turn(connection)
    assert second.fence > first.fence
    gone = [ledger.Settlement(lease=mine[0], outcome="gone", reason="404")]
    with pytest.raises(turns.OutletBusy, match="youm7: another run has taken this outlet over"):
        ledger.settle(connection, [], gone, first)
    again = ledger.lease(connection, second, 5)
    assert len(again) == 3
    assert {lease.n_tries for lease in again} == {1}  # a lease that died was no try
    assert ledger.settle(connection, [], gone, second) == 0  # its fence is another's by now
    (lease,) = [lease for lease in again if lease.key == mine[0].key]
    assert ledger.settle(connection, [], [replace(gone[0], lease=lease)], second) == 1


def test_links_that_nobody_else_would_come_for_are_settled_too(connection):
    """Of other days: one that was run already, one in the last week, one of no day; not one that nobody ran."""
    days = [date(2026, 11, 19), date(2026, 11, 14), date(2026, 1, 1), date(2025, 1, 1), None]
    found = [replace(link, published_hint=day) for link, day in zip(links(5), days, strict=True)]
    first = turn(connection)
    ledger.discover(connection, found, replace(first, day=date(2026, 11, 20)))
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "insert into ops.run (stage, outlet, day, finished_at) values ('run', 'youm7', '2026-01-01', now())"
        )
    of_the_day = ledger.lease(connection, first, 10)
    assert [lease.day for lease in of_the_day] == [DAY]
    others = ledger.lease(connection, replace(first, is_settling=True), 10)
    assert sorted(str(lease.day) for lease in others) == ["2026-01-01", "2026-11-14", "2026-11-20"]


def test_a_link_that_was_refused_for_another_outlet_is_its_own_outlets(connection):
    """A page of one outlet lists another's article, which it may not fetch; that one's own feed lists it later."""
    first = turn(connection)
    other = replace(first, outlet=load_outlets()["alyaum"], fence=turns.take(connection, "alyaum") or 0)
    url = links(1)[0].url
    ledger.refuse(connection, [Refused(url, "scope")], other, "https://www.alyaum.com/feed")
    assert ledger.lease(connection, first, 5) == []
    with connection, connection.cursor() as cursor:
        cursor.execute("update crawl.link set discovered_at = '2026-11-18'")
    ledger.discover(connection, links(1), first)
    with connection, connection.cursor() as cursor:
        cursor.execute("select discovered_at > '2026-11-18' from crawl.link")
        assert cursor.fetchall() == [(True,)]  # runs before now did not know that it was theirs to ask for
    ledger.refuse(connection, [Refused(url, "scope")], other, "https://www.alyaum.com/feed")
    assert [lease.url for lease in ledger.lease(connection, first, 5)] == [url]


def test_a_link_that_is_listed_again_in_a_worse_spelling_is_left_alone(connection):
    first = turn(connection)
    (link,) = links(1)
    spellings = [replace(link, listed_url=f"{link.url}{end}") for end in ("?utm_source=rss", "/", "")]
    with connection.cursor() as cursor:
        for spelling in spellings:
            ledger.discover(connection, [spelling], first)
        cursor.execute("select listed_url, xmin::text from crawl.link")
        (found,) = cursor.fetchall()
        assert found[0] is None
        for spelling in spellings:
            ledger.discover(connection, [spelling], first)
        cursor.execute("select listed_url, xmin::text from crawl.link")
        assert cursor.fetchall() == [found]


def test_a_hint_later_than_its_discovery_is_none(connection):
    first = turn(connection)
    late = [
        replace(links(1)[0], published_hint=datetime(2026, 11, 20, 0, 1, tzinfo=UTC)),
        replace(links(2)[1], published_hint=date(2026, 11, 21)),
    ]
    ledger.discover(connection, late, first)
    assert [lease.day for lease in ledger.lease(connection, first, 5)] == [DAY, DAY]


def test_the_day_of_a_hint():
    assert day_of(date(2026, 11, 19), OUTLET) == DAY
    assert day_of(datetime.fromisoformat("2026-11-19T23:30:00+02:00"), OUTLET) == DAY
    assert day_of(datetime.fromisoformat("2026-11-19T23:30:00+00:00"), OUTLET) is None  # the 19th, or mislabelled
    assert day_of(datetime.fromisoformat("2026-11-19T12:00:00+00:00"), OUTLET) == DAY
    assert day_of(None, OUTLET) is None


def page(i: int, body: bytes) -> Page:
    url = f"https://www.youm7.com/story/2026/11/19/{i}"
    return Page(
        url=url, final_url=url, outlet="youm7", status=200, headers={"content-type": "text/html"}, body=body,
        fetched_at=datetime(2026, 11, 19, 12, tzinfo=UTC),
    )  # fmt: skip


def test_the_archive_gives_back_what_was_written_and_notices_every_damage(tmp_path):
    entries = write_pages([page(i, f"<p>خبر {i}</p>".encode() * 50) for i in range(5)], str(tmp_path))
    for i, entry in enumerate(entries):
        record = read_page(entry.file, entry.offset, entry.length, entry.sha256, str(tmp_path))
        assert record.body == f"<p>خبر {i}</p>".encode() * 50
        assert record.recorded_at == datetime(2026, 11, 19, 12, tzinfo=UTC)
    assert write_pages([page(i, f"<p>خبر {i}</p>".encode() * 50) for i in range(5)], str(tmp_path)) == entries
    assert [p.name for p in tmp_path.rglob("*.open")] == []
    path = tmp_path / entries[0].file
    whole = path.read_bytes()
    rng = random.Random(7)
    victim = entries[2]
    for _ in range(60):
        place = rng.randrange(victim.offset + 10, victim.offset + victim.length)  # beyond gzip's own idle header bytes
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << rng.randrange(8))]) + whole[place + 1 :])
        body, complaint = None, ""
        try:
            body = read_page(victim.file, victim.offset, victim.length, victim.sha256, str(tmp_path)).body
        except ArchiveDamaged as error:
            complaint = str(error)
        assert body == victim.page.body or entries[0].file in complaint
        neighbour = entries[3]
        read_page(neighbour.file, neighbour.offset, neighbour.length, neighbour.sha256, str(tmp_path))


def test_a_truncated_recording_is_refused(warraq, shared_data, tmp_path):
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes((shared_data / "site/site.warc.gz").read_bytes()[:5_000_000])
    done = warraq("run", "--day", DAY, "--outlet", "youm7", "--replay", cut)
    assert done.returncode == 2
    assert "cut.warc.gz" in done.stderr
    assert "cut short" in done.stderr
    missing = warraq("run", "--day", DAY, "--replay", tmp_path / "none.warc.gz")
    assert missing.returncode == 2
    assert "no such file" in missing.stderr


def test_impossible_requests_are_sentences(warraq):
    future = warraq("run", "--day", "2031-01-01")
    assert (future.returncode, "2031-01-01 is in the future" in future.stderr) == (2, True)
    unknown = warraq("run", "--day", DAY, "--outlet", "nosuch")
    assert (unknown.returncode, "no outlet named nosuch" in unknown.stderr) == (2, True)
    nonsense = warraq("crawl", "--day", "tomorrow")
    assert (nonsense.returncode, "not a day" in nonsense.stderr) == (2, True)
    down = warraq("report", "--day", DAY, WARRAQ_DATABASE_URL="postgresql://ana:secret@127.0.0.1:9/none")
    assert down.returncode == 1
    assert "does not answer" in down.stderr
    assert "secret" not in down.stderr


def test_a_toml_with_a_typo_is_named(warraq, tmp_path):
    text = (ROOT / "spiders/outlets/youm7.toml").read_text(encoding="utf-8")
    (tmp_path / "youm7.toml").write_text(text.replace("timezone", "time_zone"), encoding="utf-8")
    done = warraq("outlets", WARRAQ_OUTLETS=str(tmp_path))
    assert done.returncode == 2
    assert "youm7.toml" in done.stderr
    assert "time_zone" in done.stderr


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RawServer]:
    """A server with the outlet `raqib`, whose file is in tmp_path."""
    with raw_server() as made:
        write_outlet(tmp_path, "raqib", made.site("raqib"))
        yield made


def settings(server: RawServer, folder: Path) -> dict[str, str]:
    return {"WARRAQ_OUTLETS": str(folder), "WARRAQ_TEST_HOSTS": server.hosts}


def outcomes(database: str) -> dict[str, tuple[str, str | None]]:
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute("select url, outcome, reason from crawl.link")
        rows = cursor.fetchall()
    connection.close()
    return {"/" + url.split("/", 3)[3]: (outcome, reason) for url, outcome, reason in rows}


def test_nothing_on_loopback_is_reached_without_the_tests_own_exception(warraq, database, tmp_path):
    with raw_server() as server:
        site = server.bare()
        write_outlet(tmp_path, "local", site)
        done = warraq("crawl", "--day", DAY, "--outlet", "local", WARRAQ_OUTLETS=str(tmp_path))
        assert done.returncode == 1
        assert "its host is not on the public web" in done.stderr
        assert site.asked == []


def test_a_live_crawl_is_polite_and_gives_every_link_its_outcome(warraq, database, server, tmp_path):
    site, inside = server.site("raqib"), server.bare()
    paths = ("/a", "/secret/b", "/gone", "/loop", "/away", "/broken", "/forbidden", "/inside")
    site.pages |= {
        "/robots.txt": text("User-agent: *\nCrawl-delay: 2\nDisallow: /secret"),
        "/feed": http(feed(map(site.url, paths)), kind="application/rss+xml"),
        "/a": http("<p>خبر</p>", "Set-Cookie: a=b"),
        "/gone": http(status=410),
        "/loop": moved("/loop"),
        "/away": moved("http://elsewhere.example/x"),
        "/broken": http(status=500),
        "/forbidden": http(status=403),
        "/inside": moved(inside.url("/x")),
    }
    done = warraq("crawl", "--day", DAY, "--json", **settings(server, tmp_path))
    assert done.returncode == 75, done.stderr
    assert "1 links wait for another try (http_500)" in done.stderr
    found = outcomes(database)
    assert found["/secret/b"] == ("refused", "robots")
    assert found["/gone"] == ("gone", "410")
    assert found["/loop"] == ("quarantined", "redirect_loop")
    assert found["/away"] == ("refused", "scope")
    assert found["/inside"][0] == "refused"
    assert found["/forbidden"] == ("quarantined", "http_403")
    assert found["/broken"] == ("pending", "http_500")
    assert inside.asked == []
    assert not [path for path in site.asked if path.startswith("/secret")]
    moments = [one.at for one in site.log if one.target != "/robots.txt"]
    assert min(b - a for a, b in pairwise(moments)) >= 2


def listening_sockets(pid: int) -> list[str]:
    targets = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()]
    inodes = {target.split("[")[1][:-1] for target in targets if target.startswith("socket:")}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return [row[1] for row in rows if row[3] == "0A" and row[9] in inodes]


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="reads sockets from Linux's /proc")
def test_a_crawl_listens_on_nothing(warraq_home, server, tmp_path):
    command = [sys.executable, "-m", "pipelines", "crawl", "--day", str(DAY), "--outlet", "raqib"]
    env = {**os.environ, **settings(server, tmp_path)}
    process = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not server.site("raqib").log and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.site("raqib").log, "the crawl never asked"
        assert listening_sockets(process.pid) == []
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
