-- What callers whose roles have limits have written. A write of such a caller holds its row until it ends, so that two of them cannot
-- both use what is left.
create table registry_usage (
  -- Empty: callers without a token.
  actor text primary key,
  -- In UTC.
  day date not null,
  bytes bigint not null
) with (fillfactor = 50);
