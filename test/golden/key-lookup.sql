select '{"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"distr":' || coalesce(("o1".document->'distr')::text, 'null') || ',"version":' || coalesce(("o1".document->'version')::text, 'null') || ',"kernel":' || coalesce(("o1".document->'kernel')::text, 'null') || ',"lts":' || coalesce(("o1".document->'lts')::text, 'null') || ',"__typename":' || '"Image"' || ',"_meta":' || '{"version":' || coalesce(to_json("o1"."version")::text, 'null') || ',"createTime":' || coalesce(to_json(to_char("o1"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || ',"createdBy":' || coalesce(to_json("o1"."created_by")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || '}' as value
from "registry_image_objects" as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"beta\"]"

select '{"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"image":' || coalesce(
  (select '{"name":' || coalesce(("o2".document->'name')::text, registry_absent('name')::text) || '}'
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::text) || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || ',"status":' || coalesce(("o1".document->'status')::text, registry_absent('status')::text) || '}' as value
from "registry_role_objects" as "o1"
where "o1".template = 'role' and "o1".key = $1
-- $1 = "[\"sshd\",[\"beta\"],false]"

select '{"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || '}' as value
from "registry_image_objects" as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"none\"]"

select '{"place":' || coalesce(
  (select '{"zone":' || coalesce(("o2".document->'zone')::text, registry_absent('zone')::text) || ',"rack":' || coalesce(("o2".document->'rack')::text, registry_absent('rack')::text) || '}'
    from "registry_place_objects" as "o2"
    where "o2".template = 'place' and "o2".key = (("o1".refs->>'place') collate "C")), registry_absent('place')::text) || ',"number":' || coalesce(("o1".document->'number')::text, registry_absent('number')::text) || ',"open":' || coalesce(("o1".document->'open')::text, 'null') || '}' as value
from "registry_slot_objects" as "o1"
where "o1".template = 'slot' and "o1".key = $1
-- $1 = "[[\"a\",1],2]"
