"""What a feed, a sitemap or a section gave: links, further sitemaps, and what was refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from spiders.outlet import Outlet
from spiders.records import Link
from spiders.urls import BadURL, canonical_or_none, canonicalize, preferred, refusal, request_url

MAX_URLS = 50_000
_LONGEST_HOST = 253
MAX_CHARACTERS = 50 * 2**20  # of addresses in one document, each with the base it is read against

# What can be said of a document that was read: "was read, but is …".
PARTIAL = "incomplete: it breaks off, and only its whole entries count"
NOT_CLEAN = "not clean: characters that XML forbids were left out"


def too_long(size: int) -> str:
    """What is said of a document that lists more addresses than are taken.

    >>> too_long(50_000)
    'too long: what it lists after its first 50,000 addresses is left out'
    """
    return f"too long: what it lists after its first {size:,} addresses is left out"


def with_scheme(address: str, outlet: Outlet) -> str:
    """An address whose writer left out the scheme before one of the outlet's hosts, as one that begins with the host.

    >>> raqib = Outlet(slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",))
    >>> [with_scheme(address, raqib) for address in ("www.raqib.tld/7", "raqib.tld", "diwan.tld/7", "/raqib.tld/7")]
    ['//www.raqib.tld/7', '//raqib.tld', 'diwan.tld/7', '/raqib.tld/7']
    """
    host = re.split(r"[/?#]", address, maxsplit=1)[0]
    if "." not in host or len(host) > _LONGEST_HOST:
        return address
    if not host.isascii():
        host = (canonical_or_none(f"//{host}", base="https://x/") or "").removeprefix("https://").rstrip("/")
    return f"//{address}" if outlet.owns(host) else address


class Child(NamedTuple):
    """A sitemap that an index lists; `day` is the one day that its address names.

    `is_shared_host`: its host is not the outlet's, but the outlet's own index names it.
    """

    url: str
    lastmod: datetime | date | None = None
    day: date | None = None
    is_shared_host: bool = False


class Refused(NamedTuple):
    """An address that is listed but never fetched; `reason` is scheme, scope or private_address."""

    url: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovered:
    """What one document gave, each address once.

    `problems` say what was left out or mended; each goes on from "the document was read, but is".
    """

    links: tuple[Link, ...] = ()
    children: tuple[Child, ...] = ()
    refused: tuple[Refused, ...] = ()
    problems: tuple[str, ...] = ()


class Collector:
    """Gathers the addresses of one document, in its order.

    `encoding` is the one in which a page's queries are sent. A document on a shared host also lists what is other
    outlets': it is passed over where `is_shared_host`, and refused elsewhere.
    """

    def __init__(
        self, outlet: Outlet, found_via: str, *, encoding: str = "utf-8", is_shared_host: bool = False
    ) -> None:
        self.outlet, self.found_via = outlet, found_via
        self._encoding, self._is_shared_host = encoding, is_shared_host
        self._links: dict[str, Link] = {}
        self._refused: dict[str, Refused] = {}
        self._seen: dict[tuple[str, str], str | None] = {}
        self._characters = 0
        self.is_full = False

    def add(self, address: str, hint: datetime | date | None = None, *, base: str | None = None) -> None:
        """Take an address as a link, or as refused; a later spelling adds a hint that was missing, or is preferred."""
        base = base or self.found_via
        if (address, base) in self._seen:
            url = self._seen[address, base]
            if url and hint:
                self._enter(url, self._links[url].listed_url, hint)
            return
        self._characters += len(address) if "://" in address else len(address) + len(base)
        self.is_full = self.is_full or len(self._seen) >= MAX_URLS or self._characters > MAX_CHARACTERS
        if not self.is_full:
            self._seen[address, base] = self._new(address, base, hint)

    def _new(self, address: str, base: str, hint: datetime | date | None) -> str | None:
        """Enters an address that is not known; its canonical form where it is a link."""
        try:
            listed = request_url(with_scheme(address, self.outlet), base=base, encoding=self._encoding)
            url = canonicalize(listed, self.outlet)
        except BadURL as error:
            self._refused.setdefault(address, Refused(address[:2000], error.reason))
            return None
        reason = refusal(url, self.outlet)
        if reason is None:
            self._enter(url, listed, hint)
            return url
        if not self._is_shared_host or reason != "scope":
            self._refused.setdefault(address, Refused(address[:2000], reason))
        return None

    def _enter(self, url: str, listed: str, hint: datetime | date | None) -> None:
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
            problems=problems + ((too_long(len(self._seen)),) if self.is_full else ()),
        )
