"""An outlet's TOML file, read strictly."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from spiders.errors import ImpossibleRequest
from spiders.outlet_record import Outlet, expand, host_of
from spiders.private import is_private

SELECTORS = frozenset({"title", "body", "published", "author", "drop"})
LONGEST_REVISIT = 365 * 24  # hours
_SLUG = re.compile(r"[a-z0-9_-]{2,40}")
_AFTER = re.compile(r"(\d{1,5}(?:\.\d{1,3})?) ?([hd])")
_HOST = re.compile(r"(?=.{1,253}(:\d+)?$)[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?")


class OutletError(ImpossibleRequest):
    """An outlet's TOML cannot be used; the sentence names the file, the key and the reason.

    `is_off` says that the file can be read so far, and switches the outlet off: a draft, which no run misses.
    """

    def __init__(self, path: Path, key: str, reason: str, *, is_off: bool = False) -> None:
        super().__init__(f"{path}: {key}: {reason}.")
        self.key = key
        self.is_off = is_off


def load_outlet(path: Path | str) -> Outlet:
    """The outlet that one TOML file describes; OutletError says what is wrong with it."""
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise OutletError(path, "file", f"it cannot be read as TOML ({error})") from error
    try:
        return _outlet(path, table)
    except OutletError as error:
        error.is_off = table.get("enabled") is False
        raise


def _outlet(path: Path, table: dict[str, Any]) -> Outlet:
    table.setdefault("slug", path.stem)
    _check_keys(path, table)
    if isinstance(table.get("selectors"), dict):
        table["selectors"] = dict(table["selectors"])
        valid_until = table["selectors"].pop("valid_until", None)
        if valid_until is not None:
            table["selectors_valid_until"] = valid_until
    values = {key: _typed(path, key, value) for key, value in table.items()}
    outlet = Outlet(**values)
    _check(path, outlet)
    return outlet


def _check_keys(path: Path, table: Mapping[str, Any]) -> None:
    known = {entry.name for entry in fields(Outlet)} - {"selectors_valid_until"}
    for key in table:
        if key not in known:
            raise OutletError(path, key, f"unknown key; the known ones are {', '.join(sorted(known))}")
    for entry in fields(Outlet):
        if entry.default is MISSING and entry.default_factory is MISSING and entry.name not in table:
            raise OutletError(path, entry.name, "the key is missing")


def _typed(path: Path, key: str, value: Any) -> Any:
    if key == "rewrites":
        return _pairs(path, key, value)
    if key == "selectors":
        return _selectors(path, value)
    if key == "revisits":
        return _revisits(path, key, value)
    expected = {entry.name: str(entry.type) for entry in fields(Outlet)}[key]
    if expected == "tuple[str, ...]":
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise OutletError(path, key, "it must be a list of strings")
        return tuple(value)
    kinds: dict[str, tuple[type, ...]] = {
        "str": (str,), "bool": (bool,), "int": (int,), "float | None": (int, float), "date | None": (date,),
    }  # fmt: skip
    if not isinstance(value, kinds[expected]) or (isinstance(value, bool) and expected != "bool"):
        raise OutletError(path, key, f"{value!r} is not of the type {expected.removesuffix(' | None')}")
    return value


def _revisits(path: Path, key: str, value: Any) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise OutletError(path, key, 'it must be a list such as ["6h", "1d", "7d"]')
    hours = {_hours(path, key, item) for item in value}
    return tuple(sorted(hours))


def _hours(path: Path, key: str, item: Any) -> float:
    match = _AFTER.fullmatch(item) if isinstance(item, str) else None
    if match:
        hours = float(match[1]) * (24 if match[2] == "d" else 1)
    elif isinstance(item, int | float) and not isinstance(item, bool):
        hours = float(item)
    else:
        raise OutletError(path, key, f'{item!r} is neither hours nor days, such as "6h" or "7d"')
    if not 1 <= hours <= LONGEST_REVISIT:
        raise OutletError(path, key, f"{item!r} is not between an hour and {LONGEST_REVISIT // 24} days")
    return hours


def _pairs(path: Path, key: str, value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise OutletError(path, key, "it must be a list of [regex, replacement] pairs")
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(item, str) for item in pair)):
            raise OutletError(path, key, f"{pair!r} is not a pair of a regex and a replacement")
        try:
            re.sub(pair[0], pair[1], "")
        except (re.error, IndexError, OverflowError, RecursionError) as error:
            raise OutletError(path, key, f"{pair!r} is not a valid regex and replacement ({error})") from error
    return tuple((pair[0], pair[1]) for pair in value)


def _selectors(path: Path, value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise OutletError(path, "selectors", "it must be a table")
    for key, css in value.items():
        if key not in SELECTORS:
            raise OutletError(
                path, f"selectors.{key}", f"unknown key; the known ones are {', '.join(sorted(SELECTORS))}"
            )
        if not isinstance(css, str) or not css.strip():
            raise OutletError(path, f"selectors.{key}", "it must be a CSS selector")
        try:
            CSSSelector(css)
        except (SelectorError, ValueError) as error:
            raise OutletError(path, f"selectors.{key}", f"{css!r} is not a CSS selector ({error})") from error
    return dict(value)


def _check(path: Path, outlet: Outlet) -> None:
    if outlet.slug != path.stem or not _SLUG.fullmatch(outlet.slug):
        raise OutletError(
            path, "slug", f"{outlet.slug!r} must be the file's name, of a-z, 0-9, _ and -, 2 to 40 of them"
        )
    if not re.fullmatch("[A-Z]{2}", outlet.country):
        raise OutletError(path, "country", f"{outlet.country!r} is not a country's code of two capital letters")
    try:
        ZoneInfo(outlet.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OutletError(path, "timezone", f"there is no time zone {outlet.timezone!r}") from error
    if not outlet.name.strip():
        raise OutletError(path, "name", "it is empty")
    for key, least in (("max_pages", 1), ("first_page", 0)):
        if getattr(outlet, key) < least:
            raise OutletError(path, key, f"it must be at least {least}")
    if outlet.crawl_delay is not None and not 0 <= outlet.crawl_delay <= 3600:
        raise OutletError(path, "crawl_delay", f"{outlet.crawl_delay} is not between 0 and 3600 seconds")
    _check_hosts(path, outlet)
    try:
        re.compile(outlet.article_url)
    except (re.error, OverflowError, RecursionError) as error:
        raise OutletError(path, "article_url", f"it is not a valid regex ({error})") from error
    _check_addresses(path, outlet)


def _check_hosts(path: Path, outlet: Outlet) -> None:
    if not outlet.hosts:
        raise OutletError(path, "hosts", "at least one host is needed")
    for host in outlet.hosts:
        if not _HOST.fullmatch(host):
            raise OutletError(path, "hosts", f"{host!r} is not a host name in lower case (an Arabic one as xn--…)")


def _check_addresses(path: Path, outlet: Outlet) -> None:
    month, pages = {"year", "month"}, {"year", "month", "day", "page"}
    needed: dict[str, set[str]] = {"day_sitemaps": month | {"day"}, "month_sitemaps": month}
    for key in ("feeds", "sitemaps", "day_sitemaps", "month_sitemaps", "sections"):
        for address in getattr(outlet, key):
            _check_template(path, key, address, pages if key == "sections" else needed.get(key, set()))
            if missing := needed.get(key, set()) - set(_placeholders(address)):
                raise OutletError(path, key, f"{address!r} needs {{{'} and {'.join(sorted(missing))}}}")
            _check_url(path, key, address, outlet)
    if outlet.enabled and not outlet.entry_points:
        raise OutletError(path, "feeds", "an enabled outlet needs a feed, a sitemap or a section")


def _check_template(path: Path, key: str, template: str, allowed: Iterable[str]) -> None:
    try:
        unknown = set(_placeholders(template)) - set(allowed)
        expand(template, day=date(2026, 11, 19), page=1) if not unknown else None
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise OutletError(path, key, f"{template!r} is not a valid template ({error})") from error
    if unknown:
        raise OutletError(path, key, f"{template!r} has the unknown placeholder {{{min(unknown)}}}")


def _placeholders(template: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]


def _check_url(path: Path, key: str, address: str, outlet: Outlet) -> None:
    url = expand(address, day=date(2026, 11, 19), page=1)
    host = host_of(url)
    if not url.startswith(("http://", "https://")) or not host or re.search(r"\s", url):
        raise OutletError(path, key, f"{address!r} is not an http or https address")
    if not outlet.owns(host) and (key != "feeds" or _is_hidden(urlsplit(url).hostname or "", outlet)):
        raise OutletError(path, key, f"{address!r} is on {host}, which is not among the outlet's hosts")


def _is_hidden(name: str, outlet: Outlet) -> bool:
    """Whether a host that may be shared is not on the public web, unless the outlet is on that machine itself."""
    return is_private(name) and name not in {own.partition(":")[0] for own in outlet.hosts}
