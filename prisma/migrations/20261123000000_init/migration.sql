-- The objects, as JSON documents under their keys. One partition a template, made by the server when the template
-- first appears. Text is compared by code point, so that all installations order alike.
create table registry_object (
  template   text collate "C" not null,
  key        text collate "C" not null,
  uuid       uuid             not null,
  document   jsonb            not null,
  refs       jsonb            not null,
  version    integer          not null,
  created_at timestamptz(6)   not null,
  updated_at timestamptz(6)   not null,
  outcome    text             not null,
  created_by text,
  updated_by text,
  constraint registry_object_pkey primary key (template, key)
) partition by list (template);

create unique index registry_object_uuid_template_key on registry_object (uuid, template);

-- The history, written in the same statement as what it tells of.
create table registry_change (
  sequence    bigserial        not null,
  transaction xid8             not null default pg_current_xact_id(),
  template    text collate "C" not null,
  key         text collate "C" not null,
  uuid        uuid             not null,
  outcome     text             not null,
  version     integer          not null,
  document    jsonb            not null,
  changed_at  timestamptz(6)   not null,
  changed_by  text,
  run         text,
  constraint registry_change_pkey primary key (sequence)
);

create index registry_change_template_key_sequence_idx on registry_change (template, key, sequence);

create table registry_template (
  name        text           not null,
  definition  jsonb          not null,
  compiled_at timestamptz(6) not null,
  constraint registry_template_pkey primary key (name)
);

-- A text that orders by code point as the version orders naturally. Each run of digits, without leading zeros,
-- comes behind its length in three digits; the version itself at the end tells 1.0 from 1.00.
--   5.4.0-73: 0015.0014.000-00273   5.15.0-2: 0015.00215.000-0012
create function registry_version_key(version text) returns text
  language sql immutable strict parallel safe
as $$
  select coalesce(string_agg(
           case when part[1] ~ '^[0-9]'
             then to_char(length(ltrim(part[1], '0')), 'FM000') || ltrim(part[1], '0')
             else part[1]
           end, '' order by place), '') || E'\x01' || version
  from regexp_matches(version, '[0-9]+|[^0-9]+', 'g') with ordinality as parts (part, place)
$$;
