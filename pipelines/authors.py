"""The strings in which a page names who wrote an article: people and agencies, never addresses, roles or the outlet."""

from __future__ import annotations

import re
from typing import Any

from lxml.html import HtmlElement

from pipelines.dates import date_in
from pipelines.facts import Facts
from pipelines.jsonld import kinds, text_values
from pipelines.marks import marked
from pipelines.regions import around, headline_element, is_elsewhere, is_large, outermost
from pipelines.text import clean_line, normalize_arabic, unescape_line, word_set
from pipelines.tree import hints, is_hidden, lines, text_of

_META = ("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author",
         "sailthru.author", "cxenseparse:author")  # fmt: skip
_NOT_NAME = re.compile(
    r"https?:|//|www\.|@|\.(?:png|jpe?g|gif|svg|webp|html?|php|com|net|org|tv)\b|[<>{}\\_]|^\W*$", re.IGNORECASE
)
_ROLE = re.compile(
    r"^(?:ال)?(?:محرر|محرره|محررون|محررين|مدير|مشرف|كاتب|كاتبه|مراسل|مراسله|مراسلون|مصدر|ناشر|ادمن|اداره|تحرير)"
    r"(?: .{0,20})?$"
    r"|^(?:فريق|هييه|قسم|اسره|اداره|غرفه|مكتب|وحده|ديسك) .{1,30}$|^(?:كتب|كتبت|بقلم|غير معروف|مجهول|بدون|خاص)$"
    r"|^(?:web ?)?(?:admin|administrator|editors?|editor in chief|editorial|staff|desk|newsroom|news ?desk|webmaster"
    r"|root|user|author|writer|reporter|unknown|none|null|undefined|anonymous|test|guest|moderator|publisher)\d*$"
)
_NAMED = ".//*[@itemprop='name' or @rel='author'] | .//a[contains(@href, 'author') or contains(@href, 'writer')]"
_BOXES = word_set("article body main img")
_NOT_BYLINE = word_set("image img photo avatar pic picture bio about more follow social share list box date time count")
_AGENCY = re.compile(r"^(?:\w{2,10}|\w(?: \w){1,4})$|^(?:ال)?وكال")
_ORGANISATIONS = frozenset({"Organization", "NewsMediaOrganization", "Corporation"})
_LONGEST, _MOST, _SEVERAL = 80, 60, 3


def told_authors(facts: Facts, site_names: frozenset[str] = frozenset(), title: str = "") -> list[str]:
    """The strings that name authors or agencies: of JSON-LD or microdata, and of meta, else those shown.

    >>> people = [{"name": "سارة علي"}, {"name": "الرقيب"}]
    >>> facts = Facts(meta={"author": ["admin", "@raqib"]}, article={"author": people})
    >>> told_authors(facts, frozenset({"الرقيب"}))
    ['سارة علي']
    """
    people = [*_people(facts.article.get("author")), *_people(facts.article.get("creator"))]
    told = [text for text in (*people, *facts.all(*_META)) if _can_name(text, facts, site_names)]
    return list({normalize_arabic(text): text for text in reversed(told)}.values())[::-1] or [
        text for text in visible_bylines(facts, title) if _can_name(text, facts, site_names)
    ]


def _people(value: Any) -> list[str]:
    """Names, but those of organisations that do not look like an agency's: they are the outlet, or a desk."""
    items = value if isinstance(value, list) else [value]
    return [
        text
        for item in items
        for text in text_values(item)
        if not isinstance(item, dict) or not _ORGANISATIONS & set(kinds(item)) or _AGENCY.search(normalize_arabic(text))
    ]


def _can_name(text: str, facts: Facts, site_names: frozenset[str]) -> bool:
    form = normalize_arabic(text)
    sections = {normalize_arabic(name) for name in text_values(facts.article.get("articleSection"))}
    sections.update(map(normalize_arabic, facts.all("article:section")))
    return bool(
        form
        and len(text) <= 120
        and form not in site_names
        and form not in sections
        and not _NOT_NAME.search(text)
        and not _ROLE.match(form)
    )


def visible_bylines(facts: Facts, title: str = "") -> list[str]:
    """Short lines that the page marks as its author's: those around the headline `title`, else the first one.

    None in menus, comments and lists of other stories.

    >>> from lxml import html
    >>> from pipelines.facts import read_facts
    >>> page = html.document_fromstring("<p class='byline'>كتبت: سارة علي</p><aside class='author'>مها</aside>")
    >>> visible_bylines(read_facts(page))
    ['كتبت: سارة علي']
    """
    headings = marked(facts.marks, "heading")
    heading = headline_element(headings, title or facts.title)
    heading = headings[0] if heading is None and len(headings) == 1 else heading
    blocks = [block for block in marked(facts.marks, "byline")[:_MOST] if _is_byline(block, heading)]
    blocks = list(outermost(blocks))
    region = around(heading) if heading is not None else None
    near = [block for block in blocks if region is not None and region in block.iterancestors()] or blocks
    return list(
        dict.fromkeys(text for block in (near if len(near) <= _SEVERAL else near[:1]) for text in _names(block))
    )


def _is_byline(element: HtmlElement, heading: HtmlElement | None) -> bool:
    is_named = "author" in (element.get("itemprop"), element.get("rel"))
    return (
        element.tag not in _BOXES
        and (is_named or not hints(element) & _NOT_BYLINE)
        and not is_hidden(element)
        and not is_large(element)
        and not is_elsewhere(element, heading)
    )


def _names(block: HtmlElement) -> list[str]:
    """The names marked within a byline, else its short lines without dates."""
    marked = [text for element in outermost(block.xpath(_NAMED)) if (text := unescape_line(text_of(element)))]
    found = marked or [line.text for line in lines(block)]
    if len(found) > 4:
        return []
    return [clean_line(text) for text in found if len(text) <= _LONGEST and not date_in(text)]
