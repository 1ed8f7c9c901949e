"""`warraq up` crawls nobody unasked: its first warehouse, the daily run on and off, and what listens meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.airflow_service import Airflow, addresses_of, processes_of

pytestmark = pytest.mark.xdist_group("airflow")
ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-11-19"
OUTLET = """
name = "لا أحد"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["www.nobody.invalid"]
feeds = ["https://www.nobody.invalid/feed.xml"]
"""


class Person:
    """Types commands in a home of their own, beside a folder with one outlet, whose host does not exist."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        outlets = folder / "outlets"
        outlets.mkdir()
        (outlets / "nobody.toml").write_text(OUTLET, "utf-8")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}
        mine = {"WARRAQ_HOME": str(self.home), "WARRAQ_OUTLETS": str(outlets), "WARRAQ_AIRFLOW_PORT": "0"}
        self.env = inherited | mine

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pipelines", *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=self.env | more, cwd=ROOT, **pipes)

    def types(self, *arguments: str, exit_code: int = 0, **more: str) -> str:
        """What a command says on standard error and output together."""
        process = self.start(*arguments, **more)
        output, said = process.communicate()
        assert process.returncode == exit_code, said
        return said + output

    def airflow(self) -> Airflow:
        port = (self.home / "airflow" / "port").read_text("utf-8")
        password = json.loads((self.home / "airflow" / "passwords.json").read_text("utf-8"))["admin"]
        airflow = Airflow(home=self.home, url=f"http://127.0.0.1:{port}", password=password)
        airflow.log_in()
        airflow.wait_for_dag()
        return airflow


@pytest.fixture(scope="module")
def first_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, str]]:
    """A person whose Airflow is up for the first time, and what it said; stopped at the end."""
    person = Person(tmp_path_factory.mktemp("daily"))
    try:
        yield person, person.types("up")
    finally:
        person.types("down")
    assert processes_of(person.home) == []


def scheduled(airflow: Airflow) -> dict[str, str]:
    """The runs that the schedule has begun, with their states."""
    runs = airflow.call("GET", "/api/v2/dags/daily_news/dagRuns?run_type=scheduled")["dag_runs"]
    return {run["dag_run_id"]: run["state"] for run in runs}


def test_an_empty_warehouse_gets_the_demo_s_day(first_words: tuple[Person, str]) -> None:
    person, said = first_words
    assert "it has the demo's day now" in said
    report = json.loads(person.types("report", "--day", DAY, "--json"))
    assert "aldiwan" in json.dumps(report)
    assert "warehouse was empty" not in person.types("up")


def test_nothing_listens_but_airflow_s_api_while_all_of_it_runs(first_words: tuple[Person, str]) -> None:
    person, _ = first_words
    mine = {"WARRAQ_OUTLETS": str(ROOT / "demo/outlets")}
    crawl = person.start("run", "--day", DAY, "--replay", str(ROOT / "demo/demo.warc.gz"), **mine)
    seen = set(addresses_of(person.home))
    while crawl.poll() is None:
        seen |= addresses_of(person.home)
    crawl.communicate()
    assert crawl.returncode == 0
    assert {name for name in ("postgres", "scheduler", "triggerer") if name in str(processes_of(person.home))} == {
        "postgres", "scheduler", "triggerer",
    }  # fmt: skip
    assert seen == {("127.0.0.1", int((person.home / "airflow" / "port").read_text("utf-8")))}


def test_the_daily_run_is_switched_on_with_a_contact_and_off_again(first_words: tuple[Person, str]) -> None:
    person, said = first_words
    assert "No outlet is crawled unless you ask for it" in said
    assert "WARRAQ_CONTACT" in person.types("up", "--daily", exit_code=2)
    assert scheduled(person.airflow()) == {}

    said = person.types("up", "--daily", WARRAQ_CONTACT="desk@raqib.tld")
    assert "the day before from nobody." in said
    assert "look at their first days yourself: nobody." in said
    airflow = person.airflow()
    end = time.monotonic() + 120
    while not (begun := scheduled(airflow)):
        assert time.monotonic() < end, "the schedule begins no run"
        time.sleep(0.5)
    assert "The daily run is on" in person.types("up")  # it is kept, and nothing is started again
    assert scheduled(airflow).keys() == begun.keys()

    assert "No outlet is crawled" in person.types("up", "--no-daily")
    airflow = person.airflow()
    assert scheduled(airflow).keys() == begun.keys()
    assert set(scheduled(airflow).values()) <= {"failed", "success"}
