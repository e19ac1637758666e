select '{"every":' ||
(select '[' || coalesce(string_agg('{"key":' || '{"name":' || 'null' || ',"count":' || coalesce(to_json(jsonb_path_query_first(to_jsonb("o3"."k0"), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'))::text, 'null') || ',"big":' || coalesce(to_json(("o3"."k1")::text)::text, 'null') || ',"ratio":' || coalesce(to_json("o3"."k2")::text, 'null') || ',"flag":' || coalesce(to_json("o3"."k3")::text, 'null') || ',"moment":' || coalesce(to_json("o3"."k4")::text, 'null') || ',"day":' || coalesce(to_json("o3"."k5")::text, 'null') || ',"token":' || coalesce(to_json("o3"."k6")::text, 'null') || ',"release":' || coalesce(to_json("o3"."k7")::text, 'null') || ',"build":' || coalesce(to_json("o3"."k8")::text, 'null') || ',"state":' || coalesce(to_json((array['draft', 'active', 'Gone'])["o3"."k9"])::text, 'null') || ',"stage":' || coalesce(to_json((array['z', 'a', 'm'])["o3"."k10"])::text, 'null') || ',"parent":' || coalesce(
        (select '{"name":' || coalesce(("o4".document->'name')::text, 'null') || '}'
          from "registry_item_objects" as "o4"
          where "o4".template = 'item' and "o4".key = "o3"."k11"), 'null') || ',"wish":' || coalesce(
        (select '{"label":' || coalesce(("o5".document->'label')::text, 'null') || '}'
          from "registry_place_objects" as "o5"
          where "o5".template = 'place' and "o5".key = "o3"."k12"), 'null') || ',"slot":' || coalesce(
        (select '{"number":' || coalesce(("o6".document->'number')::text, 'null') || ',"place":' || coalesce(
            (select '{"label":' || coalesce(("o7".document->'label')::text, 'null') || '}'
              from "registry_place_objects" as "o7"
              where "o7".template = 'place' and "o7".key = (("o6".refs->>'place') collate "C")), registry_unfit('slot', "o6".key, 'place')) || '}'
          from "registry_slot_objects" as "o6"
          where "o6".template = 'slot' and "o6".key = "o3"."k13"), 'null') || '}' || '}', ','
      order by "o3".position), '') || ']'
  from
  (select *, row_number() over () as position
    from
    (select *
      from
      (select (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) as "k0", (case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end) as "k1", (case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end) as "k2", (case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end) as "k3", (("o2".document->>'moment') collate "C") as "k4", (("o2".document->>'day') collate "C") as "k5", (("o2".document->>'token') collate "C") as "k6", (("o2".document->>'release') collate "C") as "k7", (("o2".document->>'build') collate "C") as "k8", array_position(array['draft', 'active', 'Gone'], ("o2".document->>'state')) as "k9", array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) as "k10", (("o2".refs->>'parent') collate "C") as "k11", (("o2".refs->>'wish') collate "C") as "k12", (("o2".refs->>'slot') collate "C") as "k13"
        from "registry_item_objects" as "o2"
        where "o2".template = 'item' group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14) as groups
      order by "k0" asc, "k1" asc, "k2" asc, "k3" asc, (rtrim("k4", 'Z') collate "C") asc, "k5" asc, "k6" asc, (registry_version_key("k7") collate "C") asc, (registry_version_key("k8") collate "C") asc, "k9" asc, "k10" asc, "k11" asc, "k12" asc, "k13" asc limit 100) as page) as "o3") || ',"byVersion":' ||
(select '[' || coalesce(string_agg('{"key":' || '{"release":' || coalesce(to_json("o9"."k0")::text, 'null') || '}' || ',"count":' || coalesce(("o9".count)::text, 'null') || ',"a":' || "o9"."a2" || ',"b":' || "o9"."a3" || '}', ','
      order by "o9".position), '') || ']'
  from
  (select *, row_number() over () as position
    from
    (select *
      from
      (select (("o8".document->>'release') collate "C") as "k0", count(*) as count, '{"sum":' || '{"count":' || coalesce(to_json(trim_scale(sum((case when jsonb_typeof("o8".document->'count') = 'number' then ("o8".document->>'count')::numeric end))))::text, 'null') || '}' || '}' as "a2", '{"avg":' || '{"count":' || coalesce(to_json(trim_scale(avg((case when jsonb_typeof("o8".document->'count') = 'number' then ("o8".document->>'count')::numeric end))))::text, 'null') || '}' || ',"max":' || '{"_meta":' || '{"updateTime":' || coalesce(to_json(to_char(max(greatest("o8"."updated_at", "o8"."confirmed_at")) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || '}' || '}' || '}' as "a3"
        from "registry_item_objects" as "o8"
        where "o8".template = 'item' group by 1) as groups
      order by (registry_version_key("k0") collate "C") asc limit 100) as page) as "o9") || '}' as value

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"roles":' ||
    (select '{"groupBy":' ||
      (select '[' || coalesce(string_agg('{"key":' || '{"name":' || coalesce(to_json("o4"."k0")::text, 'null') || '}' || ',"count":' || coalesce(("o4".count)::text, 'null') || ',"latest":' || coalesce(
              (select '{"status":' || coalesce(("o5".document->'status')::text, 'null') || '}'
                from "registry_role_objects" as "o5"
                where "o5".template = 'role' and "o5".key = "o4".latest), 'null') || '}', ','
            order by "o4".position), '') || ']'
        from
        (select *, row_number() over () as position
          from
          (select *
            from
            (select (("o3".document->>'name') collate "C") as "k0", count(*) as count, (array_agg("o3".key
                  order by greatest("o3"."updated_at", "o3"."confirmed_at") desc, "o3".key))[1] as latest
              from "registry_role_objects" as "o3"
              where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key group by 1) as groups
            order by "k0" asc limit 100) as page) as "o4") || '}') || '}', ','), '') || ']' || '}' as value
from
(select "o6"."document", "o6"."key"
  from "registry_image_objects" as "o6"
  where "o6".template = 'image'
  order by "o6"."created_at" asc, "o6".key asc limit 100) as "o1"

select *
from
(select '{"byName":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"name":' || coalesce(to_json("o3"."k0")::text, 'null') || '}' || ',"count":' || coalesce(("o3".count)::text, 'null') || ',"latest":' || coalesce(
          (select '{"commit":' || coalesce(("o4".document->'commit')::text, 'null') || ',"image":' || coalesce(
              (select '{"name":' || coalesce(("o5".document->'name')::text, 'null') || ',"roles":' ||
                (select '{"totalCount":' || coalesce((
                      (select count(*)
                        from "registry_role_objects" as "o7"
                        where "o7".template = 'role' and (("o7".refs->>'image') collate "C") = "o5".key))::text, 'null') || '}') || '}'
                from "registry_image_objects" as "o5"
                where "o5".template = 'image' and "o5".key = (("o4".refs->>'image') collate "C")), registry_unfit('role', "o4".key, 'image')) || '}'
            from "registry_role_objects" as "o4"
            where "o4".template = 'role' and "o4".key = "o3".latest), 'null') || ',"aggregate":' || "o3"."a3" || '}', ','
        order by "o3".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (("o2".document->>'name') collate "C") as "k0", count(*) as count, (array_agg("o2".key
              order by greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key))[1] as latest, '{"min":' || '{"commit":' || coalesce(to_json(min((("o2".document->>'commit') collate "C")))::text, 'null') || '}' || '}' as "a3"
          from "registry_role_objects" as "o2"
          where "o2".template = 'role' group by 1) as groups
        order by "k0" asc limit 100) as page) as "o3") || ',"byImage":' ||
  (select '[' || coalesce(string_agg('{"__typename":' || '"RoleGroup"' || ',"key":' || '{"__typename":' || '"RoleGroupKey"' || ',"name":' || 'null' || ',"status":' || coalesce(to_json("o9"."k1")::text, 'null') || ',"image":' || coalesce(
          (select '{"name":' || coalesce(("o10".document->'name')::text, 'null') || ',"roles":' ||
            (select '{"totalCount":' || coalesce((
                  (select count(*)
                    from "registry_role_objects" as "o12"
                    where "o12".template = 'role' and (("o12".refs->>'image') collate "C") = "o10".key and "o12".document @> $1::jsonb))::text, 'null') || '}') || '}'
            from "registry_image_objects" as "o10"
            where "o10".template = 'image' and "o10".key = "o9"."k0"), 'null') || ',"_meta":' || '{"createTime":' || 'null' || '}' || '}' || ',"count":' || coalesce(("o9".count)::text, 'null') || '}', ','
        order by "o9".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (("o8".refs->>'image') collate "C") as "k0", (case when jsonb_typeof("o8".document->'status') = 'boolean' then ("o8".document->>'status')::boolean end) as "k1", count(*) as count
          from "registry_role_objects" as "o8"
          where "o8".template = 'role' group by 1, 2) as groups
        order by count desc, "k0" asc, "k1" asc limit 2) as page) as "o9") || ',"onlyKeys":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"passed":' || coalesce(to_json("o14"."k0")::text, 'null') || '}' || '}', ','
        order by "o14".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o13".document->'status') = 'boolean' then ("o13".document->>'status')::boolean end) as "k0"
          from "registry_role_objects" as "o13"
          where "o13".template = 'role' group by 1) as groups
        order by "k0" asc limit 100) as page) as "o14") || '}' as value) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = true

select *
from
(select '{"groupBy":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"status":' || coalesce(to_json("o4"."k0")::text, 'null') || '}' || ',"count":' || coalesce(("o4".count)::text, 'null') || '}', ','
        order by "o4".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o2".document->'status') = 'boolean' then ("o2".document->>'status')::boolean end) as "k0", count(*) as count
          from
          (select distinct on ((("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C")) *
            from "registry_role_objects" as "o2"
            where "o2".template = 'role' and exists
            (select 1
              from "registry_image_objects" as "o3"
              where "o3".template = 'image' and "o3".key = (("o2".refs->>'image') collate "C") and "o3".document @> $1::jsonb)
            order by (("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C"), greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key) as "o2"
          where true group by 1) as groups
        order by "k0" asc limit 100) as page) as "o4") || '}' as value) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"distr\":\"ubuntu\"}"
-- $2 = true
