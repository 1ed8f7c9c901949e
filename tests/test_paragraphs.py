"""Which paragraphs a copy dropped or added, however it cuts them."""

from pipelines.paragraphs import missing

RAIN = "هطلت أمطار غزيرة على مدن الساحل مساء أمس، وبلغت كميتها أربعين مليمترا في ساعتين."
SCHOOLS = "وأغلقت المدارس أبوابها يومين في انتظار تحسن الطقس."
ROADS = "وقالت البلدية إن فرقها فتحت كل الطرق التي قطعتها السيول."


def test_a_dropped_paragraph_has_its_place() -> None:
    assert missing([RAIN, SCHOOLS, ROADS], [RAIN, ROADS]) == [2]
    assert missing([RAIN, ROADS], [RAIN, SCHOOLS, ROADS]) == []


def test_spelling_order_and_cut_are_no_change() -> None:
    assert missing([RAIN, SCHOOLS, ROADS], [f"{ROADS} {SCHOOLS.replace('أبوابها', 'ابوابَها')}", RAIN]) == []
    assert missing([f"{RAIN} {SCHOOLS}"], [RAIN, SCHOOLS]) == []


def test_a_changed_word_leaves_a_paragraph_and_another_sentence_does_not() -> None:
    assert missing([RAIN], [RAIN.replace("أربعين", "خمسين")]) == []
    assert missing([RAIN], ["هطلت أمطار غزيرة على الجبال، ولم تقع أضرار."]) == [1]


def test_lines_without_words_are_nothing_and_a_line_of_one_word_is_that_word() -> None:
    assert missing(["***", "انتهى", RAIN], [RAIN]) == [2]
    assert missing(["انتهى"], ["انتهى التقرير"]) == []


def test_places_to_be_left_out_are() -> None:
    assert missing([RAIN, SCHOOLS], [ROADS], {1}) == [2]
