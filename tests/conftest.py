"""What the tests share: a Postgres of their own, a migrated database for each test, and the data beside the project."""

from __future__ import annotations

import hashlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from tests.airflow_service import airflow, recorded

__all__ = ["airflow", "recorded"]  # one fixture for all modules, so that Airflow starts once
ROOT = Path(__file__).resolve().parents[1]
_numbers = itertools.count()

# Whoever runs the tests in the background has them, and the commands that they start, inherit that these are ignored.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """`../shared/data`, other people's pages and truths; without it the tests that need it are skipped."""
    folder = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the shared data lies not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Postgres with the newest schema in its database `template_warraq`.

    WARRAQ_TEST_POSTGRES may name a server, of another version, as `postgresql://postgres:@/postgres?host=FOLDER`.
    """
    if url := os.environ.get("WARRAQ_TEST_POSTGRES"):
        _make_template(url)
        yield url
        return
    from spiders import embedded

    data = tmp_path_factory.mktemp("pg")
    url = embedded.start(data)
    _make_template(url)
    yield url
    embedded.stop(data)


def _make_template(url: str) -> None:
    from pipelines.migrate import migrate

    with closing(psycopg2.connect(url)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        cursor.execute("create database template_warraq template template0 encoding 'UTF8'")
    with closing(psycopg2.connect(url.replace("/postgres?", "/template_warraq?", 1))) as connection:
        migrate(connection)


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Callable[[], str]:
    """Makes a fresh warehouse whenever it is called, and gives its URL."""

    def make() -> str:
        name = f"warraq_{os.getpid()}_{next(_numbers)}"
        with closing(psycopg2.connect(postgres)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(f"create database {name} template template_warraq")
        return postgres.replace("/postgres?", f"/{name}?", 1)

    return make


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    """The URL of a fresh warehouse."""
    return new_database()


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """A connection to a fresh warehouse."""
    connection = psycopg2.connect(database)
    yield connection
    connection.close()


@pytest.fixture
def warraq_home(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A WARRAQ_HOME of the test's own, and its warehouse in the environment, for commands that the test runs."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("WARRAQ_HOME", str(home))
    monkeypatch.setenv("WARRAQ_DATABASE_URL", database)
    monkeypatch.delenv("WARRAQ_ARCHIVE", raising=False)
    monkeypatch.delenv("WARRAQ_REPLAY", raising=False)
    return home


Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def warraq(warraq_home: Path) -> Command:
    """Runs the command line as a person does, in a process of its own."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines", *map(str, arguments)]
        env = {**os.environ, **environment}
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Short names for tests of huge texts: pytest puts the name into the environment, which every child inherits."""
    if isinstance(val, str | bytes) and len(val) > 100:
        data = val.encode("utf-8", "surrogatepass") if isinstance(val, str) else val
        return f"{argname}-{len(val)}-{hashlib.sha256(data).hexdigest()[:8]}"
    return None
