select *
from
(select json_build_object('byName',
    (select coalesce(json_agg(json_build_object('key', json_build_object('name', "o3"."k0"), 'count', "o3".count, 'latest',
            (select json_build_object('commit', "o4".document->'commit', 'image', coalesce(
                  (select json_build_object('name', coalesce("o5".document->'name', registry_absent('name')), 'roles',
                      (select json_build_object('totalCount',
                          (select count(*)
                            from "registry_role_objects" as "o7"
                            where "o7".template = 'role' and (("o7".refs->>'image') collate "C") = "o5".key))))
                    from "registry_image_objects" as "o5"
                    where "o5".template = 'image' and "o5".key = (("o4".refs->>'image') collate "C")), registry_absent('image')::json))
              from "registry_role_objects" as "o4"
              where "o4".template = 'role' and "o4".key = "o3".latest), 'aggregate', "o3"."a3")
          order by "o3".position), '[]'::json)
      from
      (select *, row_number() over () as position
        from
        (select *
          from
          (select (("o2".document->>'name') collate "C") as "k0", count(*) as count, (array_agg("o2".key
                order by "o2".updated_at desc, "o2".key))[1] as latest, json_build_object('min', json_build_object('commit', min((("o2".document->>'commit') collate "C")))) as "a3"
            from "registry_role_objects" as "o2"
            where "o2".template = 'role' group by 1) as groups
          order by "k0" asc limit 100) as page) as "o3"), 'byImage',
    (select coalesce(json_agg(json_build_object('__typename', 'RoleGroup', 'key', json_build_object('__typename', 'RoleGroupKey', 'name', null, 'status', "o9"."k1", 'image',
              (select json_build_object('name', coalesce("o10".document->'name', registry_absent('name')), 'roles',
                  (select json_build_object('totalCount',
                      (select count(*)
                        from "registry_role_objects" as "o12"
                        where "o12".template = 'role' and (("o12".refs->>'image') collate "C") = "o10".key and "o12".document @> $1::jsonb))))
                from "registry_image_objects" as "o10"
                where "o10".template = 'image' and "o10".key = "o9"."k0"), '_meta', json_build_object('createTime', null)), 'count', "o9".count)
          order by "o9".position), '[]'::json)
      from
      (select *, row_number() over () as position
        from
        (select *
          from
          (select (("o8".refs->>'image') collate "C") as "k0", (case when jsonb_typeof("o8".document->'status') = 'boolean' then ("o8".document->>'status')::boolean end) as "k1", count(*) as count
            from "registry_role_objects" as "o8"
            where "o8".template = 'role' group by 1, 2) as groups
          order by count desc, "k0" asc, "k1" asc limit 2) as page) as "o9"), 'onlyKeys',
    (select coalesce(json_agg(json_build_object('key', json_build_object('passed', "o14"."k0"))
          order by "o14".position), '[]'::json)
      from
      (select *, row_number() over () as position
        from
        (select *
          from
          (select (case when jsonb_typeof("o13".document->'status') = 'boolean' then ("o13".document->>'status')::boolean end) as "k0"
            from "registry_role_objects" as "o13"
            where "o13".template = 'role' group by 1) as groups
          order by "k0" asc limit 100) as page) as "o14")) as value) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = true

select *
from
(select json_build_object('groupBy',
    (select coalesce(json_agg(json_build_object('key', json_build_object('status', "o4"."k0"), 'count', "o4".count)
          order by "o4".position), '[]'::json)
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
              order by (("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C"), "o2".updated_at desc, "o2".key) as "o2"
            where true group by 1) as groups
          order by "k0" asc limit 100) as page) as "o4")) as value) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"distr\":\"ubuntu\"}"
-- $2 = true

select json_build_object('every',
  (select coalesce(json_agg(json_build_object('key', json_build_object('name', null, 'count', jsonb_path_query_first(to_jsonb("o3"."k0"), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'), 'big', ("o3"."k1")::text, 'ratio', "o3"."k2", 'flag', "o3"."k3", 'moment', "o3"."k4", 'day', "o3"."k5", 'token', "o3"."k6", 'release', "o3"."k7", 'build', "o3"."k8", 'state', (array['draft', 'active', 'Gone'])["o3"."k9"], 'stage', (array['z', 'a', 'm'])["o3"."k10"], 'parent',
            (select json_build_object('name', coalesce("o4".document->'name', registry_absent('name')))
              from "registry_item_objects" as "o4"
              where "o4".template = 'item' and "o4".key = "o3"."k11"), 'wish',
            (select json_build_object('label', "o5".document->'label')
              from "registry_place_objects" as "o5"
              where "o5".template = 'place' and "o5".key = "o3"."k12"), 'slot',
            (select json_build_object('number', coalesce("o6".document->'number', registry_absent('number')), 'place', coalesce(
                  (select json_build_object('label', "o7".document->'label')
                    from "registry_place_objects" as "o7"
                    where "o7".template = 'place' and "o7".key = (("o6".refs->>'place') collate "C")), registry_absent('place')::json))
              from "registry_slot_objects" as "o6"
              where "o6".template = 'slot' and "o6".key = "o3"."k13")))
        order by "o3".position), '[]'::json)
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) as "k0", (case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end) as "k1", (case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end) as "k2", (case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end) as "k3", (("o2".document->>'moment') collate "C") as "k4", (("o2".document->>'day') collate "C") as "k5", (("o2".document->>'token') collate "C") as "k6", (("o2".document->>'release') collate "C") as "k7", (("o2".document->>'build') collate "C") as "k8", array_position(array['draft', 'active', 'Gone'], ("o2".document->>'state')) as "k9", array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) as "k10", (("o2".refs->>'parent') collate "C") as "k11", (("o2".refs->>'wish') collate "C") as "k12", (("o2".refs->>'slot') collate "C") as "k13"
          from "registry_item_objects" as "o2"
          where "o2".template = 'item' group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14) as groups
        order by "k0" asc, "k1" asc, "k2" asc, "k3" asc, (rtrim("k4", 'Z') collate "C") asc, "k5" asc, "k6" asc, (registry_version_key("k7") collate "C") asc, (registry_version_key("k8") collate "C") asc, "k9" asc, "k10" asc, "k11" asc, "k12" asc, "k13" asc limit 100) as page) as "o3"), 'byVersion',
  (select coalesce(json_agg(json_build_object('key', json_build_object('release', "o9"."k0"), 'count', "o9".count, 'a', "o9"."a2", 'b', "o9"."a3")
        order by "o9".position), '[]'::json)
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (("o8".document->>'release') collate "C") as "k0", count(*) as count, json_build_object('sum', json_build_object('count', trim_scale(sum((case when jsonb_typeof("o8".document->'count') = 'number' then ("o8".document->>'count')::numeric end))))) as "a2", json_build_object('avg', json_build_object('count', trim_scale(avg((case when jsonb_typeof("o8".document->'count') = 'number' then ("o8".document->>'count')::numeric end)))), 'max', json_build_object('_meta', json_build_object('updateTime', to_char(max("o8"."updated_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))) as "a3"
          from "registry_item_objects" as "o8"
          where "o8".template = 'item' group by 1) as groups
        order by (registry_version_key("k0") collate "C") asc limit 100) as page) as "o9")) as value

select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')), 'roles',
        (select json_build_object('groupBy',
            (select coalesce(json_agg(json_build_object('key', json_build_object('name', "o4"."k0"), 'count', "o4".count, 'latest',
                    (select json_build_object('status', coalesce("o5".document->'status', registry_absent('status')))
                      from "registry_role_objects" as "o5"
                      where "o5".template = 'role' and "o5".key = "o4".latest))
                  order by "o4".position), '[]'::json)
              from
              (select *, row_number() over () as position
                from
                (select *
                  from
                  (select (("o3".document->>'name') collate "C") as "k0", count(*) as count, (array_agg("o3".key
                        order by "o3".updated_at desc, "o3".key))[1] as latest
                    from "registry_role_objects" as "o3"
                    where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key group by 1) as groups
                  order by "k0" asc limit 100) as page) as "o4"))))), '[]'::json)) as value
from
(select "o6"."document", "o6"."key"
  from "registry_image_objects" as "o6"
  where "o6".template = 'image'
  order by "o6"."created_at" asc, "o6".key asc limit 100) as "o1"
