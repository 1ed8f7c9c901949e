-- The first schema: the ledger of the crawl, the news, and the runs.
create schema crawl;
create schema news;
create schema ops;

-- Which migrations have been applied; the newest version is the schema's.
create table ops.migration (
    version integer primary key,
    name text not null,
    applied_at timestamptz not null default now()
);

-- How every outlet's run of a day ended; the pages that `ingest` brings have no day. One that never finished was killed.
create table ops.run (
    run_id bigint generated always as identity primary key,
    stage text not null, -- 'run' for the whole way, the one stage that was run alone, or 'ingest'
    outlet text not null,
    day date,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    exit_code smallint, -- as a command's
    is_green boolean generated always as (exit_code = 0) stored,
    n_links integer, -- of the day
    outcomes jsonb not null default '{}', -- of the day's links, with their numbers
    counts jsonb not null default '{}', -- what was read, fetched, extracted and loaded
    failures text[] not null default '{}', -- sentences
    notes text[] not null default '{}'
);
create index run_day on ops.run (outlet, day);

-- The ledger: every link that was discovered, and the one outcome in which it ends.
create table crawl.link (
    link_key bytea primary key check (length(link_key) = 32), -- sha256 of the canonical URL: any length is indexable
    url text not null, -- canonical, and only compares
    listed_url text constraint link_listed_url check (listed_url <> url), -- the spelling that was listed, which is asked for; null where it is url
    outlet text not null check (outlet ~ '^[a-z0-9_-]{2,40}$'),
    day date, -- the outlet's local day that it belongs to; null until a hint or the page tells
    run_day date, -- the day whose run is to fetch it; null for pages that came by `ingest`
    found_via text not null,
    published_hint timestamptz,
    hint_on date, -- the hint where it tells only a day
    outcome text not null default 'pending'
        check (outcome in ('loaded', 'unchanged', 'duplicate', 'quarantined', 'refused', 'gone', 'pending')),
    reason text check ((outcome in ('quarantined', 'refused', 'gone')) <= (reason is not null)),
    next_try_at timestamptz,
    n_tries integer not null default 0,
    lease bigint, -- the fence of the turn in which it was leased; dead when its outlet has another turn
    page_key bytea, -- the page that was fetched for it and waits to be extracted, or the last one
    article_key bytea, -- the article that it led to
    discovered_at timestamptz not null default now(),
    settled_at timestamptz,
    visited_at timestamptz, -- when a crawl last looked at it
    n_visits integer not null default 0, -- how often a crawl came back after the first time
    found_at timestamptz -- when a visit last found the page of the article as it was, which leaves no look
);
create index link_pending on crawl.link (outlet, run_day) where outcome = 'pending';
create index link_day on crawl.link (day, outlet);
create index link_article on crawl.link (article_key) where article_key is not null;

-- The index of the archive; the archive itself is authoritative: where each page lies, and what it was.
create table crawl.page (
    page_key bytea primary key check (length(page_key) = 32), -- sha256 of the link's key and the body's sha256
    link_key bytea not null references crawl.link,
    url text not null,
    final_url text not null,
    outlet text not null,
    file text not null,
    record_offset bigint not null,
    record_length bigint not null,
    sha256 bytea not null check (length(sha256) = 32),
    status smallint not null,
    headers jsonb not null,
    fetched_at timestamptz not null,
    extracted_at timestamptz, -- when its draft was loaded; null while it waits
    encoding text, -- in which it was read
    n_replaced integer -- letters that the encoding could not read
);
create index page_link on crawl.page (link_key, fetched_at);
create index page_file on crawl.page (file);
create index page_waiting on crawl.page (outlet) where extracted_at is null;

-- Whose turn an outlet is: one run at a time works on it. Its holder renews `until`; each new holder has a higher fence.
create table crawl.turn (
    outlet text primary key,
    holder text not null, -- the machine, the process and when it started
    fence bigint not null,
    until timestamptz not null
);

-- When a host may be asked next, whoever asks: its delay counts from its last answer, and a Retry-After is kept.
create table crawl.host (
    authority text primary key, -- host and port
    next_at timestamptz not null
);

-- The robots.txt of every host that was asked: the last copy that was read, and what the host answered last.
create table crawl.robots (
    authority text primary key, -- scheme, host and port
    body bytea, -- empty where the host has none
    read_at timestamptz,
    asked_at timestamptz not null,
    answer text not null -- a status, or why there was no answer
);

-- Every look at an address: the page that it gave, if any, and what that showed. The news tables are derived from the looks alone.
create table crawl.look (
    link_key bytea not null, -- of the address, which a recording may show before it is a link
    seen_at timestamptz not null,
    page_key bytea, -- null where there was no page
    is_crawled boolean not null, -- by a crawl; else by `ingest`
    reason text, -- why it showed no article; null where it did
    article_key bytea,
    revision_key bytea,
    published_on date,
    is_waiting boolean not null default false, -- until a load has taken it up
    constraint look_once unique nulls not distinct (link_key, seen_at, page_key, revision_key, reason),
    constraint look_tells check ((reason is null) = (revision_key is not null and article_key is not null))
);
create index look_article on crawl.look (article_key) where article_key is not null;
create index look_waiting on crawl.look (link_key) where is_waiting;

-- What extraction gave for a page, until it is loaded: a worktable, empty between runs.
create table crawl.draft (
    page_key bytea primary key references crawl.page,
    link_key bytea not null references crawl.link,
    outlet text not null,
    day date, -- the run's day; null when the page came by `ingest`
    fetched_at timestamptz not null,
    outcome text not null,
    reason text,
    article_key bytea,
    revision_key bytea,
    article_url text,
    title text,
    summary text,
    body text[],
    published_at timestamptz,
    published_on date,
    published_raw text,
    date_source text,
    modified_at timestamptz,
    authors text[],
    agencies text[],
    dateline text,
    attribution_raw text,
    section text,
    tags text[],
    image_url text,
    language text,
    encoding text,
    n_replaced integer,
    removed jsonb, -- what extraction left out: [{"text", "reason"}]
    disagreed jsonb -- which witnesses of its date disagreed: [{"source", "raw"}]
);
create index draft_day on crawl.draft (day, outlet);

-- One row an article: its identity, and which of its revisions is current.
create table news.article (
    article_key bytea primary key check (length(article_key) = 32), -- sha256 of the article's canonical URL
    outlet text not null,
    url text not null,
    revision_key bytea not null,
    published_at timestamptz,
    published_on date check (published_on >= '1995-01-01' and published_on < 'infinity'),
    search tsvector not null -- of title, summary and body, by news.search_vector
);
create index article_day on news.article (published_on, outlet);
create unique index article_revision on news.article (revision_key);
create index article_search on news.article using gin (search);

-- One row a version of an article, keyed by its content; nothing here is ever overwritten.
create table news.revision (
    revision_key bytea primary key check (length(revision_key) = 32), -- sha256 of the article's key and its content
    article_key bytea not null references news.article deferrable initially deferred,
    page_key bytea not null,
    seen_at timestamptz not null, -- when the page that first showed it was fetched
    last_seen_at timestamptz not null,
    canonical_url text not null,
    title text not null check (title !~ '[\x01-\x08\x0b\x0c\x0e-\x1f]'),
    summary text,
    body text[] not null,
    published_at timestamptz check (published_at between '1994-12-31' and '2200-01-01'),
    published_on date,
    published_raw text,
    date_source text,
    modified_at timestamptz,
    authors text[] not null,
    agencies text[] not null,
    dateline text,
    attribution_raw text,
    section text,
    tags text[] not null,
    image_url text,
    language text,
    removed jsonb not null default '[]', -- what extraction left out: [{"text", "reason"}]
    disagreed jsonb not null default '[]', -- which witnesses of its date disagreed: [{"source", "raw"}]
    boilerplate integer[] not null default '{}' -- places (from 1) of the paragraphs that are boilerplate
);
create index revision_article on news.revision (article_key, seen_at);
create index revision_published_on on news.revision (published_on);
alter table news.article add foreign key (revision_key) references news.revision deferrable initially deferred;

-- What copies are found by: every revision has a fingerprint, of its text without boilerplate.
create table news.fingerprint (
    revision_key bytea primary key,
    article_key bytea not null,
    outlet text not null,
    published_on date not null,
    body_key bytea not null, -- sha256 of the normalised body
    shingles bigint[] not null, -- ascending, distinct; 64-bit hashes of word 4-shingles
    bands bigint[] not null -- MinHash LSH bands
);
alter table news.fingerprint alter column shingles set storage external; -- hashes do not compress
create index fingerprint_published_on on news.fingerprint (published_on);

-- The paragraphs that many articles of one outlet's day share; nobody wrote a rule for them.
create table news.boilerplate (
    outlet text not null,
    paragraph_key uuid not null,
    is_lead boolean not null, -- whether they open with it: a lead that other pages tease stays in its own article
    published_on date not null,
    paragraph text not null,
    n_articles integer not null, -- of that outlet and day, with titles of their own
    n_of integer not null, -- articles of that outlet and day
    primary key (outlet, paragraph_key, is_lead, published_on)
);

-- Two revisions that are near-duplicates, with the exact Jaccard similarity of their shingles.
create table news.pair (
    left_key bytea not null,
    right_key bytea not null,
    similarity real not null,
    primary key (left_key, right_key),
    check (left_key < right_key)
);
create index pair_right on news.pair (right_key);

-- Which article is a copy of which: the original is the earliest of its cluster.
create table news.copy (
    article_key bytea primary key references news.article,
    original_key bytea not null references news.article (article_key),
    similarity real not null,
    dropped integer[] not null default '{}', -- places (from 1) of the paragraphs of the original's body that it left out
    added integer[] not null default '{}', -- places in its own body of the paragraphs that the original does not have
    check (article_key <> original_key)
);
create index copy_original on news.copy (original_key);

-- The articles that are copies of one another, known by the key of their original.
create table news.cluster (
    cluster_key bytea primary key references news.article (article_key),
    n_articles integer not null check (n_articles > 1), -- the original and its copies
    n_outlets integer not null,
    agencies text[] not null -- ids, of all that any of them credits
);

-- When an article was seen to be gone from its address, and how; the article and its revisions stay.
create table news.disappearance (
    article_key bytea not null references news.article,
    gone_at timestamptz not null,
    how text not null check (how in ('404', '410', 'soft_404', 'home_redirect', 'other_article')),
    back_at timestamptz check (back_at > gone_at), -- when it was seen again
    primary key (article_key, gone_at)
);

-- When a version was seen again, on a page of other bytes or after another version; the first time stands in its revision.
create table news.sighting (
    revision_key bytea not null references news.revision,
    seen_at timestamptz not null,
    page_key bytea not null,
    primary key (revision_key, seen_at, page_key)
);

-- The key by which a paragraph is recognised.
create function news.paragraph_key(paragraph text) returns uuid
    language sql immutable strict parallel safe
return md5(paragraph)::uuid;

-- The paragraphs of a body except those at the given places.
create function news.without(body text[], places integer[]) returns text[]
    language sql immutable strict parallel safe
return case
    when places = '{}' then body
    else array(
        select paragraph
        from unnest(body) with ordinality as line (paragraph, place)
        where place <> all (places)
        order by place
    )
end;

-- The reading contract: the current revision of every article without boilerplate, and the article that it copies.
create view news.articles as
select
    'loaded'::text as outcome,
    null::text as reason,
    article.outlet,
    article.url,
    revision.canonical_url,
    revision.title,
    revision.summary,
    news.without(revision.body, revision.boilerplate) as body,
    article.published_at,
    article.published_on,
    revision.published_raw,
    revision.date_source,
    revision.modified_at,
    revision.authors,
    revision.agencies,
    revision.dateline,
    revision.attribution_raw,
    revision.section,
    revision.tags,
    revision.image_url,
    revision.language,
    original.url as original_url
from news.article
join news.revision using (revision_key)
left join news.copy on copy.article_key = article.article_key
left join news.article as original on original.article_key = copy.original_key;

-- Every copy beside its original, and the paragraphs that it dropped and added.
create view news.copies as
select
    copied.outlet,
    copied.url,
    copied.published_at,
    copied.published_on,
    original.outlet as original_outlet,
    original.url as original_url,
    original.published_at as original_published_at,
    original.published_on as original_published_on,
    copy.similarity,
    array(select theirs.body[place] from unnest(copy.dropped) as place order by place) as dropped,
    array(select mine.body[place] from unnest(copy.added) as place order by place) as added
from news.copy
join news.article as copied on copied.article_key = copy.article_key
join news.revision as mine on mine.revision_key = copied.revision_key
join news.article as original on original.article_key = copy.original_key
join news.revision as theirs on theirs.revision_key = original.revision_key;

-- Every cluster with its original.
create view news.clusters as
select
    encode(cluster.cluster_key, 'hex') as cluster_key,
    original.outlet,
    original.url,
    revision.title,
    original.published_at,
    original.published_on,
    cluster.n_articles,
    cluster.n_outlets,
    cluster.agencies
from news.cluster
join news.article as original on original.article_key = cluster.cluster_key
join news.revision on revision.revision_key = original.revision_key;

-- Who copies whom: how many of an outlet's articles of a month are copies of another's (or of its own), and their share of all
-- that it has of that month.
create view news.copying as
select month, outlet, original_outlet, n, round(n / n_articles, 4) as share
from (
    select
        copied.month,
        copied.outlet,
        original.outlet as original_outlet,
        count(*) as n,
        sum(count(*)) over (partition by copied.month, copied.outlet) as n_articles
    from (select *, date_trunc('month', published_on::timestamp)::date as month from news.article) as copied
    left join news.copy on copy.article_key = copied.article_key
    left join news.article as original on original.article_key = copy.original_key
    group by copied.month, copied.outlet, original.outlet
) as counted
where original_outlet is not null;

-- The share of original reporting by outlet and month: articles that are not copies and that, like their copies, credit no
-- agency.
create view news.originality as
select
    article.outlet,
    date_trunc('month', article.published_on::timestamp)::date as month,
    count(*) as n_articles,
    count(*) filter (where copy.article_key is not null) as n_copies,
    count(*) filter (where copy.article_key is null and credited.is_so) as n_of_agencies,
    count(*) filter (where copy.article_key is null and not credited.is_so) as n_original,
    round(count(*) filter (where copy.article_key is null and not credited.is_so)::numeric / count(*), 4) as share
from news.article
join news.revision using (revision_key)
left join news.copy on copy.article_key = article.article_key
left join news.cluster on cluster.cluster_key = article.article_key
cross join lateral (select revision.agencies <> '{}' or coalesce(cluster.agencies <> '{}', false) as is_so) as credited
group by article.outlet, date_trunc('month', article.published_on::timestamp)::date;

-- Every line that was taken out of an article's current text, and why: the name of a rule, or `boilerplate`.
create view news.removed_lines as
select article.outlet, article.url, article.published_on, line.text, line.reason
from news.article
join news.revision using (revision_key)
cross join lateral (
    select told.text, told.reason
    from jsonb_to_recordset(revision.removed) as told (text text, reason text)
    union all
    select revision.body[place], 'boilerplate'
    from unnest(revision.boilerplate) as place
) as line;

-- Every source that gave another day of publication than the one believed, with its words.
create view news.date_disagreements as
select
    article.outlet, article.url, article.published_on, revision.date_source, revision.published_raw,
    told.source as other_source, told.raw as other_raw
from news.article
join news.revision using (revision_key)
cross join lateral jsonb_to_recordset(revision.disagreed) as told (source text, raw text);

-- Every change of an article, from one version to the next that was seen, including reverts to an older version: whether the
-- headline changed, how many words of the text came and went (a paragraph that only moved adds none), and whether the page
-- kept silent about it (null where that cannot be known).
create view news.changes as
select
    article.outlet,
    article.url,
    article.published_on,
    article.article_key,
    before.revision_key as from_key,
    after.revision_key as to_key,
    seen.seen_at,
    after.modified_at,
    before.title as title_before,
    after.title,
    before.title <> after.title as is_title_changed,
    difference.n_added,
    difference.n_removed,
    case
        when before.title = after.title and text_before.body = text_after.body then false
        when after.modified_at > coalesce(before.modified_at, '-infinity') then false
        -- a page that moves both of its times to the same moment tells of its change, though only the one is kept
        when after.modified_at is null and after.published_at > coalesce(before.modified_at, before.published_at) then false
        -- «آخر تحديث» on the day of publication is not kept where it may be the publication itself
        when after.published_at is null and seen.seen_before < (after.published_on + 1)::timestamp at time zone 'UTC' then null
        -- two addresses may show one text differently
        when page_before.link_key is distinct from page_after.link_key then null
        else true
    end as is_silent
from (
    select
        *,
        lag(revision_key) over earlier as key_before,
        lag(seen_at) over earlier as seen_before,
        lag(page_key) over earlier as page_before
    from (
        select article_key, revision_key, seen_at, page_key
        from news.revision
        union all
        select revision.article_key, revision_key, sighting.seen_at, sighting.page_key
        from news.sighting
        join news.revision using (revision_key)
    ) as sighting
    window earlier as (partition by article_key order by seen_at, revision_key desc)
) as seen
join news.article using (article_key)
join news.revision as after on after.revision_key = seen.revision_key
join news.revision as before on before.revision_key = seen.key_before
left join crawl.page as page_before on page_before.page_key = seen.page_before
left join crawl.page as page_after on page_after.page_key = seen.page_key
cross join lateral (select array_to_string(news.without(before.body, before.boilerplate), E'\n') as body) as text_before
cross join lateral (select array_to_string(news.without(after.body, after.boilerplate), E'\n') as body) as text_after
cross join lateral (
    select
        (
            select count(*)::integer from (
                select regexp_split_to_table(text_after.body, '\s+') except all select regexp_split_to_table(text_before.body, '\s+')
            ) as added (word)
            where word <> ''
        ) as n_added,
        (
            select count(*)::integer from (
                select regexp_split_to_table(text_before.body, '\s+') except all select regexp_split_to_table(text_after.body, '\s+')
            ) as removed (word)
            where word <> ''
        ) as n_removed
) as difference
where seen.key_before <> seen.revision_key
    and seen.page_before not in (seen.page_key, after.page_key); -- one page read twice, differently, is no change of the article

-- The reading contract: every link and its one outcome.
create view crawl.links as
select url, outlet, day, outcome, reason, found_via
from crawl.link;

-- The words of a text in one spelling, separated by spaces: no vowel marks, tatweel or punctuation; alef, ya, ta marbuta and
-- hamza carriers folded; Western digits; lower case. Explicit ranges, since classes like [:alnum:] depend on the locale.
-- ى and آ are kept, since they tell على from علي and آلية from إليه: stem() folds them. What most texts do not need is done
-- only where it is needed.
create function news.normalize_arabic(document text) returns text
    language plpgsql immutable strict parallel safe
as $$
declare
    letters text := document;
begin
    if letters is not nfkc normalized then -- which would part words at spaced marks
        letters := normalize(translate(letters, U&'\FE70\FE72\FE74\FE76\FE78\FE7A\FE7C\FE7E', ''), nfkc);
    end if;
    letters := lower(
        regexp_replace(
            letters,
            '[\u00AD\u0300-\u036F\u0610-\u061A\u061C\u0640\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E8'
            || '\u06EA-\u06ED\u0898-\u089F\u08CA-\u08FF\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]+',
            '', 'g'
        )
    );
    if letters ~ '[\u0660-\u06FF]' then -- other scripts' letters and digits
        letters := translate(
            letters, 'ٱٲٳیېےێۃەۀہۂھکڪ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'اااييييههههههكك01234567890123456789'
        );
    end if;
    if letters ~ '\d[,٬]\d' then -- 1,000
        letters := regexp_replace(letters, '(?<=\d)[,٬](?=\d{3}(?!\d))', '', 'g');
    end if;
    letters := regexp_replace(
        translate(letters, 'أةإئؤ', 'اهاءء'),
        '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7'
        || '\u0600-\u060F\u061B\u061D-\u061F\u066A-\u066D\u06D4\u06DD\u06DE\u06E9\u2000-\u200A\u2010-\u2029'
        || '\u202F-\u205F\u20A0-\u20CF\u2100-\u2BFF\u3000-\u303F\uE000-\uF8FF\uFD3E-\uFD4F\uFFF0-\uFFFF'
        || '\U0001F000-\U0001FAFF]+',
        ' ', 'g'
    );
    if strpos(letters, 'عبدال') > 0 or strpos(letters, 'ابو') > 0 then -- عبد الله, أبو ظبي
        letters := regexp_replace(
            letters, '(^| )([وفبكل]?(?:عبد(?=ال..)|ابو(?!ابه|ابن|هما |هما$)(?=[^ ]{3})))', '\1\2 ', 'g'
        );
    end if;
    return letters;
end
$$;

-- The words that rules would read wrongly, each with what stands for it in the index: nothing for a stop word; itself for a
-- word or stem that only looks as if it bore a clitic or an ending; one spelling of those that the press varies.
create function news.lexicon() returns jsonb
    language sql immutable parallel safe
return (
    select jsonb_object_agg(word, stem)
    from (
        select word, '' as stem
        from string_to_table(
            'اذ اذا ال الآن الا الان التي الذي الذين اللاتي اللتان اللتين اللذان اللذين اللواتي الى اليه اليها '
            || 'اليهم ام ان انا اننا انني انه انها انهم او اولءك اي اية ايضا ايه ب بالتالي بان بانه بانها بعدما بل بما '
            || 'به بها بهم بين تكون تلك ثم حتى حيث ذلك سوف على عليه عليها عليهم عن عند عندما عنه عنها عنهم ف فان فلا '
            || 'فلم فما فهو فهي في فيما فيه فيها فيهم قد ك كان كانا كانت كانوا كلما كما كي كيف ل لا لان لانه لانها لدى '
            || 'لديه لديها لقد لكن لكنه لكنها لكي لم لما لن لنا له لها لهم لو لولا ليس ليست ما ماذا مع معه معها معهم '
            || 'مما من منذ منه منها منهم نحن نحو هذا هذان هذه هل هم هن هنا هناك هو هولاء هي و وان وبه وعن وفي وقد ولا '
            || 'ولم ولن وله ولو وما ومع ومن وهذا وهو وهي يكون', ' '
        ) as word
        union
        select stop || pronoun, ''
        from string_to_table('لدي علي الي في من عن مع ب ل بين عند ان لان بان لكن', ' ') as stop
        cross join string_to_table('ه ها هما هم هن نا كم', ' ') as pronoun
        union
        select clitic || stop, '' -- of ب ل ك, few words bear one: بلدية is not of لديه
        from string_to_table('ب ل ك', ' ') as clitic
        cross join string_to_table(
            'ان انني انه انها انهم ايه تكون تلك حيث ذلك كان كانت ما ماذا من نحو هذا هذه هم هولاء يكون '
            || 'الان الآن الذي التي الذين', ' '
        ) as stop
        union
        select word, word
        from string_to_table(
            'ابها ابيات احدي احمدي ادله اذاعه اربعون اربعين ارجنتين ازمه اسدي اسره اسري اسكندري اسماعيلي اسهم اصوات '
            || 'افغان الباني الله امارات امانه اموات اوقات اوقيه ايران بءر باءع باب بابا باح باحث باد بادء بادره '
            || 'باراغواي باراك بارد بارز باريس باريسيان بازار باسل باسم باسيل باطل باطن بافار باق باقي باكر باكستان '
            || 'باهظ بايدن بايرن بترول بتول بثينه بحار بحث بحر بحري بحرين بحوث بحير بخار بداء بداءل بداءه بدان بدايه '
            || 'بدر بدري بدلاء بدن بدوي بديل بذل بذور براءه برازيل برامج براميل براون برتغال برد برزه برشلونة برشلونه '
            || 'برق برك بركان برلمان برلين برمج برميل برنابيو برنامج بروتوكول بروفسور بروفيسور بروكسل بري بريد بريط '
            || 'بريكست بريكسيت بساط بسام بستان بسم بسيط بشار بشاش بشر بشع بشير بصر بصره بصم بضاءع بطار بطاقه بطال بطل '
            || 'بطن بطوله بعثه بعد بعض بعيد بغداد بقا بقاء بقاع بقي بكاء بكالوريوس بكر بكين بلا بلات بلاد بلاديوم '
            || 'بلاستيك بلاغ بلاك بلال بلجيك بلد بلدي بلغار بلقيس بلو بلوت بلوغ بلوك بلير بلينكن بناء بنات بنادق بنان '
            || 'بنتاغ بندر بنزين بنغلادش بنك بنود بنوك بنيامين بنيه بهاء بهجه بوابه بواسل بوتفليقه بوتين بورصه بورقيبه '
            || 'بورم بوروند بوسطن بوش بول بولتون بولند بوليساريو بوليف بومبيو بوندسليغ بوينغ بيء بيان بيت بيتر بيرو '
            || 'بيروت بيض بيضاء بيل بينيت بينيديكت بيوت تجاره تركي تريليون تسعه تفاهم تلفزيون ثبات ثلاثون ثلاثين '
            || 'ثمانون ثمانين ثوره جاءزه جامعه جبهه جده جرعه جرمانا جزيره جلسه جمره جمعه جمعي جمله جمهوري جورجي جوله '
            || 'حافله حاله حالي حديده حرفه حركه حريه حسني حسيني حصه حفره حقيقه حلبه حلقه حلمي حماه حمدي حمله حياه حيفا '
            || 'خارجي خبره خدمه خصوصي خطبه خطه خلفي داخلي داريا درجه درعا دعوه دفعه دوره دوري دولي دوما دينا ذاكره '
            || 'ذكري رابطه راحه ربيعه رحله رمزي رمله روما رياضي زياره زيدان زيدي ساده ساره ساعه سانا سعودي سلامه سلطان '
            || 'سلعه سلمان سليمان سليماني سمعه سودان سوره سوري سويسر سياره شاحنه شاشه شاهين شبكه شتات شخصي شرطه شرفه '
            || 'شركه شريحه شعله شكري شمري صاله صبري صحفي صحوه صحيفه صدري صعده صفقه صلاحي صناعه صيدا ضد ضربه طاءره '
            || 'طاءفي طالبان طبعه طبقه طبيعه طريقه طلقه ظاهره عاده عادي عاصمه عامري عبادي عباره عبري عداله عدنان عربه '
            || 'عصابه عضوي عطله عقبه عقلي علاقه علامه عليا عمان عمده عمله عملي عوده عينه غاره غرامه غير فءاد فءران فءه '
            || 'فاءد فاءز فاءض فاءق فاتن فاتور فاتيك فادي فارس فارغ فارق فارو فاروق فارين فاس فاصل فاضل فاطمه فاعل '
            || 'فاكه فايز فتاح فتاه فتح فتحي فترة فتره فتنه فتوي فتي فتيان فتيل فجر فجوه فحص فحوص فخام فخر فداء فدرال '
            || 'فرار فراس فراعن فراغ فرانك فرح فرحان فرد فردوس فرصه فرض فرع فرعون فرق فرقه فرن فرنس فرنك فره فروع فريد '
            || 'فريضه فريق فساد فسيح فصاءل فصل فصول فصيل فضاء فضاءح فضل فضيحه فعال فعل فقدان فقر فقراء فقره فقط فقيد '
            || 'فقير فقيه فكر فكره فلاديمير فلبين فلسطين فلسفه فلك فلوج فنادق فنان فندق فنزويل فنلند فنون فني فهد فهمي '
            || 'فوءاد فواءد فواز فواك فور فورمول فوز فوزي فوضي فولاذ فيتام فيتنام فيتو فيدرال فيديو فيديوه فيروز فيروس '
            || 'فيزياء فيسبوك فيصل فيضان فيف فيكتور فيل فيلق فيلم فيليب فيينا قاءمه قاده قاسمي قاعده قاهره قبضه قبل '
            || 'قبلي قدره قريه قضيه قطره قطعه قلعه قناه قيمه كءس كءوس كاءن كابتن كابوس كابول كاتب كاثرين كاثوليك كاحل '
            || 'كادر كاذب كارث كارثه كارل كارلوس كاريب كازاخستان كاظم كاف كافر كامبود كامل كامير كاميرا كاميرون كبار '
            || 'كبر كبريت كبش كبير كتاءب كتاب كتال كتب كتل كتيبه كثافه كثره كثير كثيف كحول كرام كراه كربلاء كربون '
            || 'كربوهيدر كرد كردستان كرسي كركوك كره كرو كروات كريستال كريم كسب كسر كسوف كسوه كشف كشمير كعبه كفاء كفاح '
            || 'كفاله كفايه كفيل كل كلاب كلاسيك كلاسيكو كلام كلب كلفه كلمه كلو كلوب كلور كليب كلينتون كليه كمال '
            || 'كمبيوتر كمي كمين كناءس كند كنده كنز كنعان كنيست كنيسه كهرباء كهف كهل كوادر كوارث كواكب كواليس كوب كوبا '
            || 'كوبنهاغن كوثر كوخ كور كورنيش كورونا كوسوفو كوشنر كوف كوفه كوفيد كوكب كولا كولومب كولونيل كولير '
            || 'كومبيوتر كوميد كونتي كونغرس كونغو كونكاكاف كوهين كويت كيان كيري كيس كيفي كيلاني كيلو كيلومتر كيم '
            || 'كيماوي كيمياء كيمياو كين كيني كييف لءي لاءحه لاءق لاءم لاتف لاتين لاجء لاحق لاذع لازم لاس لاسلك لاعب '
            || 'لافت لافروف لاهاي لباس لبنان لجان لجنه لجوء لحاف لحاق لحظه لحم لحود لحوم لذيذ لسان لصوص لطفي لطيف لعبه '
            || 'لعنه لغه لفت لقاء لقاح لقب لقطه لقمان لقمه لمسه لمياء لميس لندن لهب لهجه لوءي لواء لواءح لوبان لوبي '
            || 'لوجست لوح لوحه لوران لوزان لوكاس لوكاكو لوكسمبورغ لون لويس لياق ليال ليان ليب ليبرال ليبير ليتو ليث '
            || 'ليدز ليره ليزر ليستر ليغ ليفربول ليكود ليل ليلي ليما ليمون ليون ليوناردو مءسسه ماربي ماكرون مالكي ماما '
            || 'مباراه مجدي مجموعه محاضره محافظه محاكمه محطه محكمه محمدي مدرسه مدفعيه مدني مدينه مذكره مرحله مزايده '
            || 'مسابقه مساعده مسرحي مسيره مصراته مصلحه معلومه مقابله مقاطعه مقاومه مقدمه مكافحه مكانه مكتبه ملايين '
            || 'ملحمه منامه منصوره منطقه منظمه مهديه مهرجان مهمه موجه موجهه ميزاني ناسا ناصره ناصري نافذه ناقله نبات '
            || 'نجمه نزله نسبه نظره نظري نعمه نقطه هاشمي هجره هديه هندسه وءام واءل وابل واتساب واثق واجب واجهه واحد '
            || 'واحه وادي وارد وارسو واسع واشنطن واصل واضح واعد وافد واقع واقعه والتر والد والي وباء وتد وتر وتير '
            || 'وثاءق وثيق وثيقه وجبه وجد وجدي وجه وجهه وجود وجوه وجيز وجيه وحدات وحده وحش وحي وحيد وخيم وداءع وداع '
            || 'ودي وديع وديعه وراء وراثه ورد ورده ورش ورشه ورق ورقه ورود وريد وزاره وزراء وزن وزير وساءط وساءل وساطه '
            || 'وسام وسط وسطاء وسيط وسيله وسيم وشاح وشم وشيك وصايه وصف وصفه وصفي وصول وصيف وصيه وضاح وضع وضوح وطن '
            || 'وظاءف وظيف وظيفه وعد وعود وعي وعيد وفاء وفاق وفاه وفد وفره وفود وفيق وقاء وقاءع وقايه وقت وقف وقفه '
            || 'وقود وقوع وقوف وكاله وكلاء وكيل ولاء ولاده ولايه ولد ولي وليام وليد وهاب وهبي وهج وهران وهم ووترغيت '
            || 'ويلز ويليام يابان ياسر ياسمين ياسين يافا يسري يونان', ' '
        ) as word
        union
        select split_part(pair, ' ', 1), split_part(pair, ' ', 2)
        from string_to_table(
            'ارتير اريتر, اردوج اردوغ, استانبول اسطنبول, استنبول اسطنبول, استوكهولم ستوكهولم, اسراييل اسراءيل, '
            || 'اسيو اسي, افغانستان افغان, امبرك امريك, اميرك امريك, انجامين نجامين, انجليس انجلوس, انجول انغول, '
            || 'انجيليس انجلوس, انستجرام انستغرام, انستقرام انستغرام, انغلتر انجلتر, انغليز انجليز, انكلتر انجلتر, '
            || 'انكليز انجليز, اورب اوروب, اوروجواي اوروغواي, اوزباكستان اوزبكستان, ايرلاند ايرلند, باراجواي باراغواي, '
            || 'بالله الله, بروكسيل بروكسل, بطرسبرج بطرسبورغ, بطرسبرغ بطرسبورغ, بطرسبورج بطرسبورغ, بطولي بطول, '
            || 'بلجراد بلغراد, بنتاج بنتاغ, بنتاجون بنتاغ, بنجلادش بنغلادش, بنجلاديش بنغلادش, بنغلاديش بنغلادش, '
            || 'بيجين بكين, بيكين بكين, تاجيكستان طاجيكستان, تالله الله, تايلند تايلاند, ترمب ترامب, تليفز تلفزيون, '
            || 'تليفزيون تلفزيون, جابون غابون, جلاسكو غلاسكو, جهات جهه, جواتيمال غواتيمال, جوجل غوغل, جولي جولي, '
            || 'جوهانسبرغ جوهانسبورغ, جوهانسبورج جوهانسبورغ, حديدي حديد, حلبي حلب, حيات حياه, خطي خط, دمقراط ديمقراط, '
            || 'ديبلوماس دبلوماس, ديكتاتور دكتاتور, ديموقراط ديمقراط, رءو رءه, رياضه رياضي, زمبابو زيمبابو, '
            || 'زيوريخ زيورخ, ساري ساري, ستراسبورج ستراسبورغ, سراجيفو سراييفو, سلامي سلام, سنتان سنه, سنتين سنه, '
            || 'سنجافور سنغافور, سنو سنه, سنين سنه, سيءول سيول, شء شيء, شرطي شرطه, شرفي شرف, شنجهاي شنغهاي, '
            || 'شيكاجو شيكاغو, شيل تشيل, صحافي صحفي, صحي صحه, صحيا صحه, صحيه صحه, طبي طب, طبيا طب, طبيه طب, '
            || 'طريقي طريق, عربي عرب, عيني عين, غرامي غرام, فالله الله, فايسبوك فيسبوك, فري فري, فعليا فعل, فعليه فعل, '
            || 'فينلند فنلند, فييتنام فيتنام, قازاخستان كازاخستان, قرغيز قيرغيزستان, قرغيزستان قيرغيزستان, قطري قطر, '
            || 'قنو قناه, قوتين قوه, قوقل غوغل, كابل كابول, كازخستان كازاخستان, كزاخستان كازاخستان, كلنا كل, كله كل, '
            || 'كلها كل, كلهم كل, كوبنهاجن كوبنهاغن, كوبي كوبا, كوبيه كوبا, كوبيين كوبا, كونجرس كونغرس, كونجو كونغو, '
            || 'لغو لغه, لله الله, لوكسمبورج لوكسمبورغ, مءتين مءه, مءو مءه, ماءه مءه, مباري مباراه, مرتان مره, '
            || 'مرتين مره, مساعدي مساعد, مقدمي مقدم, مكتبي مكتب, ملحمي ملحم, مليش ميليش, منطقي منطق, منظمي منظم, '
            || 'موزامبيق موزمبيق, ميركيل ميركل, ميونخ ميونيخ, نتانياهو نتنياهو, نيكاراجو نيكاراغو, نيوزيلاند نيوزيلند, '
            || 'هامبورج هامبورغ, هجري هجر, هولاند هولند, والله الله, وردي ورد, وزار وزاره, وفات وفاه, ولله الله, '
            || 'يوتوب يوتيوب', ', '
        ) as pair
        union
        select short || dual, short
        from string_to_table(
            'امر برج بلد بند بنك بيت جبل جرح جزء جسر جيش حدث حزب حفل حقل حكم خبر خصم درس راس رجل رقم ركن زوج سبب '
            || 'سجن سطر سهم سوق شاب شخص شرط شطر شهر صنف صوت ضعف طرف طفل عام عرض عضو عقد فرد فرع فصل فوز قرن قسم قصر '
            || 'قطب لقب لون متر مصدر ملف ملك نجل نجم نصف نمط نوع هدف وجه وفد ولد يوم', ' '
        ) as short
        cross join (values ('ين'), ('ان')) as ending (dual)
        where short || dual not in ('شعبان', 'سلمان')
        union
        select person || 'و', person -- before a genitive
        from string_to_table(
            'باحث حارس راقص زاءر صانع ضابط عامل قاءد كاتب لاعب مواطن موظف ناءب ناخب ناشط سياسي صحافي صحفي', ' '
        ) as person
    ) as known
);

-- What stands for a normalised word in the index; nothing for a stop word. These are stripped: the article with its clitics,
-- endings of possession (of ـتها a ta marbuta is left), number and nisba; at a known word the stripping stops.
create function news.stem(word text) returns text
    language plpgsql immutable strict parallel safe
as $$
declare
    root text := word;
    known text := news.lexicon() ->> word;
    ending text;
begin
    if known is not null then
        return known;
    elsif ascii(right(root, 1)) < 128 then -- the 15 of الـ15
        return regexp_replace(root, '^[وف]?(?:[بكل]?ال|[وفبكل])(?=[0-9a-z])', '');
    elsif ascii(root) < 58 then -- 2026م, 1447هـ
        return regexp_replace(root, '(\d)[مه]$', '\1');
    end if;
    if root like 'ال__%' and strpos('ثجخدذرسشصضطظلنهء', substr(root, 3, 1)) > 0 then -- letters with no exception below
        root := substr(root, 3);
    elsif strpos(left(root, 4), 'ال') > 0 or strpos(left(root, 3), 'لل') > 0 then
        root := regexp_replace( -- not of ألمانيا, التزام, والدة, بالغة and their like
            root,
            '^(?:ال(?=..)|لل(?=..)|[وف]لل(?=...)|[وف]ال(?=...)(?!د(?:[هياى]|ين|ان|ت?ه|ت?ها|ت?هم)$)'
            || '|[وف]?[بك]ال(?=...)(?!غ(?:[اه]|ين|ون)|ون|ي?ستي|سيوم))'
            || '(?!مان(?:$|ي)|بان(?:$|ي[اه])|ي?كترون|تزام|تزم(?:$|ت)|تقاط|تقاء$|تق[يىت]$|تحا[قم]|تحق$|تماس$|تفا[فت]|تفت$|تهاب'
            || '|تهام$|تباس|تصاق|تءام|غاء(?:$|ه)|غام$|زام(?:$|ي)|قاء$|قاب$|حاق$|حاح$|عاب$|واح$|وان$|ياف$|ماس$|فاظ|اف$|فين?$'
            || '|يات$|بوم|ياس$)',
            ''
        );
    end if;
    if strpos(root, 'آ') > 0 then -- after the article, which آل is not
        root := replace(root, 'آ', 'ا');
    end if;
    if right(root, 1) = 'ى' then
        root := left(root, -1) || 'ي';
    end if;
    if root <> word then
        known := nullif(news.lexicon() ->> root, '');
        if known is not null then
            return known;
        end if;
    end if;
    if right(root, 1) = 'ء' then -- المبادىء, الشاطيء
        root := regexp_replace(regexp_replace(root, '(ا[^ل])[ىي]ء$', '\1ء'), 'ىء$', 'يء');
    end if;
    ending := right(root, 2);
    if ending in ('ها', 'هم', 'ته', 'ين', 'ان', 'نا', 'ما', 'هن', 'كم') and strpos(root, 'ت') > 2 then
        root := regexp_replace(root, '(..[^ا])(?:ت(?:ها?|هم|هما|هن|نا|كم|ين)|(?<!س)تان)$', '\1ه');
        root := regexp_replace(root, '(..ات)(?:ها?|هم|هما|هن|نا|كم)$', '\1');
    end if;
    if ending in ('ها', 'هم') and length(root) > 4 and right(root, 2) = ending then
        root := left(root, -2);
    end if;
    if right(root, 2) <> ending then
        ending := right(root, 2);
        known := nullif(news.lexicon() ->> root, '');
        if known is not null then
            return known;
        end if;
    end if;
    if ending in ('ون', 'ين', 'ان') then
        if length(root) > 5 and right(root, 4) <> 'ستان' then
            root := left(root, -2);
        end if;
    elsif right(ending, 1) = 'و' then
        if root ~ '^م[^اوي].+[^اوي]و$' then -- مسؤولو, before a genitive
            root := left(root, -1);
        end if;
    elsif ending = 'ات' then
        if length(root) = 4 or news.lexicon() ->> (left(root, -2) || 'ه') <> '' then -- قوات, جامعات
            root := left(root, -2) || 'ه';
        elsif length(root) > 4 then
            root := left(root, -2);
        end if;
    elsif right(ending, 1) in ('ه', 'ا') and length(root) > 3 then
        root := left(root, -1);
    end if;
    if right(root, 1) = 'ي' and length(root) > 3 and right(root, 2) <> 'اي' and not news.lexicon() ? root then
        root := left(root, -1);
        if right(root, 2) in ('ون', 'ين', 'ان', 'ات') and length(root) > 5 and right(root, 4) <> 'ستان'
            and not news.lexicon() ? root
        then
            root := left(root, -2); -- as from the word without the nisba
        end if;
    end if;
    return case when root = word then root else coalesce(nullif(news.lexicon() ->> root, ''), root) end;
end
$$;

-- What a normalised word may stand for beside its stem: a ت before a pronoun may be of a ta marbuta (حكومتي, مباراته) or of the
-- word (بيوتها), نا and its like may be pronouns (رئيسنا), and a nisba may be of a word in ة (جامعي).
create function news.other_stems(word text, stem text) returns text[]
    language plpgsql immutable strict parallel safe
as $$
declare
    part text[] := regexp_match(word, '^(.*...|(?!ال|لل).[^ا])ت(?:ها?|هما?|هن|نا|كم|ي|ين|ان)$');
begin
    if news.lexicon() ? word then
        return '{}';
    elsif part is not null then
        return array_remove(array[news.stem(part[1] || 'ه'), news.stem(part[1] || 'ت')], '');
    elsif strpos(word, stem || 'ي') > 0 and news.lexicon() ? (stem || 'ه') then
        return case when split_part(word, stem || 'ي', 2) not like 'ن%' then array[stem || 'ه'] end;
    end if;
    part := regexp_match(word, '^(?![وفبك]?ال|[وف]?لل)(?:(.*..[^اه])(?:هما|هن|نا|كم)|(..)ها)$');
    return case when part is not null then array_remove(array[news.stem(coalesce(part[1], part[2]))], '') end;
end
$$;

-- What a normalised word of a text is found by: its stem and others, and those of what remains without the clitics that it may
-- carry without an article (of those given). A stop word, with or without clitics, is found by nothing. A word in the lexicon
-- carries no clitics; a word that only ends like one carries them if a known word remains (بكرة).
create function news.lexemes(word text, clitics text default 'وفبكل') returns text[]
    language plpgsql immutable strict parallel safe
as $$
declare
    stem constant text := news.stem(word);
    stems text[] := array[stem];
    rest text;
    known_rest text;
    others text[];
begin
    if stem = '' then
        return '{}';
    elsif right(word, 2) in ('ته', 'تي', 'نا', 'كم', 'هن') or right(word, 3) in ('تها', 'تهم', 'هما', 'تين', 'تان')
        or length(word) = 4 and right(word, 2) = 'ها' or strpos(word, 'ي') > 2 and strpos(word, stem || 'ي') > 0
            and news.lexicon() ? (stem || 'ه') and not news.lexicon() ?| array[stem, stem || 'ي']
    then
        stems := stems || news.other_stems(word, stem);
    end if;
    if strpos('وفبكل', left(word, 1)) = 0 or length(word) < 3 then
        return stems;
    end if;
    rest := substr(word, 2);
    known_rest := news.lexicon() ->> rest;
    if known_rest = '' and length(word) > 3 and left(word, 1) in ('و', 'ف') and not news.lexicon() ? word then
        return '{}';
    elsif known_rest = '' or strpos(clitics, left(word, 1)) = 0
        or news.lexicon() ->> stem <> '' and word !~ '^(?:[وف]?لل|.آ)' -- of لل, one ل may be the word's own
            and (known_rest is null or news.lexicon() ? word)
    then
        return stems;
    elsif known_rest <> '' and word = stem || 'ه' and right(stem, 1) <> 'ي' then -- بكرة is not of بكر
        stems := array[word];
    end if;
    others := news.lexemes(rest, case when clitics = 'وفبكل' and left(word, 1) in ('و', 'ف') then 'بكل' else '' end);
    return case when others <> '{}' or left(word, 1) not in ('و', 'ف') then stems || others else others end;
end
$$;

-- The search document of a text: what its words are found by, with their places; stop words keep theirs. Cut at 80,000
-- letters, since a tsvector holds 1 MB and a word of seven letters may take 90 bytes of it; a word is no longer than 100.
create function news.search_vector(document text) returns tsvector
    language sql immutable strict parallel safe
return (
    select coalesce(string_agg(lexeme || ':' || places, ' '), '')::tsvector
    from (
        select word, string_agg(place::text, ',') as places
        from string_to_table(left(news.normalize_arabic(left(document, 100000)), 80000), ' ')
            with ordinality as line (word, place)
        where length(word) between 1 and 100
        group by word
    ) as spelled
    cross join unnest(news.lexemes(word)) as lexeme
);

-- The words of a piece of a query as the text of a tsquery: all of them, or a phrase in which stop words keep their place;
-- null where there is none. A word that may begin with "and" or "for the" is looked for without it, too.
create function news.sought(piece text, is_phrase boolean) returns text
    language sql immutable strict parallel safe
return (
    select string_agg(
        case
            when not is_phrase then case when is_first then '' else ' & ' end
            when is_first then ''
            else ' <' || place - before || '> '
        end || choice, '' order by place
    )
    from (
        select place, choice, lag(place) over (order by place) as before, row_number() over (order by place) = 1 as is_first
        from (
            select
                place,
                '(' || array_to_string(
                    array(
                        select distinct quote_literal(lexeme)
                        from unnest(news.lexemes(word, coalesce(substring(word, '^(?:و|ل(?=ل))'), ''))) as lexeme
                    ), ' | '
                ) || ')' as choice
            from string_to_table(news.normalize_arabic(piece), ' ') with ordinality as line (word, place)
            where length(word) between 1 and 100
        ) as choices
        where choice <> '()'
    ) as numbered
);

-- The search of what a person typed: all the words, "a phrase", -not, by any dash that opens a word; a word that is written
-- apart as well (عبدالله) is a phrase. Never an error: cut at the last space of 1,000 characters, an open quote runs to the
-- end; what holds no word but stop words, or only words that it rules out, finds nothing, without Postgres's notice of it.
create function news.search_query(query text) returns tsquery
    language plpgsql immutable strict parallel safe
    set client_min_messages to warning
as $$
declare
    short constant text := case when length(query) > 1000 then substring(left(query, 1001) from '^(.*\S)\s') end;
    typed text := translate(coalesce(short, left(query, 1000)), '«»“”„‟', '""""""');
    part text[];
    sought text;
    wanted text[] := '{}';
    unwanted text[] := '{}';
begin
    typed := regexp_replace(typed, '[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]', '', 'g');
    typed := regexp_replace(typed, '[\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]', ' ', 'g');
    typed := regexp_replace(typed, '[\u2010-\u2015\u2212\u2E3A\u2E3B\uFE58\uFE63\uFF0D]', '-', 'g');
    for part in select regexp_matches(typed, '((?<![^[:space:]])-)?(?:"([^"]*)"?|([^[:space:]"]+))', 'g') loop
        sought := news.sought(coalesce(part[2], part[3]), part[2] is not null or part[3] ~ '^.?.?(?:عبدال|[اأ]بو)');
        if part[1] is null then
            wanted := wanted || sought; -- null, too
        else
            unwanted := unwanted || ('!(' || sought || ')');
        end if;
    end loop;
    return case
        when array_to_string(wanted, '') = '' then ''
        else array_to_string(wanted || unwanted, ' & ')
    end::tsquery;
end
$$;

-- What a revision is found by: its title, its summary and its text without boilerplate, in this order of weight; beside them,
-- as words that nobody can type, its month, its outlet and its agencies, so that one index answers for them as well.
create function news.searchable(revision news.revision, outlet text) returns tsvector
    language sql stable parallel safe
return setweight(news.search_vector(left(revision.title, 1000)), 'A')
    || setweight(news.search_vector(left(coalesce(revision.summary, ''), 5000)), 'B')
    || news.search_vector(array_to_string(news.without(revision.body, revision.boilerplate), ' '))
    || array_to_tsvector(
        array['month:' || coalesce(to_char(revision.published_on, 'YYYY-MM'), ''), 'outlet:' || outlet]
        || array(select distinct 'agency:' || agency from unnest(revision.agencies) as agency where agency <> '')
    );

-- Any of some words that nobody can type, as the text of a tsquery; null where there are none. Quoted as a tsquery has it,
-- which knows no E'\\'.
create function news.any_of(kind text, names text[]) returns text
    language sql immutable parallel safe
return (
    select '(' || string_agg(format('''%s:%s''', kind, replace(replace(name, '\', '\\'), '''', '''''')), ' | ') || ')'
    from (
        select left(whole, 200) from unnest(names) as whole where whole is not null -- a tsquery takes no longer ones
    ) as cut (name)
);

-- The months that have articles, the newest first, and '' for articles without a day; each is one look into the index.
create function news.months(since date, until date) returns text[]
    language sql stable parallel safe
return (
    with recursive month as (
        select max(published_on) as latest from news.article where published_on <= coalesce(until, 'infinity')
        union all
        select (select max(published_on) from news.article where published_on < date_trunc('month', latest)::date)
        from month
        where latest >= date_trunc('month', coalesce(since, '-infinity'::date))
    )
    select array_agg(coalesce(to_char(latest, 'YYYY-MM'), '') order by latest desc nulls last)
    from month
    where latest is not null or since is null and until is null
);

-- The articles that a query finds, the best first. Only the newest 1,000 matches are ranked: ranking reads whole texts, and a
-- common word is in hundreds of thousands of texts. They are looked for in the newest month, the two before, the four before
-- these … Of the texts with a phrase's words, the newest 20,000 are looked at.
create function news.search(
    query text, outlets text[] default '{}', since date default null, until date default null,
    agencies text[] default '{}', most integer default 20
) returns table (
    article_key bytea, rank real, outlet text, published_on date, title text, url text
)
    language plpgsql stable security definer -- readers see no texts but by a view, and search without one
    set search_path to pg_catalog, pg_temp
    set enable_seqscan to off -- it would read every text
as $$
#variable_conflict use_column
declare
    words constant tsquery := news.search_query(query);
    -- An index has no places: a phrase is sought in the texts with its words.
    is_phrase constant boolean := strpos(words::text, '<') > 0;
    indexed constant text := case
        when is_phrase then regexp_replace(querytree(words), '<(?:-|\d+)>', '&', 'g') else words::text
    end;
    filter constant text := concat_ws(
        ' & ', '(' || nullif(indexed, '') || ')', news.any_of('outlet', outlets), news.any_of('agency', agencies)
    );
    months constant text[] := news.months(since, until);
    looked_at bytea[];
    n_left integer := case when is_phrase then 20000 else 1000 end; -- to look at
    found bytea[] := '{}';
    first integer := 1;
    size integer := 1;
begin
    while numnode(words) > 0 and first <= cardinality(months) and cardinality(found) < 1000 and n_left > 0 loop
        looked_at := array(
            with match as materialized (
                select article_key, published_on
                from news.article
                where search @@ concat_ws(' & ', filter, news.any_of('month', months[first:first + size - 1]))::tsquery
                    and coalesce(published_on >= since, true) and coalesce(published_on <= until, true)
            )
            select article_key from match order by published_on desc nulls last limit n_left
        );
        n_left := n_left - cardinality(looked_at);
        found := found || array( -- in their order, and no more texts are read than needed
            select looked_key
            from unnest(looked_at) as looked_key
            where not is_phrase or (select search @@ words from news.article where article_key = looked_key)
            limit 1000 - cardinality(found)
        );
        first := first + size;
        size := size * 2;
    end loop;
    return query
        select best.article_key, best.rank, best.outlet, best.published_on, revision.title, best.url
        from (
            select *, ts_rank(search, words, 1) as rank
            from news.article
            where article_key = any (found)
            order by rank desc, published_on desc nulls last, url
            limit case when most < 0 then 0 else most end
        ) as best
        join news.revision using (revision_key)
        order by best.rank desc, best.published_on desc nulls last, best.url;
end
$$;

-- The exact Jaccard similarity of two sets of shingles (ascending, distinct): shared by all; 0 where both are empty.
create function news.jaccard(one bigint[], other bigint[]) returns double precision
    language sql immutable strict parallel safe
return (
    select coalesce(shared.n::double precision / nullif(cardinality(one) + cardinality(other) - shared.n, 0), 0)
    from (
        select count(*) as n from unnest(one) as l (shingle) join unnest(other) as r (shingle) using (shingle)
    ) as shared
);

-- An outlet's articles by day, newest first: for freshness, and for taking one outlet out.
create index article_outlet on news.article (outlet, published_on);

-- A month's articles, for the views that count by month.
create index article_month on news.article ((date_trunc('month', published_on::timestamp)::date), outlet);

-- The articles of one author, by `authors @> array['…']`.
create index revision_authors on news.revision using gin (authors);

-- What every day brought, by outlet.
create view news.daily_coverage as
select
    article.published_on,
    article.outlet,
    count(*)::integer as n_articles,
    (count(*) - count(copy.article_key))::integer as n_originals,
    count(copy.article_key)::integer as n_copies
from news.article
left join news.copy using (article_key)
group by article.published_on, article.outlet;

-- Every outlet's newest article, and how long its last hundred took from publication to the page that first showed them.
create view news.freshness as
with recursive slug (outlet) as ( -- one step of the index an outlet, however many articles there are
    select min(outlet) from news.article
    union all
    select (select min(article.outlet) from news.article where article.outlet > slug.outlet)
    from slug
    where slug.outlet is not null
)
select
    slug.outlet, newest.published_on, newest.published_at, newest.fetched_at, newest.title, newest.url,
    delay.n_timed, delay.median_delay
from slug
cross join lateral (
    select
        last.published_on, last.published_at, revision.title, last.url,
        (select min(seen_at) from news.revision as known where known.article_key = last.article_key) as fetched_at
    from (
        select article_key, revision_key, published_on, published_at, url
        from news.article
        where article.outlet = slug.outlet and published_on is not null
        order by published_on desc, published_at desc nulls last, url collate "C"
        limit 1
    ) as last
    join news.revision using (revision_key)
) as newest
cross join lateral (
    select
        count(*)::integer as n_timed,
        percentile_disc(0.5) within group (order by first_seen.seen_at - recent.published_at) as median_delay
    from (
        select article_key, published_at
        from news.article
        where article.outlet = slug.outlet and published_on is not null and published_at is not null
        order by published_on desc, published_at desc, article_key
        limit 100
    ) as recent
    cross join lateral (
        select min(seen_at) as seen_at from news.revision as known where known.article_key = recent.article_key
    ) as first_seen
) as delay
where slug.outlet is not null;

-- Every agency's share of an outlet's articles of a month; the row without an agency is of those that credit none.
create view news.agency_share as
select
    article.month,
    article.outlet,
    credited.agency,
    count(*)::integer as n_articles,
    sum(count(*) filter (where coalesce(credited.place, 1) = 1)) over whole::integer as n_of,
    round(count(*) / sum(count(*) filter (where coalesce(credited.place, 1) = 1)) over whole, 4) as share
from (select *, date_trunc('month', published_on::timestamp)::date as month from news.article) as article
join news.revision using (revision_key)
left join lateral unnest(revision.agencies) with ordinality as credited (agency, place) on true
group by article.month, article.outlet, credited.agency
window whole as (partition by article.month, article.outlet);

-- Every article once for each of its authors.
create view news.articles_by_author as
select
    author, article.outlet, article.published_on, article.published_at, revision.title, article.url,
    copy.article_key is not null as is_copy
from news.article
join news.revision using (revision_key)
left join news.copy on copy.article_key = article.article_key
cross join lateral unnest(revision.authors) as author;

-- What each field of the reading contract means: for people in psql, and for the card of a dataset.
comment on column news.articles.outcome is 'always loaded: what is no article is in crawl.links';
comment on column news.articles.reason is 'always null';
comment on column news.articles.outlet is 'the outlet''s slug';
comment on column news.articles.url is 'the article''s address, which names it here';
comment on column news.articles.canonical_url is 'the address that its page calls its own';
comment on column news.articles.title is 'the headline';
comment on column news.articles.summary is 'the standfirst that the page tells';
comment on column news.articles.body is 'the text, a paragraph an element';
comment on column news.articles.published_at is 'the moment of publication; null where the page tells only a day';
comment on column news.articles.published_on is 'the day of publication in the outlet''s time zone';
comment on column news.articles.published_raw is 'the words from which the day was read, as found';
comment on column news.articles.date_source is 'who told the day: jsonld, meta, hint, text or url';
comment on column news.articles.modified_at is 'when the page says that it was last changed';
comment on column news.articles.authors is 'the persons who are named as authors';
comment on column news.articles.agencies is 'the news agencies that are credited, by id';
comment on column news.articles.dateline is 'the place from which the story is sent';
comment on column news.articles.attribution_raw is 'the words of the credit, as found';
comment on column news.articles.section is 'the section of the outlet';
comment on column news.articles.tags is 'the outlet''s keywords';
comment on column news.articles.image_url is 'the address of the picture';
comment on column news.articles.language is 'the language, ISO 639-1';
comment on column news.articles.original_url is 'the url of the article that this one copies; null for an original';

-- Every article that was seen to be gone from its address: when, how, and when it was back.
create view news.disappearances as
select
    article.outlet, article.url, revision.title, article.published_on, disappearance.gone_at, disappearance.how,
    disappearance.back_at
from news.disappearance
join news.article using (article_key)
join news.revision using (revision_key);

-- Lets the role `warraq_reader`, and whoever is granted it, read every view of news and crawl, and nothing else. Where the
-- role is not there it is made; where that is not allowed the answer says what to ask for. May be repeated.
create function ops.admit_readers() returns text
    language plpgsql
as $$
declare
    seen regclass;
begin
    perform pg_advisory_xact_lock(hashtext('warraq_reader'));
    if to_regrole('warraq_reader') is null then
        begin
            create role warraq_reader nologin;
        exception
            when insufficient_privilege then
                return 'The role warraq_reader is not there, and this role may not create it. Have an administrator run '
                    '`create role warraq_reader nologin`, then run `warraq db migrate` again.';
            when duplicate_object or unique_violation then
                null; -- another database's migration made it in the same moment: roles belong to the server
        end;
    end if;
    if not has_database_privilege('warraq_reader', current_database(), 'connect') then
        execute format('grant connect on database %I to warraq_reader', current_database());
    end if;
    grant usage on schema news, crawl to warraq_reader;
    for seen in
        select oid::regclass from pg_class
        where relkind = 'v' and relnamespace in ('news'::regnamespace, 'crawl'::regnamespace)
            and not has_table_privilege('warraq_reader', oid, 'select')
    loop
        execute format('grant select on %s to warraq_reader', seen);
    end loop;
    return null;
end
$$;

-- Readers, where there may be any.
select ops.admit_readers();
