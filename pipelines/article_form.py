"""What the addresses of an outlet's articles have in common: a slash at the end, a number in the query, a form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from spiders.named_dates import date_of
from spiders.outlet import Outlet
from spiders.sections import tells_article
from spiders.urls import canonical_or_none

LEAST = 10  # addresses that tell a form
_NEARLY_ALL = 0.9
# Words that stand before articles of every section; any other may be one section's own.
_WORDS = frozenset({
    "news", "article", "articles", "story", "stories", "post", "posts", "node", "details", "content", "read", "show",
    "view", "archive", "archives", "n", "a", "p", "web", "ar", "arabic",
})  # fmt: skip


class Address(NamedTuple):
    """An article's address as it was listed, and the local day that was told for it."""

    url: str
    day: date | None = None


class Form(NamedTuple):
    """`trailing_slash` and `raw_query` as a TOML has them; `article_url`, "" where the addresses do not agree."""

    trailing_slash: bool
    raw_query: tuple[str, ...]
    article_url: str


def form_of(articles: Sequence[Address], others: Iterable[str], outlet: Outlet) -> Form:
    """What the addresses of articles agree in; `others` are addresses of the outlet that are no articles.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> form_of([Address(f"https://raqib.tld/news/10{n}/خبر/") for n in range(10, 30)], ["/news/"], raqib)
    Form(trailing_slash=True, raw_query=(), article_url='/news/\\\\d+/[^/]+/?$')
    >>> form_of([Address(f"https://raqib.tld/News.aspx?id={n}") for n in range(3)], [], raqib).raw_query
    ('id',)
    """
    told = sorted(articles, key=lambda article: article.day is not None)  # of two, the one with a day
    addresses = list({article.url: article for article in told}.values())
    paths = [urlsplit(article.url).path for article in addresses]
    ends = [path.endswith("/") for path in paths if path.strip("/")]
    slash = len(ends) >= 2 and sum(ends) >= _NEARLY_ALL * len(ends)
    query = _raw_query([article.url for article in addresses])
    likely = replace(outlet, trailing_slash=slash, raw_query=query, article_url="")
    pattern = "" if query else _pattern(addresses)
    return Form(slash, query, pattern if pattern and _holds(pattern, addresses, others, likely) else "")


def _raw_query(urls: Sequence[str]) -> tuple[str, ...]:
    """The parameters that tell articles apart, where their paths do not."""
    if len({urlsplit(url).path for url in urls}) * 2 > max(len(urls), 2) or not urls:
        return ()
    values: dict[str, set[str]] = {}
    n_with = Counter[str]()
    for url in urls:
        for name, value in {name: value for name, value in _pairs(url) if tells_article(name, value)}.items():
            values.setdefault(name, set()).add(value)
            n_with[name] += 1
    return tuple(
        sorted(
            name for name, n in n_with.items() if n >= _NEARLY_ALL * len(urls) and len(values[name]) >= _NEARLY_ALL * n
        )
    )


def _pairs(url: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in urlsplit(url).query.split("&"))]


def _pattern(articles: Sequence[Address]) -> str:
    """The one form that nearly all addresses have, where it has a number that tells articles from other pages."""
    if len(articles) < LEAST:
        return ""
    split = [_segments(article.url) for article in articles]
    shape, n = Counter(tuple(map(_shape, segments)) for segments in split).most_common(1)[0]
    chosen = [
        (segments, article.day)
        for segments, article in zip(split, articles, strict=True)
        if tuple(map(_shape, segments)) == shape
    ]
    if n < _NEARLY_ALL * len(articles) or not any("\\d" in kind for kind in shape):
        return ""
    columns = list(zip(*(segments for segments, _ in chosen), strict=True))
    parts = [_part(kind, set(column)) for kind, column in zip(shape, columns, strict=True)]
    return "/" + "/".join(_dated(parts, columns, [day for _, day in chosen])) + "/?$"


def _segments(url: str) -> list[str]:
    return [unquote(segment) for segment in urlsplit(url).path.strip("/").split("/")]


def _shape(segment: str) -> str:
    """A pattern for a part of a path: a number, one with a name before or behind it, or a name.

    >>> [_shape(segment) for segment in ("2026", "1.345", "خبر-عاجل-70123.html", "70123-خبر", "politics")]
    ['\\\\d+', '[^/]+', '[^/]*-\\\\d{4,}\\\\.html', '\\\\d{4,}-[^/]*', '[^/]+']
    """
    if re.fullmatch(r"[0-9]+", segment):
        return r"\d+"
    suffix = re.search(r"\.(?:html?|php|aspx?)$", segment)
    name, tail = (segment[: suffix.start()], re.escape(suffix[0])) if suffix else (segment, "")
    if re.fullmatch("[0-9]+", name):
        return rf"\d+{tail}"
    if re.search(r"[-_][0-9]{4,}$", name):
        return rf"[^/]*{name[-len(re.split('[-_]', name)[-1]) - 1]}\d{{4,}}{tail}"
    if match := re.match(r"[0-9]{4,}([-_])", name):
        return rf"\d{{4,}}{match[1]}[^/]*{tail}"
    return "[^/]+"


def _part(kind: str, found: set[str]) -> str:
    """A part of the pattern: the word itself where it is one that stands before all articles; a long number as one."""
    (word,) = found if len(found) == 1 else ("",)
    if kind == r"\d+" and min(map(len, found)) > 4:
        return r"\d{4,}"
    return re.escape(word) if kind == "[^/]+" and word.lower() in _WORDS else kind


def _dated(parts: list[str], columns: Sequence[tuple[str, ...]], days: Sequence[date | None]) -> list[str]:
    """The parts with year, month and day named, where three in a row are the days that were told."""
    for at in range(len(parts) - 2):
        if parts[at : at + 3] != [r"\d+"] * 3 or not all(re.fullmatch(r"(?:19|20)\d\d", year) for year in columns[at]):
            continue
        named = [date_of(*told) for told in zip(*columns[at : at + 3], strict=True)]
        known = [(ours, theirs) for ours, theirs in zip(named, days, strict=True) if theirs]
        near = sum(ours is not None and abs((ours - theirs).days) <= 1 for ours, theirs in known)
        if None not in named and known and near >= _NEARLY_ALL * len(known):
            texts = [text for column in columns[at + 1 : at + 3] for text in column]
            # Numbers from ten on do not tell whether those below have a zero before them.
            width = (
                "{2}" if all(len(text) == 2 for text in texts) and any(text[0] == "0" for text in texts) else "{1,2}"
            )
            dated = [r"(?P<year>\d{4})", rf"(?P<month>\d{width})", rf"(?P<day>\d{width})"]
            return [*parts[:at], *dated, *parts[at + 3 :]]
    return parts


def _holds(pattern: str, articles: Sequence[Address], others: Iterable[str], outlet: Outlet) -> bool:
    """Whether a pattern matches nearly all articles in their canonical form, and nothing else that is known."""
    tried = replace(outlet, article_url=pattern)
    met = [tried.is_article_url(canonical_or_none(article.url, tried) or "") for article in articles]
    base = f"https://{outlet.hosts[0]}/"
    wrong = any(tried.is_article_url(canonical_or_none(url, tried, base=base) or "") for url in others)
    return sum(met) >= _NEARLY_ALL * len(met) and not wrong
