"""The near-duplicates of a file of articles, without a database.

One pass over the file keeps the bands in memory and the shingles on disk: about 400 bytes a document. A text is
compared once, however many documents have it. A pair of texts takes about 80 bytes; those of documents are written at
once.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedReader
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from pipelines.files import replaced
from pipelines.fingerprints import COPY_THRESHOLD, Hashes, bands_of, candidates, compared, copy_similarity, groups
from pipelines.progress import track
from spiders.errors import ImpossibleRequest, WarraqError

ID_FIELDS = ("url", "canonical_url", "id")
BATCH = 512


@dataclass(frozen=True, slots=True)
class Document:
    """What a line tells: its id and its text."""

    id: str
    text: str


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
    raise ImpossibleRequest(f"WARRAQ_COPY_THRESHOLD={told} is not a similarity: give a number above 0, up to 1.")


def dedup_file(path: Path, out: Path, threshold: float | None = None) -> FileCounts:
    """Writes the near-duplicates of a JSONL file to a TSV: `jaccard, url_a, url_b`, the most similar first.

    A line is an object with an id (`url`, `canonical_url` or `id`) and a `body` (text, or paragraphs). Raises
    WarraqError with the line that cannot be read, and ImpossibleRequest where the TSV would replace the file.
    """
    threshold = copy_threshold() if threshold is None else threshold
    if path.exists() and out.exists() and path.samefile(out):
        raise ImpossibleRequest(f"{out} is the file that is to be read; name another one for the pairs.")
    with TemporaryFile() as spool:
        index = _Index(spool)
        for document in track(read_documents(path), path.name):
            index.add(document)
        index.finish()
        copies = index.copies(threshold)
    with replaced(out) as target:
        target.write(b"jaccard\turl_a\turl_b\n")
        written = sum(_write(target, index.ids, *found) for found in copies.pairs())
    return FileCounts(len(index.ids), copies.tried, written)


def _write(target: IO[bytes], ids: Sequence[str], similarity: float, one: int, others: Iterable[int]) -> int:
    """Writes a document's pairs with others, and says how many: those with its own id are none."""
    start = f"{round(similarity, 4)}\t{ids[one]}\t"
    lines = [f"{start}{ids[other]}\n" for other in others if ids[other] != ids[one]]
    target.write("".join(lines).encode())
    return len(lines)


@dataclass(slots=True)
class _Copies:
    """Which texts are copies, each known by the first document (row) that has it, and all rows where several do."""

    rows: dict[int, list[int]]
    tried: int = 0
    similarities: array[float] = field(default_factory=lambda: array("d"))
    ones: array[int] = field(default_factory=lambda: array("i"))
    others: array[int] = field(default_factory=lambda: array("i"))

    def add(self, similarity: float, one: int, other: int) -> None:
        self.similarities.append(similarity)
        self.ones.append(one)
        self.others.append(other)

    def rows_of(self, text: int) -> Sequence[int]:
        return self.rows.get(text, (text,))

    def pairs(self) -> Iterator[tuple[float, int, list[int]]]:
        """Every row with those after it that are its copies at one similarity; the highest first, then by row."""
        order = np.argsort(-np.array(self.similarities), kind="stable")
        for similarity, places in groupby(order.tolist(), key=self.similarities.__getitem__):
            near = self._near(places)
            for row, text in sorted((row, one) for one in near for row in self.rows_of(one)):
                yield similarity, row, sorted(r for other in near[text] for r in self.rows_of(other) if r > row)

    def _near(self, places: Iterable[int]) -> dict[int, set[int]]:
        """The copies of every text among some of what was added."""
        near = defaultdict(set)
        for place in places:
            one, other = self.ones[place], self.others[place]
            near[one].add(other)
            near[other].add(one)
        return near


@dataclass(slots=True)
class _Index:
    spool: IO[bytes]
    ids: list[str] = field(default_factory=list)
    ends: array[int] = field(default_factory=lambda: array("q", [0]))
    batch: list[Hashes] = field(default_factory=list)
    blocks: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, document: Document) -> None:
        hashes = compared(document.text)
        if not hashes.size:  # nothing to compare
            return
        self.ids.append(document.id)
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

    def copies(self, threshold: float) -> _Copies:
        """What was added, compared: every text once, however many documents have it."""
        if not self.blocks:
            return _Copies({})
        stored, bands = np.memmap(self.spool, dtype=np.int64, mode="r"), np.concatenate(self.blocks)
        self.blocks.clear()
        copies = _Copies(self._equals(stored, bands))
        for text, rows in copies.rows.items():
            copies.tried += self._n_pairs(rows, rows) // 2  # each was counted both ways
            copies.add(1.0, text, text)
        for one, other in _text_candidates(bands, copies.rows):
            if n_pairs := self._n_pairs(copies.rows_of(one), copies.rows_of(other)):
                copies.tried += n_pairs
                similarity = copy_similarity(self._of(stored, one), self._of(stored, other), threshold)
                if similarity is not None:
                    copies.add(similarity, one, other)
        return copies

    def _equals(self, stored: NDArray[np.int64], bands: NDArray[np.int64]) -> dict[int, list[int]]:
        """The rows of every text that several have, by the first. Texts of other bands are not equal."""
        found: dict[int, list[int]] = {}
        for alike in groups(bands.sum(axis=1)):
            texts: dict[bytes, list[int]] = defaultdict(list)
            for row in alike.tolist():
                texts[sha256(self._of(stored, row).data).digest()].append(row)
            found |= {rows[0]: rows for rows in texts.values() if len(rows) > 1}
        return found

    def _n_pairs(self, rows: Sequence[int], others: Sequence[int]) -> int:
        """How many pairs have two ids."""
        found = Counter(self.ids[row] for row in rows)
        return len(rows) * len(others) - sum(found[self.ids[other]] for other in others)

    def _of(self, stored: NDArray[np.int64], row: int) -> Hashes:
        return stored[self.ends[row] : self.ends[row + 1]]


def _text_candidates(bands: NDArray[np.int64], rows: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The candidates where every text stands once; `rows` are those of the texts that several documents have."""
    repeated = [row for same in rows.values() for row in same[1:]]
    texts = np.delete(np.arange(len(bands)), repeated)
    for place in range(0, len(texts), BATCH):  # moved up in their own place: a second copy would double the memory
        moved = texts[place : place + BATCH]
        bands[place : place + len(moved)] = bands[moved]
    for first, second in candidates(bands[: len(texts)]):
        yield int(texts[first]), int(texts[second])


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
    return Document(_id(record, where), _text(record, where))


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
