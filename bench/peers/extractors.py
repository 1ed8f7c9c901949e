# mypy: disable-error-code="import-not-found, import-untyped, union-attr, attr-defined"
"""What each library is called with, as its own documentation shows: one function a library, no help and no hindrance.

Each function imports its library and gives the extractor. All get the address, and Arabic as the language where there
is such a setting; who takes bytes gets bytes, the others the text that a browser would read. No images are fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Given:
    """A page as a library gets it; of `gold` Warraq takes what it knows of an outlet, and the time of fetching."""

    url: str
    body: bytes
    text: str
    gold: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a library gave; `authors` and `agencies` are null where it has no such field."""

    title: str | None = None
    paragraphs: list[str] = field(default_factory=list)
    published: datetime | date | None = None
    authors: list[str] | None = None
    agencies: list[str] | None = None


Extractor = Callable[[Given], Found]


def warraq() -> Extractor:
    from pipelines.extract import extract
    from spiders.outlet import load_outlets
    from spiders.records import Page

    outlets = list(load_outlets().values())

    def run(page: Given) -> Found:
        outlet = next((outlet for outlet in outlets if outlet.owns(page.url)), None) or _stranger(page)
        fetched_at = page.gold.get("fetched_at")
        found = extract(
            Page(
                url=page.url,
                final_url=page.url,
                outlet=outlet.slug,
                status=200,
                headers={},
                body=page.body,
                fetched_at=datetime.fromisoformat(fetched_at) if fetched_at else datetime.now(UTC),
            ),
            outlet,
        )
        if found.article is None:
            raise ValueError(f"{found.outcome} ({found.reason})")
        article = found.article
        return Found(article.title, article.body, article.published_on, article.authors, article.agencies)

    return run


def _stranger(page: Given) -> Any:
    """The plain outlet of a page whose host no outlet has."""
    from spiders.outlet import Outlet

    host = urlsplit(page.url).hostname or ""
    return Outlet(
        slug=page.gold.get("outlet") or "unknown",
        name=page.gold.get("outlet_name") or host,
        name_latin=host,
        country=page.gold.get("country") or "",
        timezone=page.gold.get("timezone") or "UTC",
        hosts=tuple(page.gold.get("hosts") or (host,)),
    )


def trafilatura() -> Extractor:
    from trafilatura import bare_extraction

    def run(page: Given) -> Found:
        found = bare_extraction(page.body, url=page.url, with_metadata=True, target_language="ar")
        if found is None:
            return Found()
        return Found(
            found.title, _lines(found.text), _moment(found.date), _lines((found.author or "").replace("; ", "\n"))
        )

    return run


def newspaper4k() -> Extractor:
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False
    config.language = "ar"

    def run(page: Given) -> Found:
        found = Article(page.url, config=config)
        found.download(input_html=page.text)
        found.parse()
        return Found(found.title, _lines(found.text), _moment(found.publish_date), list(found.authors))

    return run


def news_please() -> Extractor:
    from newsplease import NewsPlease

    def run(page: Given) -> Found:
        found = NewsPlease.from_html(page.text, url=page.url, fetch_images=False)
        return Found(found.title, _lines(found.maintext), _moment(found.date_publish), list(found.authors or []))

    return run


def readability_lxml() -> Extractor:
    from lxml import html
    from readability import Document

    def run(page: Given) -> Found:
        document = Document(page.text, url=page.url)
        title, author = document.short_title(), document.author()
        tree = html.fromstring(document.summary())
        for block in tree.iter("p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "figcaption"):
            block.text, block.tail = f"\n{block.text or ''}", f"\n{block.tail or ''}"
        return Found(title, _lines(tree.text_content()), None, [author] if author != "[no-author]" else [])

    return run


def goose3() -> Extractor:
    from goose3 import Goose
    from goose3.text import StopWordsArabic

    goose = Goose({"stopwords_class": StopWordsArabic, "target_language": "ar", "use_meta_language": False})

    def run(page: Given) -> Found:
        found = goose.extract(url=page.url, raw_html=page.text)
        published = found.publish_datetime_utc or found.publish_date
        return Found(found.title, _lines(found.cleaned_text), _moment(published), list(found.authors))

    return run


def resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def run(page: Given) -> Found:
        tree = HTMLTree.parse(page.text)
        title = tree.title
        return Found(title, _lines(extract_plain_text(tree, main_content=True)))

    return run


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "warraq": warraq,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "readability-lxml": readability_lxml,
    "goose3": goose3,
    "resiliparse": resiliparse,
}


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def _moment(told: object) -> datetime | date | None:
    """A publication as a library gave it; a string counts where it starts with an ISO day."""
    if isinstance(told, date):
        return told
    if not isinstance(told, str) or not re.match(r"\d{4}-\d\d-\d\d", told):
        return None
    try:
        return datetime.fromisoformat(told) if len(told) > 10 else date.fromisoformat(told)
    except ValueError:
        return None
