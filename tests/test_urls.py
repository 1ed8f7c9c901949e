"""The spellings of an address meet in one, and hostile ones are refused with a reason."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from spiders.outlet import Outlet, load_outlets
from spiders.percent import decoded, encoded, normal
from spiders.urls import BadURL, canonical_or_none, canonicalize, link_key, refusal, request_url

RAQIB = Outlet(
    slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("www.raqib.tld",), raw_query=("source",)
)  # fmt: skip


def test_every_alias_of_the_recorded_site_meets_its_article(shared_data: Path) -> None:
    outlets = load_outlets()
    spellings = 0
    lines = gzip.decompress((shared_data / "site" / "gold.jsonl.gz").read_bytes()).splitlines()
    for gold in map(json.loads, lines):
        if gold["kind"] not in ("article", "urgent", "foreign"):
            continue
        for spelling in [gold["url"], *gold["aliases"]]:
            spellings += 1
            assert canonicalize(spelling, outlets[gold["outlet"]]) == gold["url"]
    assert spellings > 1000


@pytest.mark.parametrize(
    "spelling",
    [
        "http://raqib.tld/news/7",
        "https://WWW.Raqib.TLD:443/news//7/#comments",
        "//amp.raqib.tld/news/./x/../7",
        "https://m.raqib.tld/amp/news/7/",
        "/news/7/amp/?amp=1&outputType=amp",
        "/news/7.amp?ot=ot.AMPPageLayout",
        "/news/7?utm_source=rss&utm_medium=x&fbclid=1&gclid=2&at_medium=RSS&ref=rss&PHPSESSID=9",
        "/news/7?utm_source=rss&amp;amp;utm_medium=feed",
        " \u200f/news/7;jsessionid=8A\n",
        "https://www-raqib-tld.cdn.ampproject.org/c/s/www.raqib.tld/amp/news/7",
        "https://www.google.com/amp/s/www.raqib.tld/news/7",
        "/%6E%65ws/7",
    ],
)
def test_spellings_meet(spelling: str) -> None:
    url = canonicalize(spelling, RAQIB, base="https://www.raqib.tld/rss")
    assert url == "https://www.raqib.tld/news/7"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://raqib.tld/?source=rss&id=3&a=%d9%85", "https://www.raqib.tld/?a=%D9%85&id=3&source=rss"),
        ("https://raqib.tld/ref?ref=12&from=2026&sid=4", "https://www.raqib.tld/ref?from=2026&ref=12&sid=4"),
        ("https://raqib.tld/amp", "https://www.raqib.tld/amp"),
        ("https://raqib.tld/%00", "https://www.raqib.tld/%00"),
        ("https://raqib.tld/a%2fb%3F%C7%E1%zz", "https://www.raqib.tld/a%2Fb%3F%C7%E1%25zz"),
        ("https://رقيب.تونس/خبر", "https://xn--ngbr5c6a.xn--pgbs0dh/%D8%AE%D8%A8%D8%B1"),
        ("http://127.0.0.1:8080/x/", "http://127.0.0.1:8080/x"),
        ("https://sport.raqib.tld/7", "https://sport.raqib.tld/7"),
        ("https://raqib.tld/" + "ا" * 6400, "https://www.raqib.tld/" + "%D8%A7" * 6400),
    ],
)
def test_what_identifies_a_page_is_kept(url: str, canonical: str) -> None:
    assert canonicalize(url, RAQIB) == canonical
    assert canonicalize(canonical, RAQIB) == canonical
    assert len(link_key(canonical)) == 32


@pytest.mark.parametrize(
    "tracking",
    [
        "maca=ara-rss-ar-all-1125-rdf", "src=rss-feeds", "src=rss_feed", "source=facebook-page", "ref=ara-twitter-news",
        "from=newsletter-2026-11-19", "partner=rss&emc=rss", "feedType=RSS&feedName=topNews", "mod=rss_world", "rss=1",
        ".tsrc=rss", "wprss=rss_middle-east", "fromrss=7", "via=google-news", "campaign=rss",
        "src=rss-feeds&utm_campaign=Raqib-Rss-Feeds&utm_source=SI-Rss-Feeds&utm_medium=SI-Rss-Feeds-829824",
    ],
)  # fmt: skip
def test_how_the_reader_came_is_no_part_of_an_address(tracking: str) -> None:
    assert canonicalize(f"https://www.raqib.tld/news/7?id=3&{tracking}", replace(RAQIB, raw_query=())) == (
        "https://www.raqib.tld/news/7?id=3"
    )


@pytest.mark.parametrize(
    "query",
    ["channel=3", "feed=sport", "from=2026", "id=rss-7", "mod=article", "p=12345", "partner=reuters", "q=rss", "src=7",
     "type=rss", "via=beirut"],
)  # fmt: skip
def test_what_may_tell_a_page_is_kept(query: str) -> None:
    assert canonicalize(f"https://www.raqib.tld/?{query}", RAQIB) == f"https://www.raqib.tld/?{query}"


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("رقيب.تونس", "xn--ngbr5c6a.xn--pgbs0dh"), ("رقيب。تونس", "xn--ngbr5c6a.xn--pgbs0dh"),
        ("%D8%B1%D9%82%D9%8A%D8%A8.tld", "xn--ngbr5c6a.tld"), ("XN--NGBR5C6A.tld", "xn--ngbr5c6a.tld"),
        ("straße.example", "xn--strae-oqa.example"), ("ＲＡＱＩＢ.example", "raqib.example"),
        ("news_2.رقيب.tld", "news_2.xn--ngbr5c6a.tld"), ("نامه‌ای.tld", "xn--mgba3gch31f060k.tld"),
        ("Bücher.example.", "xn--bcher-kva.example"),
    ],
    ids=["arabic", "ideographic stop", "percent", "ascii", "sharp s", "wide", "underscore", "joiner", "umlaut"],
)  # fmt: skip
def test_hosts_are_those_of_idna_2008(host: str, ascii_host: str) -> None:
    assert request_url(f"https://{host}/x") == f"https://{ascii_host}/x"
    assert canonicalize(f"https://{ascii_host}/x") == canonicalize(f"https://{host}/x")


@pytest.mark.parametrize(
    "host", ["ر" * 64 + ".tld", "خ." * 200 + "tld", "‍ا.tld", "ا1a.tld", "☃.tld", "a／b.رقيب.tld", "رقيب..tld"],
    ids=["a long label", "a long name", "a joiner alone", "two directions", "a sign", "a slash", "an empty label"],
)  # fmt: skip
def test_what_idna_forbids_is_no_host(host: str) -> None:
    assert canonical_or_none(f"https://{host}/x") is None


def test_a_base_that_is_too_long_is_none() -> None:
    long = f"https://raqib.tld/{'x' * 5_000}/"
    with pytest.raises(BadURL, match="base"):
        request_url("1", base=long)
    assert request_url("https://raqib.tld/1", base=long) == "https://raqib.tld/1"


def test_normal_addresses_need_no_second_look() -> None:
    parts = [
        "/%D8%AE%D8%A8%D8%B1/1-%C7%E1~a_b.html",
        "a=1&b=%20%2F%25",
        "/%7Ea",
        "/%41",
        "/%2f",
        "/خبر",
        "/a b",
        "%zz",
        "%7F%5B",
    ]
    for part in parts:
        assert normal(part, "!$&'()*+,;=:@/?") == encoded(decoded(part), "!$&'()*+,;=:@/?")
        assert normal(normal(part, "/"), "/") == normal(part, "/")


def test_the_last_slash_is_the_outlets() -> None:
    slashed = Outlet(
        slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",),
        article_url=r"/\d+-[^/]+/$", trailing_slash=True,
    )  # fmt: skip
    assert canonicalize("https://raqib.tld/7-news?utm_id=1", slashed) == "https://raqib.tld/7-news/"
    assert canonicalize("https://raqib.tld/video/7", slashed) == "https://raqib.tld/video/7"


@pytest.mark.parametrize(
    "garbage",
    ["", "/", "http://", "http://[", "http://[::1", "http://a b/", "http://x:99999/", "http://x:ab/", "http://a..b/",
     "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://raqib.tld/", "mailto:a@b", "\x00",
     "https://" + "ا" * 70 + ".tld/", "http://.", "//", "?", "http://\ud800/"],
)  # fmt: skip
def test_garbage_is_refused_by_scheme(garbage: str) -> None:
    with pytest.raises(BadURL) as refused:
        canonicalize(garbage, RAQIB)
    assert refused.value.reason == "scheme" == refusal(garbage, RAQIB)
    assert canonical_or_none(garbage, RAQIB) is None


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "10.1.2.3", "169.254.169.254", "[::1]",
     "[::ffff:127.0.0.1]", "[fe80::1]", "localhost", "localhost.", "db.internal", "100.64.0.1", "0x7f.1"],
)  # fmt: skip
def test_private_addresses_are_refused_in_any_spelling(host: str) -> None:
    assert refusal(f"http://{host}/admin", RAQIB) == "private_address"


@pytest.mark.parametrize(
    "url", ["https://x.tld/", "https://raqib.tld@x.tld/", "https://raqib.tld.x.tld/", "http://1.1.1.1/"]
)
def test_other_hosts_are_out_of_scope(url: str) -> None:
    assert refusal(url, RAQIB) == "scope"


def test_a_request_keeps_its_query_as_it_is() -> None:
    url = "https://raqib.tld/map?to=20261119&from=20261119&utm_source=x"
    assert request_url(url + "#top") == url


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/n.asp?t=%u0627&q=50%", "/n.asp?t=%u0627&q=50%"),
        ("/50%-off/%zz/%d8%aE%41%7e", "/50%-off/%zz/%d8%aE%41%7e"),
        (r"\news\7001.htm?back=a\b#\c", r"/news/7001.htm?back=a\b"),
        (r"https:\\raqib.tld\7", "/7"),
        ("news//7", "/list//news//7"),
        ("/a[1]|2?x[]={3}^'\"", "/a[1]|2?x[]={3}^'%22"),
        ("/a/../private", "/private"),
        ("/%2e%2E/%2E/private/.%2e/x/.", "/x/"),
        ("/../..", "/"),
        ("/a/..;b/...", "/a/..;b/..."),
        ("/a?next=/x/../y", "/a?next=/x/../y"),
    ],
    ids=[
        "percent signs in a query", "percent signs in a path", "backslashes", "backslashes before a host",
        "empty segments", "signs", "dots", "encoded dots", "above the root", "no dots", "dots in a query",
    ],
)  # fmt: skip
def test_an_address_goes_out_as_browsers_send_it(written: str, sent: str) -> None:
    url = request_url(written, base="https://raqib.tld/list//")
    assert url == f"https://raqib.tld{sent}"
    assert request_url(url) == url
    assert canonicalize(url) == canonicalize(written, base="https://raqib.tld/list//")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("/%D8%AE%41/n.asp?t=%u0627", "/%D8%AEA/n.asp?t=%25u0627"), ("/a[1]?b[]=1", "/a%5B1%5D?b%5B%5D=1"),
     ("/a/./b/../%7e", "/a/~"), ("/50%", "/50%25")],
)  # fmt: skip
def test_what_is_compared_keeps_its_own_spelling(written: str, canonical: str) -> None:
    assert canonicalize(f"https://raqib.tld{written}") == f"https://raqib.tld{canonical}"


def test_a_backslash_ends_the_host() -> None:
    assert refusal(r"https://www.raqib.tld\@other.tld/", RAQIB) is None
    assert request_url(r"https://other.tld\@www.raqib.tld/") == "https://other.tld/@www.raqib.tld/"


def test_long_garbage_costs_little() -> None:
    began = time.monotonic()
    assert canonicalize(f"https://raqib.tld/7{'.amp' * 16_000}x", RAQIB).endswith(".ampx")
    assert canonicalize(f"https://raqib.tld/7{'.amp' * 16_000}.html", RAQIB) == "https://www.raqib.tld/7.html"
    for unit in ("%", "%41", "/../", "&amp;", "?a=", ";jsessionid=", "/(S(", "ا", "amp/", "a.amp.", "amp;", "&amp;amp"):
        url = canonical_or_none("https://raqib.tld/x&" + unit * (30_000 // len(unit)), RAQIB)
        assert url is None or len(url) > 65_536 or canonicalize(url, RAQIB) == url
    assert time.monotonic() - began < 10
