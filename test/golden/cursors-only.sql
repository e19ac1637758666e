select '{"edges":' || '[' || coalesce(string_agg('{"cursor":' || coalesce(to_json("o1".cursor)::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor
  from
  (select "o2"."created_at", "o2"."key"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image'
    order by "o2"."created_at" asc, "o2".key asc limit 2) as page) as "o1"
