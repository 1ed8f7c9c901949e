"""When an article was published: every witness of a page heard in order, contradictions settled or left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipelines.article import Disagreement
from pipelines.dates import in_window, parse_date, says_update
from pipelines.metadata import Facts, text_value
from pipelines.text import normalize_arabic, word_set
from pipelines.tree import is_hidden, text_of
from spiders.outlet import Outlet

_META = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish-date",
    "publish_date", "published_time", "article.published", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.created", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "article:published", "date",
)  # fmt: skip
_META_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified")
_STAMPED = ".//*[@itemprop='datePublished' or @property='dc:date' or @property='datePublished' or @pubdate]"
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-](?:[^/\d][^/]*/)?(\d{1,2})[/-](\d{1,2})(?!\d)")
_URL_STAMP = re.compile(r"/((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{0,10})?(?=\D|$)")
_NEAR = timedelta(minutes=10)
_ELSEWHERE = word_set("aside nav footer a")


@dataclass(frozen=True, slots=True)
class Witness:
    """One statement of the publication: who says it, the string, and what it means."""

    source: str
    raw: str
    value: date | datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """What is believed: `at` only where a time of day is told; `source` and `raw` of the witness that won.

    `disagreed`: the witnesses that told another day.
    """

    at: datetime | None = None
    on: date | None = None
    raw: str | None = None
    source: str | None = None
    is_local_as_utc: bool = False
    disagreed: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the witnesses are heard against."""

    outlet: Outlet
    fetched_at: datetime

    def read(self, source: str, raw: object) -> Witness | None:
        text = text_value(raw)
        value = parse_date(text, fetched_at=self.fetched_at, timezone=self.outlet.tz) if text else None
        return Witness(source, text or "", value) if value is not None else None

    def day(self, value: date | datetime) -> date:
        """The outlet's local day of a moment."""
        return value.astimezone(self.outlet.tz).date() if isinstance(value, datetime) else value


def publication(
    asked: Asked, facts: Facts, root: HtmlElement, container: HtmlElement | None, url: str, hint: datetime | date | None
) -> Publication:
    """The publication of the article on a page: JSON-LD, meta, hint, visible text, URL, in this order of trust."""
    stated = _stated(asked, facts, root)
    visible = _visible(asked, root, container)
    hinted = _hinted(asked, hint)
    address = _from_url(asked, url)
    heard = [witness for witness in (stated, hinted, visible, address) if witness is not None]
    if not heard:
        return Publication()
    winner = _winner(asked, heard)
    value = winner.value
    if winner is stated and isinstance(value, datetime) and _is_local_as_utc(asked, value, hinted, visible):
        local = value.replace(tzinfo=asked.outlet.tz)
        return Publication(local, asked.day(local), winner.raw, winner.source, True)
    return _believed(asked, winner, heard)


def _believed(asked: Asked, winner: Witness, heard: list[Witness]) -> Publication:
    """The winner; where it tells a day only, the time comes from the next witness of that same day."""
    day = asked.day(winner.value)
    if not _tells_time(winner, asked.outlet.tz):
        # A site's own listing is precise where its page is not; a stamp of midnight is a filler.
        timed = (w for w in heard if w is not winner and w.source != "url" and _tells_time(w, asked.outlet.tz))
        exact = next((w for w in timed if asked.day(w.value) == day), None)
        at = exact.value if exact else None
        return Publication(at if isinstance(at, datetime) else None, day, winner.raw, winner.source)
    return Publication(winner.value if isinstance(winner.value, datetime) else None, day, winner.raw, winner.source)


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


def _is_local_as_utc(asked: Asked, value: datetime, hinted: Witness | None, visible: Witness | None) -> bool:
    """Whether a stated instant in UTC is the outlet's local clock with a wrong `Z`: another witness has to say so."""
    if value.utcoffset() != timedelta(0):
        return False
    local = value.replace(tzinfo=asked.outlet.tz)
    if local.utcoffset() == timedelta(0):
        return False
    if value > asked.fetched_at + _NEAR:
        return True
    for witness in (hinted, visible):
        if witness and isinstance(witness.value, datetime):
            if abs(witness.value - value) <= _NEAR:
                return False
            if abs(witness.value - local) <= _NEAR:
                return True
    return False


def modified(
    asked: Asked, facts: Facts, root: HtmlElement, container: HtmlElement | None, published: Publication
) -> datetime | None:
    """The last change, if one is told with its time and lies after the publication."""
    told = [facts.article.get("dateModified"), *(value for name in _META_CHANGED for value in facts.meta.get(name, ()))]
    for raw in told:
        witness = asked.read("modified", raw)
        value = witness.value if witness else None
        if not isinstance(value, datetime):
            continue
        if published.is_local_as_utc and value.utcoffset() == timedelta(0):
            value = value.replace(tzinfo=asked.outlet.tz)
        if value <= asked.fetched_at + _NEAR and published.on and _is_later(value, published, asked):
            return value
    return _visibly_modified(asked, root, container, published)


def _visibly_modified(
    asked: Asked, root: HtmlElement, container: HtmlElement | None, published: Publication
) -> datetime | None:
    """«آخر تحديث» at the headline, of a later day: on its own day it is often the publication itself."""
    for text in map(text_of, _near_headline(root, container)):
        witness = asked.read("modified", text) if says_update(text) else None
        if witness and isinstance(witness.value, datetime) and published.on and asked.day(witness.value) > published.on:
            return witness.value
    return None


def _is_later(value: datetime, published: Publication, asked: Asked) -> bool:
    if published.at:
        return value > published.at + timedelta(seconds=59)
    return published.on is not None and asked.day(value) >= published.on


def _stated(asked: Asked, facts: Facts, root: HtmlElement) -> Witness | None:
    """JSON-LD, else meta, else an element with a machine-readable date of publication."""
    for source, raw in _statements(facts, root):
        if witness := asked.read(source, raw):
            return witness
    return None


def _statements(facts: Facts, root: HtmlElement) -> Iterator[tuple[str, Any]]:
    yield "jsonld", facts.article.get("datePublished")
    yield "jsonld", facts.article.get("dateCreated")
    for name in _META:
        for value in facts.meta.get(name, ()):
            yield "meta", value
    for element in root.xpath(_STAMPED)[:5]:
        yield "meta", element.get("datetime") or element.get("content")


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


def _visible(asked: Asked, root: HtmlElement, container: HtmlElement | None) -> Witness | None:
    """The one date that a reader sees at the headline, if it is not that of a change."""
    selected = asked.outlet.selectors.get("published")
    elements = root.cssselect(selected) if selected else _near_headline(root, container)
    found = [
        w
        for element in elements
        if (text := text_of(element)) and not says_update(text) and (w := asked.read("text", text))
    ]
    days = {asked.day(witness.value) for witness in found}
    if len(days) != 1:
        return None
    return next((w for w in found if isinstance(w.value, datetime)), found[0])


def _near_headline(root: HtmlElement, container: HtmlElement | None) -> list[HtmlElement]:
    """Small elements around the first headline, up to where the text begins."""
    heading = _heading(root)
    if heading is None:
        return []
    region = _region(heading)
    inside = set(container.iter()) if container is not None and container is not region else set()
    texts = set(container.iterancestors()) if container is not None else set()
    found = []
    for element in region.iter():
        if element is container:
            break
        if element in inside or element in texts or not isinstance(element.tag, str) or is_hidden(element):
            continue
        if element.tag in _ELSEWHERE or any(parent.tag in _ELSEWHERE for parent in element.iterancestors()):
            continue
        if len(element) <= 6 and _has_digits(element) and len(text_of(element)) <= 120:
            found.append(element)
    return _outermost(found)


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    """Elements that lie in no other: «آخر تحديث» and its date are often two spans of one line."""
    chosen = set(elements)
    return [e for e in elements if not any(parent in chosen for parent in e.iterancestors())]


def _has_digits(element: HtmlElement) -> bool:
    return any(c.isdigit() for c in (element.text or "")) or any(
        c.isdigit() for child in element.iterdescendants() for c in f"{child.text or ''}{child.tail or ''}"
    )


def _heading(root: HtmlElement) -> HtmlElement | None:
    """The h1 that the page's own title speaks of, else the only one."""
    headings = [element for element in root.iter("h1") if text_of(element)]
    head = root.find(".//title")
    told = normalize_arabic(head.text_content()) if head is not None else ""
    named = [element for element in headings if normalize_arabic(text_of(element)) in told]
    return named[0] if named else headings[0] if len(headings) == 1 else None


def _region(heading: HtmlElement) -> HtmlElement:
    """The nearest article, else up to four boxes around the headline, short of the page itself."""
    region = heading
    for depth, parent in enumerate(heading.iterancestors()):
        if parent.tag in ("body", "html", "main") or depth > 4:
            break
        region = parent
        if parent.tag == "article":
            break
    return region
