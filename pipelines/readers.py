"""The role that only reads: `warraq_reader` sees every view of the schemas news and crawl, and nothing else."""

from __future__ import annotations

from psycopg2.extensions import connection as Connection

from spiders.warehouse import statement


def admit_readers(connection: Connection) -> str | None:
    """Makes the role where it is missing and opens the views to it; else the sentence that says what to ask for."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("admit_readers"))
        sentence: str | None
        (sentence,) = cursor.fetchone() or (None,)
    return sentence
