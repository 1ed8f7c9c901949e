"""What a feed, a sitemap or a section gave: links, further sitemaps, and what was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from spiders.outlet import Outlet
from spiders.records import Link
from spiders.urls import canonical_or_none, preferred, refusal, request_url

MAX_URLS = 50_000

DateParser = Callable[[str], datetime | date | None]


class Child(NamedTuple):
    """A sitemap that an index lists; `day` is the one day that its address names."""

    url: str
    lastmod: datetime | date | None = None
    day: date | None = None


class Refused(NamedTuple):
    """An address that is listed but never fetched; `reason` is scheme, scope or private_address."""

    url: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovered:
    """What one document gave, each address once.

    `problems`: "partial" (it was cut; only complete items are here), "sanitised" (bytes that XML forbids were
    removed), "too_many_urls" (more than 50,000; the rest is left out).
    """

    links: tuple[Link, ...] = ()
    children: tuple[Child, ...] = ()
    refused: tuple[Refused, ...] = ()
    problems: tuple[str, ...] = ()


class Collector:
    """Gathers the addresses of one document, in its order."""

    def __init__(self, outlet: Outlet, found_via: str) -> None:
        self.outlet = outlet
        self.found_via = found_via
        self._links: dict[str, Link] = {}
        self._refused: dict[str, Refused] = {}
        self.is_full = False

    def add(self, address: str, hint: datetime | date | None = None, *, base: str | None = None) -> None:
        """Take an address as a link, or as refused; a later spelling adds a hint that was missing, or is preferred."""
        if len(self._links) + len(self._refused) >= MAX_URLS:
            self.is_full = True
            return
        url = canonical_or_none(address, self.outlet, base=base or self.found_via)
        reason = "scheme" if url is None else refusal(url, self.outlet)
        if url is None or reason:
            self._refused.setdefault(address, Refused(address[:2000], reason or "scheme"))
            return
        listed = request_url(address, base=base or self.found_via)
        known = self._links.get(url)
        if known:
            listed = preferred(url, known.listed_url, listed)
            hint = hint if known.published_hint is None else known.published_hint
        self._links[url] = Link(
            url=url, listed_url=listed, outlet=self.outlet.slug, found_via=self.found_via, published_hint=hint
        )

    def result(self, *problems: str, children: tuple[Child, ...] = ()) -> Discovered:
        """What was gathered."""
        return Discovered(
            links=tuple(self._links.values()),
            children=children,
            refused=tuple(self._refused.values()),
            problems=problems + (("too_many_urls",) if self.is_full else ()),
        )
