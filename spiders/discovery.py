"""Which documents of an outlet to read for a day: its feeds, sitemaps and sections, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from spiders.discovered import Discovered
from spiders.feeds import read_feed
from spiders.outlet import Outlet, expand
from spiders.sections import read_section
from spiders.sitemaps import read_sitemap, relevant_children

ParseDate = Callable[[str], datetime | date | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A feed, a sitemap (of a `day` where its address names one; `depth` below the index) or a section's `page`."""

    kind: Literal["feed", "sitemap", "section"]
    url: str
    day: date | None = None
    depth: int = 0
    template: str = ""
    page: int = 1


def entry_documents(outlet: Outlet, day: date) -> Iterator[Document]:
    """Where the crawl of a day begins."""
    for url in outlet.feeds:
        yield Document(kind="feed", url=url)
    for template in outlet.day_sitemaps:
        yield Document(kind="sitemap", url=expand(template, day=day), day=day)
    for url in outlet.sitemaps:
        yield Document(kind="sitemap", url=url)
    for template in outlet.sections:
        yield Document(kind="section", url=expand(template, page=1), template=template)


def read_document(
    document: Document, body: bytes, content_type: str | None, outlet: Outlet, parse_date: ParseDate | None
) -> Discovered:
    """What a document lists.

    Raises:
        DocumentError: where it is hostile or unreadable.
    """
    if document.kind == "feed":
        return read_feed(body, url=document.url, outlet=outlet, content_type=content_type, parse_date=parse_date)
    if document.kind == "sitemap":
        return read_sitemap(
            body, url=document.url, outlet=outlet, content_type=content_type, day=document.day, parse_date=parse_date
        )
    return read_section(body, url=document.url, outlet=outlet, content_type=content_type, parse_date=parse_date)


def further_documents(
    document: Document, found: Discovered, outlet: Outlet, day: date, *, is_news: bool
) -> Iterator[Document]:
    """The children of a sitemap index that may hold the day, and a section's next page while pages bring news."""
    for child in relevant_children(found.children, day=day, outlet=outlet, depth=document.depth):
        yield Document(kind="sitemap", url=child.url, day=child.day, depth=document.depth + 1)
    has_more = document.kind == "section" and is_news and document.page < outlet.max_pages
    if has_more and "{page}" in document.template and not _is_past(found, day):
        following = document.page + 1
        url = expand(document.template, page=following)
        yield Document(kind="section", url=url, template=document.template, page=following)


def _is_past(found: Discovered, day: date) -> bool:
    """Whether every link of a section's page is known to be older than the day before."""
    hints = [link.published_hint for link in found.links]
    days = [hint.date() if isinstance(hint, datetime) else hint for hint in hints]
    return bool(days) and all(known is not None and (day - known).days > 1 for known in days)
