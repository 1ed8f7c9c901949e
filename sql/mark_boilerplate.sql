-- Which paragraphs are boilerplate now, in the given articles and in those within the window of a paragraph whose status
-- changed: those that some day of the outlet within the window shows to be boilerplate. A text that would be nothing else is
-- left whole. Gives only revisions that change.
create temporary table marked on commit drop as
with reached as materialized (
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
    select found.revision_key
    from (select distinct published_on from reached) as day
    cross join lateral (
        select revision_key, article_key, published_on, body from news.revision
        where revision.published_on = day.published_on
        offset 0
    ) as found
    cross join lateral (select outlet from news.article where article.article_key = found.article_key limit 1) as theirs
    cross join unnest(found.body) with ordinality as line (paragraph, place)
    where (theirs.outlet, found.published_on, news.paragraph_key(line.paragraph), line.place = 1) in (
        select outlet, published_on, paragraph_key, is_lead from reached
    )
),
learned as (
    select
        revision.*,
        theirs.outlet,
        array(
            select line.place::integer
            from unnest(revision.body) with ordinality as line (paragraph, place)
            where exists (
                select from news.boilerplate
                where boilerplate.outlet = theirs.outlet
                    and boilerplate.paragraph_key = news.paragraph_key(line.paragraph)
                    and boilerplate.is_lead = (line.place = 1)
                    and boilerplate.published_on
                        between revision.published_on - %(window_days)s and revision.published_on + %(window_days)s
            )
            order by line.place
        ) as places
    from doubtful
    cross join lateral (
        select revision_key, article_key, published_on, boilerplate, body from news.revision
        where revision.revision_key = doubtful.revision_key
        limit 1
    ) as revision
    cross join lateral (select outlet from news.article where article.article_key = revision.article_key limit 1) as theirs
),
wanted as (
    select
        revision_key, article_key, boilerplate,
        case when cardinality(places) < cardinality(body) then places else '{}' end as places
    from learned
)
select revision_key, article_key, places
from wanted
where boilerplate <> places;

-- Tells the planner how few rows there are.
analyze marked;

-- Marks them.
update news.revision
set boilerplate = marked.places
from marked
where revision.revision_key = marked.revision_key;
