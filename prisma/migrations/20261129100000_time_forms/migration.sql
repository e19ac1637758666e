-- Texts become times in more of the forms that an input takes: those that begin with the day as 2026-03-29 and have their offset in
-- digits, or as Z, UTC or GMT. The forms with names of months, with letters of time zones behind the offset, or in another order do not
-- convert.

-- The other forms of a time: +0200, +02, +2 and a blank before the offset; UTC, GMT, UTC+02:00; a comma before the decimals; no
-- seconds; more than six decimals, of which the first six are kept.
create function registry_convert_written_time(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
declare
  part text[] := regexp_match(given, '^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt]| +)([01][0-9]|2[0-3]):([0-5][0-9])'
    '(?::([0-5][0-9])(?:[.,]([0-9]+))?)? *(?:[Zz]|(?:[Uu][Tt][Cc]?|[Gg][Mm][Tt])([+-][0-9]{2}:?[0-9]{2})?'
    '|([+-](?:[0-9]{2}(?::?[0-9]{2})?|[0-9](?::[0-9]{2})?)))$');
  ahead text[];
  moment timestamp;
begin
  if part is null or not registry_is_date(part[1]) then
    return null;
  end if;
  moment := make_timestamp(left(part[1], 4)::int, substr(part[1], 6, 2)::int, right(part[1], 2)::int,
    part[2]::int, part[3]::int, coalesce(part[4], '0')::int);
  ahead := regexp_match(coalesce(part[6], part[7], '+00'), '^([+-])([0-9]{1,2}):?([0-9]{2})?$');
  if ahead[2]::int > 23 or coalesce(ahead[3], '0')::int > 59 then
    return null;
  end if;
  moment := moment - (ahead[1] || '1')::int * make_interval(hours => ahead[2]::int, mins => coalesce(ahead[3], '0')::int);
  if moment < make_timestamp(1, 1, 1, 0, 0, 0) or moment >= make_timestamp(10000, 1, 1, 0, 0, 0) then
    return null;
  end if;
  return to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.') || regexp_replace(rpad(left(coalesce(part[5], ''), 6), 6, '0'), '000$', '')
    || 'Z';
end
$$;

-- RFC 3339 and days are cut by their places, which takes a tenth of the time.
create or replace function registry_convert_datetime(given text) returns text
  language plpgsql immutable strict parallel safe
as $$
declare
  day text := left(given, 10);
  moment timestamp;
  decimals text;
begin
  if given !~ '^.{10}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6}0{0,3})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$'
  then
    return registry_convert_written_time(given);
  elsif not registry_is_date(day) then
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
