with matrix_row as materialized
(select "o3".key as id, jsonb_build_object('zone', "o3".document->'zone', 'rack', "o3".document->'rack') as value, row_number() over (
    order by "o3".created_at, "o3".key) as place
  from
  (select *
    from "registry_place_objects" as "o3"
    where "o3".template = 'place'
    order by "o3".created_at, "o3".key limit 1001) as "o3"), matrix_column as materialized
(select "o4".*, row_number() over (
    order by "o4".created_at, "o4".key) as place
  from
  (select *
    from "registry_slot_objects" as "o4"
    where "o4".template = 'slot'
    order by "o4".created_at, "o4".key limit 1001) as "o4"), matrix_shown as materialized
(select "o5".place, "o5".key, '{"__typename":' || '"Slot"' || ',"_document":' || coalesce((registry_known_forms("o5".document, array['place', 'number', 'open']))::text, 'null') || ',"number":' || coalesce(("o5".document->'number')::text, 'null') || '}' as "shown1", '{"__typename":' || '"Slot"' || ',"place":' || coalesce(
    (select '{"rack":' || coalesce(("o6".document->'rack')::text, 'null') || '}'
      from "registry_place_objects" as "o6"
      where "o6".template = 'place' and "o6".key = (("o5".refs->>'place') collate "C")), registry_unfit('slot', "o5".key, 'place')) || '}' as "shown2"
  from matrix_column as "o5") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then
  (select '{"rows":' ||
    (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
          order by matrix_row.place), '') || ']'
      from matrix_row) || ',"columns":' ||
    (select '[' || coalesce(string_agg(matrix_shown."shown1", ','
          order by matrix_shown.place), '') || ']'
      from matrix_shown) || ',"cells":' || '[' || coalesce(string_agg('{"row":' || coalesce((cell.value)::text, 'null') || ',"column":' || cell."shown2" || ',"latest":' || coalesce(
          (select '{"name":' || coalesce(("o1".document->'name')::text, 'null') || '}'
            from "registry_item_objects" as "o1"
            where "o1".template = 'item' and "o1".key = filled.latest), 'null') || ',"count":' || coalesce((coalesce(filled.count, 0))::text, 'null') || '}', ','
        order by cell.row_place, cell.column_place) filter (
        where cell.row_place is not null), '') || ']' || '}'
    from
    (select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value, matrix_shown."shown1", matrix_shown."shown2"
      from matrix_row cross join matrix_shown) as cell full join
    (select matrix_row.place as row_place, matrix_column.place as column_place, count(*) as count, (array_agg("o2".key
          order by greatest("o2"."updated_at", "o2"."confirmed_at") desc, "o2".key))[1] as latest
      from
      (select (("o2".refs->>'place') collate "C") as row_id, (("o2".refs->>'slot') collate "C") as column_key, "o2".key, "o2".updated_at, "o2".confirmed_at
        from "registry_item_objects" as "o2"
        where "o2".template = 'item') as "o2" full join matrix_row on matrix_row.id = "o2".row_id full join matrix_column on matrix_column.key = "o2".column_key group by 1, 2) as filled on filled.row_place = cell.row_place and filled.column_place = cell.column_place) end) as value, size.rows, size.columns
from
(select
  (select count(*)::int
    from matrix_row) as rows,
  (select count(*)::int
    from matrix_column) as columns) as size

with matrix_row as materialized
(select id, found.id as value, row_number() over (
    order by (case when jsonb_typeof(jsonb_build_object('passed', found.id)->'passed') = 'boolean' then (jsonb_build_object('passed', found.id)->>'passed')::boolean end), id) as place
  from
  (select id
    from
    (select distinct ("o1".document->'passed') as id
      from "registry_check_objects" as "o1"
      where "o1".template = 'check') as found
    where (case when jsonb_typeof(jsonb_build_object('passed', found.id)->'passed') = 'boolean' then (jsonb_build_object('passed', found.id)->>'passed')::boolean end) is not null limit 1001) as found), matrix_column as materialized
(select "o2".*, row_number() over (
    order by "o2".created_at, "o2".key) as place
  from
  (select *
    from "registry_item_objects" as "o2"
    where "o2".template = 'item'
    order by "o2".created_at, "o2".key limit 1001) as "o2"), matrix_shown as materialized
(select "o3".place, "o3".key
  from matrix_column as "o3") select (case when size.rows <= 1000 and size.columns <= 1000 and size.rows * size.columns <= 100000 then '{"rows":' ||
  (select '[' || coalesce(string_agg('{"row":' || coalesce((matrix_row.value)::text, 'null') || '}', ','
        order by matrix_row.place), '') || ']'
    from matrix_row) || ',"totalCount":' || coalesce((
      (select count(*)
        from matrix_row) *
      (select count(*)
        from matrix_column))::text, 'null') || '}' end) as value, size.rows, size.columns
from
(select
  (select count(*)::int
    from matrix_row) as rows,
  (select count(*)::int
    from matrix_column) as columns) as size
