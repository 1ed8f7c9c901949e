"""The demo's HTML: an outlet's templates, filled with an item or a list of items."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from html import escape
from string import Template

from sources import HERE, Item, Table, address

WEEKDAYS = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
MONTHS = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
AMP_OR_PRINT = ("amp", "print")


def page(item: Item, earlier: Sequence[Item]) -> bytes:
    """The page of an item as the outlet serves it; `earlier` are the articles that its boxes may link to."""
    if item.kind == "broken":
        return _noise(item.url)
    values = _values(item)
    values["body"] = _body(item, earlier)
    values["figures"] = "\n".join(_figures(item, values["image"]))
    main = fill(item.outlet.slug, item.template, **values)
    if item.template in AMP_OR_PRINT:
        return main.encode(_encoding(item.site))
    head = fill(item.outlet.slug, "head", **values)
    body = _shell(item, item.title, head, main, earlier)
    return _mojibake(body) if item.kind == "mojibake" else body


def listing(title: str, items: Sequence[Item], document: str, sample: Item, pages: Sequence[str] = ()) -> bytes:
    """A page that lists items: a section, a tag, the home page."""
    slug = sample.outlet.slug
    shown = [fill(slug, "listed", **_values(item, document)) for item in items]
    links = " | ".join(f'<a href="{escape(url)}">{number}</a>' for number, url in enumerate(pages, 1))
    main = fill(slug, "listing", title=escape(title), items="\n".join(shown), pager=links)
    return _shell(sample, title, "", main, items)


def clock(moment: datetime, site: Table) -> str:
    """A moment as the outlet writes it."""
    text: str = site["clock"].format(
        weekday=WEEKDAYS[moment.weekday()],
        day=moment.day,
        month=site.get("months", MONTHS)[moment.month - 1],
        year=moment.year,
        time=f"{moment:%H:%M}",
    )
    return text.translate(str.maketrans("0123456789", site.get("digits", "0123456789")))


def fill(slug: str, name: str, **values: str) -> str:
    """One of an outlet's templates with its values."""
    return _template(slug, name).substitute(values)


@cache
def _template(slug: str, name: str) -> Template:
    return Template((HERE / "templates" / slug / f"{name}.html").read_text("utf-8"))


def _values(item: Item, document: str = "") -> dict[str, str]:
    site, changed = item.site, item.modified or item.published
    names = site.get("sections", {})
    byline = site["byline"].format(item.author) if item.author else site["unsigned"]
    plain = {
        "url": item.spelled(document),
        "title": item.title,
        "summary": item.summary,
        "section": item.section,
        "section_name": names.get(item.section, item.section),
        "author": item.author or site["unsigned"],
        "byline": byline,
        "keywords": ", ".join(item.tags),
        "tags": " ".join(f"#{tag.replace(' ', '_')}" for tag in item.tags),
        "clock": clock(item.published, site),
        "published": item.published.isoformat(),
        "published_utc": f"{item.published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "modified_utc": f"{changed.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "image": address(item.outlet, f"/media/{item.number}.jpg"),
    }
    return {name: escape(value) for name, value in plain.items()} | {"jsonld": _jsonld(item, plain)}


def _jsonld(item: Item, values: dict[str, str]) -> str:
    kind = "Person" if item.author else "Organization"
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": item.url,
        "headline": item.title,
        "datePublished": values["published"],
        "dateModified": (item.modified or item.published).isoformat(),
        "author": {"@type": kind, "name": values["author"]},
        "publisher": {"@type": "NewsMediaOrganization", "name": item.outlet.name},
        "articleSection": values["section_name"],
        "keywords": list(item.tags),
        "image": [values["image"]],
        "inLanguage": item.language,
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _body(item: Item, earlier: Sequence[Item]) -> str:
    paragraphs = [item.site["paragraph"].format(escape(text, quote=False)) for text in item.shown]
    if len(paragraphs) > 4 and earlier and item.template == "article":
        box = fill(item.outlet.slug, "related", url=escape(earlier[-1].url), title=escape(earlier[-1].title))
        paragraphs.insert(2, box.rstrip())
    return "\n".join(paragraphs)


def _figures(item: Item, image: str) -> list[str]:
    captions = item.body if item.template == "gallery" else ()
    return [fill(item.outlet.slug, "figure", caption=escape(caption), image=image) for caption in captions]


def _shell(item: Item, title: str, head: str, main: str, others: Sequence[Item]) -> bytes:
    links = "\n".join(f'<li><a href="{escape(o.url)}">{escape(o.title)}</a></li>' for o in others[-5:])
    text = fill(item.outlet.slug, "page", title=escape(title), head=head, main=main, links=links)
    return text.encode(_encoding(item.site), "xmlcharrefreplace")


def _encoding(site: Table) -> str:
    return str(site.get("encoding", "utf-8"))


def _mojibake(body: bytes) -> bytes:
    """UTF-8 that a publishing system took for Windows-1252 and encoded again."""
    return "".join(_as_1252(byte) for byte in body).encode("utf-8")


def _as_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _noise(seed: str) -> bytes:
    """Two kilobytes of a picture's beginning and then nothing that anyone can read."""
    blocks = (sha256(f"{seed}{number}".encode()).digest() for number in range(64))
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"".join(blocks)
