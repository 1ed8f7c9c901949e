"""The demo's discovery documents as they stood at one moment: robots, feeds, sitemaps, sections, home."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from urllib.parse import unquote

import render
from sources import Item, address

PER_PAGE = 8
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document and the items that it lists."""

    url: str
    kind: str
    content_type: str
    body: bytes
    items: tuple[Item, ...] = ()


def robots(sample: Item, rules: str | None) -> Document:
    """The robots file; None for an outlet that has none."""
    text = rules if rules is not None else "<html><head><title>404</title></head><body>404</body></html>"
    content_type = "text/plain" if rules is not None else "text/html"
    url = address(sample.outlet, "/robots.txt")
    return Document(url=url, kind="robots", content_type=content_type, body=text.encode())


def at(moment: datetime, items: Sequence[Item]) -> Iterator[Document]:
    """Every document of one outlet at a moment, listing the newest item first."""
    outlet = items[0].outlet
    listed = {item.url: item for item in items if item.is_listed and item.published <= moment}
    newest = sorted(listed.values(), key=lambda item: (item.published, item.url), reverse=True)
    for feed in outlet.feeds:
        yield _atom(feed, newest) if feed.endswith(".atom") else _rss(feed, newest)
    for template in outlet.day_sitemaps:
        day = moment.date()
        url = template.format(year=day.year, month=day.month, day=day.day)
        yield _urlset(url, "day", [item for item in newest if item.day == day])
    for sitemap in outlet.sitemaps:
        yield from [_news(sitemap, newest, moment)] if "news" in sitemap else _index(sitemap, newest)
    for template in outlet.sections:
        yield from _section(template, newest)
    yield from _plain_pages(newest)


def _rss(url: str, newest: Sequence[Item]) -> Document:
    chosen = newest[:30]
    head = f"<title>{newest[0].outlet.name}</title><link>{url}</link><description>أخبار&nbsp;اليوم</description>"
    entries = "".join(
        f"<item><title>{escape(item.title or 'خبر')}</title><link>{escape(item.spelled('rss'))}</link>"
        f'<guid isPermaLink="false">{item.number}</guid><description>{escape(item.summary)}</description>'
        f"<pubDate>{format_datetime(item.published.astimezone(UTC), usegmt=True)}</pubDate></item>\n"
        for item in chosen
    )
    text = f'{XML}<rss version="2.0"><channel>{head}\n{entries}</channel></rss>\n'
    return _xml(url, "rss", text, chosen, "application/rss+xml; charset=utf-8")


def _atom(url: str, newest: Sequence[Item]) -> Document:
    section = url.rsplit("/", 1)[1].removesuffix(".atom")
    chosen = [item for item in newest if item.section == section and item.kind == "article"]
    entries = "".join(
        f'<entry><title>{escape(item.title)}</title><link rel="alternate" href="{escape(item.spelled("atom"))}"/>'
        f"<id>tag:{item.outlet.hosts[0]},2026:{item.number}</id><published>{item.published.isoformat()}</published>"
        f"<updated>{(item.modified or item.published).isoformat()}</updated></entry>\n"
        for item in chosen
    )
    text = f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>{section}</title><id>{url}</id>\n{entries}</feed>\n'
    return _xml(url, "atom", text, chosen, "application/atom+xml")


def _urlset(url: str, kind: str, chosen: Sequence[Item]) -> Document:
    entries = "".join(
        f"<url><loc>{escape(item.spelled(kind))}</loc>"
        f"<lastmod>{(item.modified or item.published).isoformat()}</lastmod></url>\n"
        for item in chosen
    )
    document = _xml(url, f"{kind}_sitemap", f"{XML}<urlset {SITEMAP}>\n{entries}</urlset>\n", chosen)
    if not url.endswith(".gz"):
        return document
    body = stored_gzip(document.body)
    return Document(url=url, kind=document.kind, content_type="application/x-gzip", body=body, items=document.items)


def _news(url: str, newest: Sequence[Item], moment: datetime) -> Document:
    chosen = [item for item in newest if moment - item.published <= timedelta(days=2)]
    entries = "".join(
        f"<url><loc>{escape(item.spelled('news'))}</loc><news:news><news:publication>"
        f"<news:name>{item.outlet.name}</news:name><news:language>ar</news:language></news:publication>"
        f"<news:publication_date>{item.published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
        f"<news:title>{escape(item.title or 'خبر')}</news:title></news:news></url>\n"
        for item in chosen
    )
    space = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return _xml(url, "news_sitemap", f"{XML}<urlset {SITEMAP} {space}>\n{entries}</urlset>\n", chosen)


def _index(url: str, newest: Sequence[Item]) -> Iterator[Document]:
    months = sorted({f"{item.published:%Y-%m}" for item in newest}, reverse=True)
    entries = ""
    for month in months:
        chosen = [item for item in newest if f"{item.published:%Y-%m}" == month]
        child = url.replace(".xml", f"-{month}.xml.gz")
        entries += f"<sitemap><loc>{child}</loc><lastmod>{chosen[0].published.isoformat()}</lastmod></sitemap>\n"
        yield _urlset(child, "month", chosen)
    yield _xml(url, "sitemap_index", f"{XML}<sitemapindex {SITEMAP}>\n{entries}</sitemapindex>\n", ())


def _section(template: str, newest: Sequence[Item]) -> Iterator[Document]:
    name = unquote(template).rsplit("/", 1)[1].split("?")[0]
    wanted = newest[0].site.get("listings", {}).get(name)
    chosen = [item for item in newest if wanted is None or _section_of(item) in wanted]
    last = -(-len(chosen) // PER_PAGE) + 1
    urls = [address(newest[0].outlet, template.format(page=page)) for page in range(1, last + 1)]
    for place, url in enumerate(urls):
        shown = chosen[place * PER_PAGE : (place + 1) * PER_PAGE]
        title = name.replace("-", " ") if shown else "لا توجد مقالات أخرى"
        body = render.listing(title, shown, name, newest[0], urls[:-1])
        yield _html(newest[0], url, "section", body, shown)


def _plain_pages(newest: Sequence[Item]) -> Iterator[Document]:
    """The home page and a tag page: no entry points, and no articles."""
    sample, tag = newest[0], newest[0].site["tag"]
    stories = [item for item in newest if item.kind == "article"][:PER_PAGE]
    home = render.listing("الصفحة الرئيسية", stories, "", sample)
    yield _html(sample, address(sample.outlet, "/"), "home", home, ())
    path = "/ar/وسم/" if sample.outlet.sections else "/tag/"
    tagged = render.listing(f"وسم: {tag}", stories[:3], "", sample)
    yield _html(sample, address(sample.outlet, path + tag), "tag", tagged, ())


def _section_of(item: Item) -> str:
    return item.section or unquote(item.url).split("/")[4]


def _html(sample: Item, url: str, kind: str, body: bytes, items: Sequence[Item]) -> Document:
    return Document(url=url, kind=kind, content_type=html_type(sample), body=body, items=tuple(items))


def html_type(item: Item) -> str:
    """The Content-Type of an outlet's pages: without a charset where only the page names it."""
    return "text/html" if "encoding" in item.site else "text/html; charset=utf-8"


def _xml(url: str, kind: str, text: str, items: Sequence[Item], content_type: str = "application/xml") -> Document:
    return Document(url=url, kind=kind, content_type=content_type, body=text.encode(), items=tuple(items))


def stored_gzip(body: bytes) -> bytes:
    """A gzip member with one stored block: the same bytes from every zlib. At most 65,535 bytes."""
    block = struct.pack("<BHH", 1, len(body), len(body) ^ 0xFFFF) + body
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block + struct.pack("<II", zlib.crc32(body), len(body))
