"""The parameters of an address that say how the reader came or how the page is drawn, not which page it is."""

from __future__ import annotations

import re

_TRACKING = re.compile(
    r"""(?xi) (?:utm|at|pk|mtm|matomo|piwik|hsa|vero|oly|ns|wt|fb_action|amp_js|_x_tr|guce) [_.] .*
    | fb_(?:ref|source) | action_(?:object|type|ref)_map | __twitter_impression | ref_(?:src|url) | wprov
    | fbclid | yclid | gclid | gclsrc | gbraid | wbraid | dclid | msclkid | ysclid
    | (?:tw|tt|li|rb_)cl(?:id|ickid) | igsh(?:id)? | mc_[ce]id | mkt_tok | _ga | _gl | _hsenc | _hsmi | usqp | amp_gsa
    | ocid | c?mpid | ncid | icid | intcmp | xtor | s_cid | ito | spm | trk | guccounter | nr_email_referer
    | smid | smtyp | sr_share | share(?:_from|d?_by)? | maca | wprss | feed_?(?:type|name) | from_?(?:rss|feed)
    | mibextid | extid | __(?:tn|cft)__.* | srsltid | gad_?source | hss_channel | s_kwcid | _branch_match_id
    | _openstat"""
)
_SESSION = re.compile(r"(?i)(?:php|j|asp)sess(?:ion)?id\w*|aspsessionid\w*|session_?id|cf(?:id|token)|_?sess")
_ORIGIN = re.compile(
    r"""(?xi) (?:came_|ref_|entry_?|link_?|click_?|traffic_?|feed_?)? (?:ref|refer|referr?er|referral|src|source|from)
    | via | origin | medium | utm | \.?tsrc | mod | partner | emc | d?cmp | ftcamp | campaign(?:_?id)? | channel
    | entry_?point"""
)
_CHANNEL = re.compile(
    r"(?i)rss\w*|\w*feed|feedburner|twitter|tw|x|facebook|fb|whatsapp|wa|telegram|tg|instagram|ig|linkedin|youtube"
    r"|tiktok|snapchat|messenger|share\w*|social|e?mail|newsletter|push|notifications?|googlenews|google-?news|google"
    r"|amp|app|home(?:page)?|sitemap"
)
# Words that name a channel wherever they stand: rss-feeds, twitter_share, ara-rss-all.
_CHANNEL_WORD = re.compile(
    r"(?i)(?:^|[-_.+~])(?:rss\d?|rdf|atom|feeds?|twitter|facebook|whatsapp|telegram|instagram|linkedin|tiktok|snapchat"
    r"|messenger|newsletters?|google-?news)(?=[-_.+~]|$)"
)
_FEED_NAME, _YES = re.compile(r"(?i)(?:is_?)?(?:rss|feed)"), frozenset({"", "1", "true", "yes", "on"})
_AMP_NAME = re.compile(r"(?i)amp|is_?amp|amp_?(?:page|mode|version)")
_VIEW_NAME = re.compile(r"(?i)output_?type|output|format|view|type|mode|version|render")
_PAGE_LAYOUT = re.compile(r"(?i)(?:amp|print)pagelayout")


def kept_query(query: str, identifying: tuple[str, ...]) -> str:
    """The parameters that tell pages apart, sorted; those that the outlet calls `identifying` are always kept.

    >>> kept_query("utm_source=x&id=7&maca=ara-rss-ar-all-1125-rdf&src=rss-feeds&from=2026", ())
    'from=2026&id=7'
    """
    pairs = [pair for pair in query.split("&") if pair]
    return "&".join(sorted(pair for pair in pairs if pair.partition("=")[0] in identifying or not _is_noise(pair)))


def _is_noise(pair: str) -> bool:
    """Whether a parameter says how the reader came or how the page is drawn, not which page it is."""
    name, _, value = pair.partition("=")
    return bool(
        _TRACKING.fullmatch(name)
        or _SESSION.fullmatch(name)
        or _AMP_NAME.fullmatch(name)
        or _PAGE_LAYOUT.search(value)
        or (_ORIGIN.fullmatch(name) and (_CHANNEL.fullmatch(value) or _CHANNEL_WORD.search(value)))
        or (_FEED_NAME.fullmatch(name) and value.lower() in _YES)
        or (_VIEW_NAME.fullmatch(name) and value.lower() == "amp")
    )
