select $1::timestamptz <= settled.until as is_settled, $2::timestamptz > clock_timestamp() + interval '1 second' as is_future, to_char(settled.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as until
from
(select registry_settled_until() as until offset 0) as settled
-- $1 = "2020-01-02T00:00:00.000Z"
-- $2 = "2020-01-02T00:00:00.000Z"

select *
from
(select
  (select '{"nodes":' || '[' || coalesce(string_agg('{"outcome":' || coalesce(to_json(case when "o1".before is null then 'CREATED' when "o1".after is null then 'DELETED' else 'UPDATED' end)::text, 'null') || ',"key":' || coalesce((jsonb_build_object('name', coalesce("o1".after, "o1".before)->'name'))::text, 'null') || ',"before":' || coalesce(("o1".before)::text, 'null') || ',"after":' || coalesce(("o1".after)::text, 'null') || ',"changes":' || coalesce(
          (select case when s.before is not null and s.after is not null then
            (select '[' || coalesce(string_agg('{"field":' || coalesce(to_json(name)::text, 'null') || ',"before":' || coalesce((b.value)::text, 'null') || ',"after":' || coalesce((a.value)::text, 'null') || '}', ','
                  order by array_position(array['name', 'distr', 'version', 'kernel', 'lts'], name), name), '') || ']'
              from jsonb_each(s.before) as b (name, value) full join jsonb_each(s.after) as a (name, value) using (name)
              where coalesce(b.value, 'null') <> coalesce(a.value, 'null')) end
            from
            (select coalesce("o1".before, '{}') as before, coalesce("o1".after, '{}') as after offset 0) as s), 'null') || '}', ','
        order by "o1".position) filter (
        where "o1".position <= 5), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 5)::text, 'null') || ',"endCursor":' || coalesce(to_json((array_agg(translate(encode(convert_to(to_json(array['_diff', "o1".key])::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
            order by "o1".position desc) filter (
            where "o1".position <= 5))[1])::text, 'null') || '}' || ',"totalCount":' || coalesce((
        (select count(*)
          from
          (select c.key, case when "o2".key is not null then registry_known_forms("o2".document, array['name', 'distr', 'version', 'kernel', 'lts']) end as before, case when "o3".key is not null then registry_known_forms("o3".document, array['name', 'distr', 'version', 'kernel', 'lts']) end as after
            from
            (select distinct key
              from registry_change
              where template = 'image' and changed_at > $1::timestamptz and changed_at <= $2::timestamptz) as c left join lateral
            (select "o2".*
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
                where template = 'image' and changed_at <= $3::timestamptz
                union all select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
                from registry_past as o
                where o.template = 'image' and o.valid_from <= $4::timestamptz and o.valid_to > $5::timestamptz) as "o2"
              where true and "o2".key = c.key offset 0) as "o2" on true left join lateral
            (select "o3".*
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
                where template = 'image' and changed_at <= $6::timestamptz
                union all select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
                from registry_past as o
                where o.template = 'image' and o.valid_from <= $7::timestamptz and o.valid_to > $8::timestamptz) as "o3"
              where true and "o3".key = c.key offset 0) as "o3" on true
            where "o2".document is distinct
            from "o3".document and (("o2".key is not null and "o2".document @> $9::jsonb) or ("o3".key is not null and "o3".document @> $10::jsonb))) as d
          where d.before is distinct
          from d.after))::text, 'null') || '}'
    from
    (select d.*, row_number() over (
        order by d.key) as position
      from
      (select c.key, case when "o4".key is not null then registry_known_forms("o4".document, array['name', 'distr', 'version', 'kernel', 'lts']) end as before, case when "o5".key is not null then registry_known_forms("o5".document, array['name', 'distr', 'version', 'kernel', 'lts']) end as after
        from
        (select distinct key
          from registry_change
          where template = 'image' and changed_at > $11::timestamptz and changed_at <= $12::timestamptz) as c left join lateral
        (select "o4".*
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
            where template = 'image' and changed_at <= $13::timestamptz
            union all select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
            from registry_past as o
            where o.template = 'image' and o.valid_from <= $14::timestamptz and o.valid_to > $15::timestamptz) as "o4"
          where true and "o4".key = c.key offset 0) as "o4" on true left join lateral
        (select "o5".*
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
            where template = 'image' and changed_at <= $16::timestamptz
            union all select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
            from registry_past as o
            where o.template = 'image' and o.valid_from <= $17::timestamptz and o.valid_to > $18::timestamptz) as "o5"
          where true and "o5".key = c.key offset 0) as "o5" on true
        where "o4".document is distinct
        from "o5".document and (("o4".key is not null and "o4".document @> $19::jsonb) or ("o5".key is not null and "o5".document @> $20::jsonb))) as d
      where d.before is distinct
      from d.after
      order by d.key limit 6) as "o1" having true) as value) as planned
where $21::boolean or registry_unplanned()
-- $1 = "2020-01-01T00:00:00.000Z"
-- $2 = "2020-01-02T00:00:00.000Z"
-- $3 = "2020-01-01T00:00:00.000Z"
-- $4 = "2020-01-01T00:00:00.000Z"
-- $5 = "2020-01-01T00:00:00.000Z"
-- $6 = "2020-01-02T00:00:00.000Z"
-- $7 = "2020-01-02T00:00:00.000Z"
-- $8 = "2020-01-02T00:00:00.000Z"
-- $9 = "{\"distr\":\"ubuntu\"}"
-- $10 = "{\"distr\":\"ubuntu\"}"
-- $11 = "2020-01-01T00:00:00.000Z"
-- $12 = "2020-01-02T00:00:00.000Z"
-- $13 = "2020-01-01T00:00:00.000Z"
-- $14 = "2020-01-01T00:00:00.000Z"
-- $15 = "2020-01-01T00:00:00.000Z"
-- $16 = "2020-01-02T00:00:00.000Z"
-- $17 = "2020-01-02T00:00:00.000Z"
-- $18 = "2020-01-02T00:00:00.000Z"
-- $19 = "{\"distr\":\"ubuntu\"}"
-- $20 = "{\"distr\":\"ubuntu\"}"
-- $21 = true

select template, case when since < 'infinity' then to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as since
from
(select template, greatest(since, rekeyed_at) as since
  from registry_history
  where template = any($1::text[])) as h
where since > $2::timestamptz
order by h.since desc
-- $1 = ["image"]
-- $2 = "2020-01-01T00:00:00.000Z"
