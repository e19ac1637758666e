-- What objects were. The versions that others have replaced stand in registry_past, each with the time in which it held; the newest
-- stand in registry_object. registry_change tells who made them, without the documents.
create table registry_past (
  template    text collate "C" not null,
  key         text collate "C" not null,
  uuid        uuid             not null,
  document    jsonb            not null,
  refs        jsonb            not null,
  version     integer          not null,
  created_at  timestamptz(6)   not null,
  created_by  text,
  updated_by  text,
  created_for text,
  updated_for text,
  -- It held from the one time on, and not any more from the other time on.
  valid_from  timestamptz(6)   not null,
  valid_to    timestamptz(6)   not null
);

create index registry_past_template_key_valid_to_idx on registry_past (template, key, valid_to);
create index registry_past_template_valid_to_idx on registry_past (template, valid_to);
create index registry_past_uuid_version_idx on registry_past (uuid, version);

-- From when on the past of a template is known. A template without a row has never had another past than that which is kept.
create table registry_history (
  template text collate "C" not null,
  since    timestamptz(6)   not null,
  constraint registry_history_pkey primary key (template)
);

-- What one server does at a time for as long as it lives: the leases of those that do it.
create table registry_lease (
  name      text collate "C" not null,
  holder    uuid             not null,
  leased_to timestamptz(6)   not null,
  constraint registry_lease_pkey primary key (name)
);

-- All others wait until this migration ends.
lock table registry_object in access exclusive mode;
lock table registry_change in access exclusive mode;

-- Their names are found one after another, by the indexes: nobody waits for the whole tables to be read.
insert into registry_history (template, since)
  with recursive stored as (
    (select template from registry_object order by template limit 1)
    union all
    select (select o.template from registry_object as o where o.template > stored.template order by o.template limit 1) from stored where stored.template is not null
  ), changed as (
    (select template from registry_change order by template limit 1)
    union all
    select (select c.template from registry_change as c where c.template > changed.template order by c.template limit 1) from changed where changed.template is not null
  )
  select template, now() from stored where template is not null union select template, now() from changed where template is not null;

-- When the object became what it is, by the server's clock alone: neither confirmations nor imported times move it. Without a rewrite
-- of the table, all objects of before have the time of this migration.
alter table registry_object add column changed_at timestamptz(6) not null default now();
alter table registry_object alter column changed_at set default clock_timestamp();

-- Servers from before do not move it.
create function registry_move_changed_at() returns trigger
  language plpgsql
as $$
begin
  new.changed_at := greatest(clock_timestamp(), old.changed_at + interval '1 microsecond');
  return new;
end
$$;

create trigger registry_move_changed_at before update on registry_object
  for each row when (new.version is distinct from old.version and new.changed_at is not distinct from old.changed_at)
  execute function registry_move_changed_at();

-- Keeps the version that is replaced, whoever replaces it. The end of an object that is deleted is the time that the statement has just
-- written beside the change, so that the two never differ.
create function registry_keep_past() returns trigger
  language plpgsql
as $$
declare
  ended timestamptz;
  author text;
  principal text;
begin
  if tg_op = 'UPDATE' then
    ended := new.changed_at;
  else
    select changed_at into ended from registry_change
      where template = old.template and key = old.key and transaction = pg_current_xact_id() and outcome = 'DELETED'
      order by sequence desc limit 1;
    ended := greatest(coalesce(ended, clock_timestamp()), old.changed_at + interval '1 microsecond');
  end if;
  if old.outcome = 'UNCHANGED' then
    -- Whoever has only confirmed it is not the author of the version.
    select changed_by, changed_for into author, principal from registry_change
      where template = old.template and key = old.key and version = old.version order by sequence desc limit 1;
  else
    author := old.updated_by;
    principal := old.updated_for;
  end if;
  insert into registry_past (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to)
    values (old.template, old.key, old.uuid, old.document, old.refs, old.version, old.created_at, old.created_by, author, old.created_for, principal, old.changed_at, ended);
  return null;
end
$$;

create trigger registry_keep_past_update after update on registry_object
  for each row when (new.changed_at is distinct from old.changed_at) execute function registry_keep_past();
create trigger registry_keep_past_delete after delete on registry_object
  for each row execute function registry_keep_past();

-- The documents of versions from before this migration stand here, those of later ones in the other two tables.
alter table registry_change alter column document drop not null;

-- An object that is created again under a key goes on counting where the last change of the key ended. Whoever creates it may not have seen
-- that change, if that was a deletion that has just been committed: then the transaction must be done again. Servers from before, which
-- write the document here, count anew.
create function registry_follow_last_change() returns trigger
  language plpgsql
as $$
begin
  if exists (
    select from (select version, changed_at, outcome, document is null as is_narrow from registry_change
                 where template = new.template and key = new.key order by sequence desc limit 1) as former
    where former.version >= new.version and former.version < 2147483647
      or former.changed_at >= new.changed_at and (former.is_narrow or former.outcome = 'DELETED'))
  then
    raise exception using errcode = '40001', message = 'the object with this key was deleted in the meantime';
  end if;
  return new;
end
$$;

create trigger registry_follow_last_change before insert on registry_change
  for each row when (new.outcome = 'CREATED' and new.document is null) execute function registry_follow_last_change();

-- What changed between two times.
do $$
begin
  -- The server builds it beside the writers where there is something to read.
  if not exists (select from registry_change) then
    create index registry_change_template_changed_at_idx on registry_change (template, changed_at);
  end if;
end
$$;

-- Up to when no running transaction can add to the past: all that writes objects locks their table first and looks at the clock then.
create function registry_settled_until() returns timestamptz
  language plpgsql
as $$
declare
  now constant timestamptz := clock_timestamp();
  oldest timestamptz;
begin
  select min(coalesce(running.xact_start, '-infinity')) into oldest
    from pg_locks as held left join pg_stat_activity as running on running.pid = held.pid
    where held.locktype = 'relation' and held.database = (select oid from pg_database where datname = current_database())
      and held.relation in (select 'registry_object'::regclass union all select inhrelid from pg_inherits where inhparent = 'registry_object'::regclass)
      and held.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      and held.pid is distinct from pg_backend_pid();
  return least(now, oldest - interval '1 microsecond');
end
$$;

-- As before, with the new column, and the former keys of objects that get others.
create or replace function registry_put(object registry_object, rules jsonb) returns void
  language plpgsql
as $$
declare
  stepped record;
  new_key text;
begin
  select step.document, step.refs into stepped
    from registry_in_step(object.document, object.refs, '{}', object.uuid, object.created_by, rules->'step') as step;
  new_key := registry_key_of(stepped.document, rules->'key');
  if (rules->>'isStrict')::boolean then
    if exists (select from registry_object as o
               where o.template = rules->>'stored' and o.uuid = object.uuid and o.key is distinct from new_key) then
      raise exception using errcode = 'RG003', message = 'an object has another next key already';
    end if;
    -- It may refer to an object that has no next key yet. Objects come after those that they refer to.
    if exists (select from jsonb_array_elements(rules->'key') as part
               where nullif(stepped.document->(part->>'attribute'), 'null') is null
                 and not exists (select from jsonb_array_elements(part->'formers') as form
                                   join registry_object as o on o.template = form->>'stored' and o.key = object.refs->>(form->>'attribute'))) then
      raise exception using errcode = 'RG003', message = 'an object lacks a field of its next key';
    end if;
    if new_key is null then
      return;
    end if;
  end if;
  begin
    update registry_object as o
      set key = new_key, document = stepped.document, refs = stepped.refs, version = object.version, created_at = object.created_at,
        updated_at = object.updated_at, confirmed_at = object.confirmed_at, changed_at = object.changed_at, outcome = object.outcome,
        created_by = object.created_by, updated_by = object.updated_by, created_for = object.created_for, updated_for = object.updated_for
      where o.template = rules->>'stored' and o.uuid = object.uuid and new_key is not null;
    if not found and new_key is not null then
      insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, confirmed_at, changed_at, outcome,
        created_by, updated_by, created_for, updated_for)
      values (rules->>'stored', new_key, object.uuid, stepped.document, stepped.refs, object.version, object.created_at,
        object.updated_at, object.confirmed_at, object.changed_at, object.outcome, object.created_by, object.updated_by,
        object.created_for, object.updated_for);
      if (rules->>'isStrict')::boolean then
        -- Its former key, so that its history goes on; it holds for no time at all.
        insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
        values (object.template, object.key, object.uuid, '{}', '{}', object.version, object.created_at, object.changed_at, object.changed_at);
      end if;
    end if;
  exception when unique_violation then
    if (rules->>'isStrict')::boolean then
      raise;
    end if;
    new_key := null;
  end;
  if new_key is null then
    delete from registry_object as o where o.template = rules->>'stored' and o.uuid = object.uuid;
  end if;
end
$$;
