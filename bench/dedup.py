# mypy: disable-error-code="import-not-found, import-untyped"
"""How fast and how complete `warraq dedup` is on a file: documents a second, memory, and recall against known pairs.

    python -m bench.dedup ARTICLES.jsonl[.gz] PAIRS.tsv[.gz]

Each way runs in a process of its own; the libraries alone are those of the benchmark's own environment. They get the
same shingles and bands, and their candidates are verified by the same similarity.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.peers.environment import environment
from pipelines.dedup_file import dedup_file, read_documents
from pipelines.fingerprints import BANDS, ROWS, words

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared")) / "data" / "corpus"
Pairs = dict[frozenset[str], float]


def warraq(source: Path, out: Path) -> None:
    """Ours: shingles, bands and exact similarities."""
    dedup_file(source, out)


def datasketch(source: Path, out: Path) -> None:
    """datasketch's MinHashLSH on the same shingles, candidates verified by the same similarity."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    _library(source, out, index.insert, index.query, lambda tokens: _sketch(MinHash(num_perm=BANDS * ROWS), tokens))


def rensa(source: Path, out: Path) -> None:
    """rensa's RMinHashLSH on the same shingles, candidates verified by the same similarity."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.65, num_perm=BANDS * ROWS, num_bands=BANDS)

    def sketch(tokens: set[str]) -> object:
        found = RMinHash(num_perm=BANDS * ROWS, seed=1)
        found.update(tokens)
        return found

    _library(source, out, index.insert, index.query, sketch)


def gaoya(source: Path, out: Path) -> None:
    """gaoya's index, which shingles the normalised words itself."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(64, 0.65, BANDS, ROWS, None, str.split, False, None)
    _library(source, out, index.insert_document, index.query, lambda tokens: " ".join(_glued(tokens)))


def _glued(tokens: set[str]) -> Iterator[str]:
    return (token.replace(" ", "_") for token in tokens)


def _sketch(found: object, tokens: set[str]) -> object:
    found.update_batch([token.encode() for token in tokens])  # type: ignore[attr-defined]
    return found


def _library(source: Path, out: Path, insert: Callable, query: Callable, sketch: Callable) -> None:  # type: ignore[type-arg]
    ids: list[str] = []
    shingles: list[set[str]] = []
    with out.open("w", encoding="utf-8") as file:
        file.write("jaccard\turl_a\turl_b\n")
        for number, document in enumerate(read_documents(source)):
            found = words(document.text)
            own = {" ".join(found[place : place + 4]) for place in range(max(len(found) - 3, 1))}
            signature = sketch(own)
            for other in query(signature):
                similarity = len(own & shingles[other]) / len(own | shingles[other])
                if similarity >= 0.65 and min(len(own), len(shingles[other])) >= 17:
                    file.write(f"{similarity:.4f}\t{ids[other]}\t{document.id}\n")
            ids.append(document.id)
            shingles.append(own)
            insert(number, signature)


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "warraq": warraq, "rensa": rensa, "gaoya": gaoya, "datasketch": datasketch,
}  # fmt: skip


def read_pairs(path: Path) -> Pairs:
    """The pairs of a TSV with a header: similarity, one, other."""
    return {frozenset(row[1:]): float(row[0]) for row in _rows(path)}


def _rows(path: Path) -> Iterator[list[str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        next(lines)
        yield from (line.rstrip("\n").split("\t") for line in lines)


def recall(known: Pairs, found: Pairs, least: float) -> float:
    """The part of the known pairs of at least a similarity that was found."""
    wanted = [pair for pair, similarity in known.items() if similarity >= least]
    return sum(pair in found for pair in wanted) / max(len(wanted), 1)


def measure(way: str, source: Path, out: Path, packages: Path) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of computing, and MiB at the peak, of a way in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "bench.dedup", "--way", way, str(source), str(out), str(packages)]
    process = subprocess.Popen(command, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise ImportError(way)
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, nargs="?", default=SHARED / "wire-2015-07.jsonl.gz")
    parser.add_argument("truth", type=Path, nargs="?", default=SHARED / "wire-2015-07.pairs.tsv.gz")
    arguments = parser.parse_args()
    source, truth = arguments.source, arguments.truth
    python, _ = environment()
    packages = next((python.parents[1] / "lib").glob("python*/site-packages"))
    n_documents, known = sum(1 for _ in read_documents(source)), read_pairs(truth)
    table = Table(title=f"{source.name}: {n_documents} documents", title_justify="left")
    for column in (
        "way",
        "documents/s",
        "a CPU second",
        "peak MiB",
        "recall ≥ 0.65",
        "recall ≥ 0.8",
        "pairs",
        "under 0.65",
    ):
        table.add_column(column, justify="right", no_wrap=True)
    for way in WAYS:
        with TemporaryDirectory() as folder:
            try:
                seconds, computing, mebibytes = measure(way, source, Path(folder) / "pairs.tsv", packages)
            except ImportError:
                table.add_row(way, "not installed")
                continue
            found = read_pairs(Path(folder) / "pairs.tsv")
        false = sum(known.get(pair, 0) < 0.649 for pair in found)
        recalls = (f"{recall(known, found, least):.4f}" for least in (0.65, 0.8))
        rates = (f"{n_documents / spent:.0f}" for spent in (seconds, computing))
        table.add_row(way, *rates, f"{mebibytes:.0f}", *recalls, str(len(found)), str(false))
    Console(width=110).print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        sys.path.append(sys.argv[5])  # after the project's own packages
        WAYS[sys.argv[2]](Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
