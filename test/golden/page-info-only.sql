select '{"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 2)::text, 'null') || ',"hasPreviousPage":' || 'false' || ',"startCursor":' || coalesce(to_json((array_agg("o1".cursor
        order by "o1".position asc) filter (
        where "o1".position <= 2))[1])::text, 'null') || ',"endCursor":' || coalesce(to_json((array_agg("o1".cursor
        order by "o1".position desc) filter (
        where "o1".position <= 2))[1])::text, 'null') || '}' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
  from
  (select "o2"."created_at", "o2"."key"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image'
    order by "o2"."created_at" asc, "o2".key asc limit 3) as page) as "o1" having true

select '{"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 3)::text, 'null') || '}' || '}' as value
from
(select *, row_number() over () as position
  from
  (select "o2"."key"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image'
    order by "o2"."created_at" asc, "o2".key asc limit 4) as page) as "o1" having true
