select
(select '{"nodes":' || '[' || coalesce(string_agg('{"outcome":' || coalesce(to_json("o1".outcome)::text, 'null') || ',"version":' || coalesce(("o1".version)::text, 'null') || ',"time":' || coalesce(to_json(to_char("o1".changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null') || ',"onBehalfOf":' || coalesce(to_json("o1".changed_for)::text, 'null') || ',"document":' || coalesce((registry_known_forms("o2".document, array['name', 'image', 'commit', 'status']))::text, 'null') || '}', ','
      order by "o1".position) filter (
      where "o1".position <= 2), '') || ']' || ',"pageInfo":' || '{"hasNextPage":' || coalesce((count(*) > 2)::text, 'null') || ',"endCursor":' || coalesce(to_json((array_agg(translate(encode(convert_to(to_json(array['_versions', "o1".version::text, "o1".sequence::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
          order by "o1".position desc) filter (
          where "o1".position <= 2))[1])::text, 'null') || '}' || '}'
  from
  (select c.*, row_number() over (
      order by c.version desc, c.sequence desc) as position
    from
    (select *
      from registry_change
      where template = 'role' and key = $1::text) as c
    where true
    order by c.version desc, c.sequence desc limit 3) as "o1" left join lateral
  (select s.template, $2::text as key, s.uuid, s.document, s.refs, s.version, s.created_at, s.updated_at, s.confirmed_at, s.created_by, s.updated_by, s.created_for, s.updated_for
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
        from "registry_role_objects" as o
        where template = 'role' and uuid = "o1".uuid and (key = "o1".key or template <> "o1".template) and version = "o1".version - ("o1".outcome = 'DELETED')::int)
      union all
      (select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for
        from registry_past
        where uuid = "o1".uuid and (key = "o1".key or template <> "o1".template) and split_part(template, '~', 1) = 'role' and valid_to > valid_from and version = "o1".version - ("o1".outcome = 'DELETED')::int)
      union all select "o1".template, "o1".key, "o1".uuid, "o1".document, case when "o1".document->'image' <> 'null' then jsonb_build_object('image', registry_reference_keys("o1".document->'image', '{"type":"reference","list":false,"key":[{"attribute":"name","form":{"type":"string","list":false}}]}'::jsonb)) else '{}' end, "o1".version, null::timestamptz, "o1".changed_at, null::timestamptz, null, "o1".changed_by, null, "o1".changed_for
      where "o1".document is not null) as s
    order by s.template = 'role' desc, s.template = "o1".template desc limit 1) as "o2" on true having true) as value
-- $1 = "[\"sshd\",[\"beta\"],false]"
-- $2 = "[\"sshd\",[\"beta\"],false]"
