select *
from
(select '{"aggregate":' ||
  (select '{"count":' || coalesce((count(*))::text, 'null') || ',"active":' || coalesce((count(*) filter (
          where "o2".document @> $1::jsonb))::text, 'null') || ',"rate":' || coalesce(((count(*) filter (
            where exists
            (select 1
              from "registry_place_objects" as "o3"
              where "o3".template = 'place' and "o3".key = (("o2".refs->>'place') collate "C") and "o3".document @> $2::jsonb))::float8 / nullif(count(*), 0)))::text, 'null') || ',"distinctCount":' || '{"state":' || coalesce(to_json(count(distinct array_position(array['draft', 'active', 'Gone'], ("o2".document->>'state'))))::text, 'null') || ',"place":' || coalesce(to_json(count(distinct (("o2".refs->>'place') collate "C")))::text, 'null') || '}' || ',"median":' || '{"count":' || coalesce(to_json(nullif(nullif(percentile_cont($3::float8) within group (
              order by (case when abs((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end)) <= 1.7976931348623157e308 then ((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))::float8 end)), 'Infinity'), '-Infinity'))::text, 'null') || ',"took":' || coalesce(to_json(registry_duration_text((nullif(nullif(percentile_cont($4::float8) within group (
                  order by (case when abs(registry_duration_seconds(("o2".document->>'took'))) <= 1.7976931348623157e308 then (registry_duration_seconds(("o2".document->>'took')))::float8 end)), 'Infinity'), '-Infinity'))::text::numeric))::text, 'null') || '}' || '}'
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' having true) || ',"groupBy":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"flag":' || coalesce(to_json("o5"."k0")::text, 'null') || '}' || ',"aggregate":' || "o5"."a1" || '}', ','
        order by "o5".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o4".document->'flag') = 'boolean' then ("o4".document->>'flag')::boolean end) as "k0", '{"rate":' || coalesce(((count(*) filter (
                  where "o4".document @> $5::jsonb)::float8 / nullif(count(*), 0)))::text, 'null') || ',"distinctCount":' || '{"name":' || coalesce(to_json(count(distinct (("o4".document->>'name') collate "C")))::text, 'null') || '}' || ',"percentile":' || '{"ratio":' || coalesce(to_json(nullif(nullif(percentile_cont($6::float8) within group (
                    order by (case when abs((case when jsonb_typeof("o4".document->'ratio') = 'number' then ("o4".document->>'ratio')::numeric end)) <= 1.7976931348623157e308 then ((case when jsonb_typeof("o4".document->'ratio') = 'number' then ("o4".document->>'ratio')::numeric end))::float8 end)), 'Infinity'), '-Infinity'))::text, 'null') || '}' || '}' as "a1"
          from "registry_item_objects" as "o4"
          where "o4".template = 'item' group by 1) as groups
        order by "k0" asc limit 100) as page) as "o5") || '}' as value) as planned
where $7::boolean or registry_unplanned()
-- $1 = "{\"state\":\"active\"}"
-- $2 = "{\"label\":\"a\"}"
-- $3 = 0.5
-- $4 = 0.5
-- $5 = "{\"state\":\"active\"}"
-- $6 = 1
-- $7 = true
