"""The article's picture: not the outlet's logo, a placeholder, an avatar or a counter's pixel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from pipelines.facts import Facts
from pipelines.text import unescape_line, word_set

_NOT_PICTURE = word_set(
    "logo logos placeholder placeholders blank spacer avatar avatars gravatar favicon noimage nophoto nopic noimg dummy"
    " transparent pixel watermark شعار"
)
_DEFAULT = word_set("default no share social fb facebook og site")
_GENERAL = word_set("image img photo pic picture thumb thumbnail share sharing default news article")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[\u0621-\u064a]+")
_SMALLEST = 100
_LONGEST = 2_000


def image_url(facts: Facts, url: str | None = None) -> str | None:
    """The absolute address of the article's picture, by JSON-LD, OpenGraph, microdata or meta; None where none is told.

    `url` of the page makes relative addresses absolute; without it they are passed over.

    >>> facts = Facts(meta={"og:image": ["https://raqib.tld/img/logo.png"], "twitter:image": ["/2026/amtar.jpg"]})
    >>> image_url(facts, "https://raqib.tld/news/7")
    'https://raqib.tld/2026/amtar.jpg'
    """
    logos = {_bare(logo) for node in (facts.article, *facts.site) for logo in _urls(_logo(node))}
    for told in _told(facts):
        absolute = _absolute(unescape_line(told), url)
        if absolute and _bare(absolute) not in logos and not _is_placeholder(absolute):
            return absolute
    return None


def _told(facts: Facts) -> Iterator[str]:
    yield from _urls(facts.article.get("image"))
    if not _is_small(facts):
        yield from facts.all("og:image:secure_url", "og:image", "og:image:url")
    yield from _urls(facts.item.get("image"))
    yield from _urls(facts.article.get("thumbnailUrl"))
    yield from facts.all("twitter:image", "twitter:image:src", "thumbnail", "thumbnailurl")


def _urls(value: Any) -> Iterator[str]:
    """Addresses in a value that is one, an object, or a list of either; tiny ones left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:9]:
            yield from _urls(item) if not isinstance(item, list) else ()
    elif isinstance(value, dict) and not _is_tiny(value.get("width")) and not _is_tiny(value.get("height")):
        yield from _urls(
            [value[key] for key in ("url", "contentUrl", "@list") if isinstance(value.get(key), (str, list))]
        )
        if isinstance(value.get("@list"), list):
            yield from _urls(value["@list"])


def _logo(node: Mapping[str, Any]) -> Any:
    publisher = node.get("publisher")
    return [node.get("logo"), publisher.get("logo") if isinstance(publisher, dict) else None]


def _is_small(facts: Facts) -> bool:
    return any(_is_tiny(facts.first(f"og:image:{side}")) for side in ("width", "height"))


def _is_tiny(size: Any) -> bool:
    """Whether a stated size in pixels is too small for a picture; what is no number is not."""
    digits = re.match(r"\s*(\d{1,6})", str(size)) if isinstance(size, (str, int, float)) else None
    return bool(digits) and int(digits[1]) < _SMALLEST if digits else False


def _absolute(told: str, base: str | None) -> str | None:
    try:
        absolute = urljoin(base, told) if base else told
        parts = urlsplit(absolute)
    except ValueError:
        return None
    is_file = parts.path.strip("/") or parts.query
    return (
        absolute
        if parts.scheme in ("http", "https") and parts.netloc and is_file and len(absolute) <= _LONGEST
        else None
    )


def _is_placeholder(url: str) -> bool:
    """By the words of the file's name and by its folders: «sites/default/files» is no placeholder."""
    *folders, name = unquote(urlsplit(url).path).split("/")
    words = [word.lower() for word in _TOKEN.findall(name.rsplit(".", 1)[0])]
    return (
        name.lower().endswith((".svg", ".ico"))
        or bool(_NOT_PICTURE & {*words, *(folder.lower() for folder in folders)})
        or any(word.endswith("logo") for word in words)
        or (bool(words) and bool(_DEFAULT & set(words)) and set(words) <= _DEFAULT | _GENERAL)
    )


def _bare(url: str) -> str:
    return unquote(url).split("?")[0].split("://")[-1]
