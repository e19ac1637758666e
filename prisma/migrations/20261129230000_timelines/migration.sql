-- The timelines of PostgreSQL's log on which this database has been written, for positions in the log that callers bring back: a failover
-- or a restore begins another timeline, in which the same position is another place. Rows are added where there are replicas.
create table registry_timeline (
  -- At random, so that two copies of this database that were both promoted have different ones.
  mark     text           not null,
  -- PostgreSQL's identifier of the cluster, and the timeline as the names of its files have it.
  system   bigint         not null,
  timeline text           not null,
  noted_at timestamptz(6) not null default now(),
  constraint registry_timeline_pkey primary key (mark),
  constraint registry_timeline_system_timeline_key unique (system, timeline)
);
