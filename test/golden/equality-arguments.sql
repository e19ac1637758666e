select '{"nodes":' || '[' || coalesce(string_agg('{"number":' || coalesce(("o1".document->'number')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_slot_objects" as "o2"
  where "o2".template = 'slot' and (("o2".refs->>'place') collate "C") = $1
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = "[\"a\",1]"

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_role_objects" as "o2"
    where "o2".template = 'role' and ((("o2".refs->>'image') collate "C") = $1 and "o2".document @> $2::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "[\"beta\"]"
-- $2 = "{\"status\":false}"
-- $3 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and ("o2".document @> $1::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"distr\":\"ubuntu\",\"lts\":true}"
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) = $1::int and ("o2".document @> $2::jsonb and "o2".document->'tags' = $3::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = 2
-- $2 = "{\"tags\":[\"x\",\"y\"]}"
-- $3 = "[\"x\",\"y\"]"
-- $4 = true
