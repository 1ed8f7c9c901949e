"""Near-duplicates of a file, and of the warehouse's days in any order."""

import gzip
import hashlib
import json
import random
import threading
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, permutations
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection

from pipelines import load as loading
from pipelines.dedup import FileCounts, dedup_day, dedup_file, refresh_copies
from pipelines.fingerprints import compared, jaccard
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.warehouse import connect

DAY = date(2026, 11, 19)
WORDS = [f"{stem}{ending}" for stem in ("كتاب", "قلم", "نهر", "جبل", "سوق", "بحر") for ending in "ابتثجحخدذرزسشص"]


def text(seed: int, changed: int = 0, length: int = 120) -> str:
    """A text of its own for every seed; `changed` words of its end differ from the plain one."""
    words = random.Random(seed).choices(WORDS, k=length)
    return " ".join(words[: length - changed] + [f"جديد{place}" for place in range(changed)])


# --- a file


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_file_of_articles(tmp_path: Path) -> None:
    source = write(
        tmp_path / "articles.jsonl",
        {"url": "https://a.example/1", "body": [text(1), text(2)]},
        {"id": 7, "body": text(3)},
        {"url": "https://b.example/1", "body": text(1) + "\n" + text(2, changed=10)},
        {"url": "https://c.example/empty", "body": None},
    )
    counts = dedup_file(source, tmp_path / "pairs.tsv")
    header, *pairs = rows(tmp_path / "pairs.tsv")
    assert header == ["jaccard", "url_a", "url_b"]
    assert [pair[1:] for pair in pairs] == [["https://a.example/1", "https://b.example/1"]]
    assert float(pairs[0][0]) == pytest.approx(227 / 247, abs=0.0001)
    assert counts.pairs == 1


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    source = tmp_path / "articles"
    lines = [json.dumps({"url": str(n), "body": text(1)}) for n in (1, 3, 9)]
    source.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert dedup_file(source, tmp_path / "all.tsv").pairs == 3


def test_texts_that_several_documents_have_are_paired_with_each_of_the_others(tmp_path: Path) -> None:
    """Every pair of two ids once, the most similar first, then as they stand in the file."""
    chance = random.Random(6)
    bodies = [text(chance.randrange(3), changed=chance.choice([0, 0, 4, 4, 9, 30])) for _ in range(90)]
    ids = [str(chance.randrange(70)) for _ in bodies]
    source = write(tmp_path / "a.jsonl", *({"id": n, "body": body} for n, body in zip(ids, bodies, strict=True)))
    texts = [compared(body) for body in bodies]
    pairs = [
        (-similarity, one, other)
        for one, other in combinations(range(90), 2)
        if (similarity := jaccard(texts[one], texts[other])) >= 0.65 and ids[one] != ids[other]
    ]
    counts = dedup_file(source, tmp_path / "pairs.tsv")
    expected = [[str(round(-similarity, 4)), ids[one], ids[other]] for similarity, one, other in sorted(pairs)]
    assert rows(tmp_path / "pairs.tsv")[1:] == expected
    assert counts.pairs == len(expected) <= counts.candidates


def test_pairs_of_equal_texts_are_not_held_in_memory(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", *({"id": n, "body": text(1)} for n in range(600)))
    tracemalloc.start()
    counts = dedup_file(source, tmp_path / "pairs.tsv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counts == FileCounts(600, 179_700, 179_700)
    assert peak < 5_000_000


def test_a_file_is_not_replaced_by_its_own_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "a.jsonl", {"id": 1, "body": text(1)})
    content = source.read_bytes()
    (tmp_path / "link").symlink_to(source)
    monkeypatch.chdir(tmp_path)
    for one, other in ((source, Path("a.jsonl")), (source, tmp_path / "link"), (tmp_path / "link", source)):
        with pytest.raises(ImpossibleRequest, match="is the file that is to be read"):
            dedup_file(one, other)
    assert source.read_bytes() == content


def test_nothing_under_the_threshold_is_claimed(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", *({"id": n, "body": text(1, changed=n)} for n in range(0, 60, 3)))
    for threshold in (0.5, 0.65, 0.9):
        dedup_file(source, tmp_path / "pairs.tsv", threshold=threshold)
        similarities = [float(row[0]) for row in rows(tmp_path / "pairs.tsv")[1:]]
        assert similarities == sorted(similarities, reverse=True)
        assert min(similarities) >= threshold


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"url": "u", "body": "a"}\n{"url": ', "line 2 is not JSON"),
        (b'{"url": "u", "body": "a"}\n\xff\xfe', "line 2 is not JSON"),
        (b"[" * 100_000, "line 1 is not JSON"),
        (b"[1]", "line 1 is not a JSON object"),
        (b'{"body": "a"}', "line 1 has no id"),
        (b'{"url": "a\\tb", "body": "a"}', "line 1 has an id with a tab"),
        (b'{"url": "u"}', "line 1 has no `body`"),
        (b'{"url": "u", "body": [1]}', "line 1 has no `body`"),
        (gzip.compress(b'{"url": "u", "body": "a"}\n' * 9000, mtime=0)[:-20], "is a damaged gzip file after line"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_leaves_nothing(tmp_path: Path, content: bytes, sentence: str) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_bytes(content)
    with pytest.raises(WarraqError, match=sentence):
        dedup_file(source, tmp_path / "pairs.tsv")
    assert [path.name for path in tmp_path.iterdir()] == ["articles.jsonl"]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(WarraqError, match="There is no file"):
        dedup_file(tmp_path / "none.jsonl", tmp_path / "pairs.tsv")
    with pytest.raises(WarraqError, match="cannot be read: Is a directory"):
        dedup_file(tmp_path, tmp_path / "pairs.tsv")
    source = write(tmp_path / "a.jsonl", {"id": 1, "body": "نص"})
    with pytest.raises(WarraqError, match="cannot be written: No such file"):
        dedup_file(source, tmp_path / "nowhere" / "pairs.tsv")


@pytest.mark.parametrize("told", ["0", "1.1", "65 %", "nan"])
def test_a_threshold_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("WARRAQ_COPY_THRESHOLD", told)
    source = write(tmp_path / "a.jsonl", {"id": 1, "body": "نص"})
    with pytest.raises(WarraqError, match=f"WARRAQ_COPY_THRESHOLD={told} is not a similarity"):
        dedup_file(source, tmp_path / "pairs.tsv")
    assert not (tmp_path / "pairs.tsv").exists()


def test_the_threshold_is_a_setting(warehouse: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    draft(warehouse, "aa", "1", text(1))
    draft(warehouse, "bb", "1", f"{text(1)} وغادر الوفد العاصمة مساء")
    monkeypatch.setenv("WARRAQ_COPY_THRESHOLD", "0.99")
    assert load(warehouse) == {"fingerprints": 2, "pairs": 0}
    monkeypatch.delenv("WARRAQ_COPY_THRESHOLD")
    assert dedup_day(warehouse, DAY) == {"fingerprints": 0, "pairs": 1, "copies": 1}
    assert copies(warehouse) == [("https://bb.example/1", "https://aa.example/1")]


def test_a_day_is_repaired(warehouse: Connection) -> None:
    draft(warehouse, "aa", "1", text(1))
    draft(warehouse, "bb", "1", text(1))
    draft(warehouse, "bb", "2", text(2), DAY + timedelta(days=1))
    load(warehouse)
    tables = ("fingerprint", "pair", "copy", "cluster")
    sound = [fetch(warehouse, f"select * from news.{table} order by 1, 2") for table in tables]  # noqa: S608
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute("delete from news.fingerprint; delete from news.pair; delete from news.copy")
        cursor.execute("delete from news.cluster")
    assert dedup_day(warehouse, DAY) == {"fingerprints": 2, "pairs": 1, "copies": 1}
    assert dedup_day(warehouse, DAY + timedelta(days=1)) == {"fingerprints": 1, "pairs": 0, "copies": 0}
    assert dedup_day(warehouse, DAY) == {"fingerprints": 0, "pairs": 0, "copies": 0}
    assert [fetch(warehouse, f"select * from news.{table} order by 1, 2") for table in tables] == sound  # noqa: S608


def test_an_empty_file_has_no_pairs(tmp_path: Path) -> None:
    source = tmp_path / "empty.jsonl"
    source.write_bytes(b"\n\n")
    assert dedup_file(source, tmp_path / "pairs.tsv") == FileCounts(0, 0, 0)
    assert rows(tmp_path / "pairs.tsv") == [["jaccard", "url_a", "url_b"]]


def test_recall_on_a_real_corpus(shared_data: Path, tmp_path: Path) -> None:
    """At least 0.95 of the known pairs from 0.65, 0.995 from 0.8, and none that is not known."""
    known = {}
    with gzip.open(shared_data / "corpus/wire-2015-07.pairs.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        for similarity, one, other in (line.rstrip("\n").split("\t") for line in list(lines)[1:]):
            known[frozenset((one, other))] = float(similarity)
    dedup_file(shared_data / "corpus/wire-2015-07.jsonl.gz", tmp_path / "pairs.tsv")
    found = {frozenset(row[1:]) for row in rows(tmp_path / "pairs.tsv")[1:]}
    for least, recall in ((0.65, 0.95), (0.8, 0.995)):
        wanted = {pair for pair, similarity in known.items() if similarity >= least}
        assert len(wanted & found) / len(wanted) >= recall
    assert not {pair for pair in found if known.get(pair, 0) < 0.65 - 0.003}


# --- the warehouse


@pytest.fixture
def warehouse(database: str) -> Iterator[Connection]:
    connection = connect(database)
    yield connection
    connection.close()


def key(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def draft(
    connection: Connection,
    outlet: str,
    name: str,
    body: str,
    day: date = DAY,
    agencies: Sequence[str] = (),
    later: int = 0,
    told: datetime | None = None,
) -> None:
    """An extracted article that waits to be loaded; its paragraphs are the lines of `body`. Fetched hours `later`."""
    link, page, revision = key(outlet, name), key(outlet, name, body, told), key("revision", outlet, name, body, told)
    values = {
        "link": link, "page": page, "revision": revision, "outlet": outlet, "day": day,
        "body": body.split("\n"), "agencies": list(agencies), "url": f"https://{outlet}.example/{name}", "told": told,
        "at": datetime(day.year, day.month, day.day, 23, tzinfo=UTC) + timedelta(hours=later),
    }  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """insert into crawl.link (link_key, url, outlet, day, found_via)
            values (%(link)s, %(url)s, %(outlet)s, %(day)s, 'test') on conflict do nothing;
            insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset,
                record_length, sha256, status, headers, fetched_at)
            values (%(page)s, %(link)s, %(url)s, %(url)s, %(outlet)s, 'f', 0, 1, %(page)s, 200, '{}', %(at)s);
            insert into crawl.draft (page_key, link_key, outlet, day, fetched_at, outcome, article_key, revision_key,
                article_url, title, body, published_at, published_on, authors, agencies, tags)
            values (%(page)s, %(link)s, %(outlet)s, %(day)s, %(at)s, 'loaded', %(link)s, %(revision)s,
                %(url)s, 'عنوان', %(body)s, %(told)s, %(day)s, '{}', %(agencies)s, '{}')""",
            values,
        )


OUTLETS = ("aa", "bb", "cc", "zz", "o0", "o1", "o2")


def load(connection: Connection) -> dict[str, int]:
    """Loads all drafts, and gives how many fingerprints and pairs were new."""
    counts = loading.load(connection, OUTLETS)
    return {name: counts[name] for name in ("fingerprints", "pairs")}


def fetch(connection: Connection, query: str) -> list[tuple[object, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


def hour(hour: int, minute: int = 0) -> datetime:
    """An instant, counted from the midnight that begins DAY."""
    return datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


def copies(connection: Connection) -> list[tuple[object, ...]]:
    return fetch(connection, "select url, original_url from news.articles where original_url is not null order by 1")


def test_copies_within_and_across_outlets(warehouse: Connection) -> None:
    draft(warehouse, "aa", "1", text(1))
    draft(warehouse, "aa", "2", text(1))
    draft(warehouse, "bb", "1", text(1, changed=12))
    draft(warehouse, "bb", "2", text(2))
    draft(warehouse, "bb", "3", text(1, changed=60))
    assert load(warehouse) == {"fingerprints": 5, "pairs": 3}
    assert load(warehouse) == {"fingerprints": 0, "pairs": 0}
    first = "https://aa.example/1"
    assert copies(warehouse) == [("https://aa.example/2", first), ("https://bb.example/1", first)]
    similarities = fetch(warehouse, "select similarity from news.copy order by 1 desc")
    assert similarities == [(1.0,), (pytest.approx(105 / 129, abs=1e-6),)]


def test_the_earliest_is_the_original(warehouse: Connection) -> None:
    draft(warehouse, "aa", "late", text(1), told=hour(9))
    draft(warehouse, "zz", "early", text(1), told=hour(8))
    load(warehouse)
    assert copies(warehouse) == [("https://aa.example/late", "https://zz.example/early")]


def test_an_instant_comes_before_a_day_of_which_nobody_knows_the_hour(warehouse: Connection) -> None:
    draft(warehouse, "aa", "day", text(1))
    draft(warehouse, "zz", "instant", text(1), told=hour(22))
    draft(warehouse, "aa", "the day before", text(2), DAY - timedelta(days=1))
    draft(warehouse, "zz", "after midnight", text(2), told=hour(0, 5))
    load(warehouse)
    assert copies(warehouse) == [
        ("https://aa.example/day", "https://zz.example/instant"),
        ("https://zz.example/after midnight", "https://aa.example/the day before"),
    ]


def test_an_instant_after_the_first_fetch_is_not_believed(warehouse: Connection) -> None:
    draft(warehouse, "aa", "future", text(1), DAY - timedelta(days=1), told=datetime(2026, 12, 31, tzinfo=UTC))
    draft(warehouse, "zz", "later", text(1), told=hour(8))
    load(warehouse)
    assert copies(warehouse) == [("https://zz.example/later", "https://aa.example/future")]


@pytest.mark.parametrize("order", permutations(range(4)))
def test_an_original_stays_one_when_its_page_tells_a_later_instant(warehouse: Connection, order: Sequence[int]) -> None:
    """Its first revision told 7 o'clock; of one that tells an impossible instant the fetch counts, in any order."""
    versions = [
        {"outlet": "aa", "body": text(1), "told": hour(7)},
        {"outlet": "aa", "body": text(1, changed=1), "told": hour(37), "day": DAY + timedelta(days=1), "later": 1},
        {"outlet": "aa", "body": text(1, changed=2), "told": hour(900), "later": 2},
        {"outlet": "bb", "body": text(1), "told": hour(9)},
    ]
    for place in order:
        draft(warehouse, name="1", **versions[place])  # type: ignore[arg-type]
        load(warehouse)
    assert copies(warehouse) == [("https://bb.example/1", "https://aa.example/1")]


def test_a_page_that_later_tells_a_day_years_ago_is_no_original(warehouse: Connection) -> None:
    draft(warehouse, "aa", "1", text(1), told=hour(9))
    draft(warehouse, "bb", "1", text(1), told=hour(7))
    draft(warehouse, "aa", "1", text(1, 1), date(2015, 1, 1), told=datetime(2015, 1, 1, tzinfo=UTC))
    load(warehouse)
    assert "https://aa.example/1" not in [original for _, original in copies(warehouse)]


def test_a_cluster_tells_its_agencies_and_a_copy_its_paragraphs(warehouse: Connection) -> None:
    lead, middle, end = text(1, length=60), text(2, length=60), text(3, length=30)
    draft(warehouse, "aa", "1", "\n".join((lead, middle, end)))
    draft(warehouse, "bb", "1", "\n".join((f"{lead} {middle}", text(4, length=10))), agencies=["reuters"])
    draft(warehouse, "bb", "2", "\n".join((lead, middle, end)), DAY + timedelta(days=1), agencies=["spa", "afp"])
    draft(warehouse, "cc", "1", text(9), agencies=["afp"])
    load(warehouse)
    assert fetch(warehouse, "select url, n_articles, n_outlets, agencies from news.clusters") == [
        ("https://aa.example/1", 3, 2, ["afp", "reuters", "spa"])
    ]
    assert fetch(warehouse, "select url, dropped, added from news.copies order by url") == [
        ("https://bb.example/1", [end], [text(4, length=10)]),
        ("https://bb.example/2", [], []),
    ]
    assert fetch(warehouse, "select * from news.copying") == [(DAY.replace(day=1), "bb", "aa", 2, 1)]
    rows = "select outlet, n_articles, n_copies, n_of_agencies, n_original, share from news.originality order by 1"
    assert fetch(warehouse, rows) == [("aa", 1, 0, 1, 0, 0), ("bb", 2, 2, 0, 0, 0), ("cc", 1, 0, 1, 0, 0)]


@pytest.mark.parametrize("rewritten", ["aa", "bb"])
def test_a_copy_stays_one_when_it_or_its_original_is_rewritten(warehouse: Connection, rewritten: str) -> None:
    draft(warehouse, "aa", "1", text(1))
    draft(warehouse, "bb", "1", text(1))
    load(warehouse)
    draft(warehouse, rewritten, "1", text(2), later=1)
    load(warehouse)
    assert copies(warehouse) == [("https://bb.example/1", "https://aa.example/1")]
    assert fetch(warehouse, "select count(*) from news.cluster") == [(1,)]
    current = ([text(2)], [text(1)]) if rewritten == "aa" else ([text(1)], [text(2)])
    assert fetch(warehouse, "select similarity, dropped, added from news.copies") == [(1.0, *current)]


def test_a_copy_stays_one_when_its_original_is_dated_anew(warehouse: Connection) -> None:
    draft(warehouse, "aa", "1", text(1))
    draft(warehouse, "bb", "1", text(1))
    load(warehouse)
    draft(warehouse, "aa", "1", text(2), DAY + timedelta(days=9))
    load(warehouse)
    assert copies(warehouse) == [("https://bb.example/1", "https://aa.example/1")]


def test_a_rewritten_article_keeps_the_highest_similarity(warehouse: Connection) -> None:
    draft(warehouse, "aa", "1", text(1))
    for changed in (24, 12, 18):
        draft(warehouse, "bb", "1", text(1, changed), later=24 - changed)
        load(warehouse)
    assert fetch(warehouse, "select similarity from news.copy") == [(pytest.approx(105 / 129, abs=1e-6),)]


def test_a_cluster_that_falls_apart_is_forgotten(warehouse: Connection) -> None:
    """As where a paragraph turns out to be boilerplate, and the texts are compared anew."""
    draft(warehouse, "aa", "1", text(1))
    draft(warehouse, "bb", "1", text(1))
    load(warehouse)
    assert fetch(warehouse, "select count(*) from news.cluster") == [(1,)]
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute("delete from news.pair")
        refresh_copies(cursor, [key("bb", "1")])
    assert fetch(warehouse, "select count(*) from news.cluster") == [(0,)]
    assert copies(warehouse) == []


def test_the_window_ends_after_three_days(warehouse: Connection) -> None:
    for gap in (0, 3, 7):
        draft(warehouse, "aa", str(gap), text(1), DAY + timedelta(days=gap))
        load(warehouse)
    assert fetch(warehouse, "select count(*) from news.pair") == [(1,)]


def test_short_items_are_copies_only_with_the_same_words(warehouse: Connection) -> None:
    draft(warehouse, "aa", "1", "عاجل: هزة أرضية تضرب ساحل البلاد قبل قليل")
    draft(warehouse, "bb", "1", "عاجل.. هزة أرضية تضرب ساحل البلاد قبل قليل")
    draft(warehouse, "cc", "1", "عاجل: هزة أرضية تضرب ساحل البلاد قبل ساعة")
    draft(warehouse, "cc", "2", "!")
    assert load(warehouse) == {"fingerprints": 4, "pairs": 1}


def test_the_same_few_words_days_later_are_another_event(warehouse: Connection) -> None:
    for gap in (0, 1, 3):
        draft(warehouse, "aa", str(gap), "عاجل: هزة أرضية تضرب ساحل البلاد قبل قليل", DAY + timedelta(days=gap))
        load(warehouse)
    assert fetch(warehouse, "select count(*) from news.pair") == [(1,)]


URGENT = "هزة أرضية تضرب ساحل البلاد قبل قليل"


@pytest.mark.parametrize("order", [range(5), range(4, -1, -1), (2, 0, 4, 1, 3)])
def test_the_same_few_words_every_day_are_no_endless_chain(warehouse: Connection, order: Sequence[int]) -> None:
    for gap in order:
        draft(warehouse, "aa", str(gap), URGENT, DAY + timedelta(days=gap))
        load(warehouse)
    at = "https://aa.example/"
    assert copies(warehouse) == [(f"{at}1", f"{at}0"), (f"{at}3", f"{at}2")]


def test_a_story_told_for_a_week_is_joined_within_three_days_of_its_original(warehouse: Connection) -> None:
    for gap in range(6):
        draft(warehouse, "aa", str(gap), text(1, changed=gap), DAY + timedelta(days=gap))
        load(warehouse)
    at = "https://aa.example/"
    originals = [(f"{at}{gap}", f"{at}{gap // 4 * 4}") for gap in (1, 2, 3, 5)]
    assert copies(warehouse) == originals


@pytest.mark.parametrize("order", [range(12), range(11, -1, -1), random.Random(4).sample(range(12), 12)])
def test_a_long_text_of_every_day_has_the_clusters_that_it_would_have_at_once(
    warehouse: Connection, order: Sequence[int]
) -> None:
    for gap in order:
        for outlet in ("aa", "bb"):
            draft(warehouse, outlet, f"{gap:02}", text(1), DAY + timedelta(days=gap))
        load(warehouse)
    at = [f"https://{outlet}.example/{gap:02}" for outlet in ("aa", "bb") for gap in range(12)]
    originals = [f"https://aa.example/{int(url[-2:]) // 4 * 4:02}" for url in at]
    assert copies(warehouse) == [pair for pair in zip(at, originals, strict=True) if pair[0] != pair[1]]


def test_the_label_of_urgent_news_does_not_count(warehouse: Connection) -> None:
    for place, label in enumerate(("", "عاجل | ", "#عاجل: ", "خبر عاجل - ")):
        draft(warehouse, "aa", str(place), f"{label}{URGENT}")
    assert load(warehouse) == {"fingerprints": 4, "pairs": 6}


def test_the_label_does_not_count_in_a_file(tmp_path: Path) -> None:
    labels = ("", "عاجل | ", "#عاجل: ", "خبر عاجل.. ")
    source = write(tmp_path / "a.jsonl", *({"id": n, "body": f"{label}{URGENT}"} for n, label in enumerate(labels)))
    assert dedup_file(source, tmp_path / "pairs.tsv").pairs == 6


def test_versions_of_one_article_are_no_copies_of_one_another(warehouse: Connection) -> None:
    for changed in (0, 1):
        draft(warehouse, "aa", "1", text(1, changed))
        load(warehouse)
    assert fetch(warehouse, "select count(*) from news.pair") == [(0,)]
    assert copies(warehouse) == []


def test_the_order_of_days_does_not_matter(database: str, warehouse: Connection) -> None:
    """Six days with chains of copies, loaded forwards, backwards and shuffled, end the same."""
    days = [DAY + timedelta(days=n) for n in range(6)]
    ends = []
    for order in (days, days[::-1], random.Random(3).sample(days, 6)):
        with warehouse, warehouse.cursor() as cursor:
            cursor.execute(
                "truncate crawl.link, crawl.page, crawl.look, news.article, news.fingerprint, news.pair cascade"
            )
        for day in order:
            for story in range(4):
                draft(
                    warehouse,
                    f"o{day.day % 3}",
                    f"{day}-{story}",
                    text(story, changed=4 * (day - DAY).days),
                    day,
                )
            load(warehouse)
        tables = ("fingerprint", "pair", "copy", "cluster")
        ends.append([fetch(warehouse, f"select * from news.{table} order by 1, 2") for table in tables])  # noqa: S608
    assert ends[0] == ends[1] == ends[2]
    assert len(ends[0][2]) == 16  # the fifth and sixth day lie beyond the first one's window


def test_the_order_of_rewrites_does_not_matter(warehouse: Connection) -> None:
    """Two versions of one article and two of its copy, loaded in any order, end the same."""
    versions = [("aa", text(1), 0), ("aa", text(2), 5), ("bb", text(1, changed=12), 1), ("bb", text(1, changed=24), 3)]
    ends = []
    for order in permutations(versions):
        with warehouse, warehouse.cursor() as cursor:
            cursor.execute(
                "truncate crawl.link, crawl.page, crawl.look, news.article, news.fingerprint, news.pair cascade"
            )
        for outlet, body, later in order:
            draft(warehouse, outlet, "1", body, later=later)
            load(warehouse)
        ends.append(fetch(warehouse, "select url, original_url, similarity, dropped, added from news.copies"))
    similarity = pytest.approx(105 / 129, abs=1e-6)
    pair = ("https://bb.example/1", "https://aa.example/1")
    assert ends == [[(*pair, similarity, [text(2)], [text(1, changed=24)])]] * 24


def test_a_load_waits_for_another_and_then_sees_it(database: str, warehouse: Connection) -> None:
    """Whichever of two loads commits last finds the copy between them."""
    draft(warehouse, "aa", "1", text(1), DAY)
    draft(warehouse, "bb", "1", text(1), DAY + timedelta(days=1))
    holds, ends = threading.Event(), threading.Event()

    def first(_: object) -> None:
        holds.set()
        ends.wait(60)

    def second() -> dict[str, int]:
        with closing(connect(database)) as connection:
            return loading.load(connection, ["bb"])

    with ThreadPoolExecutor(2) as pool:
        loaded = pool.submit(loading.load, warehouse, ["aa"], before_commit=first)
        assert holds.wait(60)
        other = pool.submit(second)
        waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        with closing(connect(database)) as watching:
            deadline = time.monotonic() + 60
            while fetch(watching, waits) == [(0,)] and time.monotonic() < deadline:
                time.sleep(0.02)
            assert fetch(watching, waits) == [(1,)]
        ends.set()
        assert (loaded.result()["pairs"], other.result()["pairs"]) == (0, 1)
    assert copies(warehouse) == [("https://bb.example/1", "https://aa.example/1")]
