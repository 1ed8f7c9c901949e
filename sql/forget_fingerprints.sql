-- Forgets the pairs of some revisions, whose text is to be compared anew.
delete from news.pair
where left_key = any (%(revision_keys)s::bytea[]) or right_key = any (%(revision_keys)s::bytea[]);

-- Forgets their fingerprints.
delete from news.fingerprint
where revision_key = any (%(revision_keys)s::bytea[]);
