-- Marks in some articles, and in those that a turned paragraph can reach, which paragraphs are boilerplate: what a day of the
-- outlet within the window has shown to be so. A text that would be nothing else is left whole. Gives the revisions that changed.
with reached as (
    select turned.outlet, turned.paragraph_key, turned.is_lead, near.day::date as published_on
    from turned
    cross join generate_series(
        turned.published_on - %(window_days)s, turned.published_on + %(window_days)s, interval '1 day'
    ) as near (day)
    where not exists ( -- where another day had shown it before, nothing changes
        select from news.boilerplate as other
        where (other.outlet, other.paragraph_key, other.is_lead) = (turned.outlet, turned.paragraph_key, turned.is_lead)
            and other.published_on between near.day::date - %(window_days)s and near.day::date + %(window_days)s
            and (other.outlet, other.paragraph_key, other.is_lead, other.published_on) not in (table turned)
    )
),
doubtful as (
    select revision_key
    from news.revision
    where article_key = any (%(article_keys)s::bytea[])
    union
    select revision.revision_key
    from reached
    join news.revision using (published_on)
    join news.article on article.article_key = revision.article_key and article.outlet = reached.outlet
    where exists (
        select from unnest(revision.body) with ordinality as line (paragraph, place)
        where news.paragraph_key(line.paragraph) = reached.paragraph_key and (line.place = 1) = reached.is_lead
    )
),
found as (
    select
        revision.revision_key,
        coalesce(array_agg(line.place::integer order by line.place) filter (where learned.is_so), '{}') as places
    from doubtful
    join news.revision using (revision_key)
    join news.article using (article_key)
    cross join unnest(revision.body) with ordinality as line (paragraph, place)
    cross join lateral (
        select exists (
            select from news.boilerplate
            where boilerplate.outlet = article.outlet
                and boilerplate.paragraph_key = news.paragraph_key(line.paragraph)
                and boilerplate.is_lead = (line.place = 1)
                and boilerplate.published_on
                    between revision.published_on - %(window_days)s and revision.published_on + %(window_days)s
        ) as is_so
    ) as learned
    group by revision.revision_key
),
wanted as (
    select
        revision_key,
        case when cardinality(places) < cardinality(revision.body) then places else '{}' end as places
    from found
    join news.revision using (revision_key)
)
update news.revision
set boilerplate = wanted.places
from wanted, news.article
where revision.revision_key = wanted.revision_key
    and article.article_key = revision.article_key
    and revision.boilerplate <> wanted.places
returning
    revision.revision_key, revision.article_key, article.outlet, revision.published_on,
    news.without(revision.body, revision.boilerplate);
