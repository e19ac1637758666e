select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_item_objects" as "o2"
  where "o2".template = 'item' and not exists
  (select 1
    from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'routes') = 'array' then ("o2".refs->'routes') else '[]' end) with ordinality as "o4" (key, place), "registry_place_objects" as "o3"
    where "o3".template = 'place' and "o3".key = "o4".key)
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (("o2".refs->'peers') ?| $1::text[] and exists
      (select 1
        from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as "o4" (key, place), "registry_item_objects" as "o3"
        where "o3".template = 'item' and "o3".key = "o4".key and ("o3".key = any($2::text[]) and "o3".document @> any($3::jsonb[]))))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = ["[\"one\"]","[\"two\"]"]
-- $2 = ["[\"one\"]","[\"two\"]"]
-- $3 = ["{\"name\":\"one\"}","{\"name\":\"two\"}"]
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (("o2".refs->'peers') @> $1::jsonb and ("o2".refs->'peers') = $2::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "[\"[\\\"three\\\"]\",\"[\\\"one\\\"]\",\"[\\\"three\\\"]\"]"
-- $2 = "[\"[\\\"three\\\"]\",\"[\\\"one\\\"]\",\"[\\\"three\\\"]\"]"
-- $3 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (("o2".refs->'routes') @> $1::jsonb and ("o2".refs->'routes') = $2::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "[]"
-- $2 = "[]"
-- $3 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and ((("o2".refs->'peers') ?| $1::text[] and exists
        (select 1
          from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as "o4" (key, place), "registry_item_objects" as "o3"
          where "o3".template = 'item' and "o3".key = "o4".key and ("o3".key = $2 and "o3".document @> $3::jsonb)))) is not true
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = ["[\"one\"]"]
-- $2 = "[\"one\"]"
-- $3 = "{\"name\":\"one\"}"
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (exists
      (select 1
        from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as "o4" (key, place), "registry_item_objects" as "o3"
        where "o3".template = 'item' and "o3".key = "o4".key) and not exists
      (select 1
        from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as "o6" (key, place), "registry_item_objects" as "o5"
        where "o5".template = 'item' and "o5".key = "o6".key and ((array_position(array['z', 'a', 'm'], ("o5".document->>'stage')) = $1::int) is not true) is not true))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = 3
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and exists
    (select 1
      from "registry_item_objects" as "o3"
      where "o3".template = 'item' and ("o3".refs->'peers') ? "o2".key and (case when jsonb_typeof("o3".document->'count') = 'number' then ("o3".document->>'count')::numeric end) = $1::numeric)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "2"
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and exists
    (select 1
      from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'routes') = 'array' then ("o2".refs->'routes') else '[]' end) with ordinality as "o4" (key, place), "registry_place_objects" as "o3"
      where "o3".template = 'place' and "o3".key = "o4".key and "o3".document @> $1::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"label\":\"first\"}"
-- $2 = true
