import type pg from 'pg'

/** The commit that was tested on the newest images. */
export const commit = 'b3127d0c5f8e4a6b9d21c03e7f5a48b6d9e0c1f2'

/**
 * Fills typed tables with `objects` images and four times as many roles, and the registry's storage with the same
 * objects, in the form in which the registry writes them. Of each 50 images
 *
 * - one, on a kernel 6.8.0, has results of all 50 roles for `commit`, of which one in ten has failed;
 * - fifteen, on kernels 5.15.0, have older results of 10 roles each;
 * - the others, on kernels 5.4.0, have none.
 *
 * With 100,000 images these are 400,000 roles, 100,000 of them for `commit`; 20,000 images are of one distr, 1,000 have
 * kernel 6.8.0-0, and 200 of these are of distr ubuntu.
 */
export async function loadData(client: pg.ClientBase, objects: number, withRoles = true): Promise<void> {
  await client.query(typedTables)
  await client.query(typedImages, [objects])
  if (withRoles) await client.query(typedRoles, [commit])
  for (const statement of [storedImages, storedRoles, history]) await client.query(statement)
  // Like after an autovacuum: the index on documents has all new entries in its tree.
  await client.query('vacuum analyze')
}

/** The same indexes as the registry's: on the key, on times, on references, and for equality on any field. */
const typedTables = `
create schema typed;
create table typed.image (
  name       text collate "C" primary key,
  distr      text,
  version    text,
  kernel     text,
  lts        boolean,
  created_at timestamptz(6) not null default clock_timestamp(),
  updated_at timestamptz(6) not null default clock_timestamp()
);
create table typed.role (
  name       text collate "C" not null,
  image      text collate "C" not null references typed.image (name),
  commit     text,
  status     boolean not null,
  created_at timestamptz(6) not null default clock_timestamp(),
  updated_at timestamptz(6) not null default clock_timestamp(),
  primary key (name, image, status)
);
create index on typed.image (created_at, name);
create index on typed.image (updated_at, name);
create index on typed.image (distr);
create index on typed.image (version);
create index on typed.image (kernel);
create index on typed.image (lts);
create index on typed.role (created_at, name, image, status);
create index on typed.role (updated_at, name, image, status);
create index on typed.role (image, created_at);
create index on typed.role (commit);
create index on typed.role (status);`

const typedImages = `
insert into typed.image
select 'image-' || i, (array['ubuntu', 'debian', 'centos', 'fedora', 'alpine'])[1 + block % 5], 18 + block % 7 || '.04',
  case when place = 0 then '6.8.0-' || block / 5 % 2 when place <= 15 then '5.15.0-' || block % 4 else '5.4.0-' || block % 100 end,
  block % 2 = 0, time, time
from (select i, i / 50 as block, i % 50 as place, timestamptz '2026-01-01T00:00:00Z' + i * interval '1 second' as time
      from generate_series(0, $1::int - 1) as i) as rows`

const typedRoles = `
insert into typed.role
select 'role-' || role, 'image-' || i, case when place = 0 then $1 else left(encode(sha256(('' || i / 50 % 500)::bytea), 'hex'), 40) end,
  (i / 500 + role) % 10 <> 0, time, time
from (select split_part(name, '-', 2)::int as i, split_part(name, '-', 2)::int % 50 as place from typed.image) as images,
  generate_series(0, case when place = 0 then 49 when place <= 15 then 9 else -1 end) as role,
  lateral (select timestamptz '2026-03-01T00:00:00Z' + (i * 50 + role) * interval '1 second' as time) as times`

const columns = 'template, key, uuid, document, refs, version, created_at, updated_at, outcome'

const storedImages = `
insert into registry_object (${columns})
select 'image', json_build_array(name)::text, gen_random_uuid(),
  jsonb_build_object('name', name, 'distr', distr, 'version', version, 'kernel', kernel, 'lts', lts),
  '{}', 1, created_at, updated_at, 'CREATED'
from typed.image order by created_at`

const storedRoles = `
insert into registry_object (${columns})
select 'role', replace(json_build_array(name, json_build_array(image), status)::text, ', ', ','), gen_random_uuid(),
  jsonb_build_object('name', name, 'image', image, 'commit', commit, 'status', status),
  jsonb_build_object('image', json_build_array(image)::text), 1, created_at, updated_at, 'CREATED'
from typed.role order by created_at`

const history = `
insert into registry_change (template, key, uuid, outcome, version, document, changed_at)
select template, key, uuid, outcome, version, document, updated_at from registry_object order by updated_at`
