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
      where "o4".template = 'image' and "o4".document @> $1::jsonb
      order by "o4".created_at, "o4".key limit 1001) as "o4"), matrix_shown as materialized
  (select "o5".place, "o5".key, '{"name":' || coalesce(("o5".document->'name')::text, 'null') || '}' as "shown1", '{"name":' || coalesce(("o5".document->'name')::text, 'null') || '}' as "shown2"
    from matrix_column as "o5") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
    (select '{"columns":' ||
      (select '[' || coalesce(string_agg(matrix_shown."shown1", ','
            order by matrix_shown.place), '') || ']'
        from matrix_shown) || ',"rows":' ||
      (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || ',"verdicts":' || ('"' || convert_from(substr(coalesce(string_agg(convert_to(coalesce(filled.verdict, 'M'), 'UTF8'), ''::bytea
                      order by cell.row_place, cell.column_place) filter (
                      where cell.row_place is not null), ''::bytea), ((matrix_row.place - 1) *
                    (select count(*)::int
                      from matrix_column))::int + 1,
                  (select count(*)::int
                    from matrix_column)), 'UTF8') || '"') || '}', ','
            order by matrix_row.place), '') || ']'
        from matrix_row) || ',"counts":' || '{"passed":' || coalesce((count(*) filter (
            where cell.row_place is not null and coalesce(filled.verdict, 'M') = 'P'))::text, 'null') || ',"failed":' || coalesce((count(*) filter (
            where cell.row_place is not null and coalesce(filled.verdict, 'M') = 'F'))::text, 'null') || ',"stale":' || coalesce((count(*) filter (
            where cell.row_place is not null and coalesce(filled.verdict, 'M') = 'S'))::text, 'null') || ',"missing":' || coalesce((count(*) filter (
            where cell.row_place is not null and coalesce(filled.verdict, 'M') = 'M'))::text, 'null') || ',"present":' || coalesce((count(*) filter (
            where cell.row_place is not null and coalesce(filled.verdict, 'M') = '+'))::text, 'null') || '}' || ',"notPassed":' || '[' || coalesce(string_agg('{"row":' || coalesce((cell.value)::text, 'null') || ',"column":' || cell."shown2" || ',"verdict":' || (case coalesce(filled.verdict, 'M') when 'P' then '"PASSED"' when 'F' then '"FAILED"' when 'S' then '"STALE"' when 'M' then '"MISSING"' when '+' then '"PRESENT"' end) || '}', ','
          order by cell.row_place, cell.column_place) filter (
          where cell.row_place is not null and not coalesce(filled.verdict, 'M') = 'P'), '') || ']' || ',"cells":' || '[' || coalesce(string_agg('{"verdict":' || (case coalesce(filled.verdict, 'M') when 'P' then '"PASSED"' when 'F' then '"FAILED"' when 'S' then '"STALE"' when 'M' then '"MISSING"' when '+' then '"PRESENT"' end) || ',"state":' || (case when filled.count is not null then '"PRESENT"' else '"MISSING"' end) || '}', ','
          order by cell.row_place, cell.column_place) filter (
          where cell.row_place is not null), '') || ']' || '}'
      from
      (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, matrix_shown."shown1", matrix_shown."shown2"
        from matrix_row cross join matrix_shown) as cell full join
      (select matrix_row.place as row_place, matrix_column.place as column_place, count(*) as count, (array_agg("o1".verdict
            order by greatest("o1"."updated_at", "o1"."confirmed_at") desc, "o1".key))[1] as verdict
        from
        (select ((case when octet_length(("o1".document->>'name')) = length(("o1".document->>'name')) then ("o1".document->>'name') else "o1".key::json->>0 end) collate "C") as row_id, (("o1".refs->>'image') collate "C") as column_key, "o1".key, "o1".updated_at, "o1".confirmed_at, (case when "o1".document @> $2::jsonb then 'P' else 'F' end) as verdict
          from "registry_role_objects" as "o1"
          where "o1".template = 'role' and (("o1".refs->>'image') collate "C") = any(array
            (select key
              from matrix_column)) and ((("o1".refs->>'image') collate "C") in
            (select key
              from matrix_column)) is true) as "o1" full join matrix_row on matrix_row.id = "o1".row_id full join matrix_column on matrix_column.key = "o1".column_key group by 1, 2) as filled on filled.row_place = cell.row_place and filled.column_place = cell.column_place) end) as value, size.rows, size.columns
  from
  (select
    (select count(*)::int
      from matrix_row) as rows,
    (select count(*)::int
      from matrix_column) as columns) as size) as planned
where $3::boolean or registry_unplanned()
-- $1 = "{\"lts\":true}"
-- $2 = "{\"status\":true}"
-- $3 = true

with matrix_row as materialized
(select id, to_jsonb(found.id) as value, row_number() over (
    order by ((jsonb_build_object('name', to_jsonb(found.id))->>'name') collate "C"), id) as place
  from
  (select id
    from
    (select distinct ((case when octet_length(("o2".document->>'name')) = length(("o2".document->>'name')) then ("o2".document->>'name') else "o2".key::json->>1 end) collate "C") as id
      from "registry_check_objects" as "o2"
      where "o2".template = 'check') as found
    where ((jsonb_build_object('name', to_jsonb(found.id))->>'name') collate "C") is not null limit 1001) as found), matrix_column as materialized
(select "o3".*, row_number() over (
    order by "o3".created_at, "o3".key) as place
  from
  (select *
    from "registry_item_objects" as "o3"
    where "o3".template = 'item'
    order by "o3".created_at, "o3".key limit 1001) as "o3"), matrix_shown as materialized
(select "o4".place, "o4".key
  from matrix_column as "o4") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
  (select '{"rows":' ||
    (select '[' || coalesce(string_agg('{"verdicts":' || ('"' || convert_from(substr(coalesce(string_agg(convert_to((case when cell.is_filled then '+' else 'M' end), 'UTF8'), ''::bytea
                    order by cell.row_place, cell.column_place) filter (
                    where cell.row_place is not null), ''::bytea), ((matrix_row.place - 1) *
                  (select count(*)::int
                    from matrix_column))::int + 1,
                (select count(*)::int
                  from matrix_column)), 'UTF8') || '"') || '}', ','
          order by matrix_row.place), '') || ']'
      from matrix_row) || ',"counts":' || '{"present":' || coalesce((count(*) filter (
          where cell.row_place is not null and (case when cell.is_filled then '+' else 'M' end) = '+'))::text, 'null') || ',"missing":' || coalesce((count(*) filter (
          where cell.row_place is not null and (case when cell.is_filled then '+' else 'M' end) = 'M'))::text, 'null') || '}' || ',"notPassed":' || '[' || coalesce(string_agg('{"row":' || coalesce((cell.value)::text, 'null') || ',"verdict":' || (case (case when cell.is_filled then '+' else 'M' end) when 'P' then '"PASSED"' when 'F' then '"FAILED"' when 'S' then '"STALE"' when 'M' then '"MISSING"' when '+' then '"PRESENT"' end) || '}', ','
        order by cell.row_place, cell.column_place) filter (
        where cell.row_place is not null and not (case when cell.is_filled then '+' else 'M' end) = '+'), '') || ']' || '}'
    from
    (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, (matrix_row.id, matrix_shown.key) in
      (select *
        from unnest(array
          (select row("o1".row_id, "o1".column_key)
            from
            (select ((case when octet_length(("o1".document->>'name')) = length(("o1".document->>'name')) then ("o1".document->>'name') else "o1".key::json->>1 end) collate "C") as row_id, (("o1".refs->>'item') collate "C") as column_key
              from "registry_check_objects" as "o1"
              where "o1".template = 'check' offset 0) as "o1"
            where "o1".row_id is not null and "o1".column_key is not null)) as filled (row_id text, column_key text)) as is_filled
      from matrix_row cross join matrix_shown offset 0) as cell) end) as value, size.rows, size.columns
from
(select
  (select count(*)::int
    from matrix_row) as rows,
  (select count(*)::int
    from matrix_column) as columns) as size
