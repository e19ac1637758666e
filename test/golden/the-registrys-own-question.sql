select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and not exists
    (select 1
      from "registry_role_objects" as "o3"
      where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and ((("o3".document->>'name') collate "C") = $1::text and (("o3".document->>'commit') collate "C") = $2::text and (case when jsonb_typeof("o3".document->'status') = 'boolean' then ("o3".document->>'status')::boolean end) = $3::boolean))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = "ntp-client"
-- $2 = "c2"
-- $3 = true
-- $4 = true
