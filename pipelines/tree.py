"""HTML that may be hostile, as a tree, and the tree as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it: its text, the share of it (0 to 1) that is links, and the block it stands in."""

    text: str
    links: float
    block: HtmlElement


def parse_html(text: str) -> HtmlElement | None:
    """The root element, or None where there is no markup at all; depth and references that XML forbids do not hurt.

    >>> parse_html("<p>قال&#x1F; الوزير</p>").text_content()
    'قال الوزير'
    """
    safe = _REFERENCE.sub(_allowed, clean_text(text))
    if not safe.strip():
        return None
    root, is_cut = _parse(safe)
    if is_cut:
        # Beyond some 2,000 levels the parser drops what is inside: without its wrappers the text is kept.
        root, _ = _parse(_WRAPPER.sub("<br>", safe))
    return root


def _parse(text: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether it was cut for its depth."""
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        if "alloc" in str(error).lower():
            raise MemoryError from error
        return None, False
    is_cut = any("depth" in entry.message.lower() for entry in parser.error_log)
    return (root if isinstance(root, HtmlElement) else None), is_cut


def _allowed(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    # 128 to 159 are windows-1252 by HTML's own rule, which the parser knows.
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return match[0]
    return ""


def hints(element: HtmlElement) -> frozenset[str]:
    """The words of an element's id and classes: `articleBody main-text` gives article, body, main, text."""
    named = f"{element.get('id') or ''} {element.get('class') or ''}"
    return frozenset(word.lower() for word in _TOKEN.findall(named))


def is_hidden(element: HtmlElement) -> bool:
    """Whether the page itself hides the element from a reader."""
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or bool(style and _HIDDEN.search(style))
        or "d-none" in (element.get("class") or "").split()
    )


def lines(root: HtmlElement, skip: Iterable[HtmlElement] = ()) -> list[Line]:
    """The lines of text under `root` in reading order, without `skip`, scripts and what is hidden."""
    return list(_iter_lines(root, frozenset(skip)))


def _iter_lines(root: HtmlElement, skip: frozenset[HtmlElement]) -> Iterator[Line]:
    parts: list[str] = []
    linked = inside_links = 0
    block = root
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in UNREAD or element in skip or (element is not root and is_hidden(element)):
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                if line := _line(parts, linked, block):
                    yield line
                parts, linked, block = [], 0, element
            inside_links += tag == "a"
            text = element.text
        else:
            if tag in _BLOCKS and element not in skip and tag not in UNREAD:
                if line := _line(parts, linked, block):
                    yield line
                parent = element.getparent()
                parts, linked, block = [], 0, parent if parent is not None else root
            elif tag == "a" and element not in skip:
                inside_links = max(0, inside_links - 1)
            text = element.tail if element is not root else None
        if text:
            parts.append(text)
            linked += len(text.strip()) if inside_links else 0
    if line := _line(parts, linked, block):
        yield line


def _line(parts: list[str], linked: int, block: HtmlElement) -> Line | None:
    text = clean_line("".join(parts))
    return Line(text, min(1.0, linked / len(text)), block) if text else None


def text_of(element: HtmlElement) -> str:
    """All text under an element as one line."""
    return clean_line(" ".join(line.text for line in lines(element)))
