select *
from (with matrix_row as materialized
  (select id, to_jsonb(found.id) as value, row_number() over (
      order by ((jsonb_build_object('name', to_jsonb(found.id))->>'name') collate "C"), id) as place
    from
    (select id
      from (with recursive step as (
          (select "o2".key
            from "registry_role_objects" as "o2"
            where "o2".template = 'role'
            order by "o2".key limit 1)
          union all select next.key
          from step, lateral
          (select "o3".key
            from "registry_role_objects" as "o3"
            where "o3".template = 'role' and "o3".key >= ('[' || (step.key::json->0)::text || '-') collate "C"
            order by "o3".key limit 1) as next) select (((step.key::json->0)::jsonb #>> '{}') collate "C") as id
        from step) as found
      where ((jsonb_build_object('name', to_jsonb(found.id))->>'name') collate "C") is not null limit 1001) as found), matrix_column as materialized
  (select "o4".*, row_number() over (
      order by "o4".created_at, "o4".key) as place
    from
    (select *
      from "registry_image_objects" as "o4"
      where "o4".template = 'image'
      order by "o4".created_at, "o4".key limit 1001) as "o4"), matrix_shown as materialized
  (select "o5".place, "o5".key, '{"name":' || coalesce(("o5".document->'name')::text, 'null') || '}' as "shown1"
    from matrix_column as "o5") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
    (select '{"totalCount":' || coalesce((
          (select count(*)
            from matrix_row) *
          (select count(*)
            from matrix_column))::text, 'null') || ',"missingCount":' || coalesce((count(*) filter (
            where cell.row_place is not null and not cell.is_filled))::text, 'null') || ',"missing":' || '[' || coalesce(string_agg('{"row":' || coalesce((cell.value)::text, 'null') || ',"column":' || cell."shown1" || '}', ','
          order by cell.row_place, cell.column_place) filter (
          where cell.row_place is not null and not cell.is_filled), '') || ']' || '}'
      from
      (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, matrix_shown."shown1", (matrix_row.id, matrix_shown.key) in
        (select *
          from unnest(array
            (select row("o1".row_id, "o1".column_key)
              from
              (select ((case when octet_length(("o1".document->>'name')) = length(("o1".document->>'name')) then ("o1".document->>'name') else "o1".key::json->>0 end) collate "C") as row_id, (("o1".refs->>'image') collate "C") as column_key
                from "registry_role_objects" as "o1"
                where "o1".template = 'role' and ("o1".document @> $1::jsonb) offset 0) as "o1"
              where "o1".row_id is not null and "o1".column_key is not null)) as filled (row_id text, column_key text)) as is_filled
        from matrix_row cross join matrix_shown offset 0) as cell) end) as value, size.rows, size.columns
  from
  (select
    (select count(*)::int
      from matrix_row) as rows,
    (select count(*)::int
      from matrix_column) as columns) as size) as planned
where $2::boolean or registry_unplanned()
-- $1 = "{\"commit\":\"c1\",\"status\":true}"
-- $2 = true
