"""The strings in which a page names who wrote an article: people and agencies, never addresses, roles or the outlet."""

from __future__ import annotations

import re
from typing import Any

from pipelines.credits.names import is_name, is_sure_name
from pipelines.metadata.bylines import visible_bylines
from pipelines.metadata.facts import Facts
from pipelines.metadata.jsonld import kinds, text_values
from pipelines.text import normalize_arabic

_META = ("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author",
         "sailthru.author", "cxenseparse:author")  # fmt: skip
_NOT_NAME = re.compile(
    r"https?:|//|www\.|@|\.(?:png|jpe?g|gif|svg|webp|html?|php|com|net|org|tv)\b|[<>{}\\_]|^\W*$", re.IGNORECASE
)
_ROLE = re.compile(
    r"^(?:ال)?(?:محرر|محرره|محررون|محررين|مدير|مشرف|كاتب|كاتبه|مراسل|مراسله|مراسلون|مصدر|ناشر|ادمن|اداره|تحرير"
    r"|مسوول|مستخدم|زاير|ضيف)"
    r"(?: .{0,20})?$"
    r"|^(?:فريق|كتاب|هييه|قسم|اسره|اداره|غرفه|مكتب|وحده|ديسك) .{1,30}$|^(?:كتب|كتبت|بقلم|غير معروف|مجهول|بدون|خاص)$"
    r"|^(?:رييس|سكرتير|نايب رييس) (?:ال)?تحرير$"
    # What stands behind a name's place in a box of its own: a link to all that the person wrote.
    r"|^(?:جميع|كل|المزيد|مزيد|مقالات|اخر|تابع|عرض|صفحه|اقرا|نبذه|للكاتب|للكاتبه)(?: .{0,30})?$"
    r"|^(?:(?:web|super|site|news|chief|default|wp|the) ?)?(?:admin|administrator|editors?|editor in chief|editorial"
    r"|editorial team|staff|desk|newsroom|news ?desk|webmaster|master|root|user|author|writer|reporter|unknown|none"
    r"|null|undefined|anonymous|test|demo|guest|moderator|manager|publisher|contributor)[ \d]*$"
)
_AGENCY = re.compile(r"^(?:\w{2,10}|\w(?: \w){1,4})$|^(?:ال)?وكال")
_ORGANISATIONS = frozenset({"Organization", "NewsMediaOrganization", "Corporation"})


def told_authors(facts: Facts, site_names: frozenset[str] = frozenset(), title: str = "") -> list[str]:
    """The strings that name authors or agencies: of JSON-LD or microdata, and of meta, else those shown.

    >>> people = [{"name": "سارة علي"}, {"name": "الرقيب"}]
    >>> facts = Facts(meta={"author": ["admin", "@raqib"]}, article={"author": people})
    >>> told_authors(facts, frozenset({"الرقيب"}))
    ['سارة علي']
    """
    people = [*_people(facts.article.get("author")), *_people(facts.article.get("creator"))]
    told = [text for text in (*people, *facts.all(*_META)) if _can_name(text, facts, site_names)]
    if not told:
        told = [text for text in visible_bylines(facts, title, site_names) if _can_name(text, facts, site_names)]
    people = [name for text in told for name in _each(text, site_names)]
    return list({normalize_arabic(text): text for text in reversed(people)}.values())[::-1]


def _each(text: str, site_names: frozenset[str]) -> list[str]:
    """The two people of «ليلى منير وأنجليكا بيرغ»; «محمد علي وليد حسن» is one."""
    for joint in re.finditer(r"\sو\s*(?=\S{4,}\s)", text):
        left, right = text[: joint.start()], text[joint.end() :]
        if is_name(left, site_names) and is_name(right, site_names) and not is_sure_name(f"و{right}", site_names):
            return [left, right]
    return [text]


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
