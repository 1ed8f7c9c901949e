"""Feeds as they are found: broken around their items, dated in any way, with or without an address that is one."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.dates import parse_date
from spiders.discovered import Discovered
from spiders.discovery import Document, document_refusal, entry_documents, read_document
from spiders.document_errors import UnreadableDocument
from spiders.entries import XMLDocument
from spiders.feeds import read_feed
from spiders.outlet import Outlet
from spiders.sitemaps import read_sitemap
from spiders.stream import Stream

PLACE = {"country": "EG", "timezone": "Africa/Cairo"}
RAQIB = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **PLACE)
HERE = "https://raqib.tld/rss"


def feed(text: str, outlet: Outlet = RAQIB) -> Discovered:
    return read_feed(text.encode(), url=HERE, outlet=outlet)


def rss(*items: str) -> str:
    return f"<?xml version='1.0'?><rss><channel><title>الرقيب</title>{''.join(items)}</channel></rss>"


def item(number: int, more: str = "") -> str:
    return f"<item><title>خبر</title>{more}<link>https://raqib.tld/news/{number}</link></item>"


def paths(found: Discovered) -> list[str]:
    return [link.listed_url.removeprefix("https://raqib.tld") for link in found.links]


@pytest.mark.parametrize(
    "broken",
    [
        "<description>قال <b>المتحدث</description>",
        "<description><p>قال<br>المتحدث<img src=x.jpg></description>",
        "<description><a href=/about target=_blank>عن</a></description>",
        "<description>5 < 7 و 9 > 3 و a<b</description>",
        "<description><?php echo 'خبر'; ?></description>",
        "<description><!DOCTYPE html><html><body>نص</body></html></description>",
        "<description></p></div></b>نص</description>",
        '<media:content url="a.jpg" url="b.jpg"><media:title>صورة</media:title>',
        "<enclosure url='a.mp3 type=audio'/>",
        '<category domain="a"b">سياسة</category>',
        "<content:encoded><![CDATA[<item><link>https://raqib.tld/no</link></item> ]] > &]]></content:encoded>",
        "<!-- <item><link>https://raqib.tld/no</link> -->",
        "<description>&own; &#xD800; &#99999999; &amp;amp; &</description>",
        "<1>نص</1><->نص</->",
        f"<description>{'<div>' * 300}نص</description>",
    ],
    ids=[
        "unclosed", "html", "unquoted attribute", "less than", "php", "a page", "closed twice", "an attribute twice",
        "quotation marks", "odd quotation mark", "an item in CDATA", "an item in a comment", "references", "names",
        "deep",
    ],
)  # fmt: skip
def test_what_is_broken_in_an_item_costs_no_item(broken: str) -> None:
    found = feed(rss(item(1, broken), item(2, broken), item(3)))
    assert (paths(found), found.problems) == (["/news/1", "/news/2", "/news/3"], ())


def test_a_whole_page_before_the_address_costs_no_item() -> None:
    page = f"<content type='xhtml'>{'<p>نص<br/></p>' * 3_000}<ul>{'<li>نص' * 3_000}</content>"
    entries = "".join(f"<entry>{page}<link href='/{number}'/></entry>" for number in (1, 2))
    head = "<category>سياسة</category>" * 30_000
    assert paths(feed(f"<feed>{head}{entries}</feed>")) == ["/1", "/2"]


@pytest.mark.parametrize(
    "notice",
    [
        "<br />\n<b>Warning</b>:  Undefined array key 1 in <b>/home/raqib/feed.php</b> on line <b>12</b><br />\n",
        "Notice: Undefined index: id in /home/raqib/feed.php on line 7\n\n",
        "<font size='1'><table class='xdebug-error'><tr><th>( ! ) Notice: x in y</th></tr></table></font>",
        "\ufeff\ufeff \n",
        "<!-- أُنشئ هذا الملف <rss> آليا -->",
        "<script>var feed = '<a>';</script>",
    ],
    ids=["php", "plain", "xdebug", "marks", "comment", "script"],
)
def test_what_stands_before_the_root_is_passed_over(notice: str) -> None:
    assert paths(feed(notice + rss(item(1)))) == ["/news/1"]
    assert paths(feed(notice + f'<feed><entry><link href="{HERE}/2"/></entry></feed>')) == ["/rss/2"]
    listed = f"{notice}<urlset><url><loc>https://raqib.tld/3</loc></url></urlset>".encode()
    assert paths(read_sitemap(listed, url=HERE, outlet=RAQIB)) == ["/3"]


def test_a_page_is_no_feed_though_it_speaks_of_one() -> None:
    with pytest.raises(UnreadableDocument, match="is not a feed: it begins with <html>"):
        feed(f"<!DOCTYPE html><html><body><pre>{rss(item(1))}</pre></body></html>")


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://www.w3.org/x.ent">]>',
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY own "نص"><!-- it\'s -->]>',
        '<!DOCTYPE rss [<!ENTITY a "<rss><item><link>/no</link></item>"> <!ELEMENT rss ANY> %HTMLlat1; ]>',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">',
        '<!doctype rss [<!entity x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE rss>",
    ],
    ids=["parameter entity", "general entities", "an item in an entity", "netscape", "a file", "bare"],
)
def test_a_document_type_is_cut_unread(document_type: str) -> None:
    assert paths(feed(document_type + rss(item(1, "<description>a&nbsp;b &own;</description>")))) == ["/news/1"]


def test_an_address_that_needs_an_entity_is_none() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "لا"><!ENTITY b "&a;&a;&a;&a;">]>'
    found = feed(bomb + rss("<item><link>/&b;</link></item>", "<item><guid>/x&b;</guid></item>", item(2)))
    assert (paths(found), found.refused) == (["/news/2"], ())


def test_the_address_is_the_pages_and_not_an_enclosures() -> None:
    entries = [
        '<entry><link rel="enclosure" type="image/jpeg">/1.jpg?w=1&amp;h=2</link><link href="/1"/></entry>',
        '<entry><link rel="enclosure" href="/2.mp3"/><link rel="alternate" type="text/html" href="/2"/></entry>',
        '<entry><link rel="alternate" type="application/json" href="/3.json"/><link href="/3"/></entry>',
        '<entry><link rel="replies" href="/4/c"/><link rel="edit" href="/4/e"/><id>https://raqib.tld/4</id></entry>',
        '<entry><source><link href="/wire"/><id>https://raqib.tld/wire</id></source><link href="/5"/></entry>',
        '<entry><source><id>https://raqib.tld/wire</id></source><id>tag:raqib.tld,2026:6</id></entry>',
    ]  # fmt: skip
    found = feed(f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/>{"".join(entries)}</feed>')
    assert paths(found) == ["/1", "/2", "/3", "/4", "/5"]
    podcast = '<item><enclosure url="/7.mp3"/><atom:link rel="self" href="/rss"/><link>/7</link></item>'
    html = "<item><link/>https://raqib.tld/8\n<description>نص</description>\n</item>"
    assert paths(feed(rss(podcast, html))) == ["/7", "/8"]


@pytest.mark.parametrize(
    ("guid", "path"),
    [
        ('<guid isPermaLink="true">/news/1</guid>', "/news/1"),
        ('<guid isPermaLink="TRUE">news/1?id=7</guid>', "/news/1?id=7"),
        ("<guid>/news/1</guid>", "/news/1"),
        ("<guid>//raqib.tld/news/1</guid>", "/news/1"),
        ("<guid>https://raqib.tld/news/1/</guid>", "/news/1/"),
        ("<guid>news-1</guid>", None),
        ("<guid>20261119-1</guid>", None),
        ('<guid isPermaLink="false">https://raqib.tld/?p=1</guid>', "/?p=1"),
        ('<guid isPermaLink="false">raqib.tld/news/1</guid>', "/news/1"),
        ('<guid isPermaLink="false">https://diwan.tld/?p=1</guid>', None),
        ('<guid isPermaLink="false">https://raqib.tld/</guid>', None),
        ('<guid isPermaLink="false">/news/1</guid>', None),
        ("<id>urn:uuid:1</id>", None),
    ],
)
def test_a_permanent_id_is_an_address_where_it_has_the_form_of_one(guid: str, path: str | None) -> None:
    assert paths(feed(rss(f"<item><title>خبر</title>{guid}</item>"))) == ([path] if path else [])


def test_one_link_for_all_items_means_their_permanent_ids() -> None:
    def items(link: str, guid: str) -> str:
        return rss(*(f"<item><link>{link}</link>{guid.replace('N', str(n))}</item>" for n in (1, 2, 3)))

    guids = '<guid isPermaLink="false">https://raqib.tld/?p=N</guid>'
    assert paths(feed(items("https://raqib.tld/", guids))) == ["/?p=1", "/?p=2", "/?p=3"]
    assert paths(feed(items("https://counter.tld/x", "<guid>/news/N</guid>"))) == ["/news/1", "/news/2", "/news/3"]
    assert paths(feed(items("https://raqib.tld/", "<guid>N</guid>"))) == ["/"]
    assert paths(feed(items("https://raqib.tld/", "<guid>/news/1</guid>"))) == ["/"]
    assert paths(feed(rss(f"<item><link>/live</link>{guids}</item>"))) == ["/live"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("/1|https://raqib.tld/?p=1", "/|/news/2", "/|/news/3", "https://raqib.tld|/news/4"),
         ["/1", "/news/2", "/news/3", "/news/4"]),
        (("/live|/news/1", "/live|/news/2", "/5|/news/5"), ["/news/1", "/news/2", "/5"]),
        (("/live|", "/live|/news/2"), ["/live", "/news/2"]),
        (("/live|/live#1", "/live|/live#2"), ["/live"]),
        (("/7|https://raqib.tld/?p=7", "/7|https://raqib.tld/?p=7", "/8|"), ["/7", "/8"]),
        (("/index.php|/news/1", "/2|2"), ["/news/1", "/2"]),
        (("/|https://diwan.tld/1", "/|2", "/3|"), ["/", "/3"]),
        (("https://t.co/a|/news/1", "https://t.co/b|https://raqib.tld/news/2", "/3|3"),
         ["/news/1", "/news/2", "/3"]),
        (("http://127.0.0.1/x|/news/1", "mailto:a@raqib.tld|/news/2"), ["/news/1", "/news/2"]),
    ],
    ids=["front page", "shared", "shared by one without", "parts of a page", "told twice", "index", "ids of others",
         "shortener", "no address"],
)  # fmt: skip
def test_where_the_link_cannot_be_the_page_the_permanent_id_is(items: tuple[str, ...], expected: list[str]) -> None:
    pairs = (each.split("|") for each in items)
    told = (f"<item><title>خبر</title><link>{link}</link><guid>{guid}</guid></item>" for link, guid in pairs)
    assert paths(feed(rss(*told))) == expected


def test_a_foreign_link_without_an_own_permanent_id_is_refused_and_told() -> None:
    found = feed(rss("<item><link>https://t.co/a</link><guid>7</guid></item>"))
    assert (paths(found), found.refused) == ([], (("https://t.co/a", "scope"),))


def test_a_host_without_its_scheme_is_a_host() -> None:
    told = ("raqib.tld/1", "www.raqib.tld/2?a=1", "news/raqib.tld/3", "diwan.tld/4", "/raqib.tld/5")
    found = feed(rss(*(f"<item><link>{address}</link></item>" for address in told)))
    assert [link.url.removeprefix("https://raqib.tld") for link in found.links] == [
        "/1", "/2?a=1", "/news/raqib.tld/3", "/diwan.tld/4", "/raqib.tld/5",
    ]  # fmt: skip
    assert paths(feed('<feed><entry><link href="raqib.tld/6"/></entry></feed>')) == ["/6"]
    arabic = Outlet(slug="raqib", name="الرقيب", hosts=("xn--ngbr5c6a.xn--pgbs0dh",), **PLACE)
    found = feed(rss("<item><link>رقيب.تونس/خبر</link></item>", "<item><link>خبر.html</link></item>"), arabic)
    assert [link.url.rpartition("/")[0] for link in found.links] == ["https://xn--ngbr5c6a.xn--pgbs0dh"]
    assert [refused.reason for refused in found.refused] == ["scope"]  # the feed is another's, and so is its own page
    assert paths(read_sitemap(b"<urlset><url><loc>raqib.tld/7</loc></url></urlset>", url=HERE, outlet=RAQIB)) == ["/7"]


def test_an_rdf_item_may_have_no_address_but_its_own_name() -> None:
    items = [
        '<item rdf:about="https://raqib.tld/1"><title>خبر</title><dc:date>2026-11-19</dc:date></item>',
        '<item rdf:about="https://raqib.tld/2"/>',
        '<item rdf:about="https://raqib.tld/x"><link>/3</link></item>',
        '<item rdf:about="urn:4"><title>خبر</title></item>',
        '<item rdf:about="https://raqib.tld/5"><link>https://raqib.tld/</link></item>',
    ]
    found = feed(f"<rdf:RDF><channel rdf:about='https://raqib.tld/'><items/></channel>{''.join(items)}</rdf:RDF>")
    assert paths(found) == ["/1", "/2", "/3", "/5"]
    assert found.links[0].published_hint == date(2026, 11, 19)


def test_an_element_without_text_hides_no_other_of_its_name() -> None:
    empty = "<pubDate/><pubDate> </pubDate><link/><guid/>"
    found = feed(rss(item(1, f"{empty}<pubDate>Thu, 19 Nov 2026 10:00:00 GMT</pubDate>")))
    assert [(link.url[-2:], link.published_hint) for link in found.links] == [
        ("/1", datetime(2026, 11, 19, 10, tzinfo=UTC))
    ]


def test_bases_are_those_of_the_elements_around() -> None:
    text = """<feed xml:base="https://raqib.tld/ar/"><title>الرقيب</title>
        <entry><link href="1"/></entry><entry xml:base="news/"><link href="2"/></entry>
        <div xml:base="/video/"><entry><link href="3"/></entry></div><entry><link href="4"/></entry>
        <entry xml:base="http://["><link href="5"/></entry><entry><link xml:base="w/" href="6"/></entry></feed>"""
    assert paths(feed(text)) == ["/ar/1", "/ar/news/2", "/video/3", "/ar/4", "/ar/5", "/ar/w/6"]


def test_an_address_has_a_base_of_its_own() -> None:
    items = (
        '<item xml:base="https://raqib.tld/a/"><link xml:base="https://raqib.tld/c/">w3</link></item>',
        '<item><guid isPermaLink="true" xml:base="/g/">w4</guid><link xml:base="/l/"/></item>',
        "<item><link>w5</link></item>",
    )
    assert paths(feed(rss(*items))) == ["/c/w3", "/g/w4", "/w5"]


def test_a_feed_on_a_shared_host_is_asked_for_and_gives_the_outlets_own() -> None:
    shared = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), feeds=("https://feeds.tld/all",), **PLACE)
    document = next(entry_documents(shared, date(2026, 11, 19)))
    assert document.is_shared_host
    body = rss(item(1), "<item><link>https://diwan.tld/2</link></item>", "<item><link>http://127.1/</link></item>")
    found = read_document(document, body.encode(), None, shared, None)
    assert (paths(found), [refused.reason for refused in found.refused]) == (["/news/1"], ["private_address"])
    asked = {
        "https://feeds.tld/all?page=2": None, "http://feeds.tld/": None, "https://raqib.tld/rss": None,
        "https://diwan.tld/rss": "scope", "http://127.0.0.1/": "private_address", "ftp://feeds.tld/all": "scheme",
    }  # fmt: skip
    assert {url: document_refusal(url, shared, document) for url in asked} == asked
    own = Document(kind="feed", url="https://raqib.tld/rss")
    assert document_refusal("https://feeds.tld/all", shared, own) == "scope"


def test_what_machines_do_not_write_is_read_by_the_given_parser() -> None:
    told = {
        "الخميس 19 نوفمبر 2026 - 04:35 م": datetime(2026, 11, 19, 14, 35, tzinfo=UTC),
        "19/11/2026 04:35 GMT+3": datetime(2026, 11, 19, 1, 35, tzinfo=UTC),
        "19 نوفمبر 2026 04:35 WIB": date(2026, 11, 19),
        "Thu, 19 Nov 2026 04:35:05 WIB": date(2026, 11, 19),
        "Thu, 19 Nov 2026 04:35:05 +9900": date(2026, 11, 19),
        "لاحقا": None,
    }
    parse = partial(parse_date, fetched_at=datetime(2026, 11, 20, tzinfo=UTC), timezone="Africa/Cairo")
    for text, moment in told.items():
        body = rss(item(1, f"<pubDate>{text}</pubDate>")).encode()
        found = read_feed(body, url=HERE, outlet=RAQIB, parse_date=parse)
        assert found.links[0].published_hint == moment, text


def test_real_feeds_give_their_links_and_instants(shared_data: Path) -> None:
    lines = (shared_data / "cases" / "feeds" / "gold.jsonl").read_text("utf-8").splitlines()
    gold = [entry for entry in map(json.loads, lines) if entry["kind"] in ("feed", "sitemap")]
    assert len(gold) > 5
    for entry in gold:
        body = (shared_data / "cases" / "feeds" / entry["file"]).read_bytes()
        outlet = Outlet(slug="raqib", name="x", hosts=(urlsplit(entry["first"][0][0]).netloc,), **PLACE)
        read = read_feed if entry["kind"] == "feed" else read_sitemap
        found = read(body, url=f"https://{outlet.hosts[0]}/x", outlet=outlet)
        names, fields = ({"item", "entry"}, {"link"}) if entry["kind"] == "feed" else ({"url"}, {"loc"})
        document = XMLDocument(Stream(body, None, 50 * 2**20))
        assert len(list(document.entries(names, fields))) == entry["n_links"], entry["file"]
        first = [(link.listed_url, _told(link.published_hint)) for link in found.links[:3]]
        assert first == [(url, told) for url, told, _ in entry["first"]], entry["file"]


def _told(hint: datetime | date | None) -> str | None:
    return hint.astimezone(UTC).isoformat() if isinstance(hint, datetime) else str(hint) if hint else None
