select '{"__typename":' || '"ImageConnection"' || ',"edges":' || '[' || coalesce(string_agg('{"__typename":' || '"ImageEdge"' || ',"node":' || '{"__typename":' || '"Image"' || ',"_meta":' || '{"__typename":' || '"Meta"' || '}' || ',"roles":' ||
    (select '{"__typename":' || '"RoleConnection"' || '}') || '}' || '}', ','
    order by "o1".position asc), '') || ']' || ',"pageInfo":' || '{"__typename":' || '"PageInfo"' || '}' || '}' as value
from
(select *, row_number() over () as position
  from
  (select "o3"."key"
    from "registry_image_objects" as "o3"
    where "o3".template = 'image'
    order by "o3"."created_at" asc, "o3".key asc limit 1) as page) as "o1" having true

select '{"nodes":' || '[' || coalesce(string_agg('{"__typename":' || '"Item"' || ',"size":' || coalesce((case when jsonb_typeof("o1".document->'size') = 'object' then '{"__typename":' || '"ItemSize"' || ',"width":' || coalesce((("o1".document->'size')->'width')::text, 'null') || '}' end), 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_item_objects" as "o2"
  where "o2".template = 'item'
  order by "o2"."created_at" asc, "o2".key asc limit 1) as "o1"
