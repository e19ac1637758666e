select (case "o1".template when 'check' then json_build_object('@type', 'Check', '__typename', 'Check', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'image' then json_build_object('@type', 'Image', '__typename', 'Image', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document, 'name', "o1".document->'name', 'roles',
    (select json_build_object('totalCount',
        (select count(*)
          from registry_object as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key)))) when 'item' then json_build_object('@type', 'Item', '__typename', 'Item', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'place' then json_build_object('@type', 'Place', '__typename', 'Place', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'role' then json_build_object('@type', 'Role', '__typename', 'Role', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document, 'title', "o1".document->'name', 'image',
    (select json_build_object('name', "o4".document->'name')
      from registry_object as "o4"
      where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C"))) when 'slot' then json_build_object('@type', 'Slot', '__typename', 'Slot', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) end) as value
from registry_object as "o1"
where "o1".template in ('check', 'image', 'item', 'place', 'role', 'slot') and "o1".uuid = $1::uuid limit 1
-- $1 = "00000000-0000-0000-0000-000000000000"

select (case "o1".template when 'check' then json_build_object('@type', 'Check', '__typename', 'Check', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'image' then json_build_object('@type', 'Image', '__typename', 'Image', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document, 'name', "o1".document->'name', 'roles',
    (select json_build_object('totalCount',
        (select count(*)
          from registry_object as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key)))) when 'item' then json_build_object('@type', 'Item', '__typename', 'Item', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'place' then json_build_object('@type', 'Place', '__typename', 'Place', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'role' then json_build_object('@type', 'Role', '__typename', 'Role', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document, 'title', "o1".document->'name', 'image',
    (select json_build_object('name', "o4".document->'name')
      from registry_object as "o4"
      where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C"))) when 'slot' then json_build_object('@type', 'Slot', '__typename', 'Slot', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) end) as value
from registry_object as "o1"
where "o1".template in ('check', 'image', 'item', 'place', 'role', 'slot') and "o1".uuid = $1::uuid limit 1
-- $1 = "01f5c851-1b07-f8c8-b669-d8ca5c5f22b2"

select (case "o1".template when 'check' then json_build_object('@type', 'Check', '__typename', 'Check', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'image' then json_build_object('@type', 'Image', '__typename', 'Image', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document, 'name', "o1".document->'name', 'roles',
    (select json_build_object('totalCount',
        (select count(*)
          from registry_object as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key)))) when 'item' then json_build_object('@type', 'Item', '__typename', 'Item', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'place' then json_build_object('@type', 'Place', '__typename', 'Place', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) when 'role' then json_build_object('@type', 'Role', '__typename', 'Role', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document, 'title', "o1".document->'name', 'image',
    (select json_build_object('name', "o4".document->'name')
      from registry_object as "o4"
      where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C"))) when 'slot' then json_build_object('@type', 'Slot', '__typename', 'Slot', '_meta', json_build_object('uuid', "o1".uuid), '_document', "o1".document) end) as value
from registry_object as "o1"
where "o1".template in ('check', 'image', 'item', 'place', 'role', 'slot') and "o1".uuid = $1::uuid limit 1
-- $1 = "a92aa59d-9bee-7a20-8af2-2a3d68450ca4"
