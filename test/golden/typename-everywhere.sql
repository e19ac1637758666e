select json_build_object('__typename', 'ImageConnection', 'edges', coalesce(json_agg(json_build_object('__typename', 'ImageEdge', 'node', json_build_object('__typename', 'Image', '_meta', json_build_object('__typename', 'Meta'), 'roles',
          (select json_build_object('__typename', 'RoleConnection'))))
      order by "o1".position asc), '[]'::json), 'pageInfo', json_build_object('__typename', 'PageInfo')) as value
from
(select *, row_number() over () as position
  from
  (select "o3"."key"
    from "registry_image_objects" as "o3"
    where "o3".template = 'image'
    order by "o3"."created_at" asc, "o3".key asc limit 1) as page) as "o1" having true

select json_build_object('nodes', coalesce(json_agg(json_build_object('__typename', 'Item', 'size', (case when jsonb_typeof("o1".document->'size') = 'object' then json_build_object('__typename', 'ItemSize', 'width', ("o1".document->'size')->'width') end))), '[]'::json)) as value
from
(select "o2"."document"
  from "registry_item_objects" as "o2"
  where "o2".template = 'item'
  order by "o2"."created_at" asc, "o2".key asc limit 1) as "o1"
