select *
from
(select '{"groupBy":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"flag":' || coalesce(to_json("o3"."k0")::text, 'null') || '}' || ',"count":' || coalesce(("o3".count)::text, 'null') || '}', ','
        order by "o3".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end) as "k0", count(*) as count, jsonb_build_object('m0', array_to_string((string_to_array(max((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01'))[cardinality(string_to_array(max((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'), 'm1', (count(*) filter (
                where "o2".document @> $1::jsonb)::float8 / nullif(count(*), 0)), 'm2', count(*), 'm3', regexp_replace(to_char(max(greatest("o2"."updated_at", "o2"."confirmed_at")) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '(\.[0-9]{3})000Z$', '\1Z'), 'm4', count(distinct (("o2".document->>'name') collate "C"))) as document
          from "registry_item_objects" as "o2"
          where "o2".template = 'item' group by 1) as groups
        where (((registry_version_key(("groups".document->>'m0')) collate "C") >= registry_version_key($2::text) or (case when jsonb_typeof("groups".document->'m1') = 'number' then ("groups".document->>'m1')::numeric end) > $3::numeric) and (case when jsonb_typeof("groups".document->'m2') = 'number' then ("groups".document->>'m2')::numeric end) >= $4::numeric)
        order by (rtrim((document->>'m3'), 'Z') collate "C") desc, (case when jsonb_typeof(document->'m4') = 'number' then (document->>'m4')::numeric end) asc, count desc, "k0" asc limit 100) as page) as "o3") || '}' as value) as planned
where $5::boolean or registry_unplanned()
-- $1 = "{\"state\":\"active\"}"
-- $2 = "1.2"
-- $3 = "0.5"
-- $4 = "1"
-- $5 = true
