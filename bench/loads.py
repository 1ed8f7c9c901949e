"""What loading one more outlet by itself costs: `python -m bench.loads [--outlets N] [--articles N] [--days N]`.

Fills a warehouse of its own with days of many outlets, then loads one outlet's day after another: first a day in their
midst, whose window of copies they fill, then one that is far from all. The difference is what reading the window costs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta

from psycopg2.extensions import connection as Connection
from psycopg2.extras import execute_values

from pipelines.load import load
from pipelines.migrate import migrate
from spiders.warehouse import connect, embedded_url, home, stop_embedded

DAY = date(2026, 11, 19)
MEASURED = 9
COPIED = 0.2  # of the articles are copies of an earlier one of the same day
WORDS = 300
_STEMS = ("كتاب", "قلم", "نهر", "جبل", "سوق", "بحر", "حقل", "جسر")
_WORDS = [f"{stem}{one}{other}" for stem in _STEMS for one in "ابتثجحخدذرزسشص" for other in "ابتثجحخدذرزسشص"]


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=140)
    parser.add_argument("--articles", type=int, default=40, help="of an outlet and day")
    parser.add_argument("--days", type=int, default=7)
    arguments = parser.parse_args()
    own_home = home()
    with tempfile.TemporaryDirectory(prefix="warraq-loads-") as folder:
        os.environ["WARRAQ_HOME"] = folder
        try:
            with closing(connect(embedded_url("warraq"))) as connection:
                migrate(connection)
                measure(connection, [f"o{number:03}" for number in range(arguments.outlets)], arguments)
        finally:
            stop_embedded()
    os.environ["WARRAQ_HOME"] = str(own_home)
    return 0


def measure(connection: Connection, outlets: Sequence[str], arguments: argparse.Namespace) -> None:
    """Loads all days of all outlets but the middle day of a few, and then these, one by one."""
    chance = random.Random(2026)  # noqa: S311
    middle, far = DAY + timedelta(days=arguments.days // 2), DAY + timedelta(days=400)
    late = outlets[:: max(1, len(outlets) // MEASURED)][:MEASURED]
    for number in range(arguments.days):
        day = DAY + timedelta(days=number)
        today = [outlet for outlet in outlets if day != middle or outlet not in late]
        draft(connection, day, list(tell(today, arguments.articles, chance)))
        print(f"{day}: all in {timed(connection, outlets):.1f} s", file=sys.stderr)
    vacuum(connection)
    print(f"{arguments.outlets} outlets, {arguments.articles} articles each, {arguments.days} days; one outlet's day:")
    for name, day in (("in their midst", middle), ("far from all", far)):
        seconds = []
        for outlet in late:
            draft(connection, day, list(tell([outlet], arguments.articles, chance)))
            seconds.append(timed(connection, [outlet]))
        print(f"{name:<15} {statistics.median(seconds):.3f} s (at most {max(seconds):.3f})")


def timed(connection: Connection, outlets: Sequence[str]) -> float:
    """The seconds of a load."""
    started = time.perf_counter()
    load(connection, outlets)
    return time.perf_counter() - started


def tell(outlets: Sequence[str], n: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Outlets and texts, some of them copies of one before with a few words changed."""
    texts: list[str] = []
    for outlet in outlets:
        for _ in range(n):
            text = (
                chance.choice(texts)
                if texts and chance.random() < COPIED
                else " ".join(chance.choices(_WORDS, k=WORDS))
            )
            texts.append(text)
            yield outlet, f"{text} {chance.random()}"


def draft(connection: Connection, day: date, told: Sequence[tuple[str, str]]) -> None:
    """Links, pages and drafts, as crawl and extraction leave them."""
    urls = [f"https://{outlet}.example/{day}/{place}" for place, (outlet, _) in enumerate(told)]
    rows = [(hashlib.sha256(url.encode()).digest(), url, *one) for url, one in zip(urls, told, strict=True)]
    with connection, connection.cursor() as cursor:
        cursor.execute("create temporary table told (key bytea, url text, outlet text, body text) on commit drop")
        execute_values(cursor, "insert into told values %s", rows)
        cursor.execute(
            """insert into crawl.link (link_key, url, outlet, day, run_day, found_via, page_key)
            select key, url, outlet, %(day)s, %(day)s, 'loads', key from told;
            insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset, record_length,
                sha256, status, headers, fetched_at)
            select key, key, url, url, outlet, 'f', 0, 1, key, 200, '{}', %(day)s::date + 1 from told;
            insert into crawl.draft (page_key, link_key, outlet, day, fetched_at, outcome, article_key, revision_key,
                article_url, title, body, published_on, authors, agencies, tags)
            select key, key, outlet, %(day)s, %(day)s::date + 1, 'loaded', key, key, url, left(body, 60), array[body],
                %(day)s, '{}', '{}', '{}' from told""",
            {"day": day},
        )


def vacuum(connection: Connection) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.autocommit = False


if __name__ == "__main__":
    sys.exit(main())
