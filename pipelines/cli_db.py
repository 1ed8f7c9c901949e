"""`warraq db`: the warehouse."""

from __future__ import annotations

import typer

from spiders.errors import WarraqError

app = typer.Typer(help="The warehouse.", no_args_is_help=True)


@app.command("url")
def db_url() -> None:
    """Print where the warehouse is."""
    from spiders.warehouse import database_url

    print(database_url())


@app.command("migrate")
def db_migrate() -> None:
    """Bring the schema to the newest version."""
    from pipelines.migrate import migrate, schema_version
    from pipelines.readers import admit_readers
    from spiders.warehouse import closing_connection

    with closing_connection() as connection:
        applied = migrate(connection)
        print(f"Schema version {schema_version(connection)}; applied {', '.join(applied) or 'nothing'}.")
        if sentence := admit_readers(connection):
            print(sentence)


@app.command("shell")
def db_shell() -> None:
    """Open psql on the warehouse."""
    import os
    import shutil
    import sys

    from spiders.dsn import for_psql
    from spiders.warehouse import database_url, embedded_psql, is_embedded

    psql = shutil.which("psql") or (embedded_psql() if is_embedded() else None)
    if psql is None:
        raise WarraqError("There is no psql on this machine. Install PostgreSQL's client.")
    address, secret, left_out = for_psql(database_url())
    if left_out:
        why = "other users of this machine could see it in the process list"
        print(f"psql is not given {', '.join(left_out)}: {why}.", file=sys.stderr)
    os.execve(psql, [psql, address], os.environ | secret)  # noqa: S606


@app.command("stop")
def db_stop() -> None:
    """Stop the embedded Postgres."""
    from spiders.warehouse import stop_embedded

    print("The embedded Postgres is stopped." if stop_embedded() else "No embedded Postgres is running.")
