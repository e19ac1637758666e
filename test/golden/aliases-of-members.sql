select json_build_object('a', (case when jsonb_typeof("o1".document->'size') = 'object' then json_build_object('w', ("o1".document->'size')->'width') end), 'b', (case when jsonb_typeof("o1".document->'size') = 'object' then json_build_object('width', ("o1".document->'size')->'width', 'kind', 'ItemSize') end), 'size', (case when jsonb_typeof("o1".document->'size') = 'object' then json_build_object('unit', ("o1".document->'size')->'unit') end), 'none', "o1".document->'extra', 'parent',
  (select json_build_object('size', (case when jsonb_typeof("o2".document->'size') = 'object' then json_build_object('unit', ("o2".document->'size')->'unit') end))
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and "o2".key = (("o1".refs->>'parent') collate "C"))) as value
from "registry_item_objects" as "o1"
where "o1".template = 'item' and "o1".key = $1
-- $1 = "[\"two\"]"
