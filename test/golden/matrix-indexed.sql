select *
from (with matrix_row as materialized
  (select ((given.item #>> '{}') collate "C") as id, given.item as value, given.place
    from jsonb_array_elements($1::jsonb) with ordinality as given (item, place)), matrix_column as materialized
  (select "o2".*, row_number() over (
      order by "o2".created_at, "o2".key) as place
    from
    (select *
      from "registry_item_objects" as "o2"
      where "o2".template = 'item'
      order by "o2".created_at, "o2".key limit 1001) as "o2"), matrix_shown as materialized
  (select "o3".place, "o3".key
    from matrix_column as "o3") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
    (select '{"rows":' ||
      (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
            order by matrix_row.place), '') || ']'
        from matrix_row) || ',"missingCount":' || coalesce((count(*) filter (
            where cell.row_place is not null and not cell.is_filled))::text, 'null') || ',"presentCount":' || coalesce((count(*) filter (
            where cell.row_place is not null and cell.is_filled))::text, 'null') || '}'
      from
      (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, (matrix_row.id, matrix_shown.key) in
        (select *
          from unnest(array
            (select row("o1".row_id, "o1".column_key)
              from
              (select (("o1".document->>'big') collate "C") as row_id, (("o1".refs->>'parent') collate "C") as column_key
                from "registry_item_objects" as "o1"
                where "o1".template = 'item' and (("o1".document->>'big') collate "C") = any($2::text[]) offset 0) as "o1"
              where "o1".row_id is not null and "o1".column_key is not null)) as filled (row_id text, column_key text)) as is_filled
        from matrix_row cross join matrix_shown offset 0) as cell) end) as value, size.rows, size.columns
  from
  (select
    (select count(*)::int
      from matrix_row) as rows,
    (select count(*)::int
      from matrix_column) as columns) as size) as planned
where $3::boolean or registry_unplanned()
-- $1 = "[\"9007199254740993\",\"1\"]"
-- $2 = ["9007199254740993","1"]
-- $3 = true

select *
from (with matrix_row as materialized
  (select id, to_jsonb(found.id) as value, row_number() over (
      order by array_position(array['z', 'a', 'm'], (jsonb_build_object('stage', to_jsonb(found.id))->>'stage')), id) as place
    from
    (select id
      from (with recursive step as (
          (select array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) as place, (("o2".document->>'stage') collate "C") as id
            from "registry_item_objects" as "o2"
            where "o2".template = 'item' and array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) is not null
            order by array_position(array['z', 'a', 'm'], ("o2".document->>'stage')) limit 1)
          union all select next.place, next.id
          from step, lateral
          (select array_position(array['z', 'a', 'm'], ("o3".document->>'stage')) as place, (("o3".document->>'stage') collate "C") as id
            from "registry_item_objects" as "o3"
            where "o3".template = 'item' and array_position(array['z', 'a', 'm'], ("o3".document->>'stage')) > step.place
            order by array_position(array['z', 'a', 'm'], ("o3".document->>'stage')) limit 1) as next) select step.id
        from step) as found
      where array_position(array['z', 'a', 'm'], (jsonb_build_object('stage', to_jsonb(found.id))->>'stage')) is not null limit 1001) as found), matrix_column as materialized
  (select "o4".*, row_number() over (
      order by "o4".created_at, "o4".key) as place
    from
    (select *
      from "registry_place_objects" as "o4"
      where "o4".template = 'place' and "o4".document @> $1::jsonb
      order by "o4".created_at, "o4".key limit 1001) as "o4"), matrix_shown as materialized
  (select "o5".place, "o5".key, '{"_document":' || coalesce((registry_known_forms("o5".document, array['zone', 'rack', 'label']))::text, 'null') || '}' as "shown1"
    from matrix_column as "o5") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
    (select '{"rows":' ||
      (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
            order by matrix_row.place), '') || ']'
        from matrix_row) || ',"missing":' || '[' || coalesce(string_agg('{"row":' || coalesce((cell.value)::text, 'null') || ',"column":' || cell."shown1" || '}', ','
          order by cell.row_place, cell.column_place) filter (
          where cell.row_place is not null and not cell.is_filled), '') || ']' || '}'
      from
      (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, matrix_shown."shown1", (matrix_row.id, matrix_shown.key) in
        (select *
          from unnest(array
            (select row("o1".row_id, "o1".column_key)
              from
              (select (("o1".document->>'stage') collate "C") as row_id, (("o1".refs->>'place') collate "C") as column_key
                from "registry_item_objects" as "o1"
                where "o1".template = 'item' and (("o1".refs->>'place') collate "C") = any(array
                  (select key
                    from matrix_column)) and ((("o1".refs->>'place') collate "C") in
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
where $2::boolean or registry_unplanned()
-- $1 = "{\"rack\":1}"
-- $2 = true
