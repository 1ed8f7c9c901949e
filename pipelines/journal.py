"""The journal of runs, `ops.run`: what each stage did, and whether it is green."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from psycopg2.extensions import connection as Connection

from spiders.warehouse import statement


def open_run(connection: Connection, stage: str, day: date | None, outlets: Iterable[str]) -> int:
    """Opens the record of a run; one that is never closed was killed."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("open_run"), {"stage": stage, "day": day, "outlets": list(outlets)})
        (run_id,) = cursor.fetchone() or (0,)
    return int(run_id)


def close_run(
    connection: Connection,
    run_id: int,
    counts: Mapping[str, Any],
    *,
    n_links: int | None = None,
    failures: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Closes it with its counts; any failure makes it red."""
    values = {
        "run_id": run_id,
        "n_links": n_links,
        "counts": json.dumps(counts),
        "is_green": not failures,
        "note": "\n".join([*failures, *notes])[:10_000] or None,
    }
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("close_run"), values)
