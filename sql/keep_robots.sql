-- Keeps what a host answered when it was asked for its robots.txt; the last copy that was read stays while it answers with errors.
insert into crawl.robots (authority, body, read_at, asked_at, answer)
values (%(authority)s, %(body)s, case when %(body)s::bytea is not null then now() end, now(), %(answer)s)
on conflict (authority) do update
set body = coalesce(excluded.body, robots.body), read_at = coalesce(excluded.read_at, robots.read_at),
    asked_at = excluded.asked_at, answer = excluded.answer;
