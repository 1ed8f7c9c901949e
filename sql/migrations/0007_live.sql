-- The spelling of a link that was listed, which is asked for: `url` is canonical and only compares. Null where the two are one.
alter table crawl.link
    add column listed_url text,
    add constraint link_listed_url check (listed_url <> url);

-- A lease is the fence of the turn in which a link was leased: it is dead when its outlet has another turn.
alter table crawl.link
    drop column lease_until,
    drop column fence,
    add column lease bigint;

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

-- How every outlet's run of a day ended; the pages that `ingest` brings have no day. One that never finished was killed.
drop table ops.run;
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
