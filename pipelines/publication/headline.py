"""What stands near the headline of a page: the short lines in which a reader finds the date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, takewhile

from lxml.html import HtmlElement

from pipelines.dates import counts_back, date_in, may_tell_date, says_published, without_date
from pipelines.publication.heading import ELSEWHERE, HEADINGS, elsewhere_words, find_heading, is_elsewhere, upwards
from pipelines.publication.stamps import stamp_of
from pipelines.text import clean_line, normalize_arabic, word_set
from pipelines.tree import Line, Reading, hints, read, text_of

_OTHER_DATES = word_set(
    "تاسست تاسس اسست اسسها اسسه موسس الموسس تاسيس التاسيس founded since est"
    " صوره صور الصوره ارشيفيه ارشيف الارشيف تصوير موعد الموعد تنتهي ينتهي تبدا يبدا مواليد ولد"
)
_WHOLE_PAGE = word_set("html body form main")
_IN_PROSE = re.compile(r"(?<!\w)(?:في|حتى|بعد|خلال) (?:يوم )?(?:ال\w+ )?\d")
_CHANGED = word_set("updated modified update")
_SIGNED = re.compile(r"نشر|[أا]ض[اي]ف|كتب|بواسطة|حرر|أرسل|بقلم|تاريخ")
_PARAGRAPH = 80
_CARD = 25
_MOST = 8
# How far from the headline, or the end of the text, a date still speaks of the article, and how far from such a date
# another one does: letters in between.
_REACH = {"below": 800, "above": 80, "after": 150}
_GROUP = 120


class Place(IntEnum):
    """Where a line stands, the most credible first: between headline and text, above the headline, after the text."""

    BELOW = 0
    ABOVE = 1
    AFTER = 2


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A line that may tell the date of the article, and the machine-readable `datetime` that stands in it."""

    text: str
    place: Place
    stamp: str | None = None


def dated_lines(
    root: HtmlElement, container: HtmlElement | None, told: str, reading: Reading | None = None
) -> tuple[DatedLine, ...]:
    """The lines near the headline or at the ends of the text in which something like a date stands, nearest first.

    `container` holds the text, `told` is what the page's metadata calls its title, once or twice. Page headers, side
    columns, lists of other news, captions and comments are left out, and so is running text. `reading` spares a walk.
    """
    heading = find_heading(root, told)
    return tuple(_Neighbourhood(root, heading, container, reading or read(root)).found())


class _Neighbourhood:
    """The lines of a page, and where headline and text stand among them."""

    def __init__(
        self, root: HtmlElement, heading: HtmlElement | None, container: HtmlElement | None, reading: Reading
    ) -> None:
        self.root = root
        self.heading = heading
        self.container = container
        self.anchor = heading if heading is not None else container
        self.lines = reading.lines
        self.shared = {parent for element in (heading, container) if element is not None for parent in upwards(element)}
        self.words = elsewhere_words(self.shared)
        nowhere = (-1, -1)
        self.head = reading.spans.get(heading, nowhere) if heading is not None else nowhere
        start, self.end = reading.spans.get(container, nowhere) if container is not None else nowhere
        self.start = max(start, self.head[1])
        inside = range(self.start, self.end)
        long = [place for place in inside if self._is_paragraph(self.lines[place])]
        # Of a text of short lines none can be told from a date line by its place: all of them are looked at.
        self.has_paragraphs = bool(long)
        between = range(long[0], long[-1]) if long else range(0)
        # Dates among the paragraphs are those of the events that are told.
        self.is_timeline = any(_is_date_alone(self.lines[place].text) for place in between)
        self.first, self.last = (long[0], long[-1]) if long else (max(self.end, self.head[1]), self.end - 1)

    def found(self) -> Iterator[DatedLine]:
        if self.heading is not None and self.head[0] >= 0:
            rest = self.lines[self.head[0]].text.removeprefix(text_of(self.heading)).strip()
            if may_tell_date(rest) and self.head[0] < self.head[1]:
                yield DatedLine(rest, Place.BELOW)
            below = self.first if self.end > self.head[1] else len(self.lines)
            yield from self._take(range(self.head[1], below), Place.BELOW, "below")
            yield from self._take(range(self.head[0] - 1, -1, -1), Place.ABOVE, "above")
        elif self.start < self.end:
            yield from self._take(range(self.first - 1, -1, -1), Place.ABOVE, "above")
        if self.start < self.end:
            yield from self._take(range(self.last + 1, len(self.lines)), Place.AFTER, "after")

    def _is_paragraph(self, line: Line) -> bool:
        """Whether a line is running text: long, no row of dates and labels, no caption."""
        if len(line.text) < _PARAGRAPH or self._is_elsewhere(line.block):
            return False
        return not may_tell_date(line.text) or len(without_date(line.text)) >= _PARAGRAPH // 2

    def _take(self, indexes: Iterable[int], place: Place, where: str) -> Iterator[DatedLine]:
        passed, count, reach = 0, 0, _REACH[where]
        for index in indexes:
            line = self.lines[index]
            if place is Place.AFTER and line.block.tag in ELSEWHERE:
                return
            if may_tell_date(line.text) and self._is_of_article(index, place):
                yield self._dated(index, place)
                reach = min(reach, passed + _GROUP)
                count += 1
            else:
                passed += len(line.text)
            if passed > reach or count == _MOST:
                return

    def _dated(self, index: int, place: Place) -> DatedLine:
        own = _own_time(self.lines[index])
        if own is None:
            return DatedLine(_in_pieces(self.lines[index]) or self._with_neighbours(index), place)
        # Beside a second `<time>`, which is that of a change, only its own words speak of the publication.
        is_alone = len(_times(self.lines[index])) == 1
        return DatedLine(self._with_neighbours(index) if is_alone else text_of(own), place, stamp_of(own))

    def _is_of_article(self, index: int, place: Place) -> bool:
        line = self.lines[index]
        rest = without_date(line.text)
        letters = sum(c.isalpha() for c in rest)
        is_in_text = self.end > index >= self.start and not self.has_paragraphs
        if letters > (12 if is_in_text or place is Place.AFTER else 30):
            return False
        if letters and _IN_PROSE.search(line.text) and not _SIGNED.search(line.text):
            return False
        is_link = line.links > 0.5 and letters > 12 and _own_time(line) is None
        if is_link or not _OTHER_DATES.isdisjoint(normalize_arabic(rest).split()):
            return False
        # A date can be a heading too, above the articles of its day.
        block = line.block if rest or line.block.tag not in HEADINGS else line.block.getparent()
        if self._is_elsewhere(block) or (self.is_timeline and self.start <= index < self.end):
            return False
        if place is Place.ABOVE:
            return self._is_same_box(line.block)
        if says_published(self._with_neighbours(index)):
            return True
        return not self._is_on_card(index) and (place is Place.BELOW or self._ends_article(index))

    def _ends_article(self, index: int) -> bool:
        """Whether a line behind the text is in its box, and no words but links follow there, as in comments."""
        box = self._own_box()
        if box is None or not _is_within(self.lines[index].block, box):
            return False
        behind = takewhile(lambda line: _is_within(line.block, box), islice(self.lines, index + 1, None))
        return not any(line.links <= 0.5 and any(c.isalpha() for c in without_date(line.text)) for line in behind)

    def _own_box(self) -> HtmlElement | None:
        """The article around the text, else the box that holds headline and text; None where that is the whole page."""
        if self.container is None:
            return None
        around = list(upwards(self.container))
        held = set(upwards(self.heading)) if self.heading is not None else {self.container}
        box = next((element for element in around if element.tag == "article" or element in held), self.container)
        return self.container if box.tag in _WHOLE_PAGE else box

    def _is_elsewhere(self, block: HtmlElement) -> bool:
        return is_elsewhere(block, self.shared, self.words)

    def _is_on_card(self, index: int) -> bool:
        """Whether a linked headline stands right before or behind a line: so the date of other news is written."""
        beside = (place for place in (index - 1, index + 1) if 0 <= place < len(self.lines))
        return any(self._is_linked_headline(place) for place in beside)

    def _is_linked_headline(self, index: int) -> bool:
        line = self.lines[index]
        if line.links <= 0.5 or len(line.text) < _CARD or self.head[0] <= index < self.head[1]:
            return False
        return len(line.block.findall(".//a")) < 2 and not self._is_elsewhere(line.block)

    def _is_same_box(self, block: HtmlElement) -> bool:
        """Whether a line above the headline is in one box with it, and not in the page's header: there stands today."""
        box = next((element for element in upwards(block) if element in self.shared), None)
        if box is None or self.anchor is None or box.tag in _WHOLE_PAGE:
            return False
        near = [self.anchor, *self.anchor.iterancestors()][:3]
        return box in near or 2 * len(box.findall(".//a")) < len(self.root.findall(".//a"))

    def _with_neighbours(self, index: int) -> str:
        """A line with the label that stands before it and the clock that stands behind it, each on its own line."""
        parts = [self.lines[index].text]
        if index and _is_label(before := self.lines[index - 1].text):
            parts.insert(0, before)
        if index + 1 < len(self.lines) and _is_clock(after := self.lines[index + 1].text):
            parts.append(after)
        return " ".join(parts)


def _is_within(block: HtmlElement, box: HtmlElement) -> bool:
    return any(element is box for element in upwards(block))


def _is_date_alone(text: str) -> bool:
    return 0 < len(text) <= 30 and may_tell_date(text) and date_in(text) is not None


def _is_label(text: str) -> bool:
    return len(text) <= 30 and not may_tell_date(text) and any(c.isalpha() for c in text) and not without_date(text)


def _is_clock(text: str) -> bool:
    return len(text) <= 25 and ":" in text and any(c.isdigit() for c in text) and not without_date(text)


def _times(line: Line) -> list[HtmlElement]:
    if len(line.text) > 160:
        return []
    return [element for element in line.block.iter("time", "abbr") if stamp_of(element)]


def _own_time(line: Line) -> HtmlElement | None:
    """The one `<time>` in a line, but for that of a change."""
    own = [element for element in _times(line) if hints(element).isdisjoint(_CHANGED)]
    return own[0] if len(own) == 1 else None


def _in_pieces(line: Line) -> str | None:
    """A line in which one piece of markup counts back from now, «منذ ساعتين», with its pieces divided by bars."""
    pieces = [piece for part in line.block.itertext() if (piece := clean_line(part))]
    is_whole = "".join(pieces).replace(" ", "") == line.text.replace(" ", "")
    return " | ".join(pieces) if is_whole and any(map(counts_back, pieces)) else None
