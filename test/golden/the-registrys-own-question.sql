select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and not exists
    (select 1
      from "registry_role_objects" as "o3"
      where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and ("o3".document @> $1::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"name\":\"ntp-client\",\"commit\":\"c2\",\"status\":true}"
-- $2 = true
