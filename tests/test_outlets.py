"""An outlet's file is read strictly: every mistake is refused with the file, the key and the reason."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from spiders.discovery import entry_documents
from spiders.outlet import OutletError, load_outlet, load_outlets
from spiders.urls import canonicalize

GOOD = """
name = "الرقيب"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["www.raqib.tld"]
feeds = ["https://www.raqib.tld/rss"]
"""


def written(folder: Path, text: str, slug: str = "raqib") -> Path:
    path = folder / f"{slug}.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_outlets_are_nine_and_usable() -> None:
    outlets = load_outlets()
    recorded = {"youm7", "albayan", "alyaum", "sputnik-arabic", "jawhara-fm", "lbci", "assabah", "cnn-arabic"}
    assert set(outlets) == recorded | {"eremnews"}
    assert all(outlets[slug].enabled for slug in recorded)
    assert all(not outlet.verified and outlet.note for outlet in outlets.values())


def test_articles_of_the_shipped_outlets_are_known_by_their_addresses(shared_data: Path) -> None:
    outlets = load_outlets()
    lines = (shared_data / "outlets" / "outlets.jsonl").read_text("utf-8").splitlines()
    known = {told["slug"]: told for told in map(json.loads, lines) if told["slug"] in outlets}
    assert known.keys() == outlets.keys()
    for slug, told in known.items():
        outlet = outlets[slug]
        assert all(outlet.is_article_url(canonicalize(url, outlet)) for url in told["article_examples"])
        assert set(told["hosts"]) <= set(outlet.hosts)


def test_what_was_seen_of_the_shipped_outlets_is_theirs() -> None:
    outlets = load_outlets()
    article = canonicalize("http://m2.youm7.com/story/2026/3/29/خبر/7357796", outlets["youm7"])
    assert article == canonicalize("https://www.youm7.com/story/2026/3/29/خبر/7357796", outlets["youm7"])
    assert outlets["youm7"].is_article_url(article)
    cnn = outlets["cnn-arabic"]
    for path in ("middle-east/article/2024/04/13/a-b", "2013/middle_east/8/3/a", "2013/middle_east/08/03/a/index.html"):
        is_dated = "/8/3/" not in path
        assert cnn.is_article_url(f"https://arabic.cnn.com/{path}") == is_dated
    assert all(outlets["sputnik-arabic"].owns(host) for host in ("sputnikarabic.ae", "arabic.sputniknews.com"))
    assert all("2026-11-30" in outlet.note for outlet in outlets.values())


@pytest.mark.parametrize(
    ("mistake", "key", "words"),
    [
        ('nmae = "x"', "nmae", "unknown key"),
        ('slug = "other"', "slug", "file's name"),
        ("name_latin = 7", "name_latin", "type str"),
        ('sitemaps = "https://www.raqib.tld/s.xml"', "sitemaps", "list of strings"),
        ('sitemaps = ["ftp://www.raqib.tld/s.xml"]', "sitemaps", "http or https"),
        ('sitemaps = ["www.raqib.tld/s.xml"]', "sitemaps", "http or https"),
        ('sitemaps = ["https://other.tld/s.xml"]', "sitemaps", "not among the outlet's hosts"),
        ('sitemaps = ["https://www.raqib.tld/{day}"]', "sitemaps", "unknown placeholder {day}"),
        ('day_sitemaps = ["https://www.raqib.tld/{yaer}/{month}/{day}"]', "day_sitemaps", "placeholder {yaer}"),
        ('day_sitemaps = ["https://www.raqib.tld/{year}"]', "day_sitemaps", "needs {day} and {month}"),
        ('month_sitemaps = ["https://www.raqib.tld/{year}.xml"]', "month_sitemaps", "needs {month}"),
        ('month_sitemaps = ["https://www.raqib.tld/{year}{month}{day}"]', "month_sitemaps", "placeholder {day}"),
        ('month_sitemaps = ["https://other.tld/{year}{month}"]', "month_sitemaps", "not among the outlet's hosts"),
        ('day_sitemaps = ["https://www.raqib.tld/{year"]', "day_sitemaps", "not a valid template"),
        ('sections = ["https://www.raqib.tld/{page.__class__}"]', "sections", "unknown placeholder"),
        ('sections = ["https://www.raqib.tld/{page:zz}"]', "sections", "not a valid template"),
        ("article_url = '/(news'", "article_url", "not a valid regex"),
        ("rewrites = [['^/amp', '\\2']]", "rewrites", "not a valid regex"),
        ("max_pages = 0", "max_pages", "at least 1"),
        ("max_pages = true", "max_pages", "type int"),
        ("first_page = -1", "first_page", "at least 0"),
        ("crawl_delay = -1", "crawl_delay", "between"),
        ('[selectors]\nbdoy = "div"', "selectors.bdoy", "unknown key"),
        ('[selectors]\nbody = "div["', "selectors.body", "is not a CSS selector"),
        ('[selectors]\nbody = "div"\nvalid_until = "soon"', "selectors_valid_until", "type date"),
    ],
)
def test_a_mistake_is_refused_with_file_key_and_reason(tmp_path: Path, mistake: str, key: str, words: str) -> None:
    path = written(tmp_path, GOOD + mistake)
    with pytest.raises(OutletError) as refused:
        load_outlet(path)
    sentence = str(refused.value)
    assert sentence.startswith(f"{path}: {key}: ")
    assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("key", "line", "words"),
    [
        ("timezone", "", "missing"),
        ("timezone", 'timezone = "Africa/Kairo"', "no time zone"),
        ("timezone", 'timezone = "../../etc/passwd"', "no time zone"),
        ("country", 'country = "Egypt"', "two capital letters"),
        ("hosts", "hosts = []", "at least one host"),
        ("hosts", 'hosts = ["https://www.raqib.tld"]', "not a host name"),
        ("feeds", "feeds = []", "needs a feed"),
        ("feeds", 'feeds = ["http://localhost:8080/raqib"]', "not among the outlet's hosts"),
        ("feeds", 'feeds = ["http://[::1]/raqib"]', "not among the outlet's hosts"),
        ("feeds", 'feeds = ["http://10.0.0.7/raqib"]', "not among the outlet's hosts"),
    ],
)
def test_what_must_be_there_must_be_right(tmp_path: Path, key: str, line: str, words: str) -> None:
    text = "\n".join(line if old.startswith(key) else old for old in GOOD.splitlines())
    with pytest.raises(OutletError, match=words):
        load_outlet(written(tmp_path, text))


def test_a_file_that_is_no_toml_or_has_no_slugs_name(tmp_path: Path) -> None:
    with pytest.raises(OutletError, match="cannot be read as TOML"):
        load_outlet(written(tmp_path, "name = "))
    with pytest.raises(OutletError, match="cannot be read as TOML"):
        load_outlet(tmp_path / "absent.toml")
    with pytest.raises(OutletError, match="slug"):
        load_outlet(written(tmp_path, GOOD, slug="Raqib; drop"))


def test_outlets_may_share_the_host_of_a_feed_service(tmp_path: Path) -> None:
    shared = GOOD.replace("https://www.raqib.tld/rss", "https://feeds.service.tld/all")
    written(tmp_path, shared)
    written(tmp_path, shared.replace("raqib", "diwan"), slug="diwan")
    outlets = load_outlets(tmp_path)
    assert {outlet.feeds for outlet in outlets.values()} == {("https://feeds.service.tld/all",)}
    assert not any(outlet.owns("feeds.service.tld") for outlet in outlets.values())


def test_the_scheme_of_an_outlet_is_its_own_and_not_a_feed_services(tmp_path: Path) -> None:
    text = GOOD.replace('"https://www.raqib.tld/rss"', '"http://www.raqib.tld/rss", "https://feeds.service.tld/raqib"')
    assert load_outlet(written(tmp_path, text)).scheme == "http"


def test_pages_are_counted_from_the_first_and_months_have_sitemaps(tmp_path: Path) -> None:
    more = """
    sections = ["https://www.raqib.tld/news?page={page}"]
    month_sitemaps = ["https://www.raqib.tld/news-{year}-{month}.xml", "https://www.raqib.tld/{year}{month:02d}.xml"]
    first_page = 0
    max_pages = 2
    """
    outlet = load_outlet(written(tmp_path, GOOD + more))
    addresses = [document.url for document in entry_documents(outlet, date(2026, 3, 9))]
    assert addresses == [
        "https://www.raqib.tld/rss",
        "https://www.raqib.tld/news-2026-3.xml",
        "https://www.raqib.tld/202603.xml",
        "https://www.raqib.tld/news?page=0",
    ]


def test_owning_is_by_host_and_port(tmp_path: Path) -> None:
    outlet = load_outlet(written(tmp_path, GOOD))
    assert all(outlet.owns(host) for host in ("www.raqib.tld", "RAQIB.tld.", "amp.raqib.tld", "m.raqib.tld"))
    assert outlet.owns("https://raqib.tld:443/x")
    for other in ("raqib.tld.other.tld", "notraqib.tld", "https://raqib.tld:8443/", "https://raqib.tld@x.tld/", ""):
        assert not outlet.owns(other)


def test_an_outlet_travels_to_child_processes(tmp_path: Path) -> None:
    outlet = load_outlet(written(tmp_path, GOOD + '[selectors]\nbody = "div.text"\nvalid_until = 2026-12-31'))
    assert outlet.owns("raqib.tld")  # what was worked out of it need not travel
    copy = pickle.loads(pickle.dumps(outlet))  # noqa: S301
    assert copy == outlet
    assert hash(copy) == hash(outlet)
    assert (copy.selectors, copy.selectors_valid_until) == ({"body": "div.text"}, date(2026, 12, 31))
    guarded = replace(outlet, selectors=MappingProxyType({"body": "div.text"}))
    assert pickle.loads(pickle.dumps(guarded)) == copy  # noqa: S301
