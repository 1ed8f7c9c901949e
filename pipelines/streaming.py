"""Rows out of Postgres, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from psycopg2.extensions import cursor as Cursor

_numbers = count()


def stream(
    cursor: Cursor, query: str, arguments: dict[str, Any] | None = None, *, portion: int = 16
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query in the cursor's transaction, `portion` of them asked for at a time.

    A portion is to be less than what a socket holds. Else a program that is stopped while it reads would leave the
    server in the middle of an answer, where no timeout ends its transaction and frees what that has locked.
    """
    cursor.execute("set local cursor_tuple_fraction to 1")  # all rows are wanted, not the first ones soon
    with cursor.connection.cursor(f"rows_{next(_numbers)}") as rows:
        rows.itersize = portion
        rows.execute(query, arguments)
        yield from rows
