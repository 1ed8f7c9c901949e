"""The history of an article is shown word by word, to people with and without colours, and to programs."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from pipelines import diff
from pipelines.diff import history, print_history
from pipelines.word_diff import MOST_PAIRS, Piece, body_diff, word_diff
from spiders.errors import ImpossibleRequest
from spiders.urls import canonicalize, link_key

ROOT = Path(__file__).resolve().parents[1]
URL = "https://www.alburhan.example/خبر/7"
KEY = link_key(canonicalize(URL))
FIRST = ("ترميم الرصيف يبدأ غدا", ["تبدأ الأعمال صباح الغد.", "ويشارك فيها ستون عاملا من المدينة.", "والطريق مفتوح."])
SECOND = ("ترميم الرصيف يتأجل", ["تبدأ الأعمال صباح الغد.", "ويشارك فيها تسعون عاملا من المدينة.", "وأغلق الجسر."])


@pytest.fixture
def article(connection, database):
    """Inserts an article with some versions (title, body, modified_at), a day apart."""

    def insert(*versions: tuple[str, list[str], datetime | None]) -> None:
        with connection, connection.cursor() as cursor:
            for number, (title, body, modified_at) in enumerate(versions, 1):
                seen_at = datetime(2026, 11, 18 + number, 12, tzinfo=UTC)
                cursor.execute(
                    "insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at,"
                    " canonical_url, title, body, modified_at, authors, agencies, tags)"
                    " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, '{}', '{}', '{}')",
                    (bytes([number] * 32), KEY, bytes([number]), seen_at, seen_at, URL, title, body, modified_at),
                )
            cursor.execute(
                "insert into news.article (article_key, outlet, url, revision_key, search)"
                " values (%s, 'alburhan', %s, %s, '')",
                (KEY, canonicalize(URL), bytes([len(versions)] * 32)),
            )

    return insert


def test_a_diff_gives_both_texts_back():
    old, new = FIRST[1], [*SECOND[1], "", "خبر  عاجل"]
    pieces = body_diff(old, new)
    for text, kind in ((old, "removed"), (new, "added")):
        kept = [" ".join(piece.text for piece in line if piece.kind in ("same", kind)) for line in pieces]
        assert [" ".join(line.split()) for line in kept if line] == [
            " ".join(paragraph.split()) for paragraph in text if paragraph
        ]


def test_however_paragraphs_are_divided_and_moved_no_word_is_lost():
    random = Random(7)
    for _ in range(500):
        words = [random.choice("أبجد") for _ in range(random.randrange(12))]
        old, new = ([" ".join(words[a:b]) for a, b in pairwise(_cuts(random, words))] for _ in range(2))
        random.shuffle(new)
        new += random.choices(["ه و", "أ", ""], k=random.randrange(3))
        pieces = [piece for line in body_diff(old, new) for piece in line]
        kept = [word for kind, text in pieces if kind != "removed" for word in text.split()]
        assert kept == " ".join(new).split()
        before = Counter(word for kind, text in pieces if kind != "added" for word in text.split())
        assert before == Counter(" ".join(old).split())


def _cuts(random: Random, words: Sequence[str]) -> list[int]:
    return [0, *sorted(random.randrange(len(words) + 1) for _ in range(3)), len(words)]


def test_texts_too_long_to_compare_are_replaced_whole():
    long = "كلمة " * (int(MOST_PAIRS**0.5) + 1)
    assert [piece.kind for piece in word_diff(long, long + "أخيرة")] == ["removed", "added"]
    assert word_diff(long, long) == [Piece("same", " ".join(long.split()))]
    many = [f"فقرة {number}" for number in range(int(MOST_PAIRS**0.5) + 1)]
    assert len(body_diff(many, many[::-1])) == 2 * len(many)


def test_the_command_tells_the_silent_change(warraq, article):
    article((*FIRST, None), (*SECOND, None))
    done = warraq("diff", URL)
    assert done.returncode == 0, done.stderr
    assert "2 revisions" in done.stdout
    assert "Revision 2 of 2, seen 2026-11-20 12:00 UTC: 3 words added, 3 removed; SILENT" in done.stdout
    assert "ترميم الرصيف [-يبدأ غدا-] {+يتأجل+}\n" in done.stdout
    assert "… 1 unchanged paragraph\n" in done.stdout
    assert "ويشارك فيها [-ستون-] {+تسعون+} عاملا من المدينة.\n" in done.stdout
    assert "[-والطريق مفتوح.-]\n{+وأغلق الجسر.+}\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert not any(mark in done.stdout for mark in "\u200e\u200f\u202a\u202b\u2066\u2067\u2068\u2069")


def test_the_json_has_pieces_and_times(warraq, article):
    article((*FIRST, None), (*SECOND, datetime(2026, 11, 20, 9, tzinfo=UTC)))
    found = json.loads(warraq("diff", URL, "--json").stdout)
    assert [revision["title"] for revision in found["revisions"]] == [FIRST[0], SECOND[0]]
    (change,) = found["changes"]
    assert (change["is_title_changed"], change["is_silent"], change["n_added"]) == (True, False, 3)
    assert change["title"][-1] == {"kind": "added", "text": "يتأجل"}
    assert found["disappearances"] == []


def test_a_terminal_gets_colours_lines_and_its_own_direction(connection, article, monkeypatch, capsys):
    article((*FIRST, None), (*SECOND, None))
    shown = io.StringIO()
    monkeypatch.setattr(
        diff, "Console", lambda **options: Console(file=shown, force_terminal=True, color_system="standard", **options)
    )
    print_history(history(connection, URL))
    assert "\x1b[9;31mستون\x1b[0m" in shown.getvalue()
    assert "\x1b[4;32mتسعون\x1b[0m" in shown.getvalue()
    assert capsys.readouterr().out == "\x1b[?2501h\x1b[?2501l"


@pytest.fixture
def seen_again(connection):
    """Says that a version of the article was seen once more, on a page of its own."""

    def insert(number: int, at: datetime) -> None:
        with connection, connection.cursor() as cursor:
            version = bytes([number] * 32)
            cursor.execute("insert into news.sighting values (%s, %s, %s)", (version, at, b"again"))
            cursor.execute("update news.revision set last_seen_at = %s where revision_key = %s", (at, version))
            cursor.execute("update news.article set revision_key = %s", (version,))

    return insert


def test_a_way_back_is_told_with_the_current_version_and_title(warraq, article, seen_again):
    article((*FIRST, None), (*SECOND, None))
    seen_again(1, datetime(2026, 11, 21, 12, tzinfo=UTC))
    shown = warraq("diff", URL).stdout
    assert shown.splitlines()[1] == FIRST[0]
    assert "2 revisions; first seen 2026-11-19 12:00 UTC; revision 1 is current, seen again 2026-11-21 12:00" in shown
    assert "ترميم الرصيف [-يبدأ غدا-] {+يتأجل+}\n" in shown
    assert "Revision 1 of 2 again, seen 2026-11-21 12:00 UTC: 3 words added, 3 removed; SILENT" in shown
    assert "ترميم الرصيف [-يتأجل-] {+يبدأ غدا+}\n" in shown
    found = json.loads(warraq("diff", URL, "--json").stdout)
    assert [revision["is_current"] for revision in found["revisions"]] == [True, False]
    steps = [(step["number_before"], step["number"], step["is_return"], step["is_silent"]) for step in found["changes"]]
    assert steps == [(1, 2, False, True), (2, 1, True, True)]


def test_a_new_headline_alone_is_told_so_also_by_an_address_without_scheme(warraq, article):
    article((*FIRST, None), ("عنوان آخر", FIRST[1], None))
    assert "only the headline changed; SILENT" in warraq("diff", URL.removeprefix("https://")).stdout


def test_the_heading_is_the_current_title(warraq, article):
    article((*FIRST, None), (*SECOND, None))
    shown = warraq("diff", URL).stdout
    assert shown.splitlines()[1] == SECOND[0]
    assert "revision 2 is current\n" in shown


SENTENCES = ("تبدأ الأعمال صباح الغد في الميناء.", "ويشارك فيها ستون عاملا من المدينة.", "والطريق مفتوح أمام الناس.")


@pytest.mark.parametrize(
    ("old", "new", "said", "shown"),
    [
        ([" ".join(SENTENCES)], [*SENTENCES], "only the division into paragraphs changed", "… 3 unchanged paragraphs"),
        ([*SENTENCES], [" ".join(SENTENCES)], "only the division into paragraphs changed", "… 1 unchanged paragraph\n"),
        ([*SENTENCES], [*SENTENCES[1:], SENTENCES[0]], "the same words in another order", f"{{~{SENTENCES[0]}~}}"),
        ([" ".join(SENTENCES)], ["أنباء:", *SENTENCES], "1 word added, 0 removed", "{+أنباء:+}"),
        (["تبدأ الأعمال"], ["تبدأُ، الأعمال!"], "only marks and punctuation changed", "{+تبدأُ، الأعمال!+}"),
        (["ارتفع 1.5"], ["ارتفع 15"], "1 word added, 1 removed", "{+15+}"),
    ],
)
def test_words_that_stay_are_not_shown_as_removed(warraq, article, old, new, said, shown):
    article(("عنوان", old, None), ("عنوان", new, None))
    told = warraq("diff", URL).stdout
    assert said in told
    assert "SILENT" in told
    assert shown in told
    for sentence in SENTENCES:
        assert f"[-{sentence}-]" not in told
        assert f"{{+{sentence}+}}" not in told


def test_the_json_tells_a_change_of_marks_alone(warraq, article):
    article(("عنوان", ["قالَ نعم"], None), ("عنوان", ["قال: نعم"], None), ("عنوان", ["قال: لا"], None))
    found = json.loads(warraq("diff", URL, "--json").stdout)
    assert [(step["is_only_marks"], step["is_silent"]) for step in found["changes"]] == [(True, True), (False, True)]


def test_one_revision_and_a_disappearance_are_said(warraq, article, connection):
    article((*FIRST, None))
    with connection, connection.cursor() as cursor:
        cursor.execute("insert into news.disappearance values (%s, '2026-11-21T08:00Z', '410')", (KEY,))
    done = warraq("diff", URL)
    assert "one revision: no change was seen" in done.stdout
    assert "Gone 2026-11-21 08:00 UTC: its address answered 410; not seen since." in done.stdout


@pytest.mark.parametrize("url", ["https://www.alburhan.example/none", "no address", ""])
def test_an_unknown_address_is_a_sentence(warraq, connection, url):
    with pytest.raises(ImpossibleRequest, match="There is no article at"):
        history(connection, url)
    done = warraq("diff", url)
    assert (done.returncode, "There is no article at" in done.stderr) == (2, True)


def test_the_example_of_the_docs_is_what_it_shows(warraq):
    text = (ROOT / "docs/revisions.md").read_text("utf-8")
    shown = re.search(r"```text\n(.*?)```", text, re.S)
    assert shown
    *runs, diff_command = [shlex.split(line)[1:] for line in re.findall(r"^warraq .*$", text, re.M)]
    for command in runs:
        assert warraq(*command, WARRAQ_OUTLETS="demo/outlets").returncode == 0
    assert shown[1] in warraq(*diff_command, WARRAQ_OUTLETS="demo/outlets").stdout
