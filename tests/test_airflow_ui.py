"""A person in the browser: logs in, backfills two days of two outlets from the form, and sees how each outlet ended."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spiders.outlet import load_outlets
from tests.airflow_service import Airflow, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("airflow")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
DAYS = ("2026-11-18", "2026-11-19")
OUTLETS = load_outlets()
CHOSEN = sorted(slug for slug, outlet in OUTLETS.items() if outlet.enabled)[:2]
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
        page.get_by_role("option", name=f"{slug} · {OUTLETS[slug].name}", exact=True).click()


def newest_backfill(airflow: Airflow) -> dict[str, Any]:
    found = airflow.call("GET", "/api/v2/backfills?dag_id=daily_news&order_by=-id&limit=1")["backfills"]
    return dict(found[0]) if found else {"id": 0}


def test_a_backfill_from_the_form(airflow: Airflow, page: Page, tmp_path: Path) -> None:
    before = newest_backfill(airflow)["id"]
    log_in(page, airflow)
    fill_form(page, DAYS, CHOSEN)
    page.get_by_text("2 runs will be triggered").wait_for()
    page.screenshot(path=tmp_path / "form.png")
    page.get_by_role("button", name="Run Backfill").click()
    page.locator(OPEN).wait_for(state="hidden")

    made = newest_backfill(airflow)
    assert made["id"] > before
    assert made["dag_run_conf"] == {"outlets": CHOSEN}
    assert (made["from_date"], made["to_date"]) == ("2026-11-17T21:00:00Z", "2026-11-19T20:59:59.999000Z")
    airflow.wait_for_backfill(made["id"])

    page.goto(f"{airflow.url}/dags/daily_news/runs?run_type=backfill")
    for day in DAYS:
        run_id = airflow.run_of(day)
        page.get_by_role("row").filter(has_text=run_id).get_by_text("Success").wait_for()
        read = {slug for slug, state in airflow.state_by_outlet(run_id).items() if state == "success"}
        assert read == set(CHOSEN)
    page.screenshot(path=tmp_path / "runs.png")


def row_of(task_id: str) -> str:
    """How the grid marks a task's row."""
    return f"task-{task_id.replace('.', '-')}"


def test_the_grid_names_outlets_in_one_group_and_the_verdict_says_why(
    airflow: Airflow, page: Page, tmp_path: Path
) -> None:
    rows = [f"read.{slug}" for slug in sorted(OUTLETS)]
    airflow.backfill(DAYS[0], DAYS[0], outlets=CHOSEN)
    run_id = airflow.run_of(DAYS[0])
    airflow.mark(run_id, f"read.{CHOSEN[1]}", "failed")
    airflow.clear(run_id, "verdict")
    wait_until(lambda: airflow.states(run_id)["verdict"] == "failed", 120, lambda: airflow.states(run_id))
    log_in(page, airflow)
    page.get_by_test_id("task-verdict").wait_for()
    assert [page.get_by_test_id(row_of(name)).count() for name in ("read", "check", *rows)] == [1, 1] + [0] * len(rows)
    page.screenshot(path=tmp_path / "folded.png")
    page.get_by_label("Toggle group").click()
    page.get_by_test_id(row_of(rows[-1])).wait_for()
    assert [page.get_by_test_id(row_of(name)).inner_text() for name in rows] == sorted(OUTLETS)
    page.screenshot(path=tmp_path / "grid.png")
    # From below: a tooltip lies over the rows under its own.
    for name, state in {rows[2]: "Skipped", rows[1]: "Failed", rows[0]: "Success", "read": "Failed"}.items():
        page.get_by_test_id(f"grid-{run_id}-{name}").hover()
        page.get_by_role("tooltip", name=re.compile(f"Task ID: {re.escape(name)} State: {state}")).wait_for()

    page.get_by_test_id(f"grid-{run_id}-verdict").click()
    page.get_by_text(f"{DAYS[0]} is incomplete: {CHOSEN[1]} failed. {CHOSEN[1]}: its log says why.").first.wait_for()
    page.screenshot(path=tmp_path / "verdict.png")
