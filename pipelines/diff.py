"""READ: the revisions of an article, and what each changed, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from rich.console import Console
from rich.text import Text

from pipelines.word_diff import ChangeKind, Piece, abridged, body_diff, kind_of_change, word_diff
from spiders.errors import ImpossibleRequest
from spiders.outlet import load_outlets
from spiders.percent import readable
from spiders.urls import canonical_or_none, link_key
from spiders.warehouse import statement

# Told apart without colours, too.
_STYLES = {"same": "", "removed": "red strike", "added": "green underline", "moved": "blue"}
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}", "moved": "{{~{}~}}"}
_HOW = {
    "404": "its address answered 404",
    "410": "its address answered 410",
    "soft_404": "its address said that there is no such page",
    "home_redirect": "its address led to the home page",
    "other_article": "its address led to another article",
}
_KINDS: dict[ChangeKind, str] = {
    "none": "headline and text are the same",
    "division": "only the division into paragraphs changed",
    "marks": "only marks and punctuation changed",
}
# BiDi in terminals (freedesktop.org): each line has the direction of its first letter. Others ignore it.
_OWN_DIRECTION, _USUAL_DIRECTION = "\x1b[?2501h", "\x1b[?2501l"


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One version of an article, with the page's own `modified_at`.

    `last_seen_at` is when a page first or again brought it: a look at the very same bytes is not written down here.
    """

    seen_at: datetime
    last_seen_at: datetime
    modified_at: datetime | None
    title: str
    body: list[str]
    is_current: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How an article went from one version to another, by their numbers from 1; the other may be an older one again.

    Whether silently (None where that cannot be told), and how many words of the text came and went; these are None
    where it is the same page read anew.
    """

    number_before: int
    number: int
    seen_at: datetime
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
    """An article with its revisions, the oldest first, and how it went from one to another."""

    outlet: str
    url: str
    revisions: list[Revision]
    changes: list[Change]
    disappearances: list[Disappearance]

    def is_return(self, change: Change) -> bool:
        """Whether a change leads back to a version that was there before."""
        return self.revisions[change.number - 1].seen_at < change.seen_at

    def sides(self, change: Change) -> tuple[Revision, Revision]:
        """The versions before and after a change."""
        return self.revisions[change.number_before - 1], self.revisions[change.number - 1]


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
        return History(
            outlet=outlet,
            url=own_url,
            revisions=[Revision(**row) for row in _rows(cursor, "diff_revisions", article_key)],
            changes=[Change(**row) for row in _rows(cursor, "diff_changes", article_key)],
            disappearances=[Disappearance(**row) for row in _rows(cursor, "diff_disappearances", article_key)],
        )


def _keys(url: str) -> list[bytes]:
    """The keys under which an address may be known."""
    url = url if "://" in url else f"https://{url}"
    outlets = [outlet for outlet in load_outlets().values() if outlet.owns(url)]
    spellings = {canonical_or_none(url, outlet) for outlet in (*outlets, None)}
    return [link_key(spelling) for spelling in spellings if spelling]


def _rows(cursor: Cursor, query: str, article_key: bytes) -> Iterator[dict[str, Any]]:
    """What a query tells of an article, by the names of its columns."""
    cursor.execute(statement(query), {"article_key": article_key})
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
                "is_current": revision.is_current,
            }
            for revision in found.revisions
        ],
        "changes": [_change_json(found, change) for change in found.changes],
        "disappearances": [asdict(gone) for gone in found.disappearances],
    }  # fmt: skip


def _change_json(found: History, change: Change) -> dict[str, Any]:
    old, new = found.sides(change)
    return {
        **asdict(change),
        "is_return": found.is_return(change),
        "is_title_changed": old.title != new.title,
        "is_only_marks": _kind(old, new) in ("division", "marks"),
        "title": [piece._asdict() for piece in word_diff(old.title, new.title)],
        "body": [[piece._asdict() for piece in paragraph] for paragraph in body_diff(old.body, new.body)],
    }


def print_history(found: History) -> None:
    """What changed, in colour, a line a paragraph; where lines can run from right to left, the terminal is asked to."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"{found.outlet} · {readable(found.url)}", style="dim"))
    console.print(Text(_current(found).title, style="bold"))
    console.print(Text(_overview(found), style="dim"))
    if console.is_terminal:
        print(_OWN_DIRECTION, end="", flush=True)
    try:
        for change in found.changes:
            _print_change(console, found, change)
    finally:
        if console.is_terminal:
            print(_USUAL_DIRECTION, end="", flush=True)
    for gone in found.disappearances:
        back = f"seen again {_time(gone.back_at)}" if gone.back_at else "not seen since"
        console.print(Text(f"\nGone {_time(gone.gone_at)}: {_HOW.get(gone.how, gone.how)}; {back}.", style="bold"))


def _current(found: History) -> Revision:
    return next(revision for revision in found.revisions if revision.is_current)


def _overview(found: History) -> str:
    """How many revisions there are, and which is current."""
    first_seen = f"first seen {_time(found.revisions[0].seen_at)}"
    if len(found.revisions) == 1:
        return f"one revision: no change was seen; {first_seen}"
    number, last = found.revisions.index(_current(found)) + 1, found.changes[-1]
    said = f"{len(found.revisions)} revisions; {first_seen}; revision {number} is current"
    return f"{said}, seen again {_time(last.seen_at)}" if found.is_return(last) else said


def _print_change(console: Console, found: History, change: Change) -> None:
    old, new = found.sides(change)
    number = f"{change.number} of {len(found.revisions)}" + (" again" if found.is_return(change) else "")
    heading = f"\nRevision {number}, seen {_time(change.seen_at)}: {_summary(old, new, change)}"
    console.print(Text(heading, style="bold"))
    if old.title != new.title:
        console.print(Text("Headline:", style="dim"))
        console.print(_marked(word_diff(old.title, new.title), console))
        console.print(Text("Text:", style="dim"))
    for paragraph in abridged(body_diff(old.body, new.body)):
        if isinstance(paragraph, int):
            paragraphs = "paragraph" if paragraph == 1 else "paragraphs"
            console.print(Text(f"… {paragraph} unchanged {paragraphs}", style="dim"))
        else:
            console.print(_marked(paragraph, console))


def _summary(old: Revision, new: Revision, change: Change) -> str:
    """What a change is, in a sentence, and whether the page tells of it."""
    if change.n_added is None:
        return "the same page, read anew"
    modified = f"modified {_time(new.modified_at)} by its own account" if new.modified_at else "no account of a change"
    silent = "SILENT: the page does not say that it was changed"
    told = {True: silent, False: modified, None: "whether its page says so is not known"}
    return f"{_what(old, new, change)}; {told[change.is_silent]}"


def _what(old: Revision, new: Revision, change: Change) -> str:
    kind = _kind(old, new)
    if kind in _KINDS:
        return _KINDS[kind]
    if old.body == new.body:
        return "only the headline changed"
    if not change.n_added and not change.n_removed:
        return "the same words in another order"
    words = "word" if change.n_added == 1 else "words"
    return f"{change.n_added} {words} added, {change.n_removed} removed"


def _kind(old: Revision, new: Revision) -> ChangeKind:
    return kind_of_change([old.title, "=", *old.body], [new.title, "=", *new.body])  # a sign that no word crosses


def _marked(pieces: Sequence[Piece], console: Console) -> Text:
    """Pieces in colour; where there is none, between the marks [-…-] and {+…+}."""
    line = Text()
    for piece in pieces:
        mark = "{}" if console.color_system else _MARKS[piece.kind]
        line.append(" " if line else "").append(mark.format(piece.text), style=_STYLES[piece.kind])
    return line


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
