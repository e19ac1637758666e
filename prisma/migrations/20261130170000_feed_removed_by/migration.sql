-- The transaction that removed the changes, the last one if there were several: for cursors of readers that began with the oldest change.
alter table registry_feed_removed add column removed_by xid8 not null default pg_current_xact_id();
