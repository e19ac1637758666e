-- Functions that look something up for each row of a request must do so by an index, whatever the planner thinks of the table. PostgreSQL
-- plans by the statistics from before a request, and keeps a function's plan for as long as the connection lives: in a young registry, whose
-- log is short, it read the whole log for each of the 10,000 rows that one request added to it.

-- The newest change under a key, as the caller's statement sees it; no row if there is none.
--
-- The bounds and the order are those of one index, registry_change_template_key_sequence_idx; without sorts, no other gives that order.
create function registry_last_change(wanted_template text, wanted_key text)
  returns table (version integer, changed_at timestamptz, outcome text, is_narrow boolean)
  language plpgsql stable rows 1
  set enable_seqscan = off set enable_sort = off
as $$
begin
  return query
    select c.version, c.changed_at, c.outcome, c.document is null from registry_change as c
      where c.template = wanted_template and (c.key, c.sequence) >= (wanted_key, 0) and (c.key, c.sequence) <= (wanted_key, 9223372036854775807)
      order by c.key desc, c.sequence desc limit 1;
end
$$;

-- As before, by that index.
create or replace function registry_follow_last_change() returns trigger
  language plpgsql
  set enable_seqscan = off set enable_sort = off
as $$
begin
  if exists (
    select from (select version, changed_at, outcome, document is null as is_narrow from registry_change
                 where template = new.template and (key, sequence) >= (new.key, 0) and (key, sequence) <= (new.key, 9223372036854775807)
                 order by key desc, sequence desc limit 1) as former
    where former.version >= new.version and former.version < 2147483647
      or former.changed_at >= new.changed_at and (former.is_narrow or former.outcome = 'DELETED'))
  then
    raise exception using errcode = '40001', message = 'the object with this key was deleted in the meantime';
  end if;
  return new;
end
$$;

-- As before, by that index.
create or replace function registry_keep_past() returns trigger
  language plpgsql
  set enable_seqscan = off set enable_sort = off
as $$
declare
  ended timestamptz;
  author text;
  principal text;
begin
  if tg_op = 'UPDATE' then
    -- After a conversion, the version of another time may have its number: the copy would take the one for the other.
    if pg_trigger_depth() > 1 and current_setting('registry.kept_past', true) = old.changed_at::text
      and not exists (select from registry_past where uuid = old.uuid and version = old.version and template = old.template)
    then
      return null;
    end if;
    ended := new.changed_at;
  else
    select changed_at into ended
      from (select transaction, outcome, changed_at from registry_change
            where template = old.template and (key, sequence) >= (old.key, 0) and (key, sequence) <= (old.key, 9223372036854775807)
            order by key desc, sequence desc limit 1) as newest
      where transaction = pg_current_xact_id() and outcome = 'DELETED';
    ended := greatest(coalesce(ended, clock_timestamp()), old.changed_at + interval '1 microsecond');
  end if;
  if old.outcome = 'UNCHANGED' then
    -- Whoever has only confirmed it is not the author of the version.
    select changed_by, changed_for into author, principal from registry_change
      where template = old.template and (key, sequence) >= (old.key, 0) and (key, sequence) <= (old.key, 9223372036854775807)
        and version = old.version
      order by key desc, sequence desc limit 1;
  else
    author := old.updated_by;
    principal := old.updated_for;
  end if;
  insert into registry_past (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to)
    values (old.template, old.key, old.uuid, old.document, old.refs, old.version, old.created_at, old.created_by, author, old.created_for, principal, old.changed_at, ended);
  return null;
end
$$;

-- Where an object is no more. It is apart from the trigger, whose other branch looks nothing up.
create function registry_forget_uuid(gone uuid, place regclass) returns void
  language plpgsql
  set enable_seqscan = off
as $$
begin
  delete from registry_uuid as noted where noted.uuid = gone and noted.partition = place;
end
$$;

create or replace function registry_note_uuid() returns trigger
  language plpgsql
as $$
begin
  if tg_op <> 'INSERT' then
    perform registry_forget_uuid(old.uuid, tg_relid);
  end if;
  if tg_op <> 'DELETE' then
    insert into registry_uuid (uuid, partition) values (new.uuid, tg_relid);
  end if;
  return null;
end
$$;

-- These look up by a whole key of an index, so that no other index comes before that one.
alter function registry_put(registry_object, jsonb) set enable_seqscan = off;
alter function registry_follow() set enable_seqscan = off;
alter function registry_put_past(text, text, uuid, timestamptz, timestamptz, jsonb) set enable_seqscan = off;
