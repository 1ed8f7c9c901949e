"""What goes wrong on the live web costs its own link, or its own outlet, and is told; it never costs a neighbour."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.commands import started, warehouse
from tests.invented import NOON, article, feed
from tests.raw_site import Asked, Site, http, in_turn, moved, raw_server, text, write_outlet

pytestmark = pytest.mark.xdist_group("faults")
DAY = "2026-11-19"
HALF = article("half").encode()[:2000]
WHOLE = article("whole").encode()


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is to become of an outlet: of its links, by path; how its run ends, and a regex of what it says, and one of
    its notes; how often some targets are asked for, and all together. `toml` is its file where it has no feed.
    """

    links: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = 0
    said: str = ""
    asked: Mapping[str, int] = field(default_factory=dict)
    n_asked: int | None = None
    noted: str = ""
    toml: str | None = None


Build = Callable[[Site], Expected]
FAULTS: dict[str, tuple[str, Build]] = {}


def fault(where: str) -> Callable[[Build], Build]:
    """Registers an outlet under the function's name, on the server `where`: open, closed, nowhere or tls."""

    def register(build: Build) -> Build:
        FAULTS[build.__name__] = where, build
        return build

    return register


def page(seed: str) -> bytes:
    return http(article(seed))


def listing(site: Site, *paths: str, **more: Any) -> bytes:
    return http(feed([site.url(path) for path in paths], **more), kind="application/rss+xml")


def rejected(status: int, *headers: str) -> bytes:
    return http("later", *headers, status=status)


@fault("open")
def healthy(site: Site) -> Expected:
    site.pages |= {"/feed": listing(site, "/a", "/b"), "/a": page("ha"), "/b": page("hb")}
    site.pages["/of-another.txt"] = text("User-agent: warraq\nDisallow: /b")
    return Expected(links={"/a": "loaded", "/b": "loaded"})


@fault("open")
def nul_in_headers(site: Site) -> Expected:
    nul = (b'ETag: "a\0b"', b"Last-Modified: Thu, 19 Nov 2026 10:00:00\0 GMT", b"X-\0: a")
    site.pages |= {
        "/feed": http(feed([site.url(path) for path in ("/a", "/b")]), *nul, kind="application/rss+xml\0"),
        "/a": http(article("na"), *nul),
        "/b": http(article("nb"), kind="text/html\0; charset=utf-8"),
    }
    return Expected(links={"/a": "loaded", "/b": "loaded"})


@fault("open")
def header_names_that_http_forbids(site: Site) -> Expected:
    odd = ("‘Access-Control-Allow-Origin’: *".encode(), b"X Cache: hit", b": nothing", b"no colon", b"X-\xc3\xa9: \xff")
    site.pages |= {"/feed": listing(site, "/a"), "/a": http(article("fa"), *odd)}
    return Expected(links={"/a": "loaded"})


@fault("open")
def asks_for_a_short_pause(site: Site) -> Expected:
    site.pages |= {
        "/feed": listing(site, "/a", "/b"),
        "/a": in_turn(rejected(429, "Retry-After: 2"), page("sa")),
        "/b": in_turn(rejected(503, "Retry-After: 1"), page("sb")),
    }
    return Expected(links={"/a": "loaded", "/b": "loaded"}, asked={"/a": 2, "/b": 2})


@fault("open")
def asks_for_a_long_pause(site: Site) -> Expected:
    """The host is left alone: of three pages one is asked for."""
    busy = rejected(429, "Retry-After: 3600")
    site.pages |= {"/feed": listing(site, "/a", "/b", "/c"), "/a": busy, "/b": busy, "/c": busy}
    waits = r"3 links wait for another try \(http_429, paused\); run the day again after [-0-9]+ \d\d:\d\d UTC"
    return Expected(exit_code=75, said=waits, n_asked=3)


@fault("open")
def asks_for_an_absurd_pause(site: Site) -> Expected:
    """A Retry-After that tells no time is none: the others are asked for, and the page waits for another run."""
    site.pages |= {
        "/feed": listing(site, "/a", "/b", "/c", "/d"),
        "/a": rejected(429, "Retry-After: Wed, 21 Oct 2026 07:28:00 +99999999999999"),
        "/b": rejected(503, "Retry-After: nan"),
        "/c": rejected(429, "Retry-After: 1e999"),
        "/d": page("pd"),
    }
    links = {"/a": "pending(http_429)", "/b": "pending(http_503)", "/c": "pending(http_429)", "/d": "loaded"}
    return Expected(links=links, exit_code=75, asked={"/a": 1, "/b": 1, "/c": 1})


@fault("open")
def knows_only_the_listed_spelling(site: Site) -> Expected:
    site.pages |= {
        "/feed": listing(site, "/2026/11/19/a/", "/News.aspx?ID=7&src=rss-feeds", "/amp/b?share=facebook"),
        "/2026/11/19/a/": page("ka"), "/News.aspx?ID=7&src=rss-feeds": page("kb"),
        "/amp/b?share=facebook": page("kc"),
    }  # fmt: skip
    links = {path: "loaded" for path in site.pages if path != "/feed"}
    return Expected(links=links, n_asked=5)


@fault("open")
def has_lost_the_listed_spelling(site: Site) -> Expected:
    """Nobody asks for a spelling that was not listed."""
    site.pages |= {"/feed": listing(site, "/2026/11/19/a/", "/b"), "/2026/11/19/a": page("la"), "/b": page("lb")}
    return Expected(links={"/2026/11/19/a/": "gone(404)", "/b": "loaded"}, asked={"/2026/11/19/a": 0})


@fault("open")
def writes_addresses_that_only_browsers_understand(site: Site) -> Expected:
    """What goes over the wire is what a browser sends; the slash is the one that a backslash means."""
    listed = (
        "/n.asp?t=%u0627",
        "/50%-off-1",
        "/%d8%ae/%41~a",
        "/x?a[]=1|2&b=%&c=%27",
        "/news\\7001.htm",
        "/a//b/./c/../d",
    )
    sent = (*listed[:4], "/news/7001.htm", "/a//b/d")
    site.pages |= {"/feed": listing(site, *listed), **{path: page(f"wr{path}") for path in sent}}
    return Expected(links=dict.fromkeys(sent, "loaded"), asked=dict.fromkeys(sent, 1))


@fault("open")
def redirects_in_windows_1256(site: Site) -> Expected:
    """The bytes of a Location go out again as they are, whatever they spell."""
    raw, escaped = "/أخبار/محليات?عدد=7".encode("cp1256"), "/%C3%CE%C8%C7%D1/%E3%CD%E1%ED%C7%CA?%DA%CF%CF=7"
    mixed = "/خبر".encode() + "/خبر".encode("cp1256")
    site.pages |= {
        "/feed": listing(site, "/a", "/b"), "/a": http(b"", b"Location: " + raw, status=302), escaped: page("raw"),
        "/b": http(b"", b"Location: " + mixed, status=301), "/%D8%AE%D8%A8%D8%B1/%CE%C8%D1": page("mixed"),
    }  # fmt: skip
    return Expected(links={"/a": "loaded", "/b": "loaded"}, n_asked=6)


@fault("open")
def hides_what_it_forbids_behind_dots(site: Site) -> Expected:
    """robots.txt is asked about the address that the dots lead to, also where a redirect has them."""
    paths = ("/a/../private/1", "/%2e%2E/private/2", "/a/.%2e/./private/3")
    site.pages |= {
        "/robots.txt": text("User-agent: *\nDisallow: /private"), "/feed": listing(site, *paths, "/to", "/b/../c"),
        "/to": moved("/b/%2E./private/4"), "/c": page("dots"),
        **{f"/private/{n}": page(f"p{n}") for n in range(1, 5)},
    }  # fmt: skip
    forbidden = dict.fromkeys(["/private/1", "/private/2", "/private/3", "/to"], "refused(robots)")
    return Expected(links={"/c": "loaded", **forbidden}, n_asked=4)


@fault("open")
def sets_odd_cookies(site: Site) -> Expected:
    """Each page wants exactly the cookies that are left after what was set and deleted."""
    odd = ("a=1; SameSite=None; Partitioned; Priority=High", "b[c]=1; Path=/", "tok=a b", 'quoted="1,2"', "e==")
    all_of_them = 'a=1; b[c]=1; tok=a b; quoted="1,2"; e=='
    deleted = ("old=1", "old=; Max-Age=0", "past=1; Expires=Thu, 01-Jan-1970 00:00:10 GMT", "x=1;max-age=-1", "=y", "z")

    def wall(asked: Asked) -> bytes:
        if asked.headers.get("cookie") == all_of_them:
            return page(f"c{asked.target}")
        return moved(asked.target, *(f"Set-Cookie: {cookie}" for cookie in (*odd, *deleted)))

    site.pages |= {"/feed": listing(site, "/a", "/b"), "/a": wall, "/b": wall}
    return Expected(links={"/a": "loaded", "/b": "loaded"}, asked={"/a": 2, "/b": 2})


@fault("open")
def has_endless_headers(site: Site) -> Expected:
    """A long header is read; one without an end is not."""
    long = "Content-Security-Policy: " + "img-src https://pictures.example; " * 3_000
    site.pages |= {
        "/feed": listing(site, "/a", "/b", "/c"),
        "/a": http(article("csp"), long),
        "/b": lambda _: chain([http()[:17]], repeat(b"X-Filler: " + b"x" * 8_000 + b"\r\n", 1_000)),
        "/c": lambda _: [http()[:17], b"X-Filler: " + b"x" * 2_000_000],
    }
    links = {"/a": "loaded", "/b": "quarantined(bad_response)", "/c": "quarantined(bad_response)"}
    return Expected(links=links)


@fault("open")
def speaks_no_http(site: Site) -> Expected:
    """Bytes that are no HTTP are told apart from a connection that is closed."""
    site.pages |= {
        "/feed": listing(site, "/a", "/b", "/c", "/d", "/e"), "/a": b"220 mail.example ESMTP", "/b": b"<html>\n<p>x",
        "/c": b"\x16\x03\x01\x02\x00\x01", "/d": b"", "/e": http()[:30],
    }  # fmt: skip
    bad = dict.fromkeys(["/a", "/b", "/c"], "quarantined(bad_response)")
    return Expected(links={**bad, "/d": "pending(unreachable)", "/e": "pending(unreachable)"}, exit_code=75)


@fault("open")
def writes_odd_chunks(site: Site) -> Expected:
    """What browsers read is whole: padded sizes, extensions, a last chunk without its last line; and no coding."""
    head = http(b"", "Transfer-Encoding: chunked", length=None)

    def chunked(seed: str, size: str, end: bytes = b"0\r\n\r\n") -> bytes:
        data = article(seed).encode()
        cut = data.index(b"</h1>")
        pieces = (data[:cut], data[cut:])
        return head + b"".join((size % len(piece)).encode() + piece + b"\r\n" for piece in pieces) + end

    site.pages |= {
        "/feed": listing(site, *["/a", "/b", "/c", "/d", "/e", "/f", "/g"]),
        "/a": chunked("ca", "%X   \r\n"), "/b": chunked("cb", "%x ; x=y\r\n"), "/c": chunked("cc", "%x\r\n", b"0\r\n"),
        "/d": chunked("cd", "%x\n", b"000 \n\n"),
        "/e": http(article("ce"), "Transfer-Encoding: identity"),
        "/f": chunked("cf", "%x\r\n", b""),
        "/g": chunked("cg", "%x\r\n").replace(b"0\r\n\r\n", b"x\r\n\r\n"),
    }  # fmt: skip
    cut = dict.fromkeys(["/f", "/g"], "quarantined(truncated)")
    return Expected(links={**dict.fromkeys(["/a", "/b", "/c", "/d", "/e"], "loaded"), **cut}, asked={"/c": 1, "/f": 3})


@fault("open")
def asks_for_a_pause_in_its_own_words(site: Site) -> Expected:
    words = {"/a": "2.5", "/b": "2s", "/c": "2, 2"}
    for path, word in words.items():
        site.pages[path] = in_turn(rejected(429, f"Retry-After: {word}"), page(f"words{path}"))
    site.pages["/feed"] = listing(site, *words)
    return Expected(links=dict.fromkeys(words, "loaded"), asked=dict.fromkeys(words, 2))


@fault("open")
def wants_its_cookie_back(site: Site) -> Expected:
    def wall(asked: Asked) -> bytes:
        has_cookie = "seen=1" in asked.headers.get("cookie", "")
        return page(f"w{asked.target}") if has_cookie else moved(asked.target, "Set-Cookie: seen=1; Path=/; HttpOnly")

    site.pages |= {"/feed": listing(site, "/a", "/b"), "/a": wall, "/b": wall}
    return Expected(links={"/a": "loaded", "/b": "loaded"}, asked={"/a": 2, "/b": 2})


@fault("open")
def redirects(site: Site) -> Expected:
    def ever(asked: Asked) -> bytes:
        return moved(f"/ever?n={asked.n}", f"Set-Cookie: n={asked.n}")

    site.pages |= {
        "/feed": listing(site, "/self", "/ever", "/away", "/front", "/file"),
        "/self": moved("/self"), "/ever": ever, "/away": moved("https://other.example/news/1"),
        "/front": moved("/"), "/": http("<title>خبر</title><p>الأخبار</p>"), "/file": moved("file:///etc/passwd"),
    }  # fmt: skip
    links = {
        "/self": "quarantined(redirect_loop)", "/away": "refused(scope)", "/front": "quarantined(home_redirect)",
        "/file": "refused(scheme)",
    }  # fmt: skip
    return Expected(links=links, exit_code=1, asked={"/self": 1})


@fault("open")
def is_cut_by_length(site: Site) -> Expected:
    site.pages |= {"/feed": listing(site, "/a", "/b"), "/a": http(HALF, length=len(WHOLE)), "/b": page("cb")}
    return Expected(links={"/a": "quarantined(truncated)", "/b": "loaded"}, asked={"/a": 3})


@fault("open")
def is_cut_in_gzip(site: Site) -> Expected:
    packed = gzip.compress(WHOLE)
    bad = packed[:-6] + b"\0\0\0\0\0\0"
    site.pages |= {
        "/feed": listing(site, "/a", "/b", "/c"),
        "/a": http(packed[: len(packed) // 2], "Content-Encoding: gzip"),
        "/b": http(bad, "Content-Encoding: gzip"),
        "/c": in_turn(http(packed[:-9], "Content-Encoding: gzip"), http(packed, "Content-Encoding: gzip")),
    }
    links = {"/a": "quarantined(truncated)", "/b": "quarantined(truncated)", "/c": "loaded"}
    return Expected(links=links, asked={"/a": 3, "/b": 3, "/c": 2})


@fault("open")
def is_cut_in_chunks(site: Site) -> Expected:
    head = http(b"", "Transfer-Encoding: chunked", length=None)
    chunk = b"%x\r\n%s\r\n" % (len(HALF), HALF)
    site.pages |= {"/feed": listing(site, "/a", "/b"), "/a": head + chunk, "/b": head + chunk[:-20]}
    return Expected(links={"/a": "quarantined(truncated)", "/b": "quarantined(truncated)"}, exit_code=1)


@fault("open")
def is_cut_by_closing(site: Site) -> Expected:
    site.pages |= {
        "/feed": listing(site, "/a", "/b"),
        "/a": http(HALF, length=None),
        "/b": http(article("closed").replace("</body></html>", "").encode(), length=None),
    }
    return Expected(links={"/a": "quarantined(truncated)", "/b": "loaded"}, asked={"/a": 3, "/b": 1})


@fault("open")
def never_ends(site: Site) -> Expected:
    def endless() -> Iterator[bytes]:
        yield http(article("e")[:-14], length=None)
        while True:
            yield b"<p>" + "خبر ".encode() * 20_000

    site.pages |= {"/feed": listing(site, "/a", "/b"), "/a": lambda _: endless(), "/b": page("eb")}
    return Expected(links={"/a": "quarantined(too_large)", "/b": "loaded"}, asked={"/a": 1})


@fault("open")
def drips(site: Site) -> Expected:
    def drip() -> Iterator[bytes]:
        yield http(b"", length=100_000)
        while True:
            time.sleep(0.3)
            yield b"<"

    site.pages |= {"/feed": listing(site, "/a"), "/a": lambda _: drip()}
    return Expected(links={"/a": "pending(timeout)"}, exit_code=75, asked={"/a": 2})


@fault("open")
def hangs_at_one_address(site: Site) -> Expected:
    """It is asked for twice, and the others are asked for all the same."""
    site.pages |= {"/hangs": None, "/hangs/too": None, "/feed": listing(site, "/a", "/b"), "/a": page("1a")}
    site.pages |= {"/b": page("1b")}
    toml = f"feeds = {[site.url(path) for path in ('/hangs', '/hangs/too', '/feed')]}"
    links = {"/a": "loaded", "/b": "loaded"}
    return Expected(
        links=links, exit_code=1, said="/hangs: .* did not answer in time", toml=toml,
        asked={"/hangs": 2, "/hangs/too": 1, "/feed": 1},
    )  # fmt: skip


@fault("open")
def comes_slowly(site: Site) -> Expected:
    """A document and a page that take longer than a silence may last, and never fall silent."""

    def slowly(answer: bytes, seconds: float = 36) -> Iterator[bytes]:
        head, _, body = answer.partition(b"\r\n\r\n")
        yield head + b"\r\n\r\n"
        size = len(body) // 12 + 1
        for start in range(0, len(body), size):
            time.sleep(seconds / 12)
            yield body[start : start + size]

    fill = "".join(f"<url><loc>{site.url(f'/{n}')}</loc><lastmod>2025-01-05</lastmod></url>" for n in range(2_000))
    entry = f"<url><loc>{site.url('/a')}</loc><lastmod>{NOON}</lastmod></url>"
    whole = http(f"<urlset>{fill}{entry}</urlset>", kind="application/xml")
    padded = http(article("slow", more=f"<!--{'خبر ' * 20_000}-->"))
    site.pages |= {"/map.xml": lambda _: slowly(whole), "/a": lambda _: slowly(padded)}
    return Expected(
        links={"/a": "loaded"}, asked={"/map.xml": 1, "/a": 1}, toml=f'sitemaps = ["{site.url("/map.xml")}"]'
    )


@fault("open")
def falls_silent(site: Site) -> Expected:
    """After three addresses that time out, the first of them asked for twice, the host is left alone."""
    paths = ("/a", "/b", "/c", "/d")
    site.pages |= {"/feed": listing(site, *paths), **dict.fromkeys(paths)}
    said = r"4 links wait for another try \(timeout\)"
    return Expected(links=dict.fromkeys(paths, "pending(timeout)"), exit_code=75, said=said, n_asked=6)


@fault("open")
def has_pages_that_postgres_refuses(site: Site) -> Expected:
    """Its warehouse has rules of its own against them: one against the page, and one against the article."""
    paths = ("/a", "/no-page", "/no-article", "/b")
    site.pages |= {"/feed": listing(site, *paths), **{path: page(f"pg{path}") for path in paths}}
    refused = {"/no-page": "quarantined(bad_value)", "/no-article": "quarantined(bad_value)"}
    return Expected(links={"/a": "loaded", "/b": "loaded", **refused})


RULES = """
alter table crawl.page add check (final_url not like '%/no-page');
alter table news.article add check (url not like '%/no-article');
"""


@fault("closed")
def refuses_connections(site: Site) -> Expected:
    said = f"http://{site.host} was not crawled, because its robots.txt cannot be read: it refused the connection"
    return Expected(exit_code=1, said=said)


@fault("nowhere")
def has_a_name_that_nobody_knows(site: Site) -> Expected:
    said = f"http://{site.host} was not crawled, because its robots.txt cannot be read: it has a name that was not"
    return Expected(exit_code=1, said=said)


@fault("tls")
def signs_its_certificate_itself(site: Site) -> Expected:
    site.pages |= {"/feed": listing(site, "/a"), "/a": page("tls")}
    said = rf"{site.url('')} was not crawled, because its robots.txt cannot be read: it failed at TLS \(certificate"
    return Expected(exit_code=1, said=said, n_asked=0)


@fault("tls")
def shows_the_certificate_of_another(site: Site) -> Expected:
    site.pages |= {"/feed": listing(site, "/a"), "/a": page("other")}
    return Expected(exit_code=1, said=r"it failed at TLS \(its certificate is another host's\)", n_asked=0)


@fault("open")
def has_robots_with_an_error(site: Site) -> Expected:
    site.pages |= {"/robots.txt": http("broken", status=500), "/feed": listing(site, "/a")}
    said = f"http://{site.host} was not crawled, because its robots.txt answers 500"
    return Expected(exit_code=1, said=said, asked={"/robots.txt": 3, "/feed": 0})


@fault("open")
def has_busy_robots(site: Site) -> Expected:
    site.pages |= {
        "/robots.txt": in_turn(rejected(429, "Retry-After: 2"), text("User-agent: *\nDisallow: /secret")),
        "/feed": listing(site, "/a", "/secret/b"), "/a": page("ra"),
    }  # fmt: skip
    links = {"/a": "loaded", "/secret/b": "refused(robots)"}
    return Expected(links=links, asked={"/robots.txt": 2, "/secret/b": 0})


@fault("open")
def has_very_busy_robots(site: Site) -> Expected:
    site.pages |= {"/robots.txt": rejected(429, "Retry-After: 7200"), "/feed": listing(site, "/a")}
    said = f"http://{site.host} was not crawled, because its robots.txt answers 429"
    return Expected(exit_code=75, said=said, asked={"/robots.txt": 1, "/feed": 0})


@fault("open")
def has_robots_elsewhere(site: Site) -> Expected:
    """They may be on another host, for which they do not hold."""
    elsewhere = f"http://healthy.test:{site.host.partition(':')[2]}/of-another.txt"
    site.pages |= {
        "/robots.txt": moved("/r1", status=301), "/r1": moved(elsewhere),
        "/feed": listing(site, "/a", "/b"), "/a": page("el"),
    }  # fmt: skip
    return Expected(links={"/a": "loaded", "/b": "refused(robots)"}, asked={"/robots.txt": 1, "/b": 0})


@fault("open")
def has_robots_that_hang(site: Site) -> Expected:
    site.pages |= {"/robots.txt": None, "/feed": listing(site, "/a")}
    said = f"http://{site.host} was not crawled, because its robots.txt cannot be read: it did not answer in time"
    return Expected(exit_code=1, said=said, asked={"/feed": 0})


@fault("open")
def has_robots_of_five_megabytes(site: Site) -> Expected:
    fill = "".join(f"Disallow: /other/{n}\n" for n in range(250_000))
    site.pages |= {
        "/robots.txt": text(f"User-agent: *\nDisallow: /secret\n{fill}Disallow: /a\n"),
        "/feed": listing(site, "/a", "/secret/b"), "/a": page("5a"),
    }  # fmt: skip
    return Expected(links={"/a": "loaded", "/secret/b": "refused(robots)"}, asked={"/secret/b": 0})


@fault("open")
def has_a_busy_feed(site: Site) -> Expected:
    site.pages |= {"/feed": in_turn(rejected(429, "Retry-After: 2"), listing(site, "/a")), "/a": page("bf")}
    return Expected(links={"/a": "loaded"}, asked={"/feed": 2})


@fault("open")
def has_a_very_busy_feed(site: Site) -> Expected:
    site.pages |= {"/feed": rejected(429, "Retry-After: 7200")}
    said = rf"http://{site.host}/feed answers 429\. Run it again after [-0-9]+ \d\d:\d\d UTC\."
    return Expected(exit_code=75, said=said, asked={"/feed": 1})


@fault("open")
def has_a_feed_in_part(site: Site) -> Expected:
    whole = listing(site, "/a", "/b")
    site.pages |= {"/feed": in_turn(whole[:-300], whole), "/a": page("pa"), "/b": page("pb")}
    return Expected(links={"/a": "loaded", "/b": "loaded"}, asked={"/feed": 2})


@fault("open")
def has_a_feed_that_always_breaks_off(site: Site) -> Expected:
    """The items that came are taken, and the run is red."""
    site.pages |= {
        "/feed": http(feed([site.url("/a"), site.url("/b")])[:-60], kind="text/xml"),
        "/a": page("fo"),
        "/b": page(""),
    }
    said = rf"http://{site.host}/feed came in part, 3 times\. The links in that part were taken; run it again"
    return Expected(links={"/a": "loaded"}, exit_code=1, said=said, asked={"/feed": 3, "/b": 0})


@fault("open")
def has_a_section_in_part(site: Site) -> Expected:
    whole = section("/2026/a-1", "/2026/b-2")
    site.pages |= {"/news": in_turn(http(whole[:-90]), http(whole))}
    site.pages |= {"/2026/a-1": page("s1"), "/2026/b-2": page("s2")}
    links = {"/2026/a-1": "loaded", "/2026/b-2": "loaded"}
    return Expected(links=links, asked={"/news": 2}, toml=f'sections = ["{site.url("/news")}"]')


def section(*paths: str) -> str:
    listed = "".join(f"<li><h3><a href='{path}'>خبر من الميناء</a></h3><p>ملخص قصير للخبر</p></li>" for path in paths)
    return f"<html><body><main><ul>{listed}</ul></main><footer><p>الرقيب اليومية</p></footer></body></html>"


@fault("open")
def has_a_section_that_always_breaks_off(site: Site) -> Expected:
    """Without a length, only the document tells it."""
    cut = section("/2026/a-1", "/2026/b-2").partition("</p></li></ul>")[0]
    site.pages |= {"/news": http(cut, length=None), "/2026/a-1": page("c1"), "/2026/b-2": page("c2")}
    links = {"/2026/a-1": "loaded", "/2026/b-2": "loaded"}
    said = rf"http://{site.host}/news came in part, 3 times"
    toml = f'sections = ["{site.url("/news")}"]'
    return Expected(links=links, exit_code=1, said=said, asked={"/news": 3}, toml=toml)


@fault("open")
def has_lost_some_of_its_documents(site: Site) -> Expected:
    """What its file names is told; a day's own sitemap, and a page behind the last, need not be there."""
    listed = section("/2026/a-1")
    site.pages |= {"/feed": listing(site, "/a"), "/a": page("ld"), "/news/1": http(listed), "/2026/a-1": page("le")}
    site.pages |= {"/old-map.xml": http("gone", status=410)}
    toml = f"""
        feeds = ["{site.url("/feed")}", "{site.url("/old-feed")}"]
        sitemaps = ["{site.url("/old-map.xml")}"]
        day_sitemaps = ["{site.url("/{year}-{month:02d}-{day:02d}.xml")}"]
        sections = ["{site.url("/news/{page}")}", "{site.url("/lost/{page}")}"]
    """
    slug = slug_of(has_lost_some_of_its_documents.__name__)
    lost = (("/old-feed", 404), ("/old-map.xml", 410), ("/lost/1", 404))
    noted = "\n".join(
        rf"{slug}: http://{site.host}{path} answers {status}\. Mend or remove this address in the outlet's file\."
        for path, status in lost
    )
    links = {"/a": "loaded", "/2026/a-1": "loaded"}
    return Expected(links=links, noted=rf"\A{noted}\Z", asked={"/2026-11-19.xml": 1, "/news/2": 1}, toml=toml)


@fault("open")
def has_a_sitemap_of_fourteen_megabytes(site: Site) -> Expected:
    url = "<url><loc>{}</loc><lastmod>{}</lastmod></url>"
    long = "/%D8%AE%D8%A8%D8%B1" * 12
    old = "".join(url.format(site.url(f"{long}/{n}"), "2025-01-05") for n in range(49_000))
    body = f"<urlset>{old}{url.format(site.url('/a'), NOON)}</urlset>"
    assert len(body) > 14_000_000
    site.pages |= {"/map.xml.gz": http(gzip.compress(body.encode()), kind="application/gzip"), "/a": page("14")}
    toml = f'sitemaps = ["{site.url("/map.xml.gz")}"]'
    return Expected(links={"/a": "loaded"}, asked={"/map.xml.gz": 1, f"{long}/1": 0}, toml=toml)


@fault("open")
def lists_nothing(site: Site) -> Expected:
    site.pages |= {"/feed": listing(site)}
    said = rf"its documents hold no link\. http://{site.host}/feed lists 0 links"
    return Expected(exit_code=1, said=said)


@fault("open")
def lists_other_days(site: Site) -> Expected:
    site.pages |= {"/feed": listing(site, "/a", at="2026-06-01T12:00:00+02:00")}
    said = rf"no article of {DAY} was found\. None of its links is of that day\. http://{site.host}/feed lists 1 links"
    return Expected(exit_code=1, said=said, asked={"/a": 0})


@fault("open")
def shows_a_page_in_place_of_its_feed(site: Site) -> Expected:
    site.pages |= {"/feed": page("no feed")}
    return Expected(exit_code=1, said=rf"http://{site.host}/feed cannot be read")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of all outlets, each with a fault of its own."""

    sites: Mapping[str, Site]
    expected: Mapping[str, Expected]
    reports: Mapping[str, Any]
    said: str
    exit_code: int
    links: Mapping[str, Mapping[str, str]]
    verified: Mapping[str, Any]
    reported: Mapping[str, Any]


def outcomes(database: str) -> dict[str, dict[str, str]]:
    """What became of every link, by outlet and by the target that is asked for."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("select outlet, coalesce(listed_url, url), outcome, reason from crawl.link")
        for outlet, url, outcome, reason in cursor:
            found[outlet]["/" + url.split("/", 3)[3]] = f"{outcome}({reason})" if reason else outcome
    return found


def certificate(folder: Path) -> Path:
    """A certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    host = f"{slug_of(signs_its_certificate_itself.__name__)}.test"
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, *form)
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def run(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All outlets in one run, which lasts as long as the slowest of them."""
    folder, database = tmp_path_factory.mktemp("faults"), new_database()
    outlets = folder / "outlets"
    outlets.mkdir()
    with closing(psycopg2.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(RULES)
    with raw_server() as web, raw_server(certificate(folder)) as secure, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and it never listens
        sites, expected = {}, {}
        for name, (where, build) in FAULTS.items():
            site = {
                "open": web.site, "tls": secure.site, "nowhere": lambda name: Site(f"{name}.invalid"),
                "closed": lambda name: Site(f"{name}.test:{closed.getsockname()[1]}"),
            }[where](slug_of(name))  # fmt: skip
            sites[name], expected[name] = site, build(site)
            write_outlet(outlets, slug_of(name), site, expected[name].toml)
        names = ",".join(f"{site.host.partition(':')[0]}=127.0.0.1" for site in sites.values() if ":" in site.host)
        own = warehouse(folder / "home", database)
        asked = {"WARRAQ_OUTLETS": str(outlets), "WARRAQ_TEST_HOSTS": names}
        crawl = started("run", "--day", DAY, "--json", environment=own | asked)
        out, said = crawl.communicate(timeout=600)
        verified, _ = started("verify", "--json", environment=own).communicate(timeout=120)
        reported, _ = started("report", "--day", DAY, "--json", environment=own).communicate(timeout=120)
        yield Run(
            sites=sites, expected=expected, reports=json.loads(out)["outlets"], said=said,
            exit_code=crawl.returncode, links=outcomes(database), verified=json.loads(verified),
            reported={one["outlet"]: one for one in json.loads(reported)["outlets"]},
        )  # fmt: skip


def slug_of(name: str) -> str:
    return name.replace("_", "-")[:40]


def test_the_run_tells_of_its_failures_and_of_nothing_else(run: Run) -> None:
    assert run.exit_code == 1
    assert "Traceback" not in run.said
    sentences = [sentence for report in run.reports.values() for sentence in report["failures"]]
    assert all(sentence in run.said for sentence in sentences)


def test_what_is_left_is_sound(run: Run) -> None:
    assert (run.verified["broken"], run.verified["leftovers"]) == ([], [])


def test_the_day_is_reported_with_how_each_outlet_ended(run: Run) -> None:
    endings = {slug: (one["ended"], one["failures"]) for slug, one in run.reported.items()}
    words = {0: "well", 1: "failed", 75: "busy"}
    assert endings == {slug: (words[one["exit_code"]], one["failures"]) for slug, one in run.reports.items()}


@pytest.mark.parametrize("name", FAULTS)
def test_an_outlet_bears_its_own_faults(run: Run, name: str) -> None:
    expected, report, site = run.expected[name], run.reports[slug_of(name)], run.sites[name]
    links = run.links[slug_of(name)]
    assert {path: links.get(path) for path in expected.links} == expected.links
    assert report["exit_code"] == expected.exit_code, report["failures"]
    assert re.search(expected.said, "\n".join(report["failures"])), report["failures"]
    assert re.search(expected.noted, "\n".join(report["notes"])), report["notes"]
    assert {target: site.asked.count(target) for target in expected.asked} == expected.asked
    assert expected.n_asked in (None, len(site.asked)), site.asked
    assert site.asked.count("/robots.txt") <= 3
    gaps = [b.at - a.at for a, b in pairwise(site.log)]
    assert min(gaps, default=1) >= 1
