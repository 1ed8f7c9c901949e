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
import psycopg2
import pytest

from pipelines import daily, demo, service, service_settings
from spiders.errors import ImpossibleRequest

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
OUTLET = """
name = "لا أحد"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["www.nobody.invalid"]
feeds = ["https://www.nobody.invalid/feed.xml"]
"""
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


def test_the_schedule_rests_until_the_daily_run_is_switched_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def schedule() -> tuple[str, str]:
        env = service_settings.environment(8123)
        return env["AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE"], env["WARRAQ_CONTACT"]

    monkeypatch.setattr(service_settings, "embedded_url", lambda _: "postgresql://postgres:@/airflow?host=/a/postgres")
    monkeypatch.setenv("AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE", "True")
    monkeypatch.delenv("WARRAQ_CONTACT", raising=False)
    assert schedule() == ("False", "")
    with pytest.raises(ImpossibleRequest, match="WARRAQ_CONTACT"):
        daily.switch(on=True)
    assert schedule() == ("False", "")
    monkeypatch.setenv("WARRAQ_CONTACT", " desk@raqib.tld ")
    daily.switch(on=True)
    monkeypatch.delenv("WARRAQ_CONTACT")
    assert schedule() == ("True", "desk@raqib.tld")
    monkeypatch.setenv("WARRAQ_CONTACT", "other@raqib.tld")
    assert schedule() == ("True", "other@raqib.tld")
    daily.switch(on=False)
    daily.switch(on=False)
    assert schedule() == ("False", "other@raqib.tld")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("", "reads the previous day from nobody."),
        ("verified = true\n", "nobody."),
        ("enabled = false\n", "no outlet."),
    ],
    ids=["unseen", "compared", "switched off"],
)
def test_what_the_daily_run_will_crawl_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, toml: str, words: str
) -> None:
    (home / "nobody.toml").write_text(toml + OUTLET, "utf-8")
    monkeypatch.setenv("WARRAQ_OUTLETS", str(home))
    monkeypatch.setenv("WARRAQ_CONTACT", "desk@raqib.tld")
    monkeypatch.delenv("WARRAQ_REPLAY", raising=False)
    assert "--daily" in " ".join(daily.sentences())
    daily.switch(on=True)
    said = " ".join(daily.sentences())
    assert words in said
    assert ("Nobody has compared" in said) == (not toml)


def test_an_unreadable_outlet_does_not_keep_airflow_down(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_OUTLETS", str(home / "away"))
    monkeypatch.setenv("WARRAQ_CONTACT", "desk@raqib.tld")
    daily.switch(on=True)
    assert "the outlets cannot be read" in " ".join(daily.sentences())


def test_invented_news_never_reach_a_warehouse_of_one_s_own(
    home: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARRAQ_DATABASE_URL", database)
    assert demo.fill_empty_warehouse() is None
    assert "WARRAQ_DATABASE_URL" not in demo.environment()
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from crawl.link")
        assert cursor.fetchone() == (0,)


def test_without_a_checkout_there_is_no_demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARRAQ_DATABASE_URL", raising=False)
    monkeypatch.delenv("WARRAQ_REPLAY", raising=False)
    monkeypatch.setattr(demo, "RECORDING", home / "demo" / "demo.warc.gz")
    try:
        assert "comes only with a checkout" in (demo.fill_empty_warehouse() or "")
    finally:
        service.down()


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
