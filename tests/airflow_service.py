"""A real Airflow for tests: `warraq up` in a home of its own, and its REST API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
RUNS = "/api/v2/dags/daily_news/dagRuns"


def recording() -> Path:
    """The recorded site, which lies beside the checkout; skips the test where it does not."""
    shared = Path(os.environ.get("WARRAQ_SHARED") or ROOT.parent / "shared")
    file = shared / "data" / "site" / "site.warc.gz"
    if not file.exists():
        pytest.skip(f"the recorded site is not here: {file} (WARRAQ_SHARED names another folder)")
    return file


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


def wait_until(is_so: Callable[[], Any], seconds: float, what: Callable[[], object]) -> Any:
    """The first value that is true, asked for again and again; the test fails with `what` when the seconds are over."""
    end = time.monotonic() + seconds
    while not (value := is_so()):
        assert time.monotonic() < end, what()
        time.sleep(0.5)
    return value


class Person:
    """Types commands in a home of their own, with no settings of Warraq but those that are given."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}
        self.env = inherited | {"WARRAQ_HOME": str(home), "WARRAQ_AIRFLOW_PORT": "0"} | settings

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pipelines", *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=self.env | more, cwd=ROOT, **pipes)

    def types(self, *arguments: str, exit_code: int = 0, **more: str) -> str:
        """What a command says on standard error and output together."""
        process = self.start(*arguments, **more)
        output, said = process.communicate()
        assert process.returncode == exit_code, f"warraq {' '.join(arguments)}: {said}{output}"
        return said + output

    def asks(self, *arguments: str) -> Any:
        """The JSON document that a command prints."""
        process = self.start(*arguments, "--json")
        output, said = process.communicate()
        assert process.returncode == 0, f"warraq {' '.join(arguments)}: {said}"
        return json.loads(output)

    def airflow(self) -> Airflow:
        """The Airflow that is up in this home, logged in, when it knows the DAG."""
        port = (self.home / "airflow" / "port").read_text("utf-8")
        password = json.loads((self.home / "airflow" / "passwords.json").read_text("utf-8"))["admin"]
        airflow = Airflow(home=self.home, url=f"http://127.0.0.1:{port}", password=password)
        airflow.log_in()
        airflow.wait_for_dag()
        return airflow

    @contextmanager
    def up(self) -> Iterator[str]:
        """Airflow, up and down again, with nothing of it left running; gives what `up` said."""
        try:
            yield self.types("up")
        finally:
            self.types("down")
        assert processes_of(self.home) == []


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

    def begin_backfill(self, first: str, last: str, **conf: object) -> int:
        """Begins to backfill days, each again, if it was run; gives the backfill's number."""
        body = {
            "dag_id": "daily_news",
            "from_date": f"{first}T00:00:00Z",
            "to_date": f"{last}T23:59:59Z",
            "max_active_runs": 1,
            "reprocess_behavior": "completed",
            "dag_run_conf": conf or None,
        }
        return int(self.call("POST", "/api/v2/backfills", body)["id"])

    def backfill(self, first: str, last: str, **conf: object) -> list[dict[str, Any]]:
        """Backfills days, waits for the end, and gives the runs."""
        return self.wait_for_backfill(self.begin_backfill(first, last, **conf))

    def wait_for_backfill(self, number: int, minutes: float = 12) -> list[dict[str, Any]]:
        """The runs of a backfill, when all of it is done."""
        wait_until(
            lambda: self.call("GET", f"/api/v2/backfills/{number}")["completed_at"],
            60 * minutes,
            lambda: f"backfill {number} takes more than {minutes} minutes: {self.runs()}",
        )
        return self.runs()

    def end_backfills(self) -> None:
        """Ends what the scheduler has not yet seen to be done: a DAG has one backfill at a time."""
        for backfill in self.call("GET", "/api/v2/backfills?dag_id=daily_news")["backfills"]:
            with suppress(AssertionError):  # one that is done refuses
                self.call("PUT", f"/api/v2/backfills/{backfill['id']}/cancel")

    def wait_for_dag(self) -> None:
        """Returns when the DAG is known, or fails with its import error."""
        wait_until(
            lambda: any(dag["dag_id"] == "daily_news" for dag in self.call("GET", "/api/v2/dags")["dags"]),
            60,
            lambda: self.call("GET", "/api/v2/importErrors"),
        )

    def runs(self) -> list[dict[str, Any]]:
        runs = self.call("GET", f"{RUNS}?limit=100&order_by=logical_date")["dag_runs"]
        return [run for run in runs if run["run_type"] == "backfill"]

    def run_of(self, day: str) -> str:
        """The id of the backfilled run of a day."""
        return next(str(run["dag_run_id"]) for run in self.runs() if run["logical_date"].startswith(day))

    def tasks(self, run_id: str) -> dict[str, dict[str, Any]]:
        """The tasks of a run, by name."""
        found = self.call("GET", f"{RUNS}/{quote(run_id)}/taskInstances?limit=1000")["task_instances"]
        return {task["task_id"]: task for task in found}

    def states(self, run_id: str) -> dict[str, str | None]:
        """How far the tasks of a run are, by name."""
        return {name: task["state"] for name, task in self.tasks(run_id).items()}

    def state_by_outlet(self, run_id: str) -> dict[str, str | None]:
        """How the task of each outlet ended, by the name that the grid shows."""
        states = self.states(run_id).items()
        return {name.removeprefix("read."): state for name, state in states if name.startswith("read.")}

    def mark(self, run_id: str, task_id: str, state: str) -> None:
        """What a person does by "Mark as …" on a task's page."""
        path = f"{RUNS}/{quote(run_id)}/taskInstances/{task_id}?update_mask=new_state"
        self.call("PATCH", path, {"new_state": state})

    def clear(self, run_id: str, task_id: str) -> None:
        """What a person does by "Clear task"."""
        body = {"dry_run": False, "dag_run_id": run_id, "task_ids": [task_id], "only_failed": False}
        self.call("POST", "/api/v2/dags/daily_news/clearTaskInstances", body)

    def errors(self, run_id: str, task_id: str, attempt: int = 1) -> list[str]:
        """The lines of a task's log that are marked as errors."""
        path = f"{RUNS}/{quote(run_id)}/taskInstances/{task_id}/logs/{attempt}?full_content=true"
        lines = self.call("GET", path)["content"]
        return [line["event"] for line in lines if line.get("level") == "error"]

    def failures(self, run_id: str) -> str:
        """The last words of what failed in a run, for a test that must tell why."""
        logs = self.home / "logs" / "airflow" / "dag_id=daily_news" / f"run_id={run_id}"
        texts = [file.read_text("utf-8") for file in sorted(logs.rglob("attempt=*.log"))]
        return "\n".join(line[:600] for text in texts for line in text.splitlines() if '"error"' in line)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person whose requests are all answered from the recorded site."""
    return Person(tmp_path_factory.mktemp("warraq"), WARRAQ_REPLAY=str(recording()))


@pytest.fixture(scope="session")
def airflow(recorded: Person) -> Iterator[Airflow]:
    """Airflow over the recorded days, healthy and logged in; afterwards it is stopped."""
    with recorded.up():
        yield recorded.airflow()
