-- While a storage with other keys fills up, each write goes into two storages. Here the second one costs less: an object that keeps its next
-- key is replaced by one statement, of one partition; one that is not there yet is left to the copy, which finds it as it is then; and what
-- the object was is kept once, in the past of the storage that is read. It is copied after the switch.

-- What stands under these attributes. A statement with it is planned more quickly than one with a query.
create function registry_only(document jsonb, attributes text[]) returns jsonb
  language plpgsql immutable parallel safe
as $$
declare
  attribute text;
  found jsonb := '{}';
begin
  foreach attribute in array attributes loop
    if document ? attribute then
      found := found || jsonb_build_object(attribute, document->attribute);
    end if;
  end loop;
  return found;
end
$$;

-- Has the storage that fills up follow a change of an object, if that keeps its next key; whether it does.
--
--   rules: as `registry_put` has them, and {"partition": "\"registry_image~2_objects\""}
create function registry_follow_in_place(former registry_object, object registry_object, rules jsonb) returns boolean
  language plpgsql
as $$
declare
  families jsonb := '[]';
  family jsonb;
  is_same boolean;
  kept text[] := '{}';
  stepped record;
begin
  if former.uuid <> object.uuid then
    return false;
  end if;
  -- Of values that stay, all forms stay. A reference that may lead nowhere may lead to another object under the same key.
  for family in select jsonb_array_elements(rules->'step'->'families') loop
    select bool_and(object.document->(form->>'attribute') is not distinct from former.document->(form->>'attribute')
        and object.refs->(form->>'attribute') is not distinct from former.refs->(form->>'attribute')
        and form ? 'stored' = form ? 'target')
      into is_same from jsonb_array_elements(family) as form;
    if is_same then
      kept := kept || array(select form->>'attribute' from jsonb_array_elements(family) as form);
    else
      families := families || jsonb_build_array(family);
    end if;
  end loop;
  -- Each part of the key is there, in this form or in a former one, and stays.
  if exists (select from jsonb_array_elements(rules->'key') as part
             where (part->>'attribute' = any(kept) and (object.document->(part->>'attribute') <> 'null'
                 or exists (select from jsonb_array_elements(part->'formers') as form where object.document->(form->>'attribute') <> 'null'))
               or object.document->(part->>'attribute') <> 'null'
                 and object.document->(part->>'attribute') is not distinct from former.document->(part->>'attribute')) is not true)
  then
    return false;
  end if;
  select step.document, step.refs into stepped
    from registry_in_step(object.document, object.refs, '{}', object.uuid, object.created_by,
      (rules->'step') || jsonb_build_object('families', families)) as step;
  -- The past of the other storage has the version that is replaced, but for one that a conversion has made.
  perform set_config('registry.kept_past', former.changed_at::text, true);
  execute format($statement$
    update %s set version = $3, created_at = $4, updated_at = $5, confirmed_at = $6, changed_at = $7, outcome = $8, created_by = $9,
      updated_by = $10, created_for = $11, updated_for = $12, document = $13 || registry_only(document, $15), refs = $14 || registry_only(refs, $15)
    where template = $1 and uuid = $2
  $statement$, (rules->>'partition')::regclass)
    using rules->>'stored', object.uuid, object.version, object.created_at, object.updated_at, object.confirmed_at, object.changed_at, object.outcome,
      object.created_by, object.updated_by, object.created_for, object.updated_for, stepped.document - kept, stepped.refs - kept, kept;
  perform set_config('registry.kept_past', '', true);
  return true;
end
$$;

-- As before, but for objects that keep their next key.
create or replace function registry_follow() returns trigger
  language plpgsql
as $$
declare
  rules constant jsonb := tg_argv[0];
begin
  if pg_trigger_depth() > 1 then
    return null;
  end if;
  if tg_op = 'DELETE' then
    delete from registry_object where template = rules->>'stored' and uuid = old.uuid;
    return null;
  end if;
  if tg_op = 'UPDATE' and (rules->>'isStrict')::boolean and rules ? 'partition' then
    if registry_follow_in_place(old, new, rules) then
      return null;
    end if;
  end if;
  perform registry_put(new, rules);
  return null;
end
$$;

-- As before, but what another storage keeps is not kept a second time.
create or replace function registry_keep_past() returns trigger
  language plpgsql
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
    select changed_at into ended from (select transaction, outcome, changed_at from registry_change
                                       where template = old.template and key = old.key order by sequence desc limit 1) as newest
      where transaction = pg_current_xact_id() and outcome = 'DELETED';
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

-- As before, but what an object lacks is looked for only if it has no next key.
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
    if new_key is null and exists (select from jsonb_array_elements(rules->'key') as part
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
