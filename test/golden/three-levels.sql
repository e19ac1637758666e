select '{"nodes":' || '[' || coalesce(string_agg('{"roles":' ||
    (select '{"nodes":' || '[' || coalesce(string_agg('{"image":' || coalesce(
            (select '{"name":' || coalesce(("o3".document->'name')::text, 'null') || '}'
              from "registry_image_objects" as "o3"
              where "o3".template = 'image' and "o3".key = (("o2".refs->>'image') collate "C")), registry_unfit('role', "o2".key, 'image')) || '}', ','), '') || ']' || '}'
      from
      (select "o4"."document", "o4"."key", "o4"."refs"
        from "registry_role_objects" as "o4"
        where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key
        order by "o4"."created_at" asc, "o4".key asc limit 20) as "o2") || '}', ','), '') || ']' || '}' as value
from
(select "o5"."key"
  from "registry_image_objects" as "o5"
  where "o5".template = 'image'
  order by "o5"."created_at" asc, "o5".key asc limit 100) as "o1"
