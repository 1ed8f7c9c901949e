"""What an export takes: `python bench/export.py [ARTICLES]` prints seconds and peak memory by format and layout.

The articles, a million by default, are made of invented words in a warehouse of their own in a temporary folder; each
has 240 words. Memory is the largest resident set of the exporting process. Then every view is asked for a day, a
month or an outlet, and its time is printed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

ROOT = Path(__file__).resolve().parents[1]
FILL = Path(__file__).with_name("export_fill.sql")
COMMAND = [sys.executable, "-m", "pipelines"]
DAYS = ["--day", "2025-01-01", "--to", "2026-12-31"]
LAYOUTS = {
    "Parquet": [],
    "Parquet, by month and outlet": ["--partition"],
    "Parquet, a dataset without texts": ["--dataset"],
    "JSON lines": ["--format", "jsonl"],
    "CSV": ["--format", "csv"],
}
QUERIES = {
    "daily_coverage, a day": "select * from news.daily_coverage where published_on = '2026-03-01'",
    "freshness": "select * from news.freshness",
    "agency_share, a month": "select * from news.agency_share where month = '2026-03-01'",
    "articles_by_author, a day": "select * from news.articles_by_author where published_on = '2026-03-01'",
    "articles by one author": "select url, title from news.articles where authors @> array['كاتب 77']",
}


def fill(connection: Connection, n_articles: int) -> None:
    """Makes the articles."""
    with connection, connection.cursor() as cursor:
        cursor.execute(FILL.read_text(encoding="utf-8"), {"n": n_articles})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def measure(arguments: list[str], env: dict[str, str], output: Path) -> tuple[float, float, float]:
    """Seconds, peak MiB and the MiB on disk of one export."""
    started = time.monotonic()
    process = subprocess.Popen(
        [*COMMAND, "export", *DAYS, *arguments, "-o", str(output)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"export {' '.join(arguments)} failed")
    files = [output] if output.is_file() else [path for path in output.rglob("*") if path.is_file()]
    n_bytes = sum(path.stat().st_size for path in files)
    return time.monotonic() - started, usage.ru_maxrss / 1024, n_bytes / 2**20


def main() -> None:
    """Fills, exports in every layout, asks every view, and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="?", default=1_000_000)
    n_articles = parser.parse_args().articles
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as home:
        env = {**os.environ, "WARRAQ_HOME": home, "WARRAQ_DATABASE_URL": ""}
        try:
            subprocess.run([*COMMAND, "db", "migrate"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
            told = subprocess.run(
                [*COMMAND, "db", "url"], cwd=ROOT, env=env, check=True, capture_output=True, text=True
            )
            _print_all(told.stdout.strip(), env, Path(home), n_articles)
        finally:
            subprocess.run([*COMMAND, "db", "stop"], cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL)


def _print_all(url: str, env: dict[str, str], home: Path, n_articles: int) -> None:
    connection = psycopg2.connect(url)
    fill(connection, n_articles)
    print(f"| {n_articles:,} articles to | seconds | peak memory | on disk |\n| --- | --- | --- | --- |")
    for n, (layout, arguments) in enumerate(LAYOUTS.items()):
        seconds, peak, size = measure(arguments, env, home / f"export-{n}")
        print(f"| {layout} | {seconds:.0f} | {peak:.0f} MiB | {size:.0f} MiB |", flush=True)
        subprocess.run(["rm", "-rf", str(home / f"export-{n}")], check=True)  # noqa: S607
    print("\n| view | milliseconds |\n| --- | --- |")
    with connection.cursor() as cursor:
        for name, query in QUERIES.items():
            cursor.execute(query)
            started = time.monotonic()
            cursor.execute(query)
            print(f"| {name} | {(time.monotonic() - started) * 1000:.0f} |", flush=True)
    connection.close()


if __name__ == "__main__":
    main()
