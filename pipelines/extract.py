"""One page → one article, or the reason why it is not one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from pipelines import classify, metadata
from pipelines.article import Article, Extraction, Outcome, Reason
from pipelines.attribution import Attribution, split_attribution, split_byline
from pipelines.body import Body, read_body
from pipelines.metadata import Facts
from pipelines.publication.witnesses import Asked, Publication, modified, publication
from pipelines.text import clean_line, normalize_arabic
from pipelines.tree import parse_html, text_of
from spiders.charset import decode
from spiders.outlet import Outlet
from spiders.records import Page
from spiders.urls import canonical_or_none

log = logging.getLogger(__name__)


def extract(page: Page, outlet: Outlet, published_hint: datetime | date | None = None) -> Extraction:
    """The article on a page, or why there is none; a bad page never raises.

    `published_hint` is what the feed or sitemap that listed the page says of its publication. Limits of time
    and memory are not kept here but around it, by `pipelines.workers`.
    """
    if reason := classify.of_bytes(page):
        return _none(reason)
    try:
        return _extract(page, outlet, published_hint)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, etree.LxmlError):
        log.exception("outlet %s: extraction of %s failed; the page is kept for another try", outlet.slug, page.url)
        return _none(Reason.PARSE_ERROR)


def _none(reason: Reason) -> Extraction:
    return Extraction(outcome=Outcome.QUARANTINED, reason=reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """A page while it is read: its tree, what it says of itself, and the outlet's selectors that hold for it."""

    page: Page
    outlet: Outlet
    root: HtmlElement
    facts: Facts
    names: frozenset[str]
    selectors: Mapping[str, str]
    title: str
    summary: str | None


def _extract(page: Page, outlet: Outlet, hint: datetime | date | None) -> Extraction:
    text, encoding = decode(page.body, page.headers.get("content-type"))
    found = _from_text(text, page, outlet, hint)
    return replace(found, encoding=encoding, n_replaced=text.count("\ufffd"))


def _from_text(text: str, page: Page, outlet: Outlet, hint: datetime | date | None) -> Extraction:
    root = parse_html(text)
    if root is None:
        return _none(Reason.PARSE_ERROR if text.strip() else Reason.NO_TEXT)
    reading = _opened(root, page, outlet)
    if reason := classify.of_page(page.final_url, reading.title, outlet, reading.facts):
        return _none(reason)
    body = _body(reading)
    if reason := _not_article(reading, body):
        return _none(reason)
    asked = Asked(outlet, page.fetched_at)
    # What an outlet drops from its text may hold the date.
    lines = None if reading.selectors.get("drop") else body.reading
    published = publication(asked, reading.facts, root, body.container, page.final_url, hint, reading=lines)
    if published.on is None:
        return _none(Reason.NO_DATE)
    changed_at = modified(asked, reading.facts, published)
    return Extraction(
        outcome=Outcome.LOADED,
        article=_article(reading, body, published, changed_at),
        removed=list(body.removed),
        disagreed=list(published.disagreed),
    )


def _opened(root: HtmlElement, page: Page, outlet: Outlet) -> _Reading:
    facts = metadata.read_facts(root, page.final_url)
    names = _site_names(outlet, facts)
    selectors = outlet.selectors_at(page.fetched_at)
    title = _selected_text(root, selectors.get("title")) or metadata.page_title(facts, root, names) or ""
    return _Reading(
        page=page, outlet=outlet, root=root, facts=facts, names=names, selectors=selectors, title=title,
        summary=metadata.summary(facts, title, names),
    )  # fmt: skip


def _body(reading: _Reading) -> Body:
    selectors, stated = reading.selectors, reading.facts.article.get("articleBody")
    return read_body(
        reading.root,
        title=reading.title,
        teaser=reading.summary,
        stated=stated if isinstance(stated, str) else None,
        selector=selectors.get("body"),
        drop=selectors.get("drop"),
    )


def _not_article(reading: _Reading, body: Body) -> Reason | None:
    url, facts, root = reading.page.final_url, reading.facts, reading.root
    if classify.is_listing(root, body.container, url, facts, reading.outlet):
        return Reason.NOT_ARTICLE
    return classify.of_text(reading.title, body.paragraphs, url, facts, root, found=body.lines)


def _article(reading: _Reading, body: Body, published: Publication, changed_at: datetime | None) -> Article:
    facts = reading.facts
    credit = split_attribution(body.paragraphs, outlet_names=reading.names)
    byline = split_byline(_told_authors(reading), reading.names)
    return Article(
        outlet=reading.outlet.slug,
        url=reading.page.url,
        canonical_url=_canonical_url(facts, reading.page, reading.outlet),
        title=reading.title,
        summary=reading.summary,
        body=credit.body or body.paragraphs,
        published_at=published.at,
        published_on=published.on,
        published_raw=published.raw,
        date_source=published.source,
        modified_at=changed_at,
        authors=list(dict.fromkeys([*byline.authors, *credit.authors])),
        agencies=list(dict.fromkeys([*credit.agencies, *byline.agencies])),
        dateline=credit.dateline or byline.dateline or _shown_dateline(reading, byline),
        attribution_raw=credit.raw or byline.raw,
        section=metadata.section(
            facts, reading.names, root=reading.root, url=reading.page.final_url, title=reading.title
        ),
        tags=metadata.tags(facts, reading.title, body.paragraphs, site_names=reading.names),
        image_url=metadata.image_url(facts, reading.page.final_url, reading.title),
        language="ar",
    )


def _shown_dateline(reading: _Reading, byline: Attribution) -> str | None:
    """The place in a visible byline, «سارة علي - صيدا», where metadata tell the same author and no place."""
    shown = split_byline(metadata.visible_bylines(reading.facts, reading.title, reading.names), reading.names)
    return shown.dateline if set(shown.authors) <= set(byline.authors) else None


def _told_authors(reading: _Reading) -> list[str]:
    """Strings in which the page names its author, or its source."""
    if selected := _selected_text(reading.root, reading.selectors.get("author")):
        return [selected]
    return metadata.told_authors(reading.facts, reading.names, reading.title)


def _site_names(outlet: Outlet, facts: Facts) -> frozenset[str]:
    """All names under which the outlet speaks of itself, in normal form."""
    told = [
        outlet.name,
        outlet.name_latin,
        outlet.slug,
        *outlet.hosts,
        facts.first("og:site_name", "application-name") or "",
    ]
    publisher = metadata.text_value(facts.article.get("publisher")) or ""
    return frozenset(form for name in [*told, publisher] if (form := normalize_arabic(name)))


def _selected_text(root: HtmlElement, selector: str | None) -> str | None:
    found = root.cssselect(selector) if selector else []
    return clean_line(text_of(found[0])) or None if found else None


def _canonical_url(facts: Facts, page: Page, outlet: Outlet) -> str:
    """The page's own canonical, believed only within the outlet's hosts and where it is no home page."""
    if facts.canonical is not None:
        told = canonical_or_none(urljoin(page.final_url, facts.canonical.strip()), outlet)
        if told and outlet.owns(told) and not classify.is_home(told):
            return told
    return canonical_or_none(page.final_url, outlet) or page.final_url
