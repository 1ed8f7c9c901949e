"""Articles are looked at again: changes become revisions, disappearances events, and no day's counts are mixed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from spiders.archive import write_pages
from spiders.outlet import OutletError, load_outlet
from spiders.records import Page

DAY, NEXT_DAY = date(2026, 11, 19), date(2026, 11, 20)
MIDNIGHT, NEXT_MIDNIGHT, WEEK_LATER = "2026-11-19T22:00:00Z", "2026-11-20T22:00:00Z", "2026-11-27T22:00:00Z"
HOST = "www.alburhan.example"
PARAGRAPHS = (
    "أعلنت بلدية الميناء القديم صباح اليوم بدء أعمال ترميم الرصيف الشرقي بعد أشهر من الدراسات الهندسية.",
    "وقال رئيس البلدية سامر الحداد إن الأعمال تستمر ستة أشهر، وتشرف عليها لجنة من المهندسين والأهالي.",
    "وأضاف أن حركة الصيادين لن تتوقف خلال الترميم، إذ خصصت البلدية لهم رصيفا مؤقتا قرب المنارة.",
)
OTHER = {
    "a": "وذكر مصدر في مصلحة الأرصاد أن الرياح تهدأ مساء الغد فوق الساحل والجبال القريبة منه.",
    "b": "وتوقع خبراء الزراعة أن يزيد محصول الزيتون هذا العام بعد أمطار غزيرة في الخريف الماضي.",
    "c": "وشارك في المعرض ثلاثون رساما من القرى المجاورة عرضوا لوحات عن البحر والحقول والأسواق.",
    "d": "وافتتحت المكتبة العامة قاعة جديدة للأطفال تضم ألف كتاب وعشر طاولات ومسرحا صغيرا للدمى.",
    "e": "وفاز فريق المدينة بكأس الشطرنج بعد مباراة طويلة استمرت خمس ساعات أمام فريق العاصمة الضيف.",
    "f": "وأغلقت الشرطة الطريق الجبلي ليلة أمس بسبب تساقط الحجارة، وطلبت من السائقين سلوك طريق الوادي.",
}
_STATE = "select sum(xmin::text::bigint) from (select xmin from {} union all select xmin from {}) as rows"


def place(name: str) -> str:
    return f"حي {OTHER[name].split()[3]}"


def article(name: str, *, title: str = "", last: str = "", modified: str = "", hour: str = "10:00:00") -> bytes:
    """A page of our own, with no paragraph of another; `last` replaces its last one."""
    title = title or f"خبر من {OTHER[name].split()[1]} {OTHER[name].split()[2]} في المدينة"
    paragraphs = (OTHER[name], *(f"في {place(name)}: {text}" for text in (*PARAGRAPHS[:2], last or PARAGRAPHS[2])))
    updated = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2026-11-19T{hour}+02:00">{updated}
<link rel="canonical" href="https://{HOST}/news/{name}"></head><body><nav><a href="/">الرئيسية</a></nav>
<article><h1>{title}</h1>{"".join(f"<p>{text}</p>" for text in paragraphs)}</article></body></html>""".encode()


MISSING = """<!doctype html><html lang="ar"><head><title>الصفحة غير موجودة</title></head>
<body><h1>404</h1><p>عذرا، الصفحة التي تبحث عنها غير موجودة.</p></body></html>""".encode()


def record(path: str, at: str, body: bytes = b"", status: int = 200, kind: str = "text/html; charset=utf-8") -> Page:
    url = f"https://{HOST}{path}"
    return Page(
        url=url, final_url=url, outlet="alburhan", status=status, headers={"content-type": kind}, body=body,
        fetched_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
    )  # fmt: skip


def feed(host: str, names: str, moment: datetime, scheme: str = "https") -> bytes:
    told = moment.strftime("%a, %d %b %Y %H:%M:%S +0200")
    items = "".join(f"<item><link>{scheme}://{host}/news/{n}</link><pubDate>{told}</pubDate></item>" for n in names)
    return f"<rss><channel>{items}</channel></rss>".encode()


def recording(folder: Path, names: str, *later: Page) -> Path:
    """A WARC file of a feed, the articles as they stood on the evening of their day, and what came later."""
    pages = [record(f"/news/{name}", "2026-11-19T12:00:00", article(name)) for name in names]
    listed = feed(HOST, names, datetime(2026, 11, 19, 10, tzinfo=UTC))
    pages.append(record("/feed", "2026-11-19T20:00:00", listed, kind="application/rss+xml"))
    (entry, *_) = write_pages([*pages, *later], str(folder))
    return folder / entry.file


@pytest.fixture
def outlets(tmp_path: Path) -> str:
    return outlet_toml(tmp_path / "outlets", HOST, "https")


def outlet_toml(folder: Path, host: str, scheme: str, more: str = "") -> str:
    folder.mkdir(exist_ok=True)
    (folder / "alburhan.toml").write_text(
        f'name = "البرهان"\ncountry = "EG"\ntimezone = "Africa/Cairo"\nhosts = ["{host}"]\n'
        f'feeds = ["{scheme}://{host}/feed"]\n{more}\n',
        encoding="utf-8",
    )
    return str(folder)


def rows(database: str, sql: str) -> list[Any]:
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


def revisions(database: str) -> dict[str, int]:
    counted = rows(
        database, "select right(url, 1), count(*) from news.article join news.revision using (article_key) group by 1"
    )
    return dict(counted)


def report(warraq) -> dict[str, Any]:
    """What is told of the day, without the times of the last run."""
    told = json.loads(warraq("report", "--day", DAY, "--json").stdout)
    for outlet in told["outlets"]:
        del outlet["started_at"], outlet["finished_at"]
    return told


def test_visits_find_changes_disappearances_and_returns(warraq, database, tmp_path, outlets):
    new_title = "البلدية تعلن تأجيل ترميم الرصيف الشرقي"
    changed = article("a", title=new_title, last="وأعلن لاحقا تأجيل الأعمال.", modified="2026-11-20T15:00:00+02:00")
    quiet = article("b", last=PARAGRAPHS[2].replace("لن تتوقف", "سوف تتوقف"))
    site = recording(
        tmp_path, "abcdef",
        record("/news/a", "2026-11-20T14:00:00", changed),
        record("/news/b", "2026-11-20T14:00:00", quiet),
        record("/news/d", "2026-11-20T14:00:00", status=404),
        record("/news/d", "2026-11-25T14:00:00", article("d")),
        record("/news/e", "2026-11-20T14:00:00", MISSING),
        record("/news/f", "2026-11-20T14:00:00", article("f", last="وفتح الطريق من جديد ظهر اليوم بعد إزالة الحجارة.")),
        record("/news/f", "2026-11-25T14:00:00", article("f")),
    )  # fmt: skip

    def run(day: date, moment: str) -> None:
        done = warraq("run", "--day", day, "--replay", site, "--as-of", moment, WARRAQ_OUTLETS=outlets)
        assert done.returncode == 0, done.stdout + done.stderr

    run(DAY, MIDNIGHT)
    assert revisions(database) == dict.fromkeys("abcdef", 1)
    links = rows(database, "select * from crawl.links order by url")
    reported = report(warraq)

    run(NEXT_DAY, NEXT_MIDNIGHT)
    assert revisions(database) == {"a": 2, "b": 2, "c": 1, "d": 1, "e": 1, "f": 2}
    assert rows(
        database, "select right(url, 1), is_title_changed, n_added, n_removed, is_silent from news.changes order by url"
    ) == [("a", True, 4, 16, False), ("b", False, 1, 1, True), ("f", False, 9, 16, True)]
    assert rows(
        database,
        "select right(url, 1), how, (gone_at at time zone 'UTC')::text, back_at from news.disappearance "
        "join news.article using (article_key) order by 1",
    ) == [("d", "404", "2026-11-20 14:00:00", None), ("e", "soft_404", "2026-11-20 14:00:00", None)]
    titles = [title for (title,) in rows(database, "select title from news.articles")]
    assert len(titles) == 6
    assert new_title in titles

    run(DAY, WEEK_LATER)
    back = "select right(url, 1), back_at is not null from news.disappearance join news.article using (article_key)"
    assert sorted(rows(database, back)) == [("d", True), ("e", False)]
    assert revisions(database)["f"] == 2
    (body,) = rows(database, "select body from news.articles where right(url, 1) = 'f'")[0]
    assert body[-1].endswith(PARAGRAPHS[2])  # what was seen last is current, even if it is the older text
    way = """
        select (seen_at at time zone 'UTC')::date::text, n_added, n_removed, is_silent
        from news.changes where right(url, 1) = 'f'
    """
    assert sorted(rows(database, way)) == [("2026-11-20", 9, 16, True), ("2026-11-25", 16, 9, True)]
    seen_again = "select right(canonical_url, 1) from news.sighting join news.revision using (revision_key) order by 1"
    assert rows(database, seen_again) == [("d",), ("f",)]

    assert rows(database, "select * from crawl.links order by url") == links
    assert report(warraq) == reported
    assert rows(database, "select distinct n_visits from crawl.link") == [(2,)]
    assert warraq("verify").returncode == 0
    touched = _STATE.format("crawl.link", "news.revision")
    before = rows(database, touched)
    run(DAY, WEEK_LATER)
    assert rows(database, touched) == before


def test_an_unchanged_page_costs_no_row(warraq, database, tmp_path, outlets):
    site = recording(tmp_path, "abc")
    tables = (
        "crawl.page", "news.revision", "news.sighting", "news.article", "news.fingerprint", "news.disappearance",
    )  # fmt: skip
    state = " union all ".join(f"select count(*), sum(xmin::text::bigint) from {table}" for table in tables)  # noqa: S608
    warraq("run", "--day", DAY, "--replay", site, "--as-of", MIDNIGHT, WARRAQ_OUTLETS=outlets)
    before = rows(database, state)
    done = warraq("crawl", "--day", DAY, "--replay", site, "--as-of", WEEK_LATER, "--json", WARRAQ_OUTLETS=outlets)
    assert '"visited": 3' in done.stdout
    assert "changed" not in done.stdout
    assert rows(database, state) == before


A_WAY = (
    ("09:00", "", "أ"), ("10:00", "", "ب"), ("12:00", "عنوان آخر للخبر", "ج"), ("15:00", "", "د"), ("09:00", "", "ه"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("order", "modified"),
    [
        ((0, 1, 2, 3, 4), ""),
        ((4, 3, 2, 1, 0), "2026-11-19T10:30:00+02:00"),
        ((2, 0, 3, 4, 1), ""),
    ],
)
def test_a_way_back_is_a_change_in_whatever_order_it_is_loaded(warraq, database, tmp_path, outlets, order, modified):
    titles = [title or "عنوان الخبر" for _, title, _ in A_WAY]
    for number in (*order, order[0]):  # the last brings nothing new
        hour, _, advertisement = A_WAY[number]
        body = article("a", title=titles[number], modified=modified) + f"<!-- {advertisement} -->".encode()
        (entry, *_) = write_pages([record("/news/a", f"2026-11-19T{hour}:00", body)], str(tmp_path / "recorded"))
        done = warraq("ingest", tmp_path / "recorded" / entry.file, WARRAQ_OUTLETS=outlets)
        assert done.returncode == 0, done.stderr
    times = "select title, to_char({0}seen_at at time zone 'UTC', 'HH24:MI') from {1} order by {0}seen_at"
    assert rows(database, times.format("", "news.revision")) == [(titles[0], "09:00"), (titles[2], "12:00")]
    again = times.format("sighting.", "news.sighting join news.revision using (revision_key)")
    assert rows(database, again) == [(titles[0], "09:00"), (titles[0], "10:00"), (titles[0], "15:00")]
    assert rows(  # of two pages of one moment the first by key is the revision's
        database,
        "select revision.page_key < sighting.page_key from news.sighting"
        " join news.revision using (revision_key, seen_at)",
    ) == [(True,)]
    changes = "select title_before, title, is_silent, to_char(seen_at at time zone 'UTC', 'HH24:MI') from news.changes"
    assert rows(database, f"{changes} order by seen_at") == [
        (titles[0], titles[2], True, "12:00"), (titles[2], titles[0], True, "15:00"),
    ]  # fmt: skip
    assert rows(database, "select title, n from news.articles, (select count(*) from news.revision) as all_ (n)") == [
        (titles[0], 2)
    ]
    pages = "select count(*) from (select page_key from news.revision union select page_key from news.sighting) as seen"
    assert rows(database, pages) == [(5,)]
    shown = warraq("diff", f"https://{HOST}/news/a").stdout
    assert "revision 1 is current, seen again 2026-11-19 15:00 UTC" in shown
    assert shown.index("Revision 2 of 2, seen") < shown.index("Revision 1 of 2 again, seen 2026-11-19 15:00 UTC")


@pytest.mark.parametrize(("hour", "modified", "is_silent"), [("10:00:00", "", True), ("15:00:00", "15:00:00", False)])
def test_a_page_that_dates_itself_anew_is_not_silent(warraq, database, tmp_path, outlets, hour, modified, is_silent):
    modified = modified and f"2026-11-19T{modified}+02:00"
    edited = article("a", last="وتأجلت الأعمال إلى الربيع القادم.", hour=hour, modified=modified)
    pages = [record("/news/a", "2026-11-19T12:00:00", article("a")), record("/news/a", "2026-11-19T14:00:00", edited)]
    (entry, *_) = write_pages(pages, str(tmp_path))
    assert warraq("ingest", tmp_path / entry.file, WARRAQ_OUTLETS=outlets).returncode == 0
    assert rows(database, "select is_silent from news.changes") == [(is_silent,)]


@pytest.mark.parametrize(
    "order", [(0, 1, 2, 3, 4, 5), (0, 4, 5, 3, 2, 1), (1, 0, 4, 2, 3, 5), (5, 4, 3, 2, 1, 0), (2, 3, 5, 0, 4, 1)]
)
@pytest.mark.parametrize("is_one_file", [True, False])
def test_recordings_tell_of_disappearances(warraq, database, tmp_path, outlets, order, is_one_file):
    seen = [
        record("/news/a", "2026-11-19T12:00:00", article("a")),
        record("/news/a", "2026-11-20T09:00:00", article("a").replace(b"T10:00:00", b"T11:00:00") + b"<!-- 1 -->"),
        record("/news/a", "2026-11-20T12:00:00", MISSING),
        record("/news/a", "2026-11-20T15:00:00", MISSING, status=404),
        record("/news/a", "2026-11-21T09:00:00", article("a", last="وتأجلت الأعمال إلى الربيع القادم.")),
        record("/news/a", "2026-11-22T09:00:00", b"", status=410),
    ]
    pages = [seen[number] for number in order]
    for number, batch in enumerate([pages] if is_one_file else [[page] for page in pages]):
        (entry, *_) = write_pages(batch, str(tmp_path / f"recorded-{number}"))
        done = warraq("ingest", tmp_path / f"recorded-{number}" / entry.file, WARRAQ_OUTLETS=outlets)
        assert done.returncode == 0, done.stderr
    moments = "to_char(gone_at at time zone 'UTC', 'DD HH24'), to_char(back_at at time zone 'UTC', 'DD HH24')"
    assert rows(database, f"select how, {moments} from news.disappearance order by gone_at") == [  # noqa: S608
        ("soft_404", "20 12", "21 09"), ("410", "22 09", None),
    ]  # fmt: skip
    (link,) = rows(
        database,
        "select outcome in ('loaded', 'unchanged'), reason, to_char(fetched_at at time zone 'UTC', 'DD')"
        " from crawl.link join crawl.page using (page_key)",
    )
    assert link == (True, None, "21")


def test_a_recorded_404_ends_where_the_crawl_has_seen_the_article_since(warraq, database, tmp_path, outlets):
    seen = [
        record("/news/a", "2026-11-19T12:00:00", article("a")),
        record("/news/a", "2026-11-19T13:00:00", article("a")),
        record("/news/a", "2026-11-22T09:00:00", b"", status=404),
    ]
    for number, batch in enumerate((seen[:2], seen[2:])):
        (entry, *_) = write_pages(batch, str(tmp_path / f"recorded-{number}"))
        assert warraq("ingest", tmp_path / f"recorded-{number}" / entry.file, WARRAQ_OUTLETS=outlets).returncode == 0
        rows(database, "update crawl.link set n_visits = 1, found_at = '2026-11-26T10:00Z'")
    assert rows(database, "select back_at = '2026-11-26T10:00Z' from news.disappearance") == [(True,)]
    assert rows(database, "select to_char(seen_at at time zone 'UTC', 'HH24') from news.revision") == [("12",)]


def test_a_page_that_is_read_anew_is_no_change_nor_is_its_next_look(connection, database):
    pages = ((1, 1, "09"), (2, 1, "09"), (2, 2, "12"))  # version, page, hour: the second reading holds from then on
    with connection, connection.cursor() as cursor:
        for version, page, hour in pages:
            seen = (bytes([version] * 32), f"2026-11-19T{hour}:00Z", bytes([page]))
            if hour == "12":
                cursor.execute("insert into news.sighting values (%s, %s, %s)", seen)
                continue
            cursor.execute(
                "insert into news.revision (revision_key, seen_at, page_key, article_key, last_seen_at, canonical_url,"
                " title, body, authors, agencies, tags)"
                " values (%s, %s, %s, %s, now(), '', 'عنوان', %s, '{}', '{}', '{}')",
                (*seen, bytes(32), [f"نص {version}"]),
            )
        cursor.execute(
            "insert into news.article (article_key, outlet, url, revision_key, search)"
            " values (%s, 'alburhan', '', %s, '')",
            (bytes(32), bytes([2] * 32)),
        )
    assert rows(database, "select count(*) from news.changes") == [(0,)]


def test_a_recording_that_does_not_hold_an_article_says_nothing_of_it(warraq, database, tmp_path, outlets):
    warraq("run", "--day", DAY, "--replay", recording(tmp_path / "one", "abc"), WARRAQ_OUTLETS=outlets)
    other = recording(tmp_path / "two", "def")
    done = warraq("run", "--day", DAY, "--replay", other, "--as-of", WEEK_LATER, WARRAQ_OUTLETS=outlets)
    assert done.returncode == 0, done.stderr
    assert rows(database, "select count(*) from news.disappearance") == [(0,)]
    assert revisions(database) == dict.fromkeys("abcdef", 1)


def test_a_replay_without_a_moment_looks_at_its_own_day_alone(warraq, database, tmp_path, outlets):
    site = recording(tmp_path, "a", record("/news/a", "2026-11-20T14:00:00", article("a", last="وتأجلت الأعمال.")))
    for day in (DAY, NEXT_DAY):
        assert warraq("run", "--day", day, "--replay", site, WARRAQ_OUTLETS=outlets).returncode == 0
    assert revisions(database) == {"a": 1}
    assert rows(database, "select n_visits from crawl.link") == [(0,)]


@pytest.mark.parametrize(("setting", "n_visits"), [("[]", 0), ('["30d"]', 0), ("[30]", 1), ('["2d", "1d"]', 1)])
def test_an_outlet_says_when(warraq, database, tmp_path, setting, n_visits):
    outlets = outlet_toml(tmp_path / "outlets", HOST, "https", f"revisits = {setting}")
    site = recording(tmp_path, "a")
    for moment in (MIDNIGHT, WEEK_LATER):
        done = warraq("run", "--day", DAY, "--replay", site, "--as-of", moment, WARRAQ_OUTLETS=outlets)
        assert done.returncode == 0, done.stderr
    assert rows(database, "select n_visits from crawl.link") == [(n_visits,)]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('"6h"', "must be a list"), ('["6 weeks"]', "neither hours nor days"), ("[true]", "neither hours nor days"),
        ("[0]", "between an hour"), ('["366d"]', "between an hour"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_setting_is_named(tmp_path, setting, words):
    folder = outlet_toml(tmp_path, HOST, "https", f"revisits = {setting}")
    with pytest.raises(OutletError, match=f"revisits: .*{words}"):
        load_outlet(Path(folder) / "alburhan.toml")


def test_the_setting_is_hours_in_their_order(tmp_path):
    folder = outlet_toml(tmp_path, HOST, "https", 'revisits = ["7d", 12, "1.5h", "12h"]')
    assert load_outlet(Path(folder) / "alburhan.toml").revisits == (1.5, 12, 168)


@contextmanager
def server(answers: dict[str, tuple[int, bytes]], asked: list[tuple[str, str | None]]) -> Iterator[str]:
    """A web server on loopback that knows entity tags, and writes down each path with the tag that was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers.get("If-None-Match")
            asked.append((self.path, tag))
            status, body = answers.get(self.path, (404, b""))
            own = f'"{hash(body)}"'
            status, body = (304, b"") if status == 200 and tag == own else (status, body)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8" if "news" in self.path else "text/xml")
            self.send_header("ETag", own)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()


def test_the_live_web_is_asked_politely_and_a_failed_visit_waits(warraq, database, tmp_path):
    moment = datetime.now(UTC) - timedelta(days=2)  # any present will do
    answers: dict[str, tuple[int, bytes]] = {}
    asked: list[tuple[str, str | None]] = []
    with server(answers, asked) as host:
        outlets = outlet_toml(tmp_path / "outlets", host, "http", "crawl_delay = 0.1")
        published = moment.strftime("%Y-%m-%d").encode()
        for name in "abc":
            page = article(name).replace(b"2026-11-19", published).replace(f"https://{HOST}".encode(), b"")
            answers[f"/news/{name}"] = (200, page)
        answers["/feed"] = (200, feed(host, "abc", moment.replace(hour=10), "http"))

        def run() -> None:
            done = warraq("run", "--day", moment.date(), WARRAQ_OUTLETS=outlets, WARRAQ_TEST_HOSTS=host)
            assert done.returncode == 0, done.stdout + done.stderr
            asked[:] = [(path, tag) for path, tag in asked if path.startswith("/news")]

        run()
        assert asked == [(path, None) for path, _ in asked]
        assert len(asked) == 3
        run()
        assert len(asked) == 3  # nothing has become due since
        rows(database, "update crawl.link set visited_at = visited_at - interval '45 hours'")
        answers["/news/b"] = (503, b"")
        answers["/news/c"] = (410, b"")
        run()
    assert all(tag for _, tag in asked[3:])
    seen = rows(database, "select right(url, 1), outcome, n_visits, next_try_at is not null from crawl.link order by 1")
    assert seen == [("a", "loaded", 1, False), ("b", "loaded", 0, True), ("c", "loaded", 1, False)]
    assert rows(database, "select how from news.disappearance") == [("410",)]
    assert rows(database, "select count(*) from crawl.page") == [(3,)]


@pytest.mark.parametrize(
    ("published_at", "modified_before", "modified", "first_seen", "is_silent"),
    [
        ("2026-11-19T08:00Z", None, None, "2026-11-19T09:00Z", True),
        ("2026-11-19T08:00Z", None, "2026-11-19T10:00Z", "2026-11-19T09:00Z", False),
        ("2026-11-19T08:00Z", "2026-11-19T10:00Z", "2026-11-19T10:00Z", "2026-11-19T11:00Z", True),
        ("2026-11-19T08:00Z", "2026-11-19T10:00Z", None, "2026-11-19T11:00Z", True),
        (None, None, None, "2026-11-19T09:00Z", None),
        (None, None, None, "2026-11-20T00:00Z", True),
        (None, None, "2026-11-20T10:00Z", "2026-11-20T00:00Z", False),
    ],
)
def test_silence_is_said_only_where_it_can_be_told(
    connection, database, published_at, modified_before, modified, first_seen, is_silent
):
    versions = ((1, "نص أول", modified_before, first_seen), (2, "نص آخر", modified, "2026-11-21T00:00Z"))
    with connection, connection.cursor() as cursor:
        for number, text, modified_at, seen_at in versions:
            cursor.execute(
                "insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url,"
                " title, body, published_at, published_on, modified_at, authors, agencies, tags)"
                " values (%s, %s, %s, %s, %s, '', 'عنوان', %s, %s, %s, %s, '{}', '{}', '{}')",
                (
                    bytes([number] * 32), bytes(32), bytes([number]), seen_at, seen_at, [text], published_at, DAY,
                    modified_at,
                ),
            )  # fmt: skip
        cursor.execute(
            "insert into news.article (article_key, outlet, url, revision_key, search)"
            " values (%s, 'alburhan', '', %s, '')",
            (bytes(32), bytes([2] * 32)),
        )
    assert rows(database, "select is_silent from news.changes") == [(is_silent,)]


@pytest.mark.parametrize(("addresses", "is_silent"), [((1, 1), True), ((1, 2), None)])
def test_two_addresses_may_show_one_text_differently(connection, database, addresses, is_silent):
    with connection, connection.cursor() as cursor:
        for number, address in enumerate(addresses, 1):
            seen_at = f"2026-11-2{number}T00:00Z"
            cursor.execute(
                "insert into crawl.link (link_key, url, outlet, day, run_day, found_via)"
                " values (%s, %s, 'alburhan', %s, %s, 'feed') on conflict do nothing",
                (bytes([address] * 32), f"https://alburhan.example/{address}", DAY, DAY),
            )
            cursor.execute(
                "insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset,"
                " record_length, sha256, status, headers, fetched_at)"
                " values (%s, %s, '', '', 'alburhan', '', 0, 1, %s, 200, '{}', %s)",
                (bytes([number] * 32), bytes([address] * 32), bytes(32), seen_at),
            )
            cursor.execute(
                "insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url,"
                " title, body, published_at, published_on, authors, agencies, tags)"
                " values (%s, %s, %s, %s, %s, '', 'عنوان', %s, '2026-11-19T08:00Z', %s, '{}', '{}', '{}')",
                (bytes([number] * 32), bytes(32), bytes([number] * 32), seen_at, seen_at, [f"نص {number}"], DAY),
            )
        cursor.execute(
            "insert into news.article (article_key, outlet, url, revision_key, search)"
            " values (%s, 'alburhan', '', %s, '')",
            (bytes(32), bytes([2] * 32)),
        )
    assert rows(database, "select is_silent from news.changes") == [(is_silent,)]
