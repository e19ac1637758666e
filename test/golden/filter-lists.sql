select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')))), '[]'::json)) as value
from
(select "o2"."document"
  from registry_object as "o2"
  where "o2".template = 'machine' and "o2".document @> $1::jsonb
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = "{\"tags\":[\"x\"]}"
-- planned for its values

select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')))), '[]'::json)) as value
from
(select "o2"."document"
  from registry_object as "o2"
  where "o2".template = 'machine' and "o2".document @> any($1::jsonb[])
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = ["{\"numbers\":[2]}","{\"numbers\":[7]}"]
-- planned for its values

select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')))), '[]'::json)) as value
from
(select "o2"."document"
  from registry_object as "o2"
  where "o2".template = 'machine' and "o2".document->'tags' = '[]'::jsonb
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"

select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')))), '[]'::json)) as value
from
(select "o2"."document"
  from registry_object as "o2"
  where "o2".template = 'machine' and ("o2".document @> $1::jsonb and (jsonb_typeof("o2".document->'stages') = 'array' and "o2".document->'stages' <> '[]'::jsonb))
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = "{\"tags\":[\"y\",\"x\"]}"
-- planned for its values

select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')))), '[]'::json)) as value
from
(select "o2"."document"
  from registry_object as "o2"
  where "o2".template = 'machine' and ("o2".document @> $1::jsonb and exists
    (select 1
      from jsonb_array_elements(case when jsonb_typeof("o2".document->'notes') = 'array' then "o2".document->'notes' end) as item (value)
      where item.value = $2::jsonb))
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = "{\"notes\":[{\"a\":1}]}"
-- $2 = "{\"a\":1}"
-- planned for its values
