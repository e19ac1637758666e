-- On whose behalf a caller with credentials of its own has written, as it says. Servers that do not know these columns leave them
-- as they are.
alter table registry_object add column created_for text, add column updated_for text;
alter table registry_change add column changed_for text;

-- Imported uuids, from the beginning of a transaction that writes them to its end: two imports of one uuid wait for each other, whatever
-- their templates. Nothing stays here.
create table registry_uuid_claim (
  uuid uuid not null,
  constraint registry_uuid_claim_pkey primary key (uuid)
);

-- As before, with the new columns.
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
        updated_at = object.updated_at, outcome = object.outcome, created_by = object.created_by, updated_by = object.updated_by,
        created_for = object.created_for, updated_for = object.updated_for
      where o.template = rules->>'stored' and o.uuid = object.uuid and new_key is not null;
    if not found and new_key is not null then
      insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome, created_by, updated_by,
        created_for, updated_for)
      values (rules->>'stored', new_key, object.uuid, stepped.document, stepped.refs, object.version, object.created_at,
        object.updated_at, object.outcome, object.created_by, object.updated_by,
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
