-- In which partition the object with a uuid is: without that, a look-up by uuid has to plan, lock and search all partitions. The two
-- storages of a template that gets another key have the same uuids. Triggers keep it, so that it holds whichever server writes.
create table registry_uuid (
  uuid      uuid     not null,
  -- Of a partition that has been dropped, only a number stays.
  partition regclass not null
);

-- Writers wait until this migration ends.
lock table registry_object in share row exclusive mode;

create function registry_note_uuid() returns trigger
  language plpgsql
as $$
begin
  if tg_op <> 'INSERT' then
    delete from registry_uuid as noted where noted.uuid = old.uuid and noted.partition = tg_relid;
  end if;
  if tg_op <> 'DELETE' then
    insert into registry_uuid (uuid, partition) values (new.uuid, tg_relid);
  end if;
  return null;
end
$$;

insert into registry_uuid (uuid, partition) select uuid, tableoid from registry_object;

alter table registry_uuid add constraint registry_uuid_pkey primary key (uuid, partition);

create trigger registry_note_uuid after insert or delete or update of uuid on registry_object
  for each row execute function registry_note_uuid();

-- The objects with that uuid, of all templates. The statement for one partition is planned anew each time, which takes less than to
-- keep plans for all.
create function registry_with_uuid(wanted uuid) returns setof registry_object
  language plpgsql stable parallel safe rows 1
as $$
declare
  held regclass;
begin
  for held in
    select noted.partition from registry_uuid as noted join pg_inherits as known on known.inhrelid = noted.partition and known.inhparent = 'registry_object'::regclass where noted.uuid = wanted
  loop
    return query execute format('select * from %s where uuid = $1', held) using wanted;
  end loop;
end
$$;
