"""The date of publication that a reader sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lxml.html import HtmlElement

from pipelines.dates import says_published, says_update
from pipelines.publication.asked import Asked, Witness
from pipelines.publication.headline import DatedLine, Place
from pipelines.tree import text_of


def selected_date(asked: Asked, root: HtmlElement) -> Witness | None:
    """The date where the outlet's own selector finds it, if all that it finds agree."""
    selector = asked.outlet.selectors_at(asked.fetched_at).get("published")
    found = [
        DatedLine(text_of(element), Place.BELOW, element.get("datetime"))
        for element in (root.cssselect(selector) if selector else ())
    ]
    return _agreed(asked, found)


def visible_date(asked: Asked, near: tuple[DatedLine, ...]) -> Witness | None:
    """The one date that a reader sees at the headline, else at the end of the text, if it is not that of a change."""
    for place in Place:
        here = [line for line in near if line.place is place]
        labelled = [line for line in here if says_published(line.text)]
        found = [line for line in labelled or here if labelled or not _may_be_today(asked, line)]
        if any(_read_line(asked, line) for line in found):
            return _agreed(asked, found)
    return None


def _may_be_today(asked: Asked, line: DatedLine) -> bool:
    """Whether a date without a label, not below the headline, may be the calendar of the page's header or footer."""
    witness = asked.read("text", line.text) if line.place is not Place.BELOW else None
    return witness is not None and witness.value == asked.fetched_at.astimezone(asked.outlet.tz).date()


def _agreed(asked: Asked, lines: Iterable[DatedLine]) -> Witness | None:
    found = [witness for line in lines if (witness := _read_line(asked, line))]
    if len({asked.day(witness.value) for witness in found}) != 1:
        return None
    return next((witness for witness in found if isinstance(witness.value, datetime)), found[0])


def _read_line(asked: Asked, line: DatedLine) -> Witness | None:
    """What a line says; its `datetime` only where the words tell no clock, or count back from the fetch."""
    if says_update(line.text):
        return None
    shown, stamp = asked.read("text", line.text), asked.read("text", line.stamp)
    if shown is None or stamp is None:
        return shown or stamp
    if asked.day(shown.value) != asked.day(stamp.value):
        return None
    return shown if isinstance(shown.value, datetime) and ":" in line.text else stamp
