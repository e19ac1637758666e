-- What objects were before they got other keys is copied to those in the background. Until that is done, nothing is told of what was
-- before this time.
alter table registry_history add column rekeyed_at timestamptz(6);

-- The key that the object with a uuid has in a storage, or had there last.
create function registry_key_in(storage text, object uuid) returns text
  language sql stable parallel safe
as $$
  select coalesce(
    (select o.key from registry_object as o where o.template = storage and o.uuid = object),
    (select p.key from registry_past as p where p.uuid = object and p.template = storage order by p.version desc limit 1))
$$;

-- The uuid of the object that had a key in a storage at a time, or else before it. What nobody has replaced stands in the storage itself,
-- as long as that is there.
create function registry_uuid_at(storage text, object_key text, held_at timestamptz) returns uuid
  language sql stable parallel safe
as $$
  select coalesce(
    (select p.uuid from registry_past as p where p.template = storage and p.key = object_key and p.valid_to > held_at and p.valid_from <= held_at limit 1),
    (select o.uuid from registry_object as o where o.template = storage and o.key = object_key and o.changed_at <= held_at),
    (select p.uuid from registry_past as p where p.template = storage and p.key = object_key and p.valid_from <= held_at order by p.valid_from desc, p.valid_to desc limit 1))
$$;

-- What `refs` has for a reference of then, in another storage of its target: the key, or the keys of a list; null if one is not known there.
create function registry_past_keys(keys jsonb, source text, target text, held_at timestamptz) returns jsonb
  language sql stable parallel safe
as $$
  select case
    when jsonb_typeof(keys) = 'array' then
      (select case when count(*) = count(found.key) then coalesce(jsonb_agg(found.key order by listed.place), '[]') end
       from jsonb_array_elements(keys) with ordinality as listed (key, place),
         lateral (select registry_past_keys(listed.key, source, target, held_at) as key) as found)
    else to_jsonb(registry_key_in(target, registry_uuid_at(source, keys #>> '{}', held_at)))
  end
$$;

-- The value of a reference with these parts of its canonical key: the way back from `registry_reference_parts`. What has no key in its
-- storage has none.
create function registry_reference_value(parts jsonb, form jsonb) returns jsonb
  language plpgsql immutable parallel safe
as $$
declare
  value jsonb := '{}';
  part jsonb;
  held jsonb;
  place integer := 0;
begin
  if jsonb_array_length(parts) <> jsonb_array_length(form->'key') or parts->0 = 'null' then
    return 'null';
  end if;
  for part in select each from jsonb_array_elements(form->'key') with ordinality as listed (each, place) order by listed.place loop
    held := parts->place;
    if part->'form'->>'type' = 'reference' then
      held := registry_reference_value(held, part->'form');
    end if;
    if jsonb_array_length(parts) = 1 then
      return held;
    end if;
    value := value || jsonb_build_object(part->>'attribute', held);
    place := place + 1;
  end loop;
  return value;
end
$$;

-- Gives the references of a version that held from a time on the keys that their targets have got since. All else is brought in step when
-- it is read.
--
--   rules: as `registry_in_step` has them
create function registry_past_in_step(inout document jsonb, inout refs jsonb, held_at timestamptz, rules jsonb)
  language plpgsql stable parallel safe
as $$
declare
  family jsonb;
  present jsonb;
  other jsonb;
  keys jsonb;
  value jsonb;
begin
  for family in select jsonb_array_elements(rules->'families') loop
    present := family->0;
    continue when not present ? 'origin' or document ? (present->>'attribute');
    for other in
      select form from jsonb_array_elements(family) with ordinality as listed (form, place)
      where form->>'origin' = present->>'origin' and form->>'stored' <> present->>'stored' and refs ? (form->>'attribute') order by place
    loop
      keys := registry_past_keys(refs->(other->>'attribute'), other->>'stored', present->>'stored', held_at);
      if (present->'form'->>'list')::boolean <> (jsonb_typeof(keys) = 'array') then
        keys := case
          when jsonb_typeof(keys) <> 'array' then jsonb_build_array(keys)
          when jsonb_array_length(keys) = 1 then keys->0
        end;
      end if;
      continue when keys is null;
      if jsonb_typeof(keys) = 'array' then
        select coalesce(jsonb_agg(registry_reference_value(key::jsonb, present->'form') order by place), '[]') into value
          from jsonb_array_elements_text(keys) with ordinality as listed (key, place);
      else
        value := registry_reference_value((keys #>> '{}')::jsonb, present->'form');
      end if;
      refs := refs || jsonb_build_object(present->>'attribute', keys);
      document := document || jsonb_build_object(present->>'attribute', value);
      exit;
    end loop;
  end loop;
end
$$;

-- Copies versions of the object that had a key and a uuid in a storage to that in which it has, or would have, another key: those that were
-- replaced from one time on and up to another. Returns how many were not there yet.
--
--   rules: as `registry_put` has them
--
-- An object has one key for all its versions: the one that it has now, or, if it was gone before, the one that its last version would have
-- had. If that lacks a field of the key, or another object had that key at the same time, it is found by no key: [null,["ubuntu"]].
create function registry_put_past(source text, former_key text, object uuid, after timestamptz, until timestamptz, rules jsonb) returns integer
  language plpgsql
as $$
declare
  storage constant text := rules->>'stored';
  new_key text;
  latest record;
  life record;
  stepped record;
  copied integer;
begin
  select p.key into latest from registry_past as p
    where p.uuid = object and p.template = source order by p.valid_to desc, p.version desc limit 1;
  -- Another object may have had the uuid before.
  if latest.key = former_key then
    new_key := registry_key_in(storage, object);
  end if;
  if new_key is null then
    select min(p.valid_from) as began, max(p.valid_to) as ended into life
      from registry_past as p where p.template = source and p.key = former_key and p.uuid = object;
    select p.document, p.refs, p.valid_from, p.created_by into latest from registry_past as p
      where p.template = source and p.key = former_key and p.uuid = object and p.valid_to > p.valid_from
      order by p.version desc limit 1;
    select step.document, step.refs into stepped
      from registry_past_in_step(latest.document, latest.refs, latest.valid_from, rules->'step') as step;
    select step.document, step.refs into stepped
      from registry_in_step(stepped.document, stepped.refs, '{}', object, latest.created_by, rules->'step') as step;
    new_key := registry_key_of(stepped.document, rules->'key');
    if new_key is null or exists (
      select from (
        select o.uuid from registry_object as o where o.template = storage and o.key = new_key and o.uuid <> object
        union
        select p.uuid from registry_past as p where p.template = storage and p.key = new_key and p.uuid <> object
      ) as other
      where exists (select from registry_object as o where o.template = storage and o.uuid = other.uuid and o.changed_at < life.ended)
        or exists (select from registry_past as p
                   where p.uuid = other.uuid and split_part(p.template, '~', 1) = split_part(storage, '~', 1)
                     and p.valid_from < life.ended and p.valid_to > greatest(p.valid_from, life.began)))
    then
      new_key := '[null,' || former_key || ']';
    end if;
  end if;
  -- The two storages may have followed each other for a while: then both have the version.
  insert into registry_past (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to)
    select storage, new_key, object, step.document, step.refs, p.version, p.created_at, p.created_by, p.updated_by, p.created_for,
      p.updated_for, p.valid_from, p.valid_to
    from (
      select distinct on (p.version) p.* from registry_past as p
      where p.template = source and p.key = former_key and p.uuid = object and p.valid_to > p.valid_from
        and p.valid_to >= after and p.valid_to <= until
      order by p.version, p.valid_to
    ) as p, lateral registry_past_in_step(p.document, p.refs, p.valid_from, rules->'step') as step
    where not exists (select from registry_past as q
                      where q.uuid = object and q.version = p.version and q.template = storage and q.key = new_key and q.valid_to > q.valid_from)
      and not exists (select from registry_object as o
                      where o.template = storage and o.uuid = object and o.version = p.version and o.key = new_key);
  get diagnostics copied = row_count;
  return copied;
end
$$;
