select (case when "o1".template in ('check', 'item', 'machine', 'place', 'slot') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document) when "o1".template in ('image') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document, 'name', coalesce("o1".document->'name', registry_absent('name')), 'roles',
    (select json_build_object('totalCount',
        (select count(*)
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key)))) when "o1".template in ('role') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document, 'title', coalesce("o1".document->'name', registry_absent('name')), 'image', coalesce(
      (select json_build_object('name', coalesce("o4".document->'name', registry_absent('name')))
        from "registry_image_objects" as "o4"
        where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::json)) end) as value
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where uuid = $1::uuid limit 1) as found) as "o1"
-- $1 = "00000000-0000-0000-0000-000000000000"

select (case when "o1".template in ('check', 'item', 'machine', 'place', 'slot') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document) when "o1".template in ('image') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document, 'name', coalesce("o1".document->'name', registry_absent('name')), 'roles',
    (select json_build_object('totalCount',
        (select count(*)
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key)))) when "o1".template in ('role') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document, 'title', coalesce("o1".document->'name', registry_absent('name')), 'image', coalesce(
      (select json_build_object('name', coalesce("o4".document->'name', registry_absent('name')))
        from "registry_image_objects" as "o4"
        where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::json)) end) as value
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where uuid = $1::uuid limit 1) as found) as "o1"
-- $1 = "01f5c851-1b07-f8c8-b669-d8ca5c5f22b2"

select (case when "o1".template in ('check', 'item', 'machine', 'place', 'slot') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document) when "o1".template in ('image') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document, 'name', coalesce("o1".document->'name', registry_absent('name')), 'roles',
    (select json_build_object('totalCount',
        (select count(*)
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key)))) when "o1".template in ('role') then json_build_object('@type', "o1".type, '__typename', "o1".type, '_meta', json_build_object('uuid', "o1"."uuid"), '_document', "o1".document, 'title', coalesce("o1".document->'name', registry_absent('name')), 'image', coalesce(
      (select json_build_object('name', coalesce("o4".document->'name', registry_absent('name')))
        from "registry_image_objects" as "o4"
        where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::json)) end) as value
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where uuid = $1::uuid limit 1) as found) as "o1"
-- $1 = "a92aa59d-9bee-7a20-8af2-2a3d68450ca4"
