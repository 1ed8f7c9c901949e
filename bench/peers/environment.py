"""The benchmark's own environment: a folder of Python packages that the project neither needs nor sees."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from spiders.warehouse import home

HERE = Path(__file__).parent
_UV = [sys.executable, "-m", "uv"]


def environment() -> tuple[Path, dict[str, str]]:
    """The environment's Python, and why a peer is not in it; made at the first use, and when the pins change.

    It lies in WARRAQ_HOME/bench. Each peer is installed alone: one that cannot be does not keep out the others.
    """
    pins = HERE / "requirements.txt"
    folder = home() / "bench" / hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    python, done = folder / "bin" / "python", folder / "absent.json"
    if not done.exists():
        subprocess.run([*_UV, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
        absent = {}
        for line in (HERE / "requirements.in").read_text(encoding="utf-8").split():
            command = [*_UV, "pip", "install", "-q", "--python", str(python), "--constraint", str(pins), line]
            installed = subprocess.run(command, capture_output=True, text=True, check=False)
            if installed.returncode:
                absent[line.split("==")[0].split("[")[0]] = " ".join(installed.stderr.split())[:200]
        done.write_text(json.dumps(absent, ensure_ascii=False), encoding="utf-8")
    return python, json.loads(done.read_text(encoding="utf-8"))
