"""What a live run of many outlets costs: `python -m bench.crawl [--outlets N]... [--articles N]`.

Serves invented outlets on loopback, one of which never ends a page, and crawls them all in one `warraq run`. Prints a
row a run: the seconds until all articles of the healthy outlets are there, and until the run ends; the longest that an
outlet's articles took after its last request; connections; memory; the fewest seconds between two requests to a host.
Exits with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.watched import Watched, warehouse, watch
from tests.invented import article, feed
from tests.raw_site import RawServer, Site, http, raw_server, write_outlet

HANGING = "o001"
LONGEST_WAIT, MOST_CONNECTIONS, MOST_MEMORY, HOST_DELAY = 30.0, 10, 400 << 20, 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The figures of one run, in seconds and MiB."""

    n_outlets: int
    healthy: float
    whole: float
    wait: float
    connections: int
    memory: float
    children: float
    gap: float

    @property
    def is_good(self) -> bool:
        return (
            self.wait <= LONGEST_WAIT
            and self.connections <= MOST_CONNECTIONS
            and self.memory <= MOST_MEMORY / (1 << 20)
            and self.gap >= HOST_DELAY
        )


def main() -> int:
    """Measures, prints, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, action="append", help="by default 20, 60 and 120")
    parser.add_argument("--articles", type=int, default=6, help="of an outlet")
    arguments = parser.parse_args()
    print(
        "| outlets | seconds to the last article | seconds in all | longest wait for a hit | connections "
        "| MiB of the crawl | MiB of its children | smallest gap |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = []
    for n_outlets in arguments.outlets or [20, 60, 120]:
        rows.append(row := measure(n_outlets, arguments.articles))
        print(
            f"| {row.n_outlets} | {row.healthy:.0f} | {row.whole:.0f} | {row.wait:.1f} s | {row.connections} "
            f"| {row.memory:.0f} | {row.children:.0f} | {row.gap:.3f} s |",
            flush=True,
        )
    return 0 if all(row.is_good for row in rows) else 1


def measure(n_outlets: int, n_articles: int) -> Row:
    with warehouse() as url, raw_server() as server, tempfile.TemporaryDirectory() as folder:
        slugs = [f"o{number:03}" for number in range(n_outlets)]
        for slug in slugs:
            write_outlet(Path(folder), slug, publish(server, slug, n_articles))
        watched = watch(server, Path(folder), url, n_articles)
        return row_of(watched, {slug: server.site(slug) for slug in slugs})


def publish(server: RawServer, slug: str, n_articles: int) -> Site:
    """An outlet's site; that of the hanging one never ends its first page."""
    site = server.site(slug)
    paths = [f"/news/{number}" for number in range(n_articles)]
    site.pages |= {path: http(article((slug, path))) for path in paths}
    site.pages["/feed"] = http(feed([site.url(path) for path in paths]), kind="application/rss+xml")
    if slug == HANGING:
        site.pages |= dict.fromkeys(paths)
    return site


def row_of(watched: Watched, sites: dict[str, Site]) -> Row:
    healthy = {slug: site for slug, site in sites.items() if slug != HANGING}
    if missing := healthy.keys() - watched.all_seen_at.keys():
        raise SystemExit(f"The articles of {', '.join(sorted(missing))} did not come: {watched.said}")
    gaps = [b.at - a.at for site in sites.values() for a, b in pairwise(site.log)]
    return Row(
        n_outlets=len(sites),
        healthy=max(watched.all_seen_at[slug] for slug in healthy) - watched.started_at,
        whole=watched.ended_at - watched.started_at,
        wait=max(watched.first_seen_at[slug] - site.log[-1].at for slug, site in healthy.items()),
        connections=watched.connections,
        memory=watched.own_bytes / (1 << 20),
        children=watched.children_bytes / (1 << 20),
        gap=min(gaps),
    )


if __name__ == "__main__":
    sys.exit(main())
