-- When an object was last confirmed unchanged, as long as that is in the ten seconds in which updated_at lies; else updated_at moves. No
-- index has this column, so that PostgreSQL can put the confirmed row beside the former one, and uses the room of that again at once.
alter table registry_object add column confirmed_at timestamptz(6);

-- Whether confirmations are kept so. For a day, servers that do not know of the column may still read the objects that they share.
do $do$
begin
  execute format($create$
    create function registry_confirms_apart() returns boolean
      language sql stable parallel safe
    as $body$ select now() >= timestamptz %L $body$
  $create$, case when exists (select from registry_object) then now() + interval '1 day' else '-infinity' end);
end
$do$;

-- As before, with the new column.
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
        updated_at = object.updated_at, confirmed_at = object.confirmed_at, outcome = object.outcome,
        created_by = object.created_by, updated_by = object.updated_by, created_for = object.created_for, updated_for = object.updated_for
      where o.template = rules->>'stored' and o.uuid = object.uuid and new_key is not null;
    if not found and new_key is not null then
      insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, confirmed_at, outcome,
        created_by, updated_by, created_for, updated_for)
      values (rules->>'stored', new_key, object.uuid, stepped.document, stepped.refs, object.version, object.created_at,
        object.updated_at, object.confirmed_at, object.outcome, object.created_by, object.updated_by,
        object.created_for, object.updated_for);
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
