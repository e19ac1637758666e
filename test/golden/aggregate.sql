select *
from
(select json_build_object('aggregate',
    (select json_build_object('count', count(*), 'min', json_build_object('count', jsonb_path_query_first(to_jsonb(min((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)')), 'sum', json_build_object('big', sum((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end))::text), 'max', json_build_object('_meta', json_build_object('updateTime', to_char(max("o2"."updated_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))))
      from "registry_item_objects" as "o2"
      where "o2".template = 'item' and (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) > $1::numeric having true), 'totalCount',
    (select count(*)
      from "registry_item_objects" as "o3"
      where "o3".template = 'item' and (case when jsonb_typeof("o3".document->'count') = 'number' then ("o3".document->>'count')::numeric end) > $2::numeric)) as value) as planned
where $3::boolean or registry_unplanned()
-- $1 = "100"
-- $2 = "100"
-- $3 = true

select *
from
(select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')), 'roles',
          (select json_build_object('passed',
              (select json_build_object('count', count(*))
                from "registry_role_objects" as "o3"
                where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key and "o3".document @> $1::jsonb having true), 'aggregate',
              (select json_build_object('max', json_build_object('commit', max((("o4".document->>'commit') collate "C")), '_meta', json_build_object('updateTime', to_char(max("o4"."updated_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))))
                from "registry_role_objects" as "o4"
                where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key and "o4".document @> $2::jsonb having true))))), '[]'::json)) as value
  from
  (select "o5"."document", "o5"."key"
    from "registry_image_objects" as "o5"
    where "o5".template = 'image'
    order by "o5"."created_at" asc, "o5".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = "{\"status\":true}"
-- $3 = true

select json_build_object('aggregate',
  (select json_build_object('__typename', 'RoleAggregate', 'min', json_build_object('__typename', 'RoleMin'))
    from "registry_role_objects" as "o2"
    where "o2".template = 'role' having true)) as value

select json_build_object('aggregate',
  (select json_build_object('count', count(*), 'max', json_build_object('commit', max((("o2".document->>'commit') collate "C"))))
    from
    (select distinct on ((("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C")) *
      from "registry_role_objects" as "o2"
      where "o2".template = 'role'
      order by (("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C"), "o2".updated_at desc, "o2".key) as "o2"
    where true having true), 'nodes', coalesce(json_agg(json_build_object('commit', "o1".document->'commit')), '[]'::json)) as value
from
(select "o3"."document"
  from
  (select distinct on ((("o3".document->>'name') collate "C"), (("o3".refs->>'image') collate "C")) *
    from "registry_role_objects" as "o3"
    where "o3".template = 'role'
    order by (("o3".document->>'name') collate "C"), (("o3".refs->>'image') collate "C"), "o3".updated_at desc, "o3".key) as "o3"
  where true
  order by "o3"."created_at" asc, "o3".key asc limit 100) as "o1"

select json_build_object('aggregate',
  (select json_build_object('count', count(*), 'min', json_build_object('name', min((("o2".document->>'name') collate "C")), 'text', min((("o2".document->>'text') collate "C")), 'count', jsonb_path_query_first(to_jsonb(min((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'), 'big', (min((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end)))::text, 'ratio', min((case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end)), 'flag', bool_and((case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end)), 'moment', (min((rtrim(("o2".document->>'moment'), 'Z') collate "C")) || 'Z'), 'day', min((("o2".document->>'day') collate "C")), 'token', min((("o2".document->>'token') collate "C")), 'release', array_to_string((string_to_array(min((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01'))[cardinality(string_to_array(min((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'), 'build', array_to_string((string_to_array(min((registry_version_key(("o2".document->>'build')) collate "C")), E'\x01'))[cardinality(string_to_array(min((registry_version_key(("o2".document->>'build')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'), 'state', (array['draft', 'active', 'Gone'])[min(array_position(array['draft', 'active', 'Gone'], ("o2".document->>'state')))], 'stage', (array['z', 'a', 'm'])[min(array_position(array['z', 'a', 'm'], ("o2".document->>'stage')))], '_meta', json_build_object('version', min("o2"."version"), 'createTime', to_char(min("o2"."created_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'updateTime', to_char(min("o2"."updated_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))), 'max', json_build_object('name', max((("o2".document->>'name') collate "C")), 'count', jsonb_path_query_first(to_jsonb(max((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'), 'big', (max((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end)))::text, 'flag', bool_or((case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end)), 'moment', (max((rtrim(("o2".document->>'moment'), 'Z') collate "C")) || 'Z'), 'release', array_to_string((string_to_array(max((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01'))[cardinality(string_to_array(max((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'), 'stage', (array['z', 'a', 'm'])[max(array_position(array['z', 'a', 'm'], ("o2".document->>'stage')))], '_meta', json_build_object('__typename', 'MetaRange', 'updateTime', to_char(max("o2"."updated_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))), 'avg', json_build_object('__typename', 'ItemAvg', 'count', trim_scale(avg((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), 'big', trim_scale(avg((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end))), 'ratio', trim_scale(avg((case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end)))), 'sum', json_build_object('count', trim_scale(sum((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), 'big', sum((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end))::text, 'ratio', jsonb_path_query_first(to_jsonb(trim_scale(sum((case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end)))), '$ ? (@ >= -1.797693134862315807e308 && @ <= 1.797693134862315807e308)')))
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' having true)) as value
