"""Which of the sitemaps that a first look saw belong in an outlet's TOML, and what is said about the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from spiders.choices import is_apart, language_in
from spiders.named_dates import dates_in
from spiders.outlet import expand
from spiders.sections import may_be_article

if TYPE_CHECKING:
    from spiders.dated import Dated
    from spiders.seen import Seen, Survey

_NEARLY_ALL = 0.9
_MOST_SHOWN = 6


def chosen_sitemaps(found: Survey) -> tuple[list[str], list[str]]:
    """The sitemaps to write, those of news first; and remarks.

    An index stands for its children, but for those of news; where it has children in several languages that can be told
    apart, the Arabic ones stand for it.
    """
    remarks: list[str] = []
    news, rest = list[str](), list[str]()
    indexes = {index.url: index for index in found.good("index")}
    for seen in found.good("news", "index", "sitemap"):
        if seen.look.kind != "news" and (seen.source in indexes or (not seen.source and _is_dated(seen.url))):
            continue
        if _is_covered(seen.url, found):
            continue
        if remark := _remark(seen, found):
            remarks.append(remark)
        elif seen.look.kind == "news":
            news.append(seen.address)
        else:
            rest += _spoken(seen, found)
            links = [link.url for link in seen.look.links]
            if links and not any(map(may_be_article, links)):
                remarks.append(f"None of the addresses in {seen.url} looks like an article's: {_some(links[:2])}.")
    for index in indexes.values():
        remarks += _of_index(index)
    return list(dict.fromkeys([*news, *rest])), remarks


def _is_covered(url: str, found: Survey) -> bool:
    """Whether a template that is proven gives an address."""
    days, months, _ = dates_in(url)
    named = [*days, *(date(year, month, 1) for year, month in months)]
    return any(expand(dated.template, day=day) == url for dated in found.dated for day in named)


def _remark(seen: Seen, found: Survey) -> str:
    """Why a sitemap that can be read is left out."""
    if not found.outlet.owns(seen.address):
        return f"{seen.url} is on a host that is not the outlet's."
    if _is_dated(seen.url):
        return f"{seen.url} is of one day or month, and was left out: write it as a template if its address changes."
    if language_in(seen.url) not in ("", "ar"):
        return f"{seen.url} was left out: its address names another language."
    return f"{seen.url} was left out: by its name it lists no articles." if is_apart(seen.url) else ""


def _is_dated(url: str) -> bool:
    days, months, _ = dates_in(url)
    return bool(days or months)


def _spoken(seen: Seen, found: Survey) -> list[str]:
    """A sitemap, or in its place the Arabic children of an index whose children are told apart by languages."""
    languages = {language_in(child.url) for child in seen.look.found.children}
    arabic = [
        child.url for child in found.good("sitemap", "index", "news")
        if child.source == seen.url and language_in(child.url) == "ar" and found.outlet.owns(child.url)
    ]  # fmt: skip
    return arabic if arabic and len(languages) > 1 and "" not in languages else [seen.address]


def _of_index(index: Seen) -> Iterator[str]:
    """What is to be known of an index's children."""
    children = [child.url for child in index.look.found.children]
    if apart := [url for url in children if is_apart(url)]:
        yield f"By their names these children of {index.url} list no articles: {_some(apart)}."
    languages = {language_in(url) for url in children} - {"", "ar"}
    if languages:
        yield f"{index.url} lists sitemaps of other languages too: {', '.join(sorted(languages))}."


def dated_templates(found: Survey) -> tuple[dict[str, list[str]], list[str]]:
    """`day_sitemaps` and `month_sitemaps`, where an index proves them; and remarks on those that are not sure."""
    values: dict[str, list[str]] = {}
    remarks: list[str] = []
    for key, is_monthly in (("day_sitemaps", False), ("month_sitemaps", True)):
        proven = [dated for dated in found.dated if dated.is_monthly == is_monthly and not is_apart(dated.template)]
        most = max((dated.n for dated in proven), default=0)
        whole = [dated for dated in proven if dated.n >= _NEARLY_ALL * most]
        if sure := [dated.template for dated in whole if dated.is_padded is not None]:
            values[key] = sure
        remarks += [_undecided(key, dated) for dated in whole if dated.is_padded is None]
        remarks += [
            f"{key} may also include {dated.template}; {dated.n} of its addresses were listed."
            for dated in proven
            if dated not in whole
        ]
    return values, remarks


def _undecided(key: str, dated: Dated) -> str:
    forms = " or ".join(dated.padded(is_padded).template for is_padded in (True, False))
    return f"{key} is left out, since no address shows whether numbers below ten have a leading zero: {forms}"


def _some(urls: Sequence[str]) -> str:
    return ", ".join(urls[:_MOST_SHOWN]) + (f" and {len(urls) - _MOST_SHOWN} more" if len(urls) > _MOST_SHOWN else "")
