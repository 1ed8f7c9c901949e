"""Whether updates become revisions with the right text in both: `python -m bench.revisions [--data FOLDER]`.

Two warehouses of the recorded site, each in a temporary folder. *Crawled*: each day as of the moment at which its run
starts (the next midnight, UTC), and at last a week later; what was changed before the first look has one version.
*Ingested*: the whole recording, so that both versions of every update are there. Exits with 1 under a floor.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import psycopg2

from bench.site import ROOT, f1, gold, warraq

DAYS = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
END = datetime(2026, 11, 28, tzinfo=UTC)
F1_FLOOR = 0.985
_REVISIONS = """
select article.url, revision.title, revision.body, changes.is_silent
from news.article
join news.revision using (article_key)
left join news.changes on changes.to_key = revision.revision_key and changes.seen_at = revision.seen_at
order by article.url, revision.seen_at
"""
Revision = tuple[str, list[str], bool | None]
Line = Mapping[str, Any]


@dataclass(kw_only=True, slots=True)
class Score:
    """How many updates could be seen, became revisions, and have the right headlines; sums of F1 of their versions.

    `n_silent` of them say nothing of a change in their page; `n_strangers`: articles with more revisions than is true.
    """

    n_updates: int = 0
    n_seen: int = 0
    n_titles: int = 0
    first_f1: float = 0
    last_f1: float = 0
    n_silent: int = 0
    n_strangers: int = 0


def main() -> int:
    """Measures, prints, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=Path, default=shared / "data/site")
    folder = parser.parse_args().data
    site, truth = str(folder / "site.warc.gz"), gold(folder)
    runs = [("run", "--day", str(day), "--replay", site, "--as-of", moment_of(day).isoformat()) for day in DAYS]
    end = [("run", "--day", str(day), "--replay", site, "--as-of", END.isoformat()) for day in DAYS]
    scores = {
        "crawled": score(updates(truth, is_crawled=True), revisions(*runs, *end)),
        "ingested": score(updates(truth, is_crawled=False), revisions(("ingest", site))),
    }
    print(table(scores))
    return 0 if all(is_good(found) for found in scores.values()) else 1


def moment_of(day: date) -> datetime:
    """When the run of a day starts."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def revisions(*commands: Sequence[str]) -> dict[str, list[Revision]]:
    """The revisions of every article, the oldest first, of a warehouse that some commands made."""
    found: dict[str, list[Revision]] = {}
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as home:
        os.environ["WARRAQ_HOME"] = home
        os.environ.pop("WARRAQ_DATABASE_URL", None)
        try:
            for command in commands:
                warraq(*command)
            connection = psycopg2.connect(warraq("db", "url").strip())
            with connection, connection.cursor() as cursor:
                cursor.execute(_REVISIONS)
                for url, *rest in cursor.fetchall():
                    found.setdefault(url, []).append((rest[0], rest[1], rest[2]))
            connection.close()
        finally:
            warraq("db", "stop")
    return found


def updates(truth: Sequence[Line], *, is_crawled: bool) -> dict[str, tuple[Line, Line]]:
    """Both versions of every update, by address; of those that a crawl can see, where it is one."""
    first = {line["url"]: line for line in truth if line.get("version") == 1}
    last = [line for line in truth if line.get("version") == 2]
    return {
        line["url"]: (first[line["url"]], line)
        for line in last
        if not is_crawled or datetime.fromisoformat(line["modified_at"]) > moment_of(date.fromisoformat(line["day"]))
    }


def score(updated: Mapping[str, tuple[Line, Line]], found: Mapping[str, Sequence[Revision]]) -> Score:
    total = Score(n_updates=len(updated))
    total.n_strangers = sum(1 for url, versions in found.items() if len(versions) > (2 if url in updated else 1))
    for url, (first, last) in updated.items():
        versions = found.get(url, [])
        if len(versions) != 2:
            print(f"{url}: {len(versions)} revisions", file=sys.stderr)
            continue
        (title, body, _), (new_title, new_body, is_silent) = versions
        total.n_seen += 1
        total.n_titles += (title, new_title) == (first["title"], last["title"])
        total.first_f1 += f1(body, dict(first))
        total.last_f1 += f1(new_body, dict(last))
        total.n_silent += bool(is_silent)
    return total


def table(scores: Mapping[str, Score]) -> str:
    lines = [
        "| | updates | two revisions | both headlines | F1 of the old text | F1 of the new text "
        "| updates that are silent | other articles with two revisions |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, s in scores.items():
        n = max(s.n_seen, 1)
        lines.append(
            f"| {name} | {s.n_updates} | {s.n_seen} | {s.n_titles} | {s.first_f1 / n:.3f} | {s.last_f1 / n:.3f} "
            f"| {s.n_silent} | {s.n_strangers} |"
        )
    return "\n".join(lines)


def is_good(s: Score) -> bool:
    """The floors: every update is a revision with both headlines, mean F1 .985 in both versions, and nothing else."""
    floor = F1_FLOOR * s.n_updates
    right = s.n_updates == s.n_seen == s.n_titles and min(s.first_f1, s.last_f1) >= floor
    return right and s.n_updates > 0 and not s.n_strangers


if __name__ == "__main__":
    sys.exit(main())
