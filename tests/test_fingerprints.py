"""Fingerprints are compared with those of other days and machines, so their numbers are frozen here."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.fingerprints import (
    BANDS,
    COPY_THRESHOLD,
    bands,
    bands_of,
    body_key,
    candidates,
    compared,
    copy_similarity,
    jaccard,
    normalize,
    shingles,
    words,
)

TEXT = "أعلنت وزارة الصحة، اليوم الأحد، بدء حملة التطعيم في مدن الساحل والجبل."


def test_hashes_and_bands_are_frozen() -> None:
    """A library or a rule that changes them would part today's articles from yesterday's."""
    assert shingles("عاد الهدوء إلى المدينة")[0] == 2155598244650261778
    assert bands(shingles(TEXT))[:3] == [-173109381218367518, 226369759328112338, 4279577822498483355]
    assert body_key([TEXT]).hex() == "a7e86e7b4683d4797d0b4802739ae3836e0c6f8f5dd96f3a309371899cd05b43"


def test_hashes_are_the_same_in_another_process() -> None:
    code = f"from pipelines.fingerprints import bands, shingles; print(bands(shingles({TEXT!r})))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(other.stdout) == bands(shingles(TEXT))


@pytest.mark.parametrize(
    ("found", "plain"),
    [
        ("مُحَمَّدٌ", "محمد"),
        ("العـــراق", "العراق"),
        ("ﻻ إله", "لا اله"),
        ("آب أغسطس إيلول ٱذار", "اب اغسطس ايلول اذار"),
        ("مستشفى مدرسة مؤتمر رئيس", "مستشفي مدرسه موتمر رييس"),
        ("CNN", "cnn"),
    ],
)
def test_normalize(found: str, plain: str) -> None:
    assert normalize(found) == plain


def test_words_leave_punctuation_and_underscores() -> None:
    assert words("«دير_الزور»؛ (أمس)،\u200fو\u2026غدا") == ["دير", "الزور", "امس", "و", "غدا"]


@pytest.mark.parametrize("text", ["", "  \n", "…!؟", "\u064b", "\ud800"])
def test_a_text_without_words_has_nothing_to_compare(text: str) -> None:
    assert shingles(text).size == 0
    assert bands(shingles(text)) == []
    assert jaccard(shingles(text), shingles(text)) == 0


def test_shingles_are_ascending_signed_and_distinct() -> None:
    found = shingles("قال وأكد وأضاف وتابع " * 50)
    assert found.dtype == np.int64
    assert found.size == 4
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize(
    "text",
    [
        "قال ﷺ: «إنما الأعمال»/«بالنيات»،\u200fوإنما\u00a0لكل…امرئ",
        "بلغ السعر ١٢٫٥ و½ و²٣\tريالا\x1fفي\u2028اليوم\u0650 \u064bنفسه",
        "ΣΟΦΟΣ و ΣΟΦΟΣ. Noor ﬁn",
    ],
)
def test_a_text_is_hashed_token_by_token_as_if_it_were_normalised_whole(text: str) -> None:
    assert np.array_equal(shingles(text), shingles(" ".join(words(text))))
    assert shingles(text).size == len(words(text)) - 3


def test_the_order_of_words_counts() -> None:
    assert not np.intersect1d(shingles("واحد اثنان ثلاثة أربعة"), shingles("أربعة ثلاثة اثنان واحد")).size


def test_short_texts_copy_only_with_the_same_words() -> None:
    libya, palestine = (
        shingles("شاهد بالصور رمضان هذا العام في ليبيا"),
        shingles("شاهد بالصور رمضان هذا العام في فلسطين"),
    )
    assert jaccard(libya, palestine) == pytest.approx(0.6)
    assert copy_similarity(libya, palestine, threshold=0.5) is None
    assert copy_similarity(libya, shingles("شاهدْ بالصور.. رمضان هذا العام في ليبيا!")) == 1


def test_only_short_texts_lose_their_label() -> None:
    for length in (1, 19, 20, 40):
        plain = " ".join(f"كلمة{place}" for place in range(length))
        assert np.array_equal(compared(plain), shingles(plain))
        assert np.array_equal(compared(f"عاجل: {plain}"), compared(plain)) == (length < 20)


def test_candidates_are_given_once() -> None:
    texts = [shingles(f"{TEXT} {ending}") for ending in ("أمس", "أمس", "غدا", "أمس")]
    pairs = list(candidates(bands_of(texts)))
    assert len(pairs) == len(set(pairs)) == 6
    assert all(one < other for one, other in pairs)


def test_similar_texts_meet_in_a_band() -> None:
    """Random texts with a known overlap: near 0.65 at least 95 % must meet, from 0.8 at least 99.5 %."""
    rng = np.random.default_rng(7)
    for keep, wanted in ((0.80, 0.95), (0.90, 0.995)):
        met = total = 0
        for _ in range(400):
            base = rng.integers(-(2**63), 2**63 - 1, 200)
            twin = np.concatenate([base[: int(200 * keep)], rng.integers(-(2**63), 2**63 - 1, 200 - int(200 * keep))])
            one, other = np.unique(base), np.unique(twin)
            total += 1
            met += bool(set(bands(one)) & set(bands(other)))
        assert met / total >= wanted, (keep, met / total)


def test_similarities_of_a_real_corpus(shared_data: Path) -> None:
    """Every known pair, to four digits; one source text was cut after the list was made."""
    folder = shared_data / "corpus"
    with gzip.open(folder / "wire-2015-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        bodies = {record["url"]: record["body"] for record in map(json.loads, lines)}
    with gzip.open(folder / "wire-2015-07.pairs.tsv.gz", "rt", encoding="utf-8", newline="") as rows:
        pairs = list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))
    hashes = {url: shingles(bodies[url]) for pair in pairs for url in (pair["url_a"], pair["url_b"])}
    wrong = [
        pair
        for pair in pairs
        if abs(jaccard(hashes[pair["url_a"]], hashes[pair["url_b"]]) - float(pair["jaccard"])) > 0.0001
    ]
    assert len(wrong) <= len(pairs) / 200
    assert COPY_THRESHOLD == 0.65
    assert BANDS == 24
