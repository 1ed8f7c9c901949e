"""`warraq outlets add`: what is written, what is left to the person, what is refused; and that it can be crawled."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.add_outlet import add_outlet, described
from pipelines.country import country_of, only_zone
from pipelines.outlet_draft import outlet_toml
from spiders.document_errors import HostileDocument, UnreadableDocument
from spiders.errors import ImpossibleRequest
from spiders.homepage import HomePage, named_sitemaps, read_home_page
from spiders.looks import look_at
from spiders.outlet import Outlet, load_outlet
from spiders.seen import Seen, Survey
from tests.raw_site import RawServer, http, moved, raw_server, text

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo" / "demo.warc.gz"
DAY = date(2026, 11, 19)
RSS = b"""<rss version="2.0"><channel><item><link>https://raqib.example/news/1</link></item>
<item><link>https://sport.raqib.example/news/2</link></item></channel></rss>"""
INDEX = b"<sitemapindex><sitemap><loc>https://raqib.example/a.xml</loc></sitemap></sitemapindex>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of outlets, named in the environment."""
    folder = tmp_path / "outlets"
    folder.mkdir()
    monkeypatch.setenv("WARRAQ_OUTLETS", str(folder))
    return folder


def complete(path: Path, country: str, zone: str) -> None:
    """What the person does."""
    text = path.read_text("utf-8")
    text = text.replace('country = ""', f'country = "{country}"').replace('timezone = ""', f'timezone = "{zone}"')
    path.write_text(text, "utf-8")


RAQIB = Outlet(slug="raqib", name="raqib", country="", timezone="UTC", hosts=("raqib.example",))


def surveyed(url: str, *seen: Seen, home: HomePage | None = None, problems: tuple[str, ...] = ()) -> Survey:
    home = home or HomePage(title="الرقيب", language="ar")
    return Survey(outlet=RAQIB, home_url=url, home=home, seen=list(seen), problems=list(problems))


def seen(path: str, body: bytes) -> Seen:
    url = f"https://raqib.example{path}"
    return Seen(url=url, final_url=url, source="robots.txt", look=look_at(body, url=url, outlet=RAQIB))


def test_an_outlet_of_the_demo_is_added_completed_and_crawled(warraq, folder):
    added = warraq("outlets", "add", "test-almanara", "https://www.almanara.example/", "--replay", DEMO)
    assert added.returncode == 0, added.stderr
    assert "Until that is put right, no command can use the file" in added.stdout
    path = folder / "test-almanara.toml"
    table = tomllib.loads(path.read_text("utf-8"))
    assert table["hosts"] == ["www.almanara.example"]
    assert table["sitemaps"] == ["https://www.almanara.example/sitemap.xml"]
    assert "المنارة" in table["name"]
    assert (table["enabled"], table["verified"], table["timezone"]) == (False, False, "")

    refused = warraq("crawl", "--day", DAY, "--outlet", "test-almanara", "--replay", DEMO)
    assert refused.returncode == 2
    assert "country" in refused.stderr

    complete(path, "SA", "Mars/Base")
    assert "timezone: there is no time zone 'Mars/Base'" in described(path)
    assert "no command can use the file" in described(path)
    path.write_text(path.read_text("utf-8").replace("Mars/Base", "Asia/Riyadh"), "utf-8")
    assert "no command can use the file" not in described(path)
    crawled = warraq("crawl", "--day", DAY, "--outlet", "test-almanara", "--replay", DEMO, "--json")
    assert crawled.returncode == 0, crawled.stderr
    counts = json.loads(crawled.stdout)["outlets"]["test-almanara"]["counts"]["crawl"]
    assert counts["fetched"] > 10


def test_a_feed_that_the_home_page_names_is_found(warraq, folder):
    added = warraq("outlets", "add", "diwan", "https://www.aldiwan.example", WARRAQ_REPLAY=str(DEMO))
    assert added.returncode == 0, added.stderr
    table = tomllib.loads((folder / "diwan.toml").read_text("utf-8"))
    assert table["feeds"] == ["https://www.aldiwan.example/rss/latest.xml"]
    assert table["sitemaps"] == []  # it has none at /sitemap.xml


def test_an_outlet_without_feed_and_sitemap_waits_for_its_sections(warraq, folder):
    added = warraq("outlets", "add", "sahel", "https://www.assahel.example/", "--replay", DEMO)
    assert added.returncode == 0, added.stderr
    complete(folder / "sahel.toml", "TN", "Africa/Tunis")
    assert not load_outlet(folder / "sahel.toml").enabled
    assert "add sections" in described(folder / "sahel.toml")
    assert "lists of articles: https://www.assahel.example/ar/آخر-الأخبار?page=1" in (folder / "sahel.toml").read_text(
        "utf-8"
    )


def test_what_does_not_answer_writes_nothing(warraq, folder):
    failed = warraq("outlets", "add", "nosuch", "https://nosuch.example/", "--replay", DEMO)
    assert failed.returncode == 1
    assert failed.stderr.strip() == "nosuch: https://nosuch.example/ answers 404. Nothing was written."
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("slug", "url", "sentence"),
    [
        ("A b", "https://new.example/", "cannot be a slug"),
        ("../x", "https://new.example/", "cannot be a slug"),
        ("here", "https://new.example/", "exists already"),
        ("new", "http://m.taken.example/ar", "already belongs to the outlet here"),
        ("new", "new.example", "not a web address"),
        ("new", "ftp://new.example/", "not a web address"),
        ("new", "https://", "not an address that can be fetched"),
        ("new", "https://new.example:99999/", "not an address that can be fetched"),
    ],
)
def test_what_can_never_be_added_is_refused_before_anything_is_fetched(folder, slug, url, sentence):
    (folder / "here.toml").write_text('hosts = ["www.taken.example"]', "utf-8")  # not even complete
    (folder / "broken.toml").write_text("hosts = [", "utf-8")
    with pytest.raises(ImpossibleRequest, match=sentence):
        add_outlet(slug, url)
    assert len(list(folder.iterdir())) == 2


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(ImpossibleRequest, match="no such folder"):
        add_outlet("new", "https://new.example/", tmp_path / "none")


def test_the_toml_has_only_what_reads_and_says_why_of_the_rest(tmp_path):
    found = surveyed(
        "https://raqib.com.eg/",
        seen("/rss", RSS),
        seen("/empty", b"<rss><channel/></rss>"),
        seen("/page", b"<html><body>404</body></html>"),
        seen("/index.xml", INDEX),
        problems=("https://raqib.example/gone\nenabled = 1 answers 404.",),
    )
    path = tmp_path / "raqib.toml"
    path.write_text(outlet_toml(found, on=date(2026, 11, 23)), "utf-8")
    table = tomllib.loads(path.read_text("utf-8"))
    assert table["feeds"] == ["https://raqib.example/rss"]
    assert table["sitemaps"] == ["https://raqib.example/index.xml"]
    assert (table["country"], table["timezone"], table["language"]) == ("EG", "Africa/Cairo", "ar")
    assert table["note"] == "written by `warraq outlets add` on 2026-11-23; read it before you trust it"
    remarks = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    for word in (
        "/gone enabled = 1",
        "/empty lists nothing",
        "/page is a page",
        "1 addresses are on sport.raqib.example",
    ):
        assert word in "\n".join(remarks)


def test_a_hostile_name_is_one_line_of_text(tmp_path):
    page = '<html lang="x"><meta property="og:site_name" content="أ&quot;\\\n]\x7f&#x202e;&#0;=">'.encode()
    home = read_home_page(page, url="https://raqib.com.eg/", outlet=RAQIB)
    found = surveyed("https://raqib.com.eg/", seen("/i", INDEX), home=home)
    table = tomllib.loads(outlet_toml(found, on=DAY))
    assert table["name"].startswith('أ"\\ ]')
    assert table["name"].isprintable()
    assert "language" not in table


def test_a_time_zone_is_never_guessed():
    assert (country_of("raqib.ps"), only_zone("PS")) == ("PS", "")  # Gaza and Hebron
    assert country_of("www.raqib.tv") == country_of("raqib.net") == country_of("raqib.example") == ""
    assert only_zone(country_of("raqib.ae")) == "Asia/Dubai"


def test_what_a_home_page_and_a_robots_txt_name():
    page = """<html><head><base href="/ar/"><title> الرقيب </title>
        <link rel="ALTERNATE home" type="application/atom+xml" href="feed?a=1&amp;b=2">
        <link rel="alternate" hreflang="en" href="/en">
        <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" href="data:,x">
        </head></html>""".encode()
    home = read_home_page(page, url="https://raqib.example/x/y", outlet=RAQIB)
    assert home.title == "الرقيب"
    assert [(feed.url, feed.remark) for feed in home.feeds] == [
        ("https://raqib.example/ar/feed?a=1&b=2", ""),
        ("https://raqib.example/comments/feed/", "it is a feed of comments"),
    ]
    with pytest.raises(UnreadableDocument):
        read_home_page(b"", url="https://raqib.example/", outlet=RAQIB)
    robots = "# Sitemap: /no.xml\nUser-agent: *\r\nSITEMAP : /a.xml\r\nSitemap:\r\nSitemap: /a.xml\nSitemap: ftp://x/b"
    assert named_sitemaps(robots, url="https://raqib.example/x") == ("https://raqib.example/a.xml",)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (f"<p {' '.join(f'a{n}=1' for n in range(501))}>", "too_large"), ("<div>" * 5_000, "xml_depth"),
        ("<i></i>" * 600_000, "too_large"),
    ],
    ids=["attributes", "depth", "elements"],
)  # fmt: skip
def test_a_home_page_is_read_within_bounds(page, reason):
    with pytest.raises(HostileDocument) as refused:
        read_home_page(page.encode(), url="https://raqib.example/", outlet=RAQIB)
    assert refused.value.reason == reason


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as made:
        yield made


def test_over_the_network_each_document_is_asked_for_once_and_nothing_else(warraq, folder, server):
    site = server.site("raqib")
    named = "Sitemap: /hidden.xml\nSitemap: /a.xml\nSitemap: https://other.example/b.xml"
    site.pages |= {
        "/": http(
            '<title>الرقيب</title><link rel=alternate type=application/rss+xml href=/rss><a href="/news/1">خبر</a>'
        ),
        "/robots.txt": text(f"User-agent: *\nDisallow: /hidden\n{named}"),
        "/rss": http("<rss><channel><item><link>/news/1</link></item></channel></rss>", kind="text/xml"),
        "/a.xml": http("<urlset><url><loc>/news/1</loc></url></urlset>", kind="text/xml"),
    }
    done = warraq("outlets", "add", "local", site.url(), WARRAQ_TEST_HOSTS=server.hosts)
    assert done.returncode == 0, done.stderr
    assert sorted(site.asked) == ["/", "/a.xml", "/robots.txt", "/rss"]
    toml = (folder / "local.toml").read_text("utf-8")
    assert "hidden.xml could not be fetched: its robots.txt forbids it." in toml
    assert "https://other.example/b.xml was not asked for: it is on another host." in toml
    assert tomllib.loads(toml)["name"] == "الرقيب"


HOME = '<title>الرقيب</title><link rel=alternate type=application/rss+xml href=/rss><a href="/news/1">خبر</a>'
NEWS = http("<rss><channel><item><link>/news/1</link></item></channel></rss>", kind="text/xml")


@pytest.mark.parametrize("named", ["{}/robots.txt", "/robots.txt", "{}/./robots.txt?x=1", "{}/a/%2e%2e/robots.txt#top"])
def test_a_robots_txt_that_names_itself_is_asked_for_once(warraq, folder, server, named):
    site = server.site("raqib")
    shown = f'{HOME}<link rel=sitemap href="/robots.txt"><a href="/robots.txt?sitemap.xml">خريطة</a>'
    site.pages |= {"/": http(shown), "/robots.txt": text(f"Sitemap: {named.format(site.url(''))}"), "/rss": NEWS}
    done = warraq("outlets", "add", "local", site.url(), WARRAQ_TEST_HOSTS=server.hosts)
    assert done.returncode == 0, done.stderr
    assert [target for target in site.asked if "robots" in target] == ["/robots.txt"]


def test_a_copy_of_robots_txt_serves_the_next_look(warraq, folder, server):
    site = server.site("raqib")
    site.pages |= {"/": http(HOME), "/robots.txt": text("User-agent: *\nDisallow: /rss"), "/rss": NEWS}
    for slug in ("first", "second"):
        warraq("outlets", "add", slug, site.url(), WARRAQ_TEST_HOSTS=server.hosts)
        (folder / f"{slug}.toml").unlink()
    assert (site.asked.count("/robots.txt"), site.asked.count("/"), site.asked.count("/rss")) == (1, 2, 0)


@pytest.mark.parametrize("url", ["", "postgresql://ana@127.0.0.1:1/news"], ids=["none", "one that does not answer"])
def test_a_look_needs_no_warehouse_and_makes_none(warraq, warraq_home, folder, server, url):
    site = server.site("raqib")
    site.pages |= {"/": http(HOME), "/robots.txt": text("User-agent: *\nDisallow: /secret"), "/rss": NEWS}
    done = warraq("outlets", "add", "local", site.url(), WARRAQ_TEST_HOSTS=server.hosts, WARRAQ_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert site.asked.count("/robots.txt") == 1
    assert not (warraq_home / "postgres").exists()
    assert min(b.at - a.at for a, b in pairwise(site.log)) >= 1


def test_the_guards_hold(warraq, folder, server):
    private = warraq("outlets", "add", "local", server.bare().url())
    assert (private.returncode, server.bare().asked) == (1, [])
    assert "its host is not on the public web" in private.stderr
    leaving, closed = server.site("leaving"), server.site("closed")
    leaving.pages["/"] = moved("https://other.example/")
    away = warraq("outlets", "add", "local", leaving.url(), WARRAQ_TEST_HOSTS=server.hosts)
    assert "it leads to https://other.example/, another host" in away.stderr
    closed.pages["/robots.txt"] = text("User-agent: *\nDisallow: /")
    barred = warraq("outlets", "add", "local", closed.url(), WARRAQ_TEST_HOSTS=server.hosts)
    assert "its robots.txt forbids it" in barred.stderr
    assert closed.asked == ["/robots.txt"]
    assert not list(folder.iterdir())


def test_outlets_of_the_recorded_site(warraq, folder, shared_data):
    recording = shared_data / "site" / "site.warc.gz"
    zones = {"www.albayan.ae": "Asia/Dubai", "www.lbcgroup.tv": "", "www.youm7.com": ""}
    for host, zone in zones.items():
        added = warraq("outlets", "add", host.split(".")[1], f"https://{host}/", "--replay", recording)
        assert added.returncode == 0, added.stderr
        table = tomllib.loads((folder / f"{host.split('.')[1]}.toml").read_text("utf-8"))
        assert table["timezone"] == zone
        assert table["sitemaps"]
    days = tomllib.loads((folder / "albayan.toml").read_text("utf-8"))["day_sitemaps"]
    assert tuple(days) == load_outlet(ROOT / "spiders" / "outlets" / "albayan.toml").day_sitemaps
