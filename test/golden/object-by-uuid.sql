select (case when "o1".template in ('check', 'item', 'machine', 'place', 'slot') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || '}' when "o1".template in ('image') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || ',"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"roles":' ||
  (select '{"totalCount":' || coalesce((
        (select count(*)
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key))::text, 'null') || '}') || '}' when "o1".template in ('role') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || ',"title":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"image":' || coalesce(
    (select '{"name":' || coalesce(("o4".document->'name')::text, registry_absent('name')::text) || '}'
      from "registry_image_objects" as "o4"
      where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::text) || '}' end) as value
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where uuid = $1::uuid limit 1) as found) as "o1"
-- $1 = "00000000-0000-0000-0000-000000000000"

select (case when "o1".template in ('check', 'item', 'machine', 'place', 'slot') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || '}' when "o1".template in ('image') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || ',"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"roles":' ||
  (select '{"totalCount":' || coalesce((
        (select count(*)
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key))::text, 'null') || '}') || '}' when "o1".template in ('role') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || ',"title":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"image":' || coalesce(
    (select '{"name":' || coalesce(("o4".document->'name')::text, registry_absent('name')::text) || '}'
      from "registry_image_objects" as "o4"
      where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::text) || '}' end) as value
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where uuid = $1::uuid limit 1) as found) as "o1"
-- $1 = "01f5c851-1b07-f8c8-b669-d8ca5c5f22b2"

select (case when "o1".template in ('check', 'item', 'machine', 'place', 'slot') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || '}' when "o1".template in ('image') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || ',"name":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"roles":' ||
  (select '{"totalCount":' || coalesce((
        (select count(*)
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key))::text, 'null') || '}') || '}' when "o1".template in ('role') then '{"__typename":' || coalesce(to_json("o1".type)::text, 'null') || ',"_meta":' || '{"uuid":' || coalesce(to_json("o1"."uuid")::text, 'null') || '}' || ',"_document":' || coalesce(("o1".document)::text, 'null') || ',"title":' || coalesce(("o1".document->'name')::text, registry_absent('name')::text) || ',"image":' || coalesce(
    (select '{"name":' || coalesce(("o4".document->'name')::text, registry_absent('name')::text) || '}'
      from "registry_image_objects" as "o4"
      where "o4".template = 'image' and "o4".key = (("o1".refs->>'image') collate "C")), registry_absent('image')::text) || '}' end) as value
from
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where uuid = $1::uuid limit 1) as found) as "o1"
-- $1 = "a92aa59d-9bee-7a20-8af2-2a3d68450ca4"
