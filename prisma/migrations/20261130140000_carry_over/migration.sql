-- What the log tells of the time before there was a past is carried over in the background: the changes of the template up to this number,
-- from before `since`. Null when that is done, or if there is nothing of the kind.
alter table registry_history add column carried_to bigint;

-- Nobody writes to the log meanwhile: what comes later is kept by the triggers.
lock table registry_change in share row exclusive mode;

-- All templates of before have the time of one migration; whatever begins later has another reason to.
update registry_history
  set carried_to = (select max(sequence) from registry_change)
  where since = (select min(since) from registry_history where since > '-infinity')
    and exists (select from registry_change where document is not null);
