-- Forgets the pairs of the revisions that were marked, whose text is to be compared anew.
delete from news.pair
where left_key = any (array(select revision_key from marked)) or right_key = any (array(select revision_key from marked));

-- Forgets their fingerprints.
delete from news.fingerprint where revision_key = any (array(select revision_key from marked));
