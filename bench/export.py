"""What an export takes: `python bench/export.py [ARTICLES]` prints seconds and peak memory by format and layout.

The articles, a million by default, are made of invented words in a warehouse of their own in a temporary folder; each
has 240 words. Memory is the largest resident set of the exporting process. Then every view is asked for a day, a
month or an outlet, and its time is printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

ROOT = Path(__file__).resolve().parents[1]
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
# Twenty outlets over two years, six paragraphs of forty words an article; every fifth copies the one before it.
_FILL = """
create temporary table paragraph as
select p, string_agg(left(translate(md5(p || '-' || w), '0123456789abcdef', 'ابتثجحخدذرزسشصضط'), 6), ' ') as words
from generate_series(0, 9999) as p, generate_series(1, 40) as w group by p;
create temporary table made as
select n, day, outlet, 'https://' || outlet || '.example/' || n as url, sha256(convert_to('a' || n, 'utf8')) as key
from generate_series(1, %(n)s) as n
cross join lateral (
    select 'outlet-' || n %% 20 as outlet, date '2025-01-01' + (n::bigint * 730 / (%(n)s + 1))::integer as day
) as drawn;
analyze paragraph, made;
insert into news.article (article_key, outlet, url, revision_key, published_at, published_on, search)
select key, outlet, url, key, day + interval '9 hours', day, '' from made;
insert into news.revision (
    revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title, summary, body, published_at,
    published_on, authors, agencies, tags
)
select
    key, key, key, day + interval '10 hours', day + interval '10 hours', url, 'عنوان الخبر رقم ' || n,
    'موجز الخبر رقم ' || n, text.body, day + interval '9 hours', day, array['كاتب ' || n %% 3000],
    case when n %% 3 = 0 then '{afp}'::text[] else '{}' end, '{}'
from made
join (
    select n, array_agg(words) as body
    from made cross join generate_series(1, 6) as place
    join paragraph on p = (n::bigint * 7919 + place * 104729) %% 10000
    group by n
) as text using (n);
insert into news.copy (article_key, original_key, similarity)
select copied.key, original.key, 0.9
from made as copied join made as original on original.n = copied.n - 1 where copied.n %% 5 = 0;
"""


def fill(connection: Connection, n_articles: int) -> None:
    """Makes the articles."""
    with connection, connection.cursor() as cursor:
        cursor.execute(_FILL, {"n": n_articles})
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
    n_articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
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
