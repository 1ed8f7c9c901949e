"""Where a page shows who wrote its article: what it marks as the author, and the short lines below the headline."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from pipelines.credits.lines import credit_line
from pipelines.credits.names import is_name, is_sure_name
from pipelines.dates import date_in, without_date
from pipelines.metadata.facts import Facts
from pipelines.metadata.marks import marked
from pipelines.regions import around, headline_element, is_elsewhere, is_large, outermost
from pipelines.text import clean_line, unescape_line, word_set, words
from pipelines.tree import Line, hints, is_hidden, lines, text_of

_NOT_BOX = word_set("article body main img meta link")
_NOT_BYLINE = word_set("image img photo avatar pic picture bio about more follow social share list box date time count")
_WHOLE = word_set("article main body html")
_PICTURES = word_set("figure figcaption")
_CAPTION = word_set("caption captions")
_LABEL = re.compile(
    r"(?:(?:by|author|written by|(?:اسم )?(?:الكاتبة?|المؤلفة?|المحررة?))\s*[,،:-]|(?:written )?by\s"
    r"|(?:(?:نشرت?|كتبت?|حررت?|[أا]ضيفت?|[أا]رسلت?|مرسلة?) )?(?:بواسطة|من طرف)\s*:?)\s*",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(r"(?:بقلم|كتبت?|بواسطة|الكاتبة?|by|author)\W*", re.IGNORECASE)
_FROM_DATE = re.compile(r"\W*(?:(?<!\w)(?:في|بتاريخ|يوم)\W*)?\d.*")
_END = re.compile(
    r"\W*(?:\d+\s)?(?:ال)?(?:تعليق|تعليقات|ردود)(?!\w)|\W*(?:[أا]ضف|[أا]كتب|اترك) تعليق|\W*[إا]قر[أا] |\W*مواضيع"
)
_TOPIC_ADDRESS = re.compile(r"/(?:tags?|topics?|keywords?|search)\b")
_LONGEST, _MOST, _SEVERAL = 80, 60, 3
_PROSE, _MOST_LINES, _HIGHEST, _LONGEST_BOX = 80, 14, 5, 150


def visible_bylines(facts: Facts, title: str = "", site_names: frozenset[str] = frozenset()) -> list[str]:
    """Short strings that name the author: marked as such near the headline `title`, else said below it.

    What is marked elsewhere counts only where it is one name, or one box of them. None in menus, comments, lists of
    other stories.

    >>> from lxml import html
    >>> from pipelines.metadata.facts import read_facts
    >>> page = html.document_fromstring("<p class='byline'>كتبت: سارة علي</p><aside class='author'>مها</aside>")
    >>> visible_bylines(read_facts(page))
    ['كتبت: سارة علي']
    >>> page = html.document_fromstring("<h1>أمطار غزيرة في الشمال</h1><p>حاورها: <b>خالد حسن</b> | 5 مايو 2026</p>")
    >>> visible_bylines(read_facts(page), "أمطار غزيرة في الشمال")
    ['حاورها: خالد حسن']
    """
    headings = marked(facts.marks, "heading")
    heading = headline_element(headings, title or facts.title)
    heading = headings[0] if heading is None and len(headings) == 1 else heading
    writers = frozenset(marked(facts.marks, "writer"))
    blocks = list(outermost([b for b in marked(facts.marks, "byline")[:_MOST] if _is_byline(b, heading)]))
    region = around(heading) if heading is not None else None
    near = [block for block in blocks if region is not None and region in block.iterancestors()]
    if found := _of_blocks(near if len(near) <= _SEVERAL else near[:1], writers):
        return found
    if heading is not None and (found := list(_below(heading, title or facts.title, writers, site_names))):
        return list(dict.fromkeys(found))[:_SEVERAL]
    if heading is not None and (found := _above(heading, writers, site_names)):
        return found
    elsewhere = _of_blocks(blocks, writers)
    return elsewhere if len(elsewhere) == 1 or len({block.getparent() for block in blocks}) == 1 else []


def spaced_text(element: HtmlElement) -> str:
    """All text of a small element without what tells a date, its parts never glued together.

    >>> from lxml import html
    >>> spaced_text(html.fromstring("<p><b>كتبت سارة علي</b><i>السبت 4 مايو 2024</i></p>"))
    'كتبت سارة علي'
    """
    parts = (unescape_line(str(part)) for part in element.itertext())
    return clean_line(" ".join(_undated(part) if date_in(part) else part for part in parts))


def _undated(text: str) -> str:
    # What is left of a date is folded for comparing, and no longer the text.
    return _FROM_DATE.sub("", text) if without_date(text) else ""


def _is_byline(element: HtmlElement, heading: HtmlElement | None) -> bool:
    is_named = "author" in (element.get("itemprop"), element.get("rel"))
    return (
        element.tag not in _NOT_BOX
        and (is_named or not hints(element) & _NOT_BYLINE)
        and not is_hidden(element)
        and not is_large(element)
        and not is_elsewhere(element, heading)
    )


def _of_blocks(blocks: Sequence[HtmlElement], writers: Collection[HtmlElement]) -> list[str]:
    return list(dict.fromkeys(text for block in blocks for text in _names(block, writers)))


def _names(block: HtmlElement, writers: Collection[HtmlElement]) -> list[str]:
    """The names marked within a byline, else those that lead to authors' pages, else its short lines."""
    named = list(outermost(block.xpath(".//*[@itemprop='name' or @rel='author']")))
    inside = named or [link for link in block.iter("a") if link in writers]
    found = [text for element in inside if (text := spaced_text(element))]
    if not found:
        has_blocks = len({line.block for line in lines(block)}) > 1
        found = [line.text for line in lines(block) if not date_in(line.text)] if has_blocks else _said(block)
    told = [
        _LABEL.sub("", text, count=1) for text in found if len(text) <= _LONGEST and not _BARE_LABEL.fullmatch(text)
    ]
    return [text for text in told if text] if len(found) <= 4 else []


def _said(block: HtmlElement) -> list[str]:
    """What a byline of one line says: its whole text, or where that is no credit, the names that are parts of it."""
    text = spaced_text(block)
    parts = [clean_line(str(part)) for part in block.itertext()]
    is_whole = len(parts) == 1 or is_name(text) or credit_line(text)
    return [text] if is_whole else [part for part in parts if is_sure_name(part)] or [text]


def _below(
    heading: HtmlElement, title: str, writers: Collection[HtmlElement], site_names: frozenset[str]
) -> Iterator[str]:
    for line, is_first in _lines_below(heading):
        block = line.block
        if is_elsewhere(block, heading):
            continue
        is_alone = not is_large(block) and len(lines(block)) == 1
        text = spaced_text(block) if is_alone else line.text
        label = _LABEL.match(text)
        if label and is_name(text[label.end() :], site_names):
            yield text[label.end() :]
        elif _is_credit(text, site_names, is_first):
            yield text
        elif is_first and is_alone and (name := _unsaid(block, heading, title, writers, site_names)):
            yield name


def _is_credit(text: str, site_names: frozenset[str], is_first: bool) -> bool:
    """Whether a line says «كتبت سارة علي», or before the text «العريش - سارة علي»."""
    credit = credit_line(text, site_names)
    if credit is None or not credit.people:
        return False
    return credit.is_marked or (is_first and credit.sure_people and bool(credit.places or credit.offices))


def _unsaid(
    block: HtmlElement,
    heading: HtmlElement,
    title: str,
    writers: Collection[HtmlElement],
    site_names: frozenset[str],
) -> str | None:
    """The name in a small block that leads to its bearer's page, or that a date stands beside."""
    links = [link for link in (*block.iter("a"), *islice(block.iterancestors("a"), 1)) if link in writers]
    if links and is_name(name := spaced_text(links[0]), site_names):
        return name
    text = spaced_text(block)
    is_other = is_sure_name(text, site_names) and not set(words(text)) & set(words(title))
    return text if is_other and _is_dated(block, heading) else None


def _above(heading: HtmlElement, writers: Collection[HtmlElement], site_names: frozenset[str]) -> list[str]:
    """The one writer to whose page the box just above a headline leads, as columns have it."""
    for box in islice(heading.itersiblings(preceding=True), 1):
        names = {spaced_text(link) for link in box.iter("a") if link in writers and not is_elsewhere(link, heading)}
        found = [name for name in names if is_name(name, site_names)]
        return found if len(found) == 1 else []
    return []


def _lines_below(heading: HtmlElement) -> Iterator[tuple[Line, bool]]:
    """The short lines between a headline and the text, and whether no long one, such as a standfirst, precedes them."""
    n_long = 0
    for line in islice(_following(heading), _MOST_LINES):
        n_long += len(line.text) >= _PROSE
        if n_long > 1 or _END.match(line.text):
            return
        if len(line.text) < _PROSE:
            yield line, n_long == 0


def _following(heading: HtmlElement) -> Iterator[Line]:
    for place in islice((heading, *heading.iterancestors()), _HIGHEST):
        if place.tag in _WHOLE:
            return
        for sibling in place.itersiblings():
            if not is_hidden(sibling):
                yield from (line for line in lines(sibling) if not _is_caption(line.block))


def _is_caption(block: HtmlElement) -> bool:
    boxes = islice((block, *block.iterancestors()), 4)
    return any(box.tag in _PICTURES or hints(box) & _CAPTION for box in boxes)


def _is_dated(block: HtmlElement, heading: HtmlElement) -> bool:
    """Whether a small box around a name, which holds neither headline nor text, tells a date beside it."""
    if any(_TOPIC_ADDRESS.search(link.get("href") or "") for link in (*block.iter("a"), *block.iterancestors("a"))):
        return False
    own = set(heading.iterancestors())
    for box in islice((block, *block.iterancestors()), 4):
        if box in own or is_large(box) or len(text_of(box)) > _LONGEST_BOX:
            return False
        if any(date_in(str(part)) for part in box.itertext()):
            return True
    return False
