"""Which articles are taken out, and their rows, a few at a time."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from pipelines.progress import track
from spiders.errors import ImpossibleRequest
from spiders.warehouse import check_outlets, statement

Row = tuple[Any, ...]

GROUP_ROWS, GROUP_CHARACTERS = 5_000, 16_000_000  # what is held in memory at most, whichever comes first
_FETCH = 100
_TEXT = ("summary", "body")


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The articles of the days `first` to `last`, both included, of the `outlets` that are named, or of all."""

    first: date
    last: date
    outlets: tuple[str, ...] = ()
    originals: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the reading contract: its name, Postgres's name of its type, and what it means."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Partition:
    """An outlet's articles of a month, named by its first day."""

    month: date
    outlet: str
    n_articles: int

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.outlet}"


@contextmanager
def one_moment(connection: Connection) -> Iterator[None]:
    """All that is read in the block is read as it stood at one moment, and nothing is written."""
    connection.commit()
    with connection, connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local cursor_tuple_fraction = 1")  # all rows are read, so the first need not come soon
        yield


def check(connection: Connection, selection: Selection) -> None:
    """Refuses days in the wrong order, and outlets of which the warehouse has nothing."""
    if selection.first > selection.last:
        raise ImpossibleRequest(f"The last day {selection.last} is before the first, {selection.first}.")
    check_outlets(connection, selection.outlets)


def fields(connection: Connection, *, with_text: bool) -> list[Field]:
    """The reading contract's fields, with or without summary and body."""
    with connection.cursor() as cursor:
        cursor.execute(statement("export_fields"))
        return [Field(*row) for row in cursor if with_text or row[0] not in _TEXT]


def partitions(connection: Connection, selection: Selection) -> list[Partition]:
    """The months and outlets of a selection that have articles, in order."""
    with connection.cursor() as cursor:
        cursor.execute(statement("export_partitions"), _parameters(selection))
        return [Partition(*row) for row in cursor]


def part(selection: Selection, partition: Partition) -> Selection:
    """The articles of a selection that belong to one partition."""
    end = partition.month.replace(day=monthrange(partition.month.year, partition.month.month)[1])
    first, last = max(selection.first, partition.month), min(selection.last, end)
    return replace(selection, first=first, last=last, outlets=(partition.outlet,))


def groups(
    connection: Connection, selection: Selection, wanted: Sequence[Field], label: str = "export"
) -> Iterator[list[Row]]:
    """The articles by day, outlet and address, as rows of the wanted fields, in groups that memory can hold."""
    query = sql.SQL(statement("export_articles")).format(
        fields=sql.SQL(", ").join(sql.Identifier(field.name) for field in wanted)
    )
    with connection.cursor("export") as cursor:
        cursor.itersize = _FETCH
        cursor.execute(query, _parameters(selection))
        yield from _grouped(track(cursor, label))


def _parameters(selection: Selection) -> dict[str, object]:
    return asdict(selection) | {"outlets": list(selection.outlets)}


def _grouped(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(map(_length, row))
        if len(group) >= GROUP_ROWS or size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _length(value: Any) -> int:
    return sum(map(len, value)) if isinstance(value, list) else len(value) if isinstance(value, str) else 8
