"""What a page states of its publication for machines: JSON-LD, meta and marked elements, read as moments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from pipelines.dates import in_window
from pipelines.metadata import Facts
from pipelines.publication.asked import Asked, Witness
from pipelines.publication.stamps import Stamps

_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "pubdate",
    "publishdate", "publish-date", "publish_date", "published_time", "article.published", "dc.date.issued",
    "dcterms.issued", "dc.date", "dcterms.date", "dc:date", "dcterms.created", "datecreated", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "article:published", "date",
)  # fmt: skip
_META_CHANGED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "og:modified_time", "datemodified",
    "dcterms.modified", "lastmod", "last-modified",
)  # fmt: skip
_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?")
_NUMERIC = re.compile(r"(?<![\d/-])(\d{1,2})([/-])(\d{1,2})\2(?=\d{4}(?!\d))")


def stated(asked: Asked, facts: Facts, marks: Stamps, others: Iterable[Witness]) -> list[Witness]:
    """The dates of publication that a page states, JSON-LD first, then meta, then marked elements.

    One that may be read day first or month first counts only where another date, also of `others`, tells the order.
    """
    told = [readings for source, raw in _published(facts, marks) if (readings := _readings(asked, source, raw))]
    days = {asked.day(witness.value) for witness in others}
    days |= {asked.day(readings[0].value) for readings in told if len(readings) == 1}
    chosen = (_in_order(asked, readings, days) for readings in told)
    return [witness for witness in chosen if witness]


def stated_changes(facts: Facts, marks: Stamps) -> Iterator[Any]:
    """What a page states of its last change, unread."""
    yield facts.article.get("dateModified")
    for name in _META_CHANGED:
        yield from facts.meta.get(name, ())
    yield facts.item.get("dateModified")
    yield from marks.modified


def month_first(asked: Asked, witness: Witness) -> Witness | None:
    """The other reading of a date of three numbers; None where there is only one."""
    swapped = _NUMERIC.sub(r"\3\2\1\2", witness.raw, count=1)
    other = asked.read(witness.source, swapped)
    if other is None or asked.day(other.value) == asked.day(witness.value):
        return None
    return Witness(witness.source, witness.raw, other.value)


def _published(facts: Facts, marks: Stamps) -> Iterator[tuple[str, Any]]:
    yield "jsonld", facts.article.get("datePublished")
    yield "jsonld", facts.article.get("dateCreated")
    for name in _META:
        for value in facts.meta.get(name, ()):
            yield "meta", value
    yield "meta", facts.item.get("datePublished")
    for raw in marks.published:
        yield "meta", raw


def _readings(asked: Asked, source: str, raw: object) -> list[Witness]:
    """What a stated date can mean: nothing, one day, or two where it may be read month first."""
    if found := _of_epoch(asked, source, raw):
        return [found]
    found = asked.read(source, raw)
    other = month_first(asked, found) if found else None
    return [witness for witness in (found, other) if witness]


def _in_order(asked: Asked, readings: list[Witness], days: Collection[date]) -> Witness | None:
    if len(readings) == 1:
        return readings[0]
    return next((witness for witness in readings if asked.day(witness.value) in days), None)


def _of_epoch(asked: Asked, source: str, raw: object) -> Witness | None:
    """Seconds or milliseconds since 1970, as some systems write them."""
    match = _EPOCH.fullmatch(str(raw).strip()) if isinstance(raw, int | str) else None
    value = datetime.fromtimestamp(int(match[1]), UTC) if match else None
    is_credible = value is not None and in_window(value, asked.fetched_at, asked.outlet.tz)
    return Witness(source, str(raw).strip(), value) if value and is_credible else None
