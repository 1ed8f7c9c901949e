"""VERIFY: the archive, record by record, the invariants of the warehouse, and two digests of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from rich.text import Text

from pipelines.console import console
from pipelines.progress import track
from pipelines.verify_archive import check_files
from spiders.archive import ArchiveDamaged, read_page
from spiders.warehouse import statement

# The tables of news.
CONTENT = ("article", "revision", "boilerplate", "fingerprint", "pair", "copy", "cluster", "disappearance", "sighting")
SHOWN = 100  # sentences of one kind that a person may want to read


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """How many pages were read again, what is `broken` (sentences; none means sound), and the content's two digests.

    `leftovers` are sentences about files that no record needs; they harm nothing.
    """

    n_pages: int
    broken: list[str]
    checksum: str
    texts: str
    leftovers: list[str] = field(default_factory=list)


def verify(connection: Connection, archive: str | None = None) -> Verification:
    """Reads every page of the archive (an fsspec URL; by default the configured one) and tries every invariant."""
    n_pages, broken, damaged = 0, list[str](), set[str]()
    for page in track(_pages(connection), "verify"):
        n_pages += 1
        if sentence := _damage(page, archive):
            broken.append(sentence)
            damaged.add(page[3])
    files = check_files(connection, archive, damaged)
    return Verification(
        n_pages=n_pages,
        broken=_shown(broken, "pages are damaged") + _shown(files.broken, "files are damaged")
        + _broken_invariants(connection),
        checksum=checksum(connection),
        texts=texts(connection),
        leftovers=_shown(files.leftovers, "files belong to no record"),
    )  # fmt: skip


def _shown(sentences: list[str], what: str) -> list[str]:
    rest = len(sentences) - SHOWN
    return [*sentences[:SHOWN], f"{rest} more {what}."] if rest > 0 else sentences


def checksum(connection: Connection) -> str:
    """The SHA-256 of the content tables, row by row in the order of their keys: equal for equal warehouses."""
    digest = _Digest()
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("dump_settings"))
        for table in CONTENT:
            query = sql.SQL("copy (select * from news.{} as content order by content) to stdout").format(
                sql.Identifier(table)
            )
            digest.write(f"{table}\n".encode())
            cursor.copy_expert(query, digest)
    return digest.sha256.hexdigest()


def texts(connection: Connection) -> str:
    """The SHA-256 of what was read, without moments of fetching, page keys and sightings.

    Articles, the texts and days of their revisions, the links' outcomes, boilerplate and copies: equal for two
    warehouses that read the same articles at different times.
    """
    digest = _Digest()
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("dump_settings"))
        cursor.copy_expert(statement("dump_texts"), digest)
    return digest.sha256.hexdigest()


class _Digest:
    """A file that keeps only the digest of what is written to it."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return len(data)


def _pages(connection: Connection) -> Iterator[tuple[Any, ...]]:
    with connection, connection.cursor("pages") as cursor:
        cursor.execute(statement("pages_to_verify"))
        yield from cursor


def _damage(page: tuple[Any, ...], archive: str | None) -> str | None:
    """What is wrong with a page of the index, or None."""
    outlet, url, final_url, file, offset, length, sha256 = page
    try:
        record = read_page(file, offset, length, bytes(sha256), archive)
    except ArchiveDamaged as error:
        return f"{outlet}, {url}: {error}"
    if record.url != final_url:
        return f"{outlet}, {url}: {file} at byte {offset} holds {record.url} instead. Restore the file from a copy."
    return None


def _broken_invariants(connection: Connection) -> list[str]:
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("verify_invariants"))
        return [f"There are {n} {invariant}." for invariant, n in cursor.fetchall() if n]


def verification_json(found: Verification) -> dict[str, Any]:
    """The verification as JSON."""
    return asdict(found) | {"is_sound": not found.broken}


def print_verification(found: Verification) -> None:
    """What was verified, and every sentence about what is broken."""
    out = console()
    for sentence in found.broken + found.leftovers:
        out.print(Text(sentence))
    state = "is not sound" if found.broken else "is sound"
    digests = f"checksum {found.checksum[:16]}, texts {found.texts[:16]}"
    out.print(Text(f"The warehouse {state}: {found.n_pages} pages read again, {digests}."))
