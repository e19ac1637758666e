select '{"edges":' || '[' || coalesce(string_agg('{"cursor":' || coalesce(to_json("o1".cursor)::text, 'null') || ',"node":' || '{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || ',"image":' || coalesce(
      (select '{"name":' || coalesce(("o2".document->'name')::text, 'null') || '}'
        from "registry_image_objects" as "o2"
        where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), registry_unfit('role', "o1".key, 'image')) || '}' || '}', ','
    order by "o1".position asc) filter (
    where "o1".position <= 2), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 2)::text, 'null') || '}' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['image.distr:desc,image._meta.updateTime:asc,commit:desc,_key:asc', ("page"."t0")::text, (to_char("page"."t1" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ((("page".document->>'commit') collate "C"))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
  from
  (select "o3"."document", "o3"."key", "o3"."refs", (("o3_1".document->>'distr') collate "C") as "t0", greatest("o3_1"."updated_at", "o3_1"."confirmed_at") as "t1"
    from
    (select *
      from "registry_role_objects" as "o3"
      where "o3".template = 'role') as "o3" left join registry_object as "o3_1" on "o3_1".template = 'image' and "o3_1".key = (("o3".refs->>'image') collate "C")
    where true
    order by (("o3_1".document->>'distr') collate "C") desc, greatest("o3_1"."updated_at", "o3_1"."confirmed_at") asc, (("o3".document->>'commit') collate "C") desc, "o3".key asc limit 3) as page) as "o1" having true

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o2"."document"
  from
  (select *
    from "registry_role_objects" as "o2"
    where "o2".template = 'role') as "o2" left join registry_object as "o2_1" on "o2_1".template = 'image' and "o2_1".key = (("o2".refs->>'image') collate "C")
  where true and ((("o2_1".document->>'distr') collate "C") <= cast($1 as text) and (((("o2_1".document->>'distr') collate "C") < cast($2 as text)) or ((("o2_1".document->>'distr') collate "C") = cast($3 as text) and (greatest("o2_1"."updated_at", "o2_1"."confirmed_at") > cast($4 as timestamptz) or greatest("o2_1"."updated_at", "o2_1"."confirmed_at") is null)) or ((("o2_1".document->>'distr') collate "C") = cast($5 as text) and greatest("o2_1"."updated_at", "o2_1"."confirmed_at") = cast($6 as timestamptz) and (("o2".document->>'commit') collate "C") < cast($7 as text)) or ((("o2_1".document->>'distr') collate "C") = cast($8 as text) and greatest("o2_1"."updated_at", "o2_1"."confirmed_at") = cast($9 as timestamptz) and (("o2".document->>'commit') collate "C") = cast($10 as text) and "o2".key > $11::text)))
  order by (("o2_1".document->>'distr') collate "C") desc, greatest("o2_1"."updated_at", "o2_1"."confirmed_at") asc, (("o2".document->>'commit') collate "C") desc, "o2".key asc limit 100) as "o1"
-- $1 = "ubuntu"
-- $2 = "ubuntu"
-- $3 = "ubuntu"
-- $4 = "2026-11-22T07:57:33.322661Z"
-- $5 = "ubuntu"
-- $6 = "2026-11-22T07:57:33.322661Z"
-- $7 = "c2"
-- $8 = "ubuntu"
-- $9 = "2026-11-22T07:57:33.322661Z"
-- $10 = "c2"
-- $11 = "[\"ntp-client\",[\"beta\"],true]"

select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','
    order by "o1".position asc), '') || ']' || ',"pageInfo":' || '{"endCursor":' || coalesce(to_json((array_agg("o1".cursor
        order by "o1".position desc))[1])::text, 'null') || '}' || '}' as value
from
(select *, translate(encode(convert_to(to_json(array['slot.place.label:asc,wish.zone:asc,name:desc,_key:asc', ("page"."t0")::text, ("page"."t1")::text, ((("page".document->>'name') collate "C"))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
  from
  (select "o2"."document", "o2"."key", (("o2_2".document->>'label') collate "C") as "t0", (("o2_3".document->>'zone') collate "C") as "t1"
    from
    (select *
      from "registry_item_objects" as "o2"
      where "o2".template = 'item') as "o2" left join registry_object as "o2_1" on "o2_1".template = 'slot' and "o2_1".key = (("o2".refs->>'slot') collate "C") left join registry_object as "o2_2" on "o2_2".template = 'place' and "o2_2".key = (("o2_1".refs->>'place') collate "C") left join registry_object as "o2_3" on "o2_3".template = 'place' and "o2_3".key = (("o2".refs->>'wish') collate "C")
    where true
    order by (("o2_2".document->>'label') collate "C") asc, (("o2_3".document->>'zone') collate "C") asc, (("o2".document->>'name') collate "C") desc, "o2".key asc limit 100) as page) as "o1" having true

select '{"nodes":' || '[' || coalesce(string_agg('{"roles":' ||
    (select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o2".document->'name')::text, 'null') || '}', ','), '') || ']' || '}'
      from
      (select "o3"."document"
        from
        (select *
          from "registry_role_objects" as "o3"
          where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key) as "o3" left join registry_object as "o3_1" on "o3_1".template = 'image' and "o3_1".key = (("o3".refs->>'image') collate "C")
        where true
        order by (("o3_1".document->>'version') collate "C") asc, (("o3".document->>'name') collate "C") asc, "o3".key asc limit 20) as "o2") || '}', ','), '') || ']' || '}' as value
from
(select "o4"."key"
  from "registry_image_objects" as "o4"
  where "o4".template = 'image'
  order by "o4"."created_at" asc, "o4".key asc limit 100) as "o1"

select '{"totalCount":' || coalesce((
    (select count(*)
      from
      (select 1
        from "registry_role_objects" as "o2"
        where "o2".template = 'role' group by (("o2".document->>'name') collate "C")) as "o2"))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','
    order by "o1".position desc), '') || ']' || '}' as value
from
(select *, row_number() over () as position
  from
  (select "o3"."document"
    from
    (select *
      from
      (select distinct on ((("o3".document->>'name') collate "C")) *
        from "registry_role_objects" as "o3"
        where "o3".template = 'role'
        order by (("o3".document->>'name') collate "C"), greatest("o3"."updated_at", "o3"."confirmed_at") desc, "o3".key) as "o3"
      where true) as "o3" left join registry_object as "o3_1" on "o3_1".template = 'image' and "o3_1".key = (("o3".refs->>'image') collate "C")
    where true
    order by (("o3_1".document->>'name') collate "C") asc, "o3".key desc limit 1) as page) as "o1"
