"""The news agencies and the places that credits name, from the two data files beside this module."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from pipelines.text import normalize_arabic

_HERE = Path(__file__).parent


@cache
def _agencies() -> dict[str, str]:
    """Agency id by every written form, as a regular expression."""
    table = tomllib.loads((_HERE / "agencies.toml").read_text(encoding="utf-8"))
    forms = {_pattern(name): key for key, entry in table.items() for name in entry["names"]}
    return forms | {_letters(name): key for key, entry in table.items() for name in entry.get("letters", ())}


def _pattern(name: str) -> str:
    return re.sub(r"[اأإآ]", "[اأإآ]", re.escape(name).replace(r"\ ", r"\s+"))


def _letters(name: str) -> str:
    return r"\s*\.?\s*".join(re.sub(r"[اأإآ]", "[اأإآ]", letter) for letter in name) + r"(?:\s*\.(?=\s*(?:\W|$)))?"


@cache
def _agency() -> str:
    """One agency, with or without «وكالة», and its letters in brackets after its name."""
    names = "|".join(sorted(_agencies(), key=len, reverse=True))
    one = rf"(?<!\w)(?:وكالة\s+(?:ال[اأ]نباء\s+)?|وكالات\s+|الوكالة\s+)?(?:{names})(?!\w)"
    return rf"{one}(?:\s*\(\s*(?:{names})\s*\))?"


@cache
def credit_pattern() -> str:
    return rf"{_agency()}(?:\s*(?:[+،,;/&–—-]|\sو)\s*{_agency()}){{0,3}}"


@cache
def _places() -> frozenset[str]:
    listed = (_HERE / "places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normalize_arabic(line) for line in listed if line and not line.startswith("#"))


def is_place(text: str) -> bool:
    """Whether a text is one of the places that stories are sent from.

    >>> is_place("القاهرة"), is_place("المصدر")
    (True, False)
    """
    return normalize_arabic(text) in _places()


def agencies_in(text: str) -> list[str]:
    """Ids of the agencies that a credit names, in its order.

    >>> agencies_in("رويترز + وكالات"), agencies_in("أ.ف.ب")
    (['reuters', 'agencies'], ['afp'])
    """
    found: dict[str, None] = {}
    for match in re.finditer(_agency(), text):
        bare = re.sub(r"^(?:وكالة\s+(?:ال[اأ]نباء\s+)?|الوكالة\s+|وكالات\s+(?=\S))|\s*\(.*", "", match[0])
        key = next((key for form, key in _agencies().items() if re.fullmatch(form, bare.strip())), None)
        key = key or next((k for form, k in _agencies().items() if re.fullmatch(form, match[0].strip())), None)
        if key:
            found[key] = None
    return list(found)
