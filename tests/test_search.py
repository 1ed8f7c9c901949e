"""Search in Arabic: what finds what, odd queries, and how hits are shown."""

import csv
import hashlib
import itertools
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection

from pipelines.search import Hit, Within, hits_json, nothing_found, print_hits, search
from spiders.warehouse import statement

Warraq = Callable[..., "subprocess.CompletedProcess[str]"]

ARTICLES = {
    "الحكومة تُقرّ موازنة العام": ["أقرّت الحكومة موازنة العام الجديد.", "وقال الوزير أحمد إن العجز انخفض."],
    "معارك قرب دير الزور": ["اندلعت معارك قرب مدينة دير الزور شرق البلاد.", "وانسحب داعش من قريتين."],
    "مدرسة في دير قديم": ["فتحت مدرسة أبوابها في دير قديم قرب الزور.", "عدد الطلاب ١٥ طالبا."],
}


PLACES = [("sahifa", "2026-11-19", ["afp"]), ("sahifa", "2026-09-02", []), ("alyaum", None, ["afp", "spa"])]

# A query of one word, and a text that it finds.
FINDS = """
احمد أحمد | اسرائيل إسرائيل | آسيا اسيا | مدرسه مدرسة | مصطفي مصطفى | مصطفى مصطفي | القرآن القران
الأردن الاردن | مسئول مسؤول | مسؤول مسئول | شئون شؤون | هيئة هيئه | مَدْرَسَة مدرسة | محمد مُحَمَّد
العراق العـــراق | كتاب كِتَابٌ | ١٥ 15 | 15 ١٥ | ۱۵ 15 | ۲۰۲۴ ٢٠٢٤ | ﺍﻟﻘﺎﻫﺮﺓ القاهرة | كیف‌سازى كيف‌سازي
AFP afp | كورونا، كورونا | الله اللَّه | تساؤل تسائل | مسئولية المسؤولية | رئيس الرئيس | مئة مائة
حكومة الحكومة | حكومة والحكومة | الحكومة وحكومة | حكومة للحكومة | حكومة بالحكومة | حكومة فالحكومة
حكومة كالحكومة | حكومة وللحكومة | حكومة وبالحكومة | حكومة لحكومة | حكومة بحكومة | حكومة ولحكومة | صاروخ بصاروخ
صاروخ وبصاروخ | الحكومة حكومة | والحكومة الحكومة | للرئيس رئيس | لبنان ولبنان | لبنان للبنان | لبنان بلبنان
لبنان وبلبنان | لجنة للجنة | لجنة اللجنة | لاجئين للاجئين | مصر ومصر | مصر لمصر | روسيا بروسيا | روسيا وروسيا
ولبنان لبنان | قتلى وقتلى | الحق للحق | حق الحق | شرطة والشرطة | ألمانيا بألمانيا | ألمانيا الألماني
ألمانيا وألمانيا | المانيا الألمانية | ألمانيا لألمانيا | التزام الالتزام | إلغاء الإلغاء | إلكتروني الإلكترونية
والدة والدة | الوزير وزير | 15 الـ15 | 15 بـ15 | 7 الـ7 | لبنان لبناني | لبنان لبنانية | لبنان لبنانيون
لبنان اللبنانيين | لبنان اللبنانيات | لبناني لبنانية | لبنانيون لبنان | فلسطين الفلسطينيين | فلسطين الفلسطينية
فلسطيني فلسطين | سوريا سورية | سوريا السوري | سوريا السوريين | السوريون سورية | مصر المصري | مصر مصريون
مصر المصريات | العراق عراقيين | اليمن يمني | اليمن اليمنيين | السعودية سعودي | السعودية السعوديين | تركيا تركي
تركيا الأتراك التركية | روسيا الروسي | روسيا الروسية | روسيا روس | فرنسا فرنسي | فرنسا الفرنسيين | كندا الكندي
كندا كندية | بريطانيا البريطانيين | بريطانيا بريطاني | إيطاليا الإيطالي | إسبانيا الإسبانية | ليبيا ليبي
ليبيا الليبيين | إيران الإيرانية | إيران إيرانيين | السودان سوداني | السودان السودانيين | عمان عماني | قطر قطري
قطر القطريين | الكويت كويتي | الكويت الكويتيين | البحرين بحريني | البحرين البحرينية | الإمارات إماراتي
الإمارات الإماراتية | تونس تونسيون | المغرب مغربية | الجزائر جزائري | الجزائر جزائريين | موريتانيا موريتاني
الصومال صومالي | باكستان باكستاني | باكستان الباكستانيين | أفغانستان أفغاني | كوريا الكورية | كوريا كوري
الصين صينية | الهند الهنود هندي | اليابان ياباني | أوكرانيا الأوكراني | أوروبا الأوروبي | أمريكا الأمريكيين
أمريكا الأميركية | أميركا أمريكي | الأرجنتين أرجنتيني | اليونان اليوناني | هولندا الهولندي | اقتصاد الاقتصادي
اقتصاد اقتصادية | اقتصاد اقتصاديا | اقتصاد الاقتصاديين | سياسة سياسي | سياسة السياسية | سياسة السياسيين
حكومة حكومي | قانون قانونية | قانون القانونيين | إعلام إعلامي | إعلام الإعلاميين | أمن أمنية | رياضة رياضي
ثقافة الثقافية | برلمان برلماني | برلمان البرلمانيين | إرهاب الإرهابيين | فضاء فضائية | انتخابات انتخابي
تلفزيون تلفزيوني | تلفزيون تليفزيون | زراعة الزراعي | مهندس مهندسون | مهندس المهندسين | معلم المعلمات
معلم المعلمين | مسلم مسلمون | صحفي الصحفيين | انتخابات انتخاب | انتخابات الانتخابات | قرار قرارات
قرار القرارات | شركة شركات | شركة الشركات | جامعة جامعات | جامعة بالجامعات | محافظة المحافظات | سيارة سيارات
دولة دولتين | دولة الدولتان | سيارة سيارتين | وزير وزيران | وزير الوزيرين | لاعب لاعبين | لاعب اللاعبون
فريق الفريقان | يوم يومين | شهر شهرين | شخص شخصين | عام عامين | سنة سنوات | قوة قوات | قوة القوات | قناة قنوات
وزارة وزارات | ولاية ولايات | لغة لغات | مرة مرات | وزير وزيرة | وزير وزيرها | وزير وزيرهم | حكومة حكومتها
حكومة حكومته | سلطة سلطتهم | قرار قرارا | رئيس رئيسا | جديد جديدة | طالب طالبات | مواطن مواطنيها | قرار بقراره
بيت بيتها | كتاب كتابه | كتاب وكتابه | كتاب بكتاب | بيروت وبيروت | بيروت لبيروت | بغداد ببغداد | فلسطين وفلسطين
فلسطين بفلسطين | وزارة ووزارة | باريس لباريس | كوريا وكوريا | ترامب ترمب | نتنياهو نتانياهو | إنجليزي الإنكليزية
إنجلترا إنكلترا | إسطنبول اسطنبول | أوروبا أوربا | ديمقراطية الديموقراطية | بنغلاديش بنجلاديش | غوغل جوجل
كابول كابل | طالبان وطالبان | سلطان السلطان | ورقة الورقة | ورقة وورقة | وسام الوسام | والي والي | علي علي
غزة غزه | غزه بغزة | الرقة الرقة | الرقة بالرقة | الرقة والرقة
كرة وبكرة | ولاية لولاية ثانية | تصريحات تصريحاته | تصريحات تصريحاتهما | تصريحات تصريحاتنا | قرار قراراته
علاقات علاقاته | عمليات عملياته | انتخابات انتخاباته | صلاحيات صلاحياته | زيارات زياراته | قوات قواته
مباراة مباراته | مباراة مباراتها | مباراة مباراتين | مباراته مباراة | معاناة معاناته | عبدالله عبد الله
أبوظبي أبو ظبي | أبوظبي لأبو ظبي | أبوظبي بأبوظبي | أبواب أبوابها | حكومة حكومتنا | حكومة حكومتي
حكومة حكومتكم | وزير وزيرهما | رئيس رئيسنا | رئيسنا رئيس | جامعة جامعي | جامعي الجامعة | صناعة صناعي
صناعة الصناعية | تجارة تجاري | ثورة ثوري | شرطة شرطي | شرطة الشرطية | بات وبات | لقاء بلقاء | شاشة بشاشة
أبها بأبها | آخر فآخر | حق بحق | حق لحق | دم بدم | دم ودم | حل بحل | حق وبحق | مبادئ المبادىء | مبادئ المباديء
شيء شئ | شيء شىء | بطيء بطىء | مؤقت مؤقتة | بيوت بيوتها | كوكاكولا كوكاكولا | كولا كولا | كتاب كتابهما
كويت الكويتي | حق حقها | حياة حياتنا | حياة حياته | وفاة وفاتها | بيت بيتنا | دولة دولتنا | دولة لدولتنا
مدينة بمدينتهم | منتخب منتخبنا | مليون مليونا | قناة قناتين | شعب شعبنا
صحة الصحي | صحي الصحة | طب الطبية | آسيا الآسيوية | لغة لغوي | وزارة الوزاري | سهم سهمين | عضو العضوين
آلية الآلية | آلية لآلية | آلية بآلية | آلية وآلية | آلية وآليات | آليات الآلية | بلدية البلدية | بلدية لبلدية
بلدية ببلديات | كولن كولن | كوفي كوفي | آلان آلان | باليه الباليه | فعلية الفعلية | كوالا كوالا | آية الآيات
آل آل | كل بكل | بعد وبعد | بعد بعدها | غير لغير
خطة خطته | خطة خطتها | خطة الخطتين | قوة قوتها | قصة قصته | حصة حصتها | مدة مدتها | قمة قمته | سنة سنته | صحة بصحته
مسؤول مسؤولو | موظف موظفو | لاعب ولاعبو | مرشح مرشحو | محتجون محتجو | صحفي صحفيو | كونغو الكونغو | طوكيو طوكيو
مباراة المباريات | بنك بنكين | سوق السوقين | صحفي صحافي | صحافيون الصحفيين | جدة وجدة | أزمة لأزمة | أزمة أزمات
أسهم لأسهم | عودة وعودة | عودة عودته | جهات وجهات | وجهة وجهات | حرية بحرية | بحرية بحرية | بحري بحرية | حرية حريات
2026 2026م | 2026 ٢٠٢٦م | 1447 1447هـ | 1000 1,000 | 1,000 1000 | 1000 ١٬٠٠٠ | 1000000 1,000,000 | نهاية نهايات
جورجيا الجورجيين | كينيا الكينية | ألبانيا ألباني | صيدا بصيدا | عقبة عقبات | دعوة دعوات | محطة محطته | بنات بناتها
الإسماعيلية الإسماعيلي | أوروغواي أوروغواي | أوروغواي أوروجواي | شنغهاي شنجهاي | حماية حمايتها | قضايا القضايا
"""
# A query of one word, and a text that it must not find.
FINDS_NOT = """
سلام إسلام | إسلام سلام | علم عالم | حرب حزب | قطر قطار | بيت بيروت | وزير الوزراء | كتب كاتب | كاتب كتب
كتاب كتب | شعر شاعر | عمل عامل | حكم حكومة | طالب طلب | سفر سفير | قدس قدم | عراق عرق | نصر ناصر | ذهب مذهب
رجل رجال | بلد بلاد | الرقة ورقة | رقة ورقة | سام وسام | زير وزير | تاب كتاب | لاد بلاد | جنة لجنة | جود وجود
صول وصول | قود وقود | أمل كامل | بار كبار | لام كلام | ريق فريق | حدة وحدة | أرز بارز | رنسا فرنسا | غداد بغداد
رلين برلين | ريس باريس | ساد فساد | قاء لقاء | نون فنون | لبن لبنان | لبنة لبنان | عم عمان | سود السودان
طالب طالبان | سلم سلمان | عدو عدوان | عدن عدنان | سليم سليمان | زيد زيدان | شعب شعبان | مدرس مدرسة | مكتب مكتبة
جامع جامعة | محافظ محافظة | منطق منطقة | طائر طائرة | سلام سلامة | عرب عربة | حلب حلبة | ظاهر ظاهرة | شرط شرطة
الرياض رياضة | عمل عملية | عملة عمل | شخص شخصية | نظر نظرية | مدن مدني | مدن المدنيين | سور سورية | سورة سوريا
سعود السعودية | جمهور جمهورية | ميزان ميزانية | ترك تركيا | ليل ليلى | حسن حسني | فتح فتحي | شكر شكري
دور الدوري | حال الحالي | علي عليا | باب بابا | درع درعا | كوب كوبا | على علي | علي على | قدر قدرة | تجار تجارة
عاد عادة | قاد قادة | مكان مكانة | جزر الجزائر | مغر مغرب | هند هندسة | صين صيانة | يمن يمين | تونس يونس
روس رأس | مصر مصير | خبر خبرة | حمل حملة | جلس جلسة | عشر عشرين | ثلاث ثلاثين | سبع سبعين | خمس خمسين
أربع أربعين | قصر قصير | بحر بحرية | نبي نبيل | نهر نهار | صدر مصدر | وطن موطن | أمر أمير | أسد أسود
فلسطين فلسفة | بر بري | مال مالك | نار دينار | ديوان وان | بان ألبان | قارب التقارب | كتر إلكتروني | مان ألمانيا
ماني ألماني | دين والدين | قط قطر | عام عامل | ملك مملكة | نقد نقل
والي وإلى | والي وإلى مصر | ولد ولدى | ولد ولديه | دينا لدينا | فعل فعلى | بكر بكرة القدم | عربة عربي
حلبة حلبي | هجرة الهجري | متر متراكم | سام وسام | رقة ورقة | قط فقط | باب بوابة | منطقة منطقي | كسوف كسور
حاكم حا | محافظة المحافظين | جامع جامعة | جد وجد | حل محل | زار الوزاري | صحة صحيح | طب طبيعي
آلية إليه | آلية وإليه | إليه إليه | بلدية لديه | لديه ولديه | آلان الآن | الآن والآن | آل إلى | بالذي وبالذي
لأنه ولأنه | قبل قبلية | عد بعد | عض بعض
كون كونغو | فيدي فيديو | ماري ماريو | كارل كارلو | ال التين | مصراتة مصر | مصر مصراتة | العقبة عقب | سانا سان
سان سانا | جورجيا جورج | جورج جورجيا | كينيا كين | صيد صيدا | ألبان ألبانيا | ألبانيا ألبان | أدلة أدلى | تسعة تسعى
دعا دعاية | دعاية دعا | قضاة قضايا | رعاة رعايا | أوقات الأوقية | محطة محط | محط محطة | موجة موجهة | موجهة موجة
منصور المنصورة | إسماعيل الإسماعيلية | دار داريا | 1000 1,0000 | 35 3,5 | ناس ناسا
"""


@pytest.fixture
def news(connection: Connection) -> Connection:
    """A warehouse with three articles."""
    with connection, connection.cursor() as cursor:
        for (title, body), (outlet, day, agencies) in zip(ARTICLES.items(), PLACES, strict=True):
            key = hashlib.sha256(title.encode()).digest()
            cursor.execute(
                """insert into news.article (article_key, outlet, url, revision_key, published_on, search)
                values (%(key)s, %(outlet)s, %(url)s, %(key)s, %(day)s, '');
                insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at,
                    canonical_url, title, body, published_on, authors, agencies, tags)
                values (%(key)s, %(key)s, %(key)s, now(), now(), %(url)s, %(title)s, %(body)s, %(day)s, '{}',
                    %(agencies)s, '{}');
                update news.article set search = news.searchable(revision, outlet) from news.revision
                where revision.revision_key = article.revision_key""",
                {
                    "key": key,
                    "url": f"https://sahifa.example/{key.hex()[:6]}",
                    "title": title,
                    "body": body,
                    "outlet": outlet,
                    "day": day,
                    "agencies": agencies,
                },
            )
    return connection


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("الحكومه تقر", ["الحكومة تُقرّ موازنة العام"]),
        ("احمد", ["الحكومة تُقرّ موازنة العام"]),
        ('"دير الزور"', ["معارك قرب دير الزور"]),
        ("«دير الزور»", ["معارك قرب دير الزور"]),
        ("دير الزور -داعش", ["مدرسة في دير قديم"]),
        ('قرب -"دير الزور"', ["مدرسة في دير قديم"]),
        ("مَدْرَسَة", ["مدرسة في دير قديم"]),
        ("الحـــكومة", ["الحكومة تُقرّ موازنة العام"]),
        ("15", ["مدرسة في دير قديم"]),
        ("۱۵ طالبا", ["مدرسة في دير قديم"]),
        ("أحمد، الوزير؟", ["الحكومة تُقرّ موازنة العام"]),
        ("الحكومة داعش", []),
    ],
)
def test_what_a_query_finds(news: Connection, query: str, titles: list[str]) -> None:
    assert sorted(hit.title for hit in search(news, query)) == titles


def pairs(text: str) -> list[list[str]]:
    return [pair.split(maxsplit=1) for line in text.split("\n") if line for pair in line.split("|")]


@pytest.mark.parametrize(("cases", "found"), [(FINDS, True), (FINDS_NOT, False)], ids=["finds", "finds not"])
def test_which_words_are_one(connection: Connection, cases: str, found: bool) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """select query, document from unnest(%s, %s) as pair (query, document)
            where (news.search_vector(document) @@ news.search_query(query)) <> %s""",
            (*map(list, zip(*pairs(cases), strict=True)), found),
        )
        assert cursor.fetchall() == []
    assert len(pairs(cases)) > 120


QUERIES = [
    ('"وزارة الداخلية في مصر"', "قالت وزارة الداخلية في مصر", True),
    ('"وزارة الداخلية في مصر"', "قالت وزارة الداخلية من مصر", True),
    ('"وزارة الداخلية في مصر"', "قالت وزارة الداخلية مصر", False),
    ('"الجيش السوري"', "قال الجيش اللبناني والسوري", False),
    ('"حكومة لبنان"', "الحكومة اللبنانية", True),
    ('"قتلى بصاروخ"', "سقط قتلى بصاروخ", True),
    ('وزير -"وزير المالية"', "وزير الدفاع والمالية", True),
    ('وزير -"وزير المالية"', "قال وزير المالية", False),
    ('"وزير المالية" -لبنان', "وزير المالية في لبنان", False),
    ('"وزير المالية" -"مجلس النواب" قال', "قال وزير المالية", True),
    ('"وزير المالية" -"مجلس النواب" قال', "قال وزير المالية في مجلس النواب", False),
    ("وزير -المالي", "قال وزيرٌ للمالية", False),
    ("سوريا ولبنان", "عبر الحدود من لبنان إلى سوريا", True),
    ("الحرب في السودان", "السودان: الحرب", True),
    ("على", "جلس على الكرسي", False),
    ("علي", "جلس على الكرسي", False),
    ("علي", "جلس عليّ قربه", True),
    ("فيسبوك/تويتر", "تويتر وفيسبوك", True),
    ('دير "الزور', "دير الزور", True),
    ("-داعش", "لا أحد", False),
    ("كـوفيد-19", "كوفيد 19", True),
    ("16", "طائرة إف16", False),
    ("afp", "نقلا عن الـAFP", True),
    ("كرة القدم", "مباراة بكرة القدم", True),
    ("أبو بكر", "أبو بكرة", False),
    ("ولاية كاليفورنيا", "حاكما لولاية كاليفورنيا", True),
    ("عبد الله", "الملك عبدالله", True),
    ('"عبد الله"', "الملك عبدالله", True),
    ("عبدالله", "الملك عبد الله", True),
    ("عبدالله", "الله عبد", False),
    ("عبدالفتاح السيسي", "عبد الفتاح السيسي", True),
    ("أبو ظبي", "وصل إلى أبوظبي", True),
    ("أبوظبي", "وصل إلى أبو ظبي", True),
    ("مصر \u200f-السيسي", "السيسي في مصر", False),
    ("مصر –السيسي", "السيسي في مصر", False),
    ("مصر\u00a0\u2212السيسي", "السيسي في مصر", False),
    ("مصر – السيسي", "السيسي في مصر", True),
    ("مصر-السيسي", "السيسي في مصر", True),
    ('"غير شرعي"', "قرار شرعي", False),
    ('"غير شرعي"', "قرار غير شرعي", True),
    ('"قبل الحرب"', "بعد الحرب", False),
    ('"آل سعود"', "جامعة الملك سعود", False),
    ('"آل سعود"', "أسرة آل سعود", True),
    ("ميناء " * 1_700, "في الميناء", True),
    ("ميناء\n" * 1_700, "في الميناء", True),
]


def test_phrases_and_what_is_left_out(connection: Connection) -> None:
    with connection, connection.cursor() as cursor:
        for query, document, found in QUERIES:
            cursor.execute("select news.search_vector(%s) @@ news.search_query(%s)", (document, query))
            assert cursor.fetchone() == (found,), (query, document)


PLACES_AND_TITLES = [
    (Within(), {0, 1, 2}),
    (Within(outlets=["sahifa"]), {0, 1}),
    (Within(outlets=["sahifa", "alyaum"], agencies=["afp"]), {0, 2}),
    (Within(agencies=["spa"]), {2}),
    (Within(since=date(2026, 11, 19), until=date(2026, 11, 19)), {0}),
    (Within(since=date(2026, 11, 20)), set()),
    (Within(until=date(2026, 11, 18)), {1}),
    (Within(since=date(2026, 9, 2), until=date(2026, 11, 19), agencies=["afp"]), {0}),
]


def test_a_search_looks_where_it_is_told(news: Connection) -> None:
    for within, places in PLACES_AND_TITLES:
        found = {hit.title for query in ("عدد", "البلاد", "الوزير") for hit in search(news, query, within=within)}
        assert found == {list(ARTICLES)[place] for place in places}, within


def test_a_phrase_is_sought_in_texts_with_its_words(news: Connection) -> None:
    for query, within, n_found in (
        ('"دير الزور"', Within(outlets=["sahifa"], since=date(2026, 9, 1)), 1),
        ('"دير الزور"', Within(outlets=["alyaum"]), 0),
        ('"مدينة دير الزور" "من قريتين" -وزير', Within(), 1),
        ('"دير الزور" -داعش', Within(), 0),
        ('مدرسة -"دير الزور"', Within(), 1),
    ):
        assert len(search(news, query, within=within)) == n_found, query


def test_a_filter_may_hold_any_sign(news: Connection) -> None:
    for name in ("a\\b", "\\", "'", "a'b", "\\'", '"', "a & b", ":*"):
        assert search(news, "الوزير", within=Within(outlets=[name])) == []
        assert search(news, "الوزير", within=Within(agencies=[name])) == []
        with news, news.cursor() as cursor:
            cursor.execute(
                """update news.revision set agencies = array[%s];
                update news.article set search = news.searchable(revision, outlet) from news.revision
                where revision.revision_key = article.revision_key""",
                (name,),
            )
        assert len(search(news, "الوزير", within=Within(agencies=["nope", name]))) == 1, name


def test_a_title_weighs_more_than_the_text(news: Connection) -> None:
    assert search(news, "الزور")[0].title == "معارك قرب دير الزور"


def test_month_and_outlet_are_no_words(news: Connection) -> None:
    assert search(news, "month") == search(news, "2026 11") == search(news, "sahifa") == []


ODD = [
    "", " ", '"', '""', "-", "- -", '-"', '" - "', "!؟،", "'; drop table news.article; --", "\\", "a:*", "&|!()<->",
    "\0", "أ" * 10_000, "كلمة " * 2_500, "ﷺ" * 900, "𝔘" * 1_000, '"' * 501, "\ue000\ue001", "😀 😀", "%s %(x)s {}",
    "\u202e\u200f", "«", "-" * 1_000, "ً" * 1_000,
    "وكتاب " * 2_000, "-داعش " * 150, '"أ ' * 400, "في من " * 1_600,
]  # fmt: skip


def test_odd_queries_find_nothing_and_never_fail(news: Connection) -> None:
    for query in ODD:
        assert search(news, query) == [], query[:50]


def test_any_text_can_be_indexed(connection: Connection) -> None:
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    clitics = " ".join("ول" + "".join(word) for word in itertools.product(letters, repeat=4))
    texts = ["", "ﷺ" * 100_000, "كلمة" * 200_000, "\u0001 \ufffe", " ".join(map(str, range(90_000))), clitics]
    with connection, connection.cursor() as cursor:
        for text in texts:
            cursor.execute("select news.search_vector(%s)", (text,))


def test_a_hit_tells_where_and_what(news: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    (hit,) = search(news, "انسحب وانسحب داعش -الحكومة") or search(news, "وانسحب داعش")
    assert (hit.outlet, hit.day, hit.original_url) == ("sahifa", date(2026, 9, 2), None)
    assert hit.snippet == "وانسحب داعش من قريتين."
    assert hit.found == ["وانسحب", "داعش"]
    assert hits_json([hit])[0]["day"] == "2026-09-02"
    print_hits([hit])
    shown = capsys.readouterr().out
    assert "1. معارك قرب دير الزور" in shown
    assert hit.url in shown


def test_a_hit_in_the_title_alone_is_marked_there(news: Connection) -> None:
    (hit,) = search(news, "معارك")
    assert hit.title.startswith("معارك")
    assert hit.found == ["معارك"]


def test_a_query_without_words_is_told_so(news: Connection) -> None:
    for query in ("؟!", "", "في من", "وعلى هذا", "-داعش", '-"دير الزور"', "\0"):
        assert nothing_found(news, query).startswith("The query holds no word to search for: "), query


def test_nothing_found_is_a_sentence(news: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    print_hits([], nothing_found(news, "زلزال [bold]"))
    assert capsys.readouterr().out == "No article matches «زلزال [bold]».\n"


def test_nothing_found_names_the_filters(news: Connection) -> None:
    within = Within(agencies=["afp", "nope"], since=date(2026, 11, 18))
    assert nothing_found(news, "زلزال", within) == (
        "No article matches «زلزال» in the outlets, days and agencies that the search was narrowed to."
        " No article credits the agency nope."
    )


def test_a_command_reads_dashes_and_outlets_without_a_toml(news: Connection, warraq: Warraq) -> None:
    left_out = warraq("search", "-داعش")
    assert "The query holds no word to search for" in left_out.stdout
    assert warraq("search", "دير", "--outlet", "alyaum", "--json").returncode == 0
    assert "No article matches «ديناصور أزرق»." in warraq("search", "ديناصور", "أزرق").stdout
    asked = warraq("search", "ديناصور", "--json")
    assert (asked.stdout, "No article matches" in asked.stderr) == ("[]\n", True)
    mistyped = warraq("search", "دير", "--limt", "3")
    assert (mistyped.returncode, "There is no option --limt" in mistyped.stderr) == (2, True)
    unknown = warraq("search", "دير", "--outlet", "nosuch")
    assert (unknown.returncode, "The warehouse has no articles of nosuch." in unknown.stderr) == (2, True)


def test_a_text_of_nothing_but_clitics_is_indexed(news: Connection) -> None:
    letters = "جحخدرزسشصضطظعغقهت"
    words = " ".join(f"وب{''.join(three)}نا" for three in itertools.product(letters, repeat=3))
    with news, news.cursor() as cursor:
        cursor.execute("update news.revision set title = %s, summary = %s, body = %s", (words, words, [words] * 5))
        cursor.execute("select min(length(news.searchable(revision, 'sahifa'))) from news.revision")
        assert (cursor.fetchone() or (0,))[0] > 10_000


def test_a_filter_of_any_length_finds_nothing(news: Connection) -> None:
    assert search(news, "دير", within=Within(agencies=["a" * 3000])) == []
    assert "No article credits" in nothing_found(news, "دير", Within(agencies=["a" * 3000]))


def test_sql_is_asked_for_less_than_nothing(news: Connection) -> None:
    with news, news.cursor() as cursor:
        cursor.execute("select * from news.search('دير', most => -1)")
        assert cursor.fetchall() == []
        cursor.execute("select count(*) from news.search('دير', most => null)")
        assert (cursor.fetchone() or (0,))[0] > 0
        cursor.execute("select news.search_query('\"')")
    assert news.notices == []


def test_highlighted_words_are_those_that_are_found(news: Connection) -> None:
    spelled = [
        "عبدالله",
        "المبادىء",
        "شئ",
        "مباراته",
        "جامعي",
        "حكومتنا",
        "وحكومتي",
        "بحق",
        "كتاب",
        "ورقة",
        "شرطية",
        "رئيسنا",
        "قواته",
    ]
    for query in ("عبد الله", "مبادئ", "شيء", "مباراة", "جامعة", "حكومة", "حق", "شرطة", "رئيس", "قوات"):
        with news, news.cursor() as cursor:
            cursor.execute(
                """select word from unnest(%s) as word
                where news.search_vector(word) @@ replace(news.search_query(%s)::text, '&', '|')::tsquery""",
                (spelled, query),
            )
            expected = {word for (word,) in cursor}
            cursor.execute(statement("search_words"), {"query": query, "words": spelled})
            assert {word for (word,) in cursor} == expected != set(), query


def test_markup_in_titles_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    hit = Hit(
        title="[red]عنوان[/red]", outlet="s", day=None, url="u", original_url="o", snippet="[/]", found=["["]
    )  # fmt: skip
    print_hits([hit])
    assert "[red]عنوان[/red]" in capsys.readouterr().out


def test_the_suite_of_queries(connection: Connection, shared_data: Path) -> None:
    with (shared_data / "search.tsv").open(encoding="utf-8", newline="") as lines:
        cases = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    with connection, connection.cursor() as cursor:
        for case in cases:
            query = "select news.search_vector(%s) @@ news.search_query(%s)"
            cursor.execute(query, (case["document"], case["query"]))
            assert cursor.fetchone() == (case["match"] == "1",), case
