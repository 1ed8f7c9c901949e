"""The part of the paper that an article stands in: one short name, never a menu."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.language import arabic_share
from pipelines.metadata.facts import Facts
from pipelines.metadata.jsonld import text_values
from pipelines.metadata.marks import marked
from pipelines.regions import around, headline_element, is_elsewhere, is_large
from pipelines.text import clean_line, normalize_arabic, word_set
from pipelines.tree import text_of

_HOME = word_set("الرييسيه رييسيه الصفحه home البدايه المدخل")
_NO_SECTION = ("اقرا", "المزيد", "شارك", "طباعه", "تعليق", "متابعه", "عاجل", "اخر الاخبار", "الاكثر")
_GENERIC = word_set("article articles story stories post posts node news details content amp archives ar arabic index")
_LONGEST, _MOST, _MOST_LINKS = 40, 300, 600


def section(
    facts: Facts,
    site_names: frozenset[str],
    *,
    root: HtmlElement | None = None,
    url: str | None = None,
    title: str | None = None,
) -> str | None:
    """The section: of JSON-LD or microdata, meta, a trail of crumbs, the rubric at the headline, or the address.

    `root` and `url` of the page allow the last. None where nothing, or a whole menu, is told.

    >>> section(Facts(meta={}, article={"articleSection": ["رياضة", "كرة القدم"]}, crumbs=["الرئيسية", "كرة القدم"]),
    ...     frozenset())
    'كرة القدم'
    """
    trail = _trail(facts.crumbs, site_names, title) or _visible_trail(facts, site_names, title)
    told = [text for text in text_values(facts.article.get("articleSection")) if _is_section(text, site_names, title)]
    if told:
        forms = [normalize_arabic(text) for text in told]
        return told[forms.index(normalize_arabic(trail))] if trail and normalize_arabic(trail) in forms else told[0]
    meta = facts.first("article:section", "articlesection", "section", "og:section")
    if meta and _is_section(meta, site_names, title):
        return meta
    found = trail or _rubric(facts, site_names, title)
    return _of_address(root, url, site_names, title) if found is None and root is not None and url else found


def _is_section(text: str, site_names: frozenset[str], title: str | None) -> bool:
    form = normalize_arabic(text)
    return (
        2 <= len(text) <= _LONGEST
        and len(form.split()) <= 5
        and not any(mark in text for mark in (",", "،", ";", "|", ">"))
        and arabic_share(text) > 0.5
        and form not in site_names
        and not set(form.split()) <= _HOME
        and not form.startswith(_NO_SECTION)
        and form != normalize_arabic(title or "")
    )


def _trail(names: Sequence[str], site_names: frozenset[str], title: str | None) -> str | None:
    """The last crumb that is neither home nor the headline, which can be cut."""
    own = normalize_arabic(title or "")
    for name in reversed(names):
        form = normalize_arabic(name)
        if own and len(form) > 12 and (own.startswith(form) or form.startswith(own)):
            continue
        return name if _is_section(name, site_names, title) else None
    return None


def _visible_trail(facts: Facts, site_names: frozenset[str], title: str | None) -> str | None:
    for element in marked(facts.marks, "trail")[:6]:
        links = [text for link in element.iter("a") if (text := clean_line(link.text_content()).strip("»›>«</|\\ "))]
        if 1 <= len(links) <= 6 and (found := _trail(list(dict.fromkeys(links)), site_names, title)):
            return found
    return None


def _rubric(facts: Facts, site_names: frozenset[str], title: str | None) -> str | None:
    """What an element at the headline shows that is called a category; None where several are shown."""
    heading = headline_element(marked(facts.marks, "heading"), title or "")
    if heading is None:
        return None
    region = around(heading)
    found: dict[str, str] = {}
    for element in marked(facts.marks, "rubric")[:_MOST]:
        if element is heading or is_large(element) or region not in element.iterancestors():
            continue
        text = text_of(element)
        if _is_section(text, site_names, title) and not is_elsewhere(element, heading):
            found.setdefault(normalize_arabic(text), text)
    return next(iter(found.values())) if len(found) == 1 else None


def _of_address(root: HtmlElement, url: str, site_names: frozenset[str], title: str | None) -> str | None:
    """The name that the site's own links give to the deepest folder in which the article's address lies."""
    folders = [part for part in _parts(url)[:-1] if len(part) > 2 and not part.isdigit() and part not in _GENERIC]
    for folder in folders[:-9:-1]:
        names = {
            normalize_arabic(text): text
            for link in root.xpath("//a[contains(@href, '/')]")[:_MOST_LINKS]
            if _is_folder(link.get("href"), folder, folders, url)
            and _is_section(text := text_of(link), site_names, title)
        }
        if names:
            return next(iter(names.values())) if len(names) == 1 else None
    return None


def _is_folder(href: str, folder: str, folders: Sequence[str], url: str) -> bool:
    """Whether a link leads to a folder of the article's address, on its own host."""
    if not href.rstrip("/").lower().endswith((folder, quote(folder).lower())):
        return False
    path = _parts(urljoin(url, href))
    return urlsplit(urljoin(url, href)).netloc == urlsplit(url).netloc and set(path) <= {*folders, *_GENERIC}


def _parts(url: str) -> list[str]:
    try:
        return [part for part in unquote(urlsplit(url).path).lower().split("/") if part]
    except ValueError:
        return []
