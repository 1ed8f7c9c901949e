"""Lines that stand among an article's paragraphs and are no part of it: one small rule for each concern."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pipelines.body.cleaning.captions import is_caption
from pipelines.body.cleaning.labels import is_date_line, is_label
from pipelines.body.cleaning.pointers import is_pointer_heading, is_read_also
from pipelines.body.cleaning.policies import is_footer, is_policy
from pipelines.body.cleaning.repeats import echoes, headlines, is_flash
from pipelines.body.cleaning.sharing import is_follow_line, is_share_line
from pipelines.body.cleaning.walls import is_paywall_line

__all__ = ["echoes", "headlines", "is_date_line", "is_flash", "is_footer", "is_pointer_heading", "rule_of"]

_RULES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("read_also", is_read_also),
    ("share", is_share_line),
    ("follow", is_follow_line),
    ("policy", is_policy),
    ("paywall", is_paywall_line),
    ("footer", is_footer),
    ("caption", is_caption),
    ("label", is_label),
)


@lru_cache(maxsize=8192)
def rule_of(line: str) -> str | None:
    """The name of the rule that takes a line for no part of a text; None for a line that may be one.

    >>> rule_of("اقرأ أيضا: الذهب يتراجع"), rule_of("وقال الوزير إن الخطة جاهزة.")
    ('read_also', None)
    """
    return next((name for name, rule in _RULES if rule(line)), None)
