"""What an article is about, by the outlet's own tags: not its headline cut into words, nor the site's keywords."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipelines.metadata.facts import Facts
from pipelines.metadata.jsonld import text_values
from pipelines.metadata.marks import marked
from pipelines.regions import headline_element, is_elsewhere
from pipelines.text import clean_line, normalize_arabic, word_set
from pipelines.tree import hints, text_of

_BREAK = re.compile(r"[,،;؛|\n]+")
_CROWD = word_set("cloud trending popular hot most top nav menu header footer manager google gtm")
_LABEL = re.compile(
    r"^(?:الكلمات (?:الدلاليه|المفتاحيه)|كلمات (?:دلاليه|مفتاحيه)|الوسوم|وسوم|تاغات|تاجات|تاج|علامات|اوسمه|tags?"
    r"|مواضيع ذات صله)$"
)
_TAG_ADDRESS = re.compile(r"tags?\b|topics?/|keywords?|/وسم|/الوسوم|hashtag|search", re.IGNORECASE)
_LONGEST, _MOST, _MOST_BLOCKS, _FEW = 60, 20, 60, 6


def tags(
    facts: Facts,
    title: str,
    body: Sequence[str],
    *,
    site_names: frozenset[str] = frozenset(),
) -> list[str]:
    """The tags, each once in their order, at most 20: keywords of JSON-LD, article:tag, those shown, keywords of meta.

    Keywords among which is the outlet, or of which less than half occur in the text, are the whole site's.

    >>> tags(Facts(meta={"keywords": ["أخبار، الرقيب، عاجل"]}), "أمطار في الشمال", ["هطلت أمطار."])
    []
    >>> tags(Facts(meta={"article:tag": ["طقس", "أمطار، سيول"]}), "أمطار في الشمال", ["هطلت أمطار."])
    ['طقس', 'أمطار', 'سيول']
    """
    text = normalize_arabic(" ".join([title, *body]))
    told = text_values(facts.article.get("keywords"))
    if (found := _fitting(told, title, site_names)) and not _is_site_wide(told, found, text, site_names):
        return found
    if found := _fitting(facts.meta.get("article:tag") or _shown(facts, title), title, site_names):
        return found
    for name, few in (("news_keywords", _FEW), ("keywords", 0)):
        told = facts.all(name)
        if (found := _fitting(told, title, site_names)) and not _is_site_wide(told, found, text, site_names, few):
            return found
    return []


def _parts(told: Sequence[str]) -> list[str]:
    return [part for text in told for raw in _BREAK.split(text) if (part := clean_line(raw).strip("#•·-–").strip())]


def _fitting(told: Sequence[str], title: str, site_names: frozenset[str]) -> list[str]:
    """The tags among some strings; none where they are the headline, whole or cut into its words."""
    found: dict[str, str] = {}
    headline = normalize_arabic(title)
    for part in _parts(told):
        form = normalize_arabic(part)
        if form and len(part) <= _LONGEST and form != headline and form not in site_names:
            found.setdefault(form, part.replace("_", " "))
    in_title = set(headline.split())
    cut = [form for form in found if " " not in form and form in in_title]
    if len(found) > 4 and len(cut) > 0.8 * len(found):
        return []
    return list(found.values())[:_MOST]


def _is_site_wide(
    told: Sequence[str], found: Sequence[str], text: str, site_names: frozenset[str], few: int = _FEW
) -> bool:
    """Whether keywords name the outlet, or are more than a `few` of which most are not in the text."""
    about = [tag for tag in found if normalize_arabic(tag) in text]
    is_strange = len(found) > few and len(about) < 0.5 * len(found)
    return is_strange or any(normalize_arabic(part) in site_names for part in _parts(told))


def _shown(facts: Facts, title: str) -> list[str]:
    """The first block of links after the headline that is called tags."""
    elements = [mark.element for mark in facts.marks]
    heading = headline_element(marked(facts.marks, "heading"), title)
    later = facts.marks[elements.index(heading) + 1 :] if heading is not None else facts.marks
    for block in marked(later, "tags")[:_MOST_BLOCKS]:
        if _is_block(block, heading) and (found := _links(block)):
            return found
    return []


def _is_block(block: HtmlElement, heading: HtmlElement | None) -> bool:
    relation = (block.get("rel") or "").split()
    if block.tag == "a" and "tag" not in relation:
        return False
    return "category" not in relation and not hints(block) & _CROWD and not is_elsewhere(block, heading)


def _links(block: HtmlElement) -> list[str]:
    """The texts of a block's links; of a link with rel=tag, those of its neighbours too."""
    if block.tag == "a":
        box = block.getparent()
        links = [link for link in box.iter("a") if "tag" in (link.get("rel") or "").split()] if box is not None else []
    else:
        links = list(block.iter("a"))
    texts = [text_of(link) for link in links[: _MOST + 1]]
    is_tags = all(_TAG_ADDRESS.search(unquote(link.get("href") or "")) or link.get("rel") for link in links)
    if not links or len(links) > _MOST or any(len(text) > _LONGEST for text in texts):
        return []
    if not is_tags and len(links) == 1:
        return []
    return [text for text in texts if text and not _LABEL.match(normalize_arabic(text))]
