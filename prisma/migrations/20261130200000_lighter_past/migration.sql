-- What an update replaces is kept with less: for each row, PostgreSQL sets and resets the settings of a function that has some, and runs a
-- query of its own for each condition that has one in it. So what looks something up is apart, and is called where it is needed.

-- Who has made the version that an object has, whoever has confirmed it since.
create function registry_version_author(object registry_object, out author text, out principal text)
  language plpgsql
  set enable_seqscan = off set enable_sort = off
as $$
begin
  select changed_by, changed_for into author, principal from registry_change
    where template = object.template and (key, sequence) >= (object.key, 0) and (key, sequence) <= (object.key, 9223372036854775807)
      and version = object.version
    order by key desc, sequence desc limit 1;
end
$$;

-- When this transaction has deleted an object, as it has written beside the change; null if it has written none.
create function registry_deleted_at(object registry_object) returns timestamptz
  language plpgsql
  set enable_seqscan = off set enable_sort = off
as $$
begin
  return (
    select changed_at
      from (select transaction, outcome, changed_at from registry_change
            where template = object.template and (key, sequence) >= (object.key, 0) and (key, sequence) <= (object.key, 9223372036854775807)
            order by key desc, sequence desc limit 1) as newest
      where transaction = pg_current_xact_id() and outcome = 'DELETED');
end
$$;

-- Whether the version that an object has stands in the past already.
create function registry_is_past(object registry_object) returns boolean
  language plpgsql
  set enable_seqscan = off
as $$
begin
  return exists (select from registry_past where uuid = object.uuid and version = object.version and template = object.template);
end
$$;

-- As before.
create or replace function registry_keep_past() returns trigger
  language plpgsql
as $$
declare
  ended timestamptz;
  author text;
  principal text;
begin
  if tg_op = 'UPDATE' then
    if pg_trigger_depth() > 1 then
      -- After a conversion, the version of another time may have its number: the copy would take the one for the other.
      if current_setting('registry.kept_past', true) = old.changed_at::text and not registry_is_past(old) then
        return null;
      end if;
    end if;
    ended := new.changed_at;
  else
    ended := greatest(coalesce(registry_deleted_at(old), clock_timestamp()), old.changed_at + interval '1 microsecond');
  end if;
  if old.outcome = 'UNCHANGED' then
    -- Whoever has only confirmed it is not the author of the version.
    select maker.author, maker.principal into author, principal from registry_version_author(old) as maker;
  else
    author := old.updated_by;
    principal := old.updated_for;
  end if;
  insert into registry_past (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to)
    values (old.template, old.key, old.uuid, old.document, old.refs, old.version, old.created_at, old.created_by, author, old.created_for, principal, old.changed_at, ended);
  return null;
end
$$;
