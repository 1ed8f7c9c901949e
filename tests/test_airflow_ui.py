"""A person in the browser: logs in, backfills two days of two outlets from the form, and sees both succeed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.airflow_service import Airflow

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("airflow")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
DAYS = ("2026-11-18", "2026-11-19")
OPEN = "[role=dialog][data-state=open]"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A page of headless Chromium in an Arab time zone; what it showed last is kept as a picture."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        made = browser.new_page(timezone_id="Asia/Riyadh", locale="en", viewport={"width": 1400, "height": 1100})
        made.set_default_timeout(30_000)
        yield made
        made.screenshot(path=tmp_path / "last.png")
        browser.close()


def log_in(page: Page, airflow: Airflow) -> None:
    page.goto(f"{airflow.url}/dags/daily_news")
    page.get_by_label("Username").fill("admin")
    page.locator("input[type=password]").fill(airflow.password)
    page.get_by_role("button", name="Sign in").click()


def fill_form(page: Page, days: tuple[str, str], outlets: list[str]) -> None:
    """The Backfill tab, as docs/backfill.md tells it: dates, all runs, the box, the outlets."""
    page.get_by_role("button", name="Trigger").first.click()
    form = page.locator(OPEN)
    form.get_by_text("Run this Dag for a range of dates").click()
    for day in days:
        form.get_by_text("Select date and time").first.click()
        date = page.get_by_placeholder("YYYY/MM/DD").last
        date.fill(day.replace("-", "/"))
        page.keyboard.press("Escape")
        date.wait_for(state="hidden")  # the picker fades away, and the next one would meet it
    form.get_by_text("All Runs", exact=True).click()
    form.get_by_text("Override parameters on existing runs", exact=True).click()
    for slug in outlets:
        form.get_by_role("combobox").fill(slug)
        page.get_by_role("option", name=slug, exact=True).click()


def newest_backfill(airflow: Airflow) -> dict[str, Any]:
    found = airflow.call("GET", "/api/v2/backfills?dag_id=daily_news&order_by=-id&limit=1")["backfills"]
    return dict(found[0]) if found else {"id": 0}


def test_a_backfill_from_the_form(airflow: Airflow, page: Page, tmp_path: Path) -> None:
    known = airflow.call("GET", "/api/v2/dags/daily_news/details")["params"]["outlets"]["schema"]["examples"]
    before = newest_backfill(airflow)["id"]
    log_in(page, airflow)
    fill_form(page, DAYS, known[:2])
    page.get_by_text("2 runs will be triggered").wait_for()
    page.screenshot(path=tmp_path / "form.png")
    page.get_by_role("button", name="Run Backfill").click()
    page.locator(OPEN).wait_for(state="hidden")

    made = newest_backfill(airflow)
    assert made["id"] > before
    assert made["dag_run_conf"] == {"outlets": known[:2]}
    assert (made["from_date"], made["to_date"]) == ("2026-11-17T21:00:00Z", "2026-11-19T20:59:59.999000Z")
    airflow.wait_for_backfill(made["id"])

    page.goto(f"{airflow.url}/dags/daily_news/runs?run_type=backfill")
    for day in DAYS:
        run = next(run for run in airflow.runs() if run["logical_date"].startswith(day))
        row = page.get_by_role("row").filter(has_text=run["dag_run_id"])
        row.get_by_text("Success").wait_for()
        crawled = {slug for slug, state in airflow.state_by_outlet(run["dag_run_id"]).items() if state == "success"}
        assert crawled == set(known[:2])
    page.screenshot(path=tmp_path / "runs.png")
