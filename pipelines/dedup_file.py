"""The near-duplicates of a file of articles, without a database.

One pass over the file keeps the bands in memory and the shingles on disk: about 400 bytes a document.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from pipelines.files import replaced
from pipelines.fingerprints import COPY_THRESHOLD, Hashes, bands_of, candidates, compared, copy_similarity
from pipelines.progress import track
from spiders.errors import ImpossibleRequest, WarraqError

ID_FIELDS = ("url", "canonical_url", "id")
DAY_FIELDS = ("published_on", "published_at", "date", "day")
BATCH = 512
NO_DAY = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Document:
    """What a line tells: its id, its text, and its day as an ordinal (NO_DAY where it tells none)."""

    id: str
    text: str
    day: int


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What `dedup_file` saw: documents read, candidates that shared a band, pairs that are copies."""

    documents: int
    candidates: int
    pairs: int


def copy_threshold() -> float:
    """The similarity that makes a copy: the setting WARRAQ_COPY_THRESHOLD, 0.65 where it is not set.

    Raises ImpossibleRequest where it is no number above 0, up to 1.
    """
    told = os.environ.get("WARRAQ_COPY_THRESHOLD", "").strip()
    with suppress(ValueError):
        threshold = float(told) if told else COPY_THRESHOLD
        if 0 < threshold <= 1:
            return threshold
    raise ImpossibleRequest(f"WARRAQ_COPY_THRESHOLD={told} is no similarity: give a number above 0, up to 1.")


def dedup_file(path: Path, out: Path, threshold: float | None = None, window_days: int | None = None) -> FileCounts:
    """Writes the near-duplicates of a JSONL file to a TSV: `jaccard, url_a, url_b`, the most similar first.

    A line is an object with an id (`url`, `canonical_url` or `id`) and a `body` (text, or paragraphs).
    `window_days` leaves out pairs further apart. Raises WarraqError with the line that cannot be read.
    """
    threshold = copy_threshold() if threshold is None else threshold
    with TemporaryFile() as spool:
        index = _Index(spool)
        for document in track(read_documents(path), path.name):
            index.add(document)
        index.finish()
        tried, pairs = index.copies(threshold, window_days)
    with replaced(out) as target:
        target.write(b"jaccard\turl_a\turl_b\n")
        for similarity, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            target.write(f"{round(similarity, 4)}\t{index.ids[one]}\t{index.ids[other]}\n".encode())
    return FileCounts(len(index.ids), tried, len(pairs))


@dataclass(slots=True)
class _Index:
    spool: IO[bytes]
    ids: list[str] = field(default_factory=list)
    days: array[int] = field(default_factory=lambda: array("i"))
    ends: array[int] = field(default_factory=lambda: array("q", [0]))
    batch: list[Hashes] = field(default_factory=list)
    blocks: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, document: Document) -> None:
        hashes = compared(document.text)
        if not hashes.size:  # nothing to compare
            return
        self.ids.append(document.id)
        self.days.append(document.day)
        self.ends.append(self.ends[-1] + hashes.size)
        self.spool.write(hashes.tobytes())
        self.batch.append(hashes)
        if len(self.batch) == BATCH:
            self.finish()

    def finish(self) -> None:
        """Makes the bands of what was added since the last time."""
        if self.batch:
            self.blocks.append(bands_of(self.batch))
            self.batch.clear()
        self.spool.flush()

    def copies(self, threshold: float, window_days: int | None) -> tuple[int, list[tuple[float, int, int]]]:
        """How many pairs were compared, and those that are copies, as (similarity, first, second)."""
        if not self.blocks:
            return 0, []
        stored = np.memmap(self.spool, dtype=np.int64, mode="r")
        tried, found = 0, []
        for one, other in candidates(np.concatenate(self.blocks)):
            if self.ids[one] == self.ids[other] or not self._near(one, other, window_days):
                continue
            tried += 1
            similarity = copy_similarity(self._of(stored, one), self._of(stored, other), threshold)
            if similarity is not None:
                found.append((similarity, one, other))
        return tried, found

    def _of(self, stored: NDArray[np.int64], row: int) -> Hashes:
        return stored[self.ends[row] : self.ends[row + 1]]

    def _near(self, one: int, other: int, window_days: int | None) -> bool:
        if window_days is None or NO_DAY in (self.days[one], self.days[other]):
            return True
        return abs(self.days[one] - self.days[other]) <= window_days


def read_documents(path: Path) -> Iterator[Document]:
    """The articles of a JSONL file, gzipped or not; an unreadable line is a sentence with its number."""
    number = 0
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _document(line, f"{path}, line {number}")
    except FileNotFoundError:
        raise ImpossibleRequest(f"There is no file {path}.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise WarraqError(f"{path} is a damaged gzip file after line {number}: {error}.") from None
    except OSError as error:
        raise WarraqError(f"{path} cannot be read: {error.strerror or error}.") from None


def _opened(path: Path) -> BufferedReader | gzip.GzipFile:
    with path.open("rb") as file:
        magic = file.read(2)
    return gzip.open(path, "rb") if magic == b"\x1f\x8b" else path.open("rb")


def _document(line: bytes, where: str) -> Document:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WarraqError(f"{where} is not JSON ({error}); every line must be one article.") from None
    if not isinstance(record, dict):
        raise WarraqError(f"{where} is not a JSON object; every line must be one article.")
    return Document(_id(record, where), _text(record, where), _day(record))


def _id(record: dict[str, Any], where: str) -> str:
    found = next((record[name] for name in ID_FIELDS if record.get(name) not in (None, "")), None)
    if not isinstance(found, str | int):
        raise WarraqError(f"{where} has no id; give every article a `url` or an `id`.")
    if any(char in str(found) for char in "\t\r\n"):
        raise WarraqError(f"{where} has an id with a tab or a line break, which a TSV cannot hold.")
    return str(found).encode("utf-8", "replace").decode()


def _text(record: dict[str, Any], where: str) -> str:
    body = record.get("body")
    if body is None and "body" in record:
        return ""
    if isinstance(body, list) and all(isinstance(paragraph, str) for paragraph in body):
        return "\n".join(body)
    if not isinstance(body, str):
        raise WarraqError(f"{where} has no `body`; it must be a string or a list of paragraphs.")
    return body


def _day(record: dict[str, Any]) -> int:
    for name in DAY_FIELDS:
        try:
            return date.fromisoformat(str(record.get(name))[:10]).toordinal()
        except ValueError:
            continue
    return NO_DAY
