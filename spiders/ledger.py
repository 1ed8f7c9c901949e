"""The ledger of links in Postgres: the only memory of what is to be fetched, was fetched, or failed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from spiders.archive import Entry, kept_headers
from spiders.discovered import Refused
from spiders.hints import believed, day_of, precedes
from spiders.outlet import Outlet
from spiders.records import Link
from spiders.turns import prove
from spiders.urls import link_key, preferred
from spiders.warehouse import statement

LATEST_VISIT = timedelta(days=7)  # a visit that is later than this is left out
SETTLED_DAYS = 7  # how many days before the moment of a run have their links settled by it too


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """A link that this crawl alone may settle, for as long as it has the outlet's turn, whose fence this is.

    `day` is the one that it is known, or else was found, for. `url` is canonical, `listed_url` the spelling to ask for.
    A visit, of an article that is looked at again, has the key of the page that is known, with its `etag` and
    `last_modified`.
    """

    key: bytes
    url: str
    listed_url: str
    fence: int
    n_tries: int
    day: date | None = None
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """An outlet's turn that a crawl has, and what the crawl is for: a day, as of a moment.

    `is_settling`: whether links of other days that nobody else would come for are settled too (all crawls but replays
    of a day as it stood at its own end).
    """

    outlet: Outlet
    fence: int
    day: date
    moment: datetime
    is_settling: bool = True

    @property
    def today(self) -> date:
        """The outlet's local day at the moment."""
        return self.moment.astimezone(self.outlet.tz).date()


@contextmanager
def _writing(connection: Connection, turn: Turn) -> Iterator[Cursor]:
    """A transaction of the turn's holder. Raises OutletBusy where another has taken the turn over."""
    with connection, connection.cursor() as cursor:
        prove(cursor, {turn.outlet.slug: turn.fence})
        yield cursor


def discover(connection: Connection, links: Iterable[Link], turn: Turn) -> None:
    """Enters one document's links, for the day that their hint tells, else for this run to find out."""
    unique: dict[bytes, Link] = {}
    for link in links:
        key = link_key(link.url)
        link = replace(link, published_hint=believed(link.published_hint, turn.outlet, turn.moment))
        if known := unique.get(key):
            better = link if precedes(link.published_hint, known.published_hint) else known
            link = replace(better, listed_url=preferred(better.url, known.listed_url, link.listed_url))
        unique[key] = link
    if not unique:
        return
    days = [day_of(link.published_hint, turn.outlet) for link in unique.values()]
    hints = [link.published_hint for link in unique.values()]
    rows = {
        "link_key": list(unique),
        "url": [link.url for link in unique.values()],
        "listed_url": [link.listed_url for link in unique.values()],
        "outlet": [link.outlet for link in unique.values()],
        "day": days,
        "run_day": [known or turn.day for known in days],
        "found_via": [link.found_via for link in unique.values()],
        "published_hint": [hint if isinstance(hint, datetime) else None for hint in hints],
        "hint_on": [None if isinstance(hint, datetime) else hint for hint in hints],
    }
    with _writing(connection, turn) as cursor:
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


def refuse(connection: Connection, refused: Iterable[Refused], turn: Turn, found_via: str) -> None:
    """Enters the addresses that a document lists and that may not be fetched, with the reason."""
    rows = {link_key(item.url): item for item in refused}
    if not rows:
        return
    with _writing(connection, turn) as cursor:
        cursor.execute(
            statement("refuse_links"),
            {
                "outlet": turn.outlet.slug,
                "day": turn.day,
                "found_via": found_via,
                "link_key": list(rows),
                "url": [item.url for item in rows.values()],
                "reason": [item.reason for item in rows.values()],
            },
        )


def lease(connection: Connection, turn: Turn, limit: int) -> list[Lease]:
    """The next links to fetch, the day's own first; none when nothing is left."""
    values = {
        "outlet": turn.outlet.slug, "fence": turn.fence, "day": turn.day, "limit": limit,
        "is_settling": turn.is_settling, "first_day": turn.today - timedelta(days=SETTLED_DAYS), "last_day": turn.today,
    }  # fmt: skip
    with _writing(connection, turn) as cursor:
        cursor.execute(statement("lease_links"), values)
        rows = cursor.fetchall()
    return [
        Lease(key=bytes(key), url=url, listed_url=listed, fence=fence, n_tries=n, day=day)
        for key, url, listed, fence, n, day in rows
    ]


def lease_visits(connection: Connection, turn: Turn, limit: int) -> list[Lease]:
    """The next articles of an outlet, of whatever day, that are to be looked at again at the crawl's moment."""
    outlet = turn.outlet
    if not outlet.revisits:
        return []
    first = turn.moment - timedelta(hours=max(outlet.revisits)) - LATEST_VISIT
    arguments = {
        "outlet": outlet.slug, "fence": turn.fence, "timezone": outlet.timezone, "moment": turn.moment,
        "first_day": first.date(), "hours": list(outlet.revisits), "limit": limit,
    }  # fmt: skip
    with _writing(connection, turn) as cursor:
        cursor.execute(statement("revisit_lease"), arguments)
        rows = cursor.fetchall()
    return [
        Lease(
            key=bytes(key), url=url, listed_url=listed, fence=fence, n_tries=n, day=day,
            page_key=bytes(page), etag=etag, last_modified=modified,
        )
        for key, url, listed, fence, n, day, page, etag, modified in rows
    ]  # fmt: skip


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


def index(connection: Connection, entries: Sequence[Entry]) -> None:
    """Indexes archived pages that no crawl has leased."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("index_pages"), _page_rows(entries))


def settle(connection: Connection, entries: Sequence[Entry], settlements: Sequence[Settlement], turn: Turn) -> int:
    """Indexes archived pages and settles their links, in one transaction; gives how many links it changed."""
    moment = turn.moment
    links = [settlement for settlement in settlements if not settlement.lease.is_visit]
    visits = [settlement for settlement in settlements if settlement.lease.is_visit]
    n_changed = 0
    with _writing(connection, turn) as cursor:
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
