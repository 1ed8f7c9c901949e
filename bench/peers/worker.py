"""One library in a process of its own: `python -m bench.peers.worker NAME` answers a line of JSON with a line of JSON.

The first answer tells the version, when the library is loaded. Times are CPU seconds of this process.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import sys
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.peers.extractors import EXTRACTORS, Extractor, Given


def main() -> None:
    """Reads jobs from standard input until it ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # some libraries print
    name = sys.argv[1]
    extract = EXTRACTORS[name]()
    _say(answers, {"version": version(name)})
    for line in sys.stdin:
        _say(answers, _answer(extract, json.loads(line)))


def _answer(extract: Extractor, job: dict[str, Any]) -> dict[str, Any]:
    given = Given(job["url"], gzip.decompress(Path(job["file"]).read_bytes()), job["text"], job["gold"])
    gc.collect()
    started = time.process_time()
    try:
        found = asdict(extract(given))
    except Exception as error:  # whatever a library does is a finding
        found = {"error": f"{type(error).__name__}: {error}"[:200]}
    seconds = time.process_time() - started
    if found.get("published"):
        found["published"] = found["published"].isoformat()
    return {**found, "seconds": seconds}


def _say(stream: Any, answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer) + "\n")
    stream.flush()


if __name__ == "__main__":
    main()
