"""The archive: what came back, kept unchanged in WARC files, one gzip member a record.

A file is written to a temporary name, fsynced, and renamed; only then is it indexed in `crawl.page`. Its name
is the digest of its content, so that the same batch written twice is one file.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.errors import ImpossibleRequest, WarraqError
from spiders.records import Page
from spiders.warc import Record, parse_record
from spiders.warehouse import home

_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:[:/]")
_KEEPS_NOTHING = frozenset({"http", "https", "data", "memory"})
KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "x-robots-tag", "tdm-reservation", "content-language")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
    """WARRAQ_ARCHIVE, an fsspec URL or a folder, which is made absolute; by default WARRAQ_HOME/archive.

    Raises ImpossibleRequest for a URL of a kind that nothing installed can write and keep.
    """
    named = os.environ.get("WARRAQ_ARCHIVE") or str(home() / "archive")
    if _SCHEME.match(named):
        _check_scheme(named)
        return named
    path = Path(named)
    with suppress(RuntimeError):  # ~ of somebody unknown is a name like any other
        path = path.expanduser()
    return str(path.absolute())


def _check_scheme(url: str) -> None:
    scheme, _, rest = url.partition(":")
    if not rest.startswith((":", "//")):  # `cache::s3://` chains two
        raise _no_archive(url, "two slashes belong after the colon")
    if scheme in _KEEPS_NOTHING:
        raise _no_archive(url, f"{scheme} addresses keep nothing")
    try:
        fsspec.get_filesystem_class(scheme)
    except (ValueError, ImportError) as error:
        raise _no_archive(url, error) from error


def _no_archive(url: str, why: object) -> ImpossibleRequest:
    return ImpossibleRequest(
        f"The archive {_shown(url)} cannot be opened ({why}). "
        "Let WARRAQ_ARCHIVE name a folder or an fsspec URL, and install the package that this URL needs."
    )


def _shown(url: str) -> str:
    """A URL without the password that it may hold."""
    return re.sub(r"(?<=://)[^/@]*:[^/]*@", "***@", url)


def write_pages(pages: Sequence[Page], root: str | None = None) -> list[Entry]:
    """Writes a batch of one outlet's pages as one WARC file, durably, and says where each page lies.

    Raises:
        NoSpace: where the disk is full; nothing half-written stays behind.
        ImpossibleRequest: where nothing installed can open the archive's URL.
        WarraqError: where the archive cannot be written for another reason.
    """
    if not pages:
        return []
    data, spans = _encode(pages)
    day = pages[0].fetched_at.astimezone(UTC)
    file = f"{pages[0].outlet}/{day:%Y/%m/%d}/{name_of(hashlib.sha256(data))}"
    _publish(root or archive_url(), file, data)
    return [
        Entry(page=page, file=file, offset=start, length=end - start, sha256=hashlib.sha256(page.body).digest())
        for page, (start, end) in zip(pages, spans, strict=True)
    ]


def name_of(digest: hashlib._Hash) -> str:
    """The name of a file whose content has this SHA-256."""
    return f"{digest.hexdigest()[:32]}.warc.gz"


def read_page(file: str, offset: int, length: int, sha256: bytes, root: str | None = None) -> Record:
    """The record at a place that the index names, proven by its digest.

    Raises:
        ArchiveDamaged: with the file and the offset.
        ImpossibleRequest: where nothing installed can open the archive's URL.
    """
    try:
        fs, base = filesystem(root or archive_url())
        record = parse_record(fs.cat_file(f"{base}/{file}", start=offset, end=offset + length))
    except (OSError, ValueError) as error:
        raise ArchiveDamaged(f"{file} at byte {offset} cannot be read ({error}). Restore it from a copy.") from error
    if hashlib.sha256(record.body).digest() != sha256:
        raise ArchiveDamaged(f"{file} at byte {offset}: {record.url} is not what was written. Restore it from a copy.")
    return record


def remove_file(file: str, root: str | None = None) -> None:
    """Removes a file that no record of the index names, and none can: the database refused what is in it."""
    with _sentences(root or archive_url()):
        fs, base = filesystem(root or archive_url())
        fs.rm_file(f"{base}/{file}")


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
    """The few response headers that later stages read, as a database and a WARC file can hold them.

    >>> kept_headers({"etag": '"a\\x00b"', "content-type": "text/html\\r\\nx: y", "set-cookie": "a=1"})
    {'content-type': 'text/htmlx: y', 'etag': '"ab"'}
    """
    return {name: _UNFIT.sub("", str(headers[name]))[:1000] for name in KEPT_HEADERS if name in headers}


def filesystem(root: str) -> tuple[Any, str]:
    """What fsspec opens an archive's URL with, and its folder there.

    Raises:
        ImpossibleRequest: where nothing installed can open it.
    """
    try:
        fs, base = fsspec.core.url_to_fs(root)
    except OSError:
        raise
    except Exception as error:  # each kind of file system has errors of its own
        raise _no_archive(root, error) from error
    return fs, base


def _publish(root: str, file: str, data: bytes) -> None:
    with _sentences(root):
        fs, base = filesystem(root)
        path = f"{base}/{file}"
        temporary = f"{path}.{os.getpid()}-{secrets.token_hex(4)}.open"  # two may write the same batch
        _make_folders(fs, path.rsplit("/", 1)[0])
        try:
            _write(fs, temporary, data)
            fs.mv(temporary, path)
        except BaseException:
            with suppress(Exception):
                fs.rm_file(temporary)
            raise
        if isinstance(fs, LocalFileSystem):
            _fsync_folder(Path(path).parent)


@contextmanager
def _sentences(root: str) -> Iterator[None]:
    try:
        yield
    except WarraqError:
        raise
    except Exception as error:  # each kind of file system has errors of its own
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(f"The archive {_shown(root)} is full ({why}). Make room, then run again.") from error
        raise WarraqError(
            f"The archive {_shown(root)} cannot be written ({why}). Make it writable or name another in "
            "WARRAQ_ARCHIVE, then run again."
        ) from error


def _write(fs: Any, path: str, data: bytes) -> None:
    with fs.open(path, "wb") as out:
        out.write(data)
        out.flush()
        if isinstance(fs, LocalFileSystem):
            os.fsync(out.fileno())


def _make_folders(fs: Any, path: str) -> None:
    """Makes a folder and its parents; on a disk of ours each new one's name is durable too."""
    folder = Path(path)
    is_local = isinstance(fs, LocalFileSystem)
    missing = [each for each in (folder, *folder.parents) if not each.exists()] if is_local else []
    fs.makedirs(path, exist_ok=True)
    for each in missing:
        _fsync_folder(each.parent)


def _fsync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
