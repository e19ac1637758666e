select $1::timestamptz <= settled.until as is_settled, $2::timestamptz > clock_timestamp() + interval '1 second' as is_future, to_char(settled.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as until
from
(select registry_settled_until() as until offset 0) as settled
-- $1 = "2020-01-01T00:00:00.000Z"
-- $2 = "2020-01-01T00:00:00.000Z"

select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"roles":' ||
      (select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o2".document->'name')::text, 'null') || '}', ','), '') || ']' || '}'
        from
        (select "o3"."document"
          from
          (select template, key, uuid, document, refs, version, created_at, changed_at as updated_at, null::timestamptz as confirmed_at, created_by, (case when o.outcome = 'UNCHANGED' then
              (select c.changed_by
                from registry_change as c
                where c.template = o.template and c.key = o.key and c.version = o.version
                order by c.sequence desc limit 1) else o.updated_by end) as updated_by, created_for, (case when o.outcome = 'UNCHANGED' then
              (select c.changed_for
                from registry_change as c
                where c.template = o.template and c.key = o.key and c.version = o.version
                order by c.sequence desc limit 1) else o.updated_for end) as updated_for
            from "registry_role_objects" as o
            where template = 'role' and changed_at <= $1::timestamptz
            union all select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
            from registry_past as o
            where o.template = 'role' and o.valid_from <= $2::timestamptz and o.valid_to > $3::timestamptz) as "o3"
          where true and (("o3".refs->>'image') collate "C") = "o1".key
          order by "o3"."created_at" asc, "o3".key asc limit 2) as "o2") || '}', ','
      order by "o1".position asc) filter (
      where "o1".position <= 2), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 2)::text, 'null') || ',"endCursor":' || coalesce(to_json((array_agg("o1".cursor
          order by "o1".position desc) filter (
          where "o1".position <= 2))[1])::text, 'null') || '}' || '}' as value
  from
  (select *, translate(encode(convert_to(to_json(array['_meta.createTime:asc,_key:asc', (to_char("page"."created_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, ("page".key)::text, $4::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
    from
    (select "o4"."created_at", "o4"."document", "o4"."key"
      from (
        (select "o4"."created_at", "o4"."document", "o4"."key"
          from
          (select template, key, uuid, document, refs, version, created_at, changed_at as updated_at, null::timestamptz as confirmed_at, created_by, (case when o.outcome = 'UNCHANGED' then
              (select c.changed_by
                from registry_change as c
                where c.template = o.template and c.key = o.key and c.version = o.version
                order by c.sequence desc limit 1) else o.updated_by end) as updated_by, created_for, (case when o.outcome = 'UNCHANGED' then
              (select c.changed_for
                from registry_change as c
                where c.template = o.template and c.key = o.key and c.version = o.version
                order by c.sequence desc limit 1) else o.updated_for end) as updated_for
            from "registry_image_objects" as o
            where template = 'image' and changed_at <= $5::timestamptz) as "o4"
          where true and "o4".document @> $6::jsonb
          order by "o4"."created_at" asc, "o4".key asc limit 3)
        union all
        (select "o4"."created_at", "o4"."document", "o4"."key"
          from
          (select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
            from registry_past as o
            where o.template = 'image' and o.valid_from <= $7::timestamptz and o.valid_to > $8::timestamptz) as "o4"
          where true and "o4".document @> $9::jsonb
          order by "o4"."created_at" asc, "o4".key asc limit 3)) as "o4"
      order by "o4"."created_at" asc, "o4".key asc limit 3) as page) as "o1" having true) as planned
where $10::boolean or registry_unplanned()
-- $1 = "2020-01-01T00:00:00.000Z"
-- $2 = "2020-01-01T00:00:00.000Z"
-- $3 = "2020-01-01T00:00:00.000Z"
-- $4 = "2020-01-01T00:00:00.000Z"
-- $5 = "2020-01-01T00:00:00.000Z"
-- $6 = "{\"distr\":\"ubuntu\"}"
-- $7 = "2020-01-01T00:00:00.000Z"
-- $8 = "2020-01-01T00:00:00.000Z"
-- $9 = "{\"distr\":\"ubuntu\"}"
-- $10 = true

select template, case when since < 'infinity' then to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as since
from
(select template, greatest(since, rekeyed_at) as since
  from registry_history
  where template = any($1::text[])) as h
where since > $2::timestamptz
order by h.since desc
-- $1 = ["image","role"]
-- $2 = "2020-01-01T00:00:00.000Z"
