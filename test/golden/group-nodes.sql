select *
from
(select '{"groupBy":' ||
  (select '[' || coalesce(string_agg('{"key":' || '{"name":' || coalesce(to_json("o3"."k0")::text, 'null') || '}' || ',"nodes":' ||
        (select '[' || coalesce(string_agg('{"commit":' || coalesce(("o4".document->'commit')::text, 'null') || ',"image":' || coalesce(
                (select '{"name":' || coalesce(("o6".document->'name')::text, 'null') || '}'
                  from "registry_image_objects" as "o6"
                  where "o6".template = 'image' and "o6".key = (("o4".refs->>'image') collate "C")), registry_unfit('role', "o4".key, 'image')) || '}', ','), '') || ']'
          from
          (select "o5"."document", "o5"."key", "o5"."refs"
            from
            (select *
              from "registry_role_objects" as "o5"
              where "o5".template = 'role' and "o5".key = any("o3".keys)) as "o5" left join registry_object as "o5_1" on "o5_1".template = 'image' and "o5_1".key = (("o5".refs->>'image') collate "C")
            where true
            order by (("o5_1".document->>'version') collate "C") desc, (("o5".document->>'commit') collate "C") asc, "o5".key asc limit 2) as "o4") || '}', ','
        order by "o3".position), '') || ']'
    from
    (select *, row_number() over () as position
      from
      (select *
        from
        (select (("o2".document->>'name') collate "C") as "k0", array_agg("o2".key) as keys
          from "registry_role_objects" as "o2"
          where "o2".template = 'role' and "o2".document @> $1::jsonb group by 1) as groups
        order by "k0" asc limit 100) as page) as "o3") || '}' as value) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"status\":true}"
-- $2 = true
