-- Each set of templates that was applied, in the order in which they were: what an auditor asks, and what the next start
-- compares its files with.
create table registry_generation (
  generation integer        not null,
  -- Of the files alone, so that a server finds out which generation it belongs to.
  files      text           not null,
  -- Of the plan that led here. Whoever consented named it.
  digest     text           not null,
  model      json           not null,
  entries    json           not null,
  consent    text,
  planned_at timestamptz(6) not null,
  -- Null until all that must come first has been done: conversions and new keys.
  applied_at timestamptz(6),
  constraint registry_generation_pkey primary key (generation)
);

-- What outlives a start. A server that works on it holds it until the lease ends; the fence tells its statements from those
-- of a server that was thought dead.
create table registry_work (
  id          bigserial      not null,
  generation  integer        not null,
  task        jsonb          not null,
  -- The key of the last object that was done.
  done_to     text collate "C",
  finished_at timestamptz(6),
  fence       bigint         not null default 0,
  leased_to   timestamptz(6) not null default '-infinity',
  constraint registry_work_pkey primary key (id),
  constraint registry_work_generation_fkey foreign key (generation) references registry_generation (generation)
);

-- What was recorded until now becomes the first generation. Its files are unknown, so that the next start plans anew. A field
-- whose former values may not fit could hold anything.
insert into registry_generation (generation, files, digest, model, entries, planned_at, applied_at)
select 1, '', '',
  jsonb_build_object('templates', jsonb_agg(definition || jsonb_build_object('stored', name, 'fields', fields) order by name collate "C"), 'removed', '[]'::jsonb)::json,
  '[]', max(compiled_at), max(compiled_at)
from registry_template, lateral (
  select coalesce(jsonb_agg(
    case when coalesce(field->>'attribute', field->>'name') = any(changed_fields)
      then field || '{"type": "json", "list": false, "values": [], "members": [], "constraints": {}, "unique": false, "indexed": false, "default": null, "reference": null}'
      else field
    end order by place), '[]') as fields
  from jsonb_array_elements(definition->'fields') with ordinality as listed (field, place)
) as changed
having count(*) > 0;

drop table registry_template;

-- In place of a value that does not fit its template as it is now. The text is no JSON: U+0001 is escaped in all other values,
-- so that the server finds it without reading them.
create function registry_unfit(template text, key text, field text) returns text
  language sql immutable parallel safe
as $$
  select chr(1) || json_build_array(template, key, field)::text || chr(1)
$$;

drop function registry_absent(text);

-- The parts of a reference's canonical key: ["ubuntu"], or for a key of several fields, of which one is a reference itself,
-- ["ntp-client", ["ubuntu"], true].
create function registry_reference_parts(value jsonb, form jsonb) returns jsonb
  language plpgsql immutable parallel safe
as $$
declare
  parts jsonb := '[]';
  part jsonb;
  held jsonb;
begin
  for part in select each from jsonb_array_elements(form->'key') with ordinality as listed (each, place) order by place loop
    held := case when jsonb_array_length(form->'key') = 1 then value else value->(part->>'attribute') end;
    if part->'form'->>'type' = 'reference' then
      held := registry_reference_parts(held, part->'form');
    end if;
    parts := parts || jsonb_build_array(held);
  end loop;
  return parts;
end
$$;

-- What `refs` has for a reference: the canonical key of its target, or the keys of its targets.
create function registry_reference_keys(value jsonb, form jsonb) returns jsonb
  language sql immutable parallel safe
as $$
  select case when (form->>'list')::boolean
    then (select coalesce(jsonb_agg(registry_key_text(registry_reference_parts(item, form)) order by place), '[]')
          from jsonb_array_elements(value) with ordinality as listed (item, place))
    else to_jsonb(registry_key_text(registry_reference_parts(value, form)))
  end
$$;

-- Whether all targets of a reference exist. A form that may lead nowhere names no `target`.
create function registry_targets_exist(keys jsonb, target text) returns boolean
  language sql stable parallel safe
as $$
  select target is null or not exists (
    select from jsonb_array_elements_text(case when jsonb_typeof(keys) = 'array' then keys else jsonb_build_array(keys) end) as wanted (key)
    where not exists (select from registry_object as o where o.template = target and o.key = wanted.key))
$$;

-- A stored object, or each object of a list, with other keys for its members: from `attribute` to `name`, or the way back.
--
--   names: [{"attribute": "cpu", "name": "cores"}, {"attribute": "disk", "name": "disk", "names": […]}]
--
-- What is no member has no name, and is left out; on the way back it is called ~name, so that it is not taken for an attribute.
create function registry_renamed(value jsonb, names jsonb, source text, target text) returns jsonb
  language plpgsql immutable parallel safe
as $$
begin
  if value is null or names is null or jsonb_typeof(value) not in ('array', 'object') then
    return value;
  elsif jsonb_typeof(value) = 'array' then
    return (select coalesce(jsonb_agg(registry_renamed(item, names, source, target) order by place), '[]')
            from jsonb_array_elements(value) with ordinality as listed (item, place));
  end if;
  return (select coalesce(jsonb_object_agg(coalesce(each->>target, '~' || held.name), registry_renamed(held.value, each->'names', source, target)), '{}')
          from jsonb_each(value) as held (name, value) left join jsonb_array_elements(names) as listed (each) on each->>source = held.name
          where each is not null or target = 'attribute');
end
$$;

-- A value of one form of a field as `registry_convert` takes it for another one. Of two objects, that form knows the attributes of
-- both; what else has members or a key is taken by their names.
create function registry_convertible(value jsonb, source jsonb, target jsonb) returns jsonb
  language sql immutable parallel safe
as $$
  select case when source->'form'->>'type' = 'object' and target->'form'->>'type' = 'object' then value
    else registry_renamed(registry_renamed(value, source->'names', 'attribute', 'name'), target->'names', 'name', 'attribute')
  end
$$;

-- Brings a document in step with the templates, `former` being what it was before this write, or {}. New required fields without
-- a value in any form take their fill. If one form of a value has changed, the other forms follow: {"size": "7"} becomes
-- {"size": "7", "size~2": 7}. A form that follows from the changed one already stays as it is; one that cannot follow is removed.
--
--   rules: {"fills": [{"attribute": "stage", "attributes": ["stage"], "kind": "literal", "value": "test"}],
--           "families": [[{"attribute": "size~2", "form": {…}}, {"attribute": "size", "form": {…}}]]}
--
-- A form of a reference also names the storage of its target, and what that storage is one of: {"stored": "image~2", "origin":
-- "image"}; a form of an object, or of a reference to a key of several fields, has their names, as `registry_renamed` takes them.
-- `known` has references to the same object in another storage that have been looked up before, by the form that has changed and
-- the other: {"image": {"image~2": {"value": {"name": "ubuntu", "arch": "x86"}, "key": "[\"ubuntu\",\"x86\"]"}}}. A statement for
-- many objects does so at a fraction of the price.
create function registry_in_step(inout document jsonb, inout refs jsonb, former jsonb, object uuid, creator text, rules jsonb, known jsonb default '{}')
  language plpgsql stable parallel safe
as $$
declare
  fill jsonb;
  family jsonb;
  changed jsonb;
  other jsonb;
  value jsonb;
  keys jsonb;
  looked_up jsonb;
  is_rekeyed boolean;
begin
  for fill in select jsonb_array_elements(rules->'fills') loop
    continue when document ?| array(select jsonb_array_elements_text(fill->'attributes'));
    value := case fill->>'kind'
      when 'literal' then fill->'value'
      when 'creator' then to_jsonb(creator)
      else to_jsonb(md5(object::text || (fill->>'attribute'))::uuid)
    end;
    continue when value is null;
    document := document || jsonb_build_object(fill->>'attribute', value);
    if fill ? 'reference' then
      refs := refs || jsonb_build_object(fill->>'attribute', registry_reference_keys(value, fill->'reference'));
    end if;
  end loop;
  for family in select jsonb_array_elements(rules->'families') loop
    select form into changed
      from jsonb_array_elements(family) with ordinality as listed (form, place)
      where document->(form->>'attribute') is distinct from former->(form->>'attribute') order by place limit 1;
    continue when not found;
    value := document->(changed->>'attribute');
    for other in select form from jsonb_array_elements(family) as listed (form) where form <> changed loop
      -- Another storage of the same template: the same object, by another key.
      is_rekeyed := coalesce(changed->>'origin' = other->>'origin' and changed->>'stored' <> other->>'stored', false);
      continue when value is not null and not is_rekeyed
        and registry_convert(registry_convertible(document->(other->>'attribute'), other, changed), changed->'form') = value;
      document := document - (other->>'attribute');
      refs := refs - (other->>'attribute');
      declare
        converted jsonb;
      begin
        looked_up := known->(changed->>'attribute')->(other->>'attribute');
        if looked_up is not null then
          refs := refs || jsonb_build_object(other->>'attribute', looked_up->'key');
          document := document || jsonb_build_object(other->>'attribute', looked_up->'value');
          continue;
        end if;
        if is_rekeyed then
          converted := registry_rekeyed_reference(refs->(changed->>'attribute'), changed->>'stored', other->>'stored', other->'form');
          if (other->'form'->>'list')::boolean <> (jsonb_typeof(converted) = 'array') then
            converted := case
              when jsonb_typeof(converted) <> 'array' then jsonb_build_array(converted)
              when jsonb_array_length(converted) = 1 then converted->0
            end;
          end if;
        else
          converted := registry_convert(registry_convertible(value, changed, other), other->'form');
        end if;
        continue when converted is null;
        if other->'form'->>'type' = 'reference' then
          keys := registry_reference_keys(converted, other->'form');
          continue when not registry_targets_exist(keys, other->>'target');
          refs := refs || jsonb_build_object(other->>'attribute', keys);
        end if;
        document := document || jsonb_build_object(other->>'attribute', converted);
      end;
    end loop;
  end loop;
end
$$;

-- Keeps what any server writes in step, whichever templates it has. A statement that has brought its objects in step by itself says
-- so in its transaction.
create function registry_keep_in_step() returns trigger
  language plpgsql
as $$
declare
  former jsonb := '{}';
begin
  if current_setting('registry.in_step', true) = 'on' then
    return new;
  end if;
  if tg_op = 'UPDATE' then
    former := old.document;
  end if;
  select step.document, step.refs into new.document, new.refs
    from registry_in_step(new.document, new.refs, former, new.uuid, new.created_by, tg_argv[0]::jsonb) as step;
  return new;
end
$$;

-- The canonical key of a document by these key fields; null if it lacks one.
create function registry_key_of(document jsonb, key jsonb) returns text
  language plpgsql immutable parallel safe
as $$
declare
  parts jsonb := '[]';
  part jsonb;
  held jsonb;
begin
  for part in select each from jsonb_array_elements(key) with ordinality as listed (each, place) order by place loop
    held := nullif(document->(part->>'attribute'), 'null');
    if held is null then
      return null;
    end if;
    if part->'form'->>'type' = 'reference' then
      held := registry_reference_parts(held, part->'form');
    end if;
    parts := parts || jsonb_build_array(held);
  end loop;
  return registry_key_text(parts);
end
$$;

-- The reference to the same object in another storage of its template, where it has another key; null if it is not there.
create function registry_rekeyed_reference(keys jsonb, source text, target text, form jsonb) returns jsonb
  language sql stable parallel safe
as $$
  select case
    when jsonb_typeof(keys) = 'array' then
      (select case when count(*) = count(found.value) then coalesce(jsonb_agg(found.value order by listed.place), '[]') end
       from jsonb_array_elements_text(keys) with ordinality as listed (key, place),
         lateral (select registry_rekeyed_reference(to_jsonb(listed.key), source, target, form) as value) as found)
    else
      (select case when jsonb_array_length(form->'key') = 1
           then o.document->(form->'key'->0->>'attribute')
           else (select jsonb_object_agg(part->>'attribute', o.document->(part->>'attribute')) from jsonb_array_elements(form->'key') as part)
         end
       from registry_object as former join registry_object as o on o.template = target and o.uuid = former.uuid
       where former.template = source and former.key = keys #>> '{}')
  end
$$;

-- Puts an object into another storage of its template, where it has another key.
--
--   rules: {"stored": "image~2", "key": [{"attribute": "name", "form": {…}, "formers": […]}], "isStrict": true, "step": {…}}
--
-- A part of the key that is a reference has its former forms: {"attribute": "image", "stored": "image"}. While the new storage fills
-- up, an object that has no key there is refused (RG003), and so is one that has another key there already, or one that is taken.
-- The way back, for servers that still read the former storage, leaves such objects out.
create function registry_put(object registry_object, rules jsonb) returns void
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
        updated_at = object.updated_at, outcome = object.outcome, created_by = object.created_by, updated_by = object.updated_by
      where o.template = rules->>'stored' and o.uuid = object.uuid and new_key is not null;
    if not found and new_key is not null then
      insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome, created_by, updated_by)
      values (rules->>'stored', new_key, object.uuid, stepped.document, stepped.refs, object.version, object.created_at,
        object.updated_at, object.outcome, object.created_by, object.updated_by);
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

-- Has another storage of a template follow this one. What another such trigger writes does not come back.
create function registry_follow() returns trigger
  language plpgsql
as $$
begin
  if pg_trigger_depth() > 1 then
    return null;
  end if;
  if tg_op = 'DELETE' then
    delete from registry_object where template = tg_argv[0]::jsonb->>'stored' and uuid = old.uuid;
  else
    perform registry_put(new, tg_argv[0]::jsonb);
  end if;
  return null;
end
$$;

-- Refuses what servers with older templates write to a storage that another has replaced.
create function registry_refuse() returns trigger
  language plpgsql
as $$
begin
  if pg_trigger_depth() > 1 then
    return coalesce(new, old);
  end if;
  raise exception using errcode = 'RG002', message = 'newer templates have given these objects other keys';
end
$$;

-- A document without the forms of values that newer templates have, {"size": "7", "size~2": 7}; these attributes are known.
create function registry_known_forms(document jsonb, attributes text[]) returns jsonb
  language sql immutable parallel safe
as $$
  select case when strpos(document::text, '~') = 0 then document
    else document - array(
      select key from jsonb_object_keys(document) as key
      where key ~ '~[0-9]+$' and key <> all(attributes))
    end
$$;
