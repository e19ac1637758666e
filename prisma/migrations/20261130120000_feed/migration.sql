-- The feed of changes: whether a cursor is of what this database has been, and whether all that comes after it is still there.

-- A row for each start of a server. A cursor has the id of the newest one that its snapshot sees: after a restore to an earlier time, its
-- snapshot sees another, or none. In a database that was restored from a dump or a backup of ours, the former rows go.
create table registry_feed_mark (
  number      bigserial      not null,
  id          text           not null,
  transaction xid8           not null default pg_current_xact_id(),
  -- The database by PostgreSQL's number, and by that of its last restore: a copy has another.
  origin      text           not null,
  -- Changes up to this sequence have transactions of another cluster: they come before all others.
  floor       bigint         not null,
  noted_at    timestamptz(6) not null default clock_timestamp(),
  constraint registry_feed_mark_pkey primary key (number)
);

-- The transactions whose changes retention has removed: a cursor whose snapshot does not see one of them has expired. Of what has changed or
-- been removed more than an hour ago, the greatest one stands for all before it.
create table registry_feed_removed (
  number      bigserial        not null,
  template    text collate "C" not null,
  transaction xid8             not null,
  -- The greatest of what was removed.
  sequence    bigint           not null,
  is_bound    boolean          not null,
  noted_at    timestamptz(6)   not null default clock_timestamp(),
  constraint registry_feed_removed_pkey primary key (number)
);

create unique index registry_feed_removed_transaction_template_key on registry_feed_removed (transaction, template);

-- What a snapshot does not see yet.
do $$
begin
  -- The server builds it beside the writers where there is something to read.
  if not exists (select from registry_change) then
    create index registry_change_transaction_idx on registry_change (transaction);
  end if;
end
$$;
