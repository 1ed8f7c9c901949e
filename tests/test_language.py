"""Arabic told from its neighbours, on samples that we wrote: headlines, dialects, quotes, odd keyboards."""

from pathlib import Path

import pytest

from pipelines.language import arabic_share, language

SAMPLES = [
    line.split("\t")
    for line in Path(__file__).with_name("language_samples.tsv").read_text(encoding="utf-8").splitlines()
]
# py3langid does not know these two; that they are not Arabic is what counts.
UNKNOWN = {"sd", "pnb"}
# A Persian headline typed with an Arabic keyboard, of words that are nearly all Arabic loans.
AMBIGUOUS = {"رئيس مجلس با وزير امور خارجه ديدار و درباره روابط دو كشور مذاكره كرد"}

ARABIC = (
    "أعلنت بلدية المرفأ القديم إغلاق الجسر الحجري أمام الشاحنات حتى نهاية الشهر، "
    "بعد أن رصد المهندسون شقوقا في دعامتين. "
    "وقال رئيس البلدية إن الحافلات ستسلك طريق الوادي، وإن السكان أبلغوا بالموعد قبل أسبوعين. "
)
ENGLISH = (
    "The town council has closed the old stone bridge to lorries until the end of the month, after engineers "
    "found cracks in two of its piers. The mayor said that buses would take the valley road and that people had "
    "been told in good time. "
)
PERSIAN = (
    "شهرداری بندر کهنه پل سنگی را تا پایان ماه به روی کامیون‌ها بست، زیرا مهندسان در دو پایه آن ترک دیده‌اند. "
    "شهردار گفت که اتوبوس‌ها از جاده دره می‌روند و به مردم از دو هفته پیش خبر داده شده است. "
)
MENU = "الرئيسية أخبار محلية رياضة اقتصاد ثقافة صحة تقنية اتصل بنا من نحن سياسة الخصوصية "


def test_the_samples_are_many_enough() -> None:
    codes = [code for code, _, _ in SAMPLES]
    assert codes.count("ar") >= 60
    assert all(codes.count(code) >= 15 for code in ("fa", "ur", "ckb", "ps", "en", "fr"))


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, _, text in SAMPLES if text not in AMBIGUOUS])
def test_a_sample_is_in_its_language(code: str, text: str) -> None:
    if code in UNKNOWN:
        assert language(text) != "ar"
    else:
        assert language(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{ARABIC}«{ENGLISH[:150]}» {ARABIC}", "ar"),
        (f"{ENGLISH[:200]} {ARABIC * 3}", "ar"),
        (f"{ARABIC * 8}{ENGLISH * 3}", "ar"),
        (f"{ARABIC}«{PERSIAN[:100]}» {ARABIC}", "ar"),
        (f"{MENU}{ENGLISH * 2}{MENU}", "en"),
        (f"{PERSIAN}«{ARABIC[:115]}» {PERSIAN}", "fa"),
        (f"{ARABIC[:200]}{PERSIAN * 20}", "fa"),
        (ARABIC.replace("ي", "ی").replace("ك", "ک"), "ar"),
        (PERSIAN.replace("ی", "ي").replace("ک", "ك"), "fa"),
        (ARABIC.replace("ة", "ه").replace("أ", "ا").replace("إ", "ا"), "ar"),
        ("\ufeff\u200f" + ARABIC, "ar"),
        (ARABIC * 5000, "ar"),
        ("عاجل", "ar"),
        ("AFP", None),
        ("12345 — !!", None),
        ("ـ‌ـ ٌّ", None),
        ("\ud800\x00", None),
        ("", None),
    ],
)
def test_a_mixed_or_odd_text_is_in_the_language_of_most_of_it(text: str, code: str | None) -> None:
    assert language(text) == code


def test_the_arabic_share_is_one_of_letters() -> None:
    assert arabic_share("٪٣٠ قال: كَذَا!") == 1.0
    assert arabic_share("ab ج د") == 0.5
    assert arabic_share("2026") == arabic_share("") == 0.0
