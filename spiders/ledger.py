"""The ledger of links in Postgres: the only memory of what is to be fetched, was fetched, or failed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from psycopg2.extensions import connection as Connection

from spiders.archive import Entry, kept_headers
from spiders.discovered import Refused
from spiders.errors import WarraqError
from spiders.outlet import Outlet
from spiders.records import Link
from spiders.urls import link_key, preferred
from spiders.warehouse import statement

LATEST_VISIT = timedelta(days=7)  # a visit that is later than this is left out


class OutletBusy(WarraqError):
    """Another crawl of the same outlet is under way."""

    exit_code = 75


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """A link that this crawl alone may settle, for as long as its fence holds.

    `url` is canonical, `listed_url` the spelling to ask for. A visit, of an article that is looked at again, has the
    key of the page that is known, with its `etag` and `last_modified`.
    """

    key: bytes
    url: str
    listed_url: str
    fence: int
    n_tries: int
    page_key: bytes | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def is_visit(self) -> bool:
        return self.page_key is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """What became of a leased link: fetched (`pending` with a page), or an outcome with its reason.

    `wait` puts off the next try of a link that stays pending; `seen_at` is when a visit got its answer.
    """

    lease: Lease
    outcome: str = "pending"
    reason: str | None = None
    page_key: bytes | None = None
    wait: timedelta | None = None
    seen_at: datetime | None = None


def day_of(hint: datetime | date | None, outlet: Outlet) -> date | None:
    """The outlet's local day that a hint tells; None where it tells none, or two.

    Local times are often mislabelled as UTC: such a hint is read both ways, and where the days differ the page decides.
    """
    if not isinstance(hint, datetime):
        return hint
    day = hint.astimezone(outlet.tz).date()
    is_ambiguous = not hint.utcoffset() and hint.replace(tzinfo=outlet.tz).date() != day
    return None if is_ambiguous else day


def lock_outlet(connection: Connection, slug: str) -> None:
    """Makes this session the one crawler of an outlet, and takes back what a dead one had leased.

    Raises:
        OutletBusy: where another crawl holds it for longer than the connection's lock_timeout.
    """
    from psycopg2 import errors

    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext(%s))", (f"crawl:{slug}",))
            cursor.execute(statement("release_leases"), {"outlet": slug})
    except errors.LockNotAvailable as error:
        raise OutletBusy(f"{slug}: another crawl of this outlet is under way. Try again when it has ended.") from error


def discover(connection: Connection, links: Iterable[Link], outlet: Outlet, day: date) -> None:
    """Enters one document's links, for the day that their hint tells, else for this run to find out."""
    unique: dict[bytes, Link] = {}
    for link in links:
        key = link_key(link.url)
        if known := unique.get(key):
            better = link if _precedes(link.published_hint, known.published_hint) else known
            link = replace(better, listed_url=preferred(better.url, known.listed_url, link.listed_url))
        unique[key] = link
    if not unique:
        return
    days = [day_of(link.published_hint, outlet) for link in unique.values()]
    hints = [link.published_hint for link in unique.values()]
    rows = {
        "link_key": list(unique),
        "url": [link.url for link in unique.values()],
        "listed_url": [link.listed_url for link in unique.values()],
        "outlet": [link.outlet for link in unique.values()],
        "day": days,
        "run_day": [known or day for known in days],
        "found_via": [link.found_via for link in unique.values()],
        "published_hint": [hint if isinstance(hint, datetime) else None for hint in hints],
        "hint_on": [None if isinstance(hint, datetime) else hint for hint in hints],
    }
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("discover_links"), rows)


def enter_ingested(connection: Connection, links: Sequence[Link]) -> None:
    """Enters the links of pages that nobody has to fetch any more."""
    rows = {link_key(link.url): link for link in links}
    with connection, connection.cursor() as cursor:
        cursor.execute(
            statement("ingest_links"),
            {
                "link_key": list(rows),
                "url": [link.url for link in rows.values()],
                "listed_url": [link.listed_url for link in rows.values()],
                "outlet": [link.outlet for link in rows.values()],
                "found_via": [link.found_via for link in rows.values()],
            },
        )


def refuse(connection: Connection, refused: Iterable[Refused], outlet: Outlet, day: date, found_via: str) -> None:
    """Enters the addresses that a document lists and that may not be fetched, with the reason."""
    rows = {link_key(item.url): item for item in refused}
    if not rows:
        return
    with connection, connection.cursor() as cursor:
        cursor.execute(
            statement("refuse_links"),
            {
                "outlet": outlet.slug,
                "day": day,
                "found_via": found_via,
                "link_key": list(rows),
                "url": [item.url for item in rows.values()],
                "reason": [item.reason for item in rows.values()],
            },
        )


def _precedes(new: datetime | date | None, old: datetime | date | None) -> bool:
    """An instant is worth more than a day, and a day more than nothing; of two of a kind the earlier."""
    rank = [(isinstance(hint, datetime), hint is not None) for hint in (new, old)]
    return rank[0] > rank[1] or (rank[0] == rank[1] and new is not None and old is not None and new < old)


def lease(connection: Connection, slug: str, day: date, limit: int) -> list[Lease]:
    """The next links of an outlet's day to fetch; none when the day is done."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("lease_links"), {"outlet": slug, "day": day, "limit": limit})
        rows = cursor.fetchall()
    return [
        Lease(key=bytes(key), url=url, listed_url=listed, fence=fence, n_tries=n) for key, url, listed, fence, n in rows
    ]


def lease_visits(connection: Connection, outlet: Outlet, moment: datetime, limit: int) -> list[Lease]:
    """The next articles of an outlet, of whatever day, that are to be looked at again at a moment."""
    if not outlet.revisits:
        return []
    first = moment - timedelta(hours=max(outlet.revisits)) - LATEST_VISIT
    arguments = {
        "outlet": outlet.slug, "timezone": outlet.timezone, "moment": moment, "first_day": first.date(),
        "hours": list(outlet.revisits), "limit": limit,
    }  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("revisit_lease"), arguments)
        rows = cursor.fetchall()
    return [
        Lease(
            key=bytes(key),
            url=url,
            listed_url=listed,
            fence=fence,
            n_tries=n,
            page_key=bytes(page),
            etag=etag,
            last_modified=modified,
        )
        for key, url, listed, fence, n, page, etag, modified in rows
    ]


def count_waiting(connection: Connection, slug: str, day: date) -> int:
    """How many links of the day wait to be fetched."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("count_waiting"), {"outlet": slug, "day": day})
        (n,) = cursor.fetchone() or (0,)
    return int(n)


def page_key(key: bytes, body: bytes) -> bytes:
    """The key of a page: its link and its bytes, so that bytes that did not change are one page."""
    return hashlib.sha256(key + hashlib.sha256(body).digest()).digest()


def known_pages(connection: Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Those of the page keys that the archive holds."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("known_pages"), {"page_keys": list(keys)})
        return {bytes(key) for (key,) in cursor.fetchall()}


def settle(
    connection: Connection,
    entries: Sequence[Entry],
    settlements: Sequence[Settlement],
    moment: datetime | None = None,
) -> int:
    """Indexes archived pages and settles their links, in one transaction; gives how many links it changed.

    `moment` is the one that the crawl stands for, by default the present.
    """
    links = [settlement for settlement in settlements if not settlement.lease.is_visit]
    visits = [settlement for settlement in settlements if settlement.lease.is_visit]
    n_changed = 0
    with connection, connection.cursor() as cursor:
        if entries:
            cursor.execute(statement("index_pages"), _page_rows(entries))
        if links:
            cursor.execute(statement("settle_links"), {**_link_columns(links), "moment": moment})
            n_changed += cursor.rowcount
        if visits:
            cursor.execute(statement("revisit_settle"), {**_visit_columns(visits), "moment": moment})
            (n_visited,) = cursor.fetchone() or (0,)
            n_changed += n_visited
    return n_changed


def _link_columns(settlements: Sequence[Settlement]) -> dict[str, list[object]]:
    return {
        "link_key": [s.lease.key for s in settlements],
        "fence": [s.lease.fence for s in settlements],
        "outcome": [s.outcome for s in settlements],
        "reason": [s.reason for s in settlements],
        "page_key": [s.page_key for s in settlements],
        "wait": [s.wait for s in settlements],
    }


def _visit_columns(settlements: Sequence[Settlement]) -> dict[str, list[object]]:
    return {
        "link_key": [s.lease.key for s in settlements],
        "fence": [s.lease.fence for s in settlements],
        "former_key": [s.lease.page_key for s in settlements],
        "page_key": [s.page_key for s in settlements],
        "gone": [s.reason if s.outcome == "gone" else None for s in settlements],
        "seen_at": [s.seen_at for s in settlements],
        "wait": [s.wait for s in settlements],
    }


def _page_rows(entries: Sequence[Entry]) -> dict[str, list[object]]:
    keys = [link_key(entry.page.url) for entry in entries]
    return {
        "page_key": [page_key(key, entry.page.body) for key, entry in zip(keys, entries, strict=True)],
        "link_key": list(keys),
        "url": [entry.page.url for entry in entries],
        "final_url": [entry.page.final_url for entry in entries],
        "outlet": [entry.page.outlet for entry in entries],
        "file": [entry.file for entry in entries],
        "record_offset": [entry.offset for entry in entries],
        "record_length": [entry.length for entry in entries],
        "sha256": [entry.sha256 for entry in entries],
        "status": [entry.page.status for entry in entries],
        "headers": [json.dumps(kept_headers(entry.page.headers)) for entry in entries],
        "fetched_at": [entry.page.fetched_at for entry in entries],
    }
