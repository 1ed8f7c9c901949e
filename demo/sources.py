"""What the demo's outlets published: the texts of demo/articles/*.toml as records."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from spiders.outlet import Outlet, load_outlets  # noqa: E402

Table = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """An article in one version, or another page that an outlet's documents list.

    `body` is the text alone, `shown` the paragraphs as printed, with the agency's credit; `url` is canonical;
    `recorded` is when the crawler saw it; `status` 0 means that no page was recorded.
    """

    outlet: Outlet
    site: Table
    kind: str
    url: str
    number: str
    published: datetime
    recorded: datetime
    modified: datetime | None = None
    version: int = 1
    section: str = ""
    title: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    dateline: str | None = None
    group: str | None = None
    same_as: str | None = None
    outcome: str | None = "loaded"
    reason: str | None = None
    language: str = "ar"
    template: str = "article"
    status: int = 200
    location: str | None = None
    is_listed: bool = True
    spelling: Table = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The outlet's local date of publication."""
        return self.published.date()

    @property
    def summary(self) -> str:
        """The first sentence or so of the text, as feeds and listings show it."""
        first = self.body[0] if self.body else self.title
        return first if len(first) <= 140 else first[:140].rsplit(" ", 1)[0] + "…"

    def spelled(self, document: str) -> str:
        """The address as a kind of document lists it."""
        path = urlsplit(self.url).path
        template: str = self.spelling.get(document, "{url}")
        return template.format(url=self.url, path=path, raw=unquote(self.url))


def load() -> list[Item]:
    """Everything that the outlets published, by outlet, then by time."""
    wires = _read("wires")
    outlets = load_outlets(HERE / "outlets")
    items = [item for outlet in outlets.values() for item in _outlet_items(outlet, wires)]
    return sorted(items, key=lambda item: (item.outlet.slug, item.published, item.url, item.version))


def address(outlet: Outlet, path: str) -> str:
    """The absolute, percent-encoded address of a path of an outlet."""
    return quote(urljoin(f"https://{outlet.hosts[0]}", path), safe=":/?&=%")


def _outlet_items(outlet: Outlet, wires: Table) -> Iterator[Item]:
    tables = _read(outlet.slug)
    stories = {table["id"]: table for table in tables["story"] if table.get("version", 1) == 1}
    urls = {number: _story_url(outlet, tables["site"], table) for number, table in stories.items()}
    for table in tables["story"]:
        original = stories.get(table.get("repost_of"), table)
        yield _story(outlet, tables["site"], table, original, wires, urls[table["id"]])
    for table in tables["page"]:
        yield _page(outlet, tables["site"], table, urls, stories)


def _story(outlet: Outlet, site: Table, table: Table, original: Table, wires: Table, url: str) -> Item:
    body = _wire_text(wires[table["wire"]]["body"], table) if "wire" in table else _paragraphs(original["body"])
    published, modified = _aware(outlet, table["published"]), _aware(outlet, table.get("modified"))
    reposted = {original["id"]} if "repost_of" in table else {table["id"]}
    return Item(
        outlet=outlet,
        site=site,
        url=url,
        number=str(table["id"]),
        published=published,
        modified=modified,
        recorded=(modified or published) + timedelta(minutes=3 + table["id"] % 5),
        body=tuple(body),
        shown=tuple(_credited(body, table)),
        group=table.get("wire") or _repost_group(outlet, reposted, table),
        kind=table.get("kind", "article"),
        **_common(table),
    )


def _page(outlet: Outlet, site: Table, table: Table, urls: dict[int, str], stories: Table) -> Item:
    recorded = _aware(outlet, table.get("recorded"))
    published = _aware(outlet, table.get("published")) or recorded - timedelta(minutes=5)
    same = table.get("same_as")
    values = {**_common(stories[same]), **_common(table)} if same else _common(table)
    body = _paragraphs(stories[same].get("body", "") if same else table.get("body", ""))
    return Item(
        outlet=outlet,
        site=site,
        url=address(outlet, table["path"]),
        number=re.findall(r"\d+", table["path"])[-1],
        published=published,
        recorded=recorded or published + timedelta(minutes=4),
        body=tuple(body),
        shown=tuple(body),
        kind=table["kind"],
        same_as=urls[same] if same else None,
        is_listed=table.get("listed", True),
        **{**values, "outcome": table.get("outcome"), "spelling": {}},
    )


def _common(table: Table) -> Table:
    plain = ("version", "section", "title", "author", "dateline", "outcome", "reason", "language", "template")
    values = {key: table[key] for key in (*plain, "status", "location", "spelling") if key in table}
    return values | {key: tuple(table[key]) for key in ("tags", "agencies") if key in table}


def _story_url(outlet: Outlet, site: Table, table: Table) -> str:
    slug = re.sub(r"[^\w]+", "-", table["title"]).strip("-")
    path = site["path"].format(slug=slug, **table)
    return address(outlet, path)


def _repost_group(outlet: Outlet, reposted: set[int], table: Table) -> str | None:
    return f"{outlet.slug}-{reposted.pop()}" if "repost_of" in table or table.get("is_reposted") else None


def _wire_text(text: str, table: Table) -> list[str]:
    """An agency's text as one outlet prints it: with its edits, without the paragraphs (from 1) that it cut."""
    for old, new in table.get("edits", []):
        if old not in text:
            raise ValueError(f"{table['id']}: {old!r} is not in the agency's text")
        text = text.replace(old, new)
    dropped = table.get("without", [])
    return [paragraph for place, paragraph in enumerate(_paragraphs(text), 1) if place not in dropped]


def _credited(body: list[str], table: Table) -> list[str]:
    head = [table["head"]] if "head" in table else []
    foot = [table["foot"]] if "foot" in table else []
    return [*head, table.get("prefix", "") + body[0], *body[1:], *foot]


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


def _aware(outlet: Outlet, moment: datetime | None) -> Any:
    return moment.replace(tzinfo=outlet.tz) if moment else None


def _read(name: str) -> Table:
    return tomllib.loads((HERE / "articles" / f"{name}.toml").read_text("utf-8"))
