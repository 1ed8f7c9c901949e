"""Cleaning for storing, normalising for comparing, and text read with a wrong encoding."""

import pytest

from pipelines.text import clean_line, clean_text, is_mojibake, normalize_arabic, unescape_line

ARABIC = "أعلنت وزارة الصحة أن اللجنة ستجتمع غدا لبحث خطة جديدة في جميع المحافظات"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("مُحَمَّد", "محمد"),
        ("الحكومـــــة", "الحكومه"),
        ("إلى أعلى", "الي اعلي"),
        ("مسؤول", "مسوول"),
        ("٢٠٢٦", "2026"),
        ("«خبر»، عاجل؛", "خبر عاجل"),
        ("ﺍﻟﺨﺒﺮ", "الخبر"),
        ("کیف", "كيف"),
    ],
)
def test_two_spellings_have_one_normal_form(one: str, two: str) -> None:
    assert normalize_arabic(one) == normalize_arabic(two)


def test_cleaning_keeps_spelling_and_drops_what_no_database_takes() -> None:
    assert clean_text("می\u200cخواهم\x00\ud800\u202e") == "می\u200cخواهم\ufffd"
    assert clean_line("  سطر\u00a0\u00a0واحد\ufeff \n") == "سطر واحد"
    assert unescape_line("&quot;قال&amp;quot; &#1605;") == '"قال" م'


@pytest.mark.parametrize("charset", ["cp1252", "latin-1"])
def test_double_encoded_text_is_mojibake(charset: str) -> None:
    assert is_mojibake(ARABIC.encode().decode(charset, "replace"))
    assert not is_mojibake(ARABIC)
    assert not is_mojibake("Président à Zürich, Øresund")
