select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"roles":' ||
    (select '{"nodes":' || '[' || coalesce(string_agg('{"commit":' || coalesce(("o2".document->'commit')::text, 'null') || '}', ','
          order by "o2".position desc) filter (
          where "o2".position <= 1), '') || ']' || ',"pageInfo":' || '{"endCursor":' || coalesce(to_json((array_agg("o2".cursor
              order by "o2".position asc) filter (
              where "o2".position <= 1))[1])::text, 'null') || ',"hasPreviousPage":' || coalesce((count(*) > 1)::text, 'null') || '}' || '}'
      from
      (select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
        from
        (select "o3"."created_at", "o3"."document", "o3"."key"
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key
          order by "o3"."created_at" desc, "o3".key desc limit 2) as page) as "o2" having true) || '}', ','
    order by "o1".position asc) filter (
    where "o1".position <= 2), '') || ']' || ',"pageInfo":' || '{"endCursor":' || coalesce(to_json((array_agg("o1".cursor
        order by "o1".position desc) filter (
        where "o1".position <= 2))[1])::text, 'null') || ',"hasNextPage":' || coalesce((count(*) > 2)::text, 'null') || '}' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
  from
  (select "o4"."created_at", "o4"."document", "o4"."key"
    from "registry_image_objects" as "o4"
    where "o4".template = 'image'
    order by "o4"."created_at" asc, "o4".key asc limit 3) as page) as "o1" having true
