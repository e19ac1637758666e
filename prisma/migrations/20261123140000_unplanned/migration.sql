-- Too dear for any plan that would call it. A statement with `$1 or registry_unplanned()` in it is planned anew for the
-- values of each run, though it is prepared: with the value true nothing of that is left.
create function registry_unplanned() returns boolean
  language plpgsql stable parallel safe cost 1e12
as $$
begin
  return true;
end
$$;
