"""The headline of a page that has no heading for it: the line that repeats its title, or that is set above the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from lxml.html import HtmlElement

from pipelines.dates import date_in
from pipelines.language import arabic_share
from pipelines.regions import is_elsewhere, is_large
from pipelines.text import normalize_arabic, word_set
from pipelines.tree import Line, hints, text_of

_CUT = re.compile(r"\s+(?:[-–—|»«:•·/~]|::|--)\s+|\s*(?:[|｜]|>>|<<)\s*")
_FONT_SIZE = re.compile(r"font-size\s*:\s*(\d{1,3}(?:\.\d{1,3})?)\s*(px|pt|r?em|%)", re.IGNORECASE)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16}
# What <font size=1> to <font size=7> are in pixels.
_FONTS = (10, 13, 16, 18, 24, 32, 48)
_SET = "descendant::font[@size] | descendant::*[contains(@style, 'font-size')]"
_CALLED = (
    "descendant::h2 | descendant::h3 | descendant::*[@itemprop='headline'][not(self::meta)]"
    " | descendant::*[contains(@class, 'title') or contains(@class, 'headline')]"
)
_NOT_TITLE = word_set("section widget block box module menu page site sub subtitle kicker category caption author")
_LARGE, _PROSE, _REACH, _MOST = 18, 80, 8, 200
_SHORTEST, _LONGEST, _FEWEST_WORDS = 15, 200, 3


def repeated_line(lines: Sequence[Line], told: Sequence[str]) -> str | None:
    """The longest part, at least half, of a title that a line of the page, or two in a row, repeat.

    >>> from lxml import html
    >>> block = html.fromstring("<p></p>")
    >>> page = [Line("محليات", 1.0, block), Line("أمطار غزيرة", 0.0, block), Line("في الشمال", 0.0, block)]
    >>> repeated_line(page, ["News - أمطار غزيرة في الشمال", "الرقيب"])
    'أمطار غزيرة في الشمال'
    """
    shown = {_form(f"{one.text} {two.text}"): f"{one.text} {two.text}" for one, two in pairwise(lines)}
    shown |= {_form(line.text): line.text for line in reversed(lines) if len(line.text) <= 2 * _LONGEST}
    parts = sorted({part for title in told for part in _parts(title)}, key=len, reverse=True)
    return next((shown[part] for part in parts if part in shown), None)


def line_above_text(root: HtmlElement, lines: Sequence[Line], is_site: Callable[[str], bool]) -> str | None:
    """The one line before the first paragraph that is set larger than all others, else that is called a title.

    None where several are; `is_site` tells the outlet's own name.

    >>> from lxml import html
    >>> from pipelines.tree import lines
    >>> page = html.fromstring("<div><font size=5>أمطار غزيرة في الشمال</font><p>" + "هطلت أمطار. " * 9 + "</div>")
    >>> line_above_text(page, lines(page), lambda text: False)
    'أمطار غزيرة في الشمال'
    """
    above = set(_above_text(lines))
    sizes: dict[str, float] = {}
    for element in root.xpath(_SET)[:_MOST]:
        if (text := _headline(element)) in above and text and not is_site(text):
            sizes[text] = max(_size(element), sizes.get(text, 0))
    largest = [text for text, size in sizes.items() if size == max(sizes.values()) and size >= _LARGE]
    if not largest:
        called = (element for element in root.xpath(_CALLED)[:_MOST] if not hints(element) & _NOT_TITLE)
        texts = (_headline(element) for element in called)
        largest = list(dict.fromkeys(text for text in texts if text and text in above and not is_site(text)))
    return largest[0] if len(largest) == 1 else None


def _form(text: str) -> str:
    """Without spaces: a title joins the lines of a headline with none."""
    return normalize_arabic(text).replace(" ", "")


def _parts(title: str) -> Iterator[str]:
    """Every run of a title's parts, in the form of lines, that can be the headline in it."""
    bounds = [0, *(place for cut in _CUT.finditer(title) for place in cut.span()), len(title)]
    starts, ends = bounds[::2], bounds[1::2]
    whole = len(_form(title))
    for number, start in enumerate(starts[:9]):
        for end in ends[number:9]:
            run = title[start:end]
            form = _form(run)
            if len(run.split()) >= _FEWEST_WORDS and len(form) >= max(_SHORTEST, 0.5 * whole):
                yield form


def _above_text(lines: Sequence[Line]) -> list[str]:
    """The short lines just above the first paragraph of the page."""
    first = next((n for n, line in enumerate(lines) if len(line.text) >= _PROSE and line.links < 0.3), 0)
    return [line.text for line in lines[max(0, first - _REACH) : first] if line.links == 0]


def _headline(element: HtmlElement) -> str | None:
    text = "" if is_large(element) else text_of(element)
    is_fitting = _SHORTEST <= len(text) <= _LONGEST and len(text.split()) >= _FEWEST_WORDS
    if not is_fitting or arabic_share(text) <= 0.5 or text.endswith((".", ":", "؛")) or date_in(text):
        return None
    return None if is_elsewhere(element) else text


def _size(element: HtmlElement) -> float:
    """The size in pixels at which an element's text is set; 0 where it is not said."""
    if told := _FONT_SIZE.search(element.get("style") or ""):
        return float(told[1]) * _PIXELS[told[2].lower()]
    size = (element.get("size") or "").strip()
    if not size.lstrip("+-").isdigit() or not size.isascii():
        return 0
    number = int(size) + (3 if size.startswith(("+", "-")) else 0)
    return _FONTS[min(max(number, 1), 7) - 1]
