"""Which links of a page lead to feeds: those that say so in <link>, and those that only look so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from spiders.markup import text_of
from spiders.tracking import kept_query
from spiders.urls import BadURL, request_url

MOST_LINKS = 200
_TYPES = re.compile(r"(?<![a-z])(?:rss|atom|rdf)(?![a-z])")
_JSON_ADDRESS = re.compile(r"(?i)feed[^/]*\.json|/feed/json|json/?feed")
_ADDRESS = re.compile(r"(?i)rss|(?:^|[/=.])(?:news)?feeds?(?:$|[/?&.=])|(?<![a-z])(?:atom|rdf)(?![a-z])|خلاصات")
_LABEL = re.compile(
    r"(?i)(?<![a-z])(?:rss|atom)(?![a-z])|feed[-_ ]?icon|(?:icon|fa)[-_ ]?feed|خلاص(?:ة|ات)|تغذيات|[آا]ر [اإ]س [اإ]س"
)
_LONGEST_LABEL, _LONGEST_NAME = 40, 60  # a headline about feeds, and its address, are longer
_MOST_PARTS = 20  # of an anchor, read for what it calls itself
_NOT_NEWS = {
    "it is a feed of comments": re.compile(r"(?i)(?<![a-z])comments?(?![a-z])|تعليق"),
    "it is a feed of podcasts": re.compile(r"(?i)podcast|بودكاست|(?<![a-z])itunes(?![a-z])"),
    "it is a feed of videos": re.compile(r"(?i)(?<![a-z])videos?(?![a-z])|youtube\.|فيديو"),
}
_CODES = "en|fr|es|de|pt|ru|tr|fa|ur|he|zh|ku|ckb|sw"
_LANGUAGE = re.compile(rf"(?i)/(?:{_CODES})(?:[-_][a-z]{{2}})?(?=/|$)|[?&](?:lang|language|hl|locale)=(?:{_CODES})\b")
_LANGUAGE_NAME = re.compile(
    r"(?i)\b(?:english|français|francais|deutsch|español|türkçe|русский)\b|فارسی|[إا]نجليزي|فرنسي"
)


class FeedLink(NamedTuple):
    """An address that may be a feed's. `is_told`: the page says so in its head; else it only looks so.

    `remark` says why it is left out, "" where nothing speaks against it.
    """

    url: str
    is_told: bool
    remark: str = ""


class _Named(NamedTuple):
    """A feed as a page names it: the address as it is written, a label, and perhaps the language it says."""

    href: str
    label: str
    is_told: bool
    language: str = ""
    remark: str = ""


def feed_links(root: etree._Element, *, base: str, here: str) -> tuple[FeedLink, ...]:
    """The feeds that a page names, each once, those of its head first.

    `here` is the page's address, `base` the one that its links are read against.

    >>> page = '<link rel=alternate type="application/rss+xml" href=/rss><a href="RSS.aspx?id=1"><img alt=RSS></a>'
    >>> root = etree.fromstring(page, etree.HTMLParser())
    >>> [link.url for link in feed_links(root, base="https://raqib.tld/", here="https://raqib.tld/")]
    ['https://raqib.tld/rss', 'https://raqib.tld/RSS.aspx?id=1']
    """
    found: dict[str, FeedLink] = {}
    for named in chain(_in_head(root), _in_anchors(root)):
        # feed://raqib.tld/rss and feed:https://raqib.tld/rss are for programs that read feeds.
        href = re.sub(r"(?i)^feed:(?=//)", "http:", re.sub(r"(?i)^feed:(?=https?:)", "", named.href))
        try:
            url = request_url(href, base=base)
        except BadURL:
            continue
        if url != here:
            found.setdefault(url, FeedLink(url, named.is_told, named.remark or _remark(url, named, here)))
    return tuple(islice(found.values(), MOST_LINKS))


def _in_head(root: etree._Element) -> Iterator[_Named]:
    for link in root.iter("link"):
        relations, href = (link.get("rel") or "").lower().split(), (link.get("href") or "").strip()
        if href and "stylesheet" not in relations and {"alternate", "feed"} & set(relations):
            named = _Named(href, link.get("title") or "", True, (link.get("hreflang") or "").lower())
            remark = _kind_of(link, named, is_said="feed" in relations)
            if remark is not None:
                yield named._replace(remark=remark)


def _kind_of(link: etree._Element, named: _Named, *, is_said: bool) -> str | None:
    """Why a <link> leads to no feed that can be read, "" where it leads to one, None where to something else."""
    kind = (link.get("type") or "").lower()
    if _TYPES.search(kind):
        return "it is one entry in Atom, not a feed" if re.search(r"type=\W?entry", kind) else ""
    if "feed+json" in kind or ("json" in kind and _JSON_ADDRESS.search(named.href)):
        return "it is a feed in JSON, which is not read"
    looks_so = _ADDRESS.search(named.href) or _LABEL.search(named.label)
    return "" if is_said or (re.search("xml$", kind) and looks_so) else None


def _in_anchors(root: etree._Element) -> Iterator[_Named]:
    """Anchors whose address, label or icon is a feed's."""
    for anchor in root.iter("a", "area"):
        href = (anchor.get("href") or "").strip()
        if not href or re.match(r"(?i)#|(?!https?:|feed:)[a-z][a-z0-9+.-]*:", href):
            continue
        label, icons = _label(anchor)
        tail = _tail(href)
        name = tail.partition("?")[0].rstrip("/").rpartition("/")[2]
        is_story = len(label) > _LONGEST_LABEL or len(name) > _LONGEST_NAME or name.count("-") > 3
        if not is_story and (_ADDRESS.search(tail) or _LABEL.search(f"{label} {icons}")):
            yield _Named(href, label, False, (anchor.get("hreflang") or "").lower())


def _tail(href: str) -> str:
    """Path and query of an address, readable, without what says how a reader came."""
    path, _, query = re.sub(r"^\w+:(?://[^/]*)?|^//[^/]*|#.*$", "", href).partition("?")
    return unquote(f"{path}?{kept_query(query, ())}")


def _label(anchor: etree._Element) -> tuple[str, str]:
    """What an anchor shows, and the names of the icons in it."""
    said = [text_of(anchor), anchor.get("title") or "", anchor.get("aria-label") or ""]
    icons = [anchor.get("class") or ""]
    for part in islice(anchor.iterdescendants(), _MOST_PARTS):
        if isinstance(part.tag, str):
            said += [part.get("alt") or "", part.get("title") or ""]
            icons += [part.get("class") or "", (part.get("src") or "").rpartition("/")[2][:_LONGEST_NAME]]
    return " ".join(dict.fromkeys(" ".join(text.split()) for text in said if text.strip())), " ".join(icons)


def _remark(url: str, named: _Named, here: str) -> str:
    """Why a feed is not the outlet's news in its own language."""
    told = f"{unquote(url)} {named.label}"
    for remark, words in _NOT_NEWS.items():
        if words.search(told):
            return remark
    return "it is in another language" if _is_foreign(url, named, here) else ""


def _is_foreign(url: str, named: _Named, here: str) -> bool:
    """Whether a feed says that it is in a language which the page's own address does not name."""
    own, theirs = set(_LANGUAGE.findall(_tail(here))), set(_LANGUAGE.findall(_tail(url)))
    is_named = re.match(rf"(?:{_CODES})\b", named.language) or _LANGUAGE_NAME.search(named.label)
    return bool(theirs - own) or (not own and is_named is not None)
