"""`warraq up` and `warraq down`: Airflow on this machine, at 127.0.0.1, on the embedded Postgres.

Its four processes and all that they start carry WARRAQ_SERVICE in their environment, so that `down` finds every
one of them, also a crawl whose parent was killed, and never a stranger that was given an old process id.
"""

from __future__ import annotations

import base64
import fcntl
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from rich.console import Console

from spiders.errors import ImpossibleRequest, WarraqError
from spiders.warehouse import ROOT, embedded_url, home, stop_embedded

HOST = "127.0.0.1"
USER = "admin"
MARK = "WARRAQ_SERVICE"
# Task logs are read from the disk; the log servers would listen on every interface.
COMPONENTS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
}
PATIENCE = 300.0  # seconds; a first start takes about 40 on two cores
PATHS = ("WARRAQ_HOME", "WARRAQ_REPLAY", "WARRAQ_OUTLETS", "WARRAQ_PYTHON")


class ServiceFailed(WarraqError):
    """Airflow did not start; the message names the log that says why."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """Where a running Airflow answers, and who may log in."""

    url: str
    user: str
    password: str


def up(port: int | None = None) -> Service:
    """Starts Airflow, waits until it is healthy, and prints where it is; says so where it is up already.

    `port` is by default WARRAQ_AIRFLOW_PORT, else 8080; 0 takes any free one. Raises ImpossibleRequest for a port
    that is taken, and ServiceFailed, with nothing left running, where a part of Airflow does not start.
    """
    console = Console(stderr=True)
    with _only_one():
        service = running()
        if service is None:
            _stop_processes()
            service = _start(_free_port(port), console)
    console.print(f"Airflow is up at {service.url} (user {service.user}, password {service.password}).")
    return service


def down() -> bool:
    """Stops Airflow, whatever its tasks started, and the embedded Postgres; says whether anything ran."""
    with _only_one():
        n_stopped = _stop_processes()
        had_postgres = stop_embedded()
    stopped = bool(n_stopped or had_postgres)
    Console(stderr=True).print("Everything is stopped." if stopped else "Nothing was up.")
    return stopped


def running() -> Service | None:
    """The Airflow that is up, or None where a part of it is missing."""
    if not all(_is_ours(_read_pid(name)) for name in COMPONENTS):
        return None
    port = int((_folder() / "port").read_text("utf-8"))
    return Service(url=f"http://{HOST}:{port}", user=USER, password=_secrets()["password"])


def environment(port: int) -> dict[str, str]:
    """What Airflow's processes get: the caller's environment, our settings, and the mark that `down` looks for."""
    keys, folder, logs = _secrets(), _folder(), home() / "logs" / "airflow"
    url = f"http://{HOST}:{port}"
    tunable = {
        "CORE__PARALLELISM": str(_parallelism()),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",  # a backfill of a paused DAG waits without a word
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(logs),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(logs / "dag_processor"),
    }
    ours = {
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__FERNET_KEY": keys["fernet"],
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "passwords.json"),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "DATABASE__SQL_ALCHEMY_CONN": re.sub("^postgresql:", "postgresql+psycopg2:", embedded_url("airflow")),
        "API__HOST": HOST,
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": keys["api"],
        "API_AUTH__JWT_SECRET": keys["jwt"],
        "API_AUTH__JWT_ISSUER": "warraq",
        "EXECUTION_API__JWT_EXPIRATION_TIME": "14400",  # longer than any task: a running task's token is not renewed
        "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
    }
    base = _absolute_paths(dict(os.environ)) | {"WARRAQ_HOME": str(home()), "AIRFLOW_HOME": str(folder)}
    defaults = {f"AIRFLOW__{key}": value for key, value in tunable.items()}
    settings = {f"AIRFLOW__{key}": value for key, value in ours.items()}
    # SPT_NOENV keeps process titles out of the memory where others read a process's environment.
    local = {MARK: str(home()), "SPT_NOENV": "1"} | _no_proxy(base)
    return defaults | base | settings | local


def _start(port: int, console: Console) -> Service:
    """Migrates Airflow's database and starts its processes; the scheduler last, when the API answers its tasks."""
    env = environment(port)
    (_folder() / "port").write_text(str(port), "utf-8")
    try:
        with console.status("Preparing Airflow's database …") as status:
            _migrate(env)
            status.update("Starting Airflow (about half a minute) …")
            for name in ("api-server", "dag-processor", "triggerer"):
                _spawn(name, env)
            _wait_for(port, {"metadatabase"})
            _spawn("scheduler", env)
            _wait_for(port, {"metadatabase", "scheduler", "triggerer", "dag_processor"})
    except BaseException:
        _stop_processes()
        raise
    return Service(url=f"http://{HOST}:{port}", user=USER, password=_secrets()["password"])


def _migrate(env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    with _log("migrate").open("ab") as log:
        code = subprocess.run(command, env=env, cwd=_folder(), stdout=log, stderr=log, check=False).returncode
    if code:
        raise ServiceFailed(f"Airflow's database could not be prepared; {_log('migrate')} says why.")


def _spawn(name: str, env: dict[str, str]) -> None:
    """Starts a component in a session of its own, and writes its pid file."""
    command = [sys.executable, "-m", "airflow", *COMPONENTS[name]]
    with _log(name).open("ab") as log:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=_folder(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _pid_file(name).write_text(str(process.pid), "utf-8")


def _wait_for(port: int, parts: set[str]) -> None:
    """Returns when Airflow calls these parts healthy. Raises ServiceFailed where a process ends, or for slowness."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        health = _health(port)
        if all(health.get(part) == "healthy" for part in parts):
            return
        for name in COMPONENTS:
            if _pid_file(name).exists() and not _is_ours(_read_pid(name)):
                raise ServiceFailed(f"Airflow's {name} ended while it started; {_log(name)} says why.")
        time.sleep(0.5)
    raise ServiceFailed(f"Airflow was not healthy after {PATIENCE:.0f} s; the logs are in {home() / 'logs'}.")


def _health(port: int) -> dict[str, str | None]:
    """The status of each part by Airflow's own account; empty while it does not answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/api/v2/monitor/health")
        answer = json.loads(connection.getresponse().read())
        return {part: state.get("status") for part, state in answer.items()}
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return {}
    finally:
        connection.close()


def _stop_processes(grace: float = 20.0) -> int:
    """Ends every process that carries our mark, by its group: SIGTERM, then SIGKILL. Gives how many there were."""
    found = list(_marked())
    for group in {os.getpgid(process.pid) for process in found if process.is_running()}:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
    psutil.wait_procs(found, timeout=grace)
    for process in (late := list(_marked())):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(late, timeout=5)
    for name in COMPONENTS:
        _pid_file(name).unlink(missing_ok=True)
    return len(found)


def _marked() -> Iterator[psutil.Process]:
    """The processes that this home's Airflow started, at any depth; Postgres has its own way to stop."""
    for process in psutil.process_iter(["name"]):
        if process.info["name"] != "postgres" and process.pid != os.getpid() and _is_ours(process.pid):
            yield process


def _is_ours(pid: int | None) -> bool:
    """Whether a living process carries our mark: an old pid file may name a stranger."""
    if pid is None:
        return False
    try:
        return bool(psutil.Process(pid).environ().get(MARK) == str(home()))
    except (psutil.Error, OSError):
        return False


@contextmanager
def _only_one() -> Iterator[None]:
    """Keeps a second `up` or `down` of the same home away until this one is done."""
    with (_folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServiceFailed("Another `warraq up` or `warraq down` is at work; wait for it.") from error
        yield


def _free_port(port: int | None) -> int:
    """The port to listen on. Raises ImpossibleRequest where it is no port, or taken."""
    given = os.environ.get("WARRAQ_AIRFLOW_PORT") or "8080" if port is None else str(port)
    try:
        with socket.create_server((HOST, int(given))) as server:
            return int(server.getsockname()[1])
    except (OSError, ValueError, OverflowError) as error:
        raise ImpossibleRequest(
            f"Airflow cannot listen at {HOST}:{given} ({error}). Stop what is there, or set WARRAQ_AIRFLOW_PORT "
            "to another port; 0 takes any free one."
        ) from error


def _secrets() -> dict[str, str]:
    """The keys and the password, made once, readable by their owner only."""
    file = _folder() / "secrets.json"
    if not file.exists():
        made = {name: secrets.token_urlsafe(48) for name in ("jwt", "api")}
        made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        made["password"] = secrets.token_urlsafe(12)
        _write_private(_folder() / "passwords.json", {USER: made["password"]})
        _write_private(file, made)
    return dict(json.loads(file.read_text("utf-8")))


def _write_private(file: Path, content: dict[str, str]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(content, stream)


def _absolute_paths(env: dict[str, str]) -> dict[str, str]:
    """The environment with our paths made absolute: tasks run in folders of their own."""
    return env | {name: str(Path(env[name]).absolute()) for name in PATHS if env.get(name)}


def _no_proxy(env: dict[str, str]) -> dict[str, str]:
    """Tasks speak to the API server on this machine, never through a proxy."""
    known = env.get("no_proxy") or env.get("NO_PROXY") or ""
    value = ",".join(filter(None, [known, HOST, "localhost"]))
    return {"no_proxy": value, "NO_PROXY": value}


def _parallelism() -> int:
    """How many tasks run at once: crawls mostly wait, so twice the processors, between 4 and 16."""
    return min(16, max(4, 2 * (os.cpu_count() or 1)))


def _folder() -> Path:
    folder = home() / "airflow"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _pid_file(name: str) -> Path:
    return _folder() / f"{name}.pid"


def _read_pid(name: str) -> int | None:
    try:
        return int(_pid_file(name).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _log(name: str) -> Path:
    logs = home() / "logs"
    logs.mkdir(exist_ok=True)
    return logs / f"airflow-{name}.log"
