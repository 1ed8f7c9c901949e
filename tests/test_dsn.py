"""A database's address in every form that libpq takes: its secrets are shown to nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from spiders.dsn import NoDatabaseUrl, for_psql, parameters, without_password
from spiders.refusals import refusal
from spiders.unprivileged import programs

ROOT = Path(__file__).resolve().parents[1]
SECRET = "Zz9-hidden"  # noqa: S105
ODD = "Zz9 hid'd\\en@/:?#%"

SHOWN = {
    f"postgresql://ana:{SECRET}@db.example:5432/news": "postgresql://ana:***@db.example:5432/news",
    f"postgres://ana:{SECRET}@db.example/news?sslmode=require": "postgresql://ana:***@db.example/news?sslmode=require",
    f"postgresql://ana@db.example/news?password={SECRET}": "postgresql://ana:***@db.example/news",
    f"postgresql:///news?host=db.example&user=ana&password={SECRET}": "postgresql://ana:***@db.example/news",
    f"postgresql://:{SECRET}@db.example/news": "postgresql://:***@db.example/news",
    f"postgresql://ana:{SECRET}@[2001:db8::1]:5433/news": "postgresql://ana:***@[2001:db8::1]:5433/news",
    f"postgresql://ana:{SECRET}@one:1,two:2/news": "postgresql://ana:***@one:1,two:2/news",
    f"postgresql://ana:{SECRET}@%2Fvar%2Frun/news": "postgresql://ana:***@/news?host=/var/run",
    f"postgresql://ana:{SECRET}@db.example/news?sslkey=/k&sslpassword={SECRET}2":
        "postgresql://ana:***@db.example/news?sslkey=/k&sslpassword=***",
    f"postgresql://ana:{quote(ODD, safe='')}@db.example/news": "postgresql://ana:***@db.example/news",
    f"postgresql://ana:[{SECRET}#?@db.example/news": "postgresql://ana:***@db.example/news",
    f"postgresql://ana:{quote('كلمة السر')}@db.example/news": "postgresql://ana:***@db.example/news",
    f"host=db.example user=ana password={SECRET} dbname=news": "user=ana password=*** dbname=news host=db.example",
    f"host = db.example user = ana password = '{SECRET} two'": "user=ana password=*** host=db.example",
    "host=db.example password='it\\'s " + SECRET + "' sslpassword=" + SECRET:
        "password=*** host=db.example sslpassword=***",
    f"password={SECRET}": "password=***",
    "service=warraq": "service=warraq",
    "host=db.example passfile=/home/ana/.pgpass": "passfile=/home/ana/.pgpass host=db.example",
    "postgresql://ana:@/news?host=/tmp/a%20b": "postgresql://ana@/news?host=/tmp/a%20b",
    "postgresql://": "postgresql:///",
}  # fmt: skip
numbered = [f"form-{number}" for number in range(len(SHOWN))]

TORN = {
    "an @": f"postgresql://ana:{SECRET}@more@db.example/news",
    "a slash": f"postgresql://ana:{SECRET}/more@db.example/news",
    "a slash first": f"postgresql://ana:/{SECRET}@db.example/news",
    "no host": f"postgresql://ana:{SECRET}",
    "no host, a name": f"postgresql://ana:{SECRET}/news",
    "a bad percent": f"postgresql://ana:{SECRET}%zz@db.example/news",
    "another scheme": f"http://ana:{SECRET}@db.example/news",
    "a driver": f"postgresql+psycopg2://ana:{SECRET}@db.example/news",
    "an unknown key": f"postgresql://db.example/news?passwd={SECRET}",
    "a space": f"host=db.example password={SECRET} more user=ana",
    "an open quote": f"host=db.example password='{SECRET}",
    "a URL as the name": f"dbname=postgresql://ana:{SECRET}@db.example/news",
    "a string as the name": f"dbname='host=db.example password={SECRET}'",
    "a port": f"host=db.example port={SECRET}",
}


@pytest.mark.parametrize(("url", "shown"), SHOWN.items(), ids=numbered)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize("url", SHOWN, ids=numbered)
def test_what_is_shown_names_the_same_place(url: str) -> None:
    secrets = ("password", "sslpassword")
    found, shown = parameters(url), parameters(without_password(url))
    assert {k: v for k, v in found.items() if k not in secrets} == {k: v for k, v in shown.items() if k not in secrets}


@pytest.mark.parametrize("url", SHOWN, ids=numbered)
def test_psql_s_arguments_hold_no_secret_and_its_environment_the_password(url: str) -> None:
    argument, environment, left_out = for_psql(url)
    assert "Zz9" not in argument
    assert environment.get("PGPASSWORD") == parameters(url).get("password")
    assert left_out == [key for key in ("sslpassword",) if key in parameters(url)]


@pytest.mark.parametrize("url", TORN.values(), ids=TORN)
def test_an_address_that_may_be_torn_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(NoDatabaseUrl) as caught:
        without_password(url)
    assert "Zz9" not in str(caught.value)


@pytest.mark.parametrize("url", [*SHOWN, *TORN.values()], ids=[*numbered, *TORN])
def test_no_command_shows_a_secret(url: str, tmp_path: Path) -> None:
    """Nothing answers at these addresses: they are of this machine, and nothing listens at their port."""
    away = re.sub(r"db\.example|one|two", "127.0.0.1", url).replace("2001:db8::1", "::1")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("WARRAQ_", "PG"))}
    mine = env | {"WARRAQ_DATABASE_URL": away, "WARRAQ_HOME": str(tmp_path), "PGPORT": "1", "PGCONNECT_TIMEOUT": "2"}
    command = [sys.executable, "-m", "pipelines", "report", "--day", "2026-11-19"]
    done = subprocess.run(command, env=mine, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr + "".join(file.read_text("utf-8") for file in tmp_path.rglob("*.log"))
    assert done.returncode in (1, 2), said
    assert "Zz9" not in said
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the process list is read from /proc")
def test_the_shell_s_password_is_not_in_the_process_list(warraq_home: Path, database: str) -> None:
    env = os.environ | {"WARRAQ_DATABASE_URL": f"{database}&password={SECRET}", "PATH": f"{programs()}:{os.defpath}"}
    command = [sys.executable, "-m", "pipelines", "db", "shell"]
    shell = subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    seen = {""}
    end = time.monotonic() + 60
    while not any("psql" in line for line in seen) and time.monotonic() < end:
        seen.add(Path(f"/proc/{shell.pid}/cmdline").read_text())
    output, said = shell.communicate("\\echo :USER\nselect 40 + 2;\n\\! echo $PGPASSWORD\n")
    assert any("psql" in line for line in seen), said
    assert not any(SECRET in line for line in seen)
    assert ("postgres" in output, "42" in output, SECRET in output) == (True, True, True), said


@pytest.mark.parametrize(
    ("said", "exit_code", "words"),
    [
        ('FATAL:  password authentication failed for user "ana"', 2, "does not let Warraq in"),
        ('FATAL:  database "news" does not exist', 2, "no such database"),
        ("FATAL:  sorry, too many clients already", 75, "takes no connection now"),
        ('FATAL:  too many connections for role "ana"', 75, "takes no connection now"),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", 75, "no connection"),
        ("FATAL:  the database system is starting up", 75, "takes no connection now"),
        ("FATAL:  the database system is in recovery mode", 75, "takes no connection now"),
        ('definition of service "warraq" not found', 2, "cannot be used"),
        ("connection refused\nIs the server running?", 1, "does not answer"),
        ("", 1, "does not answer"),
    ],
    ids=["password", "database", "clients", "role", "slots", "starting", "recovery", "service", "refused", "nothing"],
)  # fmt: skip
def test_why_a_connection_was_refused(said: str, exit_code: int, words: str) -> None:
    error = refusal("postgresql://db/news", said)
    assert error.exit_code == exit_code
    assert words in str(error)
    assert len(str(error).splitlines()) == 1
