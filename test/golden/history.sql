select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"_history":' ||
    (select '{"nodes":' || '[' || coalesce(string_agg('{"outcome":' || coalesce(to_json("o2".outcome)::text, 'null') || ',"version":' || coalesce(("o2".version)::text, 'null') || ',"actor":' || coalesce(to_json("o2".changed_by)::text, 'null') || ',"run":' || coalesce(to_json("o2".run)::text, 'null') || ',"changes":' || coalesce(
            (select case when s.before is not null and s.after is not null then
              (select '[' || coalesce(string_agg('{"field":' || coalesce(to_json(name)::text, 'null') || ',"before":' || coalesce((b.value)::text, 'null') || ',"after":' || coalesce((a.value)::text, 'null') || '}', ','
                    order by array_position(array['name', 'distr', 'version', 'kernel', 'lts'], name), name), '') || ']'
                from jsonb_each(s.before) as b (name, value) full join jsonb_each(s.after) as a (name, value) using (name)
                where coalesce(b.value, 'null') <> coalesce(a.value, 'null')) end
              from
              (select case "o2".outcome when 'CREATED' then '{}' when 'DELETED' then registry_known_forms("o3".document, array['name', 'distr', 'version', 'kernel', 'lts']) else
                (select registry_known_forms("o4".document, array['name', 'distr', 'version', 'kernel', 'lts'])
                  from
                  (select s.template, "o1".key as key, s.uuid, s.document, s.refs, s.version, s.created_at, s.updated_at, s.confirmed_at, s.created_by, s.updated_by, s.created_for, s.updated_for
                    from (
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
                        where template = 'image' and uuid = "o2".uuid and (key = "o2".key or template <> "o2".template) and version < "o2".version
                        order by version desc, template = 'image' desc, template = "o2".template desc limit 1)
                      union all
                      (select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
                        from registry_past
                        where uuid = "o2".uuid and (key = "o2".key or template <> "o2".template) and split_part(template, '~', 1) = 'image' and valid_to > valid_from and version < "o2".version
                        order by version desc, template = 'image' desc, template = "o2".template desc limit 1)
                      union all select b.template, b.key, b.uuid, b.document, '{}'::jsonb, b.version, null::timestamptz, b.changed_at, null::timestamptz, null, b.changed_by, null, b.changed_for
                      from
                      (select *
                        from registry_change as b
                        where b.template = "o2".template and b.key = "o2".key and b.uuid = "o2".uuid and b.sequence < "o2".sequence
                        order by b.sequence desc limit 1) as b
                      where b.document is not null) as s
                    order by s.version desc, s.template = 'image' desc, s.template = "o2".template desc limit 1) as "o4") end as before, case "o2".outcome when 'DELETED' then '{}' else registry_known_forms("o3".document, array['name', 'distr', 'version', 'kernel', 'lts']) end as after offset 0) as s), 'null') || '}', ','
          order by "o2".position) filter (
          where "o2".position <= 1), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 1)::text, 'null') || '}' || ',"totalCount":' || coalesce((
          (select count(*)
            from
            (select *
              from registry_change
              where template = 'image' and key = "o1".key and uuid = "o1".uuid) as c
            where true))::text, 'null') || '}'
      from
      (select c.*, row_number() over (
          order by c.version desc, c.sequence desc) as position
        from
        (select *
          from registry_change
          where template = 'image' and key = "o1".key and uuid = "o1".uuid) as c
        where true
        order by c.version desc, c.sequence desc limit 2) as "o2" left join lateral
      (select s.template, "o1".key as key, s.uuid, s.document, s.refs, s.version, s.created_at, s.updated_at, s.confirmed_at, s.created_by, s.updated_by, s.created_for, s.updated_for
        from (
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
            where template = 'image' and uuid = "o2".uuid and (key = "o2".key or template <> "o2".template) and version = "o2".version - ("o2".outcome = 'DELETED')::int)
          union all
          (select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
            from registry_past
            where uuid = "o2".uuid and (key = "o2".key or template <> "o2".template) and split_part(template, '~', 1) = 'image' and valid_to > valid_from and version = "o2".version - ("o2".outcome = 'DELETED')::int)
          union all select "o2".template, "o2".key, "o2".uuid, "o2".document, '{}'::jsonb, "o2".version, null::timestamptz, "o2".changed_at, null::timestamptz, null, "o2".changed_by, null, "o2".changed_for
          where "o2".document is not null) as s
        order by s.template = 'image' desc, s.template = "o2".template desc limit 1) as "o3" on true having true) || '}', ','), '') || ']' || '}' as value
from
(select "o5"."document", "o5"."key", "o5"."uuid"
  from "registry_image_objects" as "o5"
  where "o5".template = 'image'
  order by "o5"."created_at" asc, "o5".key asc limit 2) as "o1"
