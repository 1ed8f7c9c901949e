"""The image and the compose file, for real: built, brought up, backfilled through the API, taken down.

`.ci/docker.sh up` gives a Debian machine an engine, and base images where none can be pulled.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.outlet import load_outlets
from tests.airflow_service import Airflow

ROOT = Path(__file__).resolve().parents[1]
DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")
BASES = ("python:3.11-slim-bookworm", "postgres:18")
RUNNING = ("postgres", "api-server", "scheduler", "dag-processor", "triggerer")
pytestmark = pytest.mark.xdist_group("docker")


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def compose_command() -> list[str]:
    """`docker compose`, or the older `docker-compose`; skips where there is no engine or neither of them."""
    if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True).returncode:
        pytest.skip("no Docker engine answers; `.ci/docker.sh up` starts one on Debian")
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ["docker", "compose"]
    if not shutil.which("docker-compose"):
        pytest.skip("there is an engine, but neither `docker compose` nor `docker-compose`")
    return ["docker-compose"]


def need_bases() -> None:
    """Skips where a base image is neither here nor can be pulled."""
    for image in BASES:
        here = subprocess.run(["docker", "image", "inspect", image], capture_output=True).returncode == 0
        if not here and subprocess.run(["docker", "pull", "-q", image], capture_output=True).returncode:
            pytest.skip(f"{image} is not here and cannot be pulled; `.ci/docker.sh up` makes a stand-in")


@dataclass
class Stack:
    """A compose project of the test's own, with its secrets in a folder of its own."""

    command: list[str]
    env: dict[str, str]
    secrets: Path

    def run(self, *arguments: str, check: bool = True) -> str:
        """What a compose command prints; the test fails with what it said where it ends badly."""
        done = subprocess.run(
            [*self.command, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 or not check, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def container(self, service: str) -> str:
        return self.run("ps", "-q", service)

    def health(self, service: str) -> str:
        return docker("inspect", "-f", "{{.State.Health.Status}}", self.container(service))

    def sql(self, statement: str, database: str = "warraq") -> list[list[str]]:
        """The rows of a statement, run by psql in the postgres container."""
        said = self.run(
            "exec", "-T", "postgres", "psql", "-U", "postgres", "-d", database, "-AtF", "\t", "-c", statement
        )
        return [line.split("\t") for line in said.splitlines()]

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


@pytest.fixture(scope="module")
def stack(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All services, up over the recorded site; taken down with their volumes and their image."""
    compose = compose_command()
    need_bases()
    secrets = tmp_path_factory.mktemp("docker") / "secrets"
    subprocess.run(["sh", ROOT / "docker" / "secrets.sh", secrets], check=True, capture_output=True)
    project = f"warraq-test-{os.getpid()}"
    env = os.environ | {
        "WARRAQ_PORT": free_port(),
        "WARRAQ_RECORDING": str(shared_data / "site"),
        "WARRAQ_SECRETS": str(secrets),
        "WARRAQ_TAG": project,
    }
    files = ["-f", "docker-compose.yml", "-f", ".ci/replay.yml"]
    stack = Stack([*compose, "-p", project, *files], env, secrets)
    try:
        timed("build", stack, "build", "init")  # one image for all
        timed("up", stack, "up", "-d")
        yield stack
    except AssertionError:
        print(stack.run("logs", "--no-color", "--tail", "40", check=False))
        raise
    finally:
        timed("down", stack, "down", "-v")
        subprocess.run(["docker", "image", "rm", f"warraq:{project}"], capture_output=True)


def timed(label: str, stack: Stack, *arguments: str) -> None:
    begun = time.monotonic()
    stack.run(*arguments)
    print(f"docker: {label} took {time.monotonic() - begun:.0f} s")


@pytest.fixture(scope="module")
def airflow(stack: Stack) -> Airflow:
    """The API of the composed Airflow, logged in with the password that `make secrets` made."""
    port = stack.env["WARRAQ_PORT"]
    airflow = Airflow(stack.secrets, f"http://127.0.0.1:{port}", stack.secret("admin_password"))
    airflow.log_in()
    return airflow


def test_a_backfill_of_the_recorded_days_loads_them(stack: Stack, airflow: Airflow, shared_data: Path) -> None:
    airflow.wait_for_dag()
    begun = time.monotonic()
    runs = airflow.backfill(DAYS[0], DAYS[-1], outlets=[])
    print(f"docker: backfill took {time.monotonic() - begun:.0f} s")
    assert [run["logical_date"][:10] for run in runs] == list(DAYS)
    bad = next((run["dag_run_id"] for run in runs if run["state"] != "success"), None)
    assert bad is None, airflow.errors(bad or "", "verdict")
    read = {name: task for name, task in airflow.tasks(runs[0]["dag_run_id"]).items() if name.startswith("read.")}
    assert {task["pool"] for task in read.values()} == {"crawl"}
    assert {name for name, task in read.items() if task["state"] == "success"} == {
        f"read.{slug}" for slug, outlet in load_outlets().items() if outlet.enabled
    }
    loaded = stack.sql("select published_on, outlet, count(*) from news.articles group by 1, 2")
    counts = {(day, outlet): int(n) for day, outlet, n in loaded}
    known = known_articles(shared_data)
    assert set(counts) == set(known)
    assert all(0.9 * known[key] <= n <= known[key] for key, n in counts.items()), f"{counts} of {dict(known)}"
    assert sum(counts.values()) >= 0.98 * known.total()


def known_articles(shared_data: Path) -> Counter[tuple[str, str]]:
    """How many articles the recording has, by day and outlet."""
    with gzip.open(shared_data / "site" / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    articles = {(one["day"], one["outlet"], one["url"]) for one in gold if one["kind"] in ("article", "urgent")}
    return Counter((day, outlet) for day, outlet, _ in articles)


def test_every_service_becomes_healthy(stack: Stack) -> None:
    end = time.monotonic() + 180
    while unhealthy := {name: stack.health(name) for name in RUNNING if stack.health(name) != "healthy"}:
        assert time.monotonic() < end, f"{unhealthy}: {stack.run('logs', '--tail', '30', *unhealthy)}"
        time.sleep(2)


def test_the_only_open_port_is_the_api_on_loopback(stack: Stack) -> None:
    form = "{{range $port, $at := .NetworkSettings.Ports}}{{range $at}}{{.HostIp}} {{$port}} {{end}}{{end}}"
    published = [docker("inspect", "-f", form, stack.container(name)) for name in RUNNING]
    assert "".join(published) == "127.0.0.1 8080/tcp"


def test_the_warehouse_s_role_is_apart_from_airflow_s(stack: Stack) -> None:
    roles = "select rolname from pg_roles where rolsuper or rolcreatedb or rolcreaterole"
    assert stack.sql(roles) == [["postgres"]]
    may_enter = """
        select rolname, datname from pg_roles cross join pg_database
        where rolname in ('airflow', 'warraq') and datallowconn
          and has_database_privilege(rolname, datname, 'connect') and datname <> 'template1'
        order by 1"""
    assert stack.sql(may_enter) == [["airflow", "airflow"], ["warraq", "warraq"]]
    encodings = "select distinct pg_encoding_to_char(encoding), datlocale from pg_database"
    assert stack.sql(encodings) == [["UTF8", "C.UTF-8"]]


def test_the_image_holds_no_secret_and_no_compiler_and_is_not_root(stack: Stack) -> None:
    image = f"warraq:{stack.env['WARRAQ_TAG']}"
    history = docker("history", "--no-trunc", image) + docker("inspect", stack.container("scheduler"))
    assert not [file.name for file in stack.secrets.iterdir() if file.read_text().strip() in history]
    assert docker("inspect", "-f", "{{.Config.User}}", image) == "warraq"
    tools = stack.run("exec", "-T", "scheduler", "sh", "-c", "id -u; command -v cc gcc uv pip || true")
    assert tools.split("\n")[0] != "0"
    assert "/gcc" not in tools
    assert "/opt/warraq" not in tools


def test_roles_and_migrations_may_run_again(stack: Stack) -> None:
    stack.run("run", "--rm", "roles")
    assert "Schema version" in stack.run("run", "--rm", "init")


def test_a_person_s_command_reaches_the_warehouse(stack: Stack) -> None:
    said = stack.run("exec", "-T", "scheduler", "with-secrets", "warraq", "report", "--day", DAYS[1], "--json")
    assert json.loads(said)


def test_what_was_loaded_outlives_a_restart(stack: Stack) -> None:
    before = stack.sql("select count(*) from news.article")
    stack.run("restart", "-t", "60", "postgres")
    end = datetime.now(UTC) + timedelta(seconds=60)
    while stack.health("postgres") != "healthy" and datetime.now(UTC) < end:
        time.sleep(1)
    assert stack.sql("select count(*) from news.article") == before
