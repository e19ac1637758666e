-- The words of a document, for search: {"name": "ntp-client", "tags": ["v1.2"]} has name=ntp-client, name+client, tags=v1-2,
-- tags+1-2 and tags+2. Behind the attribute, = stands before the beginning of a text and + before each word further on; each is
-- followed by the rest of the text up to the next space, in at most 64 characters. So the beginning of a word, and what comes after
-- it without a space, is the beginning of a lexeme. `src/plan/search/search-words.ts` brings what is searched into the same form.
--
-- Letters and digits make words, and so does all that is beyond ASCII, but for some spaces and punctuators. Any of the others are one
-- hyphen, or with a space among them one space. A word also begins at a capital behind a small letter or a digit (NtpClient), at the
-- last of several capitals (HTTPServer), and at digits that end a word (v1, host01). Of numbers, times and uuids only the beginning
-- counts.
--
-- A tsvector may have a megabyte, and a lexeme two kilobytes. So a text counts with its first 1,000 characters, and an object with
-- some 1,200 words, its scalar fields first. An index calls this while other schemas are out of sight (PostgreSQL 17): it may call
-- nothing of ours. Its cost keeps the planner from calling it for each row.
create function registry_search_words(document jsonb) returns tsvector
  language plpgsql immutable strict parallel safe cost 10000
as $$
declare
  attribute text;
  held jsonb;
  kind text;
  texts text[];
  given text;
  rest text;
  words text[] := '{}';
begin
  for attribute, held, kind in
    select each.key, each.value, jsonb_typeof(each.value)
      from jsonb_each(document) as each
      order by jsonb_typeof(each.value) in ('array', 'object'), each.key collate "C"
  loop
    -- No field has such a name; an additional attribute may.
    continue when kind in ('boolean', 'null') or octet_length(attribute) > 208 or attribute ~ '[=+]';
    if kind in ('array', 'object') then
      texts := array(
        select leaf #>> '{}'
          from jsonb_path_query(held, 'strict $.** ? (@.type() == "string" || @.type() == "number")') as leaf limit 1200);
    else
      texts := array[held #>> '{}'];
    end if;
    foreach given in array texts loop
      exit when cardinality(words) >= 1200;
      given := replace(left(given, 1000), E'\x01', ' ');
      -- U+0001 marks where a word begins inside of letters and digits.
      if given <> lower(given collate "C") then
        given := regexp_replace(given, '([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])', E'\\1\\2\x01', 'g');
      end if;
      if octet_length(given) = length(given) then
        given := lower(given collate "C");
      else
        given := replace(lower(normalize(given) collate "und-x-icu") collate "C", 'ς', 'σ');
        given := translate(given, E'\u00a0\u2007\u202f\u3000«»‐‑–—‘’“”„…·', '    -------------');
      end if;
      if given ~ '[^a-z0-9]' then
        given := regexp_replace(given, '[\x02-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]*[\x02-\x20\x7f][\x02-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]*', ' -', 'g');
        given := regexp_replace(given, '[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+', '-', 'g');
        given := trim(both ' -' from given);
      end if;
      continue when given = '';
      if given ~ '[a-z][0-9]' then
        given := regexp_replace(given, '(^|-)([a-z]+)(?=[0-9]+([ -]|$))', E'\\1\\2\x01', 'g');
      end if;
      rest := replace(given, E'\x01', '');
      words := words || (attribute || '=' || left(split_part(rest, ' ', 1), 64));
      continue when kind = 'number' or rest like '____-__-__t__-__-__-%z' or rest like '________-____-____-____-____________';
      loop
        rest := substr(rest, nullif(strpos(rest, '-'), 0) + 1);
        exit when rest is null;
        words := words || (attribute || '+' || left(split_part(rest, ' ', 1), 64));
      end loop;
      continue when strpos(given, E'\x01') = 0;
      rest := given;
      loop
        rest := substr(rest, nullif(strpos(rest, E'\x01'), 0) + 1);
        exit when rest is null;
        words := words || (attribute || '+' || left(replace(split_part(rest, ' ', 1), E'\x01', ''), 64));
      end loop;
    end loop;
  end loop;
  return array_to_tsvector(words);
end
$$;
