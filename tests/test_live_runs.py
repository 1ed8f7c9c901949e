"""Several live runs one after another, or at once: nothing is stranded, and a host is asked as politely as by one."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.commands import started
from tests.invented import article, feed
from tests.raw_site import RawServer, Site, http, raw_server, text, write_outlet

DAY, NEXT = date(2026, 11, 19), date(2026, 11, 20)
HOST_DELAY = 1.0


@dataclass
class World:
    """A server, its outlets' files, and commands on them."""

    server: RawServer
    folder: Path
    database: str
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def outlet(self, slug: str, site: Site, more: str | None = None) -> None:
        write_outlet(self.folder, slug, site, more)

    def start(self, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        own = {"WARRAQ_OUTLETS": str(self.folder), "WARRAQ_TEST_HOSTS": self.server.hosts}
        process = started(*arguments, environment={**own, **environment})
        self.started.append(process)
        return process

    def run(self, *arguments: object, exit_code: int = 0, **environment: str) -> dict[str, Any]:
        """Runs a day, and gives the outlets' reports."""
        out, said = (process := self.start("run", *arguments, "--json", **environment)).communicate(timeout=300)
        assert process.returncode == exit_code, said
        found: dict[str, Any] = json.loads(out)["outlets"]
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def wait_for(self, what: Callable[[], object]) -> None:
        end = time.monotonic() + 120
        while not what():
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture
def world(warraq_home: Path, database: str, tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "outlets"
    folder.mkdir()
    with raw_server() as server:
        made = World(server, folder, database)
        yield made
        for process in made.started:
            process.kill()
            process.communicate()


def listing(site: Site, *links: str | tuple[str, str | None]) -> bytes:
    told = [site.url(link) if isinstance(link, str) else (site.url(link[0]), link[1]) for link in links]
    return http(feed(told), kind="application/rss+xml")


def news(*paths: str, of: str = "") -> dict[str, bytes]:
    return {path: http(article(f"{of}{path}")) for path in paths}


def fewest_seconds(site: Site) -> float:
    return min(b.at - a.at for a, b in pairwise(sorted(site.log, key=lambda one: one.at)))


def test_a_link_of_a_day_that_was_run_is_not_stranded(world: World) -> None:
    """Listed late, listed anew, without a date, or dated in the future: the next run loads it for its page's day."""
    site = world.server.site("raqib")
    world.outlet("raqib", site)
    site.pages |= news("/on-time", "/late", "/again", "/undated", "/future", "/long-ago")
    site.pages |= {"/today": http(article("today", at="2026-11-20T10:00:00+02:00")), "/feed": listing(site, "/on-time")}
    world.run("--day", DAY)
    soon = (datetime.now().astimezone() + timedelta(days=3)).isoformat(timespec="seconds")
    site.pages["/feed"] = listing(
        site, "/on-time", "/late", ("/again", "2026-11-20T00:20:00+02:00"), ("/undated", None), ("/future", soon),
        ("/today", "2026-11-20T10:00:00+02:00"), ("/long-ago", "2026-05-05T10:00:00+02:00"),
    )  # fmt: skip
    report = world.run("--day", NEXT)["raqib"]
    days = dict(world.rows("select substring(url from '[^/]*$'), published_on from news.articles"))
    assert days == dict.fromkeys(("on-time", "late", "again", "undated", "future"), DAY) | {"today": NEXT}
    assert world.rows("select outcome from crawl.links where url like '%/long-ago'") == [("pending",)]
    assert report["notes"] == [
        "raqib: links of other days were settled too: 2026-11-19 (1).",
        "raqib: 1 known links of other days were not fetched; they wait for a run of their day.",
    ]
    n_asked = len(site.log)
    world.run("--day", NEXT)
    assert site.asked[n_asked:] == ["/feed"]
    assert {site.asked.count(path) for path in days} <= {1, 0}
    assert site.asked.count("/long-ago") == 0


def test_a_host_that_two_outlets_share_is_asked_by_two_processes_as_by_one(world: World) -> None:
    """The delay holds over both. A feed on it is read, and a sitemap that an outlet's own index names there."""
    shared = world.server.site("feeds")
    for slug in ("raqib", "shahid"):
        site = world.server.site(slug)
        for n in range(4):
            shared.pages[f"/{slug}/{n}"] = listing(site, f"/{n}")
            site.pages |= news(f"/{n}", of=slug)
        child = f"<urlset><url><loc>{site.url('/mapped')}</loc><lastmod>2026-11-19</lastmod></url></urlset>"
        shared.pages[f"/{slug}/map.xml"] = http(child, kind="text/xml")
        index = f"<sitemapindex><sitemap><loc>{shared.url(f'/{slug}/map.xml')}</loc></sitemap></sitemapindex>"
        site.pages |= {"/index.xml": http(index, kind="text/xml"), **news("/mapped", of=slug)}
        feeds = ", ".join(f'"{shared.url(f"/{slug}/{n}")}"' for n in range(4))
        world.outlet(slug, site, f'feeds = [{feeds}]\nsitemaps = ["{site.url("/index.xml")}"]')
    both = [world.start("run", "--day", DAY, "--outlet", slug) for slug in ("raqib", "shahid")]
    for process in both:
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    assert world.rows("select outlet, count(*) from news.articles group by 1 order by 1") == [
        ("raqib", 5), ("shahid", 5),
    ]  # fmt: skip
    assert fewest_seconds(shared) >= HOST_DELAY


def test_a_crawl_that_is_killed_and_started_anew_within_the_second_owes_its_host_the_delay(world: World) -> None:
    site = world.server.site("raqib")
    paths = [f"/{n}" for n in range(8)]
    site.pages |= {"/feed": listing(site, *paths), "/robots.txt": text("User-agent: *\nDisallow: /x"), **news(*paths)}
    world.outlet("raqib", site)
    for n in (3, 5):
        killed = world.start("run", "--day", DAY)
        world.wait_for(lambda n=n: len(set(site.asked) & set(paths)) >= n)
        killed.kill()
        killed.communicate()
    world.run("--day", DAY)
    assert world.rows("select count(*) from news.articles") == [(8,)]
    assert fewest_seconds(site) >= HOST_DELAY
    assert site.asked.count("/robots.txt") == 1
    assert site.asked.count("/feed") == 3


def test_an_outlet_with_more_documents_than_it_has_time_for_is_not_starved(world: World) -> None:
    """Documents have a third of its time, feeds first; then its links are asked for."""
    site = world.server.site("raqib")
    world.outlet("raqib", site, f'feeds = ["{site.url("/feed")}"]\nsitemaps = ["{site.url("/index.xml")}"]')
    children = [f"/posts-{n}.xml" for n in range(90)]
    index = "".join(f"<sitemap><loc>{site.url(child)}</loc></sitemap>" for child in children)
    nothing = http("<urlset></urlset>", kind="text/xml")
    site.pages |= {"/feed": listing(site, "/a", "/b"), **news("/a", "/b"), **dict.fromkeys(children, nothing)}
    site.pages["/index.xml"] = http(f"<sitemapindex>{index}</sitemapindex>", kind="text/xml")
    report = world.run("--day", DAY, WARRAQ_OUTLET_MINUTES="0.6")["raqib"]
    assert report["outcomes"] == {"loaded": 2}
    assert site.asked[:3] == ["/robots.txt", "/feed", "/index.xml"]
    n_left = 90 - len(set(site.asked) & set(children))
    assert n_left > 60
    assert report["notes"] == [
        f"raqib: {n_left} more documents, to which others lead, were left out: reading documents has 0.2 minutes of a "
        "run, a part of WARRAQ_OUTLET_MINUTES; set that higher to read more."
    ]


def test_an_outlet_that_hangs_delays_nobody_and_is_busy_when_its_time_is_over(world: World) -> None:
    healthy, hanging = world.server.site("raqib"), world.server.site("nasim")
    healthy.pages |= {"/feed": listing(healthy, "/a"), **news("/a")}
    hanging.pages |= {"/feed": listing(hanging, "/a", "/b"), **news("/a"), "/b": None}
    for slug, site in (("raqib", healthy), ("nasim", hanging)):
        world.outlet(slug, site)
    process = world.start("run", "--day", DAY, "--json", WARRAQ_OUTLET_MINUTES="0.3")
    world.wait_for(lambda: world.rows("select from news.articles where outlet = 'raqib'"))
    assert process.poll() is None
    out, said = process.communicate(timeout=120)
    assert process.returncode == 75, said
    reports = json.loads(out)["outlets"]
    assert (reports["raqib"]["exit_code"], reports["nasim"]["exit_code"]) == (0, 75)
    assert "nasim: this outlet had 0.3 minutes, which was not enough" in reports["nasim"]["failures"][0]
    links = world.rows("select count(*) from crawl.link where outlet = 'nasim' and outcome = 'pending'")
    assert links == [(2 - hanging.asked.count("/a"),)]  # whichever came first
    assert not reports["nasim"]["counts"]["crawl"]["is_whole"]
    verified = world.start("verify")
    assert (verified.communicate(timeout=60)[0].count("is sound"), verified.returncode) == (1, 0)
