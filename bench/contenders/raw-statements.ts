import type { WorkloadName } from '../workloads.ts'

/** A statement whose only column `body` is the whole response. */
interface RawStatement {
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: the request's variables have any type.
  readonly values: (variables: any) => unknown[]
}

export type RawStatements = Readonly<Record<WorkloadName, RawStatement>>

/**
 * Statements over the registry's own storage. The planner knows little about the contents of documents; `offset 0` forces the
 * plan that is fast here: in creation order until enough are found, and image by image for the matrix.
 */
export const documentStatements: RawStatements = {
  point: {
    text: `select json_build_object('data', json_build_object('image', json_build_object(
  'name', document->'name', 'distr', document->'distr', 'version', document->'version', 'kernel', document->'kernel', 'lts', document->'lts')))::text as body
from registry_object where template = 'image' and key = $1`,
    values: ({ name }) => [JSON.stringify([name])],
  },
  list: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(json_build_object(
  'name', document->'name', 'distr', document->'distr', 'version', document->'version', 'lts', document->'lts')), '[]'))))::text as body
from (select document from (select document from registry_object where template = 'image' order by created_at, key offset 0) as images where document->>'distr' = $1 limit 100) as page`,
    values: ({ distr }) => [distr],
  },
  nested: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(json_build_object(
  'name', document->'name', 'roles', json_build_object('nodes', (
    select coalesce(json_agg(json_build_object('name', document->'name', 'commit', document->'commit', 'status', document->'status')), '[]')
    from (select document from registry_object where template = 'role' and (refs->>'image') collate "C" = page.key order by created_at, key limit 10) as roles)))), '[]'))))::text as body
from (select key, document from (select key, document from registry_object where template = 'image' order by created_at, key offset 0) as images where document->>'kernel' = $1 limit 50) as page`,
    values: ({ kernel }) => [kernel],
  },
  none: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(json_build_object('name', document->'name')), '[]'))))::text as body
from (select document from registry_object as image where template = 'image' and document @> $1::jsonb
  and not exists (select from registry_object as role where template = 'role' and (refs->>'image') collate "C" = image.key and document @> $2::jsonb)
  order by created_at, key limit 1000) as page`,
    values: ({ kernel, role, commit }) => [
      JSON.stringify({ kernel }),
      JSON.stringify({ name: role, commit, status: true }),
    ],
  },
  groupBy: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('groupBy', coalesce(json_agg(json_build_object(
  'key', json_build_object('distr', distr), 'count', count)), '[]'))))::text as body
from (select document->>'distr' as distr, count(*) from registry_object where template = 'image' group by 1) as groups`,
    values: () => [],
  },
  matrix: {
    text: `with columns as materialized (select key, document->'name' as name, created_at from registry_object where template = 'image' and document @> $1::jsonb),
  missing as (select row.name, columns.key from unnest($3::text[]) as row (name) cross join columns
    except select role.name, columns.key from columns cross join lateral (select document->>'name' as name from registry_object
      where template = 'role' and (refs->>'image') collate "C" = columns.key and document->>'commit' = $2 and document->'status' = 'true' offset 0) as role)
select json_build_object('data', json_build_object('roleMatrix', json_build_object('missing', coalesce(json_agg(
  json_build_object('row', missing.name, 'column', json_build_object('name', columns.name)) order by array_position($3::text[], missing.name), columns.created_at, columns.key), '[]'))))::text as body
from missing join columns using (key)`,
    values: ({ kernel, distr, commit, roles }) => [JSON.stringify({ kernel, distr }), commit, roles],
  },
  upsert: {
    text: `with written as (
    insert into registry_object as o (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
    values ('image', $1, gen_random_uuid(), $2, '{}', 1, now(), now(), 'CREATED')
    on conflict (template, key) do update set document = o.document || excluded.document, version = o.version + 1, updated_at = now(), outcome = 'UPDATED'
    returning *),
  change as (insert into registry_change (template, key, uuid, outcome, version, document, changed_at)
    select template, key, uuid, outcome, version, document, updated_at from written)
select json_build_object('data', json_build_object('upsertImage', json_build_object('image', json_build_object('name', document->'name', 'kernel', document->'kernel'))))::text as body from written`,
    values: ({ name, kernel }) => [JSON.stringify([name]), JSON.stringify({ name, kernel })],
  },
}

/** An upsert that also keeps what it replaces, as the registry does; of PostgreSQL 18. */
export const upsertWithPast: RawStatements['upsert'] = {
  text: `with written as (
    insert into registry_object as o (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome)
    values ('image', $1, gen_random_uuid(), $2, '{}', 1, clock_timestamp(), clock_timestamp(), clock_timestamp(), 'CREATED')
    on conflict (template, key) do update set document = o.document || excluded.document, version = o.version + 1, updated_at = excluded.updated_at,
      changed_at = greatest(excluded.changed_at, o.changed_at + interval '1 microsecond'), outcome = 'UPDATED'
    returning new.*, old.document as former, old.refs as former_refs, old.version as former_version, old.changed_at as former_at),
  past as (insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
    select template, key, uuid, former, former_refs, former_version, created_at, former_at, changed_at from written where former_version is not null),
  change as (insert into registry_change (template, key, uuid, outcome, version, changed_at)
    select template, key, uuid, outcome, version, changed_at from written)
select json_build_object('data', json_build_object('upsertImage', json_build_object('image', json_build_object('name', document->'name', 'kernel', document->'kernel'))))::text as body from written`,
  values: ({ name, kernel }) => [JSON.stringify([name]), JSON.stringify({ name, kernel })],
}

/** Statements over the typed tables. */
export const columnStatements: RawStatements = {
  point: {
    text: `select json_build_object('data', json_build_object('image', json_build_object(
  'name', name, 'distr', distr, 'version', version, 'kernel', kernel, 'lts', lts)))::text as body
from typed.image where name = $1`,
    values: ({ name }) => [name],
  },
  list: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(json_build_object(
  'name', name, 'distr', distr, 'version', version, 'lts', lts)), '[]'))))::text as body
from (select * from typed.image where distr = $1 order by created_at, name limit 100) as page`,
    values: ({ distr }) => [distr],
  },
  nested: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(json_build_object(
  'name', name, 'roles', json_build_object('nodes', (
    select coalesce(json_agg(json_build_object('name', name, 'commit', commit, 'status', status)), '[]')
    from (select * from typed.role where image = page.name order by created_at, name, image, status limit 10) as roles)))), '[]'))))::text as body
from (select name from typed.image where kernel = $1 order by created_at, name limit 50) as page`,
    values: ({ kernel }) => [kernel],
  },
  none: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(json_build_object('name', name)), '[]'))))::text as body
from (select name from typed.image where kernel = $1
  and not exists (select from typed.role where role.image = image.name and role.name = $2 and role.commit = $3 and role.status)
  order by created_at, name limit 1000) as page`,
    values: ({ kernel, role, commit }) => [kernel, role, commit],
  },
  groupBy: {
    text: `select json_build_object('data', json_build_object('images', json_build_object('groupBy', coalesce(json_agg(json_build_object(
  'key', json_build_object('distr', distr), 'count', count)), '[]'))))::text as body
from (select distr, count(*) from typed.image group by 1) as groups`,
    values: () => [],
  },
  matrix: {
    text: `select json_build_object('data', json_build_object('roleMatrix', json_build_object('missing', coalesce(json_agg(
  json_build_object('row', row.name, 'column', json_build_object('name', image.name)) order by row.place, image.created_at, image.name), '[]'))))::text as body
from unnest($4::text[]) with ordinality as row (name, place) cross join typed.image as image
where image.kernel = $1 and image.distr = $2
  and not exists (select from typed.role where role.name = row.name and role.image = image.name and role.commit = $3 and role.status)`,
    values: ({ kernel, distr, commit, roles }) => [kernel, distr, commit, roles],
  },
  upsert: {
    text: `insert into typed.image (name, kernel) values ($1, $2) on conflict (name) do update set kernel = excluded.kernel, updated_at = now()
returning json_build_object('data', json_build_object('upsertImage', json_build_object('image', json_build_object('name', name, 'kernel', kernel))))::text as body`,
    values: ({ name, kernel }) => [name, kernel],
  },
}
