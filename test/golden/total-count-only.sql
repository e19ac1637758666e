select *
from
(select '{"totalCount":' || coalesce((
      (select count(*)
        from "registry_image_objects" as "o2"
        where "o2".template = 'image' and "o2".document @> $1::jsonb))::text, 'null') || '}' as value) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"distr\":\"ubuntu\"}"
-- $2 = true
