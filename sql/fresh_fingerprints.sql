-- The fingerprints of this transaction, until they are kept.
create temporary table fresh (like news.fingerprint including storage) on commit drop;
