select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_machine_objects" as "o2"
  where "o2".template = 'machine' and nullif("o2".document->'spec'->'model', 'null'::jsonb) is null
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and (("o2".document @> $1::jsonb) is not true and (case when jsonb_typeof("o2".document->'spec'->'cpu') = 'number' then ("o2".document->'spec'->>'cpu')::numeric end) >= $2::numeric and ("o2".document @> $3::jsonb and "o2".document @> $4::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $5::boolean or registry_unplanned()
-- $1 = "{\"spec\":{\"arch\":\"arm64\"}}"
-- $2 = "4"
-- $3 = "{\"spec\":{\"disk\":{\"kind\":\"ssd\"}}}"
-- $4 = "{\"spec\":{\"disk\":{\"sizes\":[\"500\"]}}}"
-- $5 = true
