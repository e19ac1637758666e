-- As before, but the deletion is found by its key alone. With an index of transactions, PostgreSQL otherwise read all changes of the transaction
-- for each object that it deletes, and a deletion of many took a time that grew with their square.
create or replace function registry_keep_past() returns trigger
  language plpgsql
as $$
declare
  ended timestamptz;
  author text;
  principal text;
begin
  if tg_op = 'UPDATE' then
    ended := new.changed_at;
  else
    select changed_at into ended from (select transaction, outcome, changed_at from registry_change
                                       where template = old.template and key = old.key order by sequence desc limit 1) as newest
      where transaction = pg_current_xact_id() and outcome = 'DELETED';
    ended := greatest(coalesce(ended, clock_timestamp()), old.changed_at + interval '1 microsecond');
  end if;
  if old.outcome = 'UNCHANGED' then
    -- Whoever has only confirmed it is not the author of the version.
    select changed_by, changed_for into author, principal from registry_change
      where template = old.template and key = old.key and version = old.version order by sequence desc limit 1;
  else
    author := old.updated_by;
    principal := old.updated_for;
  end if;
  insert into registry_past (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to)
    values (old.template, old.key, old.uuid, old.document, old.refs, old.version, old.created_at, old.created_by, author, old.created_for, principal, old.changed_at, ended);
  return null;
end
$$;
