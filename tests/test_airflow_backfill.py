"""The recorded days, backfilled through Airflow's REST API and scheduler, against the command line."""

from __future__ import annotations

from urllib.parse import urlsplit

import psutil
import pytest

from spiders.outlet import load_outlets
from tests.airflow_service import Airflow, Person, addresses_of, processes_of, recording

pytestmark = pytest.mark.xdist_group("airflow")
DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")
ON = {slug for slug, outlet in load_outlets().items() if outlet.enabled}


def checksum(person: Person) -> str:
    return str(person.asks("verify")["checksum"])


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checksum of the same days, run by the command line into a warehouse of its own."""
    person = Person(tmp_path_factory.mktemp("by-hand"), WARRAQ_REPLAY=str(recording()))
    try:
        for day in DAYS:
            person.types("run", "--day", day)
        return checksum(person)
    finally:
        person.types("down")


def test_up_again_says_that_it_is_up(airflow: Airflow, recorded: Person) -> None:
    before = processes_of(airflow.home)
    recorded.types("up")
    assert {line.split()[0] for line in before} <= {str(pid) for pid in psutil.pids()}


def test_it_listens_on_this_machine_only(airflow: Airflow) -> None:
    assert addresses_of(airflow.home) == {("127.0.0.1", urlsplit(airflow.url).port)}


def test_a_backfill_loads_what_the_command_line_loads(airflow: Airflow, recorded: Person, by_hand: str) -> None:
    runs = airflow.backfill(DAYS[0], DAYS[-1])
    assert [run["logical_date"][:10] for run in runs] == list(DAYS)
    assert [run["state"] for run in runs] == ["success"] * 3, airflow.failures(runs[0]["dag_run_id"])
    wanted = {slug: "success" if slug in ON else "skipped" for slug in load_outlets()}
    assert airflow.state_by_outlet(runs[0]["dag_run_id"]) == wanted
    assert checksum(recorded) == by_hand


def test_chosen_outlets_are_read_and_the_others_are_skipped(airflow: Airflow, recorded: Person) -> None:
    airflow.backfill(DAYS[1], DAYS[1])
    before = checksum(recorded)
    chosen = sorted(ON)[:2]
    airflow.backfill(DAYS[1], DAYS[1], outlets=chosen)
    run_id = airflow.run_of(DAYS[1])
    states = airflow.states(run_id)
    assert states.pop("check") == states.pop("verdict") == "success", airflow.failures(run_id)
    assert states == {f"read.{slug}": "success" if slug in chosen else "skipped" for slug in load_outlets()}
    assert checksum(recorded) == before
