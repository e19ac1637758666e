select *
from
(select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o1".document->'name', registry_absent('name')), 'peers', (case when jsonb_typeof("o1".refs->'peers') = 'array' then
            (select coalesce(json_agg(json_build_object('name', coalesce("o2".document->'name', registry_absent('name')), 'peerOf',
                    (select json_build_object('nodes', coalesce(json_agg(json_build_object('name', coalesce("o4".document->'name', registry_absent('name')))), '[]'::json))
                      from
                      (select "o5"."document"
                        from
                        (select *
                          from "registry_item_objects" as "o5"
                          where "o5".template = 'item' and ("o5".refs->'peers') ? "o2".key offset 0) as "o5"
                        where true
                        order by "o5"."created_at" asc, "o5".key asc limit 20) as "o4"))
                  order by "o3".place), '[]'::json)
              from jsonb_array_elements_text(case when jsonb_typeof("o1".refs->'peers') = 'array' then ("o1".refs->'peers') else '[]' end) with ordinality as "o3" (key, place), "registry_item_objects" as "o2"
              where "o2".template = 'item' and "o2".key = "o3".key) end), 'again', (case when jsonb_typeof("o1".refs->'peers') = 'array' then
            (select coalesce(json_agg(json_build_object('parent',
                    (select json_build_object('name', coalesce("o8".document->'name', registry_absent('name')))
                      from "registry_item_objects" as "o8"
                      where "o8".template = 'item' and "o8".key = (("o6".refs->>'parent') collate "C")))
                  order by "o7".place), '[]'::json)
              from jsonb_array_elements_text(case when jsonb_typeof("o1".refs->'peers') = 'array' then ("o1".refs->'peers') else '[]' end) with ordinality as "o7" (key, place), "registry_item_objects" as "o6"
              where "o6".template = 'item' and "o6".key = "o7".key) end), 'routes', (case when jsonb_typeof("o1".refs->'routes') = 'array' then
            (select coalesce(json_agg(json_build_object('rack', coalesce("o9".document->'rack', registry_absent('rack')), 'routedBy',
                    (select json_build_object('totalCount',
                        (select count(*)
                          from
                          (select *
                            from "registry_item_objects" as "o12"
                            where "o12".template = 'item' and ("o12".refs->'routes') ? "o9".key offset 0) as "o12"
                          where true and starts_with((("o12".document->>'name') collate "C"), $1::text)))))
                  order by "o10".place), '[]'::json)
              from jsonb_array_elements_text(case when jsonb_typeof("o1".refs->'routes') = 'array' then ("o1".refs->'routes') else '[]' end) with ordinality as "o10" (key, place), "registry_place_objects" as "o9"
              where "o9".template = 'place' and "o9".key = "o10".key) end))), '[]'::json)) as value
  from
  (select "o13"."document", "o13"."refs"
    from "registry_item_objects" as "o13"
    where "o13".template = 'item'
    order by "o13"."created_at" asc, "o13".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "t"
-- $2 = true
