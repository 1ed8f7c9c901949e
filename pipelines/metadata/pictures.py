"""The article's picture: not the outlet's logo, a placeholder, an avatar or a counter's pixel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.metadata.facts import Facts
from pipelines.metadata.marks import marked
from pipelines.regions import around, headline_element, is_elsewhere
from pipelines.text import unescape_line, word_set
from pipelines.tree import hints

_NOT_PICTURE = word_set(
    "logo logos placeholder placeholders blank spacer avatar avatars gravatar favicon noimage nophoto nopic noimg dummy"
    " transparent pixel watermark شعار"
)
_DEFAULT = word_set("default no share social fb facebook og site urgent breaking عاجل")
_GENERAL = word_set("image img photo pic picture thumb thumbnail share sharing default news article")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[\u0621-\u064a]+")
_BOX = word_set("image img photo pic picture media featured figure")
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif)(?:$|\?)", re.IGNORECASE)
_SMALLEST, _MOST_SHOWN = 100, 6
_LONGEST = 2_000


def image_url(facts: Facts, url: str | None = None, title: str = "") -> str | None:
    """The absolute address of the article's picture: by JSON-LD, OpenGraph, microdata or meta, else the one shown.

    `url` of the page makes relative addresses absolute; without it they are passed over. A picture that is shown
    counts in a figure, or a box that is called a picture's, around the headline `title`.

    >>> facts = Facts(meta={"og:image": ["https://raqib.tld/img/logo.png"], "twitter:image": ["/2026/amtar.jpg"]})
    >>> image_url(facts, "https://raqib.tld/news/7")
    'https://raqib.tld/2026/amtar.jpg'
    """
    logos = {_bare(logo) for node in (facts.article, *facts.site) for logo in _urls(_logo(node))}
    for told in chain(_told(facts), _shown(facts, title)):
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


def _shown(facts: Facts, title: str) -> Iterator[str]:
    heading = headline_element(marked(facts.marks, "heading"), title)
    region = around(heading) if heading is not None else None
    for image in region.xpath("descendant::img[@src]")[:_MOST_SHOWN] if region is not None else ():
        sizes = [image.get(side) for side in ("width", "height")]
        if not any(map(_is_tiny, sizes)) and _is_boxed(image) and not is_elsewhere(image, heading):
            yield image.get("data-src") or image.get("src")


def _is_boxed(image: HtmlElement) -> bool:
    """Whether a picture stands in a figure or a box made for one, and is no link to another story."""
    for box in islice(image.iterancestors(), 3):
        if box.tag == "a" and not _IMAGE_FILE.search(box.get("href") or ""):
            return False
        if box.tag == "figure" or hints(box) & _BOX:
            return True
    return False


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
