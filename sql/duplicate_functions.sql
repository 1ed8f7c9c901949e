-- The exact Jaccard similarity of two sets of shingles (ascending, distinct): shared by all; 0 where both are empty.
create function news.jaccard(one bigint[], other bigint[]) returns double precision
    language sql immutable strict parallel safe
return (
    select coalesce(shared.n::double precision / nullif(cardinality(one) + cardinality(other) - shared.n, 0), 0)
    from (
        select count(*) as n from unnest(one) as l (shingle) join unnest(other) as r (shingle) using (shingle)
    ) as shared
);
