"""How right the copies of the recorded site are: `python -m bench.copies [--data FOLDER]`.

Runs the site's days into a warehouse of its own, compares news.copy with the truth's `dup_group`, pair by pair and
original by original, and prints every miss. Exits with 1 under a floor.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg2
from rich.console import Console
from rich.table import Table

from bench.site import ROOT, gold, versions, warraq

DAYS = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
PAIRS_FLOOR, ORIGINALS_FLOOR = 0.99, 0.98
PRECISION = {"day": timedelta(days=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)}
Pairs = set[frozenset[str]]
Originals = Mapping[str, str]  # of every loaded article: itself, or the one that it copies


def main() -> int:
    """Measures, prints, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=Path, default=shared / "data/site")
    arguments = parser.parse_args()
    originals = run(arguments.data)
    truth = {line["url"]: line for line in versions(gold(arguments.data), list(DAYS), is_last=False)}
    return report({url: line for url, line in truth.items() if url in originals}, originals)


def run(data: Path) -> Originals:
    """The original of every article of a warehouse that holds the site's days."""
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as home:
        os.environ["WARRAQ_HOME"] = home
        os.environ.pop("WARRAQ_DATABASE_URL", None)
        try:
            for day in DAYS:
                warraq("run", "--day", str(day), "--replay", str(data / "site.warc.gz"))
            connection = psycopg2.connect(warraq("db", "url").strip())
            with connection, connection.cursor() as cursor:
                cursor.execute("select url, coalesce(original_url, url) from news.articles")
                originals = dict(cursor.fetchall())
            connection.close()
        finally:
            warraq("db", "stop")
    return originals


def report(truth: Mapping[str, dict[str, Any]], originals: Originals) -> int:
    """Prints the table and every miss; 1 under a floor, else 0."""
    groups = grouped((line["dup_group"], url) for url, line in truth.items() if line["dup_group"])
    wanted = pairs(groups.values())
    claimed = pairs(grouped((originals[url], url) for url in truth).values())
    copied = {name: urls for name, urls in groups.items() if len(urls) > 1}
    timed = {name for name, urls in copied.items() if all(truth[url]["published_precision"] != "day" for url in urls)}
    right = {name for name, urls in copied.items() if is_right(urls, truth, originals)}
    shares = {
        "pairs: precision": (len(wanted & claimed), len(claimed), PAIRS_FLOOR),
        "pairs: recall": (len(wanted & claimed), len(wanted), PAIRS_FLOOR),
        "originals": (len(right), len(copied), ORIGINALS_FLOOR),
        "originals where every instant is known": (len(right & timed), len(timed), ORIGINALS_FLOOR),
    }
    table = Table("measure", "right", "of", "share", "floor")
    for name, (part, whole, floor) in shares.items():
        table.add_row(name, str(part), str(whole), f"{part / max(whole, 1):.4f}", str(floor))
    Console().print(table)
    for pair in sorted(map(sorted, wanted ^ claimed)):
        print("missed" if frozenset(pair) in wanted else "claimed", *pair, file=sys.stderr)
    for name in sorted(copied.keys() - right):
        print(name, {(url, truth[url]["published_at"], originals[url]) for url in copied[name]}, file=sys.stderr)
    return int(any(part < floor * whole for part, whole, floor in shares.values()))


def is_right(urls: Iterable[str], truth: Mapping[str, dict[str, Any]], originals: Originals) -> bool:
    """Whether a group has one original, which can have been out before all others by what the truth tells."""
    told = {originals[url] for url in urls}
    if len(told) != 1 or not told <= set(urls):
        return False
    (original,) = told
    first, _ = span(truth[original])
    return all(first <= last for _, last in map(span, (truth[url] for url in urls)))


def span(line: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """The earliest and the latest moment at which an article can have been published."""
    told = datetime.fromisoformat(line["published_at"])
    return told, told + PRECISION[line["published_precision"]]


def grouped(named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The addresses under each name."""
    groups = defaultdict(list)
    for name, url in named:
        groups[name].append(url)
    return groups


def pairs(groups: Iterable[Iterable[str]]) -> Pairs:
    """Every two addresses of one group."""
    return {frozenset(pair) for urls in groups for pair in combinations(urls, 2)}


if __name__ == "__main__":
    sys.exit(main())
