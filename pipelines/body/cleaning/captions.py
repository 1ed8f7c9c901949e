"""The words under a picture and its credit."""

from __future__ import annotations

import re

from pipelines.body.cleaning.form import form, n_words
from pipelines.credits.names import is_sure_name

_MARK = re.compile(
    r"^\W*(?:©|\(c\)|(?:الصور[ةه]|صور[ةه]|تصوير|عدس[ةه]|مصدر\s+الصور[ةه]|المصور)\s*[:：/]|photos?\s*(?:by\b|:)"
    r"|getty\s+images|image\s*:|صور[ةه]\s*[/|])",
    re.IGNORECASE,
)
# SHOKRY HUSSIEN / REUTERS; AFP / John Doe
_NAMES = re.compile(r"^(?:[A-Z][\w.' ]{1,30}\s*[/|]\s*){1,2}[A-Z][\w.' ]{1,40}$")
_KIND = re.compile(
    r"(?:ال)?صوره (?:ال)?(?:ارشيفيه|ارشيف|تعبيريه|توضيحيه|ارشيفيا)\b|صور(?:ه)? من (?:الارشيف|المصدر|الانترنت"
    r"|مواقع التواصل|وسايل التواصل|المكان|موقع الحدث|حساب|الفيديو)\b|مصدر الصوره\b"
)
_END = re.compile(
    r"\((?:صورة\s+)?[اأ]?لا?(?:إنترنت|انترنت)\)$|\((?:[اأ]رشيفي?[ةه]?|صور[ةه]\s+[اأ]رشيفي[ةه]|من\s+المصدر"
    r"|الأرشيف|تعبيرية|مواقع\s+التواصل(?:\s+الاجتماعي)?)\)\W*$"
)
# What a caption's label for listeners says, with the comma that they hear as a pause.
_LABEL = re.compile(
    r"\W*(?:صدر|مصدر|التعليق على|تعليق على)\s+(?:ال)?صور[ةه]\s*[،,:]|(?:image|photo) (?:source|caption),", re.I
)
_MOST = 140
_VERBLESS = 14


def is_caption_label(text: str | None) -> bool:
    """Whether a text is, or begins with, the label by which a caption is announced to those who listen.

    >>> is_caption_label("صدر الصورة، "), is_caption_label("التعليق على الصورة، عبور"), is_caption_label("الصورة")
    (True, True, False)
    """
    return bool(text) and bool(_LABEL.match(text or ""))


def is_caption(line: str) -> bool:
    """The credit of a picture, or a caption that says itself one.

    >>> is_caption("© REUTERS / SHOKRY HUSSIEN"), is_caption("صورة: أرشيف"), is_caption("جانب من السوق (أرشيفية)")
    (True, True, True)
    >>> is_caption("صورة قاتمة رسمها التقرير لسوق العمل")
    False
    """
    if len(line) >= _MOST:
        return False
    if _MARK.match(line) or _NAMES.match(line) or is_caption_label(line):
        return True
    if line.startswith("تصوير ") and is_sure_name(line.removeprefix("تصوير ")):
        return True
    is_unfinished = not line.rstrip().endswith((".", "؟", "!"))
    return is_unfinished and n_words(line) <= _VERBLESS and bool(_KIND.match(form(line)) or _END.search(line))
