"""An outlet: who it is, and where its links are found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_VARIANT = re.compile(r"^(?:(?:www|amp|m\d?|mobile)\.)+(?=[^.]+\.)")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A newspaper, agency or channel.

    `hosts`: its hosts, the canonical one first; their www., amp., m. and m2. variants are owned too, and a port
    that is not the scheme's own must be listed. `feeds` may lie on a host that other outlets use too, such as a feed
    service's. `day_sitemaps`: templates with {year} {month:02d} {day:02d}; `month_sitemaps`: with {year} and {month};
    `sections`: templates that may have {page}, counted from `first_page`, of which `max_pages` are read.
    `article_url`: regex searched in the canonical URL, "" where unknown.
    `rewrites`: (regex, replacement) on the path, for spellings that no general rule makes canonical.
    `crawl_delay`: seconds between requests, None where robots.txt alone decides.
    `revisits`: hours after its publication at which an article is looked at again, ascending; () for never.
    """

    slug: str
    name: str
    country: str
    timezone: str
    hosts: tuple[str, ...]
    name_latin: str = ""
    language: str = "ar"
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    day_sitemaps: tuple[str, ...] = ()
    month_sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    first_page: int = 1
    max_pages: int = 20
    article_url: str = ""
    trailing_slash: bool = False
    raw_query: tuple[str, ...] = ()
    rewrites: tuple[tuple[str, str], ...] = ()
    selectors: Mapping[str, str] = field(default_factory=dict, hash=False)
    selectors_valid_until: date | None = None
    crawl_delay: float | None = None
    revisits: tuple[float, ...] = (6, 24, 168)
    enabled: bool = True
    verified: bool = False
    note: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: the fields, with selectors that can travel."""
        state = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {**state, "selectors": dict(self.selectors)}

    @cached_property
    def tz(self) -> ZoneInfo:
        """The time zone in which the outlet's days begin and end."""
        return ZoneInfo(self.timezone)

    def selectors_at(self, moment: datetime) -> Mapping[str, str]:
        """The selectors for a page fetched at an aware `moment`: none after the last local day of their validity."""
        until = self.selectors_valid_until
        return {} if until and moment.astimezone(self.tz).date() > until else self.selectors

    @cached_property
    def article_pattern(self) -> re.Pattern[str] | None:
        """`article_url`, compiled; None where nothing is known."""
        return re.compile(self.article_url) if self.article_url else None

    @cached_property
    def entry_points(self) -> tuple[str, ...]:
        """Every address and template from which discovery starts."""
        return self.feeds + self.sitemaps + self.day_sitemaps + self.month_sitemaps + self.sections

    @cached_property
    def scheme(self) -> str:
        """The scheme of canonical URLs: https, unless all that is known of the outlet is plain http."""
        points = [point for point in self.entry_points if self.owns(point)]
        return "http" if points and all(point.startswith("http:") for point in points) else "https"

    @cached_property
    def _bare_hosts(self) -> dict[str, str]:
        return {bare_host(host): host for host in reversed(self.hosts)}

    def owns(self, host_or_url: str) -> bool:
        """Whether a host, or an address's host, is the outlet's own."""
        return self.canonical_host(host_or_url) is not None

    def canonical_host(self, host_or_url: str) -> str | None:
        """The listed host of which this one is a spelling, or None where it is not the outlet's."""
        host = host_of(host_or_url) if "//" in host_or_url else host_or_url.lower().rstrip(".")
        if host in self.hosts and bare_host(host) != bare_host(self.hosts[0]):
            return host
        return self._bare_hosts.get(bare_host(host))

    def is_article_url(self, url: str) -> bool:
        """Whether a canonical URL has the form of the outlet's articles; False where the form is unknown.

        The form must begin before the query: /login?next=/news/7 is no article.
        """
        match = self.article_pattern.search(url) if self.article_pattern else None
        return match is not None and match.start() <= len(url.partition("?")[0])


def bare_host(host: str) -> str:
    """A host without the labels that name a variant of the same site.

    >>> [bare_host(host) for host in ("www.raqib.tld", "amp.raqib.tld", "m2.www.raqib.tld", "ar.raqib.tld", "m.tv")]
    ['raqib.tld', 'raqib.tld', 'raqib.tld', 'ar.raqib.tld', 'm.tv']
    """
    return _VARIANT.sub("", host)


def expand(template: str, *, day: date | None = None, page: int | None = None) -> str:
    """The address that a template stands for.

    >>> expand("https://example.com/sitemap-{year}-{month:02d}-{day:02d}.xml", day=date(2026, 1, 9))
    'https://example.com/sitemap-2026-01-09.xml'
    >>> expand("https://example.com/سياسة?page={page}", page=3)
    'https://example.com/سياسة?page=3'
    """
    values: dict[str, int | None] = {"page": page}
    if day is not None:
        values.update(year=day.year, month=day.month, day=day.day)
    return template.format(**values)


def host_of(url: str) -> str:
    """The host of an address, with a port that is not the scheme's own; "" where it has none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
