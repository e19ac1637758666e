select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ("o2".document @> $1::jsonb and exists
      (select 1
        from jsonb_array_elements(case when jsonb_typeof("o2".document->'disks') = 'array' then "o2".document->'disks' end) as "o3" (document)
        where ("o3".document @> $2::jsonb and (case when jsonb_typeof("o3".document->'size') = 'number' then ("o3".document->>'size')::numeric end) >= $3::numeric)))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = "{\"disks\":[{\"kind\":\"ssd\"}]}"
-- $2 = "{\"kind\":\"ssd\"}"
-- $3 = "200"
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ((("o2".document @> $1::jsonb and exists
          (select 1
            from jsonb_array_elements(case when jsonb_typeof("o2".document->'disks') = 'array' then "o2".document->'disks' end) as "o3" (document)
            where ("o3".document @> $2::jsonb and exists
              (select 1
                from jsonb_array_elements(case when jsonb_typeof("o3".document->'parts') = 'array' then "o3".document->'parts' end) as "o4" (document)
                where "o4".document @> $3::jsonb))))) is not true and (jsonb_typeof("o2".document->'disks') = 'array' and "o2".document->'disks' <> '[]'::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = "{\"disks\":[{\"parts\":[{\"label\":\"boot\"}]}]}"
-- $2 = "{\"parts\":[{\"label\":\"boot\"}]}"
-- $3 = "{\"label\":\"boot\"}"
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and (exists
      (select 1
        from jsonb_array_elements(case when jsonb_typeof("o2".document->'disks') = 'array' then "o2".document->'disks' end) as "o3" (document)
        where ("o3".document @> $1::jsonb) is not true)) is not true
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"kind\":\"ssd\"}"
-- $2 = true
