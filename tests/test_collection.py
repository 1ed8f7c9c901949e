"""The tests are the same ones whenever they are collected: workers of one run start in different seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def collecting(**changed: str) -> subprocess.Popen[str]:
    """Lists the ids of all tests and doctests in a process of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | changed
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ids(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said[-3000:]
    return [line for line in said.splitlines() if "::" in line]


def test_another_second_and_another_hash_seed_collect_the_same_tests() -> None:
    first = collecting(PYTHONHASHSEED="1", TZ="UTC")
    time.sleep(1.1)
    second = collecting(PYTHONHASHSEED="2", TZ="Pacific/Kiritimati")
    found, again = ids(first), ids(second)
    assert len(found) > 1000
    assert [pair for pair in zip(found, again, strict=False) if pair[0] != pair[1]] == []
    assert len(found) == len(again)
    assert len(set(found)) == len(found)
