"""Bytes to text: what a page says of its encoding, whether that is true, and what it is in where it says nothing."""

import codecs
import re

import pytest

from spiders.charset import decode

SENTENCE = "أغلقت البلدية الجسر القديم أمام الشاحنات."
HEADLINE = "خبر عاجل من القاهرة"
STORY = (
    "أعلنت بلدية المرفأ القديم إغلاق الجسر الحجري أمام الشاحنات حتى نهاية الشهر، "
    "بعد أن رصد المهندسون شقوقا في دعامتين. "
    "وقال رئيسها «إن الحافلات ستسلك طريق الوادي»، مؤكدا أن السكان أبلغوا بالموعد قبل أسبوعين؛ فلماذا الشكوى؟ "
)
PERSIAN_LETTERS = "وصل چارلي پاركر إلى گلميم، وقال للصحافيين: «لم أتوقع هذا الاستقبال» ثم شكر أهل المدينة."
FRENCH = (
    "Le maire a annoncé que le pont fermé à Sète rouvrira dès l'été, « peut-être même avant », après des mois d'arrêt."
)
MENU = (
    "<nav><a href='/home'>Home</a> <a href='/news'>News</a> <a href='/sport'>Sport</a> <a href='/login'>Login</a></nav>"
)
MARKUP = "<div class='row'><script>var a = {b: 1, c: 'd'};</script><img src='/i/1.jpg' alt=''></div>\n" * 300
TEXTS = {
    "sentence": SENTENCE,
    "headline": HEADLINE,
    "story": STORY,
    "long": STORY * 30,
    "names": PERSIAN_LETTERS,
    "menu": MENU * 5 + SENTENCE,
    "markup": MARKUP + HEADLINE + MARKUP,
    "french quote": f"{STORY} وكتب بالفرنسية: {FRENCH[:50]}",
}
ISO_TEXTS = {
    name: text.replace("«", '"').replace("»", '"')
    for name, text in TEXTS.items()
    if name not in ("names", "french quote")
}


def page(text: str, charset: str | None = None, *, http_equiv: bool = False) -> str:
    told = f'<meta charset="{charset}">'
    if http_equiv:
        told = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}" />'
    head = f"{told if charset else ''}<title>News</title>"
    return f"<!DOCTYPE html><html><head>{head}</head><body><p>{text}</p></body></html>"


def header(charset: str | None) -> str:
    return f"text/html; charset={charset}" if charset else "text/html"


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    ("http", "meta"),
    [
        ("windows-1256", None),
        (None, "windows-1256"),
        (None, None),
        ("utf-8", None),
        (None, "utf-8"),
        ("utf-8", "utf-8"),
        ("utf-8", "windows-1256"),
        ("windows-1256", "utf-8"),
        ("iso-8859-1", None),
        ("windows-1252", "iso-8859-1"),
        ("us-ascii", None),
        ("x-user-defined", None),
        ("no-such-thing", ""),
        ("utf-16", None),
        ("gb2312", None),
    ],
)
def test_windows_1256_whatever_is_said_of_it(name: str, http: str | None, meta: str | None) -> None:
    text = page(TEXTS[name], meta)
    assert decode(text.encode("cp1256"), header(http)) == (text, "cp1256")


@pytest.mark.parametrize("name", ISO_TEXTS)
@pytest.mark.parametrize(
    ("http", "meta"),
    [("iso-8859-6", None), (None, "iso-8859-6"), (None, None), ("utf-8", None), (None, "utf-8"), ("iso-8859-1", None)],
)
def test_iso_8859_6_whatever_is_said_of_it(name: str, http: str | None, meta: str | None) -> None:
    text = page(ISO_TEXTS[name], meta)
    assert decode(text.encode("iso8859-6"), header(http)) == (text, "iso8859-6")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "charset", [None, "utf-8", "windows-1256", "iso-8859-6", "iso-8859-1", "x-user-defined", "utf-16"]
)
def test_utf_8_whatever_is_said_of_it(name: str, charset: str | None) -> None:
    for text in (page(TEXTS[name], charset), page(TEXTS[name], charset, http_equiv=True)):
        assert decode(text.encode(), header(charset)) == (text, "utf-8")
        assert decode(codecs.BOM_UTF8 + text.encode(), header(charset)) == (text, "utf-8")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_with_and_without_a_mark(name: str, encoding: str) -> None:
    text = page(TEXTS[name], "utf-8")
    for charset in ("utf-8", "utf-16", "windows-1256", None):
        assert decode(("\ufeff" + text).encode(encoding), header(charset)) == (text, encoding)
        assert decode(text.encode(encoding), header(charset)) == (text, encoding)


def test_of_a_page_in_two_encodings_the_larger_part_is_read() -> None:
    story, footer = page(STORY * 3), HEADLINE * 3
    assert decode(story.encode() + footer.encode("cp1256"))[0].startswith(story)
    assert decode(story.encode("cp1256") + footer.encode())[0].startswith(story)


def test_a_mark_from_a_template_does_not_hide_what_follows() -> None:
    for text in (page(SENTENCE, "utf-8"), page(STORY)):
        assert decode(codecs.BOM_UTF8 + text.encode("cp1256"), "text/html; charset=utf-8") == (text, "cp1256")


@pytest.mark.parametrize("cut", range(1, 8))
def test_utf_8_that_was_cut_within_a_letter(cut: int) -> None:
    for text in (HEADLINE, page(SENTENCE), page(STORY * 10)):
        whole = text.removesuffix("</p></body></html>")
        found, encoding = decode(whole.encode()[:-cut], "text/html; charset=utf-8")
        assert encoding == "utf-8"
        assert whole.startswith(found.rstrip("\ufffd"))
        assert found.count("\ufffd") <= 1


@pytest.mark.parametrize("junk", [b"\xff", b"\xa0", b"\xd8", b"\xe2\x80", b"\x92\x93", b"\xc7\xe1"])
def test_utf_8_with_a_few_bad_bytes(junk: bytes) -> None:
    body = page(STORY).encode()
    half = body.index("أن رصد".encode())
    found, encoding = decode(body[:half] + junk + body[half:], "text/html; charset=windows-1256")
    assert encoding == "utf-8"
    assert found.replace("\ufffd", "") == page(STORY)


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("windows1256", "cp1256"),
        ("cp-1256", "cp1256"),
        ("CP1256", "cp1256"),
        ("x-cp1256", "cp1256"),
        ("win-1256", "cp1256"),
        ("Windows_1256", "cp1256"),
        ("arabic", "iso8859-6"),
        ("ISO8859-6", "iso8859-6"),
        ("iso_8859-6:1987", "iso8859-6"),
        ("csISOLatinArabic", "iso8859-6"),
        ("iso-8859-6-i", "iso8859-6"),
        ("asmo-708", "iso8859-6"),
        ("x-mac-arabic", "mac-arabic"),
    ],
)
def test_a_name_is_understood_however_it_is_spelt(label: str, encoding: str) -> None:
    body = "<p>قال: لا</p>".encode(encoding)
    assert decode(body, f"text/html; charset={label}") == ("<p>قال: لا</p>", encoding)
    assert decode(body, f'text/html;charset = "{label}"; x=y') == ("<p>قال: لا</p>", encoding)
    assert decode(f"<meta charset={label}>".encode() + body)[1] == encoding
    assert decode(f'<?xml version="1.0" encoding="{label}"?>'.encode() + body)[1] == encoding


@pytest.mark.parametrize("label", ["utf8", "UTF-8;", "utf_8", "unicode", "UTF-8, windows-1256", "''", "utf-8'"])
def test_utf_8_by_other_names(label: str) -> None:
    assert decode(SENTENCE.encode(), f"text/html; charset={label}") == (SENTENCE, "utf-8")


def test_of_two_declarations_the_true_one_is_believed() -> None:
    for first, second in (("utf-8", "windows-1256"), ("windows-1256", "utf-8"), ("iso-8859-1", "windows-1256")):
        text = (
            f'<meta charset="{first}"><meta http-equiv=Content-Type content="text/html; charset={second}"><p>{SENTENCE}'
        )
        assert decode(text.encode("cp1256")) == (text, "cp1256")
        assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-1", "x-user-defined", None])
def test_a_page_of_references_is_read_as_it_is(charset: str | None) -> None:
    references = "".join(f"&#{ord(letter)};" for letter in STORY)
    text, encoding = decode(page(references, charset).encode("ascii"), header(charset))
    assert text == page(references, charset)
    assert re.fullmatch("utf-8|cp1252|cp1256", encoding)


@pytest.mark.parametrize(
    "text", [FRENCH, "Der Außenminister grüßt: „Schöne Grüße aus Köln“.", "El señor Núñez llegó ayer."]
)
@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", None, "utf-8"])
def test_western_text_is_not_made_arabic(text: str, charset: str | None) -> None:
    assert decode(page(text).encode("cp1252"), header(charset)) == (page(text), "cp1252")


def test_other_encodings_are_believed_when_they_are_told() -> None:
    for text, charset, encoding in (
        ("Cumhurbaşkanı bugün İstanbul'da konuştu, ığdır ve çevresi için müjde verdi.", "windows-1254", "cp1254"),
        ("Президент сообщил, что встреча состоится на следующей неделе.", "windows-1251", "cp1251"),
        ("דובר הממשלה אמר כי הפגישה תתקיים בשבוע הבא.", "windows-1255", "cp1255"),
        ("市长说，大桥将于月底前重新开放。", "gb18030", "gb18030"),
    ):
        assert decode(page(text, charset).encode(encoding), header(charset)) == (page(text, charset), encoding)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff",
        b"\xff\xfe",
        b"\xff\xfe\x00",
        b"\xfe\xff\xd8",
        b"\x00\x00\xfe\xff\x00",
        bytes(range(256)) * 50,
        b"\x00<\x00p",
        b"<\x00" * 100 + b"\x00",
        b"\xd8" * 1000,
        b"\xff\xd8\xff\xe0" + bytes(range(255, 0, -1)) * 40,
        b"<meta charset=" + b"a" * 5000,
        b"<meta " * 20_000,
        b"<?xml " * 20_000,
    ],
)
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/html; charset=",
        "text/html; charset=\x00",
        "charset=hex",
        "charset=utf-7",
        "charset=rot13",
        "charset=idna",
    ],
)
def test_no_bytes_and_no_claim_raise(body: bytes, content_type: str | None) -> None:
    text, encoding = decode(body, content_type)
    assert codecs.lookup(encoding).name == encoding
    assert isinstance(text, str)


@pytest.mark.parametrize("unit", [b"a", b"\xc7", b"\xc7 ", b"a\xc7", b"<meta charset", b"\xd8\xa7\xff", b"\x00a"])
@pytest.mark.timeout(20)
def test_no_body_takes_long(unit: bytes) -> None:
    assert decode(unit * (5_000_000 // len(unit)), "text/html")[1]
