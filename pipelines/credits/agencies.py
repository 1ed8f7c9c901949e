"""The news agencies and the places that credits name, from the data files beside this module."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipelines.text import normalize_arabic

_HERE = Path(__file__).parent
# «وكالة الأنباء الألمانية» is kept whole by its names: of the title only what stands before them falls.
_TITLE = re.compile(r"^(?:نقلا عن |عن )?(?:ال)?(?:وكاله|وكالتي|وكالتا|وكالات|وكالة) (?=\S)")


@lru_cache(maxsize=8192)
def form_of(text: str) -> str:
    """`normalize_arabic` of a short text, remembered: every piece of a credit is looked up in several tables.

    >>> form_of("أبوظبـــي")
    'ابوظبي'
    """
    return normalize_arabic(text)


@cache
def _entries() -> dict[str, dict[str, Any]]:
    return tomllib.loads((_HERE / "agencies.toml").read_text(encoding="utf-8"))


@cache
def _table() -> dict[str, tuple[str, bool]]:
    """Agency id, and whether the form says it for sure, by every written form without spaces."""
    words = {_key(form): (name, False) for name, entry in _entries().items() for form in entry.get("words", ())}
    return words | {_key(form): (name, True) for name, entry in _entries().items() for form in entry["names"]}


@cache
def _forms(name: str) -> tuple[str, ...]:
    """The written forms of an agency, in normal form."""
    entry = _entries()[name]
    return tuple(map(normalize_arabic, [*entry["names"], *entry.get("words", ())]))


def _key(form: str) -> str:
    return normalize_arabic(form).replace(" ", "")


def agency(text: str) -> tuple[str, bool] | None:
    """The id of the agency that a text is the name of, and whether it can be nothing else; None for no agency.

    >>> agency("أ.ف.ب"), agency("وكالة الأنباء الألمانية"), agency("معا"), agency("رويترز تنفي")
    (('afp', True), ('dpa', True), ('maan', False), None)
    """
    if len(text) > 60:
        return None
    form = form_of(text)
    bare = _TITLE.sub("", form)
    found = _table().get(form.replace(" ", "")) or _table().get(bare.replace(" ", ""))
    return (found[0], found[1] or bare != form) if found else None


def is_own(name: str, outlet_names: frozenset[str]) -> bool:
    """Whether an agency id is the outlet itself.

    >>> is_own("cnn", frozenset({"cnn arabic"})), is_own("reuters", frozenset({"cnn arabic"}))
    (True, False)
    """
    return any(f" {form} " in f" {own} " for form in _forms(name) for own in outlet_names)


def is_own_channel(name: str, outlet_names: frozenset[str]) -> bool:
    """Whether an agency id is a channel that is the outlet itself: its mark on its own pages credits nobody.

    >>> is_own_channel("cnn", frozenset({"cnn arabic"})), is_own_channel("reuters", frozenset({"reuters"}))
    (True, False)
    """
    return bool(_entries()[name].get("channel")) and is_own(name, outlet_names)


def _listed(file: str) -> frozenset[str]:
    lines = (_HERE / file).read_text(encoding="utf-8").splitlines()
    return frozenset(normalize_arabic(line) for line in lines if line and not line.startswith("#"))


@cache
def _cities() -> frozenset[str]:
    return _listed("places.txt")


@cache
def _countries() -> frozenset[str]:
    return _listed("countries.txt")


def is_city(text: str) -> bool:
    """Whether a text is a town or region that stories are sent from.

    >>> is_city("القاهرة"), is_city("لبنان"), is_city("المصدر")
    (True, False, False)
    """
    return form_of(text) in _cities()


def is_place(text: str) -> bool:
    """Whether a text is a place that stories are sent from, or a country.

    >>> is_place("القدس المحتلة"), is_place("لبنان"), is_place("المصدر")
    (True, True, False)
    """
    form = form_of(text)
    return form in _cities() or form in _countries()
