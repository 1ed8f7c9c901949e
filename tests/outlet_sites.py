"""Sites of invented outlets, as content systems and hosters leave them, for `warraq outlets add`: one function a site.

A site is a table: host → path → (status, headers, body). `{}` in hosts and bodies stands for the server's port.
"""

from __future__ import annotations

from collections.abc import Callable

Page = tuple[int, dict[str, str], str]
Hosts = dict[str, dict[str, Page]]

SITES: dict[str, Callable[[], Hosts]] = {}
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def site(build: Callable[[], Hosts]) -> Callable[[], Hosts]:
    SITES[build.__name__] = build
    return build


def html(title: str, body: str = "", head: str = "", lang: str = "ar") -> Page:
    page = f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    return 200, {"Content-Type": "text/html; charset=utf-8"}, f"{page}<body>{body}</body></html>"


def xml(text: str) -> Page:
    return 200, {"Content-Type": "application/xml; charset=utf-8"}, text


def text(body: str) -> Page:
    return 200, {"Content-Type": "text/plain"}, body


def moved(to: str, status: int = 301) -> Page:
    return status, {"Location": to, "Content-Type": "text/html"}, ""


def rss(*links: str, title: str = "آخر الأخبار", media: str = "", words: str = "أعلنت الوزارة أمس عن المشروع") -> Page:
    enclosure = f'<enclosure url="/a" type="{media}" length="1"/>' if media else ""
    items = "".join(
        f"<item><title>{words}</title><link>{link.replace('&', '&amp;')}</link>{enclosure}"
        f"<pubDate>Thu, 19 Nov 2026 10:00:00 +0200</pubDate></item>"
        for link in links
    )
    return xml(f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>')


def urlset(*links: str, news: str = "") -> Page:
    told = (
        f"<news:news><news:publication><news:name>{news}</news:name><news:language>ar</news:language></news:publication>"
        "<news:publication_date>2026-11-19T09:00:00+02:00</news:publication_date><news:title>خبر</news:title></news:news>"
    )
    rows = "".join(f"<url><loc>{link}</loc>{told if news else ''}</url>" for link in links)
    return xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS}>{rows}</urlset>')


def index(*links: str) -> Page:
    rows = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>')


def alternate(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def robots(*sitemaps: str) -> Page:
    return text("User-agent: *\nDisallow: /admin\n" + "".join(f"Sitemap: {url}\n" for url in sitemaps))


@site
def refreshed() -> Hosts:
    """A first page that only refreshes; feeds stand on a page of their own."""
    home = html("الصفحة الرئيسية - جريدة المرفأ", '<a href="/services/21">خدمة RSS</a><h2><a href="/n/1">خبر</a></h2>')
    feeds = html("خدمة RSS", '<a href="/rss/politics">سياسة</a><a href="/rss/sport">رياضة</a><a href="/">الرئيسية</a>')
    return {"www.marfa.test:{}": {
        "/": html("", head='<meta http-equiv="Refresh" content="0; URL=/main.aspx">'), "/main.aspx": home,
        "/services/21": feeds, "/rss/politics": rss("/n/1", "/n/2"), "/rss/sport": rss("/n/3"),
    }}  # fmt: skip


@site
def refreshed_away() -> Hosts:
    return {
        "www.rahil.test:{}": {"/": html("", head='<meta http-equiv="refresh" content="3;url=https://www.other.tld/x">')}
    }


@site
def renewed() -> Hosts:
    """A home page that renews itself, and another that hopes to be read on a phone after five minutes."""
    head = '<meta http-equiv="refresh" content="300; url=http://www.mujaddad.test:{}/m/">' + alternate("/rss.xml")
    return {"www.mujaddad.test:{}": {"/": html("المجدد", head=head), "/rss.xml": rss("/1")}}


@site
def other_host() -> Hosts:
    """A host that leads to another one of the same owner, where a country's ending tells where it is."""
    home = html("الواحة", head='<meta property="og:site_name" content="الواحة">' + alternate("/feed"))
    return {
        "www.alwaha-news.com.tn:{}": {"/": moved("http://ar.alwaha-news.com.tn:{}/", 302)},
        "ar.alwaha-news.com.tn:{}": {"/": home, "/feed": rss("/1", "/2")},
    }


@site
def moved_away() -> Hosts:
    return {"www.qadim.test:{}": {"/": moved("http://www.jadid.example/")}}


@site
def languages() -> Hosts:
    """A page that asks for a language."""
    ask = '<a href="/en/"><img alt="English" src="/e.png"></a><a href="/fr/">Français</a><a href="/ar/">العربية</a>'
    home = html("وكالة الجسر", '<h3><a href="/ar/news/123">خبر</a></h3>', alternate("/ar/rss"))
    return {"www.jisr.test:{}": {
        "/": html("Al Jisr", ask, lang="en"), "/ar/": home, "/ar/rss": rss("/ar/news/1", "/ar/news/2"),
    }}  # fmt: skip


@site
def english_home() -> Hosts:
    """A home page in English that names its Arabic edition, on another host of the same owner."""
    head = '<link rel="alternate" hreflang="ar" href="http://arabic.bridge.test:{}/">' + alternate("/en/rss")
    words = "The minister said on Thursday that the talks will go on in the capital, and that a treaty is near."
    return {
        "www.bridge.test:{}": {"/": html("Bridge", f"<h2><a href='/n/12345'>{words}</a></h2>", head, "en")},
        "arabic.bridge.test:{}": {"/": html("بريدج عربي", "", alternate("/rss")), "/rss": rss("/1", "/2")},
    }


@site
def challenged() -> Hosts:
    """A challenge that comes with 200."""
    body = "<div>Verifying you are human. This may take a few seconds.</div><script>window._cf_chl_opt={}</script>"
    return {"www.hissn.test:{}": {"/": html("Just a moment...", body.replace("{}", "0"), lang="en-US")}}


@site
def cookie_loop() -> Hosts:
    """A hoster's page that sets a cookie by script and comes again."""
    script = (
        "<script>function toNumbers(d){}document.cookie='__test=1';location.href='http://www.halqa.test/?i=1';</script>"
    )
    return {"www.halqa.test:{}": {"/": html("", script.replace("{}", "0"))}}


@site
def walled() -> Hosts:
    """A login page; robots.txt names a news sitemap all the same."""
    form = '<form action="/login"><input name="u"><input type="password" name="p"><button>دخول</button></form>'
    return {"www.sour.test:{}": {
        "/": moved("/login?next=/", 302), "/login?next=/": html("تسجيل الدخول", form),
        "/robots.txt": robots("http://www.sour.test:{}/news.xml"),
        "/news.xml": urlset(*(f"http://www.sour.test:{{}}/a/{n}" for n in (7001, 7002)), news="صحيفة السور"),
    }}  # fmt: skip


@site
def asked_for_consent() -> Hosts:
    """A question for consent in Arabic, at the address of the home page itself."""
    body = "<p>نستخدم نحن وشركاؤنا ملفات تعريف الارتباط. تهمنا خصوصيتك.</p><button>أوافق</button><button>رفض</button>"
    return {"www.qubul.test:{}": {"/": html("قبول", body), "/sitemap.xml": urlset("http://www.qubul.test:{}/1")}}


@site
def banner() -> Hosts:
    """A home page with a question for cookies at its foot is a home page."""
    words = "نستخدم ملفات تعريف الارتباط، راجع سياسة الخصوصية"
    body = f'<h2><a href="/news/8001">خبر</a></h2><div>{words} <button>موافق</button></div>'
    return {
        "www.rasif.test:{}": {
            "/": html("الرصيف | أخبار ليبيا لحظة بلحظة", body, alternate("/rss")),
            "/rss": rss("/news/8001"),
        }
    }


@site
def for_sale() -> Hosts:
    return {
        "www.mabii.test:{}": {"/": html("mabii.test", "<h1>هذا النطاق معروض للبيع</h1><a href='//seller.tld'>اتصل</a>")}
    }


@site
def under_repair() -> Hosts:
    return {"www.siyana.test:{}": {"/": html("الموقع تحت الصيانة", "<p>نعود قريباً</p>")}}


@site
def framed() -> Hosts:
    frames = '<html><head><title>x</title></head><frameset rows="100%,*"><frame src="/index1.htm"></frameset></html>'
    return {"www.itar.test:{}": {
        "/": (200, {"Content-Type": "text/html"}, frames),
        "/index1.htm": html("صحيفة الإطار", "", alternate("rss.xml")),
        "/rss.xml": rss("/show.php?sid=11", "/show.php?sid=12"),
    }}  # fmt: skip


@site
def icons() -> Hosts:
    """Feeds behind pictures, beside those of comments, sound, films and other languages."""
    body = (
        '<a href="/xml/all"><img src="/i/orange.png" alt="خلاصات"></a><a href="/xml/pod" title="بودكاست RSS">استمع</a>'
        '<a class="fa fa-rss" href="/xml/sound"></a><a href="/en/rss">RSS</a><a href="/xml/comments.rss">RSS</a>'
        '<a href="https://www.youtube.com/feeds/videos.xml?channel_id=1">RSS</a>'
        '<a href="https://feeds.service.tld/x">RSS</a>'
    )
    return {"www.aiqonat.test:{}": {
        "/": html("الأيقونات", body), "/xml/all": rss("/1", "/2"), "/xml/sound": rss("/3", "/4", media="audio/mpeg"),
    }}  # fmt: skip


@site
def kinds_of_feeds() -> Hosts:
    head = (
        alternate("/feed.json", "application/feed+json") + alternate("/one.atom", "application/atom+xml;type=entry")
        + alternate("/old", "application/rss+xml", "الأخبار") + alternate("/tr", "application/rss+xml", "Türkçe")
        + alternate("/latin", "application/rss+xml") + '<link rel="alternate" hreflang="fr" href="/fr">'
        + alternate("/talk", "application/rss+xml") + alternate("feed://www.anwaa.test:{}/new", "application/rss+xml")
    )  # fmt: skip
    return {"www.anwaa.test:{}": {
        "/": html("الأنواع", head=head), "/old": moved("/new", 302), "/new": rss("/1", "/2"),
        "/latin": rss("/3", words="The council of ministers met on Thursday"),
        "/talk": rss("/1#c1", title="تعليقات على: الأنواع"),
    }}  # fmt: skip


@site
def of_days() -> Hosts:
    """An index of days whose numbers have no zero before them, and articles that tell their form."""
    days = [(11, 9), (11, 18), (11, 19)]
    links = [f"http://www.ayyam.test:{{}}/news/2026/11/19/{50000 + n}/" for n in range(12)]
    maps = {f"/maps/2026/{m}/{d}": urlset(*links) for m, d in days}
    menu = '<nav><a href="/news/">الأخبار</a><a href="/section/12">رأي</a></nav>'
    return {"www.ayyam.test:{}": {
        "/": html("أيام وأحداث", menu, alternate("/rss/")),
        "/rss/": rss(*links), "/robots.txt": robots("/all.xml"),
        "/all.xml": index("/pages.xml", *(f"http://www.ayyam.test:{{}}{path}" for path in maps)), **maps,
    }}  # fmt: skip


@site
def of_months() -> Hosts:
    """An index of months that do not tell whether there is a zero before them; their server does."""
    return {"www.shuhur.test:{}": {
        "/": html("شهور"), "/robots.txt": robots("http://www.shuhur.test:{}/months.xml"),
        "/months.xml": index(*(f"http://www.shuhur.test:{{}}/m/news-2026-{n}.xml" for n in (10, 11))),
        **{f"/m/news-2026-{n}.xml": urlset("/a/1", "/a/2") for n in (9, 10, 11)},
    }}  # fmt: skip


@site
def of_wordpress() -> Hosts:
    """WordPress: a feed that the head does not name, children of pages and authors, and a news sitemap in the index."""
    here, kinds = "http://www.warda.test:{}", ("post", "page", "category", "author", "news")
    head = '<meta name="generator" content="WordPress 6.9"><meta property="og:site_name" content="Al Warda">'
    return {"www.warda.test:{}": {
        "/": html("الرئيسية - الوردة", head=head), "/feed/": rss(*(f"/خبر-{n}/" for n in range(12))),
        "/robots.txt": robots(f"{here}/sitemap_index.xml"),
        "/sitemap_index.xml": index(*(f"{here}/{name}-sitemap.xml" for name in kinds)),
        "/post-sitemap.xml": urlset("/خبر-1/"), "/news-sitemap.xml": urlset("/خبر-1/", news="الوردة"),
    }}  # fmt: skip


@site
def of_two_languages() -> Hosts:
    """An index with a child for each language."""
    here = "http://www.lisan.test:{}"
    return {"www.lisan.test:{}": {
        "/ar": html("اللسان | النسخة العربية", head=alternate("/ar/rss.xml")), "/ar/rss.xml": rss("/ar/n/1"),
        "/robots.txt": robots(f"{here}/sitemap.xml"),
        "/sitemap.xml": index(f"{here}/sitemap-en.xml", f"{here}/sitemap-ar.xml"),
        "/sitemap-ar.xml": urlset("/ar/n/1"), "/sitemap-en.xml": urlset("/en/n/1"),
    }}  # fmt: skip


@site
def odd_robots() -> Hosts:
    """A robots.txt that names itself, another host, a feed, a day's own sitemap and one of pictures."""
    here, names = (
        "http://www.gharib.test:{}",
        ("robots.txt", "feed", "s-2026-11-19.xml", "image-sitemap.xml", "gone.xml"),
    )
    return {"www.gharib.test:{}": {
        "/": html("الغريب"),
        "/robots.txt": robots("https://cdn.other.tld/map.xml", *(f"{here}/{name}" for name in names)),
        "/feed": rss("/1", "/2"), "/s-2026-11-19.xml": urlset("/1"), "/image-sitemap.xml": urlset("/1"),
    }}  # fmt: skip


@site
def on_a_feed_service() -> Hosts:
    """A feed on a host that outlets share, and one whose articles all lie on another host of the same owner."""
    head = alternate("http://feeds.service.test:{}/minbar") + alternate("/rss")
    return {
        "www.minbar.test:{}": {"/": html("المنبر", head=head), "/rss": rss("http://news.minbar.test:{}/1")},
        "feeds.service.test:{}": {"/minbar": rss("http://www.minbar.test:{}/1", "http://www.else.test:{}/2")},
    }


@site
def by_queries() -> Hosts:
    """Articles that a parameter tells apart whose name looks like that of a reader's origin."""
    links = [f"/index.php?mod=article&ref={4000 + n}" for n in range(3)]
    return {"www.arqam.test:{}": {"/": html("أرقام", head=alternate("/rss")), "/rss": rss(*links)}}


@site
def nested() -> Hosts:
    """An index of years, whose months are told by indexes below it; a template of months is proven there."""
    here = "http://www.shajara.test:{}"
    months = {f"/m/2026-{n:02d}.xml": urlset(f"{here}/news/1234{n}") for n in range(1, 12)}
    return {"www.shajara.test:{}": {
        "/": html("الشجرة"), "/robots.txt": robots(f"{here}/all.xml"),
        "/all.xml": index(f"{here}/y/2025.xml", f"{here}/y/2026.xml"),
        "/y/2026.xml": index(*(f"{here}{path}" for path in months)), **months,
    }}  # fmt: skip


@site
def scripted() -> Hosts:
    """A page that a script fills, after a page that a script leads on from."""
    data = '<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":1}</script>'
    return {"www.nass.test:{}": {
        "/": html("", head='<script>window.location.href = "/home";</script>'), "/home": html("قناة النص", data),
    }}  # fmt: skip


@site
def forbidden() -> Hosts:
    """Feed and sitemap are named, and robots.txt forbids both."""
    rules = "User-agent: *\nDisallow: /rss\nDisallow: /*.xml$\nSitemap: http://www.mamnu.test:{}/sitemap.xml\n"
    return {"www.mamnu.test:{}": {
        "/": html("ممنوع", head=alternate("/rss")), "/robots.txt": text(rules), "/rss": rss("/1"),
        "/sitemap.xml": urlset("/1"),
    }}  # fmt: skip


@site
def hostile() -> Hosts:
    """A home page made to hold its reader: one element with a hundred thousand attributes."""
    return {"www.adu.test:{}": {"/": html("عدو", f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>")}}


@site
def in_persian() -> Hosts:
    """Arabic letters, another language."""
    words = "وزیر خارجه ایران گفت که این مذاکرات در وین ادامه خواهد داشت و به زودی به نتیجه می‌رسد"
    return {
        "www.farsi.test:{}": {
            "/": html("خبرها", f"<h2>{words}</h2>", alternate("/rss"), "fa"),
            "/rss": rss("/1", "/2", words=words),
        }
    }
