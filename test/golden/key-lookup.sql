select json_build_object('name', "o1".document->'name') as value
from registry_object as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"none\"]"

select json_build_object('name', "o1".document->'name', 'distr', "o1".document->'distr', 'version', "o1".document->'version', 'kernel', "o1".document->'kernel', 'lts', "o1".document->'lts', '__typename', 'Image', '_meta', json_build_object('version', "o1".version, 'createTime', to_char("o1".created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'createdBy', "o1".created_by), '_document', "o1".document) as value
from registry_object as "o1"
where "o1".template = 'image' and "o1".key = $1
-- $1 = "[\"beta\"]"

select json_build_object('name', "o1".document->'name', 'image',
  (select json_build_object('name', "o2".document->'name')
    from registry_object as "o2"
    where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), 'commit', "o1".document->'commit', 'status', "o1".document->'status') as value
from registry_object as "o1"
where "o1".template = 'role' and "o1".key = $1
-- $1 = "[\"sshd\",[\"beta\"],false]"

select json_build_object('place',
  (select json_build_object('zone', "o2".document->'zone', 'rack', "o2".document->'rack')
    from registry_object as "o2"
    where "o2".template = 'place' and "o2".key = (("o1".refs->>'place') collate "C")), 'number', "o1".document->'number', 'open', "o1".document->'open') as value
from registry_object as "o1"
where "o1".template = 'slot' and "o1".key = $1
-- $1 = "[[\"a\",1],2]"
