"""Add an outlet: look at its site once, and write into a TOML file what is certain."""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

import spiders.outlet
from pipelines.outlet_draft import outlet_toml
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.outlet import Outlet, OutletError, bare_host, load_outlet
from spiders.outlet_record import host_of
from spiders.site_names import plain
from spiders.urls import BadURL, request_url


def add_outlet(slug: str, url: str, folder: Path | None = None, replay: Path | None = None) -> Path:
    """Writes SLUG.toml, switched off, from the outlet's robots.txt, home page, feeds and sitemaps; says where.

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
    found = survey(outlet, home_url, replay, _warehouse() if replay is None else None)
    if found.home is None:
        reasons = " ".join([*found.remarks, *found.problems]) or f"{home_url} gave no answer."
        raise WarraqError(f"{slug}: {plain(reasons, 1000)} Nothing was written.")
    for host in found.outlet.hosts:
        _check_owner(host, folder)
    with path.open("x", encoding="utf-8") as file:
        file.write(outlet_toml(found, on=datetime.now(UTC).date()))
    return path


def _warehouse() -> str | None:
    """The URL of a warehouse, which keeps robots.txt and when a host may be asked again; None where there is none yet.

    A first look needs none: none is made for it, and one that does not answer is left alone.
    """
    from pipelines.migrate import ensure_schema
    from spiders.warehouse import closing_connection, database_url, is_there

    if not is_there():
        return None
    try:
        url = database_url()
        with closing_connection(url) as connection:
            ensure_schema(connection)
    except (WarraqError, psycopg2.Error) as error:
        logging.getLogger(__name__).warning("this look goes on without the warehouse: %s", error)
        return None
    return url


def described(path: Path) -> str:
    """What was written, and what a person must still do: what stands before the file's first key."""
    text = path.read_text("utf-8")
    table = tomllib.loads(text)
    ways = ("feeds", "sitemaps", "day_sitemaps", "month_sitemaps")
    found = [_counted(len(table[way]), way.replace("_", " ")) for way in ways if table.get(way)]
    sentences = [f"Wrote {path}, switched off, with {' and '.join(found) or 'neither feed nor sitemap'}."]
    sentences += [line.removeprefix("# ") for line in text[: text.index("name = ")].splitlines()]
    try:
        load_outlet(path)
    except OutletError as error:
        sentences.append(f"Until that is put right, no command can use the file: {error}")
    sentences.append(
        f"Compare hosts, feeds and sitemaps with the live site, and read the comments, which say what else was seen. "
        f"Then try `warraq run --day yesterday --outlet {path.stem}`, and set enabled = true."
    )
    return "\n".join(sentences)


def _counted(n: int, what: str) -> str:
    return f"{n} {what if n > 1 else what.removesuffix('s')}"


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
    _check_owner(host, path.parent)


def _check_owner(host: str, folder: Path) -> None:
    owner = next((name for name, theirs in _claims(folder) if theirs == bare_host(host)), None)
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
