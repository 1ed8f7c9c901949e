"""Builds demo/demo.warc.gz and demo/expected.json from the texts and templates beside it.

Nothing here is random and nothing asks the clock: built twice, the files are equal.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from uuid import NAMESPACE_URL, uuid5

import documents
import render
import sources
from sources import HERE, Item
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SNAPSHOTS = ("2026-11-18T23:58", "2026-11-19T13:00", "2026-11-19T23:58", "2026-11-20T23:58")
PHRASES = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 410: "Gone"}
ROBOTS = {
    "aldiwan": "User-agent: *\nDisallow: /print/\nDisallow: /search\n",
    "almanara": "User-agent: *\nDisallow: /admin/\nCrawl-delay: 1\n\nSitemap: https://www.almanara.example/sitemap.xml\n",
}


@dataclass(frozen=True, kw_only=True)
class Response:
    """What an address answered at a moment."""

    url: str
    recorded: datetime
    status: int
    content_type: str
    body: bytes
    location: str | None = None


def main() -> None:
    """Writes the recording and the truth into the folder that --out names, demo/ where it is not given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    out = parser.parse_args().out
    items = sources.load()
    snapshots = list(discovery(items))
    pages = list(page_responses(items))
    responses = [*map(_document_response, snapshots), *pages, *spelled_responses(items, {page.url for page in pages})]
    (out / "demo.warc.gz").write_bytes(warc(responses))
    truth = json.dumps(expected(items, snapshots), ensure_ascii=False, indent=1)
    (out / "expected.json").write_text(truth + "\n", "utf-8")


def discovery(items: Iterable[Item]) -> Iterator[tuple[datetime, documents.Document]]:
    """Every outlet's documents with the moment of their recording."""
    for slug, group in groupby(items, key=lambda item: item.outlet.slug):
        own = list(group)
        moments = [datetime.fromisoformat(text).replace(tzinfo=own[0].outlet.tz) for text in SNAPSHOTS]
        yield moments[0].replace(hour=0, minute=5), documents.robots(own[0], ROBOTS.get(slug))
        for moment in moments:
            yield from ((moment, document) for document in documents.at(moment, own))


def page_responses(items: Sequence[Item]) -> Iterator[Response]:
    """The answers of all listed addresses that were recorded."""
    for item in items:
        if not item.status:
            continue
        earlier = [
            other
            for other in items
            if other.outlet == item.outlet and other.kind == "article" and other.published < item.published
        ]
        has_page = item.status == 200
        refusal = f"<html><body><h1>{item.status} {PHRASES[item.status]}</h1></body></html>".encode()
        yield Response(
            url=item.url,
            recorded=item.recorded,
            status=item.status,
            content_type=documents.html_type(item),
            body=render.page(item, earlier) if has_page else b"" if item.location else refusal,
            location=_absolute(item),
        )


def spelled_responses(items: Iterable[Item], recorded: Iterable[str]) -> Iterator[Response]:
    """What the spellings answer under which documents list an article: the site leads each to the article's address."""
    known = set(recorded)
    for item in items:
        for url in sorted({quote(item.spelled(document), safe=":/?&=%") for document in item.spelling} - known):
            yield Response(
                url=url, recorded=item.recorded, status=301, content_type="text/html", body=b"", location=item.url
            )
            known.add(url)


def _absolute(item: Item) -> str | None:
    return quote(urljoin(f"https://{item.outlet.hosts[0]}", item.location), safe=":/?&=%") if item.location else None


def _document_response(snapshot: tuple[datetime, documents.Document]) -> Response:
    moment, document = snapshot
    missing = document.kind == "robots" and document.content_type == "text/html"
    return Response(
        url=document.url,
        recorded=moment,
        status=404 if missing else 200,
        content_type=document.content_type,
        body=document.body,
    )


def warc(responses: Iterable[Response]) -> bytes:
    """The responses as WARC 1.0, one gzip member a record, in the order of recording."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.0")
    for response in sorted(responses, key=lambda each: (each.recorded, each.url)):
        writer.write_record(_record(writer, response))
    return buffer.getvalue()


def _record(writer: WARCWriter, response: Response) -> Any:
    moment = response.recorded.astimezone(UTC)
    headers = [
        ("Date", format_datetime(moment, usegmt=True)),
        ("Server", "nginx"),
        ("Content-Type", response.content_type),
        ("Content-Length", str(len(response.body))),
    ]
    if response.location:
        headers.append(("Location", response.location))
    date = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    record_id = f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{date} {response.url}')}>"
    status = f"{response.status} {PHRASES[response.status]}"
    return writer.create_warc_record(
        response.url,
        "response",
        payload=BytesIO(response.body),
        length=len(response.body),
        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": date, "WARC-Record-ID": record_id},
    )


def expected(items: Sequence[Item], snapshots: Iterable[tuple[datetime, documents.Document]]) -> list[dict[str, Any]]:
    """The truth about every address: what it is, how it ends, and the text of the articles."""
    found: dict[str, set[str]] = {}
    pages: dict[str, dict[str, Any]] = {}
    for _, document in snapshots:
        for item in document.items:
            found.setdefault(item.url, set()).add(document.url)
        pages[document.url] = {"url": document.url, "outlet": "", "kind": document.kind, "outcome": None}
    truth = [_truth(item, items, sorted(found.get(item.url, ()))) for item in items]
    hosts = {item.outlet.hosts[0]: item.outlet.slug for item in items}
    others = [page | {"outlet": hosts[url.split("/")[2]]} for url, page in sorted(pages.items())]
    return truth + others


def _truth(item: Item, items: Sequence[Item], found_via: list[str]) -> dict[str, Any]:
    return {
        "url": item.url,
        "outlet": item.outlet.slug,
        "kind": item.kind,
        "day": item.day.isoformat(),
        "outcome": item.outcome,
        "reason": item.reason,
        "version": item.version,
        "recorded_at": f"{item.recorded.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "found_via": found_via,
        "spellings": sorted({item.spelled(document) for document in ("", *item.spelling)}),
        "same_as": item.same_as,
    } | (_article_truth(item, items) if item.outcome == "loaded" else {})


def _article_truth(item: Item, items: Sequence[Item]) -> dict[str, Any]:
    group = [other for other in items if item.group and other.group == item.group]
    original = min(group, key=lambda other: other.published).url if group else item.url
    return {
        "copy_group": item.group,
        "original_url": None if original == item.url else original,
        "title": item.title,
        "body": list(item.body),
        "published_at": item.published.isoformat(),
        "modified_at": item.modified.isoformat() if item.modified else None,
        "authors": [item.author] if item.author else [],
        "agencies": list(item.agencies),
        "dateline": item.dateline,
        "section": item.site.get("sections", {}).get(item.section, item.section),
        "tags": list(item.tags),
        "language": item.language,
    }


if __name__ == "__main__":
    main()
