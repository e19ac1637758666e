select *
from (with matrix_row as materialized
  (select ((given.item #>> '{}') collate "C") as id, given.item as value, given.place
    from jsonb_array_elements($1::jsonb) with ordinality as given (item, place)), matrix_column as materialized
  (select "o2".*, row_number() over (
      order by "o2".created_at, "o2".key) as place
    from
    (select *
      from "registry_image_objects" as "o2"
      where "o2".template = 'image' and "o2".document @> $2::jsonb
      order by "o2".created_at, "o2".key limit 1001) as "o2"), matrix_shown as materialized
  (select "o3".place, "o3".key, '{"title":' || coalesce(("o3".document->'distr')::text, 'null') || ',"_meta":' || '{"version":' || coalesce(to_json("o3"."version")::text, 'null') || '}' || '}' as "shown1", '{"name":' || coalesce(("o3".document->'name')::text, 'null') || '}' as "shown2", '{"__typename":' || '"Image"' || ',"name":' || coalesce(("o3".document->'name')::text, 'null') || '}' as "shown3"
    from matrix_column as "o3") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
    (select '{"__typename":' || '"RoleMatrix"' || ',"rows":' ||
      (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
            order by matrix_row.place), '') || ']'
        from matrix_row) || ',"again":' ||
      (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
            order by matrix_row.place), '') || ']'
        from matrix_row) || ',"cells":' || '[' || coalesce(string_agg('{"__typename":' || '"RoleMatrixCell"' || ',"row":' || coalesce((cell.value)::text, 'null') || ',"there":' || cell."shown1" || ',"here":' || cell."shown2" || '}', ','
          order by cell.row_place, cell.column_place) filter (
          where cell.row_place is not null), '') || ']' || ',"presentCount":' || coalesce((count(*) filter (
            where cell.row_place is not null and cell.is_filled))::text, 'null') || ',"missing":' || '[' || coalesce(string_agg('{"__typename":' || '"RoleMatrixMissing"' || ',"column":' || cell."shown3" || '}', ','
          order by cell.row_place, cell.column_place) filter (
          where cell.row_place is not null and not cell.is_filled), '') || ']' || '}'
      from
      (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, matrix_shown."shown1", matrix_shown."shown2", matrix_shown."shown3", (matrix_row.id, matrix_shown.key) in
        (select *
          from unnest(array
            (select row("o1".row_id, "o1".column_key)
              from
              (select ((case when octet_length(("o1".document->>'name')) = length(("o1".document->>'name')) then ("o1".document->>'name') else "o1".key::json->>0 end) collate "C") as row_id, (("o1".refs->>'image') collate "C") as column_key
                from "registry_role_objects" as "o1"
                where "o1".template = 'role' and ((case when octet_length(("o1".document->>'name')) = length(("o1".document->>'name')) then ("o1".document->>'name') else "o1".key::json->>0 end) collate "C") = any($3::text[]) and (("o1".key >= $4 and "o1".key < $5) or ("o1".key >= $6 and "o1".key < $7)) and (("o1".refs->>'image') collate "C") = any(array
                  (select key
                    from matrix_column)) and ((("o1".refs->>'image') collate "C") in
                  (select key
                    from matrix_column)) is true offset 0) as "o1"
              where "o1".row_id is not null and "o1".column_key is not null)) as filled (row_id text, column_key text)) as is_filled
        from matrix_row cross join matrix_shown offset 0) as cell) end) as value, size.rows, size.columns
  from
  (select
    (select count(*)::int
      from matrix_row) as rows,
    (select count(*)::int
      from matrix_column) as columns) as size) as planned
where $8::boolean or registry_unplanned()
-- $1 = "[\"sshd\",\"never\"]"
-- $2 = "{\"lts\":true}"
-- $3 = ["sshd","never"]
-- $4 = "[\"sshd\","
-- $5 = "[\"sshd\"-"
-- $6 = "[\"never\","
-- $7 = "[\"never\"-"
-- $8 = true
