"""What trafilatura takes for the text, of a whole page or of a part of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from itertools import islice

import trafilatura
from lxml import etree, html
from lxml.html import HtmlElement
from trafilatura.settings import DEFAULT_CONFIG, use_config

from pipelines.article import Removal
from pipelines.credits.lines import head_line
from pipelines.tree import Line

_NOT_WORD = re.compile(r"\W+")
_LABEL = 20
_LONG_SENTENCE, _PARAGRAPH = 60, 120
_ENDS = (".", "؟", "!", "»", '"', "…")
# Two words at least, and a letter before the mark; a short question may be that of a poll.
_SENTENCE_END = re.compile(r'[^\W_]\s+[«"(]?[^\W\d_]+[)\]”]?[.!»"…]+$')
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_CELLS = ("td", "th")
_MOST_ELEMENTS = 30_000
_ZWNJ, _KEPT = "\u200c", "\ue00c"  # trafilatura drops the former, which Persian names need
_SHORT_TEXTS_TOO = use_config()  # an urgent item is a sentence; trafilatura wants 250 characters
_SHORT_TEXTS_TOO.read_dict({"DEFAULT": {"MIN_EXTRACTED_SIZE": "1", "MIN_OUTPUT_SIZE": "1"}})


def by_trafilatura(root: HtmlElement, *, is_article: bool = False) -> list[str]:
    """The paragraphs that trafilatura finds, without its slow metadata and rescue; none in what is too deep or large.

    Of what `is_article` it keeps more, and short texts too.
    """
    if _is_too_large(root):
        return []
    page = etree.tostring(root, encoding="unicode", method="html").replace(_ZWNJ, _KEPT)
    try:
        found = trafilatura.extract(
            page,
            fast=True,
            include_comments=False,
            include_tables=False,
            with_metadata=False,
            output_format="txt",
            favor_recall=is_article,
            config=_SHORT_TEXTS_TOO if is_article else DEFAULT_CONFIG,
        )
    except (etree.LxmlError, ValueError, RecursionError):
        return []
    texts = (line.replace(_KEPT, _ZWNJ).strip() for line in (found or "").splitlines())
    return [text.removeprefix("- ") for text in texts if text]


def chosen(found: Sequence[Line], part: HtmlElement, dropped: set[HtmlElement]) -> tuple[list[Line], list[Removal]]:
    """The lines of a part of a page that trafilatura takes for text, or that are sentences, headings or credits.

    The lines and their order are ours: trafilatura joins what short lines it finds. All where it takes none.
    What is refused comes second, so that no line is lost without a trace.
    """
    if _is_too_large(part) or len(_credible(found, frozenset())) == len(found):
        return list(found), []
    taken = frozenset(agreed([line.text for line in found], by_trafilatura(_pruned(part, dropped), is_article=True)))
    if not taken:
        return list(found), []
    kept = _credible(found, taken)
    places = set(map(id, kept))
    return kept, [Removal(line.text, "trafilatura") for line in found if id(line) not in places]


def _credible(found: Sequence[Line], taken: frozenset[str]) -> list[Line]:
    """The lines that are among those `taken`, or sentences, credits, headings or neighbours of what stays."""
    kept: list[Line] = []
    sure = [
        line.text in taken or "\ufffd" in line.text or _is_sentence(line.text) or head_line(line.text) is not None
        for line in found
    ]
    for place in reversed(range(len(found))):
        line = found[place]
        is_heading = line.block.tag in _HEADINGS and bool(kept) and kept[-1].block.tag not in _HEADINGS
        is_answered = line.text.endswith("؟") and place + 1 < len(found) and sure[place + 1]
        if sure[place] or is_heading or is_answered or _is_between(found, place, sure):
            kept.append(line)
    return kept[::-1]


def _is_sentence(text: str) -> bool:
    if _SENTENCE_END.search(text):
        return True
    return len(text) >= (_LONG_SENTENCE if text.endswith(_ENDS) else _PARAGRAPH)


def _is_between(found: Sequence[Line], place: int, sure: Sequence[bool]) -> bool:
    """Whether a line stands between two of its own kind of block that stay."""
    if found[place].block.tag in _CELLS:
        return False
    near = (place - 1, place + 1)
    return all(0 <= at < len(found) and sure[at] and _kind(found[at]) == _kind(found[place]) for at in near)


def _kind(line: Line) -> tuple[str, HtmlElement | None]:
    return line.block.tag, line.block.getparent()


def agreed(texts: list[str], found: list[str]) -> list[str]:
    """Those of the lines that also stand in what was found, alone or, if they are no labels, joined with others.

    >>> agreed(["وصل الوفد إلى العاصمة صباح أمس.", "القائمة"], ["القائمة الرئيسية", "وصل الوفد إلى العاصمة صباح أمس."])
    ['وصل الوفد إلى العاصمة صباح أمس.']
    """
    bare = [_bare(line) for line in found]
    whole, single = "".join(bare), set(bare)
    return [text for text in texts if (form := _bare(text)) in single or (len(form) > _LABEL and form in whole)]


def _is_too_large(root: HtmlElement) -> bool:
    return sum(1 for _ in islice(root.iter(), _MOST_ELEMENTS)) >= _MOST_ELEMENTS


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", text)


def _pruned(container: HtmlElement, dropped: set[HtmlElement]) -> HtmlElement:
    """A copy of a container without some of its elements, as the article of a page of its own."""
    page = html.document_fromstring("<html><body></body></html>")
    article = etree.SubElement(page[0], "article")
    twin = deepcopy(container)
    twin.tail = None
    for element, original in zip(list(twin.iter()), list(container.iter()), strict=True):
        if original in dropped and element.getparent() is not None:
            element.drop_tree()
    article.append(twin)
    return page
