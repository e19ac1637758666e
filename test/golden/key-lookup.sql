select '{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"distr":' || coalesce(("o1".document->'distr')::text, 'null') || ',"version":' || coalesce(("o1".document->'version')::text, 'null') || ',"kernel":' || coalesce(("o1".document->'kernel')::text, 'null') || ',"lts":' || coalesce(("o1".document->'lts')::text, 'null') || ',"__typename":' || '"Image"' || ',"_meta":' || '{"version":' || coalesce(to_json("o1"."version")::text, 'null') || ',"createTime":' || coalesce(to_json(to_char("o1"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || ',"createdBy":' || coalesce(to_json("o1"."created_by")::text, 'null') || '}' || ',"_document":' || coalesce((registry_known_forms("o1".document, array['name', 'distr', 'version', 'kernel', 'lts']))::text, 'null') || '}' as value
from "registry_image_objects" as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"beta\"]"

select '{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"image":' || coalesce(
  (select '{"name":' || coalesce(("o2".document->'name')::text, 'null') || '}'
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), registry_unfit('role', "o1".key, 'image')) || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || ',"status":' || coalesce(("o1".document->'status')::text, 'null') || '}' as value
from "registry_role_objects" as "o1"
where "o1".template = 'role' and "o1".key = $1
-- $1 = "[\"sshd\",[\"beta\"],false]"

select '{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}' as value
from "registry_image_objects" as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"none\"]"

select '{"place":' || coalesce(
  (select '{"zone":' || coalesce(("o2".document->'zone')::text, 'null') || ',"rack":' || coalesce(("o2".document->'rack')::text, 'null') || '}'
    from "registry_place_objects" as "o2"
    where "o2".template = 'place' and "o2".key = (("o1".refs->>'place') collate "C")), registry_unfit('slot', "o1".key, 'place')) || ',"number":' || coalesce(("o1".document->'number')::text, 'null') || ',"open":' || coalesce(("o1".document->'open')::text, 'null') || '}' as value
from "registry_slot_objects" as "o1"
where "o1".template = 'slot' and "o1".key = $1
-- $1 = "[[\"a\",1],2]"
