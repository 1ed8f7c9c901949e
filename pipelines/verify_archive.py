"""VERIFY, the archive's files: each is what its name says, and the index knows all that lies in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from pipelines.progress import track
from spiders.archive_files import ArchiveFiles
from spiders.warc import UnreadableWarc
from spiders.warehouse import statement

_OURS = re.compile(r"(?:^|/)[0-9a-f]{32}\.warc\.gz$")  # a name that tells a content
_SUSPECTS = 1000  # files that are looked at again


@dataclass(slots=True)
class FileCheck:
    """Sentences: what is `broken`, and what runs that were stopped left behind, which harms nothing (`leftovers`)."""

    broken: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)


class _Indexed(NamedTuple):
    """A file of the index, with the places of its records, in bytes."""

    name: str
    offsets: list[int]
    lengths: list[int]


class _Gap(NamedTuple):
    """Bytes of a file, from `start` to `end`, that the index does not know."""

    name: str
    start: int
    end: int


def check_files(connection: Connection, archive: str | None = None, damaged: Collection[str] = ()) -> FileCheck:
    """Compares the files of the archive (an fsspec URL; by default the configured one) with the index.

    Files that are `damaged` in a way that was told already, or are missing, are passed over. Little is held: names come
    in one order from both sides.
    """
    files, check = ArchiveFiles(archive), FileCheck()
    unnamed: list[str] = []
    gaps: list[_Gap] = []
    for name, indexed in track(_joined(files.names(), _indexed(connection)), "verify files"):
        if indexed is None and len(unnamed) < _SUSPECTS:
            unnamed.append(name)
        elif indexed is not None and name not in damaged:
            sentence = _damage(files, name)
            check.broken += [sentence] if sentence else []
            gaps += [] if sentence or len(gaps) > _SUSPECTS else _gaps(indexed, files.size(name))
    check.broken += [_told(files, gap) for gap in gaps if not _is_known(connection, files, gap)]
    for name in _unknown(connection, files, unnamed):
        if sentence := _OURS.search(name) and _damage(files, name):
            check.broken.append(f"{sentence} Or delete it: the index names no page in it.")
        else:
            check.leftovers.append(_leftover(files, name))
    return check


def _indexed(connection: Connection) -> Iterator[_Indexed]:
    with connection, connection.cursor("files") as cursor:
        cursor.execute(statement("archived_files"))
        yield from (_Indexed(*row) for row in cursor)


def _joined(names: Iterator[str], indexed: Iterator[_Indexed]) -> Iterator[tuple[str, _Indexed | None]]:
    """Every file that is there, with what the index has of it; both sides are in the order of the names' bytes."""
    entry = next(indexed, None)
    for name in names:
        while entry and entry.name.encode() < name.encode("utf-8", "surrogateescape"):
            entry = next(indexed, None)
        yield name, entry if entry and entry.name == name else None


def _damage(files: ArchiveFiles, name: str) -> str | None:
    """What is wrong with a file, or None."""
    try:
        if files.is_as_written(name):
            return None
    except OSError as error:
        why = error.strerror or error
        return f"{files.path(name)} cannot be read ({why}). Make it readable, or restore it from a copy."
    what = "its name is not the digest of its content"
    return f"{files.path(name)} is not what was written: {what}. Restore it from a copy."


def _gaps(indexed: _Indexed, size: int) -> Iterator[_Gap]:
    """Where bytes of a file belong to no record."""
    end = 0
    for offset, length in chain(zip(indexed.offsets, indexed.lengths, strict=True), [(size, 0)]):
        if offset > end:
            yield _Gap(indexed.name, end, offset)
        end = max(end, offset + length)


def _told(files: ArchiveFiles, gap: _Gap) -> str:
    return (
        f"{files.path(gap.name)}: {gap.end - gap.start} bytes from byte {gap.start} on belong to no record. "
        "`warraq ingest` of this file takes the pages that the index lacks."
    )


def _is_known(connection: Connection, files: ArchiveFiles, gap: _Gap) -> bool:
    """Whether bytes are pages that the index has elsewhere: two runs at once may archive the same page."""
    digests: set[bytes] = set()
    try:
        for record in files.records(gap.name, gap.start):
            if record.offset >= gap.end:
                break
            digests.add(hashlib.sha256(record.body).digest())
    except (OSError, UnreadableWarc):
        return False
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("known_bodies"), {"digests": list(digests)})
        return bool(digests) and len(cursor.fetchall()) == len(digests)


def _unknown(connection: Connection, files: ArchiveFiles, names: list[str]) -> Iterator[str]:
    """Files that the index does not name now either: a run that is under way enters them after it wrote them."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("known_files"), {"files": names})
        known = {name for (name,) in cursor.fetchall()}
    yield from (name for name in names if name not in known and files.is_there(name))


def _leftover(files: ArchiveFiles, name: str) -> str:
    if name.endswith(".open"):
        return f"{files.path(name)} is an unfinished file from a stopped run. If no run is under way, delete it."
    return (
        f"{files.path(name)} belongs to no record: a run was stopped before it entered its pages. If no run is "
        "under way, `warraq ingest` of this file takes what is new in it; if `warraq verify` still lists the file "
        "after that, delete it."
    )
