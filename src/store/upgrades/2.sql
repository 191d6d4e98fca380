-- Version 2: a digest of the rows of each table that the ledger does not prove.

create table table_digest (
  name text not null primary key,
  sum  blob not null,
  constraint table_digest_is_a_sum check (length(sum) = 32)
) strict, without rowid;

-- Kept answers stand in the order in which they came, under an index of keys in which ids stand as they are.
alter table idempotency rename to idempotency_before;
drop index idempotency_by_age;
create table idempotency (
  account_id     blob    not null,
  key            blob    not null,
  request_digest blob    not null,
  status         integer not null,
  location       text,
  etag           text,
  body           blob    not null,
  created_at     integer not null,
  constraint idempotency_key_once unique (key, account_id),
  constraint idempotency_digest_is_sha256 check (length(key) in (16, 32) and length(request_digest) = 32)
) strict;
insert into idempotency select * from idempotency_before order by created_at;
drop table idempotency_before;

-- The rows that one flow moves stand together.
alter table tally rename to tally_before;
create table tally (
  scope        blob    not null,
  year         integer not null,
  side         text    not null,
  dimension    text    not null,
  key          any     not null,
  kind         text    not null,
  state        text    not null,
  lines        integer not null,
  minutes      integer not null,
  item_days    integer not null,
  occasions    integer not null,
  participants integer not null,
  unmeasured   integer not null,
  primary key (scope, year, side, kind, state, dimension, key)
) strict, without rowid;
insert into tally select * from tally_before;
drop table tally_before;

-- How many people are counted.
create table people_count (
  scope  blob    not null,
  year   integer not null,
  kind   text    not null,
  people integer not null,
  primary key (scope, year, kind)
) strict, without rowid;
insert into people_count select scope, year, kind, count(*) from person_tally group by scope, year, kind;
