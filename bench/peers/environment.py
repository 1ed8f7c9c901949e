"""The benchmark's own environment: a folder of Python packages that the project neither needs nor sees."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from spiders.warehouse import home

HERE = Path(__file__).parent
_UV = [sys.executable, "-m", "uv"]


def environment() -> tuple[Path, dict[str, str]]:
    """The environment's Python, and why a peer is not in it; made at the first use, and when the pins change.

    It lies in WARRAQ_HOME/bench. Each peer is installed alone: one that cannot be does not keep out the others, and
    is tried again at the next use.
    """
    pins = HERE / "requirements.txt"
    folder = home() / "bench" / hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    python, done = folder / "bin" / "python", folder / "installed.txt"
    if not done.exists():
        subprocess.run([*_UV, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
        done.touch()
    installed, absent = done.read_text(encoding="utf-8").split(), {}
    for peer in (HERE / "requirements.in").read_text(encoding="utf-8").split():
        if peer in installed:
            continue
        command = [*_UV, "pip", "install", "-q", "--python", str(python), "--constraint", str(pins), peer]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            absent[re.split(r"[\[=]", peer)[0]] = re.sub(r"\w+://\S+", "…", " ".join(ran.stderr.split()))[:200]
        else:
            installed.append(peer)
    done.write_text("\n".join(installed) + "\n", encoding="utf-8")
    return python, absent
