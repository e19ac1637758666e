select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"passed":' ||
      (select '{"totalCount":' || coalesce((
            (select count(*)
              from "registry_role_objects" as "o3"
              where "o3".template = 'role' and (("o3".refs->>'image') collate "C") = "o1".key and "o3".document @> $1::jsonb))::text, 'null') || ',"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"commit":' || coalesce(("o2".document->'commit')::text, 'null') || '}', ','), '') || ']' || '}'
        from
        (select "o4"."document"
          from "registry_role_objects" as "o4"
          where "o4".template = 'role' and (("o4".refs->>'image') collate "C") = "o1".key and "o4".document @> $2::jsonb
          order by "o4"."created_at" asc, "o4".key asc limit 1) as "o2") || ',"failed":' ||
      (select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o5".document->'name')::text, 'null') || ',"commit":' || coalesce(("o5".document->'commit')::text, 'null') || '}', ','
            order by "o5".position asc) filter (
            where "o5".position <= 20), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 20)::text, 'null') || '}' || '}'
        from
        (select *, row_number() over () as position
          from
          (select "o6"."document"
            from "registry_role_objects" as "o6"
            where "o6".template = 'role' and (("o6".refs->>'image') collate "C") = "o1".key and "o6".document @> $3::jsonb
            order by (("o6".document->>'commit') collate "C") desc, "o6".key asc limit 21) as page) as "o5" having true) || '}', ','), '') || ']' || '}' as value
  from
  (select "o7"."document", "o7"."key"
    from "registry_image_objects" as "o7"
    where "o7".template = 'image'
    order by (("o7".document->>'name') collate "C") desc, "o7".key asc limit 100) as "o1") as planned
where $4::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = "{\"status\":true}"
-- $3 = "{\"status\":false}"
-- $4 = true
