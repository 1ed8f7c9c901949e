-- In which encoding a page was read, and how many of its letters were lost.
alter table crawl.page add column encoding text, add column n_replaced integer;

-- The same, what extraction left out of an article, and which witnesses of its date disagreed: [{"text", "reason"}],
-- [{"source", "raw"}].
alter table crawl.draft
    add column encoding text,
    add column n_replaced integer,
    add column removed jsonb,
    add column disagreed jsonb;

-- The same for every revision, and the places (from 1) of the paragraphs that its outlet's other pages showed to be boilerplate.
alter table news.revision
    add column removed jsonb not null default '[]',
    add column disagreed jsonb not null default '[]',
    add column boilerplate integer[] not null default '{}';
create index revision_published_on on news.revision (published_on);

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

-- The key under which a paragraph is met again.
create function news.paragraph_key(paragraph text) returns uuid
    language sql immutable strict parallel safe
return md5(paragraph)::uuid;

-- The paragraphs of a body but those at some places.
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

-- What a revision is found by: its title, its summary and its text without boilerplate.
create function news.searchable(revision news.revision) returns tsvector
    language sql stable parallel safe
return news.search_vector(
    concat_ws(
        ' ', revision.title, revision.summary, array_to_string(news.without(revision.body, revision.boilerplate), ' ')
    )
);

-- The reading contract: the current revision of every article without boilerplate, and the article that it copies.
create or replace view news.articles as
select
    'loaded'::text as outcome,
    null::text as reason,
    article.outlet,
    article.url,
    revision.canonical_url,
    revision.title,
    revision.summary,
    news.without(revision.body, revision.boilerplate) as body,
    revision.published_at,
    revision.published_on,
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

-- Every witness that told another day of publication than the one believed, with its words.
create view news.date_disagreements as
select
    article.outlet, article.url, article.published_on, revision.date_source, revision.published_raw,
    told.source as other_source, told.raw as other_raw
from news.article
join news.revision using (revision_key)
cross join lateral jsonb_to_recordset(revision.disagreed) as told (source text, raw text);
