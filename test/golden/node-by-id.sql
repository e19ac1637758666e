select '{"id":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' as value, "o1".type
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_with_uuid($1::uuid)
    where template in ('check', 'image', 'item', 'machine', 'place', 'role', 'slot') limit 1) as found) as "o1"
-- $1 = "01f5c851-1b07-f8c8-b669-d8ca5c5f22b2"

select (case when "o1".template in ('check', 'item', 'machine', 'place', 'role', 'slot') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"id":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' when "o1".template in ('image') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"id":' || coalesce(to_json("o1"."uuid")::text, 'null') || ',"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"roles":' ||
  (select '{"nodes":' || '[' || coalesce(string_agg('{"id":' || coalesce(to_json("o2"."uuid")::text, 'null') || ',"image":' || coalesce(
          (select '{"id":' || coalesce(to_json("o3"."uuid")::text, 'null') || '}'
            from "registry_image_objects" as "o3"
            where "o3".template = 'image' and "o3".key = (("o2".refs->>'image') collate "C")), registry_unfit('role', "o2".key, 'image')) || '}', ','), '') || ']' || '}'
    from
    (select "o4"."document", "o4"."key", "o4"."refs", "o4"."uuid"
      from "registry_role_objects" as "o4"
      where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key
      order by "o4"."created_at" asc, "o4".key asc limit 2) as "o2") || '}' end) as value, "o1".type
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_with_uuid($1::uuid)
    where template in ('check', 'image', 'item', 'machine', 'place', 'role', 'slot') limit 1) as found) as "o1"
-- $1 = "a92aa59d-9bee-7a20-8af2-2a3d68450ca4"
