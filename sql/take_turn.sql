-- Waits for whoever is proving this turn within a transaction.
select from crawl.turn where outlet = %(outlet)s for update;

-- Gives an outlet's turn to a holder, with a higher fence than any before, where it is over or its holder was found dead; of
-- several who try at once, one gets it.
insert into crawl.turn as turn (outlet, holder, fence, until)
values (%(outlet)s, %(holder)s, 1, now() + %(seconds)s * interval '1 second')
on conflict (outlet) do update
set holder = excluded.holder, fence = turn.fence + 1, until = excluded.until
where turn.until < now() or turn.holder = %(former)s
returning fence;
