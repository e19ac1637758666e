select json_build_object('pageInfo', json_build_object('hasNextPage', count(*) > 2, 'hasPreviousPage', false, 'startCursor', (array_agg("o1".cursor
        order by "o1".position asc) filter (
        where "o1".position <= 2))[1], 'endCursor', (array_agg("o1".cursor
        order by "o1".position desc) filter (
        where "o1".position <= 2))[1])) as value
from
(select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
  from
  (select "o2"."created_at", "o2"."key"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image'
    order by "o2"."created_at" asc, "o2".key asc limit 3) as page) as "o1" having true

select json_build_object('pageInfo', json_build_object('hasNextPage', count(*) > 3)) as value
from
(select *, row_number() over () as position
  from
  (select "o2"."key"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image'
    order by "o2"."created_at" asc, "o2".key asc limit 4) as page) as "o1" having true
