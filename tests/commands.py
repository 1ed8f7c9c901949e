"""The command line in processes of their own, several at once, each on a warehouse that is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def started(*arguments: object, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """A command that was just started; `communicate()` gives what it prints and what it says."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", *map(str, arguments)], cwd=ROOT, env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def warehouse(folder: Path, database: str) -> dict[str, str]:
    """The settings of a warehouse of its own, with the archive in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return {"WARRAQ_HOME": str(folder), "WARRAQ_DATABASE_URL": database, "WARRAQ_ARCHIVE": "", "WARRAQ_REPLAY": ""}
