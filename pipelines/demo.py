"""The demo's day: three invented outlets, from their recording into the embedded warehouse."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from spiders.warehouse import ROOT, closing_connection, is_embedded, statement

FOLDER = ROOT / "demo"
RECORDING = FOLDER / "demo.warc.gz"
DAY = "2026-11-19"
RUN = ("run", "--day", DAY, "--replay", str(RECORDING.relative_to(ROOT)))


def environment() -> dict[str, str]:
    """The demo's own outlets, and never a warehouse of the user's own, where invented news must not come."""
    kept = {name: value for name, value in os.environ.items() if name not in ("WARRAQ_DATABASE_URL", "WARRAQ_REPLAY")}
    return kept | {"WARRAQ_OUTLETS": str(FOLDER / "outlets")}


def warraq(arguments: tuple[str, ...], env: Mapping[str, str], *, quietly: bool = False) -> int:
    """Runs a command as a person would type it, and gives its exit code."""
    output = subprocess.DEVNULL if quietly else None
    command = [sys.executable, "-m", "pipelines", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, stdout=output, check=False).returncode


def fill_empty_warehouse() -> str | None:
    """Loads the demo's day where the embedded warehouse is empty, and says so; None where there is nothing to do."""
    if not is_embedded() or os.environ.get("WARRAQ_REPLAY") or not _is_empty():
        return None
    if not RECORDING.is_file():
        return "The warehouse is empty, and the demo's day, which would fill it, comes only with a checkout."
    if exit_code := warraq(RUN, environment(), quietly=True):
        return f"The warehouse is empty, and the demo's day could not be loaded (exit code {exit_code})."
    return f"The warehouse was empty; it has the demo's day now, {DAY}. Try `warraq report --day {DAY}`."


def _is_empty() -> bool:
    from pipelines.migrate import ensure_schema

    with closing_connection() as connection, connection.cursor() as cursor:
        ensure_schema(connection)
        cursor.execute(statement("warehouse_is_empty"))
        return cursor.fetchone() == (True,)
