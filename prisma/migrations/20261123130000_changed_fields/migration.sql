-- The fields whose type was another one while objects already had them, so that old values may still be stored.
alter table registry_template add column changed_fields text[] not null default '{}';
