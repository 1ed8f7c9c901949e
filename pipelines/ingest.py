"""Pages from WARC files, ours or anyone's, as if they had just been fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from psycopg2.extensions import connection as Connection

from pipelines.drafts import extract_day
from pipelines.journal import close_run, open_run
from pipelines.load import Gone, load
from pipelines.progress import track
from spiders import ledger
from spiders.archive import ArchiveDamaged, write_pages
from spiders.errors import ImpossibleRequest
from spiders.outlet import Outlet
from spiders.records import Link, Page
from spiders.urls import canonical_or_none, link_key
from spiders.warc import Record, UnreadableWarc, read_warc

BATCH = 200  # pages to a WARC file of ours
_TAKEN = ("no_outlet", "not_a_page", "gone", "new_pages", "known_pages")


def ingest(connection: Connection, paths: Sequence[Path], outlets: Mapping[str, Outlet]) -> Counter[str]:
    """Archives, extracts, compares and loads the pages of WARC files; gives counts by what became of them.

    Raises:
        UnreadableWarc: where a file is cut or damaged; what was read before it is kept and loaded first.
        ArchiveDamaged: where our own archive could not give a page back; the others are loaded.
        ImpossibleRequest: where no page is of a known outlet.
    """
    counts: Counter[str] = Counter()
    run_id = open_run(connection, "ingest", None, outlets)
    failures: list[str] = []
    gone: list[Gone] = []
    try:
        for path in paths:
            pages = _pages(track(read_warc(path), path.name), outlets, counts, gone)
            for batch in _batches(pages):
                _archive(connection, batch, counts)
                counts.update(extract_day(connection, None, outlets, failures))
    except UnreadableWarc as error:
        failures.append(str(error))
        raise
    finally:
        written = load(connection, list(outlets), gone)
        counts.update({name: written[name] for name in ("fingerprints", "pairs")})
        close_run(connection, run_id, counts, failures=failures)
    if failures:
        raise ArchiveDamaged("\n".join(failures))
    if counts["no_outlet"] and counts["no_outlet"] == sum(counts[kind] for kind in _TAKEN):
        raise ImpossibleRequest(
            f"None of the {counts['no_outlet']} pages is of an outlet that `warraq outlets` lists; write a file for it "
            "with `warraq outlets add`, or name the folder that has it in WARRAQ_OUTLETS."
        )
    return counts


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """The pages in batches; where the file breaks, first the pages that came before."""
    batch: list[Page] = []
    try:
        for page in pages:
            batch.append(page)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except UnreadableWarc:
        yield batch
        raise
    yield batch


def _pages(
    records: Iterable[Record], outlets: Mapping[str, Outlet], counts: Counter[str], gone: list[Gone]
) -> Iterator[Page]:
    for record in records:
        outlet = next((outlet for outlet in outlets.values() if outlet.owns(record.url)), None)
        url = canonical_or_none(record.url, outlet) if outlet else None
        if outlet is None or url is None:
            counts["no_outlet"] += 1
        elif record.status in (404, 410):
            counts["gone"] += 1
            gone.append(Gone(link_key(url), record.recorded_at, str(record.status)))
        elif record.status != 200 or not _is_html(record):
            counts["not_a_page"] += 1
        else:
            yield Page(
                url=url, final_url=record.url, outlet=outlet.slug, status=record.status,
                headers=record.headers, body=record.body, fetched_at=record.recorded_at,
            )  # fmt: skip


def _is_html(record: Record) -> bool:
    kind = record.headers.get("content-type", "text/html").lower()
    return "html" in kind


def _archive(connection: Connection, pages: Sequence[Page], counts: Counter[str]) -> None:
    """Writes what the archive lacks, one file an outlet, and enters pages and links into the ledger."""
    keyed: dict[bytes, Page] = {}
    for page in sorted(pages, key=lambda page: page.fetched_at):  # the first look at the same bytes counts
        keyed.setdefault(ledger.page_key(link_key(page.url), page.body), page)
    known = ledger.known_pages(connection, list(keyed))
    counts["known_pages"] += len(pages) - len(keyed) + len(known)
    new = [page for key, page in keyed.items() if key not in known]
    for slug in sorted({page.outlet for page in new}):
        own = [page for page in new if page.outlet == slug]
        ledger.enter_ingested(
            connection, [Link(url=p.url, listed_url=p.final_url, outlet=slug, found_via="ingest") for p in own]
        )
        ledger.settle(connection, write_pages(own), [])
    counts["new_pages"] += len(new)
