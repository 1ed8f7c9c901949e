"""Which documents of an outlet to read for a day: its feeds, sitemaps and sections, and what they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from spiders import sitemaps, stream
from spiders.discovered import Discovered
from spiders.feeds import read_feed
from spiders.moments import DateParser, local_day, patient
from spiders.outlet import Outlet, expand
from spiders.sections import read_section
from spiders.sitemaps import read_sitemap
from spiders.urls import refusal

ParseDate = DateParser
MAX_DEPTH = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A feed, a sitemap (of a `day` where its address names one; `depth` below the index) or a section's `page`.

    `is_entry`: the crawl begins with it; `is_named`: the outlet's TOML has this very address, not only a template.
    `run_day` is the day that the run is for; `is_shared_host` says that the outlet's own TOML or its own index names
    this address though its host is not one of the outlet's.
    """

    kind: Literal["feed", "sitemap", "section"]
    url: str
    day: date | None = None
    run_day: date | None = None
    depth: int = 0
    template: str = ""
    page: int = 1
    is_shared_host: bool = False
    is_entry: bool = False
    is_named: bool = False

    @property
    def max_bytes(self) -> int:
        """How many bytes may come for it."""
        return sitemaps.MAX_BYTES if self.kind == "sitemap" else stream.MAX_BYTES


def entry_documents(outlet: Outlet, day: date) -> Iterator[Document]:
    """Where the crawl of a day begins: with feeds, which are short and new, then sitemaps, then sections."""
    for url in outlet.feeds:
        is_shared_host = not outlet.owns(url)
        yield Document(kind="feed", url=url, run_day=day, is_entry=True, is_named=True, is_shared_host=is_shared_host)
    for template in outlet.day_sitemaps:
        yield Document(kind="sitemap", url=expand(template, day=day), day=day, run_day=day, is_entry=True)
    for template in outlet.month_sitemaps:
        yield Document(kind="sitemap", url=expand(template, day=day), run_day=day, is_entry=True)
    for url in outlet.sitemaps:
        yield Document(kind="sitemap", url=url, run_day=day, is_entry=True, is_named=True)
    for template in outlet.sections:
        url, page = expand(template, day=day, page=outlet.first_page), outlet.first_page
        is_named = not re.search(r"\{(?:year|month|day)", template)
        yield Document(
            kind="section", url=url, run_day=day, template=template, page=page, is_entry=True, is_named=is_named
        )


def document_refusal(url: str, outlet: Outlet, document: Document) -> str | None:
    """Why an address is not asked for in order to get a document; None where it may be. It may be a redirect's.

    It is `urls.refusal`, but lets through the host of a document whose outlet names it on a shared host.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> place = {"country": "EG", "timezone": "Africa/Cairo", "feeds": ("https://feeds.tld/raqib",)}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> feed = next(entry_documents(raqib, date(2026, 11, 19)))
    >>> [document_refusal(url, raqib, feed) for url in ("https://feeds.tld/raqib?x", "https://other.tld/raqib")]
    [None, 'scope']
    """
    reason = refusal(url, outlet)
    if reason in (None, "scheme") or not document.is_shared_host:
        return reason
    return None if urlsplit(url).hostname == urlsplit(document.url).hostname else reason


def read_document(
    document: Document, body: bytes, content_type: str | None, outlet: Outlet, parse_date: DateParser | None
) -> Discovered:
    """What a document lists; all that goes in and comes out can travel between processes.

    Raises:
        DocumentError: where it is hostile or unreadable.
    """
    parse_date = parse_date and patient(parse_date)
    if document.kind == "section":
        return read_section(body, url=document.url, outlet=outlet, content_type=content_type, parse_date=parse_date)
    if document.kind == "feed":
        return read_feed(
            body, url=document.url, outlet=outlet, content_type=content_type, parse_date=parse_date,
            is_shared_host=document.is_shared_host,
        )  # fmt: skip
    found = read_sitemap(
        body, url=document.url, outlet=outlet, content_type=content_type, day=document.day, run_day=document.run_day,
        parse_date=parse_date, is_shared_host=document.is_shared_host,
    )  # fmt: skip
    if found.children and document.depth >= MAX_DEPTH:
        problem = f"an index nested under {MAX_DEPTH} others: its {len(found.children):,} sitemaps are not fetched"
        return replace(found, children=(), problems=(*found.problems, problem))
    return found


def further_documents(
    document: Document, found: Discovered, outlet: Outlet, day: date, *, is_news: bool
) -> Iterator[Document]:
    """The children of a sitemap index that may hold the day, and a section's next page while pages bring news."""
    for child in found.children:
        yield Document(
            kind="sitemap", url=child.url, day=child.day, run_day=day, depth=document.depth + 1,
            is_shared_host=child.is_shared_host,
        )  # fmt: skip
    following = document.page + 1
    has_more = document.kind == "section" and is_news and following < outlet.first_page + outlet.max_pages
    if has_more and "{page" in document.template and not _is_past(found, outlet, day):
        url = expand(document.template, day=day, page=following)
        yield replace(document, url=url, page=following, is_entry=False, is_named=False)


def _is_past(found: Discovered, outlet: Outlet, day: date) -> bool:
    """Whether every link of a section's page is known to be older than the day before."""
    days = [local_day(link.published_hint, outlet.tz) if link.published_hint else None for link in found.links]
    return bool(days) and all(known is not None and (day - known).days > 1 for known in days)
