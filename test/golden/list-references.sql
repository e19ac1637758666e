select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"peers":' || coalesce((case when jsonb_typeof("o1".refs->'peers') = 'array' then
          (select '[' || coalesce(string_agg('{"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"peerOf":' ||
                (select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o4".document->'name')::text, 'null') || '}', ','), '') || ']' || '}'
                  from
                  (select "o5"."document"
                    from
                    (select *
                      from "registry_item_objects" as "o5"
                      where "o5".template = 'item' and ("o5".refs->'peers') ? "o2".key offset 0) as "o5"
                    where true
                    order by "o5"."created_at" asc, "o5".key asc limit 20) as "o4") || '}', ','
                order by "o3".place), '') || ']'
            from jsonb_array_elements_text(case when jsonb_typeof("o1".refs->'peers') = 'array' then ("o1".refs->'peers') else '[]' end) with ordinality as "o3" (key, place), "registry_item_objects" as "o2"
            where "o2".template = 'item' and "o2".key = "o3".key) end), 'null') || ',"again":' || coalesce((case when jsonb_typeof("o1".refs->'peers') = 'array' then
          (select '[' || coalesce(string_agg('{"parent":' || coalesce(
                  (select '{"name":' || coalesce(("o8".document->'name')::text, 'null') || '}'
                    from "registry_item_objects" as "o8"
                    where "o8".template = 'item' and "o8".key = (("o6".refs->>'parent') collate "C")), case when (("o6".refs->>'parent') collate "C") is not null then registry_unfit('item', "o6".key, 'parent') end, 'null') || '}', ','
                order by "o7".place), '') || ']'
            from jsonb_array_elements_text(case when jsonb_typeof("o1".refs->'peers') = 'array' then ("o1".refs->'peers') else '[]' end) with ordinality as "o7" (key, place), "registry_item_objects" as "o6"
            where "o6".template = 'item' and "o6".key = "o7".key) end), 'null') || ',"routes":' || coalesce((case when jsonb_typeof("o1".refs->'routes') = 'array' then
          (select '[' || coalesce(string_agg('{"rack":' || coalesce(("o9".document->'rack')::text, 'null') || ',"routedBy":' ||
                (select '{"totalCount":' || coalesce((
                      (select count(*)
                        from
                        (select *
                          from "registry_item_objects" as "o12"
                          where "o12".template = 'item' and ("o12".refs->'routes') ? "o9".key offset 0) as "o12"
                        where true and starts_with((("o12".document->>'name') collate "C"), $1::text)))::text, 'null') || '}') || '}', ','
                order by "o10".place), '') || ']'
            from jsonb_array_elements_text(case when jsonb_typeof("o1".refs->'routes') = 'array' then ("o1".refs->'routes') else '[]' end) with ordinality as "o10" (key, place), "registry_place_objects" as "o9"
            where "o9".template = 'place' and "o9".key = "o10".key) end), 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o13"."document", "o13"."key", "o13"."refs"
    from "registry_item_objects" as "o13"
    where "o13".template = 'item'
    order by "o13"."created_at" asc, "o13".key asc limit 100) as "o1") as planned
where $2::boolean or registry_unplanned()
-- $1 = "t"
-- $2 = true
