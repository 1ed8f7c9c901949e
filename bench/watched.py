"""One live run of outlets of our own, watched from outside: what it costs, and when its articles are there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from spiders.warehouse import closing_connection, embedded_url, home, stop_embedded
from tests.raw_site import RawServer

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-11-19"
PERIOD = 0.25  # seconds between two looks


@dataclass(kw_only=True)
class Watched:
    """What was seen of a run, in seconds since the epoch and bytes: the articles of an outlet `seen_at`, at first and
    in full, the most `connections`, and the largest proportional set of the crawling process and of its children.
    """

    started_at: float
    ended_at: float = 0.0
    first_seen_at: dict[str, float] = field(default_factory=dict)
    all_seen_at: dict[str, float] = field(default_factory=dict)
    connections: int = 0
    own_bytes: int = 0
    children_bytes: int = 0
    exit_code: int = 0
    reports: dict[str, Any] = field(default_factory=dict)
    said: str = ""


@contextmanager
def warehouse() -> Iterator[str]:
    """The URL of a migrated warehouse in a temporary WARRAQ_HOME."""
    from pipelines.migrate import migrate

    own_home = home()
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as folder:
        os.environ |= {"WARRAQ_HOME": folder, "WARRAQ_DATABASE_URL": ""}
        try:
            url = embedded_url("warraq")
            with closing_connection(url) as connection:
                migrate(connection)
            yield url
        finally:
            stop_embedded()
            os.environ["WARRAQ_HOME"] = str(own_home)


def watch(server: RawServer, outlets: Path, url: str, n_articles: int, **more: str) -> Watched:
    """Runs a day of a folder's outlets, each of which has so many articles; `more` are settings of the run."""
    environment = {**os.environ, "WARRAQ_OUTLETS": str(outlets), "WARRAQ_TEST_HOSTS": server.hosts, **more}
    watched = Watched(started_at=time.time())
    run = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "run", "--day", DAY, "--json"], cwd=ROOT, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    told: list[tuple[str, str]] = []
    reader = threading.Thread(target=lambda: told.append(run.communicate()))
    reader.start()
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        while reader.is_alive():
            _look(connection, psutil.Process(run.pid), watched, n_articles)
            reader.join(PERIOD)
        _look_at_articles(connection, watched, n_articles)
    watched.ended_at = time.time()
    watched.exit_code, (out, watched.said) = run.returncode, told[0]
    watched.reports = json.loads(out)["outlets"] if out else {}
    return watched


def _look(connection: Any, process: psutil.Process, watched: Watched, n_articles: int) -> None:
    _look_at_articles(connection, watched, n_articles)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        watched.connections = max(watched.connections, cursor.fetchone()[0])
    try:
        children = sum(_proportional(child.pid) for child in process.children(recursive=True))
        watched.own_bytes = max(watched.own_bytes, _proportional(process.pid))
        watched.children_bytes = max(watched.children_bytes, children)
    except (psutil.Error, OSError):
        return  # it has just ended


def _look_at_articles(connection: Any, watched: Watched, n_articles: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select outlet, count(*) from news.articles group by outlet")
        for outlet, n in cursor.fetchall():
            watched.first_seen_at.setdefault(outlet, time.time())
            if n >= n_articles:
                watched.all_seen_at.setdefault(outlet, time.time())


def _proportional(pid: int) -> int:
    """The memory of a process, shared pages divided among those who share them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
