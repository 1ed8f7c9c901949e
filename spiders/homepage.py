"""What an outlet's home page and robots.txt say of it: its name, its language, its feeds, its sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from spiders.markup import DocumentError, decode, gunzip, text_of
from spiders.urls import BadURL, request_url

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """`name`: og:site_name, else the title, else ""; `language`: ISO 639 as <html lang> says, else ""; `feeds`: their
    addresses, each once.
    """

    name: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()


def read_home_page(body: bytes, *, url: str, content_type: str | None = None) -> HomePage:
    """What a home page says; an empty HomePage where it cannot be read. Feeds of comments are passed over.

    >>> page = '<html lang="ar-EG"><title>الرقيب</title><link rel="alternate" type="application/rss+xml" href="/rss">'
    >>> read_home_page(page.encode(), url="https://raqib.tld/")
    HomePage(name='الرقيب', language='ar', feeds=('https://raqib.tld/rss',))
    """
    root = _parsed(body, content_type)
    if root is None:
        return HomePage()
    feeds = dict.fromkeys(_absolute(_feed_addresses(root), _base(root, url)))
    return HomePage(name=_name(root), language=_language(root), feeds=tuple(feeds))


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


def plain(text: str, limit: int = _LONGEST_NAME) -> str:
    """Text of strangers in one printable line.

    >>> plain(" الرقيب \\u202e \\n اليومي ")
    'الرقيب اليومي'
    """
    printable = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text)
    return " ".join(printable.split())[:limit]


def _parsed(body: bytes, content_type: str | None) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        text = _FORBIDDEN.sub("", decode(gunzip(body)[0], content_type)[0])
        text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.lstrip("\ufeff"))
        return etree.fromstring(text.encode("utf-8"), parser)
    except (DocumentError, etree.XMLSyntaxError, ValueError):
        return None


def _name(root: etree._Element) -> str:
    told = [
        meta.get("content") or ""
        for meta in root.iter("meta")
        if (meta.get("property") or meta.get("name") or "").strip().lower() == "og:site_name"
    ]
    titles = [text_of(title) for title in root.findall("./head/title") or root.findall(".//title")]
    return next((name for name in map(plain, told + titles) if name), "")


def _language(root: etree._Element) -> str:
    match = re.match(r"\s*([a-z]{2,3})(?![a-z])", (root.get("lang") or "").lower())
    return match[1] if match else ""


def _feed_addresses(root: etree._Element) -> Iterator[str]:
    for link in root.iter("link"):
        kind, relations = (link.get("type") or "").lower(), (link.get("rel") or "").lower().split()
        if "alternate" in relations and re.search(r"/(?:rss|atom|rdf)\b", kind):
            yield link.get("href") or ""


def _base(root: etree._Element, url: str) -> str:
    href = next((base.get("href") for base in root.iter("base") if base.get("href")), None)
    return next(_absolute([href or ""], url), url)


def _absolute(addresses: list[str] | Iterator[str], base: str) -> Iterator[str]:
    for address in addresses:
        try:
            found = request_url(address.strip(), base=base) if address.strip() else None
        except BadURL:
            continue
        if found and "comments" not in urlsplit(found).path.lower().split("/"):
            yield found
