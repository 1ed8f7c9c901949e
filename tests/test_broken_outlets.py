"""An outlet's file that cannot be used costs its own outlet: every command goes on with the others, and says so."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from pipelines import daily
from spiders.outlet import load_outlets

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo" / "demo.warc.gz"
DAY = date(2026, 11, 19)
WHOLE = """name = "الرقيب"
country = "EG"
timezone = "Africa/Cairo"
hosts = ["www.raqib.tld"]
feeds = ["https://www.raqib.tld/rss"]
"""
OFF = "enabled = false\n"
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "cut": ('name = "', "file: it cannot be read as TOML"),
    "lacks": (WHOLE.replace('country = "EG"\n', ""), "country: the key is missing"),
    "typo": (WHOLE.replace("feeds", "feedz"), "feedz: unknown key"),
    "empty": (WHOLE.replace('"EG"', '""'), "country: '' is not a country's code"),
    "cp1256": (WHOLE.encode("cp1256"), "file: it cannot be read as TOML"),
    "deep": (f"a = {'[' * 5000}", "file: it cannot be read as TOML"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's three outlets in a folder of the test's own, named in the environment."""
    folder = tmp_path / "outlets"
    shutil.copytree(ROOT / "demo" / "outlets", folder)
    monkeypatch.setenv("WARRAQ_OUTLETS", str(folder))
    return folder


def write(folder: Path, slug: str, text: str | bytes) -> None:
    (folder / f"{slug}.toml").write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_run_reads_the_good_ones_says_each_broken_file_once_and_is_red(warraq, folder):
    for slug in ("cut", "lacks", "typo"):
        write(folder, slug, BROKEN[slug][0])
    done = warraq("run", "--day", DAY, "--replay", DEMO, "--json")
    assert done.returncode == 1
    ran = json.loads(done.stdout)["outlets"]
    assert {slug for slug, report in ran.items() if report["exit_code"] == 0} == {
        "aldiwan", "almanara", "sahifat-assahel",
    }  # fmt: skip
    for slug in ("cut", "lacks", "typo"):
        assert done.stderr.count(f"{folder / slug}.toml: {BROKEN[slug][1]}") == 1
    reported = json.loads(warraq("report", "--day", DAY, "--json").stdout)
    by_slug = {outlet["outlet"]: outlet for outlet in reported["outlets"]}
    assert by_slug["aldiwan"]["articles"] > 10
    assert by_slug["lacks"]["ended"] == "failed"
    assert "country: the key is missing" in by_slug["lacks"]["failures"][0]
    again = warraq("crawl", "--day", DAY, "--replay", DEMO)
    assert (again.returncode, again.stderr.count("lacks.toml")) == (1, 1)


def test_named_outlets_are_read_as_if_the_others_were_not_there(warraq, folder):
    write(folder, "lacks", BROKEN["lacks"][0])
    write(folder, "typo", BROKEN["typo"][0])
    good = warraq("crawl", "--day", DAY, "--replay", DEMO, "--outlet", "aldiwan")
    assert (good.returncode, good.stderr) == (0, "")
    both = warraq("crawl", "--day", DAY, "--replay", DEMO, "--outlet", "aldiwan", "--outlet", "typo", "--json")
    assert both.returncode == 1
    assert {slug: report["exit_code"] for slug, report in json.loads(both.stdout)["outlets"].items()} == {
        "aldiwan": 0, "typo": 1,
    }  # fmt: skip
    assert "lacks" not in both.stderr
    only = warraq("crawl", "--day", DAY, "--replay", DEMO, "--outlet", "typo")
    assert only.returncode == 2
    assert "typo.toml: feedz: unknown key" in only.stderr
    unknown = warraq("crawl", "--day", DAY, "--replay", DEMO, "--outlet", "nobody")
    assert unknown.returncode == 2
    assert "no outlet named nobody" in unknown.stderr


def test_a_draft_that_is_switched_off_is_said_and_makes_no_run_red(warraq, folder):
    write(folder, "draft", OFF + str(BROKEN["empty"][0]))
    done = warraq("crawl", "--day", DAY, "--replay", DEMO, "--outlet", "aldiwan", "--outlet", "draft")
    assert done.returncode == 1  # who names it wants it read
    done = warraq("crawl", "--day", DAY, "--replay", DEMO)
    assert (done.returncode, done.stderr.count("draft.toml: country:")) == (0, 1)


def test_other_commands_work_beside_a_broken_file(warraq, folder, tmp_path):
    for slug, (text, _) in BROKEN.items():
        write(folder, slug, text)
    listed = warraq("outlets", COLUMNS="200")
    assert listed.returncode == 0
    shown = json.loads(warraq("outlets", "--json").stdout)
    told = {outlet["slug"]: outlet["broken"] for outlet in shown if "broken" in outlet}
    assert sorted(told) == sorted(BROKEN)
    assert len(shown) == 3 + len(BROKEN)
    for slug, sentence in told.items():
        assert BROKEN[slug][1] in sentence
        assert listed.stdout.count(f"{slug}.toml: ") == 1
    taken = warraq("ingest", DEMO)
    assert taken.returncode == 0, taken.stderr
    article = json.loads(warraq("search", "القمح", "--limit", "1", "--json").stdout)[0]
    page = tmp_path / "page.html"
    page.write_text("<title>خبر</title><article><h1>خبر</h1><p>أعلنت الهيئة العامة للموانئ أمس بدء العمل.</p>", "utf-8")
    for command in (
        ("diff", article["url"]), ("extract", page, "--url", article["url"]), ("report", "--day", DAY),
        ("export", "--day", DAY, "-o", tmp_path / "day.jsonl"), ("verify",),
    ):  # fmt: skip
        done = warraq(*command)
        assert done.returncode == 0, done.stderr
        assert all(done.stderr.count(f"{slug}.toml") <= 1 for slug in BROKEN)
    stranger = json.loads(warraq("extract", page, "--url", article["url"], "--json").stdout)
    assert stranger["outlet"] in ("aldiwan", "almanara", "sahifat-assahel")


def test_of_two_that_claim_a_host_the_one_that_is_on_keeps_it(tmp_path):
    write(tmp_path, "raqib", WHOLE)
    write(tmp_path, "copy", OFF + WHOLE.replace("www.raqib.tld", "m.raqib.tld"))
    write(tmp_path, "diwan", WHOLE.replace("raqib", "diwan"))
    outlets = load_outlets(tmp_path)
    assert set(outlets) == {"raqib", "diwan"}
    assert list(outlets.broken) == ["copy"]
    assert outlets.broken["copy"].is_off
    assert "m.raqib.tld already belongs to the outlet raqib, which is switched on" in str(outlets.broken["copy"])


@pytest.mark.parametrize("switch", ["", OFF], ids=["both on", "both off"])
def test_where_that_does_not_tell_neither_is_read_and_both_are_told(tmp_path, switch):
    write(tmp_path, "raqib", switch + WHOLE)
    write(tmp_path, "raqib2", switch + WHOLE.replace("www.raqib.tld", "raqib.tld"))
    write(tmp_path, "diwan", WHOLE.replace("raqib", "diwan"))
    outlets = load_outlets(tmp_path)
    assert list(outlets) == ["diwan"]
    assert sorted(outlets.broken) == ["raqib", "raqib2"]
    assert "raqib.tld already belongs to the outlet raqib, so none of them is read" in str(outlets.broken["raqib2"])
    assert "already belongs to the outlet raqib2" in str(outlets.broken["raqib"])


def test_what_is_broken_otherwise_claims_no_host(tmp_path):
    write(tmp_path, "raqib", WHOLE)
    write(tmp_path, "unfinished", WHOLE.replace('country = "EG"\n', ""))
    outlets = load_outlets(tmp_path)
    assert (list(outlets), list(outlets.broken)) == (["raqib"], ["unfinished"])


def test_a_folder_of_nothing_but_broken_files_is_an_impossible_request(warraq, tmp_path):
    folder = tmp_path / "only"
    folder.mkdir()
    write(folder, "lacks", BROKEN["lacks"][0])
    write(folder, "cut", BROKEN["cut"][0])
    for command in (("outlets",), ("run", "--day", DAY), ("ingest", DEMO)):
        done = warraq(*command, WARRAQ_OUTLETS=str(folder))
        assert done.returncode == 2
        assert [done.stderr.count(f"{slug}.toml") for slug in ("cut", "lacks")] == [1, 1]


def test_the_daily_run_says_what_it_does_without(warraq_home, tmp_path, monkeypatch):
    write(tmp_path, "raqib", WHOLE)
    write(tmp_path, "lacks", BROKEN["lacks"][0])
    monkeypatch.setenv("WARRAQ_OUTLETS", str(tmp_path))
    monkeypatch.setenv("WARRAQ_CONTACT", "desk@raqib.tld")
    daily.switch(on=True)
    said = " ".join(daily.sentences())
    assert "reads the previous day from raqib." in said
    assert "country: the key is missing" in said
