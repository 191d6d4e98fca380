-- Version 2: a digest of the rows of each table that the ledger does not prove.

create table table_digest (
  name text not null primary key,
  sum  blob not null,
  constraint table_digest_is_a_sum check (length(sum) = 32)
) strict, without rowid;
