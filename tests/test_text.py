"""Cleaning for storing, normalising for comparing, and text read with a wrong encoding."""

import sys
import unicodedata
from pathlib import Path

import pytest

from pipelines.text import ascii_digits, clean_line, clean_text, is_mojibake, normalize_arabic, unescape_line, words

ARABIC = "أعلنت وزارة الصحة أن اللجنة ستجتمع غدا لبحث خطة جديدة في جميع المحافظات"
HEADLINE = "إغلاق جسر الوادي أمام الشاحنات"
BODY = f"{ARABIC}.\nوقال المتحدث «إن القرار نهائي»، مضيفا أن الأعمال تبدأ يوم 12 من الشهر المقبل وتستمر أسبوعين.\n" * 4
SAMPLES = [
    line.split("\t")
    for line in Path(__file__).with_name("language_samples.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("مُحَمَّد", "محمد"),
        ("هٰذا الرَّحمٰن", "هذا الرحمن"),
        ("الحكومـــــة", "الحكومه"),
        ("إلى أعلى آخر ٱسم", "الي اعلي اخر اسم"),
        ("أ\u0654نباء ا\u0653خر", "انبا اخر"),
        ("مسؤول وشاطئ وماء", "مسوول وشاطي وما"),
        ("٢٠٢٦ ۱۴", "2026 14"),
        ("«خبر»، عاجل؛ لماذا؟ ٪ ٬ …!", "خبر عاجل لماذا"),
        ("خبر_عاجل - الآن", "خبر عاجل الآن"),
        ("ﺍﻟﺨﺒﺮ ﻻ ﻷن", "الخبر لا لان"),
        ("كتاباﹰ مﹷحﹶمد", "كتابا محمد"),
        ("ﷲ ﷺ", "الله صلى الله عليه وسلم"),
        ("کیف هی ہذہ", "كيف هي هذه"),
        ("مي\u200cخواهم ال\u200dعربية", "ميخواهم العربيه"),
        ("ال\u200fخب\u202cر\ufeff", "الخبر"),
        ("AFP Été İstanbul", "afp été istanbul"),
        ("e\u0301te\u0301", "été"),
        ("خبر\u00a0عاجل\u2009الآن", "خبر عاجل الان"),
        ("\u06dd قال ۞ ربي", "قال ربي"),
    ],
)
def test_two_spellings_have_one_normal_form(one: str, two: str) -> None:
    assert normalize_arabic(one) == normalize_arabic(two)


@pytest.mark.parametrize(
    ("one", "two"), [("سلم", "سلام"), ("في", "فى يوم"), ("ڤيينا", "بيينا"), ("12", "21"), ("", "و")]
)
def test_different_words_keep_different_forms(one: str, two: str) -> None:
    assert normalize_arabic(one) != normalize_arabic(two)


def test_the_normal_form_is_its_own_and_made_of_words() -> None:
    every = "".join(chr(code) for code in range(sys.maxunicode + 1))
    for text in (*(text for _, _, text in SAMPLES), every[:0x3000]):
        form = normalize_arabic(text)
        assert normalize_arabic(form) == form
        assert form.split() == words(text)
        assert all(word.isalnum() for word in words(text))
    assert normalize_arabic(every)


def test_digits_are_read_and_letters_left() -> None:
    assert ascii_digits("١٥ ینایر ۲۰۲۴، x²") == "15 ینایر 2024، x²"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("می\u200cخواهم\x00\ud800\u202e", "می\u200cخواهم\ufffd"),
        ("لا\u200dه", "لا\u200dه"),
        ("\ud83d\ude00 خبر \udc00\ud83d", "😀 خبر \ufffd\ufffd"),
        ("كتا\u00adب\u061c \u2066عاجل\u2069\u200b", "كتاب عاجل"),
        ("حرف\x07 \x9fو\x7f\ufffe", "حرف و"),
        ("سطر\x0bسطر\x0cسطر\x85سطر\u2028سطر\r\n", "سطر\nسطر\nسطر\nسطر\nسطر\r\n"),
        ("مُحَمَّــد ﻻ ۵ \ufffd", "مُحَمَّــد ﻻ ۵ \ufffd"),
        ("\t❤️ نص", "\t❤️ نص"),
        ("", ""),
    ],
)
def test_cleaning_keeps_spelling_and_drops_what_no_reader_sees(text: str, clean: str) -> None:
    assert clean_text(text) == clean
    assert clean_text(clean).encode().decode() == clean


def test_a_line_has_single_spaces() -> None:
    assert clean_line("  سطر\u00a0\u2009\u202f\u3000واحد\ufeff \n") == "سطر واحد"
    assert unescape_line("&quot;قال&amp;quot; &#1605; &#xD800;&zwnj;") == '"قال" م \ufffd\u200c'


def wrong(text: str, right: str, taken_for: str) -> str:
    return text.encode(right, "replace").decode(taken_for, "replace")


@pytest.mark.parametrize(
    ("right", "taken_for"),
    [
        ("utf-8", name)
        for name in ("cp1252", "latin-1", "cp1254", "iso8859-15", "mac_roman", "cp1256", "cp1251", "ascii")
    ]
    + [("cp1256", name) for name in ("latin-1", "cp1252", "utf-8", "ascii")]
    + [("iso8859-6", name) for name in ("latin-1", "cp1252", "utf-8")],
)
def test_arabic_in_a_wrong_encoding_is_mojibake(right: str, taken_for: str) -> None:
    headline, body = wrong(HEADLINE, right, taken_for), wrong(BODY, right, taken_for)
    assert is_mojibake(headline)
    assert is_mojibake(body)
    assert is_mojibake(clean_text(body))
    assert is_mojibake(f"{headline}\n{BODY}")
    assert is_mojibake(f"{HEADLINE}\n{BODY}{body}")
    assert is_mojibake(f"{BODY}{body}".replace("\n", " "))


@pytest.mark.parametrize("taken_for", ["cp1252", "latin-1", "cp1256", "mac_roman"])
def test_text_that_was_broken_twice_is_mojibake(taken_for: str) -> None:
    assert is_mojibake(wrong(wrong(HEADLINE, "utf-8", taken_for), "utf-8", taken_for))
    assert is_mojibake(wrong(wrong(BODY, "utf-8", "cp1252"), "utf-8", taken_for))


@pytest.mark.parametrize("taken_for", ["cp1252", "cp1256"])
def test_every_arabic_sample_is_mojibake_once_broken(taken_for: str) -> None:
    texts = [text for code, kind, text in SAMPLES if code == "ar" and kind not in ("mixed", "latin-names")]
    assert [text for text in texts if not is_mojibake(wrong(text, "utf-8", taken_for))] == []


@pytest.mark.parametrize(
    "text",
    [
        "????? ??????? ?? ?????",
        "??? ????: ??????? ?????? ??? 12 ????",
        f"{HEADLINE}\n???? ??????? ??????? ?? ????? ????? ??????",
        "\ufffd" * 12,
        ARABIC.replace("ا", "\ufffd"),
    ],
)
def test_text_of_placeholders_is_mojibake(text: str) -> None:
    assert is_mojibake(text)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_no_good_sample_is_mojibake(form: str) -> None:
    for _, _, text in SAMPLES:
        assert not is_mojibake(unicodedata.normalize(form, text))  # type: ignore[arg-type]
        assert not is_mojibake(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "؟؟؟؟؟",
        "ليش ؟؟؟؟ وش صار ؟؟ محد درى ?????",
        "هل انتهى كل شيء؟!!! ??",
        "القاهرة، Ørsted",
        "Président à Zürich, Øresund",
        "Une idée créée, l'année passée, par une fée née à Mâcon : «\u00a0à\u00a0», c'est arrivé là-bas",
        "ÉLÈVES ÉVACUÉS À SÈTE : L'ÉCOLE FERMÉE DÈS DEMAIN",
        "Der Außenminister für größere Bemühungen: Öl, Übergänge, Größe, Füße",
        "GÖÇÜK ALTINDA ÜÇ İŞÇİ: ÇÖZÜM ÖNERİSİ",
        "Köprüyü büyükşehir belediyesi üç günde söküp götürdü",
        "Rødgrød med fløde på Ærø og smørrebrød på Åmøy",
        "Þjóðin fær góðar fréttir: ráðherra býður þýðingu á ný",
        "Föräldrar får läsa på ö i Åland, på sjön Åsjö",
        "Não há informações: as nações não são irmãs, põe à mão",
        "Příští týden přijede předseda, říká ředitel",
        "Gazetę wyślą dziś, źródło potwierdziło święto",
        "Thủ tướng phát biểu tại Hà Nội về kế hoạch mới",
        "Президент сообщил, что встреча состоится вскоре: ВВС, «Єдність», Її",
        "Ціна €100, €200 і €300 …",
        "«ضغطَ، عظُم؛ طغى…» قال: «حظ» و«غيظ»، ثم «ربط»؛ «صنع»!",
        "عکس‌های طرح‌های عظیم پخش شد؛ عکاس: طهماسب، «ساعات»، ‹طبع›",
        "آئے گی، آپ کو آگاہ کیا گیا؛ آٹا اور آڑو، «آگ»",
        "خطأ؛ ملجأ، منشأ؛ «مبدأ» «مرفأ» أگادير أچداد",
        "سعر السهم ٣٫٥٪ – ٤٫٢٪ • € ¥ £ ® ™ ©",
        "الرقم ½ و¼ و× و÷ ثم ²",
        "قال الوزير إن القرار نهائي ❤️😀👍🏽 🇪🇬",
        f"{BODY}صور \ufffd قديمة",
        f"{ARABIC} في \ufffd\ufffd محافظة",
        f"{BODY}وختم باسم Ø£Ø­ ثم تابع حديثه إلى الصحافيين عن المشروع الجديد في البلدة",
    ],
)
def test_good_text_is_not_mojibake(text: str) -> None:
    assert not is_mojibake(text)


@pytest.mark.parametrize("unit", ["?", "? ", "?? x", "Ø", "Øx", "â", "ط،", "ÀÀ ", "\ufffd\ufffd ", "\n", "ï»¿"])
@pytest.mark.timeout(5)
def test_no_text_takes_long(unit: str) -> None:
    text = unit * 200_000
    assert is_mojibake(text) in (True, False)
    assert len(clean_line(text)) <= len(text)
    assert len(normalize_arabic(text)) <= len(text)
