"""READ: the revisions of an article, and what each changed, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from rich.console import Console
from rich.text import Text

from pipelines.search import readable_url
from pipelines.word_diff import Piece, abridged, body_diff, word_diff
from spiders.errors import ImpossibleRequest
from spiders.outlet import load_outlets
from spiders.urls import canonical_or_none, link_key
from spiders.warehouse import statement

_STYLES = {"same": "", "removed": "red strike", "added": "green underline"}  # told apart without colours, too
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_HOW = {
    "404": "its address answered 404",
    "410": "its address answered 410",
    "soft_404": "its address said that there is no such page",
    "home_redirect": "its address led to the home page",
    "other_article": "its address led to another article",
}
# BiDi in terminals (freedesktop.org): each line has the direction of its first letter. Others ignore it.
_OWN_DIRECTION, _USUAL_DIRECTION = "\x1b[?2501h", "\x1b[?2501l"


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One version of an article, with the page's own `modified_at`.

    `last_seen_at` is when a page first or again brought it: a look at the very same bytes is not written down here.
    What it changed: whether silently (None where that cannot be told), and how many words of the text came and went;
    these are None for the first version, and for one that is the same page read anew.
    """

    seen_at: datetime
    last_seen_at: datetime
    modified_at: datetime | None
    title: str
    body: list[str]
    is_silent: bool | None
    n_added: int | None
    n_removed: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Disappearance:
    """When an article was seen to be gone, `how` (404, 410, soft_404, …), and when it was back, if ever."""

    gone_at: datetime
    how: str
    back_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """An article with its revisions, the oldest first."""

    outlet: str
    url: str
    revisions: list[Revision]
    disappearances: list[Disappearance]


def history(connection: Connection, url: str) -> History:
    """The history of the article at an address, in whatever spelling.

    Raises:
        ImpossibleRequest: where the warehouse has no such article.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("diff_article"), {"keys": _keys(url)})
        found = cursor.fetchone()
        if found is None:
            raise ImpossibleRequest(f"There is no article at {url[:200]} in the warehouse.")
        article_key, outlet, own_url = found
        cursor.execute(statement("diff_revisions"), {"article_key": article_key})
        revisions = [Revision(**row) for row in _rows(cursor)]
        cursor.execute(statement("diff_disappearances"), {"article_key": article_key})
        disappearances = [Disappearance(**row) for row in _rows(cursor)]
    return History(outlet=outlet, url=own_url, revisions=revisions, disappearances=disappearances)


def _keys(url: str) -> list[bytes]:
    """The keys under which an address may be known."""
    outlets = [outlet for outlet in load_outlets().values() if outlet.owns(url)]
    spellings = {canonical_or_none(url, outlet) for outlet in (*outlets, None)}
    return [link_key(spelling) for spelling in spellings if spelling]


def _rows(cursor: Cursor) -> Iterator[dict[str, Any]]:
    """Rows by the names of their columns."""
    names = [column.name for column in cursor.description or ()]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def history_json(found: History) -> dict[str, Any]:
    """A history as JSON: its revisions, and what changed from each to the next, as pieces of kind and text."""
    return {
        "outlet": found.outlet,
        "url": found.url,
        "revisions": [
            {
                "seen_at": revision.seen_at, "last_seen_at": revision.last_seen_at,
                "modified_at": revision.modified_at, "title": revision.title, "body": revision.body,
            }
            for revision in found.revisions
        ],
        "changes": [_change_json(old, new) for old, new in pairwise(found.revisions)],
        "disappearances": [asdict(gone) for gone in found.disappearances],
    }  # fmt: skip


def _change_json(old: Revision, new: Revision) -> dict[str, Any]:
    return {
        "seen_at": new.seen_at,
        "is_title_changed": old.title != new.title,
        "is_silent": new.is_silent,
        "n_added": new.n_added,
        "n_removed": new.n_removed,
        "title": [piece._asdict() for piece in word_diff(old.title, new.title)],
        "body": [[piece._asdict() for piece in paragraph] for paragraph in body_diff(old.body, new.body)],
    }


def print_history(found: History) -> None:
    """What changed, in colour, a line a paragraph; where lines can run from right to left, the terminal is asked to."""
    console = Console(highlight=False, soft_wrap=True)
    n = len(found.revisions)
    console.print(Text(f"{found.outlet} · {readable_url(found.url)}", style="dim"))
    said = "one revision: no change was seen" if n == 1 else f"{n} revisions"
    console.print(Text(f"{found.revisions[0].title}", style="bold"))
    console.print(Text(f"{said}; first seen {_time(found.revisions[0].seen_at)}", style="dim"))
    if console.is_terminal:
        print(_OWN_DIRECTION, end="", flush=True)
    try:
        for number, (old, new) in enumerate(pairwise(found.revisions), 2):
            _print_change(console, old, new, f"{number} of {n}")
    finally:
        if console.is_terminal:
            print(_USUAL_DIRECTION, end="", flush=True)
    for gone in found.disappearances:
        back = f"seen again {_time(gone.back_at)}" if gone.back_at else "not seen since"
        console.print(Text(f"\nGone {_time(gone.gone_at)}: {_HOW.get(gone.how, gone.how)}; {back}.", style="bold"))


def _print_change(console: Console, old: Revision, new: Revision, number: str) -> None:
    modified = f"modified {_time(new.modified_at)} by its own account" if new.modified_at else "no account of a change"
    silent = "SILENT: the page does not say that it was changed"
    told = {True: silent, False: modified, None: "whether its page says so is not known"}
    words = f"{new.n_added} words added, {new.n_removed} removed"
    summary = "the same page, read anew" if new.n_added is None else f"{words}; {told[new.is_silent]}"
    console.print(Text(f"\nRevision {number}, seen {_time(new.seen_at)}: {summary}", style="bold"))
    if old.title != new.title:
        console.print(Text("Headline:", style="dim"))
        console.print(_marked(word_diff(old.title, new.title), console))
        console.print(Text("Text:", style="dim"))
    for paragraph in abridged(body_diff(old.body, new.body)):
        if isinstance(paragraph, int):
            console.print(Text(f"… {paragraph} unchanged paragraphs", style="dim"))
        else:
            console.print(_marked(paragraph, console))


def _marked(pieces: Sequence[Piece], console: Console) -> Text:
    """Pieces in colour; where there is none, between the marks [-…-] and {+…+}."""
    line = Text()
    for piece in pieces:
        mark = "{}" if console.color_system else _MARKS[piece.kind]
        line.append(" " if line else "").append(mark.format(piece.text), style=_STYLES[piece.kind])
    return line


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
