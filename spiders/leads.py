"""Where a page leads that is only a step before a home page: a refresh, a frame, a script, a choice of languages."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

from spiders.markup import text_of
from spiders.urls import BadURL, request_url

_REFRESH = re.compile(r"\s*(\d{1,6})?(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?['\"]?\s*([^'\"\s][^'\"]*)", re.I)
_SCRIPT = re.compile(
    r"(?:window|document|top|self)?\.?\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*['\"]([^'\"<>\s]{1,500})['\"]"
)
_LONGEST_WAIT = 30  # seconds; a page that is read for longer renews itself
_MOST_LINKS = 12  # of a page that asks for a language
_ARABIC = re.compile(r"(?i)^(?:(?:ال)?عربي(?:ة)?|اللغة العربية|النسخة العربية|arabic|ar)$")
_ARABIC_PLACE = re.compile(r"(?i)^(?:arabic|ar)\.|^[^/]*/(?:arabic|ar)(?:[-_][a-z]{2})?(?:/|$|\.)|[?&]lang=ar\b")
_OTHER = re.compile(r"(?i)^(?:english|français|francais|en|fr|türkçe|فارسی|español|deutsch|kurdî|کوردی|русский|עברית)$")

LEADS = {
    "refresh": "refreshes to",
    "script": "redirects by a script to",
    "frame": "is only a frame around",
    "language": "asks for a language; the Arabic part is",
    "edition": "is in another language; its Arabic edition is",
}


class Lead(NamedTuple):
    """Where a page leads. `is_all` says that the page is nothing else."""

    kind: Literal["refresh", "script", "frame", "language", "edition"]
    url: str
    is_all: bool


def lead_of(root: etree._Element, *, url: str, base: str, text: str, is_own: bool) -> Lead | None:
    """Where a page leads at once, None where it is to be read itself.

    `text` is what it shows; `is_own`: it has stories or feeds of its own.

    >>> page = etree.fromstring("<meta http-equiv=Refresh content='0;URL=/ar/'>", etree.HTMLParser())
    >>> lead_of(page, url="https://raqib.tld/", base="https://raqib.tld/", text="", is_own=False)
    Lead(kind='refresh', url='https://raqib.tld/ar/', is_all=True)
    """
    found = _refresh(root, is_own=is_own)
    if found is None and not is_own:
        found = _frame(root, text) or _language(root, base) or _script(root)
    if found is None and len(re.findall("[\u0621-\u064a]", text)) * 3 < len(re.findall(r"[^\W\d_]", text)):
        found = _edition(root)
    try:
        target = request_url(found[1], base=base) if found else url
    except BadURL:
        return None
    return Lead(found[0], target, not is_own) if found and target != url else None


_Found = tuple[Literal["refresh", "script", "frame", "language", "edition"], str]


def _refresh(root: etree._Element, *, is_own: bool) -> _Found | None:
    for meta in root.iter("meta"):
        is_refresh = (meta.get("http-equiv") or "").strip().lower() == "refresh"
        is_for_few = next(meta.iterancestors("noscript"), None) is not None
        match = _REFRESH.match(meta.get("content") or "") if is_refresh and not is_for_few else None
        if match and (not is_own or int(match[1] or 0) <= _LONGEST_WAIT):
            return "refresh", match[2].strip()
    return None


def _frame(root: etree._Element, text: str) -> _Found | None:
    """The one page that a frameset, or a page that is nothing but a frame, shows."""
    frames = [*root.iter("frame"), *(root.iter("iframe") if not text else ())]
    shown = {src for frame in frames if (src := (frame.get("src") or "").strip()) and not src.startswith("about:")}
    return ("frame", shown.pop()) if len(shown) == 1 else None


def _language(root: etree._Element, base: str) -> _Found | None:
    """The Arabic one of a few links of which each is another language's."""
    anchors = [(_label(anchor), (anchor.get("href") or "").strip()) for anchor in islice(root.iter("a"), 100)]
    anchors = [(text, href) for text, href in anchors if href and not href.startswith(("#", "mailto:", "javascript:"))]
    if len(anchors) > _MOST_LINKS:
        return None
    arabic = next((href for text, href in anchors if _ARABIC.match(text)), None)
    arabic = arabic or next((href for _, href in anchors if _ARABIC_PLACE.search(_place(href, base))), None)
    is_asked = any(_OTHER.match(text) for text, _ in anchors)
    return ("language", arabic) if arabic and is_asked else None


def _label(anchor: etree._Element) -> str:
    """An anchor's text, or that of its picture."""
    return text_of(anchor) or next(
        (alt for image in anchor.iter("img") if (alt := (image.get("alt") or "").strip())), ""
    )


def _place(href: str, base: str) -> str:
    """The host and what follows of an address, readable."""
    try:
        parts = urlsplit(request_url(href, base=base))
    except BadURL:
        return ""
    return f"{parts.netloc}{unquote(parts.path)}{'?' + parts.query if parts.query else ''}"


def _script(root: etree._Element) -> _Found | None:
    """The address that a script goes to, in a page that has no link; one that sets a cookie first is a challenge."""
    if next(root.iter("a"), None) is not None:
        return None
    scripts = " ".join(text[:20_000] for text in map(text_of, root.iter("script")) if text)
    match = _SCRIPT.search(scripts) if "document.cookie" not in scripts else None
    return ("script", match[1]) if match else None


def _edition(root: etree._Element) -> _Found | None:
    """The Arabic edition that a page in another language names."""
    for link in root.iter("link"):
        is_alternate = "alternate" in (link.get("rel") or "").lower().split()
        is_page = "html" in (link.get("type") or "html")
        href = (link.get("href") or "").strip()
        if href and is_alternate and is_page and re.match(r"(?i)ar\b", link.get("hreflang") or ""):
            return "edition", href
    return None
