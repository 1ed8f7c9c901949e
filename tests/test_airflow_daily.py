"""`warraq up` crawls no outlet unless asked: its first warehouse, the daily run on and off, what listens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.airflow_service import Airflow, Person, addresses_of, processes_of, wait_until

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


@pytest.fixture(scope="module")
def first_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, str]]:
    """A person with one outlet, whose host does not exist, and what the first `up` said; stopped at the end."""
    folder = tmp_path_factory.mktemp("daily")
    outlets = folder / "outlets"
    outlets.mkdir()
    (outlets / "nobody.toml").write_text(OUTLET, "utf-8")
    person = Person(folder / "home", WARRAQ_OUTLETS=str(outlets))
    with person.up() as said:
        yield person, said


def scheduled(airflow: Airflow) -> dict[str, str]:
    """The runs that the schedule has begun, with their states."""
    runs = airflow.call("GET", "/api/v2/dags/daily_news/dagRuns?run_type=scheduled")["dag_runs"]
    return {run["dag_run_id"]: run["state"] for run in runs}


def test_an_empty_warehouse_gets_the_demo_s_day(first_words: tuple[Person, str]) -> None:
    person, said = first_words
    assert "it has the demo's day now" in said
    assert "aldiwan" in {outlet["outlet"] for outlet in person.asks("report", "--day", DAY)["outlets"]}
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
    assert "the previous day from nobody." in said
    assert "look at their first days yourself: nobody." in said
    airflow = person.airflow()
    begun = wait_until(lambda: scheduled(airflow), 120, lambda: "the schedule begins no run")
    assert "The daily run is on" in person.types("up")  # it is kept, and nothing is started again
    assert scheduled(airflow).keys() == begun.keys()

    assert "No outlet is crawled" in person.types("up", "--no-daily")
    airflow = person.airflow()
    assert scheduled(airflow).keys() == begun.keys()
    assert set(scheduled(airflow).values()) <= {"failed", "success"}
