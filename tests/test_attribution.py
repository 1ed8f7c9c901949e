"""Credits at the head and the foot of a text are taken out and read; mentions in running text are left alone."""

import time
from collections.abc import Callable

import pytest

from pipelines.attribution import split_attribution, split_byline
from pipelines.text import normalize_arabic

TEXT = "أعلن محافظ المدينة أن الجسر الجديد سيفتح أمام السيارات مطلع الشهر المقبل."
LAST = "وأوضح أن كلفة المشروع لم تتجاوز ما رصد له."
Said = tuple[list[str], str | None, list[str]]


def said(*lines: str) -> Said:
    """What the credits of some lines say; the text must be left as it is."""
    found = split_attribution(lines)
    assert found.body == [TEXT, LAST]
    assert found.raw
    return found.agencies, found.dateline, found.authors


# Lines at the head, alone.
HEAD_LINES: dict[str, Said] = {
    "المصدر: وكالات": (["agencies"], None, []),
    "المصدر/ رويترز": (["reuters"], None, []),
    "المصدر : د.ب.أ": (["dpa"], None, []),
    "المصدر: «رويترز» - «أ ف ب»": (["reuters", "afp"], None, []),
    "المصدر: وكالة الأنباء الألمانية (د ب أ)": (["dpa"], None, []),
    "المصدر: الأناضول + سبوتنيك + وكالات": (["aa", "sputnik", "agencies"], None, []),
    "المصدر: بوابة المدينة": ([], None, []),
    "نقلا عن رويترز": (["reuters"], None, []),
    "نقلاً عن: وكالة فرانس برس": (["afp"], None, []),
    "عن (رويترز)": (["reuters"], None, []),
    "Source: AFP": (["afp"], None, []),
    "وكالات": (["agencies"], None, []),
    "- وكالات": (["agencies"], None, []),
    "(وكالات)": (["agencies"], None, []),
    "[وكالات]": (["agencies"], None, []),
    "وكالات الأنباء": (["agencies"], None, []),
    "أ.ف.ب": (["afp"], None, []),
    "ا ف ب": (["afp"], None, []),
    "أ. ف. ب.": (["afp"], None, []),
    "(أ.ب)": (["ap"], None, []),
    "«رويترز»": (["reuters"], None, []),
    "/رويترز/": (["reuters"], None, []),
    "رويتـــرز": (["reuters"], None, []),
    "\u202bرويترز\u202c": (["reuters"], None, []),
    "واشنطن\u00a0-\u00a0رويترز": (["reuters"], "واشنطن", []),
    "\u200fلندن \u2013 أ.ف.ب\u200f": (["afp"], "لندن", []),
    "(بترا)": (["petra"], None, []),
    "(معا)": (["maan"], None, []),
    "وكالة وفا": (["wafa"], None, []),
    "عمان - بترا": (["petra"], "عمان", []),
    "رام الله ـ وفا": (["wafa"], "رام الله", []),
    "الدوحة / قنا": (["qna"], "الدوحة", []),
    "المنامة: بنا": (["bna"], "المنامة", []),
    "الرياض – واس:": (["spa"], "الرياض", []),
    "واس (جدة)": (["spa"], "جدة", []),
    "القاهرة - أ ش أ": (["mena"], "القاهرة", []),
    "القاهرة (أ.ش.أ)": (["mena"], "القاهرة", []),
    "الجزائر - واج": (["aps"], "الجزائر", []),
    "الرباط - و م ع": (["map"], "الرباط", []),
    "نواكشوط | و م أ": (["ami"], "نواكشوط", []),
    "لندن رويترز": (["reuters"], "لندن", []),
    "باريس، أ ف ب": (["afp"], "باريس", []),
    "وكالات - عواصم": (["agencies"], "عواصم", []),
    "رويترز، أ ف ب": (["reuters", "afp"], None, []),
    "رويترز وأ ف ب": (["reuters", "afp"], None, []),
    "رويترز / أ ب / د ب أ": (["reuters", "ap", "dpa"], None, []),
    "بيروت - رويترز، الأناضول": (["reuters", "aa"], "بيروت", []),
    "دبي - العربية.نت، رويترز": (["reuters"], "دبي", []),
    "الناس - وكالات": (["agencies"], None, []),
    "قناة المدينة/ أ ف ب": (["afp"], None, []),
    "واشنطن/بيروت - رويترز": (["reuters"], "واشنطن", []),
    "القدس المحتلة، غزة - وكالات": (["agencies"], "القدس المحتلة", []),
    "الكويت 12 محرم 1446 هـ (كونا)": (["kuna"], "الكويت", []),
    "أبوظبي في 3 ديسمبر / وام /": (["wam"], "أبوظبي", []),
    "صنعاء، الأحد 5 أكتوبر 2025 - سبأ نت": (["saba"], "صنعاء", []),
    "AFP": (["afp"], None, []),
    "Reuters": (["reuters"], None, []),
    "(dpa)": (["dpa"], None, []),
    "طوكيو – Kyodo": (["kyodo"], "طوكيو", []),
    "بكين (شينخوا)": (["xinhua"], "بكين", []),
    "كتب: سمير نعمان": ([], None, ["سمير نعمان"]),
    "كتبت/ سلمى العدوي": ([], None, ["سلمى العدوي"]),
    "كتبت سلمى العدوي": ([], None, ["سلمى العدوي"]),
    "بقلم: د. هشام الراوي": ([], None, ["د. هشام الراوي"]),
    "بقلم الكاتب هشام الراوي": ([], None, ["هشام الراوي"]),
    "الكاتبة: سلمى العدوي": ([], None, ["سلمى العدوي"]),
    "أعده للنشر: سمير نعمان": ([], None, ["سمير نعمان"]),
    "بقلم هشام الراوي": ([], None, ["هشام الراوي"]),
    "إعداد: سمير نعمان وسلمى العدوي": ([], None, ["سمير نعمان", "سلمى العدوي"]),
    "ترجمة: نورا الديب": ([], None, ["نورا الديب"]),
    "تقرير: كريم الحلبي": ([], None, ["كريم الحلبي"]),
    "حوار: كريم الحلبي": ([], None, ["كريم الحلبي"]),
    "كتب - كريم الحلبي:": ([], None, ["كريم الحلبي"]),
    "من ليلى الصباغ": ([], None, ["ليلى الصباغ"]),
    "مسقط: ليلى الصباغ": ([], "مسقط", ["ليلى الصباغ"]),
    "ليلى الصباغ - مسقط": ([], "مسقط", ["ليلى الصباغ"]),
    "ليلى الصباغ (مسقط)": ([], "مسقط", ["ليلى الصباغ"]),
    "(مسقط - ليلى الصباغ)": ([], "مسقط", ["ليلى الصباغ"]),
    "ليلى الصباغ من مسقط": ([], "مسقط", ["ليلى الصباغ"]),
    "عبد الله بن ناصر، ليلى الصباغ - مسقط": ([], "مسقط", ["عبد الله بن ناصر", "ليلى الصباغ"]),
    "القاهرة - كتبت سلمى العدوي:": ([], "القاهرة", ["سلمى العدوي"]),
    "تونس - مراسلنا": ([], "تونس", []),
    "مراسلنا في بغداد": ([], "بغداد", []),
    "القاهرة - مكتب الجريدة - كريم الحلبي:": ([], "القاهرة", ["كريم الحلبي"]),
    "فريق التحرير - الدوحة": ([], "الدوحة", []),
    "جدة: «النهضة»": ([], "جدة", []),
    "«النهضة» من جدة": ([], "جدة", []),
    "واشنطن ـ «النهضة العربية»": ([], "واشنطن", []),
    "لندن - النهضة العربية - وكالات": (["agencies"], "لندن", []),
    "(الشارقة - النهضة)": ([], "الشارقة", []),
    "الشارقة: النهضة": ([], "الشارقة", []),
    "النهضة - الشارقة": ([], "الشارقة", []),
    "نهضة (بغداد، عمان)": ([], "بغداد", []),
    "نهضة- الشارقة:": ([], "الشارقة", []),
    "نهضة- ليلى الصباغ- الشارقة:": ([], "الشارقة", ["ليلى الصباغ"]),
    "ليلى الصباغ- نهضة:": ([], None, ["ليلى الصباغ"]),
    "نهضة بيروت – متابعات": ([], None, []),
    "ليلى الصباغ – متابعات": ([], None, ["ليلى الصباغ"]),
    "(تصوير: كريم الحلبي)": ([], None, []),
    "(خاص - النهضة)": ([], None, []),
    "خاص «النهضة»": ([], None, []),
    "موقع النهضة - متابعات": ([], None, []),
    "القاهرة، 9 تشرين الأول 2025": ([], "القاهرة", []),
    "عن «رويترز» بتصرف": (["reuters"], None, []),
    "ليلى الصباغ وكريم الحلبي - بيروت": ([], "بيروت", ["ليلى الصباغ", "كريم الحلبي"]),
    "لندن: محمد رُشدي": ([], "لندن", ["محمد رُشدي"]),
    "دبي - نور الصباغ": ([], "دبي", ["نور الصباغ"]),
    "الرياض - ضاوي المرجاني": ([], "الرياض", ["ضاوي المرجاني"]),
    "دمشق - نبض المدينة": ([], "دمشق", []),
    "دمشق - غصن بلدي": ([], "دمشق", []),
    "القاهرة - قمر البلد": ([], "القاهرة", []),
    "رام الله - أمل الوطن": ([], "رام الله", []),
    "الرباط - هدى بريس": ([], "الرباط", []),
    "غزة - سحر الإخبارية": ([], "غزة", []),
    "غزة - نور للأنباء": ([], "غزة", []),
    "بيروت - ليالي ديبايت": ([], "بيروت", []),
    "ليلى الصباغ - دبي (تصوير: كريم الحلبي)": ([], "دبي", ["ليلى الصباغ"]),
    "ليلى الصباغ - دبي تصوير - كريم الحلبي": ([], "دبي", ["ليلى الصباغ"]),
}


@pytest.mark.parametrize("line", HEAD_LINES)
def test_a_line_at_the_head(line: str) -> None:
    assert said(line, TEXT, LAST) == HEAD_LINES[line]


# Credits before the first sentence of the first paragraph.
OPENINGS: dict[str, Said] = {
    "القاهرة (رويترز) - ": (["reuters"], "القاهرة", []),
    "لندن (رويترز) – ": (["reuters"], "لندن", []),
    "القاهرة 20 نوفمبر (رويترز) - ": (["reuters"], "القاهرة", []),
    "القاهرة 20 نوفمبر تشرين الثاني (رويترز) - ": (["reuters"], "القاهرة", []),
    "باريس في 15 يناير /أ ف ب/ ": (["afp"], "باريس", []),
    "بكين 15 يناير 2024 (شينخوا) -- ": (["xinhua"], "بكين", []),
    "عمان 3 كانون الأول (بترا)-- ": (["petra"], "عمان", []),
    "الرباط 5 غشت (و م ع) - ": (["map"], "الرباط", []),
    "غزة [أ ف ب] - ": (["afp"], "غزة", []),
    "غزة (أ ف ب) ": (["afp"], "غزة", []),
    "بغداد {أ.ف.ب}: ": (["afp"], "بغداد", []),
    "بيروت - رويترز - ": (["reuters"], "بيروت", []),
    "بيروت ـ رويترز: ": (["reuters"], "بيروت", []),
    "جدة - واس: ": (["spa"], "جدة", []),
    "واس - جدة: ": (["spa"], "جدة", []),
    "أبوظبي / وام / ": (["wam"], "أبوظبي", []),
    "الأمم المتحدة (أ ب) - ": (["ap"], "الأمم المتحدة", []),
    "حلب، سوريا (سانا) - ": (["sana"], "حلب", []),
    "وادي الزيتون (رويترز) - ": (["reuters"], "وادي الزيتون", []),
    "وادي الزيتون، لبنان (رويترز) - ": (["reuters"], "وادي الزيتون", []),
    "واشنطن/بيروت (رويترز) - ": (["reuters"], "واشنطن", []),
    "واشنطن، بيروت - أ ف ب، رويترز: ": (["afp", "reuters"], "واشنطن", []),
    "عواصم - وكالات: ": (["agencies"], "عواصم", []),
    "عواصم ـ وكالات ـ ": (["agencies"], "عواصم", []),
    "(رويترز) - ": (["reuters"], None, []),
    "(معا) - ": (["maan"], None, []),
    "رويترز - ": (["reuters"], None, []),
    "وكالات - ": (["agencies"], None, []),
    "وكالات: ": (["agencies"], None, []),
    "أ ف ب – ": (["afp"], None, []),
    "AFP - ": (["afp"], None, []),
    "لندن – «النهضة العربية» – وكالات: ": (["agencies"], "لندن", []),
    "الخرطوم 15-1-2024 (سونا) - ": (["suna"], "الخرطوم", []),
    "(رويترز، أ ف ب) - ": (["reuters", "afp"], None, []),
    "موسكو - سبوتنيك. ": (["sputnik"], "موسكو", []),
    "القاهرة 5/5 (أ ش أ) - ": (["mena"], "القاهرة", []),
    "طهران/ 5 كانون الثاني/ يناير/ ارنا - ": (["irna"], "طهران", []),
    "النهضة - وكالات: ": (["agencies"], None, []),
    "«النهضة» - رويترز: ": (["reuters"], None, []),
    "بيروت 5 يناير (رويترز) - من ليلى الصباغ - ": (["reuters"], "بيروت", ["ليلى الصباغ"]),
    "ليلى الصباغ - النهضة - بيروت: ": ([], "بيروت", ["ليلى الصباغ"]),
    "القاهرة - كريم الحلبي: ": ([], "القاهرة", ["كريم الحلبي"]),
    "كتب: كريم الحلبي - ": ([], None, ["كريم الحلبي"]),
    "دبي - العربية نت: ": ([], "دبي", []),
    "من ليلى الصباغ - ": ([], None, ["ليلى الصباغ"]),
    "القاهرة - من ليلى الصباغ - ": ([], "القاهرة", ["ليلى الصباغ"]),
    "القاهرة/ كريم الحلبي/ الأناضول/ ": (["aa"], "القاهرة", ["كريم الحلبي"]),
    "(رويترز) ": (["reuters"], None, []),
    "القدس (أ.ب) _ ": (["ap"], "القدس", []),
    "باكو - أذرتاج - ": (["azertac"], "باكو", []),
    "وطنية - ": (["nna"], None, []),
    "وطنية - صيدا - ": (["nna"], "صيدا", []),
    "(وطنية) - ": (["nna"], None, []),
    "القاهرة، 9 تشرين الأول 2025 - ": ([], "القاهرة", []),
    "النهضة - دمشق: ": ([], "دمشق", []),
    "دمشق - ": ([], "دمشق", []),
    "\u200fالدوحة\u00a0(قنا)\u00a0-\u00a0": (["qna"], "الدوحة", []),
}


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_opening(opening: str) -> None:
    assert said(opening + TEXT, LAST) == OPENINGS[opening]


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_opening_of_a_text_of_one_paragraph(opening: str) -> None:
    found = split_attribution([opening + TEXT])
    assert ((found.agencies, found.dateline, found.authors), found.body) == (OPENINGS[opening], [TEXT])


# Credits after the last sentence, within its paragraph or as lines of their own.
ENDINGS: dict[str, Said] = {
    " (رويترز)": (["reuters"], None, []),
    " --(بترا)": (["petra"], None, []),
    "(أ ف ب)": (["afp"], None, []),
    " (أ.ف.ب).": (["afp"], None, []),
    " [د ب أ]": (["dpa"], None, []),
    " /وام/": (["wam"], None, []),
    " رويترز": (["reuters"], None, []),
    " - وكالات": (["agencies"], None, []),
    " أ.ف.ب.": (["afp"], None, []),
    " أ ف ب": (["afp"], None, []),
    " - د ب أ.": (["dpa"], None, []),
    " و م ع.": (["map"], None, []),
    " م ع": ([], None, []),
    " المصدر: الأناضول": (["aa"], None, []),
    " (رويترز، أ ف ب)": (["reuters", "afp"], None, []),
    " (وفا)": (["wafa"], None, []),
    " // انتهى //": ([], None, []),
    " (إعداد ليلى الصباغ للنشرة العربية - تحرير كريم الحلبي)": ([], None, []),
    " (النهاية)": ([], None, []),
    "(النهاية) م ع / ن س": ([], None, []),
    " انتهى/م.ع": ([], None, []),
    " // انتهى // 14:05 ت م 0123": ([], None, []),
    " نقلا عن رويترز بتصرف": (["reuters"], None, []),
}
FOOT_LINES: dict[str, Said] = {
    "رويترز": (["reuters"], None, []),
    "(د ب أ)": (["dpa"], None, []),
    "(أ. ف. ب)": (["afp"], None, []),
    "أ ف ب، رويترز": (["afp", "reuters"], None, []),
    "النهضة 24/ أ ف ب": (["afp"], None, []),
    "النهضة 24/ أ ف ب/ رويترز": (["afp", "reuters"], None, []),
    "المصدر: وكالات": (["agencies"], None, []),
    "* المصدر: وكالة الأناضول": (["aa"], None, []),
    "إعداد: ليلى الصباغ": ([], None, ["ليلى الصباغ"]),
    "ترجمة: ليلى الصباغ": ([], None, ["ليلى الصباغ"]),
    "(إعداد ليلى الصباغ للنشرة العربية - تحرير كريم الحلبي)": ([], None, []),
    "إعداد ليلى الصباغ للنشرة العربية": ([], None, []),
    "(تغطية صحفية كريم الحلبي - إعداد ليلى الصباغ للنشرة العربية)": ([], None, []),
    "(شارك في التغطية سمير نعمان - كتابة ليلى الصباغ - تحرير كريم الحلبي)": ([], None, []),
    "إعداد: ليلى الصباغ - تحرير: كريم الحلبي": ([], None, ["ليلى الصباغ"]),
    "خدمة «النهضة تايمز»": ([], None, []),
    "* خدمة {النهضة تايمز} خاص بـ{النهضة}": ([], None, []),
    "ـ خاص بـ«النهضة»": ([], None, []),
    "* بالاتفاق مع «بلومبرغ»": (["bloomberg"], None, []),
    "تصوير: كريم الحلبي": ([], None, []),
    "تحرير: كريم الحلبي": ([], None, []),
    "انتهى": ([], None, []),
    "// انتهى //14:05ت م": ([], None, []),
    "٠٩:٣٠ ت م": ([], None, []),
    "م ع / ن س": ([], None, []),
    "ــــ ر.ح": ([], None, []),
    "======= ر.ع.": ([], None, []),
    "ص.ش/ع.ج (أ ف ب، رويترز)": (["afp", "reuters"], None, []),
    "(وطنية)": (["nna"], None, []),
    "--(بترا)": (["petra"], None, []),
    "(النهاية)": ([], None, []),
    "إعداد: قسم الترجمة": ([], None, []),
    "/انتهى/": ([], None, []),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending(ending: str) -> None:
    assert said(TEXT, LAST + ending) == ENDINGS[ending]


@pytest.mark.parametrize("line", FOOT_LINES)
def test_a_line_at_the_foot(line: str) -> None:
    assert said(TEXT, LAST, line) == FOOT_LINES[line]


@pytest.mark.parametrize(
    ("lines", "raw"),
    [
        ((LAST, "// انتهى //", "14:05 ت م", "0123"), "// انتهى // | 14:05 ت م | 0123"),
        ((LAST, "// انتهى //", "0123"), "// انتهى // | 0123"),
        ((LAST + " (النهاية)", "م ع / ن س"), "م ع / ن س | (النهاية)"),
    ],
)
def test_marks_below_a_story(lines: tuple[str, ...], raw: str) -> None:
    found = split_attribution([TEXT, *lines])
    assert (found.body, found.agencies, found.authors, found.raw) == ([TEXT, LAST], [], [], raw)


@pytest.mark.parametrize("lines", [["0123"], ["النهاية"], ["يتبع", "0123"], ["م ع", "من ع"], ["2026"]])
def test_numbers_and_words_that_mark_no_end_stay(lines: list[str]) -> None:
    assert split_attribution([TEXT, *lines]).body == [TEXT, *lines]


def test_a_name_above_the_source_is_the_author() -> None:
    assert said(TEXT, LAST, "سمير نعمان", "المصدر: أ ف ب") == (["afp"], None, ["سمير نعمان"])
    assert split_attribution([TEXT, "سوق العقار", "المصدر: أ ف ب"]).body == [TEXT, "سوق العقار"]
    assert split_attribution([TEXT, LAST, "سمير نعمان", "(أ ف ب)"]).authors == []


LISTS = [
    ["سمير نعمان (صيدا)", "كريم الحلبي (جدة)", "خالد الخطيب (الرياض)"],
    ["سمير نعمان - مصر", "كريم الحلبي - الجزائر", "خالد الخطيب - السنغال"],
    ["سمير نعمان - القاهرة", "كريم الحلبي - تونس"],
]


@pytest.mark.parametrize("lines", LISTS)
def test_a_list_of_people_is_no_credit(lines: list[str]) -> None:
    for build in ([TEXT, *lines], [TEXT, LAST, *lines], [TEXT, *lines, LAST]):
        found = split_attribution(build)
        assert (found.body, found.authors, found.raw) == (build, [], None)


def test_one_person_and_place_below_a_text_is_the_author() -> None:
    assert said(TEXT, LAST, "ليلى الصباغ - مسقط") == ([], "مسقط", ["ليلى الصباغ"])
    assert said(TEXT, LAST, "ليلى الصباغ (مسقط)") == ([], "مسقط", ["ليلى الصباغ"])


def test_several_credits_of_one_text() -> None:
    lines = [
        "",
        "المصدر: وكالات",
        "كتبت: ليلى الصباغ",
        "بيروت (رويترز) - " + TEXT,
        LAST,
        "إعداد: كريم الحلبي",
        "(د ب أ)",
    ]
    found = split_attribution(lines)
    assert found.body == [TEXT, LAST] or found.body == ["", TEXT, LAST]
    assert found.agencies == ["agencies", "reuters", "dpa"]
    assert (found.dateline, found.authors) == ("بيروت", ["ليلى الصباغ", "كريم الحلبي"])
    assert found.raw is not None
    assert all(words in found.raw for words in ("المصدر: وكالات", "بيروت (رويترز) -", "(د ب أ)"))


def test_a_credit_below_a_standfirst() -> None:
    standfirst = "افتتاح قريب يخفف الزحام عن وسط المدينة"
    assert split_attribution([standfirst, "بيروت - رويترز", TEXT, LAST]).body == [standfirst, TEXT, LAST]
    assert split_attribution([standfirst, "كتبت: ليلى الصباغ", TEXT, LAST]).authors == ["ليلى الصباغ"]
    found = split_attribution([standfirst, "بيروت (رويترز) - " + TEXT, LAST])
    assert (found.body, found.agencies) == ([standfirst, TEXT, LAST], ["reuters"])


# Heads of first paragraphs that credit nobody.
NO_OPENINGS = [
    "نقلت رويترز عن مسؤول قوله إن المشروع انتهى قبل موعده.",
    "نقلت وكالة رويترز - في خبر لها - أن المشروع انتهى قبل موعده.",
    "قالت وكالة الأنباء الألمانية (د.ب.أ) إن المشروع انتهى قبل موعده.",
    "ذكرت وكالة الأنباء الرسمية (واس) - الأحد - أن المشروع انتهى.",
    "رويترز: المشروع ينتهي قبل موعده بحسب ما قاله مسؤول فيه.",
    "رويترز التي نشرت الخبر - وهي وكالة عالمية - اعتذرت عنه.",
    "بنا محمد بيتا - وهو الأول له - على أطراف القرية القديمة.",
    "معا - نحو مستقبل أفضل لأبناء القرى البعيدة كلها.",
    "معا: نحو مستقبل أفضل لأبناء القرى البعيدة كلها.",
    "وفا بوعده - كما قال - وعاد إلى قريته بعد سنوات طويلة.",
    "وطنية - هكذا وصفها أهلها - تعود الأغنية إلى المسارح بعد سنوات.",
    "وطنية: أغنية تعود إلى المسارح بعد سنوات طويلة من النسيان.",
    "وفا - بوعده الذي قطعه - وعاد إلى قريته بعد سنوات طويلة.",
    "صفا الجو - بعد العاصفة - وعاد الصيادون إلى البحر.",
    "سبأ - المملكة القديمة - تعود إلى الضوء بكشف أثري جديد.",
    "فارس - بطل الحكاية - يعود إلى قريته بعد سنوات طويلة.",
    "القاهرة: قلب المدينة القديمة يستعيد رونقه بعد الترميم.",
    "القاهرة - بيروت: رحلة تستغرق ساعة ونصف الساعة بالطائرة.",
    "القاهرة - المدينة التي لا تنام - تستقبل زوارها في الشتاء.",
    "بيروت / دمشق طريق قديم يعود إلى الحياة بعد سنوات.",
    "كتب سمير نعمان: شكرا لكل من وقف معي في هذه الأيام.",
    "كتب: ما زالت في المخازن تنتظر من يشتريها ويقرؤها.",
    "الكاتب - سمير نعمان - يعود إلى جمهوره برواية جديدة.",
    "الكاتب سمير نعمان: لن أترك القلم ما دمت حيا بينكم.",
    "سمير نعمان: لن أترك الفريق قبل نهاية الموسم الحالي.",
    "سمير نعمان - مدرب الفريق - يعد جمهوره بموسم أفضل.",
    "من القاهرة إلى بيروت: رحلة تستغرق ساعة ونصف الساعة.",
    "المصدر الذي طلب عدم ذكر اسمه قال إن القرار اتخذ.",
    "المصدر: لم يعرف بعد من أين جاءت هذه الشحنة إلى الميناء؟",
    "وكالات السفر - وهي بالمئات - تشكو من قلة الزبائن.",
    "وكالات الأنباء نقلت الخبر عن مصدر في الوزارة أمس.",
    "العمانية - وهي لهجة قديمة - تدرس اليوم في جامعتين.",
    "تقرير: كيف تغيرت أسعار البيوت في عشر سنوات كاملة.",
    "AP هو اختصار لنقطة وصول في شبكات الحاسوب الحديثة.",
    "من سمير نعمان - صاحب المقهى القديم - إلى كريم الحلبي تنتقل الحكاية.",
    "(معا) نحو مستقبل أفضل لأبناء القرى البعيدة كلها.",
    "(واحد) - ينبغي أن يبدأ العمل قبل نهاية العام الحالي.",
    "2024 - كان عاما صعبا على أصحاب المتاجر الصغيرة.",
]


@pytest.mark.parametrize("opening", NO_OPENINGS)
def test_running_text_at_the_head_is_no_credit(opening: str) -> None:
    found = split_attribution([opening, LAST])
    assert (found.body, found.agencies, found.dateline, found.authors, found.raw) == (
        [opening, LAST],
        [],
        None,
        [],
        None,
    )


# First lines that are headings or subtitles.
NO_LINES = [
    "معا نستطيع",
    "معا - نستطيع",
    "بنا",
    "القاهرة",
    "القاهرة: قلب العروبة",
    "القاهرة - أزمة السكن",
    "لبنان: أزمة حكومية",
    "رويترز: إيران ترفض",
    "رويترز تعتذر",
    "القاهرة - رويترز: إيران ترفض",
    "القاهرة - أزمة السكن - رويترز",
    "انفجار المرفأ - رويترز",
    "سمير نعمان",
    "محمد بن عبد الله",
    "فريق التحرير",
    "تقرير: سوق العقار",
    "س. م. - بيروت",
    "خدمة التوصيل",
    "خدمة: كيف تصل",
    "خاص بالنساء",
    "تصوير الأفلام",
    "تصوير: أزمة السكن",
    "Next Previous سمير نعمان - بيروت",
    "من داخل المصنع",
    "كتب مدرسية جديدة",
    "المصدر الأول",
    "بيان صادر عن الوزارة",
    "خطة من ثلاث مراحل",
    "القاهرة وبيروت",
    "من القاهرة",
]


@pytest.mark.parametrize("lines", [["انتهى", TEXT, LAST], [TEXT, "انتهى", LAST]])
def test_a_lone_word_ends_a_story_at_its_foot_alone(lines: list[str]) -> None:
    assert split_attribution(lines).body == lines


@pytest.mark.parametrize("line", NO_LINES)
@pytest.mark.parametrize("build", [lambda x: [x, TEXT, LAST], lambda x: [TEXT, x, LAST], lambda x: [TEXT, LAST, x]])
def test_a_heading_is_no_credit(line: str, build: Callable[[str], list[str]]) -> None:
    lines = build(line)
    found = split_attribution(lines)
    assert (found.body, found.agencies, found.dateline, found.authors) == (lines, [], None, [])


# Last paragraphs that mention an agency within their last sentence.
NO_ENDINGS = [
    "وتوقفت الأعمال يومين وفق ما أوردته فرانس برس.",
    "وتوقفت الأعمال يومين كما نقلت وكالة الأنباء الألمانية (د.ب.أ).",
    "وتوقفت الأعمال يومين كما نقلت وكالة الأنباء الألمانية (د.ب.أ)",
    "وتوقفت الأعمال يومين بحسب وكالة «فرانس برس» (أ ف ب).",
    "وتوقفت الأعمال يومين. ونقلت رويترز عن عامل أنه لم يبلغ.",
    "وتوقفت الأعمال يومين. وقال لوكالة (واس) إنه لم يبلغ.",
    "وتوقفت الأعمال يومين. نحن معا",
    "وتوقفت الأعمال يومين. معا",
    "وقالوا إن كل شيء انتهى",
    "وكتب على الشاشة: انتهى",
    "وحبس على ذمة القضية المتهم م. ع.",
    "وأضاف في حديث للنشرة العربية أن العمل مستمر.",
    "وقال إن ذلك «من أجل بيت بنا».",
    "وقال: لن نتوقف... سمير نعمان يعرف ذلك.",
    "شكرا رويترز",
    "وقال سمير (رويترز).",
    "وقال مصدر (رويترز).",
    "صورة أرشيفية (رويترز)",
]


@pytest.mark.parametrize("last", NO_ENDINGS)
def test_running_text_at_the_foot_is_no_credit(last: str) -> None:
    found = split_attribution([TEXT, last])
    assert (found.body, found.agencies, found.authors) == ([TEXT, last], [], [])


def test_the_outlet_is_no_author_and_its_channel_no_agency() -> None:
    names = frozenset({normalize_arabic("النهضة الجديدة"), "cnn arabic"})
    found = split_attribution(["النهضة الجديدة - بيروت", "دبي (CNN)-- " + TEXT, LAST], outlet_names=names)
    assert (found.body, found.agencies, found.authors, found.dateline) == ([TEXT, LAST], [], [], "بيروت")
    assert split_attribution(["دبي (CNN)-- " + TEXT, LAST]).agencies == ["cnn"]
    assert split_attribution(["سمير نعمان - النهضة الجديدة", TEXT], outlet_names=names).authors == ["سمير نعمان"]
    assert split_byline(["النهضة الجديدة"], names).authors == []


HOUSE_LINES: dict[str, list[str]] = {
    "النهضة الجديدة-متابعات": [],
    "خاص - النهضة الجديدة": [],
    "النهضة الجديدة – رصد": [],
    "النهضة الجديدة ـــ سمير نعمان": ["سمير نعمان"],
    "النهضة الجديدة متابعة: لحبيب الصباغ": ["لحبيب الصباغ"],
    "سمير نعمان - خاص النهضة الجديدة": ["سمير نعمان"],
}


@pytest.mark.parametrize("line", HOUSE_LINES)
def test_a_line_of_the_outlet_itself(line: str) -> None:
    found = split_attribution([line, TEXT, LAST], outlet_names=frozenset({normalize_arabic("النهضة الجديدة")}))
    assert (found.body, found.authors, found.agencies) == ([TEXT, LAST], HOUSE_LINES[line], [])


@pytest.mark.parametrize("line", ["النهضة الجديدة", "النهضة الجديدة - أزمة السكن", "النهضة الجديدة تعود"])
def test_a_heading_that_opens_with_the_outlets_name_stays(line: str) -> None:
    found = split_attribution([line, TEXT, LAST], outlet_names=frozenset({normalize_arabic("النهضة الجديدة")}))
    assert (found.body, found.raw) == ([line, TEXT, LAST], None)


BYLINES: dict[str, Said] = {
    "(دبي - سمير نعمان)": ([], "دبي", ["سمير نعمان"]),
    "كتبت سلمى العدوي": ([], None, ["سلمى العدوي"]),
    "كتبت رويترز": (["reuters"], None, []),
    "سمير نعمان، سلمى العدوي": ([], None, ["سمير نعمان", "سلمى العدوي"]),
    "سمير نعمان وسلمى العدوي - بيروت": ([], "بيروت", ["سمير نعمان", "سلمى العدوي"]),
    "كايلا إبستين وأنجليكا كاساس": ([], None, ["كايلا إبستين", "أنجليكا كاساس"]),
    "سمير علي وليد نعمان": ([], None, ["سمير علي وليد نعمان"]),
    "د. سلمى العدوي": ([], None, ["د. سلمى العدوي"]),
    "أ ف ب": (["afp"], None, []),
    "القاهرة - أ ش أ": (["mena"], "القاهرة", []),
    "فريق التحرير": ([], None, []),
    "القسم الرياضي": ([], None, []),
    "admin": ([], None, []),
    "https://example.tld/author/7": ([], None, []),
    "Logo Png": ([], None, []),
    "logo.png": ([], None, []),
    "سياسة": ([], None, []),
    "على شبكات التواصل (رويترز)": (["reuters"], None, []),
    "القاهرة": ([], None, []),
    "سمير123": ([], None, []),
    "أمل الوطن": ([], None, []),
    "هدى بريس": ([], None, []),
}


@pytest.mark.parametrize("told", BYLINES)
def test_a_byline(told: str) -> None:
    found = split_byline([told])
    assert (found.agencies, found.dateline, found.authors) == BYLINES[told]


@pytest.mark.parametrize("lines", [[], [""], ["", ""], ["؟!.. - ()"], [TEXT], [TEXT, "", LAST], [" "]])
def test_without_credit_the_lines_stay(lines: list[str]) -> None:
    found = split_attribution(lines)
    assert (found.body, found.raw) == (lines, None)


def test_a_text_that_is_a_credit_alone() -> None:
    found = split_attribution(["المصدر: وكالات"])
    assert (found.body, found.agencies) == ([], ["agencies"])


HOSTILE = {
    "paragraphs": ["رويترز - واس - وكالات"] * 10_000,
    "words": ["رويترز " * 150_000],
    "dashes": ["- " * 500_000],
    "brackets": ["(" * 500_000 + ")" * 500_000],
    "dots": ["." * 1_000_000],
    "spaces": [" " * 1_000_000 + "رويترز"],
    "letters": ["ا" * 1_000_000],
    "tatweel": ["ـ" * 1_000_000],
    "quotes": ['"' * 1_000_000],
    "conjunctions": ["وو و" * 250_000],
    "numbers": ["0123"] * 10_000,
    "marks": ["// انتهى //"] * 10_000,
    "signs of marks": ["- / = _ . " * 4] * 10_000,
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_in_linear_time(lines: list[str]) -> None:
    started = time.process_time()
    split_attribution(lines)
    split_byline(lines)
    assert time.process_time() - started < 20  # seconds; what grows with the square takes hours
