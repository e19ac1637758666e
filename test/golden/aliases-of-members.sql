select '{"a":' || coalesce((case when jsonb_typeof("o1".document->'size') = 'object' then '{"w":' || coalesce((("o1".document->'size')->'width')::text, 'null') || '}' end), 'null') || ',"b":' || coalesce((case when jsonb_typeof("o1".document->'size') = 'object' then '{"width":' || coalesce((("o1".document->'size')->'width')::text, 'null') || ',"kind":' || '"ItemSize"' || '}' end), 'null') || ',"size":' || coalesce((case when jsonb_typeof("o1".document->'size') = 'object' then '{"unit":' || coalesce((("o1".document->'size')->'unit')::text, 'null') || '}' end), 'null') || ',"none":' || coalesce(("o1".document->'extra')::text, 'null') || ',"parent":' || coalesce(
  (select '{"size":' || coalesce((case when jsonb_typeof("o2".document->'size') = 'object' then '{"unit":' || coalesce((("o2".document->'size')->'unit')::text, 'null') || '}' end), 'null') || '}'
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and "o2".key = (("o1".refs->>'parent') collate "C")), case when (("o1".refs->>'parent') collate "C") is not null then registry_unfit('item', "o1".key, 'parent') end, 'null') || '}' as value
from "registry_item_objects" as "o1"
where "o1".template = 'item' and "o1".key = $1
-- $1 = "[\"two\"]"
