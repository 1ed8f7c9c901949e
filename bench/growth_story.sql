-- The stories that warehouses are made of, each with what the pipeline computes of its text.
create table story (
    n integer primary key,
    day_back integer not null, -- days before the first measured day; 0 and below are measured
    of integer, -- the story that it is a perturbed copy of
    title text not null,
    body text[] not null,
    body_key bytea not null,
    shingles bigint[] not null,
    bands bigint[] not null,
    search tsvector
);
