"""A real Airflow for tests: `warraq up` in a folder of its own, over the recorded days; started once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]


def recording() -> Path:
    """The recorded site, which lies beside the checkout; skips the test where it does not."""
    shared = Path(os.environ.get("WARRAQ_SHARED") or ROOT.parent / "shared")
    file = shared / "data" / "site" / "site.warc.gz"
    if not file.exists():
        pytest.skip(f"the recorded site is not here: {file} (WARRAQ_SHARED names another folder)")
    return file


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command that knows nothing but its home and the recording."""
    mine = ("WARRAQ_DATABASE_URL", "WARRAQ_ARCHIVE", "WARRAQ_OUTLETS")
    inherited = {name: value for name, value in os.environ.items() if name not in mine}
    return inherited | {"WARRAQ_HOME": str(home), "WARRAQ_REPLAY": str(recording())} | more


def warraq(home: Path, *arguments: str) -> str:
    """What a `warraq` command prints; the test fails with what it said where it ends badly."""
    command = Path(os.environ.get("WARRAQ_PYTHON") or sys.executable).with_name("warraq")
    done = subprocess.run([command, *arguments], env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"warraq {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def service(verb: str, home: Path) -> None:
    """`up` or `down`."""
    command = [sys.executable, "-m", "pipelines", verb]
    env = environment(home, WARRAQ_AIRFLOW_PORT="0")
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def processes_of(home: Path) -> list[str]:
    """The command lines of the processes that belong to a home, by their environment or the folder they work in."""
    found = []
    for process in psutil.process_iter():
        try:
            is_inside = Path(process.cwd()).is_relative_to(home)
            if (is_inside or str(home) in process.environ().values()) and process.pid != os.getpid():
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except psutil.Error:
            continue
    return found


def addresses_of(home: Path) -> set[tuple[str, int]]:
    """Where the processes of a home listen, by network."""
    mine = {int(line.split()[0]) for line in processes_of(home)}
    at = [one.laddr for one in psutil.net_connections("inet") if one.pid in mine and one.status == "LISTEN"]
    return {(address.ip, address.port) for address in at}


@dataclass
class Airflow:
    """An Airflow that is up, spoken to by its REST API."""

    home: Path
    url: str
    password: str
    token: str = ""

    def call(self, method: str, path: str, body: object = None) -> Any:
        """A request's JSON answer; the test fails with the answer where it is an error."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 300, f"{method} {path}: {answer.status} {text}"
        return json.loads(text)

    def log_in(self) -> None:
        self.token = self.call("POST", "/auth/token", {"username": "admin", "password": self.password})["access_token"]

    def backfill(self, first: str, last: str, **conf: object) -> list[dict[str, Any]]:
        """Backfills days (each again, if it was run), waits for the end, and gives the runs."""
        body = {
            "dag_id": "daily_news",
            "from_date": f"{first}T00:00:00Z",
            "to_date": f"{last}T23:59:59Z",
            "max_active_runs": 1,
            "reprocess_behavior": "completed",
            "dag_run_conf": conf or None,
        }
        made = self.call("POST", "/api/v2/backfills", body)
        return self.wait_for_backfill(made["id"])

    def wait_for_backfill(self, number: int, minutes: float = 12) -> list[dict[str, Any]]:
        """The runs of a backfill, when all of it is done."""
        end = time.monotonic() + 60 * minutes
        while not self.call("GET", f"/api/v2/backfills/{number}")["completed_at"]:
            assert time.monotonic() < end, f"backfill {number} takes more than {minutes} minutes: {self.runs()}"
            time.sleep(1)
        return self.runs()

    def wait_for_dag(self) -> None:
        """Returns when the DAG is known, or fails with its import error."""
        for _ in range(120):
            if any(dag["dag_id"] == "daily_news" for dag in self.call("GET", "/api/v2/dags")["dags"]):
                return
            time.sleep(0.5)
        pytest.fail(str(self.call("GET", "/api/v2/importErrors")))

    def runs(self) -> list[dict[str, Any]]:
        runs = self.call("GET", "/api/v2/dags/daily_news/dagRuns?limit=100&order_by=logical_date")["dag_runs"]
        return [run for run in runs if run["run_type"] == "backfill"]

    def tasks(self, run_id: str) -> list[dict[str, Any]]:
        path = f"/api/v2/dags/daily_news/dagRuns/{run_id}/taskInstances?limit=100"
        return list(self.call("GET", path)["task_instances"])

    def state_by_outlet(self, run_id: str) -> dict[str, str]:
        """How the crawl of each outlet ended, by the name that the grid shows."""
        path = f"/api/v2/dags/daily_news/dagRuns/{run_id}/taskInstances/crawl/listMapped?limit=100"
        found = self.call("GET", path)["task_instances"]
        return {task["rendered_map_index"]: task["state"] for task in found}

    def failures(self, run_id: str) -> str:
        """The last words of what failed in a run, for a test that must tell why."""
        logs = self.home / "logs" / "airflow" / "dag_id=daily_news" / f"run_id={run_id}"
        texts = [file.read_text("utf-8") for file in sorted(logs.rglob("attempt=*.log"))]
        return "\n".join(line[:600] for text in texts for line in text.splitlines() if '"error"' in line)


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """Airflow, healthy and logged in; afterwards it is stopped, and nothing of it is left running."""
    recording()
    home = tmp_path_factory.mktemp("warraq")
    try:
        service("up", home)
        port = (home / "airflow" / "port").read_text("utf-8")
        password = json.loads((home / "airflow" / "passwords.json").read_text("utf-8"))["admin"]
        running = Airflow(home=home, url=f"http://127.0.0.1:{port}", password=password)
        running.log_in()
        running.wait_for_dag()
        yield running
    finally:
        service("down", home)
    assert processes_of(home) == []
