"""Starting and stopping the local Airflow, without Airflow: secrets, ports, and who is stopped."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipelines import service, service_settings
from spiders.errors import ImpossibleRequest

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
QUIET = "import time; print(1, flush=True); time.sleep(60)"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WARRAQ_HOME", str(tmp_path))
    monkeypatch.delenv("WARRAQ_AIRFLOW_PORT", raising=False)
    return tmp_path


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of a test, ended at its end whatever happens."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(script: str, **env: str) -> subprocess.Popen[str]:
    """A process in a session of its own that is past its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | env,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    process.stdout.readline()
    return process


def test_secrets_are_made_once_and_are_private(home: Path) -> None:
    first = service_settings.service_secrets()
    assert service_settings.service_secrets() == first
    assert set(first) == {"jwt", "api", "fernet", "password"}
    for name in ("secrets.json", "passwords.json"):
        assert stat.S_IMODE((home / "airflow" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "airflow").stat().st_mode) == 0o700


def test_settings_keep_everything_on_this_machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://postgres:@/airflow?host=/a/postgres"
    monkeypatch.setattr(service_settings, "embedded_url", lambda _: url)
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "sqlite:////somebody/elses.db")
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "3")
    monkeypatch.setenv("WARRAQ_REPLAY", "here.warc.gz")
    env = service_settings.environment(8123)
    assert env["AIRFLOW_HOME"] == str(home / "airflow")
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"
    assert env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == url.replace("postgresql:", "postgresql+psycopg2:")
    assert env["AIRFLOW__CORE__PARALLELISM"] == "3"
    assert env["WARRAQ_REPLAY"] == str(Path("here.warc.gz").absolute())
    assert "127.0.0.1" in env["NO_PROXY"]


def test_a_taken_port_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("WARRAQ_AIRFLOW_PORT", str(server.getsockname()[1]))
        with pytest.raises(ImpossibleRequest, match="set WARRAQ_AIRFLOW_PORT to another port"):
            service.up()


@pytest.mark.parametrize("port", ["http", "99999", "-1"])
def test_a_port_that_is_none_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("WARRAQ_AIRFLOW_PORT", port)
    with pytest.raises(ImpossibleRequest, match="cannot listen"):
        service.up()


def test_down_when_nothing_is_up(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert service.down() is False
    assert "Nothing was up" in capsys.readouterr().err


def test_down_ends_what_carries_the_mark_and_nobody_else(
    home: Path, started: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, stubborn = start(QUIET, WARRAQ_SERVICE=str(home)), start(STUBBORN, WARRAQ_SERVICE=str(home))
    stranger, other = start(QUIET), start(QUIET, WARRAQ_SERVICE="/another/home")
    started += [ours, stubborn, stranger, other]
    (home / "airflow").mkdir()
    (home / "airflow" / "scheduler.pid").write_text(str(stranger.pid), "utf-8")
    assert service.running() is None
    monkeypatch.setattr(service, "GRACE", 0.5)
    assert service.down() is True
    assert [psutil.pid_exists(process.pid) for process in started] == [False, False, True, True]
    assert not list((home / "airflow").glob("*.pid"))


def test_two_at_once_do_not_meet(home: Path) -> None:
    with service._only_one(), pytest.raises(service.ServiceFailed, match="at work"):
        service.down()
