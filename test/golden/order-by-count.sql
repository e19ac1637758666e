select *
from
(select '{"edges":' || '[' || coalesce(string_agg('{"cursor":' || coalesce(to_json("o1".cursor)::text, 'null') || ',"node":' || '{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}' || '}', ','
      order by "o1".position asc) filter (
      where "o1".position <= 2), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 2)::text, 'null') || '}' || '}' as value
  from
  (select *, translate(encode(convert_to(to_json(array['_count.roles:desc,_count.roles:asc,_key:asc', ("page"."t0")::text, ("page"."t1")::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
    from
    (select "o2"."document", "o2"."key", "o2_1".count as "t0", "o2_2".count as "t1"
      from
      (select *
        from "registry_image_objects" as "o2"
        where "o2".template = 'image') as "o2" left join lateral
      (select count(*) as count
        from "registry_role_objects" as "o3"
        where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and "o3".document @> $1::jsonb) as "o2_1" on true left join lateral
      (select count(*) as count
        from "registry_role_objects" as "o4"
        where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o2".key) as "o2_2" on true
      where true
      order by "o2_1".count desc, "o2_2".count asc, "o2".key asc limit 3) as page) as "o1" having true) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = true
