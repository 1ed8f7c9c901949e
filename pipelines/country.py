"""The country and the time zone that a host's top-level domain implies, where that is certain."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# Country domains that anyone registers for their sound (.tv, .me): they imply no country.
_SOLD = frozenset({
    "ad", "ai", "as", "bz", "cc", "cd", "co", "dj", "fm", "io", "la", "me", "ms", "nu", "sc", "sr", "su", "tk", "tv",
    "ws",
})  # fmt: skip
_OTHERWISE = {"uk": "GB"}
_ARABIC = {
    "الاردن": "JO", "البحرين": "BH", "الجزائر": "DZ", "السعودية": "SA", "المغرب": "MA", "اليمن": "YE", "امارات": "AE",
    "تونس": "TN", "سودان": "SD", "سورية": "SY", "عراق": "IQ", "عمان": "OM", "فلسطين": "PS", "قطر": "QA", "مصر": "EG",
    "موريتانيا": "MR",
}  # fmt: skip
_ENCODED = {ending.encode("idna").decode("ascii"): country for ending, country in _ARABIC.items()}


def country_of(host: str) -> str:
    """The ISO 3166-1 code of the country whose ending a host has; "" where the ending tells none.

    >>> [country_of(host) for host in ("www.raqib.com.eg", "raqib.xn--wgbh1c", "raqib.co.uk", "raqib.com", "raqib.tv")]
    ['EG', 'EG', 'GB', '', '']
    """
    ending = host.partition(":")[0].rpartition(".")[2].lower()
    country = _ENCODED.get(ending) or _OTHERWISE.get(ending) or ending.upper()
    return country if country in _zones() and ending not in _SOLD else ""


def only_zone(country: str) -> str:
    """The IANA time zone of a country that has one; "" where it has several, or is unknown.

    >>> [only_zone(country) for country in ("EG", "SA", "PS", "RU", "")]
    ['Africa/Cairo', 'Asia/Riyadh', '', '', '']
    """
    zones = _zones().get(country, ())
    return zones[0] if len(zones) == 1 else ""


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """The zones of every country, by the table that comes with the time zones."""
    zones: dict[str, tuple[str, ...]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country] = (*zones.get(country, ()), zone)
    return zones
