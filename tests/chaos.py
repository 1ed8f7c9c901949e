"""Chaos: live runs that are killed, stopped, robbed of Postgres or run twice at once end like one undisturbed run.

    python -m tests.chaos [--part sigkill|sigterm|postgres|pairs]... [--seed N] [--scale X]

The disturbances are shared between two webs that are served live beside each other: the demo's, and two outlets of
the recorded one, where that lies beside the checkout. Each trial is a warehouse of its own: a day is run live,
disturbed a few times, and then run to its end. It must have the `texts` digest of the undisturbed run and a sound
archive, must have lost no page by the server's own log, and must have asked for nothing twice but what a disturbance
can cost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import psycopg2

from spiders.batch import SECONDS as BATCH_SECONDS
from spiders.outlet import load_outlets
from spiders.settings import HOST_DELAY
from spiders.stopping import SENTENCE
from tests.live_site import Asked, LiveSite, captures, served

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-11-19"
LONGEST = 600.0  # seconds of a run that nobody disturbs
PROMISE, SLACK = 5.0, 3.0  # seconds to a stop, and what a slow machine may add to any bound
# Disturbances in all, and in one trial.
PARTS = {"sigkill": (100, 10), "sigterm": (40, 8), "postgres": (20, 5), "pairs": (30, 1)}


class Broken(AssertionError):
    """Something that a disturbed run must keep, and did not; the seed and the trial make it happen again."""


@dataclass(kw_only=True, slots=True)
class Undisturbed:
    """What one run without disturbance gave: its digest, how often it asked for each address, and which of these are
    pages, and which documents: feeds, sitemaps, sections and robots.txt.
    """

    texts: str
    asked: Counter[str]
    pages: set[str]
    documents: set[str]
    seconds: float


@dataclass(kw_only=True, slots=True)
class Trial:
    """A warehouse in a folder of its own, and when it was disturbed."""

    site: LiveSite
    folder: Path
    rng: random.Random
    usual: Undisturbed | None = None
    moments: list[float] = field(default_factory=list)
    n_runs: int = 0
    first: int = 0  # place in the server's log

    def __post_init__(self) -> None:
        self.first = len(self.site.log)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}
        mine = {"WARRAQ_HOME": str(self.folder), "WARRAQ_CONTACT": "desk@raqib.tld"}
        return inherited | self.site.environment | mine

    @property
    def log(self) -> Sequence[Asked]:
        return self.site.log[self.first :]

    def start(self) -> subprocess.Popen[str]:
        """Starts the day's run, as Airflow does."""
        self.n_runs += 1
        return subprocess.Popen(
            command("run", "--day", DAY), cwd=ROOT, env=self.environment, start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def call(self, *arguments: str) -> str:
        done = subprocess.run(
            command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Broken(
                f"warraq {' '.join(arguments)} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr}"
            )
        return done.stdout

    def run_to_its_end(self) -> None:
        """Runs the day again and again until nothing is left to do."""
        for _ in range(5):
            process = self.start()
            _, said = process.communicate(timeout=LONGEST)
            if process.returncode == 0:
                return
            if process.returncode != 75 or "Traceback" in said:
                raise Broken(f"the last run ended with {process.returncode}: {said}")
            time.sleep(1)
        raise Broken(f"the day does not end: {said}")

    def disturbed(self) -> None:
        self.moments.append(time.time())

    def check(self) -> None:
        """Everything that must hold after all disturbances."""
        found = json.loads(self.call("verify", "--json"))
        if not found["is_sound"]:
            raise Broken(f"the warehouse is not sound: {found['broken']}")
        if self.usual and found["texts"] != self.usual.texts:
            raise Broken("the texts are other ones than those of an undisturbed run")
        self.check_nothing_lost()
        self.check_gaps()
        if self.usual:
            self.check_repeats(self.usual)

    def check_nothing_lost(self) -> None:
        """Every page that the server sent is in the archive."""
        if self.usual and (lost := (self.sent() & self.usual.pages) - self.archived()):
            raise Broken(f"{len(lost)} pages were sent and are not in the archive: {sorted(lost)[:3]}")

    def sent(self) -> set[str]:
        return {self.site.url_of(one) for one in self.log if one.status == 200}

    def archived(self) -> set[str]:
        return self.addresses("select final_url from crawl.page")

    def documents(self) -> set[str]:
        """What was asked for that is no link, nor where a link led to."""
        locations = {value for one in self.log for name, value in one.answer[1] if name.lower() == "location"}
        links = self.addresses("select coalesce(listed_url, url) from crawl.link")
        return {self.site.url_of(one) for one in self.log} - links - locations - self.archived()

    def addresses(self, sql: str) -> set[str]:
        with closing(psycopg2.connect(self.call("db", "url").strip())) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return {url for (url,) in cursor}

    def check_gaps(self) -> None:
        moments: dict[str, list[float]] = defaultdict(list)
        for one in self.log:
            moments[one.host].append(one.at)
        for host, found in moments.items():
            if found[1:] and (least := min(b - a for a, b in pairwise(sorted(found)))) < HOST_DELAY:
                raise Broken(f"two requests to {host} were {least:.3f} s apart")

    def check_repeats(self, usual: Undisturbed) -> None:
        """A page is asked for again only where a disturbance came within moments of its answer."""
        before: dict[str, list[float]] = defaultdict(list)
        for one in self.log:
            before[self.site.url_of(one)].append(one.at)
        for url, moments in before.items():
            is_document = url in usual.documents and not url.endswith("/robots.txt")
            again = len(moments) - max(usual.asked[url], 1) * (self.n_runs if is_document else 1)
            excused = sum(self.is_excused(moment) for moment in moments)
            if again > excused:
                raise Broken(f"{url} was asked for {len(moments)} times, of which {excused} were cut off")

    def is_excused(self, moment: float) -> bool:
        return any(0 <= end - moment <= BATCH_SECONDS + SLACK for end in self.moments)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipelines", *arguments]


def sigkill(trial: Trial) -> None:
    """A SIGKILL at a moment that was drawn."""
    process = trial.start()
    wait(trial, process)
    process.kill()
    process.communicate()
    trial.disturbed()


def sigterm(trial: Trial) -> None:
    """A SIGTERM, to the process or to its group; the promise is kept: soon, one sentence, 75."""
    process = trial.start()
    wait(trial, process)
    began = time.monotonic()
    with suppress(ProcessLookupError):
        (os.killpg if trial.rng.random() < 0.5 else os.kill)(process.pid, signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    took = time.monotonic() - began
    trial.disturbed()
    if process.returncode == 0:
        return  # it had ended before
    if process.returncode != 75 or "Traceback" in said or said.strip().splitlines()[-1] != SENTENCE:
        # Before its first line of ours a process knows no better.
        if process.returncode == -signal.SIGTERM and not said:
            return
        raise Broken(f"a run that was stopped ended with {process.returncode}: {said}")
    if took > PROMISE + SLACK:
        raise Broken(f"a run that was stopped took {took:.1f} s to end")


def postgres(trial: Trial) -> None:
    """The database is killed: the run says so and ends; the next command starts it again."""
    process = trial.start()
    wait(trial, process)
    with suppress(OSError, ValueError):
        os.kill(int((trial.folder / "postgres/postmaster.pid").read_text("ascii").split()[0]), signal.SIGKILL)
    trial.disturbed()
    _, said = process.communicate(timeout=LONGEST)
    trial.disturbed()
    if process.returncode not in (0, 1, 75) or "Traceback" in said:
        raise Broken(f"a run whose Postgres was killed ended with {process.returncode}: {said}")


def pairs(trial: Trial) -> None:
    """Two runs of one day at once, the second a moment later."""
    first = trial.start()
    time.sleep(trial.rng.uniform(0, 8))
    second = trial.start()
    for process in (first, second):
        _, said = process.communicate(timeout=2 * LONGEST)
        if process.returncode not in (0, 75) or "Traceback" in said:
            raise Broken(f"one of two runs at once ended with {process.returncode}: {said}")


DISTURBANCES: dict[str, Callable[[Trial], None]] = {
    "sigkill": sigkill, "sigterm": sigterm, "postgres": postgres, "pairs": pairs,
}  # fmt: skip

# What a run is waited for before it is disturbed, so that every stage is met as often as the long crawl.
_STAGES = {
    "a page is archived": "select exists (select from crawl.page)",
    "pages are extracted": "select exists (select from crawl.draft)",
    "a load is under way": "select exists (select from pg_locks where locktype = 'advisory' and granted)",
    "an outlet is loaded": "select exists (select from ops.run where finished_at is not null)",
}


def wait(trial: Trial, process: subprocess.Popen[str]) -> None:
    """Waits for a moment of the run that is drawn: a number of seconds, or a stage and a little more."""
    usual = trial.usual.seconds if trial.usual else 20.0
    if trial.rng.random() < 0.5:
        wait_for_seconds(process, trial.rng.uniform(0, usual))
        return
    wait_for_stage(trial, process, trial.rng.choice(list(_STAGES.values())), usual)
    wait_for_seconds(process, trial.rng.choice([0.0, 0.01, 0.1, 1.0]) * trial.rng.random())


def wait_for_seconds(process: subprocess.Popen[str], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        time.sleep(0.005)


def wait_for_stage(trial: Trial, process: subprocess.Popen[str], sql: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    url = f"postgresql:///warraq?host={trial.folder}/postgres&user=postgres"
    while time.monotonic() < end and process.poll() is None:
        with suppress(psycopg2.Error), closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            while time.monotonic() < end and process.poll() is None:
                cursor.execute(sql)
                if cursor.fetchone() == (True,):
                    return
                time.sleep(0.005)
        time.sleep(0.05)


@contextmanager
def home() -> Iterator[Path]:
    """A WARRAQ_HOME of a trial's own, whose Postgres is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
        try:
            yield Path(folder)
        finally:
            subprocess.run(
                command("db", "stop"), cwd=ROOT, env={**os.environ, "WARRAQ_HOME": folder},
                capture_output=True, check=False,
            )  # fmt: skip


def undisturbed(site: LiveSite) -> Undisturbed:
    """One run from end to end."""
    with home() as folder:
        trial = Trial(site=site, folder=folder, rng=random.Random(0))
        trial.call("db", "migrate")
        began = time.monotonic()
        trial.run_to_its_end()
        seconds = time.monotonic() - began
        trial.check()
        return Undisturbed(
            texts=json.loads(trial.call("verify", "--json"))["texts"],
            asked=Counter(site.url_of(one) for one in trial.log),
            pages=trial.archived(), documents=trial.documents(), seconds=seconds,
        )  # fmt: skip


def disturb(site: LiveSite, usual: Undisturbed, part: str, n: int, seed: str) -> None:
    """One trial with some disturbances of a kind. Raises Broken."""
    with home() as folder:
        trial = Trial(site=site, folder=folder, rng=random.Random(seed), usual=usual)
        trial.call("db", "migrate")
        try:
            for _ in range(n):
                DISTURBANCES[part](trial)
            trial.run_to_its_end()
            trial.check()
        except Broken as error:
            raise Broken(f"{part}, seed {seed}: {error}") from error


def trials(part: str, scale: float) -> list[int]:
    """How many disturbances each trial of a part has."""
    total, size = PARTS[part]
    total = max(1, round(total * scale))
    return [min(size, total - done) for done in range(0, total, size)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Web:
    """A recording to serve, the folder of its outlets, how many of them, and its share of the disturbances."""

    name: str
    recording: Path
    outlets: Path
    most: int = 100
    share: float = 1.0


def webs() -> list[Web]:
    demo = Web(name="demo", recording=ROOT / "demo/demo.warc.gz", outlets=ROOT / "demo/outlets")
    shared = Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared")) / "data/site/site.warc.gz"
    if not shared.exists():
        print("the recorded web lies not beside the checkout: the demo's is disturbed alone", flush=True)
        return [demo]
    recorded = Web(name="recorded", recording=shared, outlets=ROOT / "spiders/outlets", most=2, share=0.4)
    return [replace(demo, share=0.6), recorded]


def disturb_web(web: Web, parts: Sequence[str], seed: int, scale: float) -> int:
    """All trials on one web, and how many of them were broken."""
    broken = 0
    with tempfile.TemporaryDirectory() as folder, served(web.recording, few_of(web, folder), Path(folder)) as site:
        usual = undisturbed(site)
        print(f"{web.name}: undisturbed {usual.seconds:.0f} s, {usual.asked.total()} requests", flush=True)
        for part in parts:
            began, sizes = time.monotonic(), trials(part, scale * web.share)
            for number, n in enumerate(sizes):
                try:
                    disturb(site, usual, part, n, f"{seed}-{web.name}-{part}-{number}")
                except Broken as error:
                    broken += 1
                    print(f"BROKEN {web.name}: {error}", flush=True)
            print(f"{web.name}: {sum(sizes)} {part} in {time.monotonic() - began:.0f} s", flush=True)
    return broken


def few_of(web: Web, folder: str) -> Path:
    """A folder with the first outlets that the recording holds."""
    chosen = Path(folder) / "chosen"
    chosen.mkdir()
    hosts = {host for host, _ in captures(web.recording)}
    fitting = [o.slug for o in load_outlets(web.outlets).values() if hosts & set(o.hosts)]
    for slug in fitting[: web.most]:
        shutil.copy(web.outlets / f"{slug}.toml", chosen)
    return chosen


def main() -> None:
    """Disturbs all webs at once, and says how many trials ended as they should."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=list(PARTS), help="by default all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--scale", type=float, default=1.0, help="how many of the disturbances, as a share")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    parts = options.part or list(PARTS)
    with ThreadPoolExecutor() as threads:
        running = [threads.submit(disturb_web, web, parts, options.seed, options.scale) for web in webs()]
        broken = sum(each.result() for each in running)
    print("one texts digest, no page lost" if not broken else f"{broken} trials are broken", flush=True)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
