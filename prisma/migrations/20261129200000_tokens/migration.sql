-- The tokens that `createToken` has made. Only their hashes are kept: whoever reads this table can use none of them.
create table registry_token (
  id         bigserial        not null,
  -- Several tokens may have one name, so that a new one can take the place of an old one without an outage.
  name       text collate "C" not null,
  -- SHA-256 of the whole token.
  hash       bytea            not null,
  created_at timestamptz(6)   not null default now(),
  created_by text,
  expires_at timestamptz(6),
  revoked_at timestamptz(6),
  revoked_by text,
  -- The last day (UTC) on which it was used.
  used_on    date,
  constraint registry_token_pkey primary key (id),
  constraint registry_token_hash_key unique (hash)
);

create index registry_token_name_idx on registry_token (name);

-- What was done to the registry as a whole, by whom and from where. Rows are only added.
create table registry_trail (
  id           bigserial        not null,
  at           timestamptz(6)   not null default clock_timestamp(),
  -- TOKEN_CREATED, TOKEN_REVOKED, ROLES_CHANGED, TEMPLATES_ACCEPTED, TEMPLATE_PURGED
  action       text             not null,
  -- The name of what it was done to, or the digest.
  subject      text             not null,
  details      jsonb            not null default '{}',
  actor        text,
  on_behalf_of text,
  -- The IP address that the request came from. Null: the server did it by itself.
  address      text,
  constraint registry_trail_pkey primary key (id)
);
