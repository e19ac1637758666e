-- The text of JSON with its texts in NFC. What follows an escape, as in "\n", does not combine with the escape's letter.
create function registry_normal_json(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
begin
  if strpos(given, '\') = 0 then
    return normalize(given, NFC);
  end if;
  return (
    select string_agg(coalesce(normalize(part[1], NFC), part[2]), '' order by place)
    from regexp_matches(given, '([^\\]+)|(\\(?:u[0-9a-f]{4}|.))', 'g') with ordinality as found (part, place)
  );
end
$$;

-- As before, but for such texts.
create or replace function registry_key_text(key jsonb) returns text
  language sql immutable strict parallel safe
as $$
  select registry_normal_json(regexp_replace(key::text, '("(?:[^"\\]|\\.)*")| ', '\1', 'g'))
$$;
