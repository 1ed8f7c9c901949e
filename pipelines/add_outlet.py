"""Add an outlet: look at its site once, and write down in a TOML what it surely says."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import spiders.outlet
from pipelines.country import country_of, only_zone
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.feeds import read_feed
from spiders.homepage import plain
from spiders.markup import DocumentError
from spiders.outlet import Outlet, OutletError, bare_host, load_outlet
from spiders.outlet_record import host_of
from spiders.sitemaps import read_sitemap
from spiders.urls import BadURL, request_url

if TYPE_CHECKING:
    from spiders.discovered import Discovered
    from spiders.survey import Answer, Survey

_NO_PLACE = "Fill in the country (EG) and the timezone (Africa/Cairo): the address does not tell them for sure."
_NO_START = "No feed and no sitemap was found: add sections (…?page={page}), then set enabled = true."


def add_outlet(slug: str, url: str, folder: Path | None = None, replay: Path | None = None) -> Path:
    """Writes SLUG.toml from the outlet's robots.txt, home page, feeds and sitemaps; says where.

    The folder is WARRAQ_OUTLETS or the shipped one; `replay` is a recording that answers instead of the network.

    Raises:
        ImpossibleRequest: a bad slug or address, or an outlet that is there already.
        WarraqError: nothing was to be had from the site; nothing is written.
    """
    from spiders.survey import survey

    shipped = Path(spiders.outlet.__file__).with_name("outlets")
    folder = Path(folder or os.environ.get("WARRAQ_OUTLETS") or shipped)
    path = folder / f"{slug}.toml"
    home_url = _home_url(url)
    outlet = Outlet(slug=slug, name=slug, country="", timezone="UTC", hosts=(host_of(home_url),))
    _check(outlet, path)
    found = survey(outlet, home_url, replay)
    if found.home is None:
        reasons = " ".join(found.problems) or f"{home_url} gave no answer."
        raise WarraqError(f"{slug}: {plain(reasons, 1000)} Nothing was written.")
    with path.open("x", encoding="utf-8") as file:
        file.write(outlet_toml(found, on=datetime.now(UTC).date()))
    return path


def described(path: Path) -> str:
    """The sentence that says what was written, and what a person must still do."""
    try:
        outlet = load_outlet(path)
    except OutletError as error:
        return f"Wrote {path}. It is not complete, and this folder of outlets is refused until it is: {error}"
    if not outlet.enabled:
        return f"Wrote {path}. {_NO_START}"
    return f"Wrote {path}. Read it before you trust it, then try `warraq crawl --outlet {outlet.slug} --day …`."


def outlet_toml(found: Survey, *, on: date) -> str:
    """The text of the TOML that says what came; what is not sure is left out or left to the person, in a comment."""
    host = host_of(found.home_url)
    country = country_of(host)
    zone, home = only_zone(country), found.home
    feeds, sitemaps, remarks = _entry_points(found)
    has_start = bool(feeds or sitemaps)
    values: dict[str, str | bool | list[str]] = {
        "name": (home.name if home else "") or host,
        "country": country,
        "timezone": zone,
        "language": (home.language if home else "") or "ar",
        "hosts": [host],
        "feeds": feeds,
        "sitemaps": sitemaps,
        "enabled": has_start,
        "verified": False,
        "note": f"written by `warraq outlets add` on {on}; read it before you trust it",
    }
    to_do = [] if zone else [_NO_PLACE]
    remarks = to_do + ([] if has_start else [_NO_START]) + remarks
    lines = [f"# {plain(remark, 500)}" for remark in remarks]
    return "\n".join(lines + [f"{key} = {_toml(value)}" for key, value in values.items()]) + "\n"


def _home_url(url: str) -> str:
    try:
        if not re.match(r"https?://", url, re.I):
            raise ImpossibleRequest(f"{url[:200]!r} is not a web address; write it as https://www.example.com/.")
        return request_url(url)
    except BadURL as error:
        raise ImpossibleRequest(str(error)) from error


def _check(outlet: Outlet, path: Path) -> None:
    """Refuses what can never be added, before anything is fetched."""
    slug, host = outlet.slug, outlet.hosts[0]
    if not re.fullmatch(r"[a-z0-9_-]{2,40}", slug):
        raise ImpossibleRequest(f"{slug!r} cannot be a slug: it takes a-z, 0-9, _ and -, 2 to 40 of them.")
    if not path.parent.is_dir():
        raise ImpossibleRequest(f"{path.parent}: there is no such folder of outlets.")
    if path.exists():
        raise ImpossibleRequest(f"{path} exists already. Choose another slug, or delete the file first.")
    owner = next((name for name, theirs in _claims(path.parent) if theirs == bare_host(host)), None)
    if owner:
        raise ImpossibleRequest(f"{host} already belongs to the outlet {owner}.")


def _claims(folder: Path) -> Iterator[tuple[str, str]]:
    """The outlets of a folder with each of their hosts; files that are not complete count too."""
    for path in sorted(folder.glob("*.toml")):
        try:
            hosts = tomllib.loads(path.read_text("utf-8")).get("hosts", [])
        except (OSError, ValueError):
            continue  # whoever loads it is told
        for host in hosts if isinstance(hosts, list) else []:
            yield path.stem, bare_host(str(host))


def _entry_points(found: Survey) -> tuple[list[str], list[str], list[str]]:
    """The feeds and the sitemaps that can be read and list something, and remarks on all others."""
    good: dict[str, list[str]] = {"feed": [], "sitemap": []}
    remarks, elsewhere = list(found.problems), Counter[str]()
    for answer in found.answers:
        try:
            listed = _read(answer, found.outlet)
        except DocumentError as error:
            remarks.append(f"{answer.url} cannot be read: {error}")
            continue
        elsewhere.update(host_of(refused.url) for refused in listed.refused if refused.reason == "scope")
        if listed.links or listed.children:
            good[answer.kind].append(answer.url)
        else:
            remarks.append(f"{answer.url} lists nothing on {found.outlet.hosts[0]}.")
    remarks += [
        f"{count} addresses are on {host}: add it to hosts if it is theirs." for host, count in elsewhere.most_common(5)
    ]
    return sorted(good["feed"]), sorted(good["sitemap"]), remarks


def _read(answer: Answer, outlet: Outlet) -> Discovered:
    read = read_feed if answer.kind == "feed" else read_sitemap
    return read(answer.body, url=answer.url, outlet=outlet, content_type=answer.content_type)


def _toml(value: str | bool | list[str]) -> str:
    """A TOML value. JSON's strings are TOML's where they hold no control characters: `plain` leaves none.

    >>> _toml(["الرقيب", 'a "b"'])
    '["الرقيب", "a \\\\"b\\\\""]'
    """
    return json.dumps(value, ensure_ascii=False)
