-- Keeps the fresh fingerprints.
insert into news.fingerprint
select * from fresh order by revision_key;
