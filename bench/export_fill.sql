-- Ten thousand paragraphs of forty invented words.
create temporary table paragraph as
select p, string_agg(left(translate(md5(p || '-' || w), '0123456789abcdef', 'ابتثجحخدذرزسشصضط'), 6), ' ') as words
from generate_series(0, 9999) as p, generate_series(1, 40) as w group by p;

-- The articles: twenty outlets over two years.
create temporary table made as
select n, day, outlet, 'https://' || outlet || '.example/' || n as url, sha256(convert_to('a' || n, 'utf8')) as key
from generate_series(1, %(n)s) as n
cross join lateral (
    select 'outlet-' || n %% 20 as outlet, date '2025-01-01' + (n::bigint * 730 / (%(n)s + 1))::integer as day
) as drawn;

-- Their sizes, for the plans below.
analyze paragraph, made;

-- An article each.
insert into news.article (article_key, outlet, url, revision_key, published_at, published_on, search)
select key, outlet, url, key, day + interval '9 hours', day, '' from made;

-- Its one revision, of six paragraphs.
insert into news.revision (
    revision_key, article_key, page_key, seen_at, last_seen_at, canonical_url, title, summary, body, published_at,
    published_on, authors, agencies, tags
)
select
    key, key, key, day + interval '10 hours', day + interval '10 hours', url, 'عنوان الخبر رقم ' || n,
    'موجز الخبر رقم ' || n, text.body, day + interval '9 hours', day, array['كاتب ' || n %% 3000],
    case when n %% 3 = 0 then '{afp}'::text[] else '{}' end, '{}'
from made
join (
    select n, array_agg(words) as body
    from made cross join generate_series(1, 6) as place
    join paragraph on p = (n::bigint * 7919 + place * 104729) %% 10000
    group by n
) as text using (n);

-- Every fifth copies the one before it.
insert into news.copy (article_key, original_key, similarity)
select copied.key, original.key, 0.9
from made as copied join made as original on original.n = copied.n - 1 where copied.n %% 5 = 0;
