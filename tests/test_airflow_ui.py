"""A person in the browser: logs in, backfills two days of two outlets from the form, and sees both succeed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.airflow_service import Airflow, airflow

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["airflow"]
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


def choose_date(page: Page, field: str, day: str) -> None:
    """Types a date into the picker that opens under From or To."""
    page.locator(OPEN).get_by_text("Select date and time").first.click()
    picker = page.locator(OPEN).filter(has=page.get_by_placeholder("YYYY/MM/DD")).last
    picker.get_by_placeholder("YYYY/MM/DD").fill(day.replace("-", "/"))
    page.keyboard.press("Escape")


def choose_outlets(page: Page, slugs: list[str]) -> None:
    box = page.locator(OPEN).get_by_role("combobox")
    for slug in slugs:
        box.fill(slug)
        page.get_by_role("option", name=slug, exact=True).click()


def test_a_backfill_from_the_form(airflow: Airflow, page: Page, tmp_path: Path) -> None:
    known = airflow.call("GET", "/api/v2/dags/daily_news/details")["params"]["outlets"]["schema"]["examples"]
    chosen = known[:2]
    log_in(page, airflow)
    page.get_by_role("button", name="Trigger").first.click()
    form = page.locator(OPEN)
    form.get_by_text("Run this Dag for a range of dates").click()
    choose_date(page, "From", DAYS[0])
    choose_date(page, "To", DAYS[1])
    form.get_by_text("All Runs", exact=True).click()
    form.get_by_text("Override parameters on existing runs", exact=True).click()
    choose_outlets(page, chosen)
    page.screenshot(path=tmp_path / "form.png")
    form.get_by_text(re.compile("2 runs will be triggered")).wait_for()
    form.get_by_role("button", name="Run Backfill").click()
