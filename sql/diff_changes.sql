-- How an article went from one version to the next, each by its number from 1, in the order of time. What makes no change is a
-- page that was read anew: it stands after the version before it.
with version as (
    select revision_key, seen_at, row_number() over (order by seen_at, revision_key desc)::integer as number
    from news.revision
    where article_key = %(article_key)s
),
changes as (
    select *
    from news.changes
    where article_key = %(article_key)s
)
select before.number as number_before, after.number, changes.seen_at, changes.is_silent, changes.n_added, changes.n_removed
from changes
join version as before on before.revision_key = changes.from_key
join version as after on after.revision_key = changes.to_key
union all
select number - 1, number, seen_at, null, null, null
from version
where number > 1 and not exists (select from changes where to_key = revision_key)
order by seen_at, number;
