"""Other users of this machine, for tests that try to get in; only root can become them."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable

import pytest


def need_root() -> None:
    """Skips a test that must become another user."""
    if os.geteuid():
        pytest.skip("only root can become another user, and this is not root")


def as_user(who: str | int, action: Callable[[], object]) -> str:
    """What an action gives, or the name of its exception and what that says, in a child that has become a user.

    `who` is a name, or the number of a user who may have none.
    """
    uid = pwd.getpwnam(who).pw_uid if isinstance(who, str) else who
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            answer = str(action())
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(writing, answer.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read().decode()
    os.waitpid(child, 0)
    return answer
