"""The paragraphs of an article: find the container, read its lines, leave out what is no part of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any

import trafilatura
from lxml import etree, html
from lxml.html import HtmlElement
from trafilatura.settings import use_config

from pipelines.article import Removal
from pipelines.cleaning import is_date_line, is_furniture, without_echo, without_headline
from pipelines.text import normalize_arabic, word_set
from pipelines.tree import Line, hints, lines

_NOT_TEXT_TAGS = word_set("nav footer aside figure figcaption form button time h1")
_NOT_TEXT = word_set(
    "share sharing social sharer related readmore readalso seealso also inject promo advert ad ads adv advertisement"
    " banner newsletter subscribe subscription poll vote rating rate"
    " print breadcrumb breadcrumbs caption credit credits tags"
    " tag keywords comment comments disqus player sidebar widget toolbar recommend recommended recommendations"
    " prev previous next popular trending copyright cookie cookies metadata meta nav navigation menu pagination pager"
    " byline author"
)
_TEXT = word_set("body text content")
_COMMENTS = word_set("comment comments disqus share sharing social related")
# The names that content systems give to an article's text, their parts run together.
_BODY_NAME = re.compile(
    r"(?:article|story|post|entry|news|single|details?|item|node|page|td|field)s?(?:details?|name|single|cont|the)?(?:full)?(?:body|text|txt|content)|"
    r"^(?:body|text|content)(?:text|body|article|content)$|wysiwyg|storycontent|bodytext|fulltext"
)
_SEMANTIC = ".//*[contains(@itemprop, 'articleBody')]"
_REGIONS = ".//article | .//main | .//*[@role='main']"
_HEADLINES = word_set("h1 h2 h3")
_LEADS = word_set("lead lede leadtext intro standfirst summary subtitle subheadline chapeau excerpt desc")
_MOST_ELEMENTS = 30_000
_ZWNJ, _KEPT = "\u200c", "\ue00c"  # trafilatura drops the former, which Persian names need
_LIST_MARK = re.compile(r"^- (?=\S)")
_SHORT_TEXTS_TOO = use_config()  # an urgent item is a sentence; trafilatura wants 250 characters
_SHORT_TEXTS_TOO.read_dict({"DEFAULT": {"MIN_EXTRACTED_SIZE": "1", "MIN_OUTPUT_SIZE": "1"}})


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs, the element that holds them (None where only trafilatura saw them), and what was taken out."""

    paragraphs: list[str]
    container: HtmlElement | None
    removed: tuple[Removal, ...] = ()


def read_body(
    root: HtmlElement, *, title: str, teaser: str | None = None, selector: str | None = None, drop: str | None = None
) -> Body:
    """The body of the article on a page.

    `title` and `teaser` (the page's description) tell the text apart from its surroundings; `selector` and
    `drop` are the outlet's own CSS, tried first.
    """
    skip = set(root.cssselect(drop)) if drop else set()
    container = _selected(root, selector) if selector else None
    container = container if container is not None else find_container(root, teaser)
    if container is not None and (read := _paragraphs(container, title, skip)):
        return Body(_with_lead(root, container, read, title), container)
    if (lead := _lead(root)) is not None and (read := _paragraphs(lead, title, skip)):
        return Body(read, lead)
    if _has_empty_slot(root):
        return Body([], container)
    return _unnamed(root, title, teaser, skip)


def _unnamed(root: HtmlElement, title: str, teaser: str | None, skip: set[HtmlElement]) -> Body:
    """The text of a page that names no place for it: where it is densest, else what trafilatura sees."""
    container = densest(root, teaser)
    if container is None:
        return Body(_clean(_by_trafilatura(root), title), None)
    read = _paragraphs(container, title, skip)
    return Body(_with_lead(root, container, read, title) if any(map(_is_sentence, read)) else [], container)


def _is_sentence(text: str) -> bool:
    """Whether a line can be news at all: menus, labels and weather are shorter."""
    return len([word for word in re.findall(r"\w+", text) if word.isalpha()]) >= 6


def densest(root: HtmlElement, teaser: str | None) -> HtmlElement | None:
    """The element in which most text stands next to each other; around the line that opens as the teaser, if one does.

    Each line of text gives its length to its block's parent, and a part of it to the block and to two more ancestors.
    """
    scores: dict[HtmlElement, float] = {}
    anchored: set[HtmlElement] = set()
    for line in lines(root, _asides(root)):
        if not _is_text(line):
            continue
        around = [line.block, *islice(line.block.iterancestors(), 3)]
        for element, share in zip(around, (0.8, 1.0, 0.5, 0.25), strict=False):
            # The page itself holds the text only where the paragraphs are its very children.
            if element.tag != "html" and (element.tag != "body" or share >= 0.8):
                scores[element] = scores.get(element, 0.0) + share * len(line.text)
        if _opens_with([line], teaser):
            anchored.update((line.block, *line.block.iterancestors()))
    candidates = anchored & scores.keys() or scores.keys()
    return max(candidates, key=lambda element: scores[element], default=None)


def _has_empty_slot(root: HtmlElement) -> bool:
    """Whether the page has a place for an article's text and nothing but pictures or players in it."""
    if root.xpath(_SEMANTIC):
        return True
    media = (slot.iter("figure", "iframe", "video", "embed", "img") for slot in _named(root) if not _good(lines(slot)))
    return any(next(found, None) is not None for found in media)


def _selected(root: HtmlElement, selector: str) -> HtmlElement | None:
    return next((element for element in root.cssselect(selector) if _good(lines(element))), None)


def find_container(root: HtmlElement, teaser: str | None) -> HtmlElement | None:
    """The element that holds the text, by what its author calls it; None where nothing on the page says so."""
    semantic = [element for element in root.xpath(_SEMANTIC) if element.tag != "meta"]
    if semantic:
        # An infinite page has the next article below; an empty one has its text in the lead.
        return next((element for element in semantic if _good(lines(element))), None)
    best_named, best_region = _best(_named(root), teaser), _best(root.xpath(_REGIONS), teaser)
    if best_named is None or best_region is None:
        return best_named if best_named is not None else best_region
    if _opens_with(lines(best_named), teaser) or _good(lines(best_named)) > 0.35 * _good(lines(best_region)):
        return best_named
    return best_region


def _named(root: HtmlElement) -> list[HtmlElement]:
    return [element for element in root.iter("div", "section", "article", "span", "td") if _is_named_body(element)]


def _is_named_body(element: HtmlElement) -> bool:
    names = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    return any(_BODY_NAME.search(re.sub(r"[^a-z]", "", name)) for name in names.split())


def _best(candidates: Sequence[HtmlElement], teaser: str | None) -> HtmlElement | None:
    """The candidate with the most text and the least of anything else; one that opens as the teaser does, first."""
    best: tuple[float, HtmlElement] | None = None
    for element in islice(candidates, 60):
        found = lines(element)
        if not (good := _good(found)):
            continue
        noise = sum(len(line.text) for line in found) - good
        score = good - 1.5 * noise + (100_000 if _opens_with(found, teaser) else 0)
        if best is None or score > best[0]:
            best = (score, element)
    return best[1] if best else None


def _opens_with(found: Sequence[Line], teaser: str | None) -> bool:
    opening = normalize_arabic(teaser or "")[:40]
    return len(opening) > 15 and any(
        normalize_arabic(line.text).startswith(opening) for line in found if _is_text(line)
    )


def _good(found: Sequence[Line]) -> int:
    """The characters that stand in lines that read like text: not links, not labels, not rules of the house."""
    return sum(len(line.text) for line in found if _is_text(line))


def _is_text(line: Line) -> bool:
    return (
        line.links < 0.5 and len(line.text) >= 25 and line.block.tag not in _HEADLINES and not is_furniture(line.text)
    )


def _paragraphs(container: HtmlElement, title: str, skip: set[HtmlElement]) -> list[str]:
    """The text that trafilatura reads in the container, without what stands in it and is no part of the text.

    Where trafilatura gives nothing (too deep, too large), our own lines serve.
    """
    dropped = skip | _asides(container)
    found = lines(container, dropped)
    own = _clean([line.text for line in found if _stays(line)], title)
    if not own:
        return []
    noise = {line.block for line in found if _is_noise(line)} - {line.block for line in found if not _is_noise(line)}
    page = _pruned(container, dropped | noise - {container})
    read = _by_trafilatura(page, favor_recall=True, config=_SHORT_TEXTS_TOO)
    return _clean(read, title) or own


def _is_noise(line: Line) -> bool:
    return not _stays(line) or is_furniture(line.text) or is_date_line(line.text)


def _pruned(container: HtmlElement, dropped: set[HtmlElement]) -> HtmlElement:
    """A copy of the container without some of its elements, as the article of a page of its own."""
    page = html.document_fromstring("<html><body></body></html>")
    article = etree.SubElement(page[0], "article")
    twin = deepcopy(container)
    twin.tail = None
    for element, original in zip(list(twin.iter()), list(container.iter()), strict=True):
        if original in dropped and element.getparent() is not None:
            element.drop_tree()
    article.append(twin)
    return page


def _stays(line: Line) -> bool:
    # A paragraph may be one long link; a short one is a pointer elsewhere.
    return line.links < 0.8 or (len(line.text) > 120 and line.links < 0.95)


def _asides(container: HtmlElement) -> set[HtmlElement]:
    """Elements in the container that are named as something else, but for a wrapper of the text with a bad name."""
    whole = _good(lines(container))
    dropped: set[HtmlElement] = set()
    for element in container.iterdescendants():
        if not isinstance(element.tag, str):
            continue
        if element.getparent() in dropped or (_is_aside(element) and not _is_wrapper(element, whole)):
            dropped.add(element)
    return dropped


def _is_aside(element: HtmlElement) -> bool:
    if element.tag in _NOT_TEXT_TAGS or _is_card(element):
        # A whole page can be wrapped in one form.
        return element.tag != "form" or element.find(".//h1") is None
    return element.tag != "a" and bool(hints(element) & _NOT_TEXT)


def _is_wrapper(element: HtmlElement, whole: int) -> bool:
    """Whether most of the text is in here, and the name says text too, whatever else it says."""
    named = hints(element)
    if element.tag in _NOT_TEXT_TAGS or _is_card(element) or not named & _TEXT or named & _COMMENTS:
        return False
    return _good(lines(element)) > 0.4 * whole


def _is_card(element: HtmlElement) -> bool:
    """A box over which an empty link lies: all of it is a pointer elsewhere."""
    return element.tag in ("div", "li", "article") and any(
        child.tag == "a" and child.get("href") and not child.text_content().strip() and not len(child)
        for child in element
    )


def _clean(paragraphs: list[str], title: str) -> list[str]:
    kept = [line for line in paragraphs if not is_furniture(line) and not is_date_line(line)]
    return without_echo(without_headline(kept, title))


def _with_lead(root: HtmlElement, container: HtmlElement, read: list[str], title: str) -> list[str]:
    """The paragraphs with the standfirst before them where it stands outside the container and says something new."""
    lead = _lead(root)
    if lead is None or lead in container.iterancestors() or container in lead.iterancestors():
        return read
    opening = [line.text for line in lines(lead) if line.links < 0.5 and not is_furniture(line.text)]
    known = normalize_arabic(" ".join(read))
    form = normalize_arabic(" ".join(opening)).removesuffix("...")
    if not form or form[:60] in known or form == normalize_arabic(title):
        return read
    return _clean([*opening, *read], title)


def _lead(root: HtmlElement) -> HtmlElement | None:
    return next(
        (
            e
            for e in root.iter("div", "p", "h2", "h3", "section")
            if e.get("itemprop") == "description" or hints(e) & _LEADS
        ),
        None,
    )


def _by_trafilatura(root: HtmlElement, **options: Any) -> list[str]:
    """What trafilatura, without its slow metadata and rescue, takes for the text of a page or a part of one."""
    if sum(1 for _ in islice(root.iter(), _MOST_ELEMENTS)) >= _MOST_ELEMENTS:
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
            **options,
        )
    except (etree.LxmlError, ValueError, RecursionError):
        return []
    lines_found = (line.replace(_KEPT, _ZWNJ).strip() for line in (found or "").splitlines())
    return [_LIST_MARK.sub("", line) for line in lines_found if line]
