"""What a page says of itself in JSON-LD, microdata, OpenGraph and meta."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipelines.metadata.jsonld import Node, kinds, read_nodes, text_value, text_values
from pipelines.metadata.marks import Mark, marked, read_marks
from pipelines.metadata.microdata import read_item
from pipelines.text import normalize_arabic, unescape_line

_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report)$")
_SITE_TYPES = frozenset({"WebSite", "Organization", "NewsMediaOrganization"})
_NOT_FOLDED = frozenset({"datePublished", "dateModified", "image"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A page's statements.

    `meta`: values by lower-case name, in their order. `article`: the JSON-LD node of the page's article, and what
    only its microdata tells, but for dates and image. `item`: its microdata alone. `site`: the nodes of the site and
    its publisher. `crumbs`: the names of a JSON-LD breadcrumb trail. `types`: all JSON-LD types of the page.
    `title`: its <title>. `canonical`: the address that it calls its own. `marks`: its elements that say what they are.
    """

    meta: Mapping[str, list[str]]
    article: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=dict)
    site: Sequence[Mapping[str, Any]] = ()
    crumbs: Sequence[str] = ()
    types: frozenset[str] = frozenset()
    title: str = ""
    canonical: str | None = None
    marks: Sequence[Mark] = ()

    def first(self, *names: str) -> str | None:
        """The first value that is not empty among meta of these names."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)

    def all(self, *names: str) -> list[str]:
        """All values of meta of these names, each once."""
        return list(dict.fromkeys(value for name in names for value in self.meta.get(name, ()) if value))


def read_facts(root: HtmlElement, url: str | None = None) -> Facts:
    """All metadata of a page; its address tells its own article from the others that it may describe.

    >>> from lxml import html
    >>> page = html.fromstring('<html><title>أمطار</title><meta property="og:title" content="أمطار غزيرة"></html>')
    >>> read_facts(page).first("og:title")
    'أمطار غزيرة'
    """
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    nodes = read_nodes(script.text or "" for script in scripts)
    meta = _meta(root)
    head = root.find(".//title")
    title = unescape_line(head.text_content()) if head is not None else ""
    links = (link.get("href") for link in root.iter("link") if link.get("rel") == "canonical")
    canonical = [href for href in links if href is not None]
    addresses = {_path(told) for told in (url, *meta.get("og:url", ()), *canonical)}
    headlines = normalize_arabic(" ".join([title, *meta.get("og:title", ())]))
    article = _article(nodes, addresses - {""}, headlines)
    marks = read_marks(root)
    item = read_item(root, marked(marks, "property"), title)
    return Facts(
        meta=meta,
        article={**{key: value for key, value in item.items() if key not in _NOT_FOLDED}, **article},
        item=item,
        site=[node for node in nodes if _SITE_TYPES & set(kinds(node))],
        crumbs=_crumbs(nodes),
        types=frozenset(kind for node in nodes for kind in kinds(node)),
        title=title,
        canonical=next(iter(canonical), None),
        marks=marks,
    )


def _meta(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        value = unescape_line(element.get("content") or "")
        for key in ("property", "name", "itemprop"):
            if value and (name := element.get(key)):
                found.setdefault(name.strip().lower(), []).append(value)
    return found


def _article(nodes: Sequence[Node], addresses: set[str], headlines: str) -> Node:
    """The node of the page's article, completed by others of it; empty where several are all of other pages."""
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(kind) for kind in kinds(node))]
    if not articles:
        return {}
    fits = [(_fits(node, addresses, headlines), index) for index, node in enumerate(articles)]
    best = max(fits, key=lambda pair: (pair[0], "headline" in articles[pair[1]], -pair[1]))
    if best[0] < 0 and (len(articles) > 1 or _is_stranger(articles[0], best[0], headlines)):
        return {}
    same = [articles[index] for fit, index in fits if index != best[1] and fit > 0]
    told: Node = {}
    for node in (articles[best[1]], *same):
        told.update({key: value for key, value in node.items() if value not in (None, "", [], {}) and key not in told})
    return told


def _fits(node: Node, addresses: set[str], headlines: str) -> int:
    """How surely a node is of this page: 3 by its address, 2 by its headline, less where it is of another one."""
    told = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    own = {_path(text) for value in told for text in _addresses(value)} - {""}
    headline = normalize_arabic(text_value(node.get("headline") or node.get("name")) or "")
    by_address = 3 if own & addresses else -1 if own and addresses else 0
    by_headline = 2 if headline and headline in headlines else -1 if headline and headlines else 0
    return by_address + by_headline


def _is_stranger(node: Node, fit: int, headlines: str) -> bool:
    """Whether neither the address nor the words of the headline are this page's."""
    own = set(normalize_arabic(text_value(node.get("headline")) or "").split())
    return fit <= -2 and len(own & set(headlines.split())) <= 0.25 * len(own)


def _addresses(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value[:9] for text in _addresses(item)]
    if isinstance(value, dict):
        return [text for key in ("@id", "url") for text in _addresses(value.get(key))]
    return [value] if isinstance(value, str) else []


def _path(url: str | None) -> str:
    """What of an address tells one page of a site from another."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return ""
    return unquote(parts.path).rstrip("/").lower() + (f"?{parts.query}" if parts.query else "")


def _crumbs(nodes: Sequence[Node]) -> list[str]:
    trail = next((node for node in nodes if "BreadcrumbList" in kinds(node)), {})
    items = trail.get("itemListElement")
    found = []
    for crumb in items[:9] if isinstance(items, list) else []:
        if isinstance(crumb, dict):
            found.extend(text_values(crumb.get("name") or crumb.get("item"))[:1])
    return found
