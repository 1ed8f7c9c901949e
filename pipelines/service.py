"""`warraq up` and `warraq down`: Airflow on this machine, at 127.0.0.1, on the embedded Postgres.

Its four processes and all that they start carry WARRAQ_SERVICE in their environment, so that `down` finds
every one of them, also a crawl whose parent was killed, and never a stranger that was given an old process id.
"""

from __future__ import annotations

import fcntl
import os
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

from pipelines import daily
from pipelines.demo import fill_empty_warehouse
from pipelines.service_api import ServiceFailed, end_scheduled_runs, health
from pipelines.service_settings import HOST, MARK, USER, environment, service_folder, service_secrets
from spiders.errors import ImpossibleRequest
from spiders.warehouse import home, stop_embedded

# Task logs are read from the disk; the log servers would listen on every interface.
COMPONENTS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
}
PATIENCE = 300.0  # seconds; a first start takes 15 to 60 on two cores
GRACE = 20.0  # seconds that a crawl has to give its links back


class ServiceBusy(ServiceFailed):
    """Another `up` or `down` of the same home is at work."""

    exit_code = 75


@dataclass(frozen=True, kw_only=True)
class Service:
    """Where a running Airflow answers, and who may log in."""

    url: str
    user: str
    password: str


def up(port: int | None = None, *, every_day: bool | None = None) -> Service:
    """Starts Airflow, waits until it is healthy, and prints where it is and what it will crawl by itself.

    `every_day` switches the daily run on or off; without it that stays as it was, and at first it is off. Where Airflow
    is up already, it is started again only if that changed. `port` is by default WARRAQ_AIRFLOW_PORT, else 8080; 0
    takes any free one. Raises ImpossibleRequest for a port that is taken and for a daily run without a contact, and
    ServiceFailed, with no part of Airflow left running, where one does not start.
    """
    console = Console(stderr=True, highlight=False)
    with _only_one():
        if every_day is not None:
            daily.switch(every_day)
        service = running()
        if service is not None and _reads_every_day() != daily.is_on():
            _say(console, "Airflow is started again, so that it knows the new setting.")
            port, service = _port(), None
        if service is None:
            _stop_processes()
            port = _free_port(port)
            if said := fill_empty_warehouse():
                _say(console, said)
            service = _start(port, console)
    _say(console, f"Airflow is up at {service.url} (user {service.user}, password {service.password}).")
    for sentence in daily.sentences():
        _say(console, sentence)
    return service


def _say(console: Console, sentence: str) -> None:
    console.print(sentence, markup=False, soft_wrap=True)


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
    return Service(url=f"http://{HOST}:{_port()}", user=USER, password=service_secrets()["password"])


def _port() -> int:
    return int((service_folder() / "port").read_text("utf-8"))


def _reads_every_day() -> bool:
    """Whether the scheduler that runs was started with the daily run."""
    scheduler = psutil.Process(_read_pid("scheduler"))
    return bool(scheduler.environ().get("AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE") == "True")


def _start(port: int, console: Console) -> Service:
    """Migrates Airflow's database and starts its processes; the scheduler when the API answers tasks."""
    env = environment(port)
    (service_folder() / "port").write_text(str(port), "utf-8")
    try:
        with console.status("Preparing Airflow's database …") as status:
            _migrate(env)
            status.update("Starting Airflow (about half a minute) …")
            for name in ("api-server", "dag-processor", "triggerer"):
                _spawn(name, env)
            _wait_for(port, {"metadatabase"})
            if not daily.is_on():
                end_scheduled_runs(port)
            _spawn("scheduler", env)
            _wait_for(port, {"metadatabase", "scheduler", "triggerer", "dag_processor"})
    except BaseException:
        _stop_processes()
        raise
    return Service(url=f"http://{HOST}:{port}", user=USER, password=service_secrets()["password"])


def _migrate(env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    with _log("migrate").open("ab") as log:
        code = subprocess.run(command, env=env, cwd=service_folder(), stdout=log, stderr=log, check=False).returncode
    if code:
        raise ServiceFailed(f"Airflow's database could not be prepared; {_log('migrate')} says why.")


def _spawn(name: str, env: dict[str, str]) -> None:
    """Starts a component in a session of its own, and writes its pid file."""
    command = [sys.executable, "-m", "airflow", *COMPONENTS[name]]
    with _log(name).open("ab") as log:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=service_folder(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _pid_file(name).write_text(str(process.pid), "utf-8")


def _wait_for(port: int, parts: set[str]) -> None:
    """Returns when these parts are healthy. Raises ServiceFailed where a process ends, or time does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        states = health(port)
        if all(states.get(part) == "healthy" for part in parts):
            return
        for name in COMPONENTS:
            if _pid_file(name).exists() and not _is_ours(_read_pid(name)):
                raise ServiceFailed(f"Airflow's {name} ended while it started; {_log(name)} says why.")
        time.sleep(0.5)
    raise ServiceFailed(f"Airflow was not healthy after {PATIENCE:.0f} s; the logs are in {home() / 'logs'}.")


def _stop_processes() -> int:
    """Ends every process with our mark, by its group: SIGTERM, then SIGKILL. Gives how many there were.

    The API ends last, since tasks tell it how they ended.
    """
    found, api = list(_marked()), _read_pid("api-server")
    for is_api in (False, True):
        some = [process for process in found if (_group(process.pid) == api) == is_api]
        for process in some:
            with suppress(ProcessLookupError):
                os.killpg(os.getpgid(process.pid), signal.SIGTERM)
        psutil.wait_procs(some, timeout=GRACE)
    for process in (late := list(_marked())):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(late, timeout=5)
    for name in COMPONENTS:
        _pid_file(name).unlink(missing_ok=True)
    return len(found)


def _group(pid: int) -> int | None:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None


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
    with (service_folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServiceBusy("Another `warraq up` or `warraq down` is at work; wait for it.") from error
        yield


def _free_port(port: int | None) -> int:
    """The port to listen on. Raises ImpossibleRequest where it is no port, or taken."""
    given = os.environ.get("WARRAQ_AIRFLOW_PORT") or "8080" if port is None else str(port)
    try:
        with socket.create_server((HOST, int(given))) as server:
            return int(server.getsockname()[1])
    except (OSError, ValueError, OverflowError) as error:
        raise ImpossibleRequest(
            f"Airflow cannot listen at {HOST}:{given} ({error}). Stop what is there, or set "
            "WARRAQ_AIRFLOW_PORT to another port; 0 takes any free one."
        ) from error


def _pid_file(name: str) -> Path:
    return service_folder() / f"{name}.pid"


def _read_pid(name: str) -> int | None:
    try:
        return int(_pid_file(name).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _log(name: str) -> Path:
    logs = home() / "logs"
    logs.mkdir(exist_ok=True)
    return logs / f"airflow-{name}.log"
