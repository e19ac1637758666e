select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"roles":' ||
    (select '{"totalCount":' || coalesce((
          (select count(*)
            from
            (select 1
              from "registry_role_objects" as "o3"
              where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key group by (("o3".document->>'name') collate "C")) as "o3"))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"status":' || coalesce(("o2".document->'status')::text, 'null') || '}', ','), '') || ']' || '}'
      from
      (select "o4"."document"
        from
        (select distinct on ((("o4".document->>'name') collate "C")) *
          from "registry_role_objects" as "o4"
          where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key
          order by (("o4".document->>'name') collate "C"), greatest("o4"."updated_at", "o4"."confirmed_at") desc, "o4".key) as "o4"
        where true
        order by "o4"."created_at" asc, "o4".key asc limit 2) as "o2") || '}', ','), '') || ']' || '}' as value
from
(select "o5"."document", "o5"."key"
  from "registry_image_objects" as "o5"
  where "o5".template = 'image'
  order by "o5"."created_at" asc, "o5".key asc limit 100) as "o1"

select '{"totalCount":' || coalesce((
    (select count(*)
      from
      (select 1
        from "registry_item_objects" as "o2"
        where "o2".template = 'item' group by (("o2".document->>'release') collate "C"), (case when ("o2".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o2".document->>'big')::numeric end), array_position(array['draft', 'active', 'Gone'], ("o2".document->>'state')), (("o2".refs->>'parent') collate "C")) as "o2"))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o3"."document"
  from
  (select distinct on ((("o3".document->>'release') collate "C"), (case when ("o3".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o3".document->>'big')::numeric end), array_position(array['draft', 'active', 'Gone'], ("o3".document->>'state')), (("o3".refs->>'parent') collate "C")) *
    from "registry_item_objects" as "o3"
    where "o3".template = 'item'
    order by (("o3".document->>'release') collate "C"), (case when ("o3".document->>'big') ~ '^-?[0-9]{1,19}$' then ("o3".document->>'big')::numeric end), array_position(array['draft', 'active', 'Gone'], ("o3".document->>'state')), (("o3".refs->>'parent') collate "C"), greatest("o3"."updated_at", "o3"."confirmed_at") desc, "o3".key) as "o3"
  where true
  order by "o3"."created_at" asc, "o3".key asc limit 100) as "o1"

select '{"totalCount":' || coalesce((
    (select count(*)
      from
      (select 1
        from "registry_role_objects" as "o2"
        where "o2".template = 'role' group by (("o2".document->>'name') collate "C")) as "o2"))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"image":' || coalesce(
      (select '{"name":' || coalesce(("o3".document->'name')::text, 'null') || '}'
        from "registry_image_objects" as "o3"
        where "o3".template = 'image' and "o3".key = (("o1".refs->>'image') collate "C")), registry_unfit('role', "o1".key, 'image')) || ',"status":' || coalesce(("o1".document->'status')::text, 'null') || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || '}', ','), '') || ']' || '}' as value
from
(select "o4"."document", "o4"."key", "o4"."refs"
  from
  (select distinct on ((("o4".document->>'name') collate "C")) *
    from "registry_role_objects" as "o4"
    where "o4".template = 'role'
    order by (("o4".document->>'name') collate "C"), greatest("o4"."updated_at", "o4"."confirmed_at") desc, "o4".key) as "o4"
  where true
  order by "o4"."created_at" asc, "o4".key asc limit 100) as "o1"

select *
from
(select '{"totalCount":' || coalesce((
      (select count(*)
        from
        (select 1
          from "registry_role_objects" as "o2"
          where "o2".template = 'role' and "o2".document @> $1::jsonb group by (("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C")) as "o2"))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"commit":' || coalesce(("o1".document->'commit')::text, 'null') || '}', ','
      order by "o1".position asc) filter (
      where "o1".position <= 1), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 1)::text, 'null') || '}' || '}' as value
  from
  (select *, row_number() over () as position
    from
    (select "o3"."document"
      from
      (select distinct on ((("o3".document->>'name') collate "C"), (("o3".refs->>'image') collate "C")) *
        from "registry_role_objects" as "o3"
        where "o3".template = 'role' and "o3".document @> $2::jsonb
        order by (("o3".document->>'name') collate "C"), (("o3".refs->>'image') collate "C"), greatest("o3"."updated_at", "o3"."confirmed_at") desc, "o3".key) as "o3"
      where true
      order by (("o3".document->>'commit') collate "C") desc, "o3".key asc limit 2) as page) as "o1" having true) as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"status\":false}"
-- $2 = "{\"status\":false}"
-- $3 = true
