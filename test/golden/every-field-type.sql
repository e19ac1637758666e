select *
from
(select '{"nodes":' || '[' || coalesce(string_agg('{"name":' || coalesce(("o1".document->'name')::text, 'null') || ',"text":' || coalesce(("o1".document->'text')::text, 'null') || ',"code":' || coalesce(("o1".document->'code')::text, 'null') || ',"serial":' || coalesce(("o1".document->'serial')::text, 'null') || ',"count":' || coalesce(("o1".document->'count')::text, 'null') || ',"big":' || coalesce(("o1".document->'big')::text, 'null') || ',"ratio":' || coalesce(("o1".document->'ratio')::text, 'null') || ',"flag":' || coalesce(("o1".document->'flag')::text, 'null') || ',"moment":' || coalesce(("o1".document->'moment')::text, 'null') || ',"day":' || coalesce(("o1".document->'day')::text, 'null') || ',"token":' || coalesce(("o1".document->'token')::text, 'null') || ',"release":' || coalesce(("o1".document->'release')::text, 'null') || ',"build":' || coalesce(("o1".document->'build')::text, 'null') || ',"state":' || (case when ("o1".document->'state') is null then coalesce(null, 'null') when '["draft","active","Gone"]'::jsonb @> ("o1".document->'state') then ("o1".document->'state')::text else registry_unfit('item', "o1".key, 'state') end) || ',"stage":' || (case when ("o1".document->'stage') is null then coalesce(null, 'null') when '["z","a","m"]'::jsonb @> ("o1".document->'stage') then ("o1".document->'stage')::text else registry_unfit('item', "o1".key, 'stage') end) || ',"extra":' || coalesce(("o1".document->'extra')::text, 'null') || ',"size":' || coalesce((case when jsonb_typeof("o1".document->'size') = 'object' then '{"width":' || coalesce((("o1".document->'size')->'width')::text, 'null') || ',"unit":' || coalesce((("o1".document->'size')->'unit')::text, 'null') || '}' end), 'null') || ',"tags":' || coalesce(("o1".document->'tags')::text, 'null') || ',"numbers":' || coalesce(("o1".document->'numbers')::text, 'null') || ',"place":' || coalesce(
        (select '{"zone":' || coalesce(("o2".document->'zone')::text, 'null') || ',"rack":' || coalesce(("o2".document->'rack')::text, 'null') || '}'
          from "registry_place_objects" as "o2"
          where "o2".template = 'place' and "o2".key = (("o1".refs->>'place') collate "C")), case when (("o1".refs->>'place') collate "C") is not null then registry_unfit('item', "o1".key, 'place') end, 'null') || ',"slot":' || coalesce(
        (select '{"number":' || coalesce(("o3".document->'number')::text, 'null') || ',"place":' || coalesce(
            (select '{"zone":' || coalesce(("o4".document->'zone')::text, 'null') || '}'
              from "registry_place_objects" as "o4"
              where "o4".template = 'place' and "o4".key = (("o3".refs->>'place') collate "C")), registry_unfit('slot', "o3".key, 'place')) || '}'
          from "registry_slot_objects" as "o3"
          where "o3".template = 'slot' and "o3".key = (("o1".refs->>'slot') collate "C")), case when (("o1".refs->>'slot') collate "C") is not null then registry_unfit('item', "o1".key, 'slot') end, 'null') || ',"parent":' || coalesce(
        (select '{"name":' || coalesce(("o5".document->'name')::text, 'null') || '}'
          from "registry_item_objects" as "o5"
          where "o5".template = 'item' and "o5".key = (("o1".refs->>'parent') collate "C")), case when (("o1".refs->>'parent') collate "C") is not null then registry_unfit('item', "o1".key, 'parent') end, 'null') || ',"wish":' || coalesce(
        (select '{"zone":' || coalesce(("o6".document->'zone')::text, 'null') || '}'
          from "registry_place_objects" as "o6"
          where "o6".template = 'place' and "o6".key = (("o1".refs->>'wish') collate "C")), 'null') || '}', ','), '') || ']' || '}' as value
  from
  (select "o7"."document", "o7"."key", "o7"."refs"
    from "registry_item_objects" as "o7"
    where "o7".template = 'item' and ("o7".document @> $1::jsonb and strpos((("o7".document->>'text') collate "C"), $2::text) > 0 and (("o7".document->>'code') collate "C") = $3::text and (("o7".document->>'serial') collate "C") = $4::text and ((case when jsonb_typeof("o7".document->'count') = 'number' then ("o7".document->>'count')::numeric end) <= $5::numeric and (case when jsonb_typeof("o7".document->'count') = 'number' then ("o7".document->>'count')::numeric end) > $6::numeric) and (case when jsonb_typeof("o7".document->'ratio') = 'number' then ("o7".document->>'ratio')::numeric end) < $7::numeric and ("o7".document @> $8::jsonb) is not true and (rtrim(("o7".document->>'moment'), 'Z') collate "C") >= rtrim($9::text, 'Z') and "o7".document @> any($10::jsonb[]) and (registry_version_key(("o7".document->>'release')) collate "C") < registry_version_key($11::text) and ("o7".document @> any($12::jsonb[])) is not true and ("o7".document @> $13::jsonb and "o7".document->'extra' = $14::jsonb) and ("o7".document @> $15::jsonb and "o7".document->'size' = $16::jsonb) and ("o7".document->'tags' = any($17::jsonb[]) and "o7".document @> any($18::jsonb[])) and exists
      (select 1
        from "registry_place_objects" as "o8"
        where "o8".template = 'place' and "o8".key = (("o7".refs->>'place') collate "C") and "o8".document @> $19::jsonb) and exists
      (select 1
        from "registry_slot_objects" as "o9"
        where "o9".template = 'slot' and "o9".key = (("o7".refs->>'slot') collate "C") and (exists
          (select 1
            from "registry_place_objects" as "o10"
            where "o10".template = 'place' and "o10".key = (("o9".refs->>'place') collate "C") and "o10".document @> $20::jsonb) and "o9".document @> $21::jsonb)) and exists
      (select 1
        from "registry_item_objects" as "o11"
        where "o11".template = 'item' and "o11".key = (("o7".refs->>'parent') collate "C")) and not exists
      (select 1
        from "registry_place_objects" as "o12"
        where "o12".template = 'place' and "o12".key = (("o7".refs->>'wish') collate "C")))
    order by "o7"."created_at" asc, "o7".key asc limit 100) as "o1") as planned
where $22::boolean or registry_unplanned()
-- $1 = "{\"big\":\"9007199254740993\",\"token\":\"b7205949-344b-4e51-a4a8-3d69ef43c8c7\"}"
-- $2 = "%"
-- $3 = "A"
-- $4 = "s1"
-- $5 = "2"
-- $6 = "1"
-- $7 = "1.5"
-- $8 = "{\"flag\":false}"
-- $9 = "2026-11-22T07:57:31.000Z"
-- $10 = ["{\"day\":\"2026-11-22\"}","{\"day\":\"2026-11-23\"}"]
-- $11 = "5.15.0-2"
-- $12 = ["{\"state\":\"Gone\"}"]
-- $13 = "{\"extra\":{\"a\":[1,null]}}"
-- $14 = "{\"a\":[1,null]}"
-- $15 = "{\"size\":{\"width\":2,\"unit\":\"cm\"}}"
-- $16 = "{\"width\":2,\"unit\":\"cm\"}"
-- $17 = ["[\"x\",\"y\"]"]
-- $18 = ["{\"tags\":[\"x\",\"y\"]}"]
-- $19 = "{\"zone\":\"a\"}"
-- $20 = "{\"rack\":1}"
-- $21 = "{\"number\":2}"
-- $22 = true
