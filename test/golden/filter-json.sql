select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_machine_objects" as "o2"
  where "o2".template = 'machine' and (nullif(("o2".document->'extra' #> $1::text[]), 'null'::jsonb) is not null and nullif(("o2".document->'extra' #> $2::text[]), 'null'::jsonb) is null)
  order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1"
-- $1 = ["os"]
-- $2 = ["a"]

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ("o2".document @> $1::jsonb and ("o2".document->'extra' #> $2::text[]) = $3::jsonb)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = "{\"extra\":{\"os\":{\"name\":\"Linux\"}}}"
-- $2 = ["os","name"]
-- $3 = "\"Linux\""
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ("o2".document @> $1::jsonb and exists
      (select 1
        from jsonb_array_elements(case when jsonb_typeof(("o2".document->'extra' #> $2::text[])) = 'array' then ("o2".document->'extra' #> $3::text[]) end) as item (value)
        where item.value = $4::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $5::boolean or registry_unplanned()
-- $1 = "{\"extra\":{\"a\":[1]}}"
-- $2 = ["a"]
-- $3 = ["a"]
-- $4 = "1"
-- $5 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ((case when jsonb_typeof(("o2".document->'extra' #> $1::text[])) = 'number' then (("o2".document->'extra' #> $2::text[]) #>> '{}')::numeric end) < $3::numeric and (case when jsonb_typeof(("o2".document->'extra' #> $4::text[])) = 'number' then (("o2".document->'extra' #> $5::text[]) #>> '{}')::numeric end) > $6::numeric)
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $7::boolean or registry_unplanned()
-- $1 = ["a","0"]
-- $2 = ["a","0"]
-- $3 = "2.5"
-- $4 = ["a","0"]
-- $5 = ["a","0"]
-- $6 = "0"
-- $7 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and starts_with(replace(lower(((case when jsonb_typeof(("o2".document->'extra' #> $1::text[])) = 'string' then ("o2".document->'extra' #> $2::text[]) #>> '{}' end) collate "C") collate "und-x-icu") collate "C", 'ς', 'σ'), replace(lower($3::text collate "und-x-icu") collate "C", 'ς', 'σ'))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = ["os","name"]
-- $2 = ["os","name"]
-- $3 = "lin"
-- $4 = true
