select '{"nodes":' || '[' || coalesce(string_agg('{"__typename":' || '"Image"' || ',"_meta":' || '{"version":' || coalesce(to_json("o1"."version")::text, 'null') || ',"createdBy":' || coalesce(to_json("o1"."created_by")::text, 'null') || '}' || ',"roles":' ||
    (select '{"nodes":' || '[' || coalesce(string_agg('{"__typename":' || '"Role"' || ',"_meta":' || '{"version":' || coalesce(to_json("o2"."version")::text, 'null') || ',"createdBy":' || coalesce(to_json("o2"."created_by")::text, 'null') || '}' || ',"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"image":' || coalesce(
            (select '{"kind":' || '"Image"' || '}'
              from "registry_image_objects" as "o3"
              where "o3".template = 'image' and "o3".key = (("o2".refs->>'image') collate "C")), registry_unfit('role', "o2".key, 'image')) || '}', ','), '') || ']' || '}'
      from
      (select "o4"."created_by", "o4"."document", "o4"."key", "o4"."refs", "o4"."version"
        from "registry_role_objects" as "o4"
        where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key
        order by "o4"."created_at" asc, "o4".key asc limit 20) as "o2") || ',"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"distr":' || coalesce(("o1".document->'distr')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o5"."created_by", "o5"."document", "o5"."key", "o5"."version"
  from "registry_image_objects" as "o5"
  where "o5".template = 'image'
  order by "o5"."created_at" asc, "o5".key asc limit 2) as "o1"
