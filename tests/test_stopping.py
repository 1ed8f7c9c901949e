"""Stopping and standing still: Ctrl-C and SIGTERM at any moment, by group too, and holders that are stopped."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from spiders.stopping import SENTENCE
from tests.test_silence import Proxy

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-11-19"
DEMO = {"WARRAQ_OUTLETS": str(ROOT / "demo/outlets"), "WARRAQ_REPLAY": str(ROOT / "demo/demo.warc.gz")}
PROMISE = 5.0  # seconds that a person waits for a command to stop
SLACK = 3.0  # for a machine under load
# A command whose turns, and loads that stand still, end sooner than in earnest.
SOONER = """
import sys
from pathlib import Path
from spiders import turns, warehouse
turns.SECONDS, turns.HEARTBEAT, turns.SILENCE = 3.0, 0.5, 3.0
warehouse.SQL = Path(sys.argv.pop(1))
from pipelines.__main__ import main
main()
"""


@contextmanager
def running(
    *arguments: str, code: str | None = None, folder: Path = ROOT, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """A command as a person or Airflow starts it, in a process group of its own."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "pipelines"]), *arguments]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str], number: signal.Signals, *, by_group: bool = False) -> None:
    """Sends a signal, and checks the promise: soon, one sentence, 75."""
    began = time.monotonic()
    (os.killpg if by_group else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=60)
    took = time.monotonic() - began
    assert process.returncode == 75, said
    assert said.splitlines()[-1] == SENTENCE
    assert "Traceback" not in said
    assert took < PROMISE + SLACK


def until(found: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


def one(database: str, sql: str) -> object:
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        (value,) = cursor.fetchone() or (None,)
    return value


def waits_for_a_lock(database: str) -> bool:
    return bool(one(database, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"))


@contextmanager
def locked(database: str, table: str, mode: str = "access exclusive") -> Iterator[Connection]:
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(f"lock table {table} in {mode} mode")
        yield connection


@pytest.mark.parametrize("seed", range(4))
def test_at_any_moment_from_the_first_line_on(warraq, warraq_home, database, seed):
    rng = random.Random(seed)
    moments = [rng.uniform(0.02, 3.0) for _ in range(4)]
    for moment in moments:
        with running("run", "--day", DAY, **DEMO) as process:
            time.sleep(moment)
            if process.poll() is None and Path(f"/proc/{process.pid}/cmdline").exists():
                until(lambda: handles(process.pid, signal.SIGTERM) or process.poll() is not None)
            if process.poll() is None:
                stop(process, rng.choice([signal.SIGTERM, signal.SIGINT]), by_group=rng.random() < 0.5)
    whole = warraq("run", "--day", DAY, **DEMO)
    assert whole.returncode == 0, whole.stderr
    assert one(database, "select count(*) from news.article") == 42, f"stopped after {moments} s"
    assert one(database, "select count(*) from crawl.links where reason like 'parse_%%'") == 0


SIGNALLED = """
import os, signal, sys
from spiders import stopping
told, hear, quiet = [], signal.signal, stopping.deaf

def tell():
    if not told:
        told.append(os.kill(os.getpid(), signal.SIGTERM))

def signals(number, handler):
    hear(number, handler)
    if number == signal.SIGTERM and handler is stopping._told and moment == "listening":
        tell()

class Swallows:
    def find_spec(self, name, path=None, target=None):
        if name == "pipelines.cli" and moment == "imports":
            try:
                tell()
            except BaseException:
                pass

def deaf():
    if moment == "end":
        tell()
    quiet()

moment = sys.argv[-1]
signal.signal, stopping.deaf = signals, deaf
sys.meta_path.insert(0, Swallows())
sys.argv[1:] = ["outlets"]
from pipelines.__main__ import main
main()
"""


@pytest.mark.parametrize("moment", ["listening", "imports", "end"])
def test_at_the_edges_of_a_command(warraq_home, moment):
    """While the handlers are made, while an import swallows the signal, and after the last line was printed."""
    with running(moment, code=SIGNALLED) as process:
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (75, f"{SENTENCE}\n")


def handles(pid: int, number: signal.Signals) -> bool:
    """Whether a process has reached the line in which it listens to a signal."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return True  # this system does not tell, or the process has ended
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.parametrize(
    ("arguments", "table"),
    [
        (("run", "--day", DAY), "crawl.turn"),
        (("run", "--day", DAY), "crawl.link"),
        (("run", "--day", DAY), "crawl.draft"),
        (("run", "--day", DAY), "news.article"),
        (("run", "--day", DAY, "--only", "load"), "crawl.draft"),
        (("run", "--day", DAY, "--only", "dedup"), "news.fingerprint"),
        (("ingest", str(ROOT / "demo/demo.warc.gz")), "crawl.page"),
        (("verify",), "crawl.page"),
        (("export", "--day", DAY, "--format", "jsonl", "-o", "articles.jsonl"), "news.revision"),
    ],
    ids=["turn", "discovery", "extraction", "load", "load alone", "dedup alone", "ingest", "verify", "export"],
)
def test_while_the_database_keeps_it_waiting(warraq_home, database, arguments, table, tmp_path):
    """Postgres is asked by foreign code, in which no Python sees a signal."""
    (folder := tmp_path / "here").mkdir()
    with locked(database, table), running(*arguments, folder=folder, **DEMO) as process:
        until(lambda: waits_for_a_lock(database))
        stop(process, signal.SIGTERM)
    assert not list(folder.iterdir())


@contextmanager
def silent_site() -> Iterator[tuple[str, list[bytes]]]:
    """A site on loopback that takes requests and never answers: its host, and what it was asked."""
    asked: list[bytes] = []
    held = []

    def serve(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            held.append(connection)
            asked.append(connection.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", asked


def outlet(folder: Path, host: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    (folder / "raqib.toml").write_text(
        f'name = "الرقيب"\ncountry = "EG"\ntimezone = "Africa/Cairo"\nhosts = ["{host}"]\n'
        f'feeds = ["http://{host}/feed"]\n',
        "utf-8",
    )
    return {"WARRAQ_OUTLETS": str(folder), "WARRAQ_TEST_HOSTS": "127.0.0.1", "WARRAQ_CONTACT": "desk@raqib.tld"}


@pytest.mark.parametrize("arguments", [("run", "--day", DAY), ("outlets", "add", "safir")], ids=["run", "add"])
def test_while_a_site_keeps_it_waiting(warraq_home, tmp_path, arguments):
    with silent_site() as (host, asked):
        environment = outlet(tmp_path / "outlets", "raqib.invalid" if "add" in arguments else host)
        more = (f"http://{host}/",) if "add" in arguments else ()
        with running(*arguments, *more, **environment) as process:
            until(lambda: asked)
            stop(process, signal.SIGINT)
    assert not (tmp_path / "outlets/safir.toml").exists()


def test_a_signal_that_is_ignored_stays_so(warraq_home, database):
    """`nohup` and shells in the background ignore Ctrl-C for what they start."""
    ignore = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from pipelines.__main__ import main; main()"
    with locked(database, "crawl.page"), running("verify", code=ignore) as process:
        until(lambda: waits_for_a_lock(database))
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        stop(process, signal.SIGTERM)


@pytest.fixture
def sooner(tmp_path: Path) -> tuple[str, str]:
    """The code, and the folder of SQL, of a command that is taken for dead sooner."""
    folder = tmp_path / "sql"
    shutil.copytree(ROOT / "sql", folder)
    alone = (folder / "alone.sql").read_text("utf-8")
    assert "idle_in_transaction_session_timeout to '1min'" in alone
    (folder / "alone.sql").write_text(alone.replace("'1min'", "'2s'"), "utf-8")
    return SOONER, str(folder)


def test_a_crawler_that_stands_still_loses_its_outlet_and_writes_nothing_more(
    warraq, warraq_home, database, tmp_path, sooner
):
    code, sql = sooner
    with silent_site() as (host, asked):
        environment = outlet(tmp_path / "outlets", host)
        with running(sql, "run", "--day", DAY, code=code, **environment) as process:
            until(lambda: asked)
            process.send_signal(signal.SIGSTOP)
            environment = outlet(tmp_path / "outlets", "www.almanara.example") | {
                "WARRAQ_REPLAY": DEMO["WARRAQ_REPLAY"]
            }
            shutil.copy(ROOT / "demo/outlets/almanara.toml", tmp_path / "outlets/raqib.toml")
            taken = warraq("run", "--day", DAY, **environment)
            assert taken.returncode == 0, taken.stderr
            assert one(database, "select fence from crawl.turn") == 2
            before = one(database, _TOUCHED)
            process.send_signal(signal.SIGCONT)
            _, said = process.communicate(timeout=150)
    assert process.returncode == 75, said
    assert "raqib: another run has taken this outlet over" in said
    assert one(database, _TOUCHED) == before


_TOUCHED = """
select md5(string_agg(row::text, ' ' order by row::text)) from (
    select link_key, xmin::text from crawl.link union all select page_key, xmin::text from crawl.page
    union all select article_key, xmin::text from news.article
    union all select revision_key, xmin::text from news.revision
) as row
"""


def test_a_loader_that_stands_still_in_its_transaction_lets_the_next_one_in(warraq, warraq_home, database, sooner):
    code, sql = sooner
    two = ("--outlet", "almanara", "--outlet", "aldiwan")
    with running(sql, "run", "--day", DAY, *two, code=code, **DEMO) as process:
        with locked(database, "news.article", "share"):
            until(lambda: waits_for_a_lock(database))
            process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        other = warraq("run", "--day", DAY, "--outlet", "sahifat-assahel", **DEMO)
        assert other.returncode == 0, other.stderr
        assert time.monotonic() - began < 60
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 75, said
    assert "Traceback" not in said
    assert warraq("run", "--day", DAY, **DEMO).returncode == 0
    assert one(database, "select count(*) from news.article") == 42
    assert one(database, "select count(*) from news.copy") == 6


def test_a_server_that_stands_still_is_noticed(warraq_home, database, tmp_path, sooner):
    """The network acknowledges what it is sent, and nothing comes back."""
    code, sql = sooner
    proxy = Proxy(database)
    try:
        with silent_site() as (host, asked):
            environment = outlet(tmp_path / "outlets", host)
            with running(sql, "run", "--day", DAY, code=code, WARRAQ_DATABASE_URL=proxy.url, **environment) as process:
                until(lambda: asked)
                proxy.is_silent = True
                _, said = process.communicate(timeout=150)
        assert process.returncode in (1, 75), said
        assert "database" in said
        assert "Traceback" not in said
    finally:
        proxy.close()
