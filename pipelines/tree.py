"""HTML that may be hostile, as a tree, and the tree as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lxml import etree, html
from lxml.html import HtmlElement

from pipelines.text import clean_line, clean_text, word_set

_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|(\d{1,9}));?", re.IGNORECASE)
_BLOCKS = word_set(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul br"
)
UNREAD = word_set(
    "script style noscript template iframe object embed svg canvas audio video select option button input textarea"
    " head map dialog menu datalist"
)
_WRAPPER = re.compile(
    r"</?(?:div|span|font|b|i|u|em|strong|center|big|small|table|tbody|tr|td|ul|li|blockquote)\b[^<>]*>", re.I
)
_LONGEST_TAG = 20_000
_LONG_TAG = re.compile(rf"<(\w{{1,20}})[^<>]{{{_LONGEST_TAG},}}>")
_MOST_ATTRIBUTES = 2000
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# One class for all elements: the usual lookup is a call in Python for each of them.
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)


class Line(NamedTuple):
    """One line as a reader sees it: its text, the share of it (0 to 1) that is links, and the block it stands in."""

    text: str
    links: float
    block: HtmlElement


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of a tree in order, and for each element read the first of its lines and the one after its last."""

    lines: list[Line]
    spans: dict[HtmlElement, tuple[int, int]]

    def of(self, element: HtmlElement) -> list[Line]:
        """The lines under an element; none where it was not read."""
        first, end = self.spans.get(element, (0, 0))
        return self.lines[first:end]


def parse_html(text: str) -> HtmlElement | None:
    """The root element, or None where there is no markup at all; depth and references that XML forbids do not hurt.

    >>> parse_html("<p>قال&#x1F; الوزير</p>").text_content()
    'قال الوزير'
    """
    safe = _REFERENCE.sub(_allowed, clean_text(text))
    if _may_hold_long_tag(safe):
        safe = _LONG_TAG.sub(_without_attributes, safe)
    if not safe.strip():
        return None
    root, is_cut = _parse(safe)
    if is_cut:
        # Beyond some 2,000 levels the parser drops what is inside: without its wrappers the text is kept.
        root, _ = _parse(_WRAPPER.sub("<br>", safe))
    return root


def _parse(text: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether it was cut for its depth."""
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        if "alloc" in str(error).lower():
            raise MemoryError from error
        # Nothing but comments, or what is no markup at all.
        return (_empty(parser) if "empty" in str(error).lower() else None), False
    is_cut = any("depth" in entry.message.lower() for entry in parser.error_log)
    return (root if isinstance(root, HtmlElement) else None), is_cut


def _may_hold_long_tag(text: str) -> bool:
    # Between the ends of a long tag lies a whole stretch of half its length.
    half = _LONGEST_TAG // 2
    return any(text.find(">", start, start + half) < 0 for start in range(0, len(text) - half, half))


def _empty(parser: etree.HTMLParser) -> HtmlElement:
    return html.document_fromstring("<html><body></body></html>", parser=parser)


def _allowed(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    # 128 to 159 are windows-1252 by HTML's own rule, which the parser knows.
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return match[0]
    return ""


def _without_attributes(match: re.Match[str]) -> str:
    # The parser compares every attribute of a tag with all before it.
    return f"<{match[1]}>" if match[0].count("=") > _MOST_ATTRIBUTES else match[0]


def hints(element: HtmlElement) -> frozenset[str]:
    """The words of an element's id and classes: `articleBody main-text` gives article, body, main, text."""
    told, classes = element.get("id"), element.get("class")
    return _tokens(f"{told or ''} {classes or ''}") if told or classes else frozenset()


@lru_cache(maxsize=4096)
def _tokens(names: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _TOKEN.findall(names))


def is_hidden(element: HtmlElement) -> bool:
    """Whether the page itself hides the element from a reader."""
    told = element.keys()
    return bool(told) and (
        ("style" in told and _HIDDEN.search(element.get("style")) is not None)
        or "hidden" in told
        or ("class" in told and "d-none" in (classes := element.get("class")) and "d-none" in classes.split())
    )


def lines(root: HtmlElement, skip: Iterable[HtmlElement] = ()) -> list[Line]:
    """The lines of text under `root` in reading order, without `skip`, scripts and what is hidden."""
    return [line for line in read(root, skip).lines if line.text]


def read(root: HtmlElement, skip: Iterable[HtmlElement] = ()) -> Reading:
    """All lines under `root`, and where each element's lines are, in one walk; a line may turn out empty."""
    skipped = frozenset(skip)
    found: list[tuple[str, int, HtmlElement]] = []
    firsts: list[int | None] = []
    spans: dict[HtmlElement, tuple[int, int]] = {}
    parts: list[str] = []
    linked = inside_links = 0
    block = root
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in UNREAD or (skipped and element in skipped) or (element is not root and is_hidden(element)):
                # Its end is told all the same.
                walk.skip_subtree()
                firsts.append(None)
                continue
            if tag in _BLOCKS:
                if parts:
                    found.append(("".join(parts), linked, block))
                    parts, linked = [], 0
                block = element
            elif tag == "a":
                inside_links += 1
            firsts.append(len(found))
            text = element.text
        else:
            if (first := firsts.pop()) is not None:
                if tag in _BLOCKS:
                    if parts:
                        found.append(("".join(parts), linked, block))
                        parts, linked = [], 0
                    parent = element.getparent()
                    block = parent if parent is not None else root
                elif tag == "a":
                    inside_links -= 1
                spans[element] = (first, len(found) + bool(parts))
            text = element.tail if element is not root else None
        if text and "\n" in text and block.tag == "pre":
            *ended, text = "".join([*parts, text]).split("\n")
            found.extend((line, 0, block) for line in ended if line.strip())
            parts, linked = [], 0
        if text and (parts or not text.isspace()):
            parts.append(text)
            if inside_links:
                linked += len(text.strip())
    if parts:
        found.append(("".join(parts), linked, block))
    return Reading(_cleaned(found), spans)


def _cleaned(found: list[tuple[str, int, HtmlElement]]) -> list[Line]:
    # One pass over all lines is several times as fast as one for each.
    texts = clean_text("\n".join([" ".join(text.split()) for text, _, _ in found])).split("\n") if found else []
    return [
        Line(text := bare.strip(), min(1.0, linked / len(text)) if text else 0.0, block)
        for bare, (_, linked, block) in zip(texts, found, strict=True)
    ]


def text_of(element: HtmlElement) -> str:
    """All text under an element as one line."""
    if not len(element):
        return clean_line(element.text or "") if element.tag not in UNREAD else ""
    return clean_line(" ".join(line.text for line in lines(element)))
