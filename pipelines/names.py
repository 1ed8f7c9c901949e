"""What a person's name looks like, and what does not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pipelines.agencies import agency, form_of, is_place
from pipelines.text import normalize_arabic, word_set

_TITLE = re.compile(
    r"^(?:(?:ا )?د|ا|م|الدكتور|الدكتوره|دكتور|دكتوره|المهندس|المهندسه|الاستاذ|الاستاذه|الشيخ|الزميل|الزميله"
    r"|الصحفي|الصحفيه|الصحافي|الصحافيه|الكاتب|الكاتبه|الباحث|الباحثه)\s+(?=\S)"
)
_LINK = re.compile(r"(?<!\w)(عبد|ابو|ابي|ام|بن|بنت|ابن|ال|بو|ولد|دي|دو|فان|فون|نايت|سي|ايت|اولاد)\s+")
_LETTERS = re.compile(r"[^\W\d_][\w\u064b-\u065f'’.-]*(?: [^\W\d_][\w\u064b-\u065f'’.-]*)*")
_OFFICE = re.compile(
    r"(?<!\w)(?:نيوز|عربيه|العربيه|قناه|صحيفه|جريده|مجله|وكاله|وكالات|موقع|نت|كوم|اونلاين|الالكترونيه?|الالكتروني|تلفزيون|تليفزيون"
    r"|راديو|اذاعه|مكتب|خاص|مراسلون?|مراسلوا?|مراسلي|مراسلونا|مراسلنا|مراسلتنا|مراسل|مراسله|مندوبنا|مندوب|موفدنا|موفد|شبكه|بوابه|البوابه|قسم|فريق|هييه|تحرير|التحرير|المحرر|محرر"
    r"|متابعات|متابعه|ترجمات|رصد|رياضه|الرياضه|اخبار|الاخبار|الاقتصاد|القسم|وحده|اداره|كلمه|محليات|المحليات|غرفه|سياسه|منوعات|ثقافه|فن|تقارير|ديسك|الديسك"
    r"|editor|editors|desk|news|staff|admin|team|agencies|newsroom|tv|com|net)(?!\w)"
)
_NO_NAME = word_set(
    "قال قالت ذكر ذكرت نقل نقلت افاد افادت اعلن اعلنت اكد اكدت بحسب حسب وفق وفقا عن من الي في كشف كشفت اضاف ان انه "
    "انها هل ما ماذا لماذا كيف متي اين كم لا لم لن ليس هذا هذه ذلك تلك التي الذي الذين مع بعد قبل بين خلال منذ حتي "
    "حول ضد دون نحو عند عبر تحت فوق امام كل بعض غير اكثر اقل اول اولي ثاني عشر عام يوم شهر سنه اسبوع ازمه ازمات حرب "
    "حروب مقتل قتيل قتلي قتل جريح جرحي مصرع وفاه انفجار هجوم هجمات غارات غاره قصف اشتباكات مواجهات تظاهرات مظاهرات "
    "احتجاجات انتخابات الانتخابات مفاوضات محادثات مباحثات اجتماع قمه القمه موتمر لقاء زياره اتفاق اتفاقيه هدنه وقف "
    "اطلاق توقيف اعتقال محاكمه حكم حكومه الحكومه رييس وزير وزاره برلمان مجلس لجنه حزب حركه جيش الجيش قوات شرطه "
    "ارتفاع انخفاض تراجع زياده اسعار سعر نمو اقتصاد اسهم سوق بورصه نفط النفط ذهب الذهب دولار مليون مليار الف مشروع "
    "خطه قانون قرار فوز خساره تعادل مباراه كاس دوري بطوله نادي منتخب فريق لاعب مدرب هدف اصابه اصابات وباء فيروس "
    "لقاح مدينه قريه شارع طريق قلب عاصمه العاصمه تاريخ تراث سياحه حياه موت طقس حراره امطار سيول زلزال حريق حادث "
    "جديد جديده كبير كبيره عاجل خبر اخر قضيه ملف صفقه مبادره بيان تصريح تصريحات رساله نداء عوده بدء انطلاق افتتاح "
    "ختام نهايه بدايه انتهاء توقيع دعوه دعوات تحذير تحذيرات مخاوف توتر تصعيد تهديد عقوبات حصار مساعدات نازحون "
    "لاجيون مهاجرون اسري شهيد شهداء مستوطنون احتلال الاحتلال مستقبل مصير سيناريو اسباب نتايج تفاصيل قصه حكايه معركه "
    "معارك جبهه عمليه عمليات حمله ضربه ضربات تفجير اغتيال خطف مشاهده بالصور صور فيديو الولايات المتحده الامم الامن "
    "اجواء تنديد ترحيب جدل غضب فوضي هدوء حذر صمت اليوم امس غدا الان مركز معهد جامعه كليه موسسه مستشفي جمعيه شركه "
    "دراسات logo png jpg image http https www the of"
)
_REPORTS = word_set(
    "قال قالت ذكر ذكرت نقل نقلت افاد افادت اعلن اعلنت اكد اكدت كشف كشفت اضاف اضافت نشر نشرت بث بثت ان انه "
    "انها بحسب وفق وفقا كما عن ما"
)


@cache
def _given() -> frozenset[str]:
    text = (Path(__file__).parent / "given_names.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(normalize_arabic(word) for line in lines for word in line.split())


def is_office(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether a text names an outlet, a desk or a correspondent, and no person.

    >>> is_office("فريق التحرير"), is_office("سارة علي")
    (True, False)
    """
    form = form_of(text)
    parts = form.split()
    return form in outlet_names or (len(parts) <= 4 and not _REPORTS & set(parts) and bool(_OFFICE.search(form)))


def is_outlet_like(text: str) -> bool:
    """Whether up to three words can be an outlet's name, or a place's, that is in no list: no word of the news.

    >>> is_outlet_like("فرانس 24"), is_outlet_like("أزمة السكن")
    (True, False)
    """
    parts = form_of(text).split()
    return 1 <= len(parts) <= 3 and not _NO_NAME & (set(parts) - {"اليوم"})


def is_name(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether two to four words can be a person's name: no place, office, number, verb or word of the news.

    >>> is_name("رنيم حنوش"), is_name("سكاي نيوز عربية"), is_name("القاهرة"), is_name("أزمة السكن")
    (True, False, False, False)
    """
    # «على» is Ali in Egyptian spelling, but no name opens with it.
    if len(text) > 60 or text.startswith("على ") or not _LETTERS.fullmatch(text.strip(" -.")):
        return False
    form = _TITLE.sub("", form_of(text))
    parts = _LINK.sub(r"\1", form).split()
    return (
        2 <= len(parts) <= 4
        and all(len(part) > 1 for part in parts[:1] + parts[-1:])
        and not _NO_NAME & set(form.split())
        and not is_office(form, outlet_names)
        and not is_place(form)
        and agency(form) is None
        and not any((found := agency(part)) and found[1] for part in parts)
        and (parts[0] in _given() or not is_place(parts[0]))
    )


def is_sure_name(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether a text can be a name, and opens with a given name.

    >>> is_sure_name("د. سارة علي"), is_sure_name("عبد الله بن علي"), is_sure_name("قلب العروبة")
    (True, True, False)
    """
    first = _LINK.sub(r"\1", _TITLE.sub("", form_of(text))).partition(" ")[0]
    known = first in _given() or (first.startswith(("عبدال", "ابو")) and len(first) > 5)
    return known and is_name(text, outlet_names)
