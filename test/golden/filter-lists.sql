select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_machine_objects" as "o2"
  where "o2".template = 'machine' and "o2".document->'tags' = '[]'::jsonb
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and "o2".document @> $1::jsonb
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"tags\":[\"x\"]}"
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and "o2".document @> any($1::jsonb[])
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = ["{\"numbers\":[2]}","{\"numbers\":[7]}"]
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ("o2".document @> $1::jsonb and (jsonb_typeof("o2".document->'stages') = 'array' and "o2".document->'stages' <> '[]'::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"tags\":[\"y\",\"x\"]}"
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ("o2".document @> $1::jsonb and exists
      (select 1
        from jsonb_array_elements(case when jsonb_typeof("o2".document->'notes') = 'array' then "o2".document->'notes' end) as item (value)
        where item.value = $2::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"notes\":[{\"a\":1}]}"
-- $2 = "{\"a\":1}"
-- $3 = true
