-- The paragraphs that many articles of one outlet and day share, for the days on which the given articles have or had a
-- revision.
create temporary table shared_now on commit drop as
with touched as materialized (
    select distinct theirs.outlet, revision.published_on
    from news.revision
    cross join lateral (select outlet from news.article where article.article_key = revision.article_key limit 1) as theirs
    where revision.article_key = any (%(article_keys)s::bytea[])
    union
    select outlet, published_on from dropped
),
of_day as materialized ( -- row by row, by index: a day is small, whatever the warehouse holds
    select found.article_key, found.published_on, found.title, found.body, theirs.outlet
    from (select distinct published_on from touched) as day
    cross join lateral (
        select article_key, published_on, title, body from news.revision
        where revision.published_on = day.published_on
        offset 0
    ) as found
    cross join lateral (select outlet from news.article where article.article_key = found.article_key limit 1) as theirs
    where (theirs.outlet, found.published_on) in (table touched)
),
line as (
    select distinct outlet, published_on, title, found.paragraph, found.place = 1 as is_lead
    from of_day
    cross join unnest(body) with ordinality as found (paragraph, place)
    where length(found.paragraph) >= %(shortest)s
),
total as (
    select outlet, published_on, count(distinct article_key)::integer as n_of
    from of_day
    group by outlet, published_on
),
common as (
    select
        outlet, published_on, news.paragraph_key(paragraph) as paragraph_key, is_lead, paragraph,
        count(*)::integer as n_articles
    from line
    group by outlet, published_on, is_lead, paragraph
    having count(*) >= %(fewest)s
)
select
    outlet, published_on, total.n_of, common.paragraph_key, common.is_lead, common.paragraph, common.n_articles,
    common.n_articles >= %(share)s * total.n_of as is_boilerplate
from total
left join common using (outlet, published_on);

-- The paragraphs that have become boilerplate by these days, or no longer are.
create temporary table turned on commit drop as
select outlet, paragraph_key, is_lead, published_on
from news.boilerplate
where (outlet, published_on) in (select outlet, published_on from shared_now)
    and (outlet, published_on, paragraph_key, is_lead) not in (
        select outlet, published_on, paragraph_key, is_lead from shared_now where is_boilerplate
    )
union all
select outlet, paragraph_key, is_lead, published_on
from shared_now
where is_boilerplate
    and (outlet, paragraph_key, is_lead, published_on) not in (
        select outlet, paragraph_key, is_lead, published_on from news.boilerplate
    );

-- Tells the planner how few rows there are.
analyze turned;

-- Forgets those that no longer are.
delete from news.boilerplate
using turned
where (boilerplate.outlet, boilerplate.paragraph_key, boilerplate.is_lead, boilerplate.published_on)
    = (turned.outlet, turned.paragraph_key, turned.is_lead, turned.published_on);

-- Keeps the others, with their counts as they are now.
insert into news.boilerplate as known (outlet, paragraph_key, is_lead, published_on, paragraph, n_articles, n_of)
select outlet, paragraph_key, is_lead, published_on, paragraph, n_articles, n_of
from shared_now
where is_boilerplate
on conflict (outlet, paragraph_key, is_lead, published_on) do update
set n_articles = excluded.n_articles, n_of = excluded.n_of
where (known.n_articles, known.n_of) <> (excluded.n_articles, excluded.n_of);
