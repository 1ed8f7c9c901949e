"""The words of calendars, folded for comparing: months of four traditions, weekdays, zones, numbers."""

from __future__ import annotations

import re
import unicodedata

from pipelines.text import ascii_digits, clean_line

_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")
_FOLD = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ؤ": "و", "،": ","}
)


def fold(text: str) -> str:
    """A date string ready to be read: ASCII digits, bare letters, lower case, single spaces; punctuation stays.

    >>> fold("الأربعاء، ٠٧ أكتوبر")
    'الاربعاء, 07 اكتوبر'
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", clean_line(text))).translate(_FOLD)
    return clean_line(ascii_digits(plain).lower())


_MONTH_WORDS = {
    1: "يناير كانون_الثاني كانون_ثاني كانون_2 جانفي january jan janvier",
    2: "فبراير شباط فيفري february feb fevrier février",
    3: "مارس اذار march mar mars",
    4: "ابريل نيسان افريل april apr avril",
    5: "مايو ايار ماي may mai",
    6: "يونيو يونيه حزيران جوان june jun juin",
    7: "يوليو يوليه يوليوز تموز جويليه july jul juillet",
    8: "اغسطس اب اوت غشت august aug aout août",
    9: "سبتمبر ايلول شتنبر september sept sep septembre",
    10: "اكتوبر تشرين_الاول تشرين_اول تشرين_1 october oct octobre",
    11: "نوفمبر تشرين_الثاني تشرين_ثاني تشرين_2 نونبر november nov novembre",
    12: "ديسمبر كانون_الاول كانون_اول كانون_1 دجنبر december dec decembre décembre",
}
_HIJRI_WORDS = {
    1: "محرم المحرم",
    2: "صفر",
    3: "ربيع_الاول ربيع_اول",
    4: "ربيع_الاخر ربيع_الثاني ربيع_ثاني ربيع_ثان",
    5: "جمادي_الاولي جمادي_الاول جمادي_اولي",
    6: "جمادي_الاخره جمادي_الاخر جمادي_الثانيه جمادي_الثاني",
    7: "رجب",
    8: "شعبان",
    9: "رمضان",
    10: "شوال",
    11: "ذو_القعده ذي_القعده ذوالقعده ذيالقعده",
    12: "ذو_الحجه ذي_الحجه ذوالحجه ذيالحجه",
}


def _table(words: dict[int, str]) -> dict[str, int]:
    return {name.replace("_", " "): number for number, names in words.items() for name in names.split()}


GREGORIAN_MONTHS = _table(_MONTH_WORDS)
HIJRI_MONTHS = _table(_HIJRI_WORDS)
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("الاثنين الإثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد"),
    )
    for name in map(fold, names.split())
}
# «عمان» is two capitals, so it is in no table: a clock there is not read.
NAMED_ZONES = {
    **dict.fromkeys(("مكه", "السعوديه", "الرياض"), "Asia/Riyadh"),
    **dict.fromkeys(("القاهره", "مصر"), "Africa/Cairo"),
    **dict.fromkeys(("ابوظبي", "ابو", "الامارات", "دبي"), "Asia/Dubai"),
    **dict.fromkeys(("بيروت", "لبنان"), "Asia/Beirut"),
    **dict.fromkeys(("دمشق", "سوريا"), "Asia/Damascus"),
    **dict.fromkeys(("بغداد", "العراق"), "Asia/Baghdad"),
    **dict.fromkeys(("القدس",), "Asia/Jerusalem"),
    **dict.fromkeys(("الدوحه", "قطر"), "Asia/Qatar"),
    **dict.fromkeys(("الكويت",), "Asia/Kuwait"),
    **dict.fromkeys(("تونس",), "Africa/Tunis"),
    **dict.fromkeys(("الجزائر",), "Africa/Algiers"),
    **dict.fromkeys(("الرباط", "المغرب"), "Africa/Casablanca"),
    **dict.fromkeys(("موسكو",), "Europe/Moscow"),
}
NUMBER_WORDS = {
    name: number
    for number, names in {
        1: "واحد واحده",
        2: "اثنين اثنتين",
        3: "ثلاث ثلاثه",
        4: "اربع اربعه",
        5: "خمس خمسه",
        6: "ست سته",
        7: "سبع سبعه",
        8: "ثمان ثماني ثمانيه",
        9: "تسع تسعه",
        10: "عشر عشره",
    }.items()
    for name in names.split()
}
