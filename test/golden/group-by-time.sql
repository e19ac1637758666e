select '{"day":' ||
(select '[' || coalesce(string_agg('{"key":' || '{"moment":' || coalesce(to_json(("o3"."k0" || 'T00:00:00.000Z'))::text, 'null') || ',"name":' || 'null' || '}' || ',"count":' || coalesce(("o3".count)::text, 'null') || '}', ','
      order by "o3".position), '') || ']'
  from
  (select *, row_number() over () as position
    from
    (select *
      from
      (select ((case when ("o2".document->>'moment') ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:' then left(("o2".document->>'moment'), 10) end) collate "C") as "k0", count(*) as count
        from "registry_item_objects" as "o2"
        where "o2".template = 'item' group by 1) as groups
      order by "k0" asc limit 100) as page) as "o3") || ',"week":' ||
(select '[' || coalesce(string_agg('{"key":' || '{"stage":' || coalesce(to_json((array['z', 'a', 'm'])["o5"."k0"])::text, 'null') || ',"moment":' || coalesce(to_json(("o5"."k1" || 'T00:00:00.000Z'))::text, 'null') || ',"day":' || coalesce(to_json(("o5"."k2" || '-01'))::text, 'null') || '}' || ',"count":' || coalesce(("o5".count)::text, 'null') || '}', ','
      order by "o5".position), '') || ']'
  from
  (select *, row_number() over () as position
    from
    (select *
      from
      (select array_position(array['z', 'a', 'm'], ("o4".document->>'stage')) as "k0", ((case when ("o4".document->>'moment') ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:' then to_char(date_trunc('week', make_date(substr(("o4".document->>'moment'), 1, 4)::int, substr(("o4".document->>'moment'), 6, 2)::int, 1) + (substr(("o4".document->>'moment'), 9, 2)::int - 1)), 'YYYY-MM-DD') end) collate "C") as "k1", ((case when ("o4".document->>'day') ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' then left(("o4".document->>'day'), 5) || (array['01', '04', '07', '10'])[(substr(("o4".document->>'day'), 6, 2)::int + 2) / 3] end) collate "C") as "k2", count(*) as count
        from "registry_item_objects" as "o4"
        where "o4".template = 'item' group by 1, 2, 3) as groups
      order by "k0" asc, "k1" asc, "k2" asc limit 100) as page) as "o5") || ',"hour":' ||
(select '[' || coalesce(string_agg('{"key":' || '{"__typename":' || '"ItemGroupKey"' || ',"_meta":' || '{"__typename":' || '"MetaGroupKey"' || ',"createTime":' || coalesce(to_json(to_char("o7"."k0", 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'))::text, 'null') || ',"updateTime":' || coalesce(to_json(to_char("o7"."k1", 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'))::text, 'null') || '}' || '}' || ',"count":' || coalesce(("o7".count)::text, 'null') || ',"latest":' || coalesce(
        (select '{"name":' || coalesce(("o8".document->'name')::text, 'null') || '}'
          from "registry_item_objects" as "o8"
          where "o8".template = 'item' and "o8".key = "o7".latest), 'null') || '}', ','
      order by "o7".position), '') || ']'
  from
  (select *, row_number() over () as position
    from
    (select *
      from
      (select date_trunc('hour', "o6"."created_at" at time zone 'UTC') as "k0", date_trunc('minute', greatest("o6"."updated_at", "o6"."confirmed_at") at time zone 'UTC') as "k1", count(*) as count, (array_agg("o6".key
            order by greatest("o6"."updated_at", "o6"."confirmed_at") desc, "o6".key))[1] as latest
        from "registry_item_objects" as "o6"
        where "o6".template = 'item' group by 1, 2) as groups
      order by "k0" asc, "k1" asc limit 100) as page) as "o7") || '}' as value

select '{"perYear":' ||
(select '[' || coalesce(string_agg('{"key":' || '{"name":' || coalesce(to_json("o3"."k0")::text, 'null') || ',"_meta":' || '{"updateTime":' || coalesce(to_json(to_char("o3"."k1", 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'))::text, 'null') || '}' || '}' || ',"count":' || coalesce(("o3".count)::text, 'null') || '}', ','
      order by "o3".position), '') || ']'
  from
  (select *, row_number() over () as position
    from
    (select *
      from
      (select (("o2".document->>'name') collate "C") as "k0", date_trunc('year', greatest("o2"."updated_at", "o2"."confirmed_at") at time zone 'UTC') as "k1", count(*) as count
        from "registry_role_objects" as "o2"
        where "o2".template = 'role' group by 1, 2) as groups
      order by count desc, "k0" asc, "k1" asc limit 100) as page) as "o3") || '}' as value
