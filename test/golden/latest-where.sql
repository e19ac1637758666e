select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_image_objects" as "o2"
    where "o2".template = 'image' and (exists
      (select 1
        from "registry_role_objects" as "o3"
        where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o2".key and ("o3".document @> $1::jsonb)) and exists
      (select 1
        from
        (select *
          from
          (select *
            from "registry_role_objects" as "o4"
            where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o2".key and "o4".document @> $2::jsonb offset 0) as "o4"
          order by greatest("o4"."updated_at", "o4"."confirmed_at") desc, "o4".key limit 1) as "o4"
        where "o4".document @> $3::jsonb))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = "{\"name\":\"sshd\",\"status\":false}"
-- $2 = "{\"name\":\"sshd\"}"
-- $3 = "{\"status\":false}"
-- $4 = true

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o2"."document"
    from "registry_item_objects" as "o2"
    where "o2".template = 'item' and ((exists
        (select 1
          from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as "o4" (key, place), "registry_item_objects" as "o3"
          where "o3".template = 'item' and "o3".key = "o4".key and ("o3".document @> $1::jsonb) is not true) and exists
        (select 1
          from
          (select *
            from
            (select *
              from "registry_item_objects" as "o5"
              where "o5".template = 'item' and "o5".key = any(array
                (select listed.key
                  from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as listed (key, place))) and true offset 0) as "o5"
            order by greatest("o5"."updated_at", "o5"."confirmed_at") desc, "o5".key limit 1) as "o5"
          where ("o5".document @> $2::jsonb) is not true)) and (exists
        (select 1
          from "registry_item_objects" as "o6"
          where "o6".template = 'item' and ("o6".refs->'peers') ? "o2".key and (case when jsonb_typeof("o6".document->'count') = 'number' then ("o6".document->>'count')::numeric end) > $3::numeric) and exists
        (select 1
          from
          (select distinct on (array_position(array['z', 'a', 'm'], ("o7".document->>'stage'))) *
            from
            (select *
              from "registry_item_objects" as "o7"
              where "o7".template = 'item' and ("o7".refs->'peers') ? "o2".key and true offset 0) as "o7"
            order by array_position(array['z', 'a', 'm'], ("o7".document->>'stage')), greatest("o7"."updated_at", "o7"."confirmed_at") desc, "o7".key) as "o7"
          where (case when jsonb_typeof("o7".document->'count') = 'number' then ("o7".document->>'count')::numeric end) > $4::numeric)))
    order by "o2"."created_at" asc, "o2".key asc limit 100) as "o1") as planned
where $5::boolean or registry_unplanned()
-- $1 = "{\"name\":\"\"}"
-- $2 = "{\"name\":\"\"}"
-- $3 = "1"
-- $4 = "1"
-- $5 = true

select *
from
(select '{"totalCount":' || coalesce((
      (select count(*)
        from
        (select distinct on ((("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C")) *
          from "registry_role_objects" as "o2"
          where "o2".template = 'role'
          order by (("o2".document->>'name') collate "C"), (("o2".refs->>'image') collate "C"), greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key) as "o2"
        where true and "o2".document @> $1::jsonb))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"image":' || coalesce(
        (select '{"name":' || coalesce(("o3".document->'name')::text, 'null') || '}'
          from "registry_image_objects" as "o3"
          where "o3".template = 'image' and "o3".key = (("o1".refs->>'image') collate "C")), registry_unfit('role', "o1".key, 'image')) || '}', ','), '') || ']' || '}' as value
  from
  (select "o4"."document", "o4"."key", "o4"."refs"
    from
    (select distinct on ((("o4".document->>'name') collate "C"), (("o4".refs->>'image') collate "C")) *
      from "registry_role_objects" as "o4"
      where "o4".template = 'role'
      order by (("o4".document->>'name') collate "C"), (("o4".refs->>'image') collate "C"), greatest("o4"."updated_at", "o4"."confirmed_at") desc, "o4".key) as "o4"
    where true and "o4".document @> $2::jsonb
    order by "o4"."created_at" asc, "o4".key asc limit 100) as "o1") as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"status\":false}"
-- $2 = "{\"status\":false}"
-- $3 = true
