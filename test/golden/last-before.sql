select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','
    order by "o1".position desc) filter (
    where "o1".position <= 1), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || 'true' || ',"hasPreviousPage":' || coalesce((count(*) > 1)::text, 'null') || ',"startCursor":' || coalesce(to_json((array_agg("o1".cursor
        order by "o1".position desc) filter (
        where "o1".position <= 1))[1])::text, 'null') || ',"endCursor":' || coalesce(to_json((array_agg("o1".cursor
        order by "o1".position asc) filter (
        where "o1".position <= 1))[1])::text, 'null') || '}' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
  from
  (select "o2"."created_at", "o2"."document", "o2"."key"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and (("o2"."created_at", "o2".key) < (cast($1 as timestamptz), $2::text))
    order by "o2"."created_at" desc, "o2".key desc limit 2) as page) as "o1" having true
-- $1 = "2026-11-22T07:57:34.322661Z"
-- $2 = "[\"gamma\"]"

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from "registry_image_objects" as "o2"
  where "o2".template = 'image' and (("o2"."created_at", "o2".key) > (cast($1 as timestamptz), $2::text)) and (("o2"."created_at", "o2".key) < (cast($3 as timestamptz), $4::text))
  order by "o2"."created_at" asc, "o2".key asc limit 5) as "o1"
-- $1 = "2026-11-22T07:57:32.322661Z"
-- $2 = "[\"alpha\"]"
-- $3 = "2026-11-22T07:57:34.322661Z"
-- $4 = "[\"gamma\"]"
