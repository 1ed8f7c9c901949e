"""Feeds, sitemaps and sections give all links of the recorded site, whole or broken, and nothing to an attacker."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from spiders.charset import decode
from spiders.discovered import NOT_CLEAN, PARTIAL, Child, Discovered, too_long
from spiders.document_errors import DocumentError, HostileDocument, UnreadableDocument
from spiders.feeds import read_feed
from spiders.named_dates import dates_in
from spiders.outlet import Outlet, load_outlets
from spiders.sections import read_section
from spiders.sitemap_index import relevant_children
from spiders.sitemaps import read_sitemap

RAQIB = Outlet(
    slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",), article_url=r"/news/\d+$"
)  # fmt: skip
HERE = "https://raqib.tld/x"
DAY = date(2026, 11, 19)
MONTHS = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
Reader = Callable[..., Discovered]


def item(number: int, more: str = "") -> str:
    return f"<item><title>خبر من القاهرة</title><link>https://raqib.tld/news/{number}</link>{more}</item>"


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'
    return text.encode(encoding)


def feed(body: bytes, content_type: str | None = None) -> Discovered:
    return read_feed(body, url=HERE, outlet=RAQIB, content_type=content_type)


def sitemap(*locations: str, day: date | None = None) -> Discovered:
    body = f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in locations)}</urlset>".encode()
    return read_sitemap(body, url=HERE, outlet=RAQIB, day=day)


def numbers(found: Discovered) -> list[str]:
    return [link.url.rpartition("/")[2] for link in found.links]


def visible_day(text: str) -> date | None:
    match = re.search(r"(\d+) (\w+) (\d{4})", text)
    return date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1])) if match else None


def local_day(hint: datetime | date | None, outlet: Outlet) -> date | None:
    return hint.astimezone(outlet.tz).date() if isinstance(hint, datetime) else hint


def test_every_document_of_the_recorded_site_gives_exactly_its_links(shared_data: Path) -> None:
    from fastwarc.warc import ArchiveIterator

    outlets = load_outlets()
    lines = gzip.decompress((shared_data / "site" / "gold.jsonl.gz").read_bytes()).splitlines()
    gold = [json.loads(line) for line in lines]
    kinds = {line["url"]: line for line in gold}
    readers: dict[str, Reader] = {"rss": read_feed, "listing": read_section, "home": read_section, "tag": read_section}
    found: dict[str, dict[str, datetime | date | None]] = defaultdict(dict)
    with (shared_data / "site" / "site.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True):
            url = record.headers["WARC-Target-URI"]
            kind = kinds.get(url, {}).get("kind", "")
            if kind not in readers and "sitemap" not in kind:
                continue
            day = next(iter(dates_in(url)[0]), None)
            options = {"day": day} if "sitemap" in kind else {"parse_date": visible_day}
            given = readers.get(kind, read_sitemap)(
                record.reader.read(), url=url, outlet=outlets[kinds[url]["outlet"]],
                content_type=record.http_headers.get("Content-Type"), **options,
            )  # fmt: skip
            assert not given.refused
            assert all(kinds[child.url]["kind"] == "day_sitemap" and child.day for child in given.children)
            for link in given.links:
                found[url].setdefault(link.url, link.published_hint)
    expected = defaultdict(set)
    for line in gold:
        for document in line.get("discovered_via", []):
            expected[document].add(line["url"])
            if "day" in line:
                hint = local_day(found[document].get(line["url"]), outlets[line["outlet"]])
                assert str(hint) == line["day"], (document, line["url"])
    assert {document: set(links) for document, links in found.items() if links} == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE l [" + b"<!ENTITY a 'b'>" * 99_999 + b"]><rss/>", "xml_entities"),
        (b"<rss>" + b" " * (51 * 2**20) + b"</rss>", "too_large"),
        (gzip.compress(b"<rss>" + b" " * 2**26 + b"</rss>", mtime=0), "too_large"),
        (gzip.compress(gzip.compress(b"<rss>" + b" " * 2**26 + b"</rss>", mtime=0), mtime=0), "too_large"),
    ],
)
def test_hostile_documents_are_refused_with_a_reason(body: bytes, reason: str) -> None:
    for reader in (read_feed, read_sitemap):
        with pytest.raises(HostileDocument) as refused:
            reader(body, url=HERE, outlet=RAQIB)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    "page",
    [b"<li><h2>x</h2>" + b'<a href="/a/%d">x</a>' * 50_000, b'<li><h2><a href="/news/1">x</a></h2>' * 50_000,
     b"<li>" + b'<a href="/news/1">x</a>' * 50_000],
    ids=["an item", "headings", "anchors"],
)  # fmt: skip
def test_what_a_listing_has_too_much_of_is_told(page: bytes) -> None:
    problems = read_section(page, url=HERE, outlet=RAQIB).problems
    assert set(problems) < {too_long(5_000), too_long(20_000)}


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "empty"), (b"\0" * 99, "empty"), (b'{"items": []}', "not_xml"), (b"news", "not_xml"),
     (b"<!DOCTYPE html><html><body><p>404</body></html>", "not_a_feed")],
)  # fmt: skip
def test_what_is_no_feed_is_loud(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        feed(body)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "broken",
    [
        "<description>&nbsp;&eacute;&bogus; a & b &#160;</description>",
        '<enclosure url="a" url="b"/>',
        "<media:thumbnail x:y='1'/>",
        "<description><![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]> &nbsp; & </item>]]></description>",
        "<description><b>unclosed</description>",
    ],
)
def test_a_broken_item_costs_no_other(broken: str) -> None:
    assert numbers(feed(rss(item(1, broken), item(2), item(3)))) == ["1", "2", "3"]


def test_control_characters_are_removed_and_told() -> None:
    found = feed(rss(item(1, "<description>\x0b&#x1F;&#0;\x00</description>"), item(2)))
    assert numbers(found) == ["1", "2"]
    assert found.problems == (NOT_CLEAN,)


def test_a_cut_document_gives_its_complete_items() -> None:
    whole = rss(item(1), item(2), item(3))
    cut = feed(whole[: whole.rindex(b"</link>")])
    assert (numbers(cut), cut.problems) == (["1", "2"], (PARTIAL,))
    assert feed(whole[: whole.index(b"</link>")]).links == ()
    urls = "".join(f"<url><loc>https://raqib.tld/{number * 7919}</loc></url>" for number in range(500))
    packed = gzip.compress(f"<urlset>{urls}</urlset>".encode())[:-300]
    found = read_sitemap(packed, url=HERE, outlet=RAQIB)
    assert 0 < len(found.links) < 500
    assert found.problems == (PARTIAL,)


TEXT = "أعلنت وزارة الصحة اليوم في القاهرة أن الحملة الوطنية ستبدأ في نوفمبر، وفق بيان رسمي"


@pytest.mark.parametrize(
    ("real", "declared", "http"),
    [("windows-1256", "windows-1256", None), ("windows-1256", "utf-8", "utf-8"), ("windows-1256", "iso-8859-1", None),
     ("windows-1256", "iso-8859-6", None), ("iso-8859-6", "iso-8859-6", None), ("iso-8859-6", "windows-1256", None),
     ("iso-8859-6", "nonsense", "nonsense"), ("utf-8", "windows-1256", "windows-1256"), ("utf-8", "iso-8859-1", None),
     ("utf-8-sig", "windows-1256", None), ("utf-16", "utf-8", None), ("utf-16-be", "utf-16", None),
     ("utf-16-le", "windows-1256", "utf-8")],
)  # fmt: skip
def test_a_lying_encoding_is_seen_through(real: str, declared: str, http: str | None) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><rss><item><title>{TEXT.replace("،", "")}</title></item></rss>'
    body, content_type = text.encode(real), f"text/xml; charset={http}" if http else None
    assert decode(body, content_type)[0] == text


def test_one_letter_cut_in_two_does_not_change_the_encoding() -> None:
    body = TEXT.encode()
    assert decode(body[:-1], "text/html; charset=windows-1256")[0][:-1] == TEXT[:-1]


@pytest.mark.parametrize(
    ("element", "hint"),
    [
        ("<pubDate>Thu, 19 Nov 2026 22:19:00 +0400</pubDate>", datetime(2026, 11, 19, 18, 19, tzinfo=UTC)),
        ("<pubDate>19 Nov 26 22:19 EST</pubDate>", datetime(2026, 11, 20, 3, 19, tzinfo=UTC)),
        ("<pubDate>Thu, 19 Nov 2026 22:19:00 -0000</pubDate>", datetime(2026, 11, 19, 22, 19, tzinfo=UTC)),
        ("<pubDate>2026-11-19T22:19:00+0400</pubDate>", datetime(2026, 11, 19, 18, 19, tzinfo=UTC)),
        ("<pubDate>2026-11-19 22:19</pubDate>", datetime(2026, 11, 19, 20, 19, tzinfo=UTC)),
        ("<dc:date>2026-11-19</dc:date>", DAY),
        ("<published>2026-11-19T22:19:00Z</published>", datetime(2026, 11, 19, 22, 19, tzinfo=UTC)),
        ("<pubDate/><dc:date>2026-11-19</dc:date>", DAY),
        ("<updated>2026-11-19T22:19:00Z</updated>", None),
        ("<pubDate>الخميس 19 نوفمبر 2026</pubDate>", None),
        ("<pubDate>Thu, 31 Feb 2026 22:19:00 +0400</pubDate>", None),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", None),
        ("<pubDate>0000-00-00</pubDate>", None),
        ("<pubDate>" + "9" * 9999 + "</pubDate>", None),
    ],
)
def test_only_a_publication_date_is_a_hint(element: str, hint: datetime | date | None) -> None:
    assert feed(rss(item(1, element))).links[0].published_hint == hint


def test_an_items_address_is_its_page() -> None:
    body = rss(
        '<item><guid isPermaLink="false">17</guid><link>/news/1</link></item>',
        "<item><guid>https://raqib.tld/news/2</guid></item>",
        "<item><link><![CDATA[https://raqib.tld/news/3?utm_source=rss&utm_medium=x]]></link></item>",
        "<item><feedburner:origLink>https://raqib.tld/news/4</feedburner:origLink><link>https://fb.tld/~4</link></item>",
        '<item><guid isPermaLink="false">https://raqib.tld/?p=5</guid></item>',
    )
    assert numbers(feed(body)) == ["1", "2", "3", "4", "?p=5"]
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://raqib.tld/"/>
        <entry xml:base="/news/"><link rel="self" href="0"/><link rel="enclosure" href="0.mp3"/><link href="1"/></entry>
        <entry><id>https://raqib.tld/news/2</id></entry></feed>"""
    assert numbers(feed(atom)) == ["1", "2"]
    rdf = b"<r:RDF xmlns:r='u'><channel/><item r:about='x'><link>/news/1</link></item></r:RDF>"
    assert numbers(feed(rdf)) == ["1"]


def test_foreign_addresses_are_refused_and_not_lost() -> None:
    addresses = {
        "file:///etc/passwd": "scheme", "javascript:alert(1)": "scheme", "data:,x": "scheme",
        "ftp://raqib.tld/": "scheme",
        "https://other.tld/1": "scope", "http://127.1/": "private_address", "http://[::1]/": "private_address",
    }  # fmt: skip
    for found in (sitemap(*addresses), feed(rss(*(f"<item><link>{url}</link></item>" for url in addresses)))):
        assert dict(found.refused) == addresses
        assert not found.links


def test_sitemaps_tell_publication_and_not_modification() -> None:
    body = """<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><image:image><image:loc>/a.jpg</image:loc></image:image><loc>/news/1</loc><lastmod>2026-11-20</lastmod></url>
        <url><loc>/news/2</loc><n:news><n:publication_date>2026-11-18</n:publication_date></n:news></url></urlset>"""
    plain = read_sitemap(body.encode(), url=HERE, outlet=RAQIB)
    assert [link.published_hint for link in plain.links] == [None, date(2026, 11, 18)]
    of_day = read_sitemap(gzip.compress(body.encode()), url=HERE, outlet=RAQIB, day=DAY)
    assert [link.published_hint for link in of_day.links] == [DAY, date(2026, 11, 18)]
    assert numbers(read_sitemap(rss(item(1)), url=HERE, outlet=RAQIB)) == ["1"]


def test_a_sitemap_of_too_many_addresses_is_cut() -> None:
    found = sitemap(*(f"/news/{number}" for number in range(50_003)))
    assert (len(found.links), found.problems) == (50_000, (too_long(50_000),))


def test_an_index_gives_the_days_children_and_never_itself() -> None:
    children = {
        "/news-2026-11-19.xml": "", "/sitemap/20261119.xml.gz": "", "/Sitemap/2026/11/19": "", "/2026/11.xml": "",
        "/sm?yyyy=2026&amp;mm=11&amp;dd=19": "", "/news-2026-11.xml": "2020-01-01",
        "/from=20261101&amp;to=20261130": "",
        "/sitemap.xml": "", "/fresh.xml": "2026-11-19T23:30:00Z", "/next.xml": "2026-11-20", "/news-2026.xml": "",
    }  # fmt: skip
    others = {
        "/news-2026-11-18.xml": "2026-11-30", "/2026/10.xml": "", "/news-2025.xml": "", "/old.xml": "2026-11-18",
        "/x": "",
    }  # fmt: skip
    entries = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{lastmod}</lastmod></sitemap>"
        for url, lastmod in {**others, **children}.items()
    )
    found = read_sitemap(f"<sitemapindex>{entries}</sitemapindex>".encode(), url=HERE, outlet=RAQIB)
    chosen = relevant_children(found.children, day=DAY, outlet=RAQIB)
    expected = {f"https://raqib.tld{url}".replace("&amp;", "&") for url in children}
    assert {child.url for child in chosen} == expected
    assert {child.day for child in chosen} == {DAY, None}


def test_the_days_own_children_come_first_then_the_newest() -> None:
    silent = [Child(f"https://raqib.tld/map?page={number}") for number in range(5)]
    dated = [Child(f"https://raqib.tld/posts?{number}", date(2026, 11, 19 + number)) for number in range(3)]
    own = Child("https://raqib.tld/2026-11-19.xml", date(2026, 11, 19))
    chosen = relevant_children([*silent, *dated, own], day=DAY, outlet=RAQIB)
    assert chosen == (own, *reversed(dated), silent[4], silent[0], silent[3], silent[1], silent[2])


PAGE = """<html><head><base href="/ar/"></head><body>
<header><h2><a href="/news/90">رأس</a></h2></header><nav><a href="/news/91">قائمة</a></nav>
<div role="navigation"><a href="/news/92">قائمة</a></div><aside><a href="/news/93">الأكثر قراءة</a></aside>
<main><h1><a href="/tags/مصر-2026">وسم</a></h1><time>الجمعة 20 نوفمبر 2026</time>
<article><header><h3><a href="news/1">خبر</a></h3></header><time datetime="2026-11-19T10:00">اليوم</time></article>
<div><div><a href="/news/2"><p></a><a href="/news/2#c">خبر</a></div><b class="post-date">18 نوفمبر 2026</b></div>
<div><h4><a href="/video/3">فيديو</a></h4><time class="updated" datetime="2026-11-19">حدث</time></div>
<a href="/gallery/4"><h3>صور</h3></a><li><a href="/story-long-slug-of-five"><img></a><h3>عنوان</h3></li>
<h3><a href="https://other.tld/promo-2026">إعلان</a></h3><h3><a href="/login?next=/news/5">دخول</a></h3>
<h3><a href="javascript:void(0)">x</a></h3><p><a href="/about/6">عن</a></p><h3><a href="/">الرئيسية</a></h3>
</main><footer><a href="/news/94">ذيل</a></footer></body></html>"""


def test_a_section_gives_its_items_with_their_dates() -> None:
    found = read_section(PAGE.encode(), url="https://raqib.tld/list", outlet=RAQIB, parse_date=visible_day)
    assert {link.url.removeprefix("https://raqib.tld"): link.published_hint for link in found.links} == {
        "/ar/news/1": datetime(2026, 11, 19, 8, tzinfo=UTC),
        "/news/2": date(2026, 11, 18),
        "/video/3": None,
        "/gallery/4": None,
        "/story-long-slug-of-five": None,
    }
    assert found.refused == (("https://other.tld/promo-2026", "scope"),)


@pytest.mark.parametrize(
    "body", [b"", b"\0", b"<", b"\xff\xfe", b"\x1f\x8b\x08junk", b"<a" * 999, bytes(range(256)) * 9]
)
def test_garbage_ends_in_a_sentence_or_in_nothing(body: bytes) -> None:
    for reader in (read_feed, read_sitemap, read_section):
        with suppress(DocumentError):
            assert not reader(body, url=HERE, outlet=RAQIB).links
