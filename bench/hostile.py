"""What a hostile document costs its neighbours: `python -m bench.hostile [--all] [--megabytes N]`.

Serves each as the feed, sitemap or section of one outlet beside a healthy outlet, on loopback, and crawls both in one
`warraq run`. Prints for each the seconds until the healthy outlet's articles are loaded, how many times those that it
takes alone, and what the run said about the document. Exits with 1 if it took more than 1.2 times as long, or if
nothing was said. The last row has all of them in one run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.watched import Watched, warehouse, watch
from tests.hostile_documents import DOCUMENTS, Hostile, Packed
from tests.invented import article, feed
from tests.raw_site import RawServer, http, raw_server, write_outlet

MOST = 1.2
N_ARTICLES = 12
MINUTES = "0.75"  # for an outlet in one run; the healthy one needs a third of it
# Those that once held a crawl, and those that are read longest.
CHOSEN = (
    "items in items with long texts", "an anchor of many attributes", "members of nothing, packed again",
    "too many links", "addresses of .amp", "one base", "another host for each link", "bases in bases", "a long base",
    "long addresses", "strange dates", "a line without an end",
)  # fmt: skip

Document = Hostile | Packed


def main() -> int:
    """Measures, prints, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help=f"all {len(DOCUMENTS)} documents, not {len(CHOSEN)}")
    parser.add_argument("--megabytes", type=float, default=8)
    arguments = parser.parse_args()
    chosen = [document for document in DOCUMENTS if arguments.all or document.name in CHOSEN]
    size = round(arguments.megabytes * 1e6)
    alone = statistics.median(run([], size)[0] for _ in range(3))
    print("| document | as | seconds | times alone | what was said |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| none | | {alone:.1f} | 1.00 | |", flush=True)
    is_good = True
    for documents in [*([document] for document in chosen), chosen]:
        seconds, told = run(documents, size)
        name = documents[0].name if len(documents) == 1 else f"all {len(documents)} at once"
        print(
            f"| {name.replace('|', ' ')} | {documents[0].kind if len(documents) == 1 else ''} | {seconds:.1f} "
            f"| {seconds / alone:.2f} | {shown(told)} |",
            flush=True,
        )
        is_good = is_good and seconds <= MOST * alone and all(told.values())
    return 0 if is_good else 1


def run(documents: Sequence[Document], size: int) -> tuple[float, Mapping[str, str]]:
    """The seconds until the healthy outlet's articles are loaded, and what is told of each document's outlet."""
    with warehouse() as url, raw_server() as server, tempfile.TemporaryDirectory() as folder:
        publish_healthy(server, Path(folder))
        slugs = [publish(server, Path(folder), number, document, size) for number, document in enumerate(documents)]
        watched = watch(server, Path(folder), url, N_ARTICLES, WARRAQ_OUTLET_MINUTES=MINUTES)
        if "healthy" not in watched.all_seen_at:
            raise SystemExit(f"The healthy outlet's articles did not come: {watched.said}")
        return watched.all_seen_at["healthy"] - watched.started_at, {slug: told_of(watched, slug) for slug in slugs}


def publish_healthy(server: RawServer, folder: Path) -> None:
    site = server.site("healthy")
    paths = [f"/news/{number}" for number in range(N_ARTICLES)]
    site.pages |= {path: http(article(path)) for path in paths}
    site.pages["/feed"] = http(feed([site.url(path) for path in paths]), kind="application/rss+xml")
    write_outlet(folder, "healthy", site)


def publish(server: RawServer, folder: Path, number: int, document: Document, size: int) -> str:
    """An outlet of one hostile document; gives its slug."""
    slug = f"hostile-{number:03}"
    site = server.site(slug)
    site.pages["/document"] = http(document.body(size), kind="")
    write_outlet(folder, slug, site, f'{document.kind}s = ["{site.url("/document")}"]')
    return slug


def told_of(watched: Watched, slug: str) -> str:
    """The sentences of an outlet's report."""
    report = watched.reports.get(slug, {})
    return " ".join([*report.get("failures", ()), *report.get("notes", ())])


def shown(told: Mapping[str, str]) -> str:
    """One document's sentences, cut; of several, how many were told of."""
    if len(told) > 1:
        return f"{sum(map(bool, told.values()))} of {len(told)}"
    (sentence,) = told.values()
    return sentence[:160].replace("|", " ") + ("…" if len(sentence) > 160 else "")


if __name__ == "__main__":
    sys.exit(main())
