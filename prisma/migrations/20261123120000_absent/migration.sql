-- Stands where the API promises a value and a document, written under an earlier form of its template, has none.
-- Stable, so that the planner does not call it for a constant argument.
create function registry_absent(field text) returns jsonb
  language plpgsql stable parallel safe
as $$
begin
  raise exception using
    errcode = 'RG001',
    message = format('a stored object lacks %s, which its template requires', field),
    hint = 'Write the object again with a value, or make the field optional. In a filter, isNull: true finds such objects.';
end
$$;
