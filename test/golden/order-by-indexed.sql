select
(select json_build_object('edges', coalesce(json_agg(json_build_object('cursor', "o1".cursor, 'node', json_build_object('count', "o1".document->'count'))
        order by "o1".position asc), '[]'::json))
  from
  (select *, translate(encode(convert_to(to_json(array['count:asc,_key:asc', ((case when jsonb_typeof("page".document->'count') = 'number' then ("page".document->>'count')::numeric end))::text, ("page".key)::text])::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as cursor, row_number() over () as position
    from
    (select *
      from (
        (select "o2".*
          from registry_object as "o2"
          where "o2".template = 'item' and ((case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end), "o2".key) > (cast($1 as numeric), $2::text)
          order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) asc, "o2".key asc limit 2)
        union all
        (select "o2".*
          from registry_object as "o2"
          where "o2".template = 'item' and (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) is null
          order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) asc, "o2".key asc limit 2)) as "o2"
      order by (case when jsonb_typeof("o2".document->'count') = 'number' then ("o2".document->>'count')::numeric end) asc, "o2".key asc limit 2) as page) as "o1") as value
-- $1 = "2"
-- $2 = "[\"two\"]"
