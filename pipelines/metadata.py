"""What a page says of itself in JSON-LD, microdata, OpenGraph and meta: read strictly, believed within reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from pipelines.language import arabic_share
from pipelines.text import clean_line, normalize_arabic, unescape_line

_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report)$")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_MOST_LD = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A page's statements: `meta` by lower-case name (first value wins), `article` the JSON-LD node of the article."""

    meta: Mapping[str, list[str]]
    article: Mapping[str, Any] = field(default_factory=dict)
    types: frozenset[str] = frozenset()

    def first(self, *names: str) -> str | None:
        """The first value that is not empty among meta of these names."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)


def read_facts(root: HtmlElement) -> Facts:
    """All metadata of a page."""
    nodes = [node for script in root.iter("script") if _is_ld(script) for node in _nodes(script.text or "")]
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(kind) for kind in _kinds(node))]
    best = max(articles, key=lambda node: ("headline" in node) + ("datePublished" in node), default={})
    return Facts(meta=_meta(root), article=best, types=frozenset(kind for node in nodes for kind in _kinds(node)))


def _meta(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        value = unescape_line(element.get("content") or "")
        for key in ("property", "name", "itemprop"):
            if value and (name := element.get(key)):
                found.setdefault(name.strip().lower(), []).append(value)
    return found


def _is_ld(script: HtmlElement) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    """Every object at the top, in a list or in a graph of a JSON-LD block; nothing where it is no JSON."""
    if len(text) > _MOST_LD:
        return
    try:
        loaded = json.loads(_CONTROL.sub(" ", text.strip().rstrip(";")), strict=False)
    except (ValueError, RecursionError):
        return
    waiting = [loaded]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _kinds(node: Mapping[str, Any]) -> list[str]:
    kind = node.get("@type")
    return (
        [kind] if isinstance(kind, str) else [k for k in kind if isinstance(k, str)] if isinstance(kind, list) else []
    )


def text_value(value: object) -> str | None:
    """A JSON-LD value as one line: a string, the name or url of an object, the first of a list.

    >>> text_value([{"@type": "Person", "name": "سارة &quot;علي&quot;"}])
    'سارة "علي"'
    """
    if isinstance(value, str):
        return unescape_line(value) or None
    if isinstance(value, list):
        return next((found for item in value[:5] if (found := text_value(item))), None)
    if isinstance(value, dict):
        return text_value(value.get("name") or value.get("url") or value.get("@id"))
    return None


def texts(value: object) -> list[str]:
    """All strings of a JSON-LD value that may be a list or «a, b».

    >>> texts(["نفط", "أوبك، أسعار"])
    ['نفط', 'أوبك', 'أسعار']
    """
    if isinstance(value, list):
        return [text for item in value[:50] for text in texts(item)]
    found = text_value(value)
    return [part for raw in re.split(r"[,،;|]", found) if (part := clean_line(raw))] if found else []


_SEPARATOR = re.compile(r"\s+[-–—|»«:•·]\s+|\s*\|\s*")


def page_title(facts: Facts, root: HtmlElement, site_names: frozenset[str]) -> str | None:
    """The headline as a reader sees it, without the outlet's name.

    The visible h1 that says the same as the page's metadata is preferred: metadata loses quotation marks.
    """
    told = [text_value(facts.article.get("headline")), facts.first("og:title"), facts.first("twitter:title")]
    head = root.find(".//title")
    told.append(unescape_line(head.text_content()) if head is not None else None)
    stated = [without_site(text, site_names) for text in told if text]
    visible = [unescape_line(element.text_content()) for element in root.iter("h1")]
    visible = [text for text in visible if text and normalize_arabic(text) not in site_names]
    for text in visible:
        if any(_says_same(text, other) for other in stated):
            return text
    return next((text for text in stated if text and normalize_arabic(text) not in site_names), None) or (
        visible[0] if len(visible) == 1 else None
    )


def _says_same(text: str, other: str) -> bool:
    one, two = normalize_arabic(text), normalize_arabic(other)
    return bool(one) and (
        one == two or (len(one) > 15 and (two.startswith(one) or one.replace(" ", "") == two.replace(" ", "")))
    )


def without_site(title: str, site_names: frozenset[str]) -> str:
    """A title without the outlet's name, and what stands between them, at its end or its head.

    >>> without_site("زلزال يضرب الساحل - أخبار - البيان", frozenset({"البيان"}))
    'زلزال يضرب الساحل'
    >>> without_site("النفط - رحلة طويلة", frozenset({"البيان"}))
    'النفط - رحلة طويلة'
    """
    parts = _SEPARATOR.split(title)
    cuts = list(_SEPARATOR.finditer(title))
    if len(parts) < 2:
        return title
    if normalize_arabic(parts[-1]) in site_names or _is_site_like(parts[-1]):
        end = next(
            (
                cut
                for cut, part in zip(cuts, parts[1:], strict=True)
                if len(part) < 25 and _only_labels(title[cut.end() :])
            ),
            cuts[-1],
        )
        return title[: end.start()].strip()
    if normalize_arabic(parts[0]) in site_names:
        return title[cuts[0].end() :].strip()
    return title


def _only_labels(rest: str) -> bool:
    return all(len(part.split()) <= 3 for part in _SEPARATOR.split(rest))


def _is_site_like(part: str) -> bool:
    return bool(re.fullmatch(r"[\w.-]+\.(?:com|net|org|tv|news|info|ae|sa|eg|tn)", part.strip().lower()))


_LOGO = re.compile(r"logo|default|placeholder|blank|spacer|avatar|icon|no-?image", re.IGNORECASE)


def image_url(facts: Facts) -> str | None:
    """The article's picture, not the outlet's logo; None where only that is told."""
    image = facts.article.get("image")
    image = image[0] if isinstance(image, list) and image else image
    ld = image.get("url") if isinstance(image, dict) else image
    told = [
        facts.first("og:image:secure_url", "og:image", "og:image:url"),
        ld,
        facts.first("twitter:image", "twitter:image:src"),
    ]
    urls = [clean_line(url) for url in told if isinstance(url, str)]
    return next((url for url in urls if url.startswith(("http://", "https://")) and not _LOGO.search(url)), None)


def summary(facts: Facts, title: str) -> str | None:
    """The page's description where it says more than the headline or the outlet's slogan."""
    told = [
        facts.first("og:description"),
        text_value(facts.article.get("description")),
        facts.first("description", "twitter:description"),
    ]
    for text in told:
        if text and len(text) >= 30 and normalize_arabic(text) != normalize_arabic(title):
            return text
    return None


def section(facts: Facts, site_names: frozenset[str]) -> str | None:
    """The part of the paper, one short name; None where a whole menu is told."""
    told = [
        text_value(facts.article.get("articleSection")),
        facts.first("article:section", "articlesection", "section"),
    ]
    found = next((text for text in told if text), None)
    fits = found and len(found) <= 40 and normalize_arabic(found) not in site_names and arabic_share(found) > 0.5
    return found if fits else None


def tags(facts: Facts, title: str, body: Sequence[str]) -> list[str]:
    """Keywords that are about the article; none where they are its headline cut into words, or the whole site's."""
    told = facts.meta.get("article:tag")
    general = texts(facts.article.get("keywords")) or texts(facts.first("news_keywords", "keywords"))
    found = list(dict.fromkeys(part for value in told or general for part in texts(value) if len(part) <= 60))
    in_title = set(normalize_arabic(title).split())
    cut = [tag for tag in found if set(normalize_arabic(tag).split()) <= in_title and " " not in tag]
    if len(found) > 4 and len(cut) > 0.8 * len(found):
        return []
    if told:
        return found[:20]
    text = normalize_arabic(" ".join([title, *body]))
    about = [tag for tag in found if normalize_arabic(tag) in text]
    return found[:20] if len(about) >= 0.5 * len(found) else []


_BYLINES = (
    ".//*[@itemprop='author' or @rel='author' or contains(@class, 'byline') or contains(@class, 'author')"
    " or contains(@class, 'writ')]"
)


def visible_bylines(root: HtmlElement) -> list[str]:
    """Short lines that the page marks as its author's."""
    found = (clean_line(element.text_content()) for element in root.xpath(_BYLINES)[:5] if element.tag != "meta")
    return [text for text in found if 0 < len(text) <= 80][:1]
