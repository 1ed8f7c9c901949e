"""`warraq outlets add` on sites as they are found, over HTTP on loopback: what is written, said, and asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg2
import pytest

from tests.outlet_sites import SITES

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.xdist_group("outlet-sites")  # one worker asks all sites, once


@dataclass
class Web:
    """All sites on one port, by the Host header; `asked` is the server's own log, by host."""

    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Added:
    """What one command did: its exit code, what it said, the file's text and values, and what was asked for."""

    code: int
    said: str
    text: str
    toml: dict[str, Any]
    asked: list[str]
    port: int

    def has(self, *words: str) -> bool:
        return all(word in self.text for word in words)

    def path(self, key: str) -> list[str]:
        """Addresses of the file without scheme and host."""
        return ["/" + url.partition("//")[2].partition("/")[2] for url in self.toml.get(key, [])]


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[Web, int]]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "")
            web.asked.setdefault(host, []).append(self.path)
            status, headers, body = web.hosts.get(host, {}).get(self.path) or (404, {"Content-Type": "text/html"}, "no")
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_port
    for build in SITES.values():
        for host, pages in build().items():
            web.hosts[host.format(port)] = {
                path: (
                    status,
                    {k: v.replace("{}", str(port)) for k, v in headers.items()},
                    body.replace("{}", str(port)),
                )
                for path, (status, headers, body) in pages.items()
            }
    Thread(target=server.serve_forever, daemon=True).start()
    yield web, port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def added(web: tuple[Web, int], postgres: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Added]:
    """Every site, added by the command that a person types; a few commands at once, since each waits for its hosts."""
    served, port = web
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("outlets")
    name = f"sites_{os.getpid()}"
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
    connection.close()
    env = {
        **os.environ, "WARRAQ_HOME": str(home), "WARRAQ_OUTLETS": str(folder), "WARRAQ_CONTACT": "desk@raqib.tld",
        "WARRAQ_DATABASE_URL": postgres.replace("/postgres?", f"/{name}?", 1),
        "WARRAQ_TEST_HOSTS": ",".join(f"{host.partition(':')[0]}=127.0.0.1" for host in served.hosts),
    }  # fmt: skip
    env.pop("WARRAQ_REPLAY", None)

    def add(site: str) -> Added:
        hosts = [host.format(port) for host in SITES[site]()]
        slug = site.replace("_", "-")
        start = f"http://{hosts[0]}/ar" if site == "of_two_languages" else f"http://{hosts[0]}/"
        command = [sys.executable, "-m", "pipelines", "outlets", "add", slug, start]
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        path = folder / f"{slug}.toml"
        text = path.read_text("utf-8") if path.exists() else ""
        asked = [asked for host in hosts for asked in served.asked.get(host, [])]
        assert all(len(paths) == len(set(paths)) for host in hosts for paths in [served.asked.get(host, [])])
        return Added(done.returncode, done.stdout + done.stderr, text, tomllib.loads(text), asked, port)

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(SITES, pool.map(add, SITES), strict=True))


def test_a_file_is_always_switched_off_and_says_what_to_do(added):
    written = [one for one in added.values() if one.text]
    assert len(written) > 15
    for one in written:
        assert one.code == 0
        assert (one.toml["enabled"], one.toml["verified"]) == (False, False)
        assert "switched off" in one.said
        assert "warraq run --day yesterday --outlet" in one.said
        assert len(one.asked) <= 32


NOTHING = {
    "refreshed_away": "refreshes to https://www.other.tld/x, another host. If that is the outlet, add it",
    "moved_away": "it leads to http://www.jadid.example/, another host. If that is the outlet, add it",
    "challenged": "a challenge that only a browser passes", "cookie_loop": "a challenge that only a browser passes",
    "for_sale": "a page of the domain's seller or host", "under_repair": "closed for now",
    "hostile": "It has an element with 100,000 attributes",
}  # fmt: skip


@pytest.mark.parametrize("site", NOTHING)
def test_where_no_outlet_answers_nothing_is_written_and_the_reason_is_said(added, site):
    one = added[site]
    assert (one.code, one.text) == (1, "")
    assert NOTHING[site] in one.said
    assert "Nothing was written." in one.said
    assert len(one.asked) <= 2


def test_a_refresh_is_followed_once_and_a_page_of_feeds_is_read(added):
    one = added["refreshed"]
    assert one.toml["name"] == "جريدة المرفأ"
    assert one.path("feeds") == ["/rss/politics", "/rss/sport"]
    assert one.has("refreshes to", "/main.aspx")


def test_a_page_that_renews_itself_is_the_home_page(added):
    one = added["renewed"]
    assert (one.toml["name"], one.path("feeds")) == ("المجدد", ["/rss.xml"])
    assert "/m/" not in one.asked


def test_another_host_of_the_same_owner_is_learned_and_a_country_s_ending_is_read(added):
    one = added["other_host"]
    hosts = [f"{name}.alwaha-news.com.tn:{one.port}" for name in ("ar", "www")]
    assert one.toml["hosts"] == hosts
    assert (one.toml["country"], one.toml["timezone"]) == ("TN", "Africa/Tunis")
    assert one.path("feeds") == ["/feed"]


def test_a_choice_of_languages_leads_to_the_arabic_part(added):
    one = added["languages"]
    assert (one.toml["name"], one.toml["language"]) == ("وكالة الجسر", "ar")
    assert one.path("feeds") == ["/ar/rss"]
    assert one.has("asks for a language")


def test_the_arabic_edition_of_another_page_is_taken(added):
    one = added["english_home"]
    assert one.toml["name"] == "بريدج عربي"
    assert one.toml["hosts"] == [f"arabic.bridge.test:{one.port}"]
    assert one.path("feeds") == ["/rss"]
    assert "/en/rss" not in one.asked


def test_behind_a_wall_nothing_is_taken_but_what_robots_txt_names(added):
    one = added["walled"]
    assert one.toml["name"] == "صحيفة السور"
    assert one.path("sitemaps") == ["/news.xml"]
    assert "is a login page" in one.said
    consent = added["asked_for_consent"]
    assert consent.toml["name"] == ""
    assert "asks for consent" in consent.said
    assert consent.path("sitemaps") == ["/sitemap.xml"]


def test_a_banner_is_no_wall_and_a_slogan_no_name(added):
    one = added["banner"]
    assert (one.toml["name"], one.path("feeds")) == ("الرصيف", ["/rss"])


def test_a_frame_is_followed_and_a_query_tells_articles_apart(added):
    one = added["framed"]
    assert (one.toml["name"], one.path("feeds"), one.toml["raw_query"]) == ("صحيفة الإطار", ["/rss.xml"], ["sid"])
    assert added["by_queries"].toml["raw_query"] == ["ref"]


def test_feeds_behind_icons_are_found_and_others_left_out_with_a_remark(added):
    one = added["icons"]
    assert one.path("feeds") == ["/xml/all"]
    assert one.has("/xml/pod was left out: it is a feed of podcasts", "/xml/sound lists sound or films")
    assert one.has(
        "/en/rss was left out: it is in another language", "comments.rss was left out: it is a feed of comments"
    )
    assert one.has(
        "channel_id=1 was left out: it is a feed of videos", "https://feeds.service.tld/x may be a feed, on a host"
    )


def test_what_calls_itself_a_feed_is_looked_at(added):
    one = added["kinds_of_feeds"]
    assert one.path("feeds") == ["/old"]  # which leads to the second
    assert one.has("/feed.json was left out: it is a feed in JSON", "/one.atom was left out: it is one entry")
    assert one.has("/tr was left out: it is in another language", "/latin is in another language")
    assert one.has("/talk is a feed of comments")


def test_templates_and_the_form_of_articles_are_proven(added):
    one = added["of_days"]
    assert one.path("day_sitemaps") == ["/maps/{year}/{month}/{day}"]
    assert one.path("sitemaps") == ["/all.xml"]
    assert one.toml["trailing_slash"] is True
    assert one.toml["article_url"] == r"/news/(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})/\d{4,}/?$"
    months = added["of_months"]
    assert months.path("month_sitemaps") == ["/m/news-{year}-{month}.xml"]
    assert "/m/news-2026-09.xml" in months.asked


def test_news_come_first_and_pages_are_told_apart(added):
    one = added["of_wordpress"]
    assert one.path("feeds") == ["/feed/"]
    assert one.path("sitemaps") == ["/news-sitemap.xml", "/sitemap_index.xml"]
    assert (one.toml["name"], one.toml["name_latin"]) == ("الوردة", "Al Warda")
    assert one.toml["trailing_slash"] is True
    assert "article_url" not in one.toml
    assert one.has("list no articles", "category-sitemap.xml", "do not agree in a form")
    assert "/category-sitemap.xml" not in one.asked


def test_of_sitemaps_in_two_languages_the_arabic_one_is_taken(added):
    one = added["of_two_languages"]
    assert one.path("sitemaps") == ["/sitemap-ar.xml"]
    assert one.has("other languages too: en")
    assert "/sitemap-en.xml" not in one.asked


def test_what_robots_txt_names_is_looked_at_and_said(added):
    one = added["odd_robots"]
    assert one.path("feeds") == ["/feed"]
    assert one.toml["sitemaps"] == []
    assert one.has(
        "names itself as a sitemap", "https://cdn.other.tld/map.xml was not asked for: it is on another host"
    )
    assert one.has("/s-2026-11-19.xml is of one day or month", "/image-sitemap.xml was left out: by its name")
    assert one.has("/gone.xml answers 404")
    assert one.asked.count("/robots.txt") == 1


def test_a_feed_service_is_used_and_a_host_of_the_same_owner_learned_from_what_is_listed(added):
    one = added["on_a_feed_service"]
    assert [url.split("/")[2] for url in one.toml["feeds"]] == [
        f"feeds.service.test:{one.port}",
        f"www.minbar.test:{one.port}",
    ]
    assert one.toml["hosts"] == [f"www.minbar.test:{one.port}", f"news.minbar.test:{one.port}"]


def test_another_language_is_said(added):
    one = added["in_persian"]
    assert (one.toml["language"], one.toml["feeds"]) == ("fa", [])
    assert "set aside as not_arabic" in one.said


def test_months_below_an_index_of_years_are_found(added):
    one = added["nested"]
    assert (one.path("sitemaps"), one.path("month_sitemaps")) == (["/all.xml"], ["/m/{year}-{month:02d}.xml"])


def test_a_page_that_scripts_fill_is_said(added):
    one = added["scripted"]
    assert (one.toml["name"], one.toml["feeds"], one.toml["sitemaps"]) == ("قناة النص", [], [])
    assert one.has("redirects by a script to", "/home", "are in the script __NEXT_DATA__")
    assert "No feed and no sitemap was found" in one.said


def test_what_robots_txt_forbids_is_not_asked_for_and_said(added):
    one = added["forbidden"]
    assert not {"/rss", "/sitemap.xml", "/rss.xml"} & set(one.asked)
    assert one.has("/rss could not be fetched: its robots.txt forbids it", "/sitemap.xml could not be fetched")
    assert not one.toml["feeds"] + one.toml["sitemaps"]
