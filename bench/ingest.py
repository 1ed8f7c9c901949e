"""How fast `warraq ingest` takes a recording: `python bench/ingest.py [WARC]` prints pages per second and peak memory.

The recording is ingested into a warehouse of its own in a temporary folder, with the schema made beforehand.
Memory is the largest resident set of any one process of the command, the parent or an extraction child.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    data = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared")) / "data/site/site.warc.gz"
    recording = Path(sys.argv[1]) if len(sys.argv) > 1 else data
    command = [sys.executable, "-m", "pipelines"]
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as home:
        env = {**os.environ, "WARRAQ_HOME": home, "WARRAQ_DATABASE_URL": ""}
        try:
            subprocess.run([*command, "db", "migrate"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
            started = time.monotonic()
            ingest = [*command, "ingest", str(recording), "--json"]
            done = subprocess.run(ingest, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
            seconds = time.monotonic() - started
        finally:
            subprocess.run([*command, "db", "stop"], cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL)
    n_pages = json.loads(done.stdout)["new_pages"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("| pages | seconds | pages per second | peak memory of a process |")
    print("| --- | --- | --- | --- |")
    print(f"| {n_pages} | {seconds:.1f} | {n_pages / seconds:.1f} | {peak:.0f} MiB |")


if __name__ == "__main__":
    main()
