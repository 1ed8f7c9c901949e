"""Sitemaps of any size are read whole; what cannot be the day's, or is too much, is left out, and that is said."""

from __future__ import annotations

import gzip
import json
import pickle
import subprocess
import sys
from datetime import date
from urllib.parse import quote, unquote

import pytest

from spiders.discovered import PARTIAL, Discovered
from spiders.discovery import Document, document_refusal, entry_documents, further_documents, read_document
from spiders.document_errors import UnreadableDocument
from spiders.outlet import Outlet
from spiders.sitemaps import read_sitemap

RAQIB = Outlet(
    slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",),
    sections=("https://raqib.tld/list?page={page}",), first_page=0, max_pages=3,
)  # fmt: skip
HERE = "https://raqib.tld/map.xml"
DAY = date(2026, 11, 19)
MAP = Document(kind="sitemap", url=HERE, run_day=DAY)


def urlset(*entries: str) -> bytes:
    return f"<?xml version='1.0'?><urlset>{''.join(f'<url>{entry}</url>' for entry in entries)}</urlset>".encode()


def index(*entries: tuple[str, str]) -> bytes:
    listed = "".join(f"<sitemap><loc>{url}</loc><lastmod>{at}</lastmod></sitemap>" for url, at in entries)
    return f"<sitemapindex>{listed}</sitemapindex>".encode()


def read(body: bytes, document: Document = MAP, outlet: Outlet = RAQIB) -> Discovered:
    return read_document(document, body, None, outlet, None)


def paths(found: Discovered) -> list[str]:
    return [link.url.removeprefix("https://raqib.tld") for link in found.links]


def test_an_entry_that_was_last_modified_before_the_day_is_not_asked() -> None:
    news = "<news:news><news:publication_date>{}</news:publication_date></news:news>"
    entries = {
        "<loc>/1</loc><lastmod>2026-11-18</lastmod>": False,
        "<loc>/2</loc><lastmod>2026-11-19</lastmod>": True,
        "<loc>/3</loc><lastmod>2026-11-18T21:59:59Z</lastmod>": False,
        "<loc>/4</loc><lastmod>2026-11-18T22:00:00Z</lastmod>": True,
        "<loc>/5</loc><lastmod>2026-11-18T23:59:59+02:00</lastmod>": False,
        "<loc>/6</loc><lastmod>2026-12-24</lastmod>": True,
        "<loc>/7</loc><lastmod>أمس</lastmod>": True,
        "<loc>/8</loc>": True,
        "<loc>/9</loc><image:image><image:lastmod>2020-01-01</image:lastmod></image:image>": True,
        "<loc>/10</loc><lastmod>2026-11-01</lastmod>" + news.format("2026-11-19T10:00:00+02:00"): True,
        "<lastmod>2020-05-05</lastmod><loc>/11</loc>": False,
    }
    kept = [f"/{number}" for number, is_kept in enumerate(entries.values(), 1) if is_kept]
    assert paths(read(urlset(*entries))) == kept
    assert len(read_sitemap(urlset(*entries), url=HERE, outlet=RAQIB).links) == len(entries)
    of_day = Document(kind="sitemap", url=HERE, run_day=DAY, day=DAY)
    assert len(read(urlset(*entries), of_day).links) == len(entries)


def test_the_date_of_a_film_is_no_publication() -> None:
    film = "<video:video><video:publication_date>2020-01-01</video:publication_date></video:video>"
    found = read(urlset(f"<loc>/1</loc>{film}", "<image:loc>/2.jpg</image:loc><loc>/2</loc>"))
    assert [(link.url[-2:], link.published_hint) for link in found.links] == [("/1", None), ("/2", None)]


def test_an_index_with_more_children_than_are_asked_takes_the_newest_and_says_so() -> None:
    entries = [
        (f"/posts-{n}.xml", f"2026-{11 + n // 600}-{20 + n % 8}T{n % 24:02}:{n % 60:02}:00Z") for n in range(900)
    ]
    found = read(index(("/news-2026-11-19.xml", "2026-11-19"), *entries))
    assert found.problems == ("an index of 901 sitemaps that can list the day: the newest 500 are fetched",)
    assert len(found.children) == 500
    assert found.children[0].url.endswith("/news-2026-11-19.xml")
    newest = sorted(entries, key=lambda entry: entry[1], reverse=True)[:499]
    assert [str(child.lastmod)[:16] for child in found.children[1:]] == [at[:16].replace("T", " ") for _, at in newest]
    few = read(index(("/a.xml", "2026-11-18"), ("/b.xml", "2026-11-19"), ("/2025/10.xml", "2026-11-19")))
    assert ([child.url[-6:] for child in few.children], few.problems) == (["/b.xml"], ())


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [
        ("post-sitemap2000.xml", True), ("post-sitemap201511.xml", True), ("mapa20151112.xml", True),
        ("خريطة2024.xml", True), ("sitemap2024b.xml", True), ("sitemap.xml?page=2024", True),
        ("map?id=20151112", True), ("map?p=201511", True), ("map?offset=2000", True), ("map?n=2024", True),
        ("maps/page/2024/", True), ("map-part-2001.xml", True), ("map?type=post&amp;pageid=2015-11-12", True),
        ("sitemap-2024-05.xml", False), ("2024/05/", False), ("sitemap_2024.xml", False), ("map?year=2024", False),
        ("map?d=20151112", False), ("map?date=2015-11-12", False), ("أرشيف/2024/", False), ("2015-11-12.xml", False),
        ("map?yyyy=2024&amp;mm=5", False), ("20151112.xml", False), ("archive2015-11-12.xml", False),
        ("archive20261119.xml", True), ("sitemap-2026.xml", True), ("map?month=202611", True),
    ],
)  # fmt: skip
def test_a_number_is_a_date_only_where_it_can_be_nothing_else(name: str, is_asked: bool) -> None:
    found = read(index((f"/{name}", ""), ("/other.xml", "2026-11-19")))
    assert [child.url for child in found.children].count(f"https://raqib.tld/{asked_as(name)}") == is_asked


def asked_as(name: str) -> str:
    return quote(name.replace("&amp;", "&"), safe="/?&=")


def test_numbers_that_run_on_beyond_years_and_months_only_count() -> None:
    names = [f"/posts-{n}.xml" for n in range(1, 2_100)] + [f"/news-2026-{n}.xml" for n in range(1, 20)]
    found = read(index(*((name, "2026-11-19") for name in names[1_900:2_050] + names[-19:])))
    assert len(found.children) == 169
    years = read(index(*((f"/posts-{year}.xml", "") for year in range(2010, 2027))))
    assert [child.url[-8:] for child in years.children] == ["2026.xml"]


def test_a_sitemap_that_was_changed_on_the_day_is_asked_whatever_year_it_names() -> None:
    found = read(
        index(*((f"/posts-{n}.xml", at) for n, at in ((1999, "2026-11-19"), (2000, "2026-11-18"), (2001, ""))))
    )
    assert [child.url[-8:] for child in found.children] == ["1999.xml"]


def test_an_index_of_other_days_alone_is_told() -> None:
    found = read(index(("/2026-11-18.xml", ""), ("/2025.xml", ""), ("/news.xml", "2026-11-01")))
    assert found.problems == ("an index of 3 sitemaps that by their names or dates are all of other days",)
    assert read(index()).problems == ()


def test_a_sitemap_and_an_index_may_have_entries_of_the_other_kind() -> None:
    page, more = "<url><loc>/{}</loc></url>", "<sitemap><loc>/{}.xml</loc><lastmod>2026-11-19</lastmod></sitemap>"
    of_maps = f"<sitemapindex>{more.format('a')}{page.format(1)}{page.format('b.xml.gz')}</sitemapindex>"
    of_pages = f"<urlset>{page.format(1)}{more.format('a')}{page.format(2)}</urlset>"
    mixed = [read(body.encode()) for body in (of_maps, of_pages)]
    assert [paths(found) for found in mixed] == [["/1"], ["/1", "/2"]]
    listed = [[child.url.removeprefix("https://raqib.tld") for child in found.children] for found in mixed]
    assert listed == [["/a.xml", "/b.xml.gz"], ["/a.xml"]]


def test_an_element_without_text_hides_no_other_of_its_name() -> None:
    found = read(urlset("<loc/><loc>/1</loc><lastmod/><lastmod>2026-11-18</lastmod>", "<loc> </loc><loc>/2</loc>"))
    assert paths(found) == ["/2"]


def test_a_plain_list_may_have_remarks_blanks_and_other_lines() -> None:
    lines = ["# خريطة الموقع", "", "https://raqib.tld/خبر عاجل/1", "raqib.tld/2", "#", "المحليات", "HTTP://raqib.tld/3"]
    found = read("\n".join(lines).encode())
    assert [unquote(path) for path in paths(found)] == ["/خبر عاجل/1", "/2", "/3"]
    assert found.problems == ("not clean: 1 of its lines are no addresses",)
    with pytest.raises(UnreadableDocument, match="It is not XML"):
        read("الأخبار\nhttps://raqib.tld/1\nالرياضة".encode())


def test_children_that_say_nothing_are_taken_from_both_ends() -> None:
    found = read(index(*((f"/posts{n}.xml", "") for n in range(1_000))))
    numbers = {int(child.url.removesuffix(".xml").rpartition("posts")[2]) for child in found.children}
    assert numbers == {*range(250), *range(750, 1_000)}


def test_an_index_below_three_others_leads_no_further_and_says_so() -> None:
    deep = Document(kind="sitemap", url=HERE, run_day=DAY, depth=3)
    found = read(index(("/a.xml", ""), ("/b.xml", "")), deep)
    assert (found.children, found.problems) == ((), ("an index nested under 3 others: its 2 sitemaps are not fetched",))
    assert read(index(("/a.xml", "")), Document(kind="sitemap", url=HERE, run_day=DAY, depth=2)).children


def test_the_outlets_own_index_may_lead_to_another_host() -> None:
    listed = index(("https://maps.cdn.tld/raqib-1.xml", ""), ("http://127.0.0.1/x.xml", ""), ("ftp://raqib.tld/y", ""))
    found = read(listed)
    assert [(child.url, child.is_shared_host) for child in found.children] == [
        ("https://maps.cdn.tld/raqib-1.xml", True)
    ]
    assert sorted(refused.reason for refused in found.refused) == ["private_address", "scheme"]
    child = next(further_documents(MAP, found, RAQIB, DAY, is_news=True))
    assert (child.depth, child.run_day, child.is_shared_host) == (1, DAY, True)
    assert document_refusal(child.url, RAQIB, child) is None
    assert document_refusal("https://other.tld/raqib-1.xml", RAQIB, child) == "scope"
    # What the other host names is its own affair, and so are the pages that it lists.
    further = read(index(("https://maps.cdn.tld/2.xml", ""), ("https://third.tld/3.xml", "")), child)
    assert [(each.url, each.is_shared_host) for each in further.children] == [("https://maps.cdn.tld/2.xml", True)]
    assert [refused.reason for refused in further.refused] == ["scope"]
    pages = read(urlset("<loc>https://raqib.tld/news/1</loc>", "<loc>https://other.tld/2</loc>"), child)
    assert (paths(pages), pages.refused) == (["/news/1"], ())


def test_how_many_bytes_may_come() -> None:
    kinds = ("feed", "sitemap", "section")
    assert [Document(kind=kind, url=HERE).max_bytes // 2**20 for kind in kinds] == [10, 50, 10]


def test_pages_are_followed_from_the_first_on() -> None:
    asked, documents = [], list(entry_documents(RAQIB, DAY))
    found = read_document(documents[0], b"<h3><a href='/news/1'>x</a></h3>", None, RAQIB, None)
    while documents:
        asked.append(documents[0].url)
        documents = list(further_documents(documents[0], found, RAQIB, DAY, is_news=True))
    assert asked == [f"https://raqib.tld/list?page={page}" for page in (0, 1, 2)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n \n"], ids=["lf", "crlf", "cr", "empty lines"])
def test_a_plain_list_is_read_line_by_line(end: str) -> None:
    lines = [f"https://raqib.tld/{number}" for number in range(9_000)]
    body = ("\ufeff" + end.join(lines)).encode()
    assert paths(read(body)) == [f"/{number}" for number in range(9_000)]
    cut = read(gzip.compress(body, mtime=0)[:-9_999])
    assert 0 < len(cut.links) < 9_000
    assert cut.problems == (PARTIAL,)
    assert set(paths(cut)) < {f"/{number}" for number in range(9_000)}


def test_what_a_document_gives_travels_between_processes() -> None:
    document = pickle.loads(pickle.dumps(MAP))  # noqa: S301
    found = read(urlset("<loc>/1</loc><news><publication_date>2026-11-19T10:00</publication_date></news>"), document)
    assert document == MAP
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


READ_LARGE = """
import gzip, json
from datetime import date
from spiders.discovery import Document, read_document
from spiders.outlet import Outlet

raqib = Outlet(slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",))
text = "خبر " * 130
entry = "<url><loc>https://raqib.tld/%d</loc><news><publication_date>2026-11-19</publication_date><title>%s</title></news></url>"
parts = [(entry % (number, text)).encode() for number in range(49_999)]
size = sum(map(len, parts))
packed = gzip.compress(b"<urlset>" + b"".join(parts) + b"</urlset>", 1)
del parts
with open("/proc/self/clear_refs", "w") as peaks:
    peaks.write("5")  # forgets the peak
document = Document(kind="sitemap", url="https://raqib.tld/map.xml.gz", run_day=date(2026, 11, 19))
found = read_document(document, packed, None, raqib, None)
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
peak = int(status["VmHWM"].split()[0]) // 1024
print(json.dumps({"size": size, "links": len(found.links), "problems": found.problems, "peak": peak}))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak of its memory from Linux")
def test_a_sitemap_of_the_protocols_size_is_read_whole_in_little_memory() -> None:
    done = subprocess.run([sys.executable, "-c", READ_LARGE], capture_output=True, text=True, timeout=120, check=True)
    told = json.loads(done.stdout)
    assert told["size"] > 48_000_000
    assert (told["links"], told["problems"]) == (49_999, [])
    assert told["peak"] < 150  # MiB, of which the links and Python itself take the most
