-- What the past was at a time: both ends of a version are in one index, so that only those are read that held then.
do $$
begin
  -- The server builds it beside the writers where there is something to read, and drops the former one then.
  if not exists (select from registry_past) then
    create index registry_past_template_valid_to_valid_from_idx on registry_past (template, valid_to, valid_from);
    drop index registry_past_template_valid_to_idx;
  end if;
end
$$;
