"""Invented news in Arabic, of any number, and the documents that list them: for servers of our own."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape

NOON = "2026-11-19T12:00:00+02:00"
_WHO = (
    "مجلس البلدية", "هيئة المياه", "مزارعو الوادي", "إدارة المتحف", "نقابة الصيادين",
    "مديرية التعليم", "فريق الباحثين", "شركة النقل", "اتحاد الحرفيين", "لجنة السوق",
    "أمانة المكتبة", "جمعية القراء", "مشغلو الميناء", "أطباء المستوصف",
)  # fmt: skip
_DID = (
    "أعلن افتتاح", "قرر تأجيل", "بدأ ترميم", "درس توسعة", "عرض خرائط", "ناقش مستقبل", "أنهى صيانة",
    "وسع خدمات", "جرب نظام", "وثق تاريخ", "زار موقع", "أقر ميزانية", "رسم مخطط", "أعاد تشغيل",
)  # fmt: skip
_WHAT = (
    "الجسر الخشبي", "محطة التحلية", "الطريق الساحلي", "السوق المسقوف", "المدرسة الزراعية",
    "الحديقة العامة", "مرفأ القوارب", "القطار الجبلي", "المسرح القديم", "خزان المدينة",
    "مشغل النسيج", "المكتبة المتنقلة", "حقول الزيتون", "مستودع الحبوب",
)  # fmt: skip
_WHERE = (
    "عند مدخل البلدة", "في الحي الشرقي", "على ضفة النهر", "قرب الميناء", "خلف التلال",
    "في قلب المدينة", "شمال الواحة", "بجوار المحطة", "في القرى المجاورة", "على امتداد الساحل",
    "تحت القلعة", "وسط البساتين", "في أطراف السهل",
)  # fmt: skip
_WHY = (
    "بعد أشهر من الانتظار", "استجابة لمطالب السكان", "قبل حلول الشتاء", "رغم ضيق الوقت",
    "بتمويل من أهل البلدة", "تمهيدا لموسم الحصاد", "وفق جدول جديد", "بالتعاون مع المتطوعين",
    "للمرة الأولى منذ عقود", "بأدوات محلية الصنع", "من غير كلفة إضافية", "على ثلاث مراحل",
    "بحضور التلاميذ وذويهم",
)  # fmt: skip


def sentences(seed: object, n: int) -> str:
    """So many sentences, other ones for every seed."""
    chance = random.Random(str(seed))
    parts = (_WHO, _DID, _WHAT, _WHERE, _WHY)
    return " ".join(
        " ".join(chance.choice(part) for part in parts) + f" كما ورد في البيان رقم {chance.randrange(10**6)}."
        for _ in range(n)
    )


def article(seed: object, *, at: str = NOON, head: str = "", more: str = "") -> str:
    """A whole page with an article of three paragraphs; `more` follows them in its body."""
    title = sentences(("title", seed), 1).partition(" كما ")[0]
    paragraphs = "".join(f"<p>{sentences((seed, place), 3)}</p>" for place in range(3))
    published = f'<meta property="article:published_time" content="{at}">'
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>{published}{head}'
        f'</head><body><article><h1>{title}</h1><div class="article-body">{paragraphs}{more}</div></article>'
        "</body></html>"
    )


def feed(links: Iterable[str | tuple[str, str | None]], *, at: str = NOON, before: str = "") -> str:
    """An RSS feed; a link may come with a moment of its own, or with None for one that tells none."""
    items = (link if isinstance(link, tuple) else (link, at) for link in links)
    told = "".join(f"<item><link>{escape(url)}</link>{_date(moment)}</item>" for url, moment in items)
    return f'{before}<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{told}</channel></rss>'


def _date(moment: str | None) -> str:
    return f"<pubDate>{format_datetime(datetime.fromisoformat(moment))}</pubDate>" if moment else ""
