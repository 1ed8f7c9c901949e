"""The recorded days, backfilled through Airflow's REST API and scheduler, against the command line."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.airflow_service import Airflow, addresses_of, processes_of, service, warraq

pytestmark = pytest.mark.xdist_group("airflow")
DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")


def checksum(home: Path) -> str:
    return str(json.loads(warraq(home, "verify", "--json"))["checksum"])


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checksum of the same days, run by the command line into a warehouse of its own."""
    home = tmp_path_factory.mktemp("by-hand")
    try:
        for day in DAYS:
            warraq(home, "run", "--day", day)
        return checksum(home)
    finally:
        service("down", home)


def test_up_again_says_that_it_is_up(airflow: Airflow) -> None:
    before = processes_of(airflow.home)
    service("up", airflow.home)
    assert {line.split()[0] for line in before} <= {str(pid) for pid in psutil.pids()}


def test_it_listens_on_this_machine_only(airflow: Airflow) -> None:
    assert addresses_of(airflow.home) == {("127.0.0.1", urlsplit(airflow.url).port)}


def test_a_backfill_loads_what_the_command_line_loads(airflow: Airflow, by_hand: str) -> None:
    runs = airflow.backfill(DAYS[0], DAYS[-1])
    assert [run["logical_date"][:10] for run in runs] == list(DAYS)
    assert [run["state"] for run in runs] == ["success"] * 3, airflow.failures(runs[0]["dag_run_id"])
    assert set(airflow.state_by_outlet(runs[0]["dag_run_id"]).values()) == {"success"}
    assert checksum(airflow.home) == by_hand


def test_chosen_outlets_are_crawled_and_the_others_are_skipped(airflow: Airflow) -> None:
    before = checksum(airflow.home)
    known = airflow.call("GET", "/api/v2/dags/daily_news/details")["params"]["outlets"]["schema"]["examples"]
    runs = airflow.backfill(DAYS[1], DAYS[1], outlets=known[:2])
    run = next(run for run in runs if run["logical_date"].startswith(DAYS[1]))
    assert run["state"] == "success", airflow.failures(run["dag_run_id"])
    wanted = {slug: "success" if slug in known[:2] else "skipped" for slug in known}
    assert airflow.state_by_outlet(run["dag_run_id"]) == wanted
    assert checksum(airflow.home) == before
