"""The archive: what came back, kept unchanged in WARC files, one gzip member a record.

A file is written to a temporary name, fsynced, and renamed; only then is it indexed in `crawl.page`. Its name
is the digest of its content, so that the same batch written twice is one file.
"""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import fsspec
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.errors import WarraqError
from spiders.records import Page
from spiders.warc import Record, parse_record
from spiders.warehouse import home

KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "x-robots-tag", "tdm-reservation", "content-language")


class ArchiveDamaged(WarraqError):
    """A record that the index names is missing, cut, or not what was written."""


class NoSpace(WarraqError):
    """The archive's disk is full."""

    exit_code = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Where a page lies: `file` below the archive's root, and `offset` and `length`, in bytes, of its gzip member."""

    page: Page
    file: str
    offset: int
    length: int
    sha256: bytes


def archive_url() -> str:
    """WARRAQ_ARCHIVE, an fsspec URL or a folder; by default WARRAQ_HOME/archive."""
    return os.environ.get("WARRAQ_ARCHIVE") or str(home() / "archive")


def write_pages(pages: Sequence[Page], root: str | None = None) -> list[Entry]:
    """Writes a batch of one outlet's pages as one WARC file, durably, and says where each page lies.

    Raises:
        NoSpace: where the disk is full; nothing half-written stays behind.
    """
    if not pages:
        return []
    data, spans = _encode(pages)
    day = pages[0].fetched_at.astimezone(UTC)
    name = hashlib.sha256(data).hexdigest()[:32]
    file = f"{pages[0].outlet}/{day:%Y/%m/%d}/{name}.warc.gz"
    _publish(root or archive_url(), file, data)
    return [
        Entry(page=page, file=file, offset=start, length=end - start, sha256=hashlib.sha256(page.body).digest())
        for page, (start, end) in zip(pages, spans, strict=True)
    ]


def read_page(file: str, offset: int, length: int, sha256: bytes, root: str | None = None) -> Record:
    """The record at a place that the index names, proven by its digest.

    Raises:
        ArchiveDamaged: with the file and the offset.
    """
    try:
        fs, base = fsspec.core.url_to_fs(root or archive_url())
        record = parse_record(fs.cat_file(f"{base}/{file}", start=offset, end=offset + length))
    except (OSError, ValueError) as error:
        raise ArchiveDamaged(f"{file} at byte {offset} cannot be read ({error}). Restore it from a copy.") from error
    if hashlib.sha256(record.body).digest() != sha256:
        raise ArchiveDamaged(f"{file} at byte {offset}: {record.url} is not what was written. Restore it from a copy.")
    return record


def _encode(pages: Sequence[Page]) -> tuple[bytes, list[tuple[int, int]]]:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    spans = []
    for page in pages:
        start = buffer.tell()
        writer.write_record(_warc_record(writer, page))
        spans.append((start, buffer.tell()))
    return buffer.getvalue(), spans


def _warc_record(writer: WARCWriter, page: Page) -> Any:
    date = page.fetched_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    identity = f"{page.final_url} {date} {hashlib.sha256(page.body).hexdigest()}"
    headers = [*kept_headers(page.headers).items(), ("content-length", str(len(page.body)))]
    return writer.create_warc_record(
        page.final_url,
        "response",
        payload=io.BytesIO(page.body),
        http_headers=StatusAndHeaders(f"{page.status} OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": date,
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, identity)}>",
        },
    )


def kept_headers(headers: Any) -> dict[str, str]:
    """The few response headers that later stages read; the rest is not ours to keep."""
    return {name: str(headers[name])[:1000] for name in KEPT_HEADERS if name in headers}


def _publish(root: str, file: str, data: bytes) -> None:
    fs, base = fsspec.core.url_to_fs(root)
    path = f"{base}/{file}"
    is_local = "file" in fs.protocol
    try:
        fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        with fs.open(f"{path}.open", "wb") as out:
            out.write(data)
            out.flush()
            if is_local:
                os.fsync(out.fileno())
        fs.mv(f"{path}.open", path)
        if is_local:
            _fsync_folder(path.rsplit("/", 1)[0])
    except OSError as error:
        raise NoSpace(
            f"The archive {root} cannot be written ({error.strerror or error}). Make room, then run again."
        ) from error


def _fsync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
