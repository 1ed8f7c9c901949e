"""The embedded Postgres of a data folder: made, started, repaired and stopped. Nobody else gets in.

Its socket lies in the data folder, which only the server's account can enter. There is no port. The system says who
connects (`peer`), and only root and that account are let in. For root the account is one without rights; it runs with
the data folder as its working folder, so that the folders above may stay closed to it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]

from spiders.errors import WarraqError
from spiders.unprivileged import Account, NoAccount, account_for, programs_for

VERSION = "18"
CTYPE = "C.UTF-8" if sys.platform == "linux" else "UTF-8"  # full-text search asks the system what a letter is
PORT = 5432  # no port of the network: a part of the socket's name
SETTINGS = (
    "listen_addresses=",
    f"port={PORT}",
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    "shared_buffers=512MB",  # Postgres's own 128 MB are too few for the indexes of a million articles
)
PATIENCE = 300  # seconds that a server may take to recover from a crash
_SOCKET = f".s.PGSQL.{PORT}"
_LONGEST_ADDRESS = 107 if sys.platform == "linux" else 103  # bytes of a socket's path
_PROGRAMS = ("postgres", "initdb", "pg_ctl")
_OF_POSTGRES = re.compile(
    r"pg_|postgresql\.|postmaster\.|PG_VERSION$|base$|global$|log$|\.pg_|\.s\.PGSQL|\.handle_pids"
)
_DOORS = """\
# Written by Warraq at every start; what is changed here is lost.
# The system says who connects, and pg_ident.conf who may.
local all all peer map=warraq
"""


class EmbeddedFailed(WarraqError):
    """The embedded Postgres cannot be made, started or stopped; the message says why, or names the log."""


class EmbeddedBusy(EmbeddedFailed):
    """The embedded Postgres takes long to start, because it recovers from a crash."""

    exit_code = 75


def start(data: Path) -> str:
    """Starts the server of a data folder, made where it is missing, and gives the URL of its database `postgres`.

    A server that an earlier version left open to others is closed to them. Raises EmbeddedFailed.
    """
    _check_owner(data)
    if not _is_ready(data):
        with _alone(data) as account:
            _wait_while_it_starts(data)
            if not _is_ready(data):
                _end(data)
                _make(data, account)
                _run(data, account)
    return f"postgresql://postgres:@/postgres?host={quote(str(_door(data)))}&port={PORT}"


def stop(data: Path) -> bool:
    """Stops the server, and says whether one ran."""
    _check_owner(data)
    if not data.is_dir() or not _processes(data):
        return False
    with _alone(data):
        _end(data)
    if (door := _door(data)) != data:
        door.unlink()
    return True


def _check_owner(data: Path) -> None:
    """Refuses a folder of somebody else's, and for root a link that somebody else could point anywhere."""
    with suppress(FileNotFoundError):
        owner = data.lstat().st_uid
        if owner != os.geteuid() and (os.geteuid() or data.is_symlink()):
            raise EmbeddedFailed(
                f"{data} belongs to another user (number {owner}). Run Warraq as the user who made it, "
                "or name another folder in WARRAQ_HOME."
            )


def _is_ready(data: Path) -> bool:
    """Whether a server runs that answers, has our settings, and lets in nobody but whom we would."""
    if _postmaster(data) is None or _status(data) != "ready":
        return False
    options = _text(data / "postmaster.opts")
    has_settings = all(f'"{setting}"' in options for setting in SETTINGS)
    return has_settings and all(_text(data / name) == text for name, text in _doors(account_for(data)).items())


def _doors(account: Account) -> dict[str, str]:
    """The files that say who comes in. Root is always let in, for it could become the account."""
    may_enter = sorted({pwd.getpwuid(0).pw_name, account.name})
    return {"pg_hba.conf": _DOORS, "pg_ident.conf": "".join(f'warraq "{name}" all\n' for name in may_enter)}


def _status(data: Path) -> str:
    return "".join(_text(data / "postmaster.pid").splitlines()[7:8]).strip()


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _postmaster(data: Path) -> psutil.Process | None:
    """The living server. Its file may name a dead process, or a stranger that was given the number since."""
    first = _text(data / "postmaster.pid").partition("\n")[0]
    with suppress(psutil.Error, ValueError):
        process = psutil.Process(int(first))
        return process if _is_at_work(process, data) else None
    return None


def _is_at_work(process: psutil.Process, data: Path) -> bool:
    """Whether a process is one of Postgres's, alive, in a data folder."""
    with suppress(psutil.Error, OSError):
        return process.name() in _PROGRAMS and Path(process.cwd()).samefile(data)
    return False


def _processes(data: Path) -> list[psutil.Process]:
    """Postgres's processes in a data folder, also those that outlived their server or the command that began them."""
    return [process for process in psutil.process_iter() if _is_at_work(process, data)]


@contextmanager
def _alone(data: Path) -> Iterator[Account]:
    """One start or stop of a data folder at a time, which belongs to its account when the block begins."""
    data.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        account = account_for(data)
        if account.switch and (owner := os.fstat(lock).st_uid) != account.uid:
            if not owner and _entries(data):
                raise EmbeddedFailed(f"{data} belongs to root. Give it to {account.name} with `chown -R`.")
            _end(data)
            _hand_over(data, account)
        yield account
    finally:
        os.close(lock)


def _hand_over(data: Path, account: Account) -> None:
    """Gives the account the data folder with all that is in it. Raises NoAccount where root may not."""
    try:
        for folder, folders, files in os.walk(data):
            for name in (*folders, *files):
                os.chown(Path(folder, name), account.uid, account.gid, follow_symlinks=False)
        os.chown(data, account.uid, account.gid)
    except PermissionError as error:
        raise NoAccount(f"{error.filename}: {error.strerror}") from error


def _wait_while_it_starts(data: Path) -> None:
    if not _wait(PATIENCE, lambda: _postmaster(data) is None or _status(data) == "ready"):
        raise EmbeddedBusy(f"The embedded Postgres in {data} is still starting or stopping; try again later.")


def _end(data: Path) -> None:
    """Stops the server, and ends what was left of one that was killed: it would keep the next one from starting."""
    if postmaster := _postmaster(data):
        postmaster.send_signal(signal.SIGINT)
        _wait(60, lambda: not _is_at_work(postmaster, data))
    for process in (left := _processes(data)):
        with suppress(psutil.Error):
            process.kill()
    _wait(10, lambda: not any(_is_at_work(process, data) for process in left))
    for name in ("postmaster.pid", _SOCKET, f"{_SOCKET}.lock"):
        (data / name).unlink(missing_ok=True)


def _wait(seconds: float, is_done: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not (done := is_done()) and time.monotonic() < end:
        time.sleep(0.02)
    return done


def _make(data: Path, account: Account) -> None:
    """Makes the databases where there are none, or where `initdb` was killed, and says who comes in."""
    if _is_unused(data):
        _empty(data)
        _initdb(data, account)
    elif (version := _text(data / "PG_VERSION").strip()) != VERSION:
        raise EmbeddedFailed(
            f"{data} was made by PostgreSQL {version or 'of an unknown version'}, and this Warraq brings {VERSION}. "
            "Move the folder away, and load the archive anew with `warraq ingest`."
        )
    data.chmod(0o700)
    for name, text in _doors(account).items():
        _write(data / name, text, account)


def _is_unused(data: Path) -> bool:
    """Whether a folder holds no more than `initdb` makes: no server ever ran in it, or it was not made whole."""
    databases = {path.name for path in (data / "base").glob("[0-9]*")}
    has_run = (data / "postmaster.opts").exists() and (data / "base/5/PG_VERSION").exists()
    return not has_run and databases <= {"1", "4", "5"}  # template1, template0, postgres


def _entries(data: Path) -> list[Path]:
    """What is in a data folder. Raises EmbeddedFailed for what Postgres did not put there."""
    found = list(data.iterdir())
    if strange := [path for path in found if not _OF_POSTGRES.match(path.name)]:
        raise EmbeddedFailed(f"{strange[0]} lies where the embedded Postgres keeps its data; move it away.")
    return found


def _empty(data: Path) -> None:
    for path in _entries(data):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _initdb(data: Path, account: Account) -> None:
    # Sorts and folds by code point, the same on every machine; never the plain C, which knows no Arabic.
    locale = ("--no-locale", f"--lc-ctype={CTYPE}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    options = ("--username=postgres", "--encoding=UTF8", *locale, "--auth-local=peer", "--auth-host=reject")
    done = _postgres("initdb", options, data, account)
    if done.returncode:
        raise _failed(f"The embedded Postgres could not be made in {data}", done.stderr)


def _run(data: Path, account: Account) -> None:
    settings = " ".join(f"-c {setting}" for setting in SETTINGS)
    options = ("start", "--wait", f"--timeout={PATIENCE}", "--silent", "-l", "log", "-o", settings)
    done = _postgres("pg_ctl", options, data, account)
    if done.returncode and _postmaster(data):
        _wait_while_it_starts(data)
    elif done.returncode:
        fatal = [line for line in _text(data / "log").splitlines() if re.search("FATAL|PANIC|postgres: ", line)]
        raise _failed(f"The embedded Postgres did not start; {data / 'log'} says why", *fatal[-1:])


def _failed(sentence: str, *said: str) -> EmbeddedFailed:
    lines = "\n".join(said).strip().splitlines()
    failure = EmbeddedFailed(f"{sentence} ({lines[-1].strip()})." if lines else f"{sentence}.")
    if any("No space left on device" in line for line in lines):
        failure.exit_code = 3
    return failure


def _postgres(name: str, options: tuple[str, ...], data: Path, account: Account) -> subprocess.CompletedProcess[str]:
    """Runs a program of Postgres's under the account, in the data folder; it sees nothing of our environment."""
    # By this path a process reaches its working folder though the folders above are closed to it.
    where = "/proc/self/cwd" if account.switch and sys.platform == "linux" else str(data)
    zone = {"TZ": os.environ["TZ"]} if "TZ" in os.environ else {}
    return subprocess.run(
        [programs_for(account) / name, "-D", where, *options],
        cwd=data, env={"PATH": os.defpath, "LC_ALL": "C", **zone}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, **account.switch,
    )  # fmt: skip


def _write(file: Path, text: str, account: Account) -> None:
    """Writes a file of the account's, never through a link that the account may have put there."""
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        if account.switch:
            os.fchown(descriptor, account.uid, account.gid)
        stream.write(text)
    new.replace(file)


def _door(data: Path) -> Path:
    """The data folder as clients name it: where its own name is no address of a socket, by a link of ours to it."""
    if _is_address(data):
        return data
    name = f"warraq-{os.geteuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    for door in (Path(tempfile.gettempdir(), name), Path("/tmp", name)):  # noqa: S108
        with suppress(OSError):
            if not door.is_symlink():
                door.symlink_to(data)
            if _is_address(door) and door.lstat().st_uid == os.geteuid():
                return door
    raise EmbeddedFailed(
        f"{data} is too long for the address of a socket, and there can be no link to it in {tempfile.gettempdir()}. "
        "Set TMPDIR to a folder of your own with a short name."
    )


def _is_address(folder: Path) -> bool:
    """Whether a folder can be named to a client: a comma would part two hosts."""
    return len(os.fsencode(folder / _SOCKET)) <= _LONGEST_ADDRESS and "," not in str(folder)
