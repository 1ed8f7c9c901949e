"""What one more day costs in a small and in a large warehouse: `python -m bench.growth [--articles N]... [--write]`.

Makes warehouses from corpora of real articles, cut to 120 words, a fifth of them perturbed copies, 2,000 to a day;
then loads five more days, one after another. Prints the median seconds; --write draws docs/growth.svg.
Exits with 1 where the largest takes more than 1.3 times as long as the smallest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from psycopg2.extensions import connection as Connection
from rich.console import Console
from rich.table import Table

from bench.peers.environment import environment
from pipelines.fingerprints import bands_of, body_key, shingles
from pipelines.load import load
from pipelines.migrate import migrate
from spiders.warehouse import connect, embedded_url, home, stop_embedded

HERE = Path(__file__).parent
ROOT = HERE.parent
A_DAY, CYCLE, MEASURED = 2000, 20, 5  # articles a day; days of stories before they come round; days measured
COPIED = 0.2  # of a day's articles are copies of the same day's or of the day before's
WORDS, PARAGRAPH = 120, 40
FIRST_DAY = date(2026, 11, 20)
MOST = 1.3
OUTLETS = [f"o{number}" for number in range(10)]


@dataclass(frozen=True, slots=True)
class Story:
    """A text of the warehouses; `of` is the number of the one that it copies."""

    n: int
    day_back: int
    of: int | None
    title: str
    body: list[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """The median seconds of a day in a warehouse of `articles`, whose database takes `gigabytes`."""

    articles: int
    seconds: float
    gigabytes: float


def main() -> int:
    """Measures, prints, draws, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared")) / "data/corpus"
    parser.add_argument("--articles", type=int, action="append", help="by default 10,000, 100,000 and 1,000,000")
    parser.add_argument("--write", action="store_true", help="draw docs/growth.svg")
    parser.add_argument("corpora", nargs="*", type=Path)
    arguments = parser.parse_args()
    corpora = arguments.corpora or [shared / "articles-2018.jsonl.gz", shared / "wire-2015-07.jsonl.gz"]
    own_home = home()
    with tempfile.TemporaryDirectory(prefix="warraq-growth-") as folder:
        os.environ["WARRAQ_HOME"] = folder
        try:
            measured = measure_all(corpora, arguments.articles or [10_000, 100_000, 1_000_000])
        finally:
            stop_embedded()
    os.environ["WARRAQ_HOME"] = str(own_home)
    print_table(measured)
    if arguments.write:
        draw(measured)
    return int(measured[-1].seconds > MOST * measured[0].seconds)


def measure_all(corpora: Sequence[Path], sizes: Sequence[int]) -> list[Measured]:
    """A warehouse of every size, made, measured and dropped."""
    with closing(connect(embedded_url("stories"))) as connection:
        migrate(connection)
        copy_stories(connection, tell_stories(corpora))
    found = []
    for size in sizes:
        with closing(connect(embedded_url("postgres"))) as admin, admin.cursor() as cursor:
            admin.autocommit = True
            cursor.execute("create database growing template stories")
            with closing(connect(embedded_url("growing"))) as connection:
                fill(connection, size)
                found.append(measure(connection, size))
            cursor.execute("drop database growing")
        print(found[-1], file=sys.stderr)
    return found


def tell_stories(corpora: Sequence[Path]) -> Iterator[Story]:
    """Enough stories for every day, the days of the warehouse first; the last of each day are perturbed copies."""
    chance = random.Random(2026)  # noqa: S311
    texts = [text for corpus in corpora for text in read_texts(corpus)]
    chance.shuffle(texts)
    own, n = round(A_DAY * (1 - COPIED)), 0
    earlier: list[Story] = []
    for day_back in range(CYCLE, -MEASURED, -1):
        today = [Story(n + place, day_back, None, *texts.pop()) for place in range(own)]
        sources = chance.sample([*earlier, *today], A_DAY - own)
        copies = [
            Story(n + own + place, day_back, source.n, source.title, perturbed(source.body, chance))
            for place, source in enumerate(sources)
        ]
        yield from (*today, *copies)
        n, earlier = n + A_DAY, today


def read_texts(corpus: Path) -> Iterator[tuple[str, list[str]]]:
    """A title and the opening of every article that is long enough, in paragraphs."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            words = [word for word in record["body"].split() if word.isprintable()][:WORDS]
            if len(words) > PARAGRAPH:
                paragraphs = [" ".join(words[place : place + PARAGRAPH]) for place in range(0, len(words), PARAGRAPH)]
                yield " ".join(words[:8]), paragraphs


def perturbed(body: Sequence[str], chance: random.Random) -> list[str]:
    """A text with one word in a hundred changed, and sometimes without its end."""
    words = " ".join(body).split()
    if chance.random() < 0.5:
        words = words[: -len(words) // 8]
    words = [f"{word}ه" if chance.random() < 0.01 else word for word in words]
    return [" ".join(words[place : place + PARAGRAPH]) for place in range(0, len(words), PARAGRAPH)]


def copy_stories(connection: Connection, stories: Iterator[Story]) -> None:
    """Keeps the stories with their fingerprints, and lets the warehouse make their search words."""
    with connection, connection.cursor() as cursor, tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        cursor.execute(statement("growth_story"))
        while batch := list(islice(stories, A_DAY)):
            write_rows(file, batch)
        file.seek(0)
        cursor.copy_expert("copy story (n, day_back, of, title, body, body_key, shingles, bands) from stdin", file)
        cursor.execute("update story set search = news.search_vector(title || ' ' || array_to_string(body, ' '))")
    with connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("vacuum full analyze story")


def write_rows(file: IO[str], batch: Sequence[Story]) -> None:
    """Stories as rows of COPY."""
    texts = [shingles("\n".join(story.body)) for story in batch]
    for story, hashes, bands in zip(batch, texts, bands_of(texts), strict=True):
        row: list[Any] = [
            story.n, story.day_back, "\\N" if story.of is None else story.of, escaped(story.title),
            escaped("{" + ",".join(json.dumps(paragraph, ensure_ascii=False) for paragraph in story.body) + "}"),
            "\\\\x" + body_key(story.body).hex(), array(hashes.tolist()), array(bands.tolist()),
        ]  # fmt: skip
        file.write("\t".join(map(str, row)) + "\n")


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def array(numbers: Sequence[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def fill(connection: Connection, size: int) -> None:
    """A warehouse of so many articles."""
    arguments = {"first_day": FIRST_DAY, "cycle": CYCLE, "a_day": A_DAY, "n_articles": size}
    with connection, connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem to '1GB'; set local synchronous_commit to off")
        cursor.execute(statement("growth_fill"), arguments)
        cursor.execute("select count(*) from news.article")
        assert cursor.fetchone() == (size,), "the stories do not fill the warehouse"
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")
    connection.autocommit = False


def measure(connection: Connection, size: int) -> Measured:
    """Loads the measured days."""
    seconds = []
    for number in range(MEASURED):
        day = FIRST_DAY + timedelta(days=number)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement("growth_day"), {"day": day, "day_back": -number})
        started = time.perf_counter()
        written = load(connection, OUTLETS)
        seconds.append(time.perf_counter() - started)
        print(size, day, f"{seconds[-1]:.2f} s", written, file=sys.stderr)
    with connection, connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        (n_bytes,) = cursor.fetchone() or (0,)
    return Measured(size, statistics.median(seconds), n_bytes / 1e9)


def statement(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def print_table(found: Sequence[Measured]) -> None:
    """One row a warehouse."""
    table = Table(title=f"One more day of {A_DAY:,} articles (median of {MEASURED} days)", title_justify="left")
    for column in ("articles before", "GB", "seconds", "times the first"):
        table.add_column(column, justify="right")
    for row in found:
        figures = f"{row.seconds:.2f}", f"{row.seconds / found[0].seconds:.2f}"
        table.add_row(f"{row.articles:,}", f"{row.gigabytes:.1f}", *figures)
    Console().print(table)


def draw(found: Sequence[Measured]) -> None:
    """Draws docs/growth.svg with matplotlib in the benchmark's own environment."""
    python, absent = environment()
    rows = [{"articles": row.articles, "seconds": row.seconds} for row in found]
    command = [str(python), "-m", "bench.peers.growth_picture", str(ROOT / "docs/growth.svg")]
    if subprocess.run(command, input=json.dumps(rows), text=True, check=False, cwd=ROOT).returncode:
        print(f"growth.svg was not drawn. {absent.get('matplotlib', '')}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
