"""What the command line says when something fails: a sentence, the right exit code, and no traceback."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from pipelines.failures import told, worst

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-11-19"
PASSWORD = "hidden-one"  # noqa: S105
OUTLET = """
name = "لا أحد"
name_latin = "Nobody"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["www.nobody.invalid"]
feeds = ["https://www.nobody.invalid/feed.xml"]
article_url = '/news/[0-9]+$'
"""

Warraq = Callable[..., "subprocess.CompletedProcess[str]"]


def execute(url: str, sql: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()


def fail_with(database: str, state: str) -> None:
    """From now on the warehouse refuses to open a run, with this SQLSTATE."""
    execute(
        database,
        f"""
        create function fail() returns trigger language plpgsql as
        $$ begin raise exception 'said by the server' using errcode = '{state}'; end $$;
        create trigger fail before insert on ops.run execute function fail();
        """,
    )


@pytest.mark.parametrize(
    ("state", "exit_code", "sentence"),
    [
        ("08006", 75, "stopped answering"),
        ("57P01", 75, "stopped answering"),
        ("55P03", 75, "busy"),
        ("40P01", 75, "busy"),
        ("40001", 75, "busy"),
        ("53100", 3, "disk is full"),
        ("28000", 2, "refuses a right"),
        ("25006", 2, "can only be read"),
    ],
)
def test_what_the_database_refuses_is_a_sentence(
    warraq: Warraq, database: str, state: str, exit_code: int, sentence: str
) -> None:
    fail_with(database, state)
    done = warraq("run", "--day", DAY, "--only", "check")
    assert done.returncode == exit_code, done.stderr
    assert sentence in done.stderr
    assert "said by the server" in done.stderr


def test_a_bug_of_ours_keeps_its_traceback(warraq_home: Path, database: str) -> None:
    fail_with(database, "22012")
    command = [sys.executable, "-m", "pipelines", "run", "--day", DAY, "--only", "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert "Traceback" in done.stderr
    assert done.returncode == 1


def test_a_wrong_call_of_the_driver_is_no_lost_connection() -> None:
    assert told(psycopg2.ProgrammingError("no results to fetch")) is None
    assert told(psycopg2.InterfaceError("connection already closed")) is not None


def test_a_right_that_lacks_is_named(warraq: Warraq, database: str) -> None:
    role = f"reader_{os.getpid()}"
    execute(database, f"create role {role} login; grant usage on schema ops to {role}")
    try:
        done = warraq("run", "--day", DAY, "--only", "check", WARRAQ_DATABASE_URL=as_role(database, role))
    finally:
        execute(database, f"drop owned by {role}; drop role {role}")
    assert done.returncode == 2, done.stderr
    assert "permission denied for table" in done.stderr


def as_role(url: str, role: str) -> str:
    return url.replace("postgresql://postgres:@", f"postgresql://{role}:@", 1)


def test_a_role_that_is_none_is_not_let_in(warraq: Warraq, database: str) -> None:
    done = warraq("report", "--day", DAY, WARRAQ_DATABASE_URL=as_role(database, "nobody_at_all"))
    assert done.returncode == 2
    assert "does not let Warraq in" in done.stderr


def test_a_database_that_can_only_be_read_is_a_sentence(warraq: Warraq, database: str) -> None:
    name = database.split("?")[0].rpartition("/")[2]
    execute(database, f"alter database {name} set default_transaction_read_only = on")
    done = warraq("run", "--day", DAY, "--only", "check")
    assert done.returncode == 2
    assert "can only be read" in done.stderr


@pytest.mark.parametrize("url", ["garbage", "postgresql://x:[p", f"http://ana:{PASSWORD}@db.example/news"])
def test_an_url_that_is_none_is_refused_and_not_shown(warraq: Warraq, url: str) -> None:
    done = warraq("report", "--day", DAY, WARRAQ_DATABASE_URL=url)
    assert done.returncode == 2
    assert "WARRAQ_DATABASE_URL is not a Postgres URL" in done.stderr
    assert PASSWORD not in done.stderr


def test_a_database_that_is_away_fails_without_its_password(warraq: Warraq) -> None:
    done = warraq("report", "--day", DAY, WARRAQ_DATABASE_URL=f"postgresql://ana:{PASSWORD}@127.0.0.1:1/news")
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert PASSWORD not in done.stderr


@pytest.mark.parametrize("url", ["http://[bad", "nowhere", "https://"])
@pytest.mark.parametrize("outlet", [(), ("--outlet", "youm7")], ids=["stranger", "named"])
def test_an_address_that_is_none_is_refused(warraq: Warraq, tmp_path: Path, url: str, outlet: tuple[str, ...]) -> None:
    file = tmp_path / "page.html"
    file.write_text("<p>خبر</p>", "utf-8")
    done = warraq("extract", file, "--url", url, *outlet)
    assert done.returncode == 2
    assert f"{url!r} is not an address" in done.stderr


def test_a_moment_without_a_recording_is_refused(warraq: Warraq) -> None:
    done = warraq("crawl", "--day", DAY, "--as-of", "2026-11-19T22:00:00Z")
    assert done.returncode == 2
    assert "--replay" in done.stderr


@pytest.mark.parametrize(
    ("codes", "expected"), [([75], 75), ([75, 75], 75), ([75, 1], 1), ([75, 3], 3), ([1, 3], 3), ([1], 1), ([2, 75], 1)]
)
def test_several_failures_have_one_exit_code(codes: list[int], expected: int) -> None:
    assert worst(codes) == expected


@pytest.mark.parametrize(
    ("contact", "is_asked"), [("", True), (" ", True), ("desk@nobody.invalid", False)], ids=["empty", "blank", "set"]
)
def test_a_live_crawl_asks_for_a_contact(warraq: Warraq, tmp_path: Path, contact: str, is_asked: bool) -> None:
    folder = tmp_path / "outlets"
    folder.mkdir()
    (folder / "nobody.toml").write_text(OUTLET, "utf-8")
    done = warraq("crawl", "--day", "2020-01-15", WARRAQ_OUTLETS=str(folder), WARRAQ_CONTACT=contact)
    assert done.returncode == 1
    assert "has a name that was not found" in done.stderr
    assert ("Set WARRAQ_CONTACT" in done.stderr) == is_asked


def test_an_empty_contact_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from spiders.settings import user_agent

    monkeypatch.delenv("WARRAQ_CONTACT", raising=False)
    unset = user_agent()
    monkeypatch.setenv("WARRAQ_CONTACT", "")
    assert user_agent() == unset


def test_the_user_agent_tells_the_version_and_the_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    from spiders.settings import user_agent

    monkeypatch.setenv("WARRAQ_CONTACT", "desk@raqib.tld")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert user_agent() == f"Warraq/{version} (+desk@raqib.tld)"


@pytest.mark.parametrize("command", ["up", "down"])
def test_another_up_at_work_is_busy(warraq: Warraq, warraq_home: Path, command: str) -> None:
    folder = warraq_home / "airflow"
    folder.mkdir(mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = warraq(command)
    assert done.returncode == 75
    assert "at work" in done.stderr


LOGGING = """
import logging
from pipelines.logs import keep_log
keep_log()
keep_log()
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("pipelines.workers").exception("extraction of a page failed")
"""


def run_logging(home: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "WARRAQ_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", LOGGING], capture_output=True, text=True, env=env, cwd=ROOT, check=False
    )


def test_the_log_goes_to_a_file_and_not_to_the_terminal(tmp_path: Path) -> None:
    done = run_logging(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    log = (tmp_path / "logs/warraq.log").read_text("utf-8")
    assert log.count("extraction of a page failed") == 1
    assert "ZeroDivisionError" in log


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be", "utf-8")
    done = run_logging(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_table_of_outlets_says_who_was_compared_with_the_live_site(warraq: Warraq, tmp_path: Path) -> None:
    for slug, line in (("nobody", "verified = true\n"), ("somebody", "")):
        outlet = OUTLET.replace("www.nobody", f"www.{slug}")
        (tmp_path / f"{slug}.toml").write_text(outlet.replace("\nname =", f"\n{line}name =", 1), "utf-8")
    done = warraq("outlets", WARRAQ_OUTLETS=str(tmp_path), COLUMNS="200")
    head, *rows = [line.split() for line in done.stdout.splitlines()]
    assert head[-2:] == ["enabled", "verified"]
    assert {row[0]: row[-1] for row in rows} == {"nobody": "yes", "somebody": "no"}
    shown = json.loads(warraq("outlets", "--json", WARRAQ_OUTLETS=str(tmp_path)).stdout)
    assert {outlet["slug"]: outlet["verified"] for outlet in shown} == {"nobody": True, "somebody": False}


def test_without_warnings_there_is_no_log(warraq: Warraq, warraq_home: Path) -> None:
    assert warraq("outlets").returncode == 0
    assert not (warraq_home / "logs").exists()


@pytest.mark.parametrize(
    ("url", "told", "day"),
    [
        ("https://www.shahid.tld/news/1", "2024-06-03T01:00:00+04:00", "2024-06-03"),
        ("https://www.shahid.com.sa/news/1", "2024-06-02T22:30:00Z", "2024-06-03"),
        ("https://www.shahid.tld/news/1", "2024-06-02T22:30:00Z", "2024-06-02"),
    ],
)
def test_the_day_of_a_stranger_is_that_of_its_country_or_of_the_zone_that_it_tells(
    warraq: Warraq, tmp_path: Path, url: str, told: str, day: str
) -> None:
    text = "أعلنت الهيئة العامة للنقل البحري أمس بدء العمل بالخط الجديد بين الميناءين في الربيع المقبل."
    page = f'<meta property="article:published_time" content="{told}"><h1>خط بحري جديد</h1><article><p>{text}</p>'
    (tmp_path / "page.html").write_text(f"<title>خط بحري جديد</title>{page}", "utf-8")
    done = warraq("extract", tmp_path / "page.html", "--url", url, "--json")
    assert json.loads(done.stdout)["published_on"] == day, done.stdout


def test_a_terminal_without_arabic_shows_escapes_and_no_traceback(warraq: Warraq) -> None:
    done = warraq("outlets", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\u0627" in done.stdout


def test_an_argument_that_is_no_text_is_a_sentence(warraq: Warraq) -> None:
    done = warraq("search", b"a\xff".decode("utf-8", "surrogateescape"))
    assert done.returncode == 2
    assert done.stderr.startswith("An argument or a path is not UTF-8:")
    assert "Traceback" not in done.stderr
