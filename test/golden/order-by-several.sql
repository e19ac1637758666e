select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"stage":' || (case when ("o1".document->'stage') is null then coalesce(null, 'null') when '["z","a","m"]'::jsonb @> ("o1".document->'stage') then ("o1".document->'stage')::text else registry_unfit('item', "o1".key, 'stage') end) || ',"release":' || coalesce(("o1".document->'release')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document", "o2"."key"
  from "registry_item_objects" as "o2"
  where "o2".template = 'item'
  order by array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) asc, (registry_version_key(("o2".document->>'release')) collate "C") desc, greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key asc limit 100) as "o1"

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','
    order by "o1".position asc) filter (
    where "o1".position <= 1), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 1)::text, 'null') || '}' || '}' as value
from
(select *, row_number() over () as position
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and ((((array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) > cast($1 as int) or array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) is null)) or (array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) = cast($2 as int) and (registry_version_key(("o2".document->>'release')) collate "C") < cast($3 as text)) or (array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) = cast($4 as int) and (registry_version_key(("o2".document->>'release')) collate "C") = cast($5 as text) and "o2".key > $6::text)))
    order by array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) asc, (registry_version_key(("o2".document->>'release')) collate "C") desc, "o2".key asc limit 2) as page) as "o1" having true
-- $1 = "1"
-- $2 = "1"
-- $3 = "0015.0014.000-00273\u00015.4.0-73"
-- $4 = "1"
-- $5 = "0015.0014.000-00273\u00015.4.0-73"
-- $6 = "[\"three\"]"
