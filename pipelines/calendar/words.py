"""The words of calendars, folded for comparing: months of four traditions, weekdays, zones, numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipelines.text import ascii_digits, clean_line

_STROKE = re.compile(r"(?<=[\d\s])\u0640+(?=[\d\s])")
_MARKS = re.compile(r"[\u0610-\u061c\u064b-\u065f\u0670\u0640\u06d6-\u06ed\u200c\u200d]")
_FOLD = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیې", "ي"),
        **dict.fromkeys("ةہۀە", "ه"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "ک": "ك",
        "ؤ": "و",
        "،": ",",
        "\\": "/",
    }
)
# What stands in a string, letter for letter, for a clock or a date that was read; cleaned text has neither.
CLOCK_MASK, DATE_MASK = "\x00", "\x01"


def fold(text: str) -> str:
    """A date string ready to be read: ASCII digits, bare letters, lower case, single spaces; punctuation stays.

    >>> fold("الأربعاء، ٠٧ أكتوبر ـ ١٢:٣٠")
    'الاربعاء, 07 اكتوبر - 12:30'
    """
    # A tatweel that stands alone, or between digits, is written for a dash.
    plain = _MARKS.sub("", _STROKE.sub("-", unicodedata.normalize("NFKC", clean_line(text)))).translate(_FOLD)
    return clean_line(ascii_digits(plain).lower())


def any_of(names: Iterable[str]) -> str:
    """A pattern of one of the names, the longest first.

    >>> any_of(["ماي", "مايو"])
    'مايو|ماي'
    """
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _table(words: dict[int, str]) -> dict[str, int]:
    return {name.replace("_", " "): number for number, names in words.items() for name in names.split()}


# Egyptian and Gulf, Levantine and Iraqi, Maghrebi, those of Libya from 1986 to 2011, English and French.
GREGORIAN_MONTHS = _table(
    {
        1: "يناير كانون_الثاني كانون_ثاني كانون_ثان كانون_2 كانون2 ك2 جانفي اي_النار january jan janvier janv",
        2: "فبراير شباط فيفري النوار february feb fevrier février févr",
        3: "مارس اذار march mar mars",
        4: "ابريل نيسان افريل الطير april apr avril avr",
        5: "مايو ايار ماي مايس الماء may mai",
        6: "يونيو يونيه حزيران جوان الصيف june jun juin",
        7: "يوليو يوليه يوليوز تموز جويليه ناصر july jul juillet juil",
        8: "اغسطس اوغسطس اب اوت غشت هانيبال august aug aout août",
        9: "سبتمبر ايلول شتنبر شتمبر الفاتح september sept sep septembre",
        10: "اكتوبر اوكتوبر تشرين_الاول تشرين_اول تشرين_1 تشرين1 ت1 التمور october oct octobre",
        11: "نوفمبر تشرين_الثاني تشرين_ثاني تشرين_ثان تشرين_2 تشرين2 ت2 نونبر نوفنبر الحرث november nov novembre",
        12: "ديسمبر كانون_الاول كانون_اول كانون_1 كانون1 ك1 دجنبر دجمبر الكانون december dec decembre décembre déc",
    }
)
HIJRI_MONTHS = _table(
    {
        1: "محرم المحرم محرم_الحرام",
        2: "صفر صفر_الخير",
        3: "ربيع_الاول ربيع_اول ربيع_1",
        4: "ربيع_الاخر ربيع_اخر ربيع_الثاني ربيع_ثاني ربيع_ثان ربيع_2",
        5: "جمادي_الاولي جمادي_الاول جمادي_اولي جمادي_اول جماد_الاول جماد_اول",
        6: "جمادي_الاخره جمادي_الاخر جمادي_الاخري جمادي_الثانيه جمادي_الثاني جمادي_ثاني جماد_الاخر جماد_الثاني"
        " جماد_ثاني",
        7: "رجب رجب_الفرد",
        8: "شعبان",
        9: "رمضان رمضان_المبارك",
        10: "شوال",
        11: "ذو_القعده ذي_القعده ذوالقعده ذيالقعده ذا_القعده",
        12: "ذو_الحجه ذي_الحجه ذوالحجه ذيالحجه ذا_الحجه",
    }
)
WEEKDAYS = _table(
    {
        0: "الاثنين monday mon lundi",
        1: "الثلاثاء الثلاثا الثلثاء tuesday tue mardi",
        2: "الاربعاء الاربعا wednesday wed mercredi",
        3: "الخميس thursday thu jeudi",
        4: "الجمعه friday fri vendredi",
        5: "السبت saturday sat samedi",
        6: "الاحد sunday sun dimanche",
    }
)
NUMBER_WORDS = _table(
    {
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
    }
)
_ZONE_WORDS = {
    "UTC": "غرينتش جرينتش غرينيتش جرينيتش غرينتيش جرينتيش غرينويتش جرينويتش العالمي",
    "Asia/Riyadh": "مكه السعوديه الرياض المملكه",
    "Africa/Cairo": "القاهره مصر",
    "Asia/Dubai": "ابوظبي ابو_ظبي الامارات دبي",
    "Asia/Beirut": "بيروت لبنان",
    "Asia/Damascus": "دمشق سوريا سوريه",
    "Asia/Baghdad": "بغداد العراق",
    "Asia/Jerusalem": "القدس",
    "Asia/Gaza": "غزه فلسطين",
    "Asia/Amman": "الاردن",
    "Asia/Qatar": "الدوحه قطر",
    "Asia/Kuwait": "الكويت",
    "Asia/Bahrain": "المنامه البحرين",
    "Asia/Muscat": "مسقط سلطنه_عمان",
    "Asia/Aden": "صنعاء عدن اليمن",
    "Africa/Khartoum": "الخرطوم السودان",
    "Africa/Tripoli": "ليبيا",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر",
    "Africa/Casablanca": "الرباط المغرب",
    "Africa/Nouakchott": "نواكشوط موريتانيا",
    "Europe/Moscow": "موسكو",
    "Europe/Istanbul": "اسطنبول تركيا انقره",
    "Europe/London": "لندن بريطانيا",
    "Europe/Paris": "باريس فرنسا",
    "America/New_York": "نيويورك واشنطن",
}
# «عمان» is two capitals and «طرابلس» two cities, so they are in no table: a clock there is not read.
NAMED_ZONES = {word.replace("_", " "): zone for zone, words in _ZONE_WORDS.items() for word in words.split()}
# Hours east of UTC by RFC 2822 and of Europe; AST, BST, IST and the like mean several zones.
ZONE_LETTERS = {
    **{"gmt": 0, "utc": 0, "ut": 0, "wet": 0, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3},
    **{"est": -5, "edt": -4, "cdt": -5, "mdt": -6, "pst": -8, "pdt": -7, "ksa": 3, "gst": 4, "uae": 4},
}
