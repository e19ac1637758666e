select '{"edges":' || '[' || coalesce(string_agg('{"cursor":' || coalesce(to_json("o1".cursor)::text, 'null') || ',"node":' || '{"count":' || coalesce(("o1".document->'count')::text, 'null') || '}' || '}', ','), '') || ']' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['count:asc,_key:asc', ((case when jsonb_typeof("page".document->'count') = 'number' then ("page".document->>'count')::numeric end))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor
  from
  (select *
    from (
      (select "o2".*
        from "registry_item_objects" as "o2"
        where "o2".template = 'item' and ((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end), "o2".key) > (cast($1 as numeric), $2::text)
        order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) asc, "o2".key asc limit 2)
      union all
      (select "o2".*
        from "registry_item_objects" as "o2"
        where "o2".template = 'item' and (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) is null
        order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) asc, "o2".key asc limit 2)) as "o2"
    order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) asc, "o2".key asc limit 2) as page) as "o1"
-- $1 = "2"
-- $2 = "[\"two\"]"

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"count":' || coalesce(("o1".document->'count')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_item_objects" as "o2"
  where "o2".template = 'item' and ((((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) is not null) or ((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) is null and "o2".key > $1::text)))
  order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) desc, "o2".key asc limit 2) as "o1"
-- $1 = "[\"three\"]"
