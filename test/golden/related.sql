select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_image_objects" as "o2"
  where "o2".template = 'image' and not exists
  (select 1
    from "registry_role_objects" as "o3"
    where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key)
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"image":' || coalesce(
        (select '{"name":' || coalesce(("o2".document->'name')::text, 'null') || '}'
          from "registry_image_objects" as "o2"
          where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), registry_unfit('role', "o1".key, 'image')) || '}', ','), '') || ']' || '}' as value
  from
  (select "o3"."document", "o3"."key", "o3"."refs"
    from "registry_role_objects" as "o3"
    where "o3".template = 'role' and exists
    (select 1
      from "registry_image_objects" as "o4"
      where "o4".template = 'image' and "o4".key = (("o3".refs->>'image') collate "C") and ("o4".document @> $1::jsonb and exists
        (select 1
          from "registry_role_objects" as "o5"
          where "o5".template = 'role' and (("o5".refs->>'image') collate "C") = "o4".key and "o5".document @> $2::jsonb)))
    order by "o3"."created_at" asc, "o3".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"distr\":\"ubuntu\"}"
-- $2 = "{\"commit\":\"c2\"}"
-- $3 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and exists
    (select 1
      from "registry_role_objects" as "o3"
      where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and "o3".document @> $1::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and not exists
    (select 1
      from "registry_role_objects" as "o3"
      where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and ("o3".document @> $1::jsonb) is not true)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (not exists
      (select 1
        from "registry_item_objects" as "o3"
        where "o3".template = 'item' and "o3".key = (("o2".refs->>'parent') collate "C")) and exists
      (select 1
        from "registry_item_objects" as "o4"
        where "o4".template = 'item' and (("o4".refs->>'parent') collate "C") = "o2".key and (case when jsonb_typeof("o4".document->'count') = 'number' then ("o4".document->>'count')::numeric end) > $1::numeric))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "1"
-- $2 = true
