"""What an outlet's home page and robots.txt say of it: its name, its language, its feeds, its sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from spiders.anchors import listed_anchors
from spiders.document_errors import UnreadableDocument
from spiders.feed_links import FeedLink, feed_links
from spiders.feeds import ROOTS
from spiders.gates import Front, Gate, gate_of
from spiders.leads import Lead, lead_of
from spiders.markup import local_name, parse_html, text_of
from spiders.outlet import Outlet
from spiders.sections import may_be_article, read_section
from spiders.site_names import plain, site_names, title_of
from spiders.urls import BadURL, request_url

_LONGEST_TEXT, _LEAST_TEXT = 4_000, 60
_MOST_MENU, _MOST_ANCHORS = 200, 2_000
_SILENT = frozenset({"script", "style", "noscript", "template", "head", "svg"})
_PAGE_TYPES = re.compile(r"(?i)html|xml|text|octet-stream")
_SYSTEMS = {
    "wordpress": rb"wp-content/|/wp-json/|content=.WordPress", "joomla": rb"content=.Joomla!",
    "drupal": rb"content=.Drupal ", "blogger": rb"content=.blogger",
}  # fmt: skip
_SCRIPTED = {
    "the script __NEXT_DATA__": rb"id=.__NEXT_DATA__",
    "the script __NUXT__": rb"window\.__NUXT__|id=.__NUXT_DATA__",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """`title` as it stands; `names` that metadata give the site, and `echoes`, other texts in which its name may stand.

    `language`: ISO 639 as <html lang> says, else ""; `text`: the beginning of what it shows. `feeds` and `sitemaps`
    that it names; `menu`: links that lead to no article, with labels; `stories`: addresses that look like articles'.
    `system`: wordpress, joomla, drupal, blogger or ""; `script`: where a script keeps what it shows, "" where not seen.
    `gate`: what it is instead of a home page, "" where it is one; `lead`: where it leads at once.
    """

    title: str = ""
    names: tuple[str, ...] = ()
    echoes: tuple[str, ...] = ()
    language: str = ""
    text: str = ""
    feeds: tuple[FeedLink, ...] = ()
    sitemaps: tuple[str, ...] = ()
    menu: tuple[tuple[str, str], ...] = ()
    stories: tuple[str, ...] = ()
    system: str = ""
    script: str = ""
    gate: Gate = ""
    lead: Lead | None = None


def read_home_page(body: bytes, *, url: str, outlet: Outlet, content_type: str | None = None) -> HomePage:
    """What a home page says. Raises DocumentError.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> page = '<html lang="ar-EG"><title>الرقيب</title><link rel="alternate" type="application/rss+xml" href="/rss">'
    >>> home = read_home_page(page.encode(), url="https://raqib.tld/", outlet=raqib)
    >>> home.title, home.language, [feed.url for feed in home.feeds]
    ('الرقيب', 'ar', ['https://raqib.tld/rss'])
    """
    if not _PAGE_TYPES.search(content_type or "html"):
        raise UnreadableDocument("not_html", f"It is not a page, but {plain(content_type or '', 60)}.")
    root = parse_html(body, content_type).root
    if any(local_name(element) in ROOTS for element in islice(root.iter(), 4)):
        raise UnreadableDocument("not_html", "It is a feed, not a home page.")
    base, text = _base(root, url), _shown(root)
    feeds = feed_links(root, base=base, here=url)
    stories = [link.listed_url for link in read_section(body, url=url, outlet=outlet, content_type=content_type).links]
    names, title = site_names(root), title_of(root)
    front = Front(
        url=url, title=title, text=text, body=body, n_stories=len(stories),
        n_links=sum(1 for _ in islice(root.iter("a"), 100)), has_feeds=any(feed.is_told for feed in feeds),
        has_password=any((field.get("type") or "").lower() == "password" for field in root.iter("input")),
        is_named=bool(names),
    )  # fmt: skip
    gate, is_own = gate_of(front), bool(stories) or front.has_feeds
    return HomePage(
        title=title, names=names, echoes=tuple(_echoes(root)), language=_language(root), text=text,
        feeds=feeds, sitemaps=tuple(_sitemaps(root, base)), menu=tuple(_menu(root, base)), stories=tuple(stories),
        system=_marked(body, _SYSTEMS), script=_marked(body, _SCRIPTED) or _only_script(body, text), gate=gate,
        lead=None if gate else lead_of(root, url=url, base=base, text=text, is_own=is_own),
    )  # fmt: skip


def named_sitemaps(robots: str, *, url: str) -> tuple[str, ...]:
    """The sitemaps that the text of a robots.txt names; `url` is where it, or any page beside it, is.

    >>> named_sitemaps("User-agent: *\\nSitemap: https://raqib.tld/1.xml # أخبار\\nsitemap:/2.xml", url="https://raqib.tld/")
    ('https://raqib.tld/1.xml', 'https://raqib.tld/2.xml')
    >>> named_sitemaps("Sitemap:\\u00a0https://raqib.tld/?map=1\\rSitemap: Â\\u00a0/2.xml", url="https://raqib.tld/")
    ('https://raqib.tld/?map=1', 'https://raqib.tld/2.xml')
    """
    values = re.findall(r"(?im)^[^\w#\n]*site-?map[^\S\n]*:(.*)$", re.sub(r"\r\n?", "\n", robots))
    return tuple(dict.fromkeys(_absolute(map(_address_in, values), url)))


def _address_in(value: str) -> str:
    """The address behind a field's name, and behind what an encoding made of the space before it."""
    if match := re.search(r"https?://[^\s#]+", value):
        return match[0].rstrip(",;")
    words = value.partition("#")[0].replace("\ufffd", " ").split()
    return next((word for word in words if "/" in word or "." in word), "")


def _base(root: etree._Element, url: str) -> str:
    href = next((base.get("href") for base in root.iter("base") if base.get("href")), None)
    return next(_absolute([href or ""], url), url)


def _absolute(addresses: Iterable[str], base: str) -> Iterator[str]:
    for address in addresses:
        try:
            yield from [request_url(address.strip(), base=base)] if address.strip() else []
        except BadURL:
            continue


def _shown(root: etree._Element) -> str:
    """The beginning of what a page shows as text."""
    pieces, size, n_silent = list[str](), 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        is_silent = local_name(element) in _SILENT
        n_silent += is_silent if event == "start" else -is_silent
        piece = (element.text if event == "start" else element.tail) or ""
        if not n_silent and piece.strip():
            pieces.append(piece)
            size += len(piece)
        if size > _LONGEST_TEXT:
            break
    return plain(" ".join(pieces), _LONGEST_TEXT)


def _language(root: etree._Element) -> str:
    match = re.match(r"\s*([a-z]{2,3})(?![a-z])", (root.get("lang") or root.get("xml:lang") or "").lower())
    return match[1] if match else ""


def _echoes(root: etree._Element) -> Iterator[str]:
    """Titles of feeds, what is said of the logo, and the label of the search."""
    for link in root.iter("link"):
        if {"alternate", "search"} & set((link.get("rel") or "").lower().split()) and link.get("title"):
            yield plain(link.get("title") or "")
    for image in islice(root.iter("img"), 100):
        words = f"{image.get('class') or ''} {image.get('id') or ''} {image.get('src') or ''} {image.get('alt') or ''}"
        if re.search(r"(?i)logo|شعار", words[:1000]) and image.get("alt"):
            yield plain(image.get("alt") or "")


def _sitemaps(root: etree._Element, base: str) -> Iterator[str]:
    """Sitemaps that the page links; one made for readers is a page, and is not asked for."""
    told = [
        link.get("href") or "" for link in root.iter("link") if "sitemap" in (link.get("rel") or "").lower().split()
    ]
    shown = [
        href for anchor in root.iter("a") if re.search(r"(?i)site-?map[^/]*\.xml", href := anchor.get("href") or "")
    ]
    yield from dict.fromkeys(_absolute([*told, *shown], base))


def _menu(root: etree._Element, base: str) -> Iterator[tuple[str, str]]:
    """The links in the page's frame, and all that cannot be an article's, with what they show."""
    listed = {anchor for anchor, _ in listed_anchors(root)[0]}
    anchors = islice(root.iter("a"), _MOST_ANCHORS)
    found = ((url, anchor) for anchor in anchors for url in _absolute([anchor.get("href") or ""], base))
    outside = ((url, anchor) for url, anchor in found if anchor not in listed or not may_be_article(url))
    for url, anchor in islice(outside, _MOST_MENU):
        yield url, plain(text_of(anchor), 60)


def _only_script(body: bytes, text: str) -> str:
    return "its scripts" if len(text) < _LEAST_TEXT and b"<script" in body else ""


def _marked(body: bytes, marks: dict[str, bytes]) -> str:
    return next((name for name, words in marks.items() if re.search(words, body)), "")
