"""When an article was published: every witness of a page heard in order, contradictions settled or left open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipelines.article import Disagreement
from pipelines.dates import in_window
from pipelines.metadata import Facts
from pipelines.publication.asked import Asked as Asked
from pipelines.publication.asked import Witness
from pipelines.publication.headline import DatedLine, dated_lines
from pipelines.publication.stamps import Stamps, stamps
from pipelines.publication.statements import month_first, stated, stated_changes
from pipelines.publication.visible import selected_date, visible_date
from pipelines.tree import Reading

_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-](?:[^/\d][^/]*/)?(\d{1,2})[/-](\d{1,2})(?!\d)")
_URL_STAMP = re.compile(r"/((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{0,10})?(?=\D|$)")
_NEAR = timedelta(minutes=10)
# By so much a clock that shows another zone's time may be behind.
_NIGHT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Publication:
    """What is believed: `at` only where a time of day is told; `source` and `raw` of the witness that won.

    `disagreed`: the witnesses that told another day. `near` and `marks`: dated lines and marked elements,
    kept for `modified`.
    """

    at: datetime | None = None
    on: date | None = None
    raw: str | None = None
    source: str | None = None
    is_local_as_utc: bool = False
    disagreed: tuple[Disagreement, ...] = ()
    near: tuple[DatedLine, ...] = field(default=(), repr=False, compare=False)
    marks: Stamps = field(default=Stamps(), repr=False, compare=False)


def publication(
    asked: Asked,
    facts: Facts,
    root: HtmlElement,
    container: HtmlElement | None,
    url: str,
    hint: datetime | date | None,
    reading: Reading | None = None,
) -> Publication:
    """The publication of the article on a page: JSON-LD, meta, hint, visible text, URL, in this order of trust.

    `hint` is what the feed or sitemap says that listed the page; a copyright year is never a witness. `reading` spares
    another walk of the page.
    """
    marks = stamps(root, container)
    near = dated_lines(root, container, f"{facts.title} {facts.first('og:title') or ''}", reading)
    hinted, address = _hinted(asked, hint), _from_url(asked, url)
    visible = _in_order(asked, selected_date(asked, root) or visible_date(asked, near), hinted, address)
    others = [witness for witness in (hinted, visible, address) if witness is not None]
    told = stated(asked, facts, marks, others)
    first = next((witness for witness in told if not _is_clock(asked, witness, others)), None)
    heard = [first, *others] if first else others
    if not heard:
        return Publication(near=near, marks=marks)
    found = _believed(asked, _winner(asked, heard), heard)
    if first and found.raw == first.raw and isinstance(first.value, datetime):
        found = _as_local(asked, found, first.value, others)
    return replace(found, near=near, marks=marks, disagreed=_disagreed(asked, found, [*told, *heard]))


def _in_order(asked: Asked, visible: Witness | None, *others: Witness | None) -> Witness | None:
    """A visible date, month first where feed or address say so."""
    if visible is None:
        return None
    days = {asked.day(witness.value) for witness in others if witness}
    other = month_first(asked, visible) if days and asked.day(visible.value) not in days else None
    return other if other and asked.day(other.value) in days else visible


def _is_clock(asked: Asked, witness: Witness, others: list[Witness]) -> bool:
    """Whether a stated instant is that of our fetch: the others tell an older day, and not last night."""
    value = witness.value
    if not isinstance(value, datetime) or abs(value - asked.fetched_at) > _NEAR or not others:
        return False
    return max(asked.latest(other) for other in others) + _NIGHT < value


def _disagreed(asked: Asked, found: Publication, heard: Iterable[Witness]) -> tuple[Disagreement, ...]:
    others = (witness for witness in heard if asked.day(witness.value) != found.on and witness.raw != found.raw)
    return tuple(dict.fromkeys(Disagreement(witness.source, witness.raw) for witness in others))


def _believed(asked: Asked, winner: Witness, heard: list[Witness]) -> Publication:
    """The winner; where it tells a day only, the time comes from the next witness of that same day."""
    day = asked.day(winner.value)
    exact: Witness | None = winner
    if not _tells_time(winner, asked.outlet.tz):
        # A site's own listing is precise where its page is not; a stamp of midnight is a filler.
        timed = (w for w in heard if w is not winner and w.source != "url" and _tells_time(w, asked.outlet.tz))
        exact = next((witness for witness in timed if asked.day(witness.value) == day), None)
    at = exact.value if exact else None
    return Publication(at if isinstance(at, datetime) else None, day, winner.raw, winner.source)


def _tells_time(witness: Witness, zone: ZoneInfo) -> bool:
    value = witness.value
    if not isinstance(value, datetime):
        return False
    return value.time() != time() and value.astimezone(zone).time() != time()


def _winner(asked: Asked, heard: list[Witness]) -> Witness:
    """The first witness, unless two others agree with each other and put it days away."""
    first, others = heard[0], heard[1:]
    if first.source == "hint" and others and others[-1].source == "url" and _apart(asked, first, others[-1]) > 1:
        return others[-1]
    for one in others:
        agree = [two for two in others if two is not one and _apart(asked, one, two) <= 1]
        if agree and _apart(asked, first, one) > 1 and _apart(asked, first, agree[0]) > 1:
            return one
    return first


def _apart(asked: Asked, one: Witness, two: Witness) -> int:
    return abs((asked.day(one.value) - asked.day(two.value)).days)


def _as_local(asked: Asked, found: Publication, value: datetime, others: list[Witness]) -> Publication:
    """The publication, moved to the outlet's clock where that was stated with a wrong `Z`."""
    if not _is_local_as_utc(asked, value, others):
        return found
    local = value.replace(tzinfo=asked.outlet.tz)
    return replace(found, at=local, on=asked.day(local), is_local_as_utc=True)


def _is_local_as_utc(asked: Asked, value: datetime, others: list[Witness]) -> bool:
    """Whether a stated instant in UTC is the outlet's local clock: the future, another clock or all days say so."""
    if value.utcoffset() != timedelta(0):
        return False
    local = value.replace(tzinfo=asked.outlet.tz)
    if local.utcoffset() == timedelta(0):
        return False
    if value > asked.fetched_at + _NEAR:
        return local <= asked.fetched_at + _NEAR
    for witness in others:
        if isinstance(witness.value, datetime):
            if abs(witness.value - value) <= _NEAR:
                return False
            if abs(witness.value - local) <= _NEAR:
                return True
    # A clock that tells neither may be that of yet another zone, so only days that stand alone can decide.
    days = {witness.value for witness in others}
    return asked.day(value) not in days and days == {asked.day(local)}


def modified(asked: Asked, facts: Facts, published: Publication) -> datetime | None:
    """The last change, if one is told with its time and lies after the publication."""
    if published.on is None:
        return None
    for raw in stated_changes(facts, published.marks):
        witness = asked.read("modified", raw)
        value = witness.value if witness else None
        if not isinstance(value, datetime):
            continue
        if published.is_local_as_utc and value.utcoffset() == timedelta(0):
            value = value.replace(tzinfo=asked.outlet.tz)
        if value <= asked.fetched_at + _NEAR and _is_later(asked, value, published, same_day=True):
            return value
    shown = (value for line in published.near if (value := asked.read_update(line.text)))
    # «آخر تحديث» alone is often the publication itself.
    return next((value for value in shown if _is_later(asked, value, published, same_day=False)), None)


def _is_later(asked: Asked, value: datetime, published: Publication, *, same_day: bool) -> bool:
    """Whether a change lies after the publication; `same_day` counts where only the day of publication is known."""
    if published.at:
        return value > published.at + timedelta(seconds=59)
    day = asked.day(value)
    return published.on is not None and (day > published.on or (same_day and day == published.on))


def _hinted(asked: Asked, hint: datetime | date | None) -> Witness | None:
    if hint is None or not in_window(hint, asked.fetched_at, asked.outlet.tz):
        return None
    return Witness("hint", hint.isoformat(), hint)


def _from_url(asked: Asked, url: str) -> Witness | None:
    """The day that stands in an address, also where a section splits it: /2013/middle_east/8/3/."""
    match = _URL_DAY.search(url) or _URL_STAMP.search(url)
    if not match:
        return None
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return Witness("url", match[0].strip("/"), found) if in_window(found, asked.fetched_at, asked.outlet.tz) else None
