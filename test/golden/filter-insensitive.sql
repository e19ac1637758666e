select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"label":' || coalesce(("o1".document->'label')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_machine_objects" as "o2"
    where "o2".template = 'machine' and ((replace(lower((("o2".document->>'label') collate "C") collate "und-x-icu") collate "C", 'ς', 'σ') = replace(lower($1::text collate "und-x-icu") collate "C", 'ς', 'σ') or (strpos(replace(lower((("o2".document->>'label') collate "C") collate "und-x-icu") collate "C", 'ς', 'σ'), replace(lower($2::text collate "und-x-icu") collate "C", 'ς', 'σ')) > 0 and replace(lower((("o2".document->>'serial') collate "C") collate "und-x-icu") collate "C", 'ς', 'σ') in
          (select replace(lower(given.text collate "und-x-icu") collate "C", 'ς', 'σ')
            from unnest($3::text[]) as given (text)))) and ((registry_version_key(replace(lower((("o2".document->>'build') collate "C") collate "und-x-icu") collate "C", 'ς', 'σ')) collate "C") >= registry_version_key(replace(lower($4::text collate "und-x-icu") collate "C", 'ς', 'σ'))) is not true and starts_with(replace(lower(("o2"."created_by" collate "C") collate "und-x-icu") collate "C", 'ς', 'σ'), replace(lower($5::text collate "und-x-icu") collate "C", 'ς', 'σ')))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $6::boolean or registry_unplanned()
-- $1 = "ÄRGER"
-- $2 = "Rge"
-- $3 = ["S1","s2"]
-- $4 = "V10"
-- $5 = "JEN"
-- $6 = true
