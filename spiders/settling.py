"""What came is archived and settled: pages first onto the disk, then links and index in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import psycopg2
from psycopg2.extensions import connection as Connection

from spiders import ledger
from spiders.answers import Answer
from spiders.archive import remove_file, write_pages
from spiders.batch import Fetched
from spiders.failures import settle_status
from spiders.ledger import Lease, Settlement, Turn

_BAD_VALUE = (psycopg2.DataError, psycopg2.IntegrityError, ValueError)  # of one page or link, which costs it alone


def write(
    connection: Connection, pages: Sequence[Fetched], settled: Sequence[Settlement], turn: Turn
) -> list[Settlement]:
    """Archives pages and settles links; a value that Postgres refuses costs its own link alone, and leaves no bytes."""
    try:
        return _settled(connection, pages, settled, turn)
    except _BAD_VALUE:
        if len(pages) + len(settled) == 1:
            return _settled(connection, (), [_bad_value(lease) for _, lease in pages], turn)
    one_by_one: list[Settlement] = []
    for each in pages:
        one_by_one += write(connection, [each], (), turn)
    for settlement in settled:
        one_by_one += write(connection, (), [settlement], turn)
    return one_by_one


def _settled(
    connection: Connection, pages: Iterable[Fetched], settled: Sequence[Settlement], turn: Turn
) -> list[Settlement]:
    keyed = {ledger.page_key(lease.key, page.body): (page, lease) for page, lease in pages}
    known = ledger.known_pages(connection, list(keyed)) if keyed else set()
    entries = write_pages([page for key, (page, _) in keyed.items() if key not in known])
    fetched = [Settlement(lease=lease, page_key=key, seen_at=page.fetched_at) for key, (page, lease) in keyed.items()]
    try:
        ledger.settle(connection, entries, [*fetched, *settled], turn)
    except _BAD_VALUE:
        if entries:
            remove_file(entries[0].file)
        raise
    return [*fetched, *settled]


def _bad_value(lease: Lease) -> Settlement:
    return Settlement(lease=lease, outcome="quarantined", reason="bad_value")


def visited(answer: Answer, lease: Lease) -> Settlement:
    """What a visit without a page tells; an address that a recording does not hold tells nothing."""
    if answer.is_missing:
        return Settlement(lease=lease, outcome="quarantined", reason="not_recorded")
    if answer.status == 304:
        return Settlement(lease=lease, page_key=lease.page_key, seen_at=answer.fetched_at)
    return replace(settle_status(lease, answer.status, answer.pause), seen_at=answer.fetched_at)


def words(settlement: Settlement) -> Iterator[str]:
    """What a settlement is counted as; visits apart, for they belong to other days."""
    if not settlement.lease.is_visit:
        yield "fetched" if settlement.page_key else settlement.outcome
        return
    yield "visited"
    if settlement.page_key and settlement.page_key != settlement.lease.page_key:
        yield "changed"
    if settlement.outcome == "gone":
        yield "disappeared"
