-- The answers to writes that were sent with a key of the caller's: the same request again gets the same answer.
create table registry_idempotency (
  caller     text collate "C" not null,
  key        text collate "C" not null,
  request    bytea            not null,
  sight      bytea            not null,
  answer     text,
  created_at timestamptz(6)   not null default clock_timestamp(),
  constraint registry_idempotency_pkey primary key (caller, key)
);
create index registry_idempotency_created_at_idx on registry_idempotency (created_at);

-- What a write adds to the numbers and lists of a stored object, and removes from its lists. `base` is the document with the values
-- that absent fields read as. `change` has, by attribute, `increment`, as text for a number that is stored as text; or `add` and
-- `remove`, for references with the keys by which they are the same. `takeStep` does the same to a new object.
create function registry_change_in_place(inout document jsonb, inout refs jsonb, base jsonb, change jsonb)
  language plpgsql immutable parallel safe
as $$
declare
  attribute text;
  step jsonb;
  former jsonb;
  total numeric;
  items jsonb;
  keys jsonb;
begin
  for attribute, step in select * from jsonb_each(change) loop
    former := base->attribute;
    if step ? 'increment' then
      continue when former is null and (step->>'increment')::numeric = 0;
      total := (step->>'increment')::numeric + case
        when jsonb_typeof(former) = 'number' or base->>attribute ~ '^-?[0-9]{1,19}$' then (base->>attribute)::numeric else 0 end;
      document := document || jsonb_build_object(attribute, case
        when jsonb_typeof(step->'increment') = 'string' then to_jsonb(total::text)
        -- What a double cannot hold stays exact: the write is then refused.
        when (step->>'isFloat')::boolean and abs(total) <= 1.7976931348623157e308 then to_jsonb(total::float8)
        else to_jsonb(total) end);
      continue;
    end if;
    items := case when jsonb_typeof(former) = 'array' then former else '[]' end;
    keys := case when not step ? 'addKeys' then items when jsonb_typeof(refs->attribute) = 'array' then refs->attribute else '[]' end;
    with kept as (
      select item.place, item.value, key.value as key
        from jsonb_array_elements(items) with ordinality as item (value, place)
          left join jsonb_array_elements(keys) with ordinality as key (value, place) using (place)
        where key.value is null or key.value <> all (array(select jsonb_array_elements(coalesce(step->'removeKeys', step->'remove'))))
    ), added as (
      select distinct on (key.value) item.place, item.value, key.value as key
        from jsonb_array_elements(step->'add') with ordinality as item (value, place)
          join jsonb_array_elements(coalesce(step->'addKeys', step->'add')) with ordinality as key (value, place) using (place)
        where not exists (select from kept where kept.key = key.value)
        order by key.value, item.place
    ), listed as (
      select 0 as source, place, value, key from kept union all select 1, place, value, key from added
    )
    select coalesce(jsonb_agg(value order by source, place), '[]'), coalesce(jsonb_agg(key order by source, place), '[]')
      into items, keys from listed;
    continue when former is null and items = '[]';
    document := document || jsonb_build_object(attribute, items);
    if step ? 'addKeys' then
      refs := refs || jsonb_build_object(attribute, keys);
    end if;
  end loop;
end
$$;
