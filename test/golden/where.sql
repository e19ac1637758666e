select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"distr":' || coalesce(("o1".document->'distr')::text, 'null') || ',"version":' || coalesce(("o1".document->'version')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and (((("o2".document->>'version') collate "C") >= $1::text and not ("o2".document ? 'kernel')) and ("o2".document @> any($2::jsonb[]) or (("o2".document @> $3::jsonb) is not true and starts_with((("o2".document->>'name') collate "C"), $4::text))) and ("o2"."version" < cast($5 as int) and (("o2"."created_by" collate "C") = cast($6 as text)) is not true))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $7::boolean or registry_unplanned()
-- $1 = "12"
-- $2 = ["{\"distr\":\"ubuntu\"}","{\"distr\":\"debian\"}"]
-- $3 = "{\"lts\":true}"
-- $4 = "a"
-- $5 = 10
-- $6 = "nobody"
-- $7 = true
