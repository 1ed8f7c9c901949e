"""robots.txt: one fetch a host, shared by all who wait; kept for a day, and for a week of errors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from spiders.pool import Pool
from spiders.robots import Answer, NoStore, Robots, RobotsUnreachable, Warehouse
from spiders.robots_text import MAX_BYTES, read_rules

SITE = "https://raqib.tld"
FILE = b"User-agent: *\nDisallow: /secret"


class Host:
    """A host that answers for its robots.txt, and counts how often it is asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, url: str) -> Answer:
        assert url == f"{SITE}/robots.txt"
        self.asked += 1
        await asyncio.sleep(0.05)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def pool(database) -> Iterator[Pool]:
    pool = Pool(database, 1)
    yield pool
    pool.close()


def age(pool: Pool, hours: float) -> None:
    """Makes every copy older."""

    def update(connection) -> None:
        with connection, connection.cursor() as cursor:
            cursor.execute("update crawl.robots set read_at = read_at - %s * interval '1 hour'", (hours,))

    pool.submit(update).result()


def allowed(robots: Robots, host: Host, path: str = "/secret") -> bool:
    return asyncio.run(robots.of(f"{SITE}{path}", host)).rules.allows(f"{SITE}{path}")


def test_all_who_wait_get_what_one_request_brings():
    host = Host(Answer(FILE, "200"))

    async def many() -> list[bool]:
        robots = Robots(NoStore())
        held = await asyncio.gather(*(robots.of(f"{SITE}/{n}", host) for n in range(50)))
        return [each.rules.allows(f"{SITE}/secret") for each in held]

    assert asyncio.run(many()) == [False] * 50
    assert host.asked == 1


def test_who_waits_for_one_that_cannot_be_read_gets_the_reason_too():
    host = Host(Answer(None, "answers 503"))

    async def many() -> list[object]:
        robots = Robots(NoStore())
        return await asyncio.gather(*(robots.of(SITE, host) for _ in range(5)), return_exceptions=True)

    errors = asyncio.run(many())
    assert {type(error) for error in errors} == {RobotsUnreachable}
    assert {str(error) for error in errors} == {"https://raqib.tld was not crawled, because its robots.txt answers 503"}
    assert host.asked == 1


def test_a_copy_serves_other_commands_for_a_day(pool):
    host = Host(Answer(FILE, "200"), Answer(b"", "404"))
    assert not allowed(Robots(Warehouse(pool)), host)
    age(pool, 23)
    assert not allowed(Robots(Warehouse(pool)), host)
    assert host.asked == 1
    age(pool, 2)
    assert allowed(Robots(Warehouse(pool)), host)  # it is gone since, which forbids nothing
    assert host.asked == 2


def test_the_last_copy_holds_for_a_week_of_errors(pool):
    host = Host(Answer(FILE, "200"), Answer(None, "answers 500"))
    assert not allowed(Robots(Warehouse(pool)), host)
    age(pool, 6 * 24)
    held = asyncio.run(Robots(Warehouse(pool)).of(SITE, host))
    assert not held.rules.allows(f"{SITE}/secret")
    assert held.note == "the robots.txt of https://raqib.tld answers 500; the copy of 144 hours ago holds"
    age(pool, 2 * 24)
    with pytest.raises(RobotsUnreachable, match="answers 500"):
        asyncio.run(Robots(Warehouse(pool)).of(SITE, host))


def test_an_error_before_any_copy_forbids_everything_and_is_forgotten_with_the_next(pool):
    host = Host(Answer(None, "answers 500"), Answer(FILE, "200"))
    with pytest.raises(RobotsUnreachable):
        asyncio.run(Robots(Warehouse(pool)).of(SITE, host))
    assert allowed(Robots(Warehouse(pool)), host, "/news")


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("User-agent: war\nDisallow: /", True),
        ("User-agent: warraqbot\nDisallow: /", True),
        ("User-agent: WARRAQ\nDisallow: /", False),
        ("User-agent: Warraq/0.1 (+desk@raqib.tld)\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: warraq\nDisallow: /else", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: warraq\nDisallow:", True),
        ("User-agent: warraq\nAllow: /\n\nUser-agent: warraq\nDisallow: /news", False),
        ("User-agent: a\nUser-agent: *\nDisallow: /news", False),
        ("User-agent: a\nSitemap: https://raqib.tld/s.xml\nUser-agent: *\nDisallow: /news", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/7", True),
        ("User-agent: *\nDisallow: /*7$", False),
        ("USER-AGENT : *\ndisallow : /news # الأخبار", False),
        ("useragent: *\nDissallow: /news", False),
        ("Disallow: /news", True),
        ("<html><body>Disallow: /news</body></html>", True),
        ("\n\n  User-agent: *\r  Disallow: /news\r", False),
    ],
    ids=[
        "part of our name", "our name in a longer one", "capitals", "with a version", "ours before everybody's",
        "ours forbids nothing", "two groups of ours", "a group of two", "a sitemap within a group", "the longest rule",
        "wildcards", "spaces and comments", "misspelt", "no group", "a page", "old line ends",
    ],
)  # fmt: skip
def test_which_rules_are_ours(text: str, is_allowed: bool) -> None:
    assert read_rules(text.encode()).allows(f"{SITE}/news/7") == is_allowed


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
ARCHIVE = f"{SITE}/%D8%A3%D8%B1%D8%B4%D9%8A%D9%81/1"  # /أرشيف/1
COMMENT = "# كل ما في هذا الملف تعليمات للروبوتات التي تزور موقع الرقيب، وشكرا لمن يلتزم بها"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /أرشيف\n",
        f"{COMMENT}\r\nUser-agent: *\r\nDisallow: /أرشيف",
        f"{COMMENT}\rUser-agent: *\rDisallow: /أرشيف",
        f"{COMMENT}\n" * 40 + "User-agent: *\nDisallow: /أرشيف\n",
        f"\n\n{COMMENT}\nuser-agent:*\ndisallow:/أرشيف",
        "Sitemap: https://raqib.tld/خريطة.xml\n\nUser-agent: *\nDisallow: /أرشيف",
        "User-agent: *\n" + "Allow: /أخبار/العالم/العربي\n" * 20 + "Disallow: /أرشيف\n",
        "\ufeffUser-agent: *\n\ufeffDisallow: /أرشيف\n",
        f"{COMMENT}\n\ufeffUser-agent: *\nDisallow: /أرشيف\n",
        "User-agent: *\0\nDisallow: /أرشيف\0\n",
        "User-agent: *\0\r\n\0Disallow: /أرشيف\r\n\0\0\0",
        "\u200fUser-agent: *\u200e\n\u200fDisallow: /أرشيف\u200f\n",
        "\u202bUser-agent: *\u202c\nDisallow: /أرشيف\x1a",
        f"User-agent: *\nDisallow: /أرشيف {COMMENT}",
    ],
    ids=[
        "rules", "a comment first", "old line ends", "many comments", "no spaces", "a sitemap first", "mostly arabic",
        "a mark on each line", "a mark behind a comment", "NULs at ends", "NULs around", "marks of direction",
        "an embedding", "a comment behind",
    ],
)  # fmt: skip
def test_encodings(encoding: str, text: str) -> None:
    rules = read_rules(text.encode(encoding))
    assert not rules.allows(ARCHIVE)
    assert rules.allows(f"{SITE}/news")


@pytest.mark.parametrize("encoding", ENCODINGS[1:])
def test_files_that_were_put_together_of_two_encodings(encoding: str) -> None:
    ours, other = b"User-agent: *\nDisallow: /first\n", "Disallow: /second\n".encode(encoding)
    comment = f"{COMMENT}\n".encode(encoding)
    for body in (ours + other, comment + ours + other, b"\n" + ours + other + b"\n"):
        rules = read_rules(body)
        assert [rules.allows(f"{SITE}/{path}") for path in ("first", "second", "third")] == [False, False, True]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_last_letter_that_came_in_part_is_left_out(encoding: str) -> None:
    body = "User-agent: *\nDisallow: /secret\n".encode(encoding)
    assert not allows_secret(body + b"\n")
    assert not allows_secret(body[:-1])


def allows_secret(body: bytes) -> bool:
    return read_rules(body).allows(f"{SITE}/secret")


def test_lines_that_nobody_can_read_are_no_rules() -> None:
    noise = bytes(range(256)) * 40
    assert allows_secret(noise)
    assert not allows_secret(noise + b"\nUser-agent: *\nDisallow: /secret\n" + noise)


def test_a_path_in_another_charset_stands_for_its_bytes() -> None:
    rules = read_rules(b"User-agent: *\nDisallow: /" + "أرشيف".encode("windows-1256"))
    assert not rules.allows(f"{SITE}/%C3%D1%D4%ED%DD/1")


def test_of_a_large_file_the_beginning_is_read_and_a_line_that_is_cut_is_no_rule() -> None:
    head = b"User-agent: *\nDisallow: /first\n"
    rest = b"Disallow: /" + b"x" * 100 + b"\n"
    fill = rest * ((MAX_BYTES - len(head)) // len(rest))
    cut = b"#" * (MAX_BYTES - len(head) - len(fill) - 12) + b"\nDisallow: /news-of-the-day\n"
    rules = read_rules(head + fill + cut + b"Disallow: /last\n")
    assert not rules.allows(f"{SITE}/first")
    assert rules.allows(f"{SITE}/news")
    assert rules.allows(f"{SITE}/last")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_whose_end_is_the_next_byte_is_whole(encoding: str, end: str) -> None:
    rules = f"{end}User-agent: *{end}Disallow: /secret".encode(encoding)
    fill = "#".encode(encoding) * ((MAX_BYTES - len(rules)) // len("#".encode(encoding)))
    whole = fill + rules
    assert len(whole) == MAX_BYTES
    for behind in (end, f"{end}Allow: /secret"):
        assert not allows_secret(whole + behind.encode(encoding))
    for behind in ("-of-others", "-of-others\n"):
        assert allows_secret(whole + behind.encode(encoding))


@pytest.mark.parametrize(
    ("line", "delay"),
    [("Crawl-delay: 2.5", 2.5), ("Request-rate: 1/10s", 10.0), ("crawl delay 3", 3.0), ("Crawl-delay: soon", 0.0)],
    ids=["delay", "rate", "spaces", "nonsense"],
)
def test_delays(line: str, delay: float) -> None:
    assert read_rules(f"User-agent: *\n{line}\nDisallow: /x".encode()).delay == delay
