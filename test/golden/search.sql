select '{"nodes":' || ('[]') || '}' as value

with "s0" as materialized
(select *
  from (
    (select 1 as place, "o3".key
      from
      (select "o3".key
        from "registry_check_objects" as "o3"
        where "o3".template = 'check' and registry_search_words("o3".document) @@ $1::tsquery offset 0) as "o3"
      order by "o3".key limit 20)
    union all
    (select 2 as place, "o4".key
      from
      (select "o4".key
        from "registry_image_objects" as "o4"
        where "o4".template = 'image' and registry_search_words("o4".document) @@ $2::tsquery offset 0) as "o4"
      order by "o4".key limit 20)
    union all
    (select 3 as place, "o5".key
      from
      (select "o5".key
        from "registry_item_objects" as "o5"
        where "o5".template = 'item' and registry_search_words("o5".document) @@ $3::tsquery offset 0) as "o5"
      order by "o5".key limit 20)
    union all
    (select 4 as place, "o6".key
      from
      (select "o6".key
        from "registry_machine_objects" as "o6"
        where "o6".template = 'machine' and registry_search_words("o6".document) @@ $4::tsquery offset 0) as "o6"
      order by "o6".key limit 20)
    union all
    (select 5 as place, "o7".key
      from
      (select "o7".key
        from "registry_place_objects" as "o7"
        where "o7".template = 'place' and registry_search_words("o7".document) @@ $5::tsquery offset 0) as "o7"
      order by "o7".key limit 20)
    union all
    (select 6 as place, "o8".key
      from
      (select "o8".key
        from "registry_role_objects" as "o8"
        where "o8".template = 'role' and registry_search_words("o8".document) @@ $6::tsquery offset 0) as "o8"
      order by "o8".key limit 20)
    union all
    (select 7 as place, "o9".key
      from
      (select "o9".key
        from "registry_slot_objects" as "o9"
        where "o9".template = 'slot' and registry_search_words("o9".document) @@ $7::tsquery offset 0) as "o9"
      order by "o9".key limit 20)) as "o10"
  order by place, key limit 20), "s1" as materialized
(select *
  from (
    (select 1 as place, "o11".key
      from
      (select "o11".key
        from "registry_check_objects" as "o11"
        where "o11".template = 'check' and registry_search_words("o11".document) @@ $8::tsquery offset 0) as "o11"
      order by "o11".key limit 20)
    union all
    (select 2 as place, "o12".key
      from
      (select "o12".key
        from "registry_image_objects" as "o12"
        where "o12".template = 'image' and registry_search_words("o12".document) @@ $9::tsquery offset 0) as "o12"
      order by "o12".key limit 20)
    union all
    (select 3 as place, "o13".key
      from
      (select "o13".key
        from "registry_item_objects" as "o13"
        where "o13".template = 'item' and registry_search_words("o13".document) @@ $10::tsquery offset 0) as "o13"
      order by "o13".key limit 20)
    union all
    (select 4 as place, "o14".key
      from
      (select "o14".key
        from "registry_machine_objects" as "o14"
        where "o14".template = 'machine' and registry_search_words("o14".document) @@ $11::tsquery offset 0) as "o14"
      order by "o14".key limit 20)
    union all
    (select 5 as place, "o15".key
      from
      (select "o15".key
        from "registry_place_objects" as "o15"
        where "o15".template = 'place' and registry_search_words("o15".document) @@ $12::tsquery offset 0) as "o15"
      order by "o15".key limit 20)
    union all
    (select 6 as place, "o16".key
      from
      (select "o16".key
        from "registry_role_objects" as "o16"
        where "o16".template = 'role' and registry_search_words("o16".document) @@ $13::tsquery offset 0) as "o16"
      order by "o16".key limit 20)
    union all
    (select 7 as place, "o17".key
      from
      (select "o17".key
        from "registry_slot_objects" as "o17"
        where "o17".template = 'slot' and registry_search_words("o17".document) @@ $14::tsquery offset 0) as "o17"
      order by "o17".key limit 20)) as "o18"
  where
  (select count(*)
    from "s0") < 20
  order by place, key limit 20), "s2" as materialized
(select *
  from (
    (select 1 as place, "o19".key
      from
      (select "o19".key
        from "registry_check_objects" as "o19"
        where "o19".template = 'check' and registry_search_words("o19".document) @@ $15::tsquery offset 0) as "o19"
      order by "o19".key limit 20)
    union all
    (select 2 as place, "o20".key
      from
      (select "o20".key
        from "registry_image_objects" as "o20"
        where "o20".template = 'image' and registry_search_words("o20".document) @@ $16::tsquery offset 0) as "o20"
      order by "o20".key limit 20)
    union all
    (select 3 as place, "o21".key
      from
      (select "o21".key
        from "registry_item_objects" as "o21"
        where "o21".template = 'item' and registry_search_words("o21".document) @@ $17::tsquery offset 0) as "o21"
      order by "o21".key limit 20)
    union all
    (select 4 as place, "o22".key
      from
      (select "o22".key
        from "registry_machine_objects" as "o22"
        where "o22".template = 'machine' and registry_search_words("o22".document) @@ $18::tsquery offset 0) as "o22"
      order by "o22".key limit 20)
    union all
    (select 5 as place, "o23".key
      from
      (select "o23".key
        from "registry_place_objects" as "o23"
        where "o23".template = 'place' and registry_search_words("o23".document) @@ $19::tsquery offset 0) as "o23"
      order by "o23".key limit 20)
    union all
    (select 6 as place, "o24".key
      from
      (select "o24".key
        from "registry_role_objects" as "o24"
        where "o24".template = 'role' and registry_search_words("o24".document) @@ $20::tsquery offset 0) as "o24"
      order by "o24".key limit 20)
    union all
    (select 7 as place, "o25".key
      from
      (select "o25".key
        from "registry_slot_objects" as "o25"
        where "o25".template = 'slot' and registry_search_words("o25".document) @@ $21::tsquery offset 0) as "o25"
      order by "o25".key limit 20)) as "o26"
  where
  (select count(*)
    from "s0") < 20 and
  (select count(*)
    from "s1") < 20
  order by place, key limit 20), "s3" as materialized
(select *
  from (
    (select 1 as place, "o27".key
      from
      (select "o27".key
        from "registry_check_objects" as "o27"
        where "o27".template = 'check' and registry_search_words("o27".document) @@ $22::tsquery offset 0) as "o27"
      order by "o27".key limit 20)
    union all
    (select 3 as place, "o28".key
      from
      (select "o28".key
        from "registry_item_objects" as "o28"
        where "o28".template = 'item' and registry_search_words("o28".document) @@ $23::tsquery offset 0) as "o28"
      order by "o28".key limit 20)
    union all
    (select 4 as place, "o29".key
      from
      (select "o29".key
        from "registry_machine_objects" as "o29"
        where "o29".template = 'machine' and registry_search_words("o29".document) @@ $24::tsquery offset 0) as "o29"
      order by "o29".key limit 20)
    union all
    (select 6 as place, "o30".key
      from
      (select "o30".key
        from "registry_role_objects" as "o30"
        where "o30".template = 'role' and registry_search_words("o30".document) @@ $25::tsquery offset 0) as "o30"
      order by "o30".key limit 20)
    union all
    (select 7 as place, "o31".key
      from
      (select "o31".key
        from "registry_slot_objects" as "o31"
        where "o31".template = 'slot' and registry_search_words("o31".document) @@ $26::tsquery offset 0) as "o31"
      order by "o31".key limit 20)) as "o32"
  where
  (select count(*)
    from "s0") < 20 and
  (select count(*)
    from "s1") < 20 and
  (select count(*)
    from "s2") < 20
  order by place, key limit 20), "s4" as materialized
(select *
  from (
    (select 1 as place, "o33".key
      from
      (select "o33".key
        from "registry_check_objects" as "o33"
        where "o33".template = 'check' and registry_search_words("o33".document) @@ $27::tsquery offset 0) as "o33"
      order by "o33".key limit 20)
    union all
    (select 3 as place, "o34".key
      from
      (select "o34".key
        from "registry_item_objects" as "o34"
        where "o34".template = 'item' and registry_search_words("o34".document) @@ $28::tsquery offset 0) as "o34"
      order by "o34".key limit 20)
    union all
    (select 4 as place, "o35".key
      from
      (select "o35".key
        from "registry_machine_objects" as "o35"
        where "o35".template = 'machine' and registry_search_words("o35".document) @@ $29::tsquery offset 0) as "o35"
      order by "o35".key limit 20)
    union all
    (select 6 as place, "o36".key
      from
      (select "o36".key
        from "registry_role_objects" as "o36"
        where "o36".template = 'role' and registry_search_words("o36".document) @@ $30::tsquery offset 0) as "o36"
      order by "o36".key limit 20)
    union all
    (select 7 as place, "o37".key
      from
      (select "o37".key
        from "registry_slot_objects" as "o37"
        where "o37".template = 'slot' and registry_search_words("o37".document) @@ $31::tsquery offset 0) as "o37"
      order by "o37".key limit 20)) as "o38"
  where
  (select count(*)
    from "s0") < 20 and
  (select count(*)
    from "s1") < 20 and
  (select count(*)
    from "s2") < 20 and
  (select count(*)
    from "s3") < 20
  order by place, key limit 20) select '{"__typename":' || '"SearchConnection"' || ',"nodes":' || ('[' || coalesce(string_agg('{"field":' || coalesce(to_json((case "o2".template when 'check' then
            (select "o40".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o39", jsonb_array_elements($32::jsonb) with ordinality as "o40" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o40".value->1) as "o41" (text)
                where "o39".words @@ "o41".text::tsquery) desc, "o40".place limit 1) when 'image' then
            (select "o43".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o42", jsonb_array_elements($33::jsonb) with ordinality as "o43" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o43".value->1) as "o44" (text)
                where "o42".words @@ "o44".text::tsquery) desc, "o43".place limit 1) when 'item' then
            (select "o46".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o45", jsonb_array_elements($34::jsonb) with ordinality as "o46" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o46".value->1) as "o47" (text)
                where "o45".words @@ "o47".text::tsquery) desc, "o46".place limit 1) when 'machine' then
            (select "o49".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o48", jsonb_array_elements($35::jsonb) with ordinality as "o49" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o49".value->1) as "o50" (text)
                where "o48".words @@ "o50".text::tsquery) desc, "o49".place limit 1) when 'place' then
            (select "o52".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o51", jsonb_array_elements($36::jsonb) with ordinality as "o52" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o52".value->1) as "o53" (text)
                where "o51".words @@ "o53".text::tsquery) desc, "o52".place limit 1) when 'role' then
            (select "o55".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o54", jsonb_array_elements($37::jsonb) with ordinality as "o55" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o55".value->1) as "o56" (text)
                where "o54".words @@ "o56".text::tsquery) desc, "o55".place limit 1) when 'slot' then
            (select "o58".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o57", jsonb_array_elements($38::jsonb) with ordinality as "o58" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o58".value->1) as "o59" (text)
                where "o57".words @@ "o59".text::tsquery) desc, "o58".place limit 1) end))::text, 'null') || ',"object":' || (case when "o2".template in ('check') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['item', 'name', 'passed', 'note']))::text, 'null') || '}' when "o2".template in ('image') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['name', 'distr', 'version', 'kernel', 'lts']))::text, 'null') || '}' when "o2".template in ('item') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['name', 'text', 'code', 'serial', 'count', 'big', 'ratio', 'flag', 'moment', 'day', 'token', 'took', 'wait', 'release', 'build', 'state', 'stage', 'extra', 'size', 'spec', 'disks', 'tags', 'numbers', 'stages', 'moments', 'waits', 'notes', 'place', 'slot', 'parent', 'wish', 'peers', 'routes']))::text, 'null') || '}' when "o2".template in ('machine') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['name', 'label', 'serial', 'build', 'tags', 'numbers', 'stages', 'notes', 'extra', 'spec', 'disks', 'peers']))::text, 'null') || ',"label":' || coalesce(("o2".document->'label')::text, 'null') || ',"peers":' || coalesce((case when jsonb_typeof("o2".refs->'peers') = 'array' then
            (select '[' || coalesce(string_agg('{"name":' || coalesce(("o60".document->'name')::text, 'null') || '}', ','
                  order by "o61".place), '') || ']'
              from jsonb_array_elements_text(case when jsonb_typeof("o2".refs->'peers') = 'array' then ("o2".refs->'peers') else '[]' end) with ordinality as "o61" (key, place), "registry_machine_objects" as "o60"
              where "o60".template = 'machine' and "o60".key = "o61".key) end), 'null') || '}' when "o2".template in ('place') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['zone', 'rack', 'label']))::text, 'null') || '}' when "o2".template in ('role') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['name', 'image', 'commit', 'status']))::text, 'null') || ',"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"image":' || coalesce(
          (select '{"name":' || coalesce(("o62".document->'name')::text, 'null') || '}'
            from "registry_image_objects" as "o62"
            where "o62".template = 'image' and "o62".key = (("o2".refs->>'image') collate "C")), registry_unfit('role', "o2".key, 'image')) || '}' when "o2".template in ('slot') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"_document":' || coalesce((registry_known_forms("o2".document, array['place', 'number', 'open']))::text, 'null') || '}' end) || '}', ','
      order by "o1".tier, "o1".place, "o1".key), '') || ']') || '}' as value, array_agg("o2".type
  order by "o1".tier, "o1".place, "o1".key) as type
from
(select min(tier) as tier, place, key
  from
  (select 0 as tier, place, key
    from "s0"
    union all select 1 as tier, place, key
    from "s1"
    union all select 2 as tier, place, key
    from "s2"
    union all select 3 as tier, place, key
    from "s3"
    union all select 4 as tier, place, key
    from "s4") as "o1" group by place, key
  order by 1, 2, 3 limit 20) as "o1" cross join lateral
(select *, '{"check":"Check","image":"Image","item":"Item","machine":"Machine","place":"Place","role":"Role","slot":"Slot"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where template = (array['check', 'image', 'item', 'machine', 'place', 'role', 'slot'])["o1".place] and key = "o1".key and template in ('check', 'image', 'item', 'machine', 'place', 'role', 'slot') limit 1) as found) as "o2"
-- $1 = "('name=2'|'note=2')"
-- $2 = "('name=2'|'distr=2'|'version=2'|'kernel=2')"
-- $3 = "('name=2'|'text=2'|'code=2'|'serial=2'|'count=2'|'big=2'|'ratio=2'|'moment=2'|'day=2'|'token=2'|'took=2'|'wait=2'|'release=2'|'build=2'|'state=2'|'stage=2'|'extra=2'|'size=2'|'spec=2'|'disks=2'|'tags=2'|'numbers=2'|'stages=2'|'moments=2'|'waits=2'|'notes=2')"
-- $4 = "('name=2'|'label=2'|'serial=2'|'build=2'|'tags=2'|'numbers=2'|'stages=2'|'notes=2'|'extra=2'|'spec=2'|'disks=2')"
-- $5 = "('zone=2'|'rack=2'|'label=2')"
-- $6 = "('name=2'|'commit=2')"
-- $7 = "('number=2')"
-- $8 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'note=2'|'note=2-':*|'note+2'|'note+2-':*)"
-- $9 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'distr=2'|'distr=2-':*|'distr+2'|'distr+2-':*|'version=2'|'version=2-':*|'version+2'|'version+2-':*|'kernel=2'|'kernel=2-':*|'kernel+2'|'kernel+2-':*)"
-- $10 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'text=2'|'text=2-':*|'text+2'|'text+2-':*|'code=2'|'code=2-':*|'code+2'|'code+2-':*|'serial=2'|'serial=2-':*|'serial+2'|'serial+2-':*|'count=2'|'count=2-':*|'count+2'|'count+2-':*|'big=2'|'big=2-':*|'big+2'|'big+2-':*|'ratio=2'|'ratio=2-':*|'ratio+2'|'ratio+2-':*|'moment=2'|'moment=2-':*|'moment+2'|'moment+2-':*|'day=2'|'day=2-':*|'day+2'|'day+2-':*|'token=2'|'token=2-':*|'token+2'|'token+2-':*|'took=2'|'took=2-':*|'took+2'|'took+2-':*|'wait=2'|'wait=2-':*|'wait+2'|'wait+2-':*|'release=2'|'release=2-':*|'release+2'|'release+2-':*|'build=2'|'build=2-':*|'build+2'|'build+2-':*|'state=2'|'state=2-':*|'state+2'|'state+2-':*|'stage=2'|'stage=2-':*|'stage+2'|'stage+2-':*|'extra=2'|'extra=2-':*|'extra+2'|'extra+2-':*|'size=2'|'size=2-':*|'size+2'|'size+2-':*|'spec=2'|'spec=2-':*|'spec+2'|'spec+2-':*|'disks=2'|'disks=2-':*|'disks+2'|'disks+2-':*|'tags=2'|'tags=2-':*|'tags+2'|'tags+2-':*|'numbers=2'|'numbers=2-':*|'numbers+2'|'numbers+2-':*|'stages=2'|'stages=2-':*|'stages+2'|'stages+2-':*|'moments=2'|'moments=2-':*|'moments+2'|'moments+2-':*|'waits=2'|'waits=2-':*|'waits+2'|'waits+2-':*|'notes=2'|'notes=2-':*|'notes+2'|'notes+2-':*)"
-- $11 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'label=2'|'label=2-':*|'label+2'|'label+2-':*|'serial=2'|'serial=2-':*|'serial+2'|'serial+2-':*|'build=2'|'build=2-':*|'build+2'|'build+2-':*|'tags=2'|'tags=2-':*|'tags+2'|'tags+2-':*|'numbers=2'|'numbers=2-':*|'numbers+2'|'numbers+2-':*|'stages=2'|'stages=2-':*|'stages+2'|'stages+2-':*|'notes=2'|'notes=2-':*|'notes+2'|'notes+2-':*|'extra=2'|'extra=2-':*|'extra+2'|'extra+2-':*|'spec=2'|'spec=2-':*|'spec+2'|'spec+2-':*|'disks=2'|'disks=2-':*|'disks+2'|'disks+2-':*)"
-- $12 = "('zone=2'|'zone=2-':*|'zone+2'|'zone+2-':*|'rack=2'|'rack=2-':*|'rack+2'|'rack+2-':*|'label=2'|'label=2-':*|'label+2'|'label+2-':*)"
-- $13 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'commit=2'|'commit=2-':*|'commit+2'|'commit+2-':*)"
-- $14 = "('number=2'|'number=2-':*|'number+2'|'number+2-':*)"
-- $15 = "('name=2':*|'name+2':*|'note=2':*|'note+2':*)"
-- $16 = "('name=2':*|'name+2':*|'distr=2':*|'distr+2':*|'version=2':*|'version+2':*|'kernel=2':*|'kernel+2':*)"
-- $17 = "('name=2':*|'name+2':*|'text=2':*|'text+2':*|'code=2':*|'code+2':*|'serial=2':*|'serial+2':*|'count=2':*|'count+2':*|'big=2':*|'big+2':*|'ratio=2':*|'ratio+2':*|'moment=2':*|'moment+2':*|'day=2':*|'day+2':*|'token=2':*|'token+2':*|'took=2':*|'took+2':*|'wait=2':*|'wait+2':*|'release=2':*|'release+2':*|'build=2':*|'build+2':*|'state=2':*|'state+2':*|'stage=2':*|'stage+2':*|'extra=2':*|'extra+2':*|'size=2':*|'size+2':*|'spec=2':*|'spec+2':*|'disks=2':*|'disks+2':*|'tags=2':*|'tags+2':*|'numbers=2':*|'numbers+2':*|'stages=2':*|'stages+2':*|'moments=2':*|'moments+2':*|'waits=2':*|'waits+2':*|'notes=2':*|'notes+2':*)"
-- $18 = "('name=2':*|'name+2':*|'label=2':*|'label+2':*|'serial=2':*|'serial+2':*|'build=2':*|'build+2':*|'tags=2':*|'tags+2':*|'numbers=2':*|'numbers+2':*|'stages=2':*|'stages+2':*|'notes=2':*|'notes+2':*|'extra=2':*|'extra+2':*|'spec=2':*|'spec+2':*|'disks=2':*|'disks+2':*)"
-- $19 = "('zone=2':*|'zone+2':*|'rack=2':*|'rack+2':*|'label=2':*|'label+2':*)"
-- $20 = "('name=2':*|'name+2':*|'commit=2':*|'commit+2':*)"
-- $21 = "('number=2':*|'number+2':*)"
-- $22 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'note=2'|'note=2-':*|'note+2'|'note+2-':*|'item=2'|'item=2-':*|'item+2'|'item+2-':*)"
-- $23 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'text=2'|'text=2-':*|'text+2'|'text+2-':*|'code=2'|'code=2-':*|'code+2'|'code+2-':*|'serial=2'|'serial=2-':*|'serial+2'|'serial+2-':*|'count=2'|'count=2-':*|'count+2'|'count+2-':*|'big=2'|'big=2-':*|'big+2'|'big+2-':*|'ratio=2'|'ratio=2-':*|'ratio+2'|'ratio+2-':*|'moment=2'|'moment=2-':*|'moment+2'|'moment+2-':*|'day=2'|'day=2-':*|'day+2'|'day+2-':*|'token=2'|'token=2-':*|'token+2'|'token+2-':*|'took=2'|'took=2-':*|'took+2'|'took+2-':*|'wait=2'|'wait=2-':*|'wait+2'|'wait+2-':*|'release=2'|'release=2-':*|'release+2'|'release+2-':*|'build=2'|'build=2-':*|'build+2'|'build+2-':*|'state=2'|'state=2-':*|'state+2'|'state+2-':*|'stage=2'|'stage=2-':*|'stage+2'|'stage+2-':*|'extra=2'|'extra=2-':*|'extra+2'|'extra+2-':*|'size=2'|'size=2-':*|'size+2'|'size+2-':*|'spec=2'|'spec=2-':*|'spec+2'|'spec+2-':*|'disks=2'|'disks=2-':*|'disks+2'|'disks+2-':*|'tags=2'|'tags=2-':*|'tags+2'|'tags+2-':*|'numbers=2'|'numbers=2-':*|'numbers+2'|'numbers+2-':*|'stages=2'|'stages=2-':*|'stages+2'|'stages+2-':*|'moments=2'|'moments=2-':*|'moments+2'|'moments+2-':*|'waits=2'|'waits=2-':*|'waits+2'|'waits+2-':*|'notes=2'|'notes=2-':*|'notes+2'|'notes+2-':*|'place=2'|'place=2-':*|'place+2'|'place+2-':*|'slot=2'|'slot=2-':*|'slot+2'|'slot+2-':*|'parent=2'|'parent=2-':*|'parent+2'|'parent+2-':*|'wish=2'|'wish=2-':*|'wish+2'|'wish+2-':*|'peers=2'|'peers=2-':*|'peers+2'|'peers+2-':*|'routes=2'|'routes=2-':*|'routes+2'|'routes+2-':*)"
-- $24 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'label=2'|'label=2-':*|'label+2'|'label+2-':*|'serial=2'|'serial=2-':*|'serial+2'|'serial+2-':*|'build=2'|'build=2-':*|'build+2'|'build+2-':*|'tags=2'|'tags=2-':*|'tags+2'|'tags+2-':*|'numbers=2'|'numbers=2-':*|'numbers+2'|'numbers+2-':*|'stages=2'|'stages=2-':*|'stages+2'|'stages+2-':*|'notes=2'|'notes=2-':*|'notes+2'|'notes+2-':*|'extra=2'|'extra=2-':*|'extra+2'|'extra+2-':*|'spec=2'|'spec=2-':*|'spec+2'|'spec+2-':*|'disks=2'|'disks=2-':*|'disks+2'|'disks+2-':*|'peers=2'|'peers=2-':*|'peers+2'|'peers+2-':*)"
-- $25 = "('name=2'|'name=2-':*|'name+2'|'name+2-':*|'commit=2'|'commit=2-':*|'commit+2'|'commit+2-':*|'image=2'|'image=2-':*|'image+2'|'image+2-':*)"
-- $26 = "('number=2'|'number=2-':*|'number+2'|'number+2-':*|'place=2'|'place=2-':*|'place+2'|'place+2-':*)"
-- $27 = "('name=2':*|'name+2':*|'note=2':*|'note+2':*|'item=2':*|'item+2':*)"
-- $28 = "('name=2':*|'name+2':*|'text=2':*|'text+2':*|'code=2':*|'code+2':*|'serial=2':*|'serial+2':*|'count=2':*|'count+2':*|'big=2':*|'big+2':*|'ratio=2':*|'ratio+2':*|'moment=2':*|'moment+2':*|'day=2':*|'day+2':*|'token=2':*|'token+2':*|'took=2':*|'took+2':*|'wait=2':*|'wait+2':*|'release=2':*|'release+2':*|'build=2':*|'build+2':*|'state=2':*|'state+2':*|'stage=2':*|'stage+2':*|'extra=2':*|'extra+2':*|'size=2':*|'size+2':*|'spec=2':*|'spec+2':*|'disks=2':*|'disks+2':*|'tags=2':*|'tags+2':*|'numbers=2':*|'numbers+2':*|'stages=2':*|'stages+2':*|'moments=2':*|'moments+2':*|'waits=2':*|'waits+2':*|'notes=2':*|'notes+2':*|'place=2':*|'place+2':*|'slot=2':*|'slot+2':*|'parent=2':*|'parent+2':*|'wish=2':*|'wish+2':*|'peers=2':*|'peers+2':*|'routes=2':*|'routes+2':*)"
-- $29 = "('name=2':*|'name+2':*|'label=2':*|'label+2':*|'serial=2':*|'serial+2':*|'build=2':*|'build+2':*|'tags=2':*|'tags+2':*|'numbers=2':*|'numbers+2':*|'stages=2':*|'stages+2':*|'notes=2':*|'notes+2':*|'extra=2':*|'extra+2':*|'spec=2':*|'spec+2':*|'disks=2':*|'disks+2':*|'peers=2':*|'peers+2':*)"
-- $30 = "('name=2':*|'name+2':*|'commit=2':*|'commit+2':*|'image=2':*|'image+2':*)"
-- $31 = "('number=2':*|'number+2':*|'place=2':*|'place+2':*)"
-- $32 = "[[\"name\",[\"('name=2')\",\"('name=2'|'name=2-':*|'name+2'|'name+2-':*)\",\"('name=2':*|'name+2':*)\"]],[\"note\",[\"('note=2')\",\"('note=2'|'note=2-':*|'note+2'|'note+2-':*)\",\"('note=2':*|'note+2':*)\"]],[\"item\",[\"('item=2')\",\"('item=2'|'item=2-':*|'item+2'|'item+2-':*)\",\"('item=2':*|'item+2':*)\"]]]"
-- $33 = "[[\"name\",[\"('name=2')\",\"('name=2'|'name=2-':*|'name+2'|'name+2-':*)\",\"('name=2':*|'name+2':*)\"]],[\"distr\",[\"('distr=2')\",\"('distr=2'|'distr=2-':*|'distr+2'|'distr+2-':*)\",\"('distr=2':*|'distr+2':*)\"]],[\"version\",[\"('version=2')\",\"('version=2'|'version=2-':*|'version+2'|'version+2-':*)\",\"('version=2':*|'version+2':*)\"]],[\"kernel\",[\"('kernel=2')\",\"('kernel=2'|'kernel=2-':*|'kernel+2'|'kernel+2-':*)\",\"('kernel=2':*|'kernel+2':*)\"]]]"
-- $34 = "[[\"name\",[\"('name=2')\",\"('name=2'|'name=2-':*|'name+2'|'name+2-':*)\",\"('name=2':*|'name+2':*)\"]],[\"text\",[\"('text=2')\",\"('text=2'|'text=2-':*|'text+2'|'text+2-':*)\",\"('text=2':*|'text+2':*)\"]],[\"code\",[\"('code=2')\",\"('code=2'|'code=2-':*|'code+2'|'code+2-':*)\",\"('code=2':*|'code+2':*)\"]],[\"serial\",[\"('serial=2')\",\"('serial=2'|'serial=2-':*|'serial+2'|'serial+2-':*)\",\"('serial=2':*|'serial+2':*)\"]],[\"count\",[\"('count=2')\",\"('count=2'|'count=2-':*|'count+2'|'count+2-':*)\",\"('count=2':*|'count+2':*)\"]],[\"big\",[\"('big=2')\",\"('big=2'|'big=2-':*|'big+2'|'big+2-':*)\",\"('big=2':*|'big+2':*)\"]],[\"ratio\",[\"('ratio=2')\",\"('ratio=2'|'ratio=2-':*|'ratio+2'|'ratio+2-':*)\",\"('ratio=2':*|'ratio+2':*)\"]],[\"moment\",[\"('moment=2')\",\"('moment=2'|'moment=2-':*|'moment+2'|'moment+2-':*)\",\"('moment=2':*|'moment+2':*)\"]],[\"day\",[\"('day=2')\",\"('day=2'|'day=2-':*|'day+2'|'day+2-':*)\",\"('day=2':*|'day+2':*)\"]],[\"token\",[\"('token=2')\",\"('token=2'|'token=2-':*|'token+2'|'token+2-':*)\",\"('token=2':*|'token+2':*)\"]],[\"took\",[\"('took=2')\",\"('took=2'|'took=2-':*|'took+2'|'took+2-':*)\",\"('took=2':*|'took+2':*)\"]],[\"wait\",[\"('wait=2')\",\"('wait=2'|'wait=2-':*|'wait+2'|'wait+2-':*)\",\"('wait=2':*|'wait+2':*)\"]],[\"release\",[\"('release=2')\",\"('release=2'|'release=2-':*|'release+2'|'release+2-':*)\",\"('release=2':*|'release+2':*)\"]],[\"build\",[\"('build=2')\",\"('build=2'|'build=2-':*|'build+2'|'build+2-':*)\",\"('build=2':*|'build+2':*)\"]],[\"state\",[\"('state=2')\",\"('state=2'|'state=2-':*|'state+2'|'state+2-':*)\",\"('state=2':*|'state+2':*)\"]],[\"stage\",[\"('stage=2')\",\"('stage=2'|'stage=2-':*|'stage+2'|'stage+2-':*)\",\"('stage=2':*|'stage+2':*)\"]],[\"extra\",[\"('extra=2')\",\"('extra=2'|'extra=2-':*|'extra+2'|'extra+2-':*)\",\"('extra=2':*|'extra+2':*)\"]],[\"size\",[\"('size=2')\",\"('size=2'|'size=2-':*|'size+2'|'size+2-':*)\",\"('size=2':*|'size+2':*)\"]],[\"spec\",[\"('spec=2')\",\"('spec=2'|'spec=2-':*|'spec+2'|'spec+2-':*)\",\"('spec=2':*|'spec+2':*)\"]],[\"disks\",[\"('disks=2')\",\"('disks=2'|'disks=2-':*|'disks+2'|'disks+2-':*)\",\"('disks=2':*|'disks+2':*)\"]],[\"tags\",[\"('tags=2')\",\"('tags=2'|'tags=2-':*|'tags+2'|'tags+2-':*)\",\"('tags=2':*|'tags+2':*)\"]],[\"numbers\",[\"('numbers=2')\",\"('numbers=2'|'numbers=2-':*|'numbers+2'|'numbers+2-':*)\",\"('numbers=2':*|'numbers+2':*)\"]],[\"stages\",[\"('stages=2')\",\"('stages=2'|'stages=2-':*|'stages+2'|'stages+2-':*)\",\"('stages=2':*|'stages+2':*)\"]],[\"moments\",[\"('moments=2')\",\"('moments=2'|'moments=2-':*|'moments+2'|'moments+2-':*)\",\"('moments=2':*|'moments+2':*)\"]],[\"waits\",[\"('waits=2')\",\"('waits=2'|'waits=2-':*|'waits+2'|'waits+2-':*)\",\"('waits=2':*|'waits+2':*)\"]],[\"notes\",[\"('notes=2')\",\"('notes=2'|'notes=2-':*|'notes+2'|'notes+2-':*)\",\"('notes=2':*|'notes+2':*)\"]],[\"place\",[\"('place=2')\",\"('place=2'|'place=2-':*|'place+2'|'place+2-':*)\",\"('place=2':*|'place+2':*)\"]],[\"slot\",[\"('slot=2')\",\"('slot=2'|'slot=2-':*|'slot+2'|'slot+2-':*)\",\"('slot=2':*|'slot+2':*)\"]],[\"parent\",[\"('parent=2')\",\"('parent=2'|'parent=2-':*|'parent+2'|'parent+2-':*)\",\"('parent=2':*|'parent+2':*)\"]],[\"wish\",[\"('wish=2')\",\"('wish=2'|'wish=2-':*|'wish+2'|'wish+2-':*)\",\"('wish=2':*|'wish+2':*)\"]],[\"peers\",[\"('peers=2')\",\"('peers=2'|'peers=2-':*|'peers+2'|'peers+2-':*)\",\"('peers=2':*|'peers+2':*)\"]],[\"routes\",[\"('routes=2')\",\"('routes=2'|'routes=2-':*|'routes+2'|'routes+2-':*)\",\"('routes=2':*|'routes+2':*)\"]]]"
-- $35 = "[[\"name\",[\"('name=2')\",\"('name=2'|'name=2-':*|'name+2'|'name+2-':*)\",\"('name=2':*|'name+2':*)\"]],[\"label\",[\"('label=2')\",\"('label=2'|'label=2-':*|'label+2'|'label+2-':*)\",\"('label=2':*|'label+2':*)\"]],[\"serial\",[\"('serial=2')\",\"('serial=2'|'serial=2-':*|'serial+2'|'serial+2-':*)\",\"('serial=2':*|'serial+2':*)\"]],[\"build\",[\"('build=2')\",\"('build=2'|'build=2-':*|'build+2'|'build+2-':*)\",\"('build=2':*|'build+2':*)\"]],[\"tags\",[\"('tags=2')\",\"('tags=2'|'tags=2-':*|'tags+2'|'tags+2-':*)\",\"('tags=2':*|'tags+2':*)\"]],[\"numbers\",[\"('numbers=2')\",\"('numbers=2'|'numbers=2-':*|'numbers+2'|'numbers+2-':*)\",\"('numbers=2':*|'numbers+2':*)\"]],[\"stages\",[\"('stages=2')\",\"('stages=2'|'stages=2-':*|'stages+2'|'stages+2-':*)\",\"('stages=2':*|'stages+2':*)\"]],[\"notes\",[\"('notes=2')\",\"('notes=2'|'notes=2-':*|'notes+2'|'notes+2-':*)\",\"('notes=2':*|'notes+2':*)\"]],[\"extra\",[\"('extra=2')\",\"('extra=2'|'extra=2-':*|'extra+2'|'extra+2-':*)\",\"('extra=2':*|'extra+2':*)\"]],[\"spec\",[\"('spec=2')\",\"('spec=2'|'spec=2-':*|'spec+2'|'spec+2-':*)\",\"('spec=2':*|'spec+2':*)\"]],[\"disks\",[\"('disks=2')\",\"('disks=2'|'disks=2-':*|'disks+2'|'disks+2-':*)\",\"('disks=2':*|'disks+2':*)\"]],[\"peers\",[\"('peers=2')\",\"('peers=2'|'peers=2-':*|'peers+2'|'peers+2-':*)\",\"('peers=2':*|'peers+2':*)\"]]]"
-- $36 = "[[\"zone\",[\"('zone=2')\",\"('zone=2'|'zone=2-':*|'zone+2'|'zone+2-':*)\",\"('zone=2':*|'zone+2':*)\"]],[\"rack\",[\"('rack=2')\",\"('rack=2'|'rack=2-':*|'rack+2'|'rack+2-':*)\",\"('rack=2':*|'rack+2':*)\"]],[\"label\",[\"('label=2')\",\"('label=2'|'label=2-':*|'label+2'|'label+2-':*)\",\"('label=2':*|'label+2':*)\"]]]"
-- $37 = "[[\"name\",[\"('name=2')\",\"('name=2'|'name=2-':*|'name+2'|'name+2-':*)\",\"('name=2':*|'name+2':*)\"]],[\"commit\",[\"('commit=2')\",\"('commit=2'|'commit=2-':*|'commit+2'|'commit+2-':*)\",\"('commit=2':*|'commit+2':*)\"]],[\"image\",[\"('image=2')\",\"('image=2'|'image=2-':*|'image+2'|'image+2-':*)\",\"('image=2':*|'image+2':*)\"]]]"
-- $38 = "[[\"number\",[\"('number=2')\",\"('number=2'|'number=2-':*|'number+2'|'number+2-':*)\",\"('number=2':*|'number+2':*)\"]],[\"place\",[\"('place=2')\",\"('place=2'|'place=2-':*|'place+2'|'place+2-':*)\",\"('place=2':*|'place+2':*)\"]]]"

with "s0" as materialized
(select *
  from (
    (select 1 as place, "o3".key
      from
      (select "o3".key
        from "registry_image_objects" as "o3"
        where "o3".template = 'image' and registry_search_words("o3".document) @@ $1::tsquery offset 0) as "o3"
      order by "o3".key limit 2)
    union all
    (select 2 as place, "o4".key
      from
      (select "o4".key
        from "registry_role_objects" as "o4"
        where "o4".template = 'role' and registry_search_words("o4".document) @@ $2::tsquery offset 0) as "o4"
      order by "o4".key limit 2)) as "o5"
  order by place, key limit 2), "s1" as materialized
(select *
  from (
    (select 1 as place, "o6".key
      from
      (select "o6".key
        from "registry_image_objects" as "o6"
        where "o6".template = 'image' and registry_search_words("o6".document) @@ $3::tsquery offset 0) as "o6"
      order by "o6".key limit 2)
    union all
    (select 2 as place, "o7".key
      from
      (select "o7".key
        from "registry_role_objects" as "o7"
        where "o7".template = 'role' and registry_search_words("o7".document) @@ $4::tsquery offset 0) as "o7"
      order by "o7".key limit 2)) as "o8"
  where
  (select count(*)
    from "s0") < 2
  order by place, key limit 2), "s2" as materialized
(select *
  from (
    (select 1 as place, "o9".key
      from
      (select "o9".key
        from "registry_image_objects" as "o9"
        where "o9".template = 'image' and registry_search_words("o9".document) @@ $5::tsquery offset 0) as "o9"
      order by "o9".key limit 2)
    union all
    (select 2 as place, "o10".key
      from
      (select "o10".key
        from "registry_role_objects" as "o10"
        where "o10".template = 'role' and registry_search_words("o10".document) @@ $6::tsquery offset 0) as "o10"
      order by "o10".key limit 2)) as "o11"
  where
  (select count(*)
    from "s0") < 2 and
  (select count(*)
    from "s1") < 2
  order by place, key limit 2), "s3" as materialized
(select *
  from (
    (select 2 as place, "o12".key
      from
      (select "o12".key
        from "registry_role_objects" as "o12"
        where "o12".template = 'role' and registry_search_words("o12".document) @@ $7::tsquery offset 0) as "o12"
      order by "o12".key limit 2)) as "o13"
  where
  (select count(*)
    from "s0") < 2 and
  (select count(*)
    from "s1") < 2 and
  (select count(*)
    from "s2") < 2
  order by place, key limit 2), "s4" as materialized
(select *
  from (
    (select 2 as place, "o14".key
      from
      (select "o14".key
        from "registry_role_objects" as "o14"
        where "o14".template = 'role' and registry_search_words("o14".document) @@ $8::tsquery offset 0) as "o14"
      order by "o14".key limit 2)) as "o15"
  where
  (select count(*)
    from "s0") < 2 and
  (select count(*)
    from "s1") < 2 and
  (select count(*)
    from "s2") < 2 and
  (select count(*)
    from "s3") < 2
  order by place, key limit 2) select '{"found":' || ('[' || coalesce(string_agg('{"__typename":' || '"SearchNode"' || ',"where":' || coalesce(to_json((case "o2".template when 'image' then
            (select "o17".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o16", jsonb_array_elements($9::jsonb) with ordinality as "o17" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o17".value->1) as "o18" (text)
                where "o16".words @@ "o18".text::tsquery) desc, "o17".place limit 1) when 'role' then
            (select "o20".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o19", jsonb_array_elements($10::jsonb) with ordinality as "o20" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o20".value->1) as "o21" (text)
                where "o19".words @@ "o21".text::tsquery) desc, "o20".place limit 1) end))::text, 'null') || ',"what":' || (case when "o2".template in ('image') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"distr":' || coalesce(("o2".document->'distr')::text, 'null') || ',"roles":' ||
        (select '{"totalCount":' || coalesce((
              (select count(*)
                from "registry_role_objects" as "o23"
                where "o23".template = 'role' and (("o23".refs->>'image') collate "C") = "o2".key))::text, 'null') || '}') || '}' when "o2".template in ('role') then '{"__typename":' || coalesce(to_json("o2".type)::text, 'null') || ',"name":' || coalesce(("o2".document->'name')::text, 'null') || ',"status":' || coalesce(("o2".document->'status')::text, 'null') || '}' end) || ',"again":' || '{"_meta":' || '{"version":' || coalesce(to_json("o2"."version")::text, 'null') || '}' || '}' || '}', ','
      order by "o1".tier, "o1".place, "o1".key), '') || ']') || ',"fields":' || ('[' || coalesce(string_agg('{"field":' || coalesce(to_json((case "o2".template when 'image' then
            (select "o25".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o24", jsonb_array_elements($11::jsonb) with ordinality as "o25" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o25".value->1) as "o26" (text)
                where "o24".words @@ "o26".text::tsquery) desc, "o25".place limit 1) when 'role' then
            (select "o28".value->>0
              from
              (select registry_search_words(("o2".document)) as words offset 0) as "o27", jsonb_array_elements($12::jsonb) with ordinality as "o28" (value, place)
              order by
              (select count(*)
                from jsonb_array_elements_text("o28".value->1) as "o29" (text)
                where "o27".words @@ "o29".text::tsquery) desc, "o28".place limit 1) end))::text, 'null') || '}', ','
      order by "o1".tier, "o1".place, "o1".key), '') || ']') || '}' as value, array_agg("o2".type
  order by "o1".tier, "o1".place, "o1".key) as type
from
(select min(tier) as tier, place, key
  from
  (select 0 as tier, place, key
    from "s0"
    union all select 1 as tier, place, key
    from "s1"
    union all select 2 as tier, place, key
    from "s2"
    union all select 3 as tier, place, key
    from "s3"
    union all select 4 as tier, place, key
    from "s4") as "o1" group by place, key
  order by 1, 2, 3 limit 2) as "o1" cross join lateral
(select *, '{"image":"Image","role":"Role"}'::jsonb->>template as type
  from
  (select *
    from registry_object
    where template = (array['image', 'role'])["o1".place] and key = "o1".key and template in ('image', 'role') limit 1) as found) as "o2"
-- $1 = "('name=beta'|'distr=beta'|'version=beta'|'kernel=beta')"
-- $2 = "('name=beta'|'commit=beta')"
-- $3 = "('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*|'distr=beta'|'distr=beta-':*|'distr+beta'|'distr+beta-':*|'version=beta'|'version=beta-':*|'version+beta'|'version+beta-':*|'kernel=beta'|'kernel=beta-':*|'kernel+beta'|'kernel+beta-':*)"
-- $4 = "('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*|'commit=beta'|'commit=beta-':*|'commit+beta'|'commit+beta-':*)"
-- $5 = "('name=beta':*|'name+beta':*|'distr=beta':*|'distr+beta':*|'version=beta':*|'version+beta':*|'kernel=beta':*|'kernel+beta':*)"
-- $6 = "('name=beta':*|'name+beta':*|'commit=beta':*|'commit+beta':*)"
-- $7 = "('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*|'commit=beta'|'commit=beta-':*|'commit+beta'|'commit+beta-':*|'image=beta'|'image=beta-':*|'image+beta'|'image+beta-':*)"
-- $8 = "('name=beta':*|'name+beta':*|'commit=beta':*|'commit+beta':*|'image=beta':*|'image+beta':*)"
-- $9 = "[[\"name\",[\"('name=beta')\",\"('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*)\",\"('name=beta':*|'name+beta':*)\"]],[\"distr\",[\"('distr=beta')\",\"('distr=beta'|'distr=beta-':*|'distr+beta'|'distr+beta-':*)\",\"('distr=beta':*|'distr+beta':*)\"]],[\"version\",[\"('version=beta')\",\"('version=beta'|'version=beta-':*|'version+beta'|'version+beta-':*)\",\"('version=beta':*|'version+beta':*)\"]],[\"kernel\",[\"('kernel=beta')\",\"('kernel=beta'|'kernel=beta-':*|'kernel+beta'|'kernel+beta-':*)\",\"('kernel=beta':*|'kernel+beta':*)\"]]]"
-- $10 = "[[\"name\",[\"('name=beta')\",\"('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*)\",\"('name=beta':*|'name+beta':*)\"]],[\"commit\",[\"('commit=beta')\",\"('commit=beta'|'commit=beta-':*|'commit+beta'|'commit+beta-':*)\",\"('commit=beta':*|'commit+beta':*)\"]],[\"image\",[\"('image=beta')\",\"('image=beta'|'image=beta-':*|'image+beta'|'image+beta-':*)\",\"('image=beta':*|'image+beta':*)\"]]]"
-- $11 = "[[\"name\",[\"('name=beta')\",\"('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*)\",\"('name=beta':*|'name+beta':*)\"]],[\"distr\",[\"('distr=beta')\",\"('distr=beta'|'distr=beta-':*|'distr+beta'|'distr+beta-':*)\",\"('distr=beta':*|'distr+beta':*)\"]],[\"version\",[\"('version=beta')\",\"('version=beta'|'version=beta-':*|'version+beta'|'version+beta-':*)\",\"('version=beta':*|'version+beta':*)\"]],[\"kernel\",[\"('kernel=beta')\",\"('kernel=beta'|'kernel=beta-':*|'kernel+beta'|'kernel+beta-':*)\",\"('kernel=beta':*|'kernel+beta':*)\"]]]"
-- $12 = "[[\"name\",[\"('name=beta')\",\"('name=beta'|'name=beta-':*|'name+beta'|'name+beta-':*)\",\"('name=beta':*|'name+beta':*)\"]],[\"commit\",[\"('commit=beta')\",\"('commit=beta'|'commit=beta-':*|'commit+beta'|'commit+beta-':*)\",\"('commit=beta':*|'commit+beta':*)\"]],[\"image\",[\"('image=beta')\",\"('image=beta'|'image=beta-':*|'image+beta'|'image+beta-':*)\",\"('image=beta':*|'image+beta':*)\"]]]"
