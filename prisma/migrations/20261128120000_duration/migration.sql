-- How long a duration is, in the one form in which it is stored: P1DT2H, PT1H30M, PT0.5S. Null for any other text, which an
-- earlier form of a template may have left. Not strict, so that it can be inlined.
create function registry_duration_seconds(duration text) returns numeric
  language sql immutable parallel safe
as $$
  select case when duration ~ '^P(?=.)([0-9]{1,9}D)?(T(?=.)([0-9]{1,2}H)?([0-9]{1,2}M)?([0-9]{1,2}(\.[0-9]{1,6})?S)?)?$'
    then coalesce(substring(duration from '([0-9]+)D')::numeric, 0) * 86400
       + coalesce(substring(duration from '([0-9]+)H')::numeric, 0) * 3600
       + coalesce(substring(duration from '([0-9]+)M')::numeric, 0) * 60
       + coalesce(substring(duration from '([0-9.]+)S')::numeric, 0)
    end
$$;

-- Back to that form, to the microsecond.
create function registry_duration_text(seconds numeric) returns text
  language sql immutable strict parallel safe
as $$
  select 'P'
    || case when total >= 86400 then div(total, 86400) || 'D' else '' end
    || case when rest > 0 or total = 0 then 'T' else '' end
    || case when rest >= 3600 then div(rest, 3600) || 'H' else '' end
    || case when mod(rest, 3600) >= 60 then div(mod(rest, 3600), 60) || 'M' else '' end
    || case when mod(rest, 60) > 0 or total = 0 then trim_scale(mod(rest, 60)) || 'S' else '' end
  from (select round(seconds, 6) as total, mod(round(seconds, 6), 86400) as rest) as parts
$$;
