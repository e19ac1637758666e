-- Stored values in the form of another field: what happens to them when a field's type changes. A form is JSON, as
-- `formOfField` makes it:
--   {"type": "int", "list": false,
--    "values": ["a"],                     of an enum: its members
--    "convert": {"true": "passed"},       stored scalars by their text, and what becomes of them; wins over all else
--    "members": [{"attribute": "cpu", "from": ["cpu", "cores"], "form": {…}, "required": true, "fill": 1}],  of an object
--    "key": [{"attribute": "name", "form": {…}}]}                                                            of a reference
-- Only the value itself and the form decide; the type that the value comes from does not matter. Null means that it does not
-- convert. No function here raises an error, whatever the value: a cast stands behind a pattern or a range that makes it safe. A
-- block that catches errors would be slower, and cannot run in a parallel worker.

-- A text of at most 40 digits, or a number that is whole, if it is in the range.
create function registry_convert_whole(value jsonb, lowest numeric, highest numeric) returns numeric
  language plpgsql immutable strict parallel safe
as $$
declare
  given text := value #>> '{}';
  number numeric;
begin
  if jsonb_typeof(value) = 'number' then
    number := value::numeric;
  -- `[0-9]{1,40}` would take five times as long.
  elsif octet_length(given) <= 40 + (given ~ '^[+-]')::int and given ~ '^[+-]?[0-9]+$' then
    number := given::numeric;
  end if;
  return case when number between lowest and highest and number = trunc(number) then trunc(number) end;
end
$$;

-- A number, or a text of one, as the nearest double. What is nearer to zero than any double is 0; what is beyond all of them does
-- not convert.
create function registry_convert_float(value jsonb) returns jsonb
  language plpgsql immutable strict parallel safe
as $$
declare
  given text := value #>> '{}';
  number numeric;
  double double precision;
  shorter numeric;
begin
  if jsonb_typeof(value) = 'number' then
    number := value::numeric;
  elsif octet_length(given) <= 1000 and given ~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$' then
    number := given::numeric;
  end if;
  if abs(number) < 2.4703282292062328e-324 then
    return '0';
  elsif abs(number) > 1.797693134862315807e308 then
    return null;
  end if;
  double := number::double precision;
  -- Both JavaScript and PostgreSQL print the fewest digits that give the same double again, but only JavaScript takes digits
  -- that lie in the middle between two doubles: 1e23 for 9.999999999999999e22. There are such digits for whole numbers only.
  if abs(number) between 9007199254740992 and 1e40 then
    shorter := to_char(double::text::numeric, '9.99999999999999EEEE')::numeric;
    if shorter::double precision <> double then
      shorter := to_char(double::text::numeric, '9.999999999999999EEEE')::numeric;
    end if;
    if shorter::double precision = double then
      return to_jsonb(trim_scale(shorter));
    end if;
  end if;
  return to_jsonb(double);
end
$$;

-- A day of the years 0001 to 9999 that exists: of months with 31 days, with 30 days, February, and its 29th in leap years.
create function registry_is_date(given text) returns boolean
  language sql immutable strict parallel safe
as $$
  select given ~ ('^(?!0000)([0-9]{4}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|[0-9]{4}-(0[469]|11)-(0[1-9]|[12][0-9]|30)'
    '|[0-9]{4}-02-(0[1-9]|1[0-9]|2[0-8])|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$')
$$;

-- A day, or the first moment of one in UTC.
create function registry_convert_date(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
declare
  day text := regexp_replace(given, 'T00:00:00\.000Z$', '');
begin
  return case when registry_is_date(day) then day end;
end
$$;

-- A time in RFC 3339 or a day, in UTC with three decimals, or six if there are microseconds. The parts are cut out by their places:
-- a pattern that captures them would take ten times as long.
create function registry_convert_datetime(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
declare
  day text := left(given, 10);
  moment timestamp;
  decimals text;
begin
  if given !~ '^.{10}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6}0{0,3})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$'
    or not registry_is_date(day)
  then
    return null;
  elsif length(given) = 10 then
    return day || 'T00:00:00.000Z';
  end if;
  moment := make_timestamp(left(day, 4)::int, substr(day, 6, 2)::int, substr(day, 9)::int,
    substr(given, 12, 2)::int, substr(given, 15, 2)::int, substr(given, 18, 2)::int);
  if given ~ ':..$' then
    moment := moment - make_interval(
      hours => left(right(given, 6), 3)::int,
      mins => (left(right(given, 6), 1) || right(given, 2))::int);
  end if;
  if moment < make_timestamp(1, 1, 1, 0, 0, 0) or moment >= make_timestamp(10000, 1, 1, 0, 0, 0) then
    return null;
  end if;
  decimals := rpad(coalesce(substring(given from '\.([0-9]{1,6})'), ''), 6, '0');
  return to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.') || regexp_replace(decimals, '000$', '') || 'Z';
end
$$;

-- A length of time, as `1h30m` or in ISO 8601, in the one form in which it is stored.
create function registry_convert_duration(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
declare
  part text[];
  seconds numeric;
begin
  if given ~ '^P' then
    part := regexp_match(given, '^P(?=.)(?:([0-9]+)W)?(?:([0-9]+)D)?'
      '(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:[.,]([0-9]{1,6})0*)?S)?)?$');
  else
    part := regexp_match(given, '^(?=.)(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?'
      '(?:([0-9]+)(?:\.([0-9]{1,6})0*)?s)?(?:([0-9]+)ms)?$');
  end if;
  if part is null or length(given) > 100 then
    return null;
  end if;
  seconds := coalesce(part[1], '0')::numeric * 604800 + coalesce(part[2], '0')::numeric * 86400
    + coalesce(part[3], '0')::numeric * 3600 + coalesce(part[4], '0')::numeric * 60
    + (coalesce(part[5], '0') || '.' || coalesce(part[6], '0'))::numeric + coalesce(part[7], '0')::numeric * 0.001;
  return case when seconds < 86400000000000 then registry_duration_text(seconds) end;
end
$$;

-- A version has at most 128 characters as JavaScript counts them, which are two for each one beyond U+FFFF.
create function registry_convert_version(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
begin
  if octet_length(given) <= 128 then
    return given;
  elsif length(given) <= 128 and length(given) + length(regexp_replace(given, '[\u0001-\uFFFF]', '', 'g')) <= 128 then
    return given;
  end if;
  return null;
end
$$;

-- A text, number or boolean in the form of a field that is neither an object nor a reference.
create function registry_convert_scalar(value jsonb, form jsonb) returns jsonb
  language plpgsql immutable strict parallel safe
as $$
declare
  given text := value #>> '{}';
begin
  case form ->> 'type'
    when 'string' then return to_jsonb(given);
    when 'int' then return to_jsonb(registry_convert_whole(value, -2147483648, 2147483647));
    when 'bigint' then return to_jsonb(registry_convert_whole(value, -9223372036854775808, 9223372036854775807)::text);
    when 'float' then return registry_convert_float(value);
    when 'version' then return to_jsonb(registry_convert_version(given));
    when 'enum' then return case when form -> 'values' ? given then to_jsonb(given) end;
    else
      -- No value of the other types is as long; matching a pattern takes several times the memory of the text.
      if octet_length(given) > 100 then
        return null;
      end if;
  end case;
  case form ->> 'type'
    when 'boolean' then return case when given in ('true', 'false') then given::jsonb end;
    when 'datetime' then return to_jsonb(registry_convert_datetime(given));
    when 'date' then return to_jsonb(registry_convert_date(given));
    when 'duration' then return to_jsonb(registry_convert_duration(given));
    when 'uuid' then
      return case when given ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then to_jsonb(lower(given)) end;
    else return null;
  end case;
end
$$;

-- An object with these members: each is the first value that is there under one of its attributes `from`, converted, or what fills
-- its place. The object does not convert if one of its values does not, or if a required one is missing.
create function registry_convert_object(value jsonb, members jsonb) returns jsonb
  language plpgsql immutable strict parallel safe
as $$
declare
  member jsonb;
  given jsonb;
  converted jsonb := '{}';
begin
  for member in select jsonb_path_query(members, '$[*]') loop
    select value -> source into given
      from jsonb_array_elements_text(member -> 'from') with ordinality as sources (source, place)
      where value -> source <> 'null' order by place limit 1;
    if given is not null then
      given := registry_convert(given, member -> 'form');
    elsif member ? 'fill' then
      given := member -> 'fill';
    elsif member -> 'required' = 'true' then
      return null;
    else
      continue;
    end if;
    if given is null then
      return null;
    end if;
    converted := converted || jsonb_build_object(member ->> 'attribute', given);
  end loop;
  return converted;
end
$$;

-- The key of a reference's target: the value itself if the key is one field, or an object with exactly its fields.
create function registry_convert_key(value jsonb, key jsonb) returns jsonb
  language plpgsql immutable strict parallel safe
as $$
declare
  part jsonb;
  given jsonb;
  converted jsonb := '{}';
begin
  if jsonb_array_length(key) = 1 then
    return registry_convert_item(value, key -> 0 -> 'form');
  elsif jsonb_typeof(value) <> 'object' or (select count(*) from jsonb_object_keys(value)) <> jsonb_array_length(key) then
    return null;
  end if;
  for part in select jsonb_array_elements(key) loop
    given := registry_convert_item(value -> (part ->> 'attribute'), part -> 'form');
    if given is null then
      return null;
    end if;
    converted := converted || jsonb_build_object(part ->> 'attribute', given);
  end loop;
  return converted;
end
$$;

-- One value, or one item of a list: not a list itself, unless the field is json.
create function registry_convert_item(value jsonb, form jsonb) returns jsonb
  language plpgsql immutable strict parallel safe
as $$
declare
  kind text := jsonb_typeof(value);
  wanted text := form ->> 'type';
begin
  if kind in ('string', 'number', 'boolean') and form -> 'convert' ? (value #>> '{}') then
    return nullif(form -> 'convert' -> (value #>> '{}'), 'null');
  elsif kind = 'null' then
    return null;
  elsif wanted = 'json' then
    return value;
  elsif kind = 'array' then
    return null;
  elsif wanted = 'reference' then
    return registry_convert_key(value, form -> 'key');
  elsif wanted = 'object' then
    return case when kind = 'object' then registry_convert_object(value, form -> 'members') end;
  elsif kind = 'object' then
    return null;
  end if;
  return registry_convert_scalar(value, form);
end
$$;

-- A stored value in the form of another field; null if it does not convert. One value becomes a list of one, and such a list one
-- value; a list converts if all its items do.
create function registry_convert(value jsonb, form jsonb) returns jsonb
  language plpgsql immutable strict parallel safe
as $$
declare
  item jsonb;
  converted jsonb[] := '{}';
begin
  if jsonb_typeof(value) <> 'array' then
    item := registry_convert_item(value, form);
    return case when item is not null and form -> 'list' = 'true' then jsonb_build_array(item) else item end;
  elsif form -> 'list' = 'true' then
    for item in select jsonb_array_elements(value) loop
      item := registry_convert_item(item, form);
      if item is null then
        return null;
      end if;
      converted := array_append(converted, item);
    end loop;
    return to_jsonb(converted);
  elsif form ->> 'type' = 'json' then
    return value;
  end if;
  return case when jsonb_array_length(value) = 1 then registry_convert_item(value -> 0, form) end;
end
$$;

-- The canonical text of an object's key, as `printKey` makes it of the same array: JSON without spaces between its tokens, in NFC.
create function registry_key_text(key jsonb) returns text
  language sql immutable strict parallel safe
as $$
  select normalize(regexp_replace(key::text, '("(?:[^"\\]|\\.)*")| ', '\1', 'g'), NFC)
$$;
