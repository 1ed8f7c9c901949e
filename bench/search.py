"""How fast `warraq search` answers over many articles, and how well it reads Arabic beside Postgres's stock `arabic`.

    python bench/search.py [--articles 1000000] [--keep FOLDER]

Texts are those of the shared corpora, each many times with another one's headline as its summary, over three years and
twenty outlets; without the corpora they are made of invented words. The warehouse is in a folder of its own, by default
one that is removed at the end.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extras import execute_values
from rich.console import Console
from rich.table import Table

from pipelines.migrate import ensure_schema
from pipelines.search import Within, search
from spiders import embedded

SHARED = Path(os.environ.get("WARRAQ_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
SQL = Path(__file__).parent / "search_fill.sql"
ONE_OUTLET = Within(outlets=["outlet7"])
QUERIES = """
السعودية|الرئيس|الحكومة|لبنان|سوريا|قال الوزير|مجلس الأمن|"مجلس الأمن"|"وزارة الداخلية"|كأس العالم|أسعار النفط|القدس
انتخابات الرئاسة|الانتخابات العراقية|دير الزور|"دير الزور" -داعش|ترامب|كوريا الشمالية|صاروخ|صواريخ اليمن|الحوثيين
برشلونة وريال مدريد|محمد صلاح|منتخب مصر|اللاجئون السوريون|مفاوضات|الاتفاق النووي|إيران -العراق|البنك المركزي|تركيا
أردوغان|فلسطين|غزة|"قطاع غزة"|الأمم المتحدة|حقوق الإنسان|زلزال|"رئيس يوم"|فيسبوك|"خلال الرئيس"|سرطان الثدي|مهرجان كان
ملك المغرب|الجزائر|تونس|السودان|"رئيس الوزراء"|بريطانيا الاتحاد الأوروبي|طائرة ركاب|المسجد الأقصى
"""


def documents() -> Iterator[tuple[str, str]]:
    """Headlines and texts: of the shared corpora, or invented."""
    files = sorted((SHARED / "corpus").glob("*.jsonl.gz"))
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                yield (
                    (record.get("title") or "بلا عنوان").replace("\0", ""),
                    (record.get("body") or "").replace("\0", ""),
                )
    if not files:
        yield from invented()


def invented(n_documents: int = 20_000) -> Iterator[tuple[str, str]]:
    """Texts of words that are as frequent as words are."""
    chance = random.Random(1)  # noqa: S311
    asked = QUERIES.replace("|", " ").replace('"', "").replace("-", "").split()
    letters = "ابتجحدرسشعفقكلمنهوي"
    words = [*asked, *("".join(chance.choices(letters, k=chance.randint(3, 7))) for _ in range(30_000))]
    weights = [1 / place for place in range(10, len(words) + 10)]
    for _ in range(n_documents):
        yield " ".join(chance.choices(words, weights, k=9)), " ".join(chance.choices(words, weights, k=250))


def fill(connection: Connection, n_articles: int) -> None:
    """A warehouse of so many articles; the search vectors are made once for each text."""
    with connection, connection.cursor() as cursor:
        cursor.execute("create temp table source (number serial, title text, body text) on commit preserve rows")
        texts = itertools.islice(documents(), n_articles)
        execute_values(cursor, "insert into source (title, body) values %s", texts, page_size=500)
    with connection, connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '1GB'")
        cursor.execute("select count(*) from source")
        (n_documents,) = cursor.fetchone() or (0,)
        cursor.execute(SQL.read_text("utf-8"), {"n_articles": n_articles, "n_documents": n_documents})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.autocommit = False


def queries() -> list[str]:
    """The queries that are timed."""
    return [query for line in QUERIES.strip().splitlines() for query in line.split("|")]


def milliseconds(connection: Connection, within: Within) -> list[float]:
    """How long each query takes, warm: the third time that it is asked."""
    found = []
    for query in queries():
        for _ in range(3):
            started = time.perf_counter()
            search(connection, query, within=within)
            elapsed = time.perf_counter() - started
        found.append(elapsed * 1000)
    return found


def quality(connection: Connection, vector: str, query: str) -> tuple[int, int, float, float]:
    """Right answers, cases, recall and precision of a way to search on the suite."""
    with (SHARED / "search.tsv").open(encoding="utf-8", newline="") as lines:
        cases = [
            (case["query"], case["document"], case["match"] == "1")
            for case in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    with connection, connection.cursor() as cursor:
        answers = [_answer(cursor, f"select {vector} @@ {query}", case[1], case[0]) for case in cases]
    right = [found for found, case in zip(answers, cases, strict=True) if case[2]]
    n_right = sum(found == case[2] for found, case in zip(answers, cases, strict=True))
    return n_right, len(cases), sum(right) / len(right), sum(right) / max(sum(answers), 1)


def _answer(cursor: psycopg2.extensions.cursor, statement: str, document: str, query: str) -> bool:
    cursor.execute(statement, (document, query))
    return bool((cursor.fetchone() or (False,))[0])


def print_speed(n_articles: int, measured: Iterable[tuple[str, list[float]]]) -> None:
    """The table of times."""
    table = Table(title=f"{n_articles:,} articles, {len(queries())} queries, warm", title_justify="left")
    for column in ("search", "median ms", "p95 ms", "slowest ms"):
        table.add_column(column, justify="right" if column != "search" else "left", no_wrap=True)
    for name, times in measured:
        p95 = statistics.quantiles(times, n=20)[18]
        table.add_row(name, f"{statistics.median(times):.0f}", f"{p95:.0f}", f"{max(times):.0f}")
    Console().print(table)


def print_quality(connection: Connection) -> None:
    """The table of right answers."""
    table = Table(title="search.tsv", title_justify="left")
    for column in ("way", "right", "recall", "precision"):
        table.add_column(column, justify="right" if column != "way" else "left", no_wrap=True)
    for name, vector, query in (
        ("warraq", "news.search_vector(%s)", "news.search_query(%s)"),
        ("arabic", "to_tsvector('arabic', %s)", "websearch_to_tsquery('arabic', %s)"),
    ):
        n_right, n_cases, recall, precision = quality(connection, vector, query)
        table.add_row(name, f"{n_right} of {n_cases}", f"{recall:.3f}", f"{precision:.3f}")
    Console().print(table)


def measure(folder: Path, n_articles: int) -> None:
    """Fills a warehouse in a folder, unless it is there, and prints both tables."""
    connection = psycopg2.connect(embedded.start(folder))
    with connection, connection.cursor() as cursor:
        cursor.execute("set client_min_messages to error")
    ensure_schema(connection)
    with connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from news.article")
        (n_there,) = cursor.fetchone() or (0,)
    started = time.perf_counter()
    if not n_there:
        fill(connection, n_articles)
        print(f"filled in {time.perf_counter() - started:.0f} s")
    ways = {"everywhere": Within(), "one outlet": ONE_OUTLET, "one agency": Within(agencies=["afp"])}
    print_speed(n_there or n_articles, [(name, milliseconds(connection, within)) for name, within in ways.items()])
    if (SHARED / "search.tsv").exists():
        print_quality(connection)
    connection.close()
    embedded.stop(folder)


def main() -> None:
    """Measures in a folder that is kept, or in one that is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        measure(options.keep, options.articles)
        return
    with TemporaryDirectory() as folder:
        measure(Path(folder), options.articles)


if __name__ == "__main__":
    main()
