"""Which sitemaps a first look asks for: those of news before others, and of an index the children that say most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from urllib.parse import unquote, urlsplit

from spiders.discovered import Child
from spiders.named_dates import dates_in

_NEWS = re.compile(r"(?i)news|google|latest|أخبار|اخبار")
_APART = re.compile(
    r"(?i)(?<![a-z])(?:categor(?:y|ies)|cats?|(?:post[-_]?)?tags?|taxonom(?:y|ies)|terms?|topics?|keywords?|authors?|users?"
    r"|writers?|columnists?|pages?(?![-_]?\d)|posts-page|static|images?|photos?|videos?|galler(?:y|ies)|products?|sections?"
    r"|landing|events?|menus?)(?![a-z])"
)
_CODES = "ar|en|fr|es|de|it|pt|ru|tr|fa|ur|he|zh|id|ku|ckb|arabic|english|french"
_LANGUAGE = re.compile(rf"(?i)(?:^|[-_/.=])({_CODES})(?=[-_/.&]|$)")


def news_first(urls: Iterable[str]) -> list[str]:
    """Sitemaps, those that are named for news before the others.

    >>> news_first(["https://raqib.tld/sitemap.xml", "https://raqib.tld/googlenews.xml"])
    ['https://raqib.tld/googlenews.xml', 'https://raqib.tld/sitemap.xml']
    """
    return sorted(dict.fromkeys(urls), key=lambda url: not _NEWS.search(_name(url)))


def is_apart(url: str) -> bool:
    """Whether a sitemap's name says that it lists no articles: categories, authors, pages, pictures.

    >>> names = ("post_tag-sitemap.xml", "wp-sitemap-posts-page-1.xml", "sitemap-page-2.xml", "post-sitemap9.xml")
    >>> [is_apart(f"https://raqib.tld/{name}") for name in names]
    [True, True, False, False]
    """
    return _APART.search(_name(url)) is not None


def language_in(url: str) -> str:
    """The language that a sitemap's address names, as two letters; "" where it names none.

    >>> [language_in(f"https://raqib.tld/{name}") for name in ("sitemap-ar.xml", "en/map.xml", "news.xml")]
    ['ar', 'en', '']
    """
    parts = urlsplit(url)
    match = _LANGUAGE.search(unquote(f"{parts.path}?{parts.query}"))
    return match[1].lower()[:2] if match else ""


def telling_children(children: Sequence[Child]) -> list[Child]:
    """A few children of an index, the most telling first: news, the newest days, what changed lately, last and first.

    >>> names = ("2026-11-18.xml", "2026-11-19.xml", "category.xml", "posts-1.xml", "posts-2.xml", "news.xml")
    >>> [child.url[18:] for child in telling_children([Child(f"https://raqib.tld/{name}") for name in names])]
    ['news.xml', '2026-11-19.xml', '2026-11-18.xml', 'posts-2.xml', 'posts-1.xml']
    """
    has_arabic = any(language_in(child.url) == "ar" for child in children)
    likely = [child for child in children if not is_apart(child.url)]
    likely = [child for child in likely if not has_arabic or language_in(child.url) in ("ar", "")]
    dated = sorted((child for child in likely if _named_day(child)), key=_named_day, reverse=True)
    changed = sorted((child for child in likely if child.lastmod), key=_changed_at, reverse=True)
    news = [child for child in likely if _NEWS.search(_name(child.url)) and child not in dated]
    silent = [child for child in likely if not child.lastmod and not _named_day(child) and child not in news]
    chosen = (*news[:2], *dated[:2], *changed[:2], *silent[-1:], *silent[:1])
    return list({child.url: child for child in chosen}.values())


def _named_day(child: Child) -> str:
    """The newest day, month or year that an address names, in a form that sorts; "" where it names none."""
    days, months, years = dates_in(child.url)
    named = [*map(str, days), *(f"{year:04}-{month:02}" for year, month in months), *map(str, years)]
    return max(named, default="")


def _changed_at(child: Child) -> datetime:
    moment: datetime | date | None = child.lastmod
    return moment if isinstance(moment, datetime) else datetime.combine(moment or date.min, time(), UTC)


def _name(url: str) -> str:
    """The last part of an address's path."""
    return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
