select json_build_object('name', coalesce("o1".document->'name', registry_absent('name'))) as value
from "registry_image_objects" as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"none\"]"

select json_build_object('name', coalesce("o1".document->'name', registry_absent('name')), 'distr', "o1".document->'distr', 'version', "o1".document->'version', 'kernel', "o1".document->'kernel', 'lts', "o1".document->'lts', '__typename', 'Image', '_meta', json_build_object('version', "o1"."version", 'createTime', to_char("o1"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'createdBy', "o1"."created_by"), '_document', "o1".document) as value
from "registry_image_objects" as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"beta\"]"

select json_build_object('name', coalesce("o1".document->'name', registry_absent('name')), 'image', coalesce(
    (select json_build_object('name', coalesce("o2".document->'name', registry_absent('name')))
      from "registry_image_objects" as "o2"
      where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::json), 'commit', "o1".document->'commit', 'status', coalesce("o1".document->'status', registry_absent('status'))) as value
from "registry_role_objects" as "o1"
where "o1".template = 'role' and "o1".key = $1
-- $1 = "[\"sshd\",[\"beta\"],false]"

select json_build_object('place', coalesce(
    (select json_build_object('zone', coalesce("o2".document->'zone', registry_absent('zone')), 'rack', coalesce("o2".document->'rack', registry_absent('rack')))
      from "registry_place_objects" as "o2"
      where "o2".template = 'place' and "o2".key = (("o1".refs->>'place') collate "C")), registry_absent('place')::json), 'number', coalesce("o1".document->'number', registry_absent('number')), 'open', "o1".document->'open') as value
from "registry_slot_objects" as "o1"
where "o1".template = 'slot' and "o1".key = $1
-- $1 = "[[\"a\",1],2]"
