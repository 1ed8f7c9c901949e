"""The two records that the crawl passes on: a link that was found, and the page that came back for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A URL that was discovered.

    `url` is canonical and only compares (see `spiders.urls.canonicalize`); `listed_url` is the address as it was
    listed, made absolute (see `spiders.urls.request_url`): it is the one that is asked for. `outlet` is a slug;
    `found_via` is the address of the feed, sitemap or section that listed it; `published_hint` is what that document
    says of its publication: an aware datetime, a local date where only a day is told, or None.
    """

    url: str
    listed_url: str
    outlet: str
    found_via: str
    published_hint: datetime | date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The bytes that came back for a link, before anything reads them.

    `url` is the link's; `final_url` is where redirects led; `body` is decoded from its transfer and content
    encodings, but not from its charset; `headers` has lower-case names; `fetched_at` is aware.
    """

    url: str
    final_url: str
    outlet: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
