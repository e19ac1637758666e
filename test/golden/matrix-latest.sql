with matrix_row as materialized
(select id, to_jsonb(found.id) as value, row_number() over (
    order by ((jsonb_build_object('name', to_jsonb(found.id))->>'name') collate "C"), id) as place
  from
  (select id
    from (with recursive step as (
        (select "o4".key
          from "registry_role_objects" as "o4"
          where "o4".template = 'role'
          order by "o4".key limit 1)
        union all select next.key
        from step, lateral
        (select "o5".key
          from "registry_role_objects" as "o5"
          where "o5".template = 'role' and "o5".key >= ('[' || (step.key::json->0)::text || '-') collate "C"
          order by "o5".key limit 1) as next) select (((step.key::json->0)::jsonb #>> '{}') collate "C") as id
      from step) as found
    where ((jsonb_build_object('name', to_jsonb(found.id))->>'name') collate "C") is not null limit 1001) as found), matrix_column as materialized
(select "o6".*, row_number() over (
    order by "o6".created_at, "o6".key) as place
  from
  (select *
    from "registry_image_objects" as "o6"
    where "o6".template = 'image'
    order by "o6".created_at, "o6".key limit 1001) as "o6"), matrix_shown as materialized
(select "o7".place, "o7".key, '{"name":' || coalesce(("o7".document->'name')::text, 'null') || ',"roles":' ||
  (select '{"totalCount":' || coalesce((
        (select count(*)
          from "registry_role_objects" as "o9"
          where "o9".template = 'role' and (("o9".refs->>'image') collate "C") = "o7".key))::text, 'null') || '}') || '}' as "shown1", '{"name":' || coalesce(("o7".document->'name')::text, 'null') || '}' as "shown2"
  from matrix_column as "o7") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
  (select '{"rows":' ||
    (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
          order by matrix_row.place), '') || ']'
      from matrix_row) || ',"columns":' ||
    (select '[' || coalesce(string_agg(matrix_shown."shown1", ','
          order by matrix_shown.place), '') || ']'
      from matrix_shown) || ',"cells":' || '[' || coalesce(string_agg('{"row":' || coalesce((cell.value)::text, 'null') || ',"column":' || cell."shown2" || ',"state":' || (case when filled.count is not null then '"PRESENT"' else '"MISSING"' end) || ',"latest":' || coalesce(
          (select '{"status":' || coalesce(("o1".document->'status')::text, 'null') || ',"commit":' || coalesce(("o1".document->'commit')::text, 'null') || ',"image":' || coalesce(
              (select '{"distr":' || coalesce(("o2".document->'distr')::text, 'null') || '}'
                from "registry_image_objects" as "o2"
                where "o2".template = 'image' and "o2".key = (("o1".refs->>'image') collate "C")), registry_unfit('role', "o1".key, 'image')) || '}'
            from "registry_role_objects" as "o1"
            where "o1".template = 'role' and "o1".key = filled.latest), 'null') || ',"count":' || coalesce((coalesce(filled.count, 0))::text, 'null') || '}', ','
        order by cell.row_place, cell.column_place) filter (
        where cell.row_place is not null), '') || ']' || '}'
    from
    (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, matrix_shown."shown1", matrix_shown."shown2"
      from matrix_row cross join matrix_shown) as cell full join
    (select matrix_row.place as row_place, matrix_column.place as column_place, count(*) as count, (array_agg("o3".key
          order by greatest("o3"."updated_at", "o3"."confirmed_at") desc, "o3".key))[1] as latest
      from
      (select ((case when octet_length(("o3".document->>'name')) = length(("o3".document->>'name')) then ("o3".document->>'name') else "o3".key::json->>0 end) collate "C") as row_id, (("o3".refs->>'image') collate "C") as column_key, "o3".key, "o3".updated_at, "o3".confirmed_at
        from "registry_role_objects" as "o3"
        where "o3".template = 'role') as "o3" full join matrix_row on matrix_row.id = "o3".row_id full join matrix_column on matrix_column.key = "o3".column_key group by 1, 2) as filled on filled.row_place = cell.row_place and filled.column_place = cell.column_place) end) as value, size.rows, size.columns
from
(select
  (select count(*)::int
    from matrix_row) as rows,
  (select count(*)::int
    from matrix_column) as columns) as size
