select '{"aggregate":' ||
(select '{"__typename":' || '"RoleAggregate"' || ',"min":' || '{"__typename":' || '"RoleMin"' || '}' || '}'
  from "registry_role_objects" as "o2"
  where "o2".template = 'role' having true) || '}' as value

select '{"aggregate":' ||
(select '{"count":' || coalesce((count(*))::text, 'null') || ',"max":' || '{"commit":' || coalesce(to_json(max((("o2".document->>'commit') collate "C")))::text, 'null') || '}' || '}'
  from
  (select distinct on ((("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C")) *
    from "registry_role_objects" as "o2"
    where "o2".template = 'role'
    order by (("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C"), greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key) as "o2"
  where true having true) || ',"nodes":' || '[' || coalesce(string_agg('{"commit":' || coalesce(("o1".document->'commit')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o3"."document"
  from
  (select distinct on ((("o3".document->>'name') collate "C"), (("o3".refs->>'image') collate "C")) *
    from "registry_role_objects" as "o3"
    where "o3".template = 'role'
    order by (("o3".document->>'name') collate "C"), (("o3".refs->>'image') collate "C"), greatest("o3"."updated_at", "o3"."confirmed_at") desc, "o3".key) as "o3"
  where true
  order by "o3"."created_at" asc, "o3".key asc limit 100) as "o1"

select '{"aggregate":' ||
(select '{"count":' || coalesce((count(*))::text, 'null') || ',"min":' || '{"name":' || coalesce(to_json(min((("o2".document->>'name') collate "C")))::text, 'null') || ',"text":' || coalesce(to_json(min((("o2".document->>'text') collate "C")))::text, 'null') || ',"count":' || coalesce(to_json(jsonb_path_query_first(to_jsonb(min((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'))::text, 'null') || ',"big":' || coalesce(to_json((min((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end)))::text)::text, 'null') || ',"ratio":' || coalesce(to_json(min((case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end)))::text, 'null') || ',"flag":' || coalesce(to_json(bool_and((case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end)))::text, 'null') || ',"moment":' || coalesce(to_json((min((rtrim(("o2".document->>'moment'), 'Z') collate "C")) || 'Z'))::text, 'null') || ',"day":' || coalesce(to_json(min((("o2".document->>'day') collate "C")))::text, 'null') || ',"token":' || coalesce(to_json(min((("o2".document->>'token') collate "C")))::text, 'null') || ',"release":' || coalesce(to_json(array_to_string((string_to_array(min((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01'))[cardinality(string_to_array(min((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'))::text, 'null') || ',"build":' || coalesce(to_json(array_to_string((string_to_array(min((registry_version_key(("o2".document->>'build')) collate "C")), E'\x01'))[cardinality(string_to_array(min((registry_version_key(("o2".document->>'build')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'))::text, 'null') || ',"state":' || coalesce(to_json((array['draft', 'active', 'Gone'])[min(array_position(array['draft', 'active', 'Gone'], ("o2".document->>'state')))])::text, 'null') || ',"stage":' || coalesce(to_json((array['z', 'a', 'm'])[min(array_position(array['z', 'a', 'm'], ("o2".document->>'stage')))])::text, 'null') || ',"_meta":' || '{"version":' || coalesce(to_json(min("o2"."version"))::text, 'null') || ',"createTime":' || coalesce(to_json(to_char(min("o2"."created_at") at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || ',"updateTime":' || coalesce(to_json(to_char(min(greatest("o2"."updated_at", "o2"."confirmed_at")) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || '}' || '}' || ',"max":' || '{"name":' || coalesce(to_json(max((("o2".document->>'name') collate "C")))::text, 'null') || ',"count":' || coalesce(to_json(jsonb_path_query_first(to_jsonb(max((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'))::text, 'null') || ',"big":' || coalesce(to_json((max((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end)))::text)::text, 'null') || ',"flag":' || coalesce(to_json(bool_or((case when jsonb_typeof("o2".document->'flag') = 'boolean' then ("o2".document->>'flag')::boolean end)))::text, 'null') || ',"moment":' || coalesce(to_json((max((rtrim(("o2".document->>'moment'), 'Z') collate "C")) || 'Z'))::text, 'null') || ',"release":' || coalesce(to_json(array_to_string((string_to_array(max((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01'))[cardinality(string_to_array(max((registry_version_key(("o2".document->>'release')) collate "C")), E'\x01')) / 2 + 1 :], E'\x01'))::text, 'null') || ',"stage":' || coalesce(to_json((array['z', 'a', 'm'])[max(array_position(array['z', 'a', 'm'], ("o2".document->>'stage')))])::text, 'null') || ',"_meta":' || '{"__typename":' || '"MetaRange"' || ',"updateTime":' || coalesce(to_json(to_char(max(greatest("o2"."updated_at", "o2"."confirmed_at")) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || '}' || '}' || ',"avg":' || '{"__typename":' || '"ItemAvg"' || ',"count":' || coalesce(to_json(trim_scale(avg((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))))::text, 'null') || ',"big":' || coalesce(to_json(trim_scale(avg((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end))))::text, 'null') || ',"ratio":' || coalesce(to_json(trim_scale(avg((case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end))))::text, 'null') || '}' || ',"sum":' || '{"count":' || coalesce(to_json(trim_scale(sum((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))))::text, 'null') || ',"big":' || coalesce(to_json(sum((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end))::text)::text, 'null') || ',"ratio":' || coalesce(to_json(jsonb_path_query_first(to_jsonb(trim_scale(sum((case when jsonb_typeof("o2".document->'ratio') = 'number' then ("o2".document->>'ratio')::numeric end)))), '$ ? (@ >= -1.797693134862315807e308 && @ <= 1.797693134862315807e308)'))::text, 'null') || '}' || '}'
  from "registry_item_objects" as "o2"
  where "o2".template = 'item' having true) || '}' as value

select *
from
(select '{"aggregate":' ||
  (select '{"count":' || coalesce((count(*))::text, 'null') || ',"min":' || '{"count":' || coalesce(to_json(jsonb_path_query_first(to_jsonb(min((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end))), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)'))::text, 'null') || '}' || ',"sum":' || '{"big":' || coalesce(to_json(sum((case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end))::text)::text, 'null') || '}' || ',"max":' || '{"_meta":' || '{"updateTime":' || coalesce(to_json(to_char(max(greatest("o2"."updated_at", "o2"."confirmed_at")) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || '}' || '}' || '}'
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) > $1::numeric having true) || ',"totalCount":' || coalesce((
      (select count(*)
        from "registry_item_objects" as "o3"
        where "o3".template = 'item' and (case when jsonb_typeof("o3".document->'count') = 'number' then ("o3".document->>'count')::numeric end) > $2::numeric))::text, 'null') || '}' as value) as planned
where $3::boolean or registry_unplanned()
-- $1 = "100"
-- $2 = "100"
-- $3 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"roles":' ||
      (select '{"passed":' ||
        (select '{"count":' || coalesce((count(*))::text, 'null') || '}'
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key and "o3".document @> $1::jsonb having true) || ',"aggregate":' ||
        (select '{"max":' || '{"commit":' || coalesce(to_json(max((("o4".document->>'commit') collate "C")))::text, 'null') || ',"_meta":' || '{"updateTime":' || coalesce(to_json(to_char(max(greatest("o4"."updated_at", "o4"."confirmed_at")) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || '}' || '}' || '}'
          from "registry_role_objects" as "o4"
          where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key and "o4".document @> $2::jsonb having true) || '}') || '}', ','), '') || ']' || '}' as value
  from
  (select "o5"."document", "o5"."key"
    from "registry_image_objects" as "o5"
    where "o5".template = 'image'
    order by "o5"."created_at" asc, "o5".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = "{\"status\":true}"
-- $3 = true
