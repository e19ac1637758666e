select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_image_objects" as "o2"
  where "o2".template = 'image' and
  (select count(*) >= $1::bigint
    from
    (select 1
      from "registry_role_objects" as "o3"
      where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key limit $2::bigint) as counted)
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = 2
-- $2 = 2

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_machine_objects" as "o2"
  where "o2".template = 'machine' and
  (select count(*) = any($1::bigint[])
    from
    (select 1
      from "registry_machine_objects" as "o3"
      where "o3".template = 'machine' and "o3".key = any(array
        (select listed.key
          from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as listed (key, place))) limit $2::bigint) as counted)
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = [2,3]
-- $2 = 4

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and
    (select count(*) < $1::bigint
      from
      (select 1
        from "registry_role_objects" as "o3"
        where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and "o3".document @> $2::jsonb limit $3::bigint) as counted)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = 2
-- $2 = "{\"name\":\"ntp-client\"}"
-- $3 = 2
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and (exists
      (select 1
        from "registry_role_objects" as "o3"
        where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and "o3".document @> $1::jsonb) and
      (select count(*) <> $2::bigint and count(*) > $3::bigint
        from
        (select 1
          from "registry_role_objects" as "o4"
          where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o2".key and "o4".document @> $4::jsonb limit $5::bigint) as counted))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $6::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = 3
-- $3 = 0
-- $4 = "{\"status\":true}"
-- $5 = 4
-- $6 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and not exists
    (select 1
      from "registry_role_objects" as "o3"
      where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and "o3".document @> $1::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"commit\":\"c1\"}"
-- $2 = true
