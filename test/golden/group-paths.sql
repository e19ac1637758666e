select *
from
(select '{"byTag":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"flag":' || coalesce(to_json("o3"."k0")::text, 'null') || '}' || ',"values":' || '[' || coalesce(to_json("o3"."k1")::text, 'null') || ',' || coalesce(to_json("o3"."k2")::text, 'null') || ']' || ',"count":' || coalesce(("o3".count)::text, 'null') || ',"latest":' || coalesce(
          (select '{"name":' || coalesce(("o4".document->'name')::text, 'null') || '}'
            from "registry_item_objects" as "o4"
            where "o4".template = 'item' and "o4".key = "o3".latest), 'null') || '}', ','
        order by "o3".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end) as "k0", "p1".value as "k1", "p2".value as "k2", count(*) as count, (array_agg("o2".key
              order by greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key))[1] as latest, jsonb_build_object('m0', count(*)) as document
          from
          (select *
            from "registry_item_objects" as "o2"
            where "o2".template = 'item') as "o2" left join lateral
          (select distinct (("o5".document #>> '{}') collate "C") as value
            from
            (select) as "o6" join lateral jsonb_array_elements(case when jsonb_typeof("o2".document->'tags') = 'array' then "o2".document->'tags' end) as "o5" (document) on true) as "p1" on true left join lateral
          (select (("o7".document->>'label') collate "C") as value
            from
            (select) as "o8" join registry_object as "o7" on "o7".template = 'place' and "o7".key = (("o2".refs->>'place') collate "C")) as "p2" on true
          where true group by 1, 2, 3) as groups
        where (case when jsonb_typeof("groups".document->'m0') = 'number' then ("groups".document->>'m0')::numeric end) >= $1::numeric
        order by "k0" asc, "k1" asc, "k2" asc limit 100) as page) as "o3") || ',"byInside":' ||
  (select '[' || coalesce(string_agg('{"values":' || '[' || coalesce(to_json(jsonb_path_query_first(to_jsonb("o10"."k0"), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'))::text, 'null') || ',' || coalesce(to_json("o10"."k1")::text, 'null') || ']' || ',"count":' || coalesce(("o10".count)::text, 'null') || ',"nodes":' ||
        (select '[' || coalesce(string_agg('{"name":' || coalesce(("o11".document->'name')::text, 'null') || '}', ','), '') || ']'
          from
          (select "o12"."document"
            from "registry_item_objects" as "o12"
            where "o12".template = 'item' and "o12".key = any("o10".keys)
            order by "o12"."created_at" asc, "o12".key asc limit 20) as "o11") || '}', ','
        order by "o10".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o9".document->'spec'->'cpu') = 'number' then ("o9".document->'spec'->>'cpu')::numeric end) as "k0", nullif(("o9".document->'extra' #> $2::text[]), 'null'::jsonb) as "k1", count(*) as count, array_agg("o9".key) as keys
          from "registry_item_objects" as "o9"
          where "o9".template = 'item' group by 1, 2) as groups
        order by "k0" asc, (case when jsonb_typeof("k1") = 'number' then ("k1" #>> '{}')::numeric end) asc, (("k1" #>> '{}') collate "C") asc, jsonb_typeof("k1") asc limit 100) as page) as "o10") || ',"byDay":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"moment":' || coalesce(to_json(to_char("o14"."k0" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'))::text, 'null') || ',"_meta":' || '{"createTime":' || coalesce(to_json(to_char("o14"."k1" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'))::text, 'null') || '}' || '}' || ',"count":' || coalesce(("o14".count)::text, 'null') || '}', ','
        order by "o14".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when ("o13".document->>'moment') ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:' then date_trunc('day', (((make_date(substr(("o13".document->>'moment'), 1, 4)::int, substr(("o13".document->>'moment'), 6, 2)::int, 1) + (substr(("o13".document->>'moment'), 9, 2)::int - 1)) + make_time(substr(("o13".document->>'moment'), 12, 2)::int, substr(("o13".document->>'moment'), 15, 2)::int, 0)) at time zone 'UTC'), $3::text) end) as "k0", date_trunc('week', "o13"."created_at", $4::text) as "k1", count(*) as count
          from "registry_item_objects" as "o13"
          where "o13".template = 'item' group by 1, 2) as groups
        order by "k0" asc, "k1" asc limit 100) as page) as "o14") || '}' as value) as planned
where $5::boolean or registry_unplanned()
-- $1 = "1"
-- $2 = ["a"]
-- $3 = "Europe/Berlin"
-- $4 = "Europe/Berlin"
-- $5 = true
