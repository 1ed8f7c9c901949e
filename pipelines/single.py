"""One saved page → one article, with no database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.article import Article, Extraction
from pipelines.country import country_of, only_zone
from pipelines.run import choose_outlets
from pipelines.workers import Job, extract_all
from spiders.errors import ImpossibleRequest
from spiders.outlet import Outlet, load_outlets
from spiders.records import Page


def extract_file(file: Path, url: str, slug: str | None, fetched_at: datetime | None) -> Extraction:
    """Extracts a saved page as if it came from `url`, in a child process with the usual limits.

    Raises:
        ImpossibleRequest: for a file that cannot be read, an address that is none, or an unknown outlet.
    """
    outlet = outlet_of(url, slug)
    try:
        body = file.read_bytes()
    except OSError as error:
        raise ImpossibleRequest(f"{file} cannot be read ({error.strerror}).") from error
    page = Page(
        url=url, final_url=url, outlet=outlet.slug, status=200, headers={}, body=body,
        fetched_at=fetched_at or datetime.now(UTC),
    )  # fmt: skip
    ((_, found),) = extract_all([Job(key=None, page=page)], {outlet.slug: outlet}, workers=1)
    return found


def outlet_of(url: str, slug: str | None) -> Outlet:
    """The named outlet, or the one whose host the address has; for a stranger a plain one, in its country's time zone.

    Where the host tells no country with one zone, it is UTC, and a day is the one in the zone that the page tells.
    """
    host = _host(url)
    if slug:
        return choose_outlets([slug])[slug]
    for outlet in load_outlets().values():
        if outlet.owns(url):
            return outlet
    country = country_of(host)
    zone = only_zone(country)
    return Outlet(
        slug="unknown",
        name=host,
        name_latin=host,
        country=country if zone else "",
        timezone=zone or "UTC",
        hosts=(host,),
    )


def _host(url: str) -> str:
    with suppress(ValueError):  # of brackets that hold no IPv6 address
        if host := urlsplit(url).hostname:
            return host
    raise ImpossibleRequest(f"{url!r} is not an address; write it whole, with https://.")


def extraction_json(found: Extraction, url: str, slug: str | None) -> dict[str, Any]:
    """An extraction as the JSON contract has it: every field, null where there is none."""
    article = found.article or Article(outlet=outlet_of(url, slug).slug, url=url, canonical_url=url, title="")
    content = asdict(article) | ({} if found.article else {"canonical_url": None, "title": None})
    return {"outcome": found.outcome.value, "reason": found.reason} | content


def explanation_json(found: Extraction) -> dict[str, Any]:
    """What was taken out of an article and why, and which witnesses told another day than the one believed."""
    return {
        "removed": [asdict(removal) for removal in found.removed],
        "disagreed": [asdict(witness) for witness in found.disagreed],
    }
