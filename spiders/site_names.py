"""What a page's metadata call its site: Open Graph, JSON-LD, and what is stated for applications and phones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from spiders.markup import text_of

LONGEST = 200  # characters of a name
_MOST_SCRIPTS, _LONGEST_SCRIPT, _DEEPEST, _MOST_PARTS = 20, 200_000, 8, 2_000
_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
_SITES = frozenset({"organization", "newsmediaorganization", "website", "newspaper", "periodical", "radiostation",
                    "televisionstation", "broadcastservice"})  # fmt: skip
_INNER = ("@graph", "publisher", "mainEntity", "isPartOf")


def plain(text: str, limit: int = LONGEST) -> str:
    """Text of strangers in one printable line.

    >>> plain(" الرقيب \\u202e \\n اليومي ")
    'الرقيب اليومي'
    """
    printable = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text)
    return " ".join(printable.split())[:limit]


def site_names(root: etree._Element) -> tuple[str, ...]:
    """The names that metadata give a site, each once, the most trusted first.

    >>> page = '<meta property="og:site_name" content="الميناء"><meta name=application-name content="Al Minaa">'
    >>> site_names(etree.fromstring(page, etree.HTMLParser()))
    ('الميناء', 'Al Minaa')
    """
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or "").strip().lower()
        metas.setdefault(key, []).append(meta.get("content") or "")
    told = [*metas.get(_METAS[0], []), *_in_json(root), *(name for key in _METAS[1:] for name in metas.get(key, []))]
    return tuple(dict.fromkeys(name for name in map(plain, told) if name))


def title_of(root: etree._Element) -> str:
    """A page's title, "" where it has none."""
    titles = map(text_of, root.findall("./head/title") or root.findall(".//title"))
    return next((title for title in map(plain, titles) if title), "")


def _in_json(root: etree._Element) -> Iterator[str]:
    """Names of organizations and sites in JSON-LD."""
    scripts = (script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower())
    for script in islice(scripts, _MOST_SCRIPTS):
        text = script.text or ""
        try:
            found = json.loads(text, strict=False) if len(text) <= _LONGEST_SCRIPT else None
        except (ValueError, RecursionError):
            continue
        for part in islice(_parts(found, 0), _MOST_PARTS):
            kinds = part.get("@type")
            if any(str(kind).lower() in _SITES for kind in (kinds if isinstance(kinds, list) else [kinds])):
                yield from (name for name in (part.get("name"), part.get("alternateName")) if isinstance(name, str))


def _parts(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        value = [value.get(key) for key in _INNER]  # an author or a parent is somebody else
    for item in value if isinstance(value, list) else ():
        yield from _parts(item, depth + 1)
