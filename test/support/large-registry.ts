import type { TestRegistry } from './registry.ts'

const images = 50_000

/**
 * 50,000 images and two roles for each, and 25,000 releases that list three images each, straight into the tables in the form that the
 * server stores. A distr is that of 2,500 images, a kernel that of one; every tenth image has neither size nor tags; half of the roles
 * have passed.
 */
export async function fillRegistry(registry: Pick<TestRegistry, 'sql'>): Promise<void> {
  // An index that is built at once takes a fraction of the time.
  const indexes = await registry.sql(
    "select indexname as name, indexdef as definition from pg_indexes where indexname like 'ro\\_%' and schemaname = current_schema",
  )
  for (const { name } of indexes) await registry.sql(`drop index "${name}"`)
  const columns =
    'template, key, uuid, document, refs, version, created_at, updated_at, outcome, created_by, updated_by'
  await registry.sql(`insert into registry_object (${columns})
    select 'image', json_build_array(name)::text, gen_random_uuid(),
      jsonb_build_object('name', name, 'distr', 'distr' || i % 20, 'version', (i % 50) || '.' || i % 7, 'kernel', '5.' || i % 30 || '.0-' || i, 'lts', i % 3 = 0,
        'serial', 'serial-' || i) || case when i % 10 = 0 then '{}' else jsonb_build_object('size', i % 5000, 'tags', jsonb_build_array('t' || i % 100)) end,
      '{}', 1, time, time + (i * 7919 % ${images}) * interval '1 second', 'CREATED', 'loader', 'loader'
    from (select i, 'image-' || i as name, timestamptz '2026-01-01T00:00:00Z' + i * interval '1 second' as time from generate_series(1, ${images}) as i) as rows`)
  await registry.sql(`insert into registry_object (${columns})
    select 'role', replace(json_build_array(name, json_build_array(image), status)::text, ', ', ','), gen_random_uuid(),
      jsonb_build_object('name', name, 'image', image, 'commit', 'commit-' || i % 1000, 'status', status),
      jsonb_build_object('image', json_build_array(image)::text), 1, time, time, 'CREATED', 'loader', 'loader'
    from (select i, (array['ntp-client', 'sshd', 'docker', 'nginx'])[1 + i % 4] as name, 'image-' || 1 + i / 2 as image, i % 8 < 4 as status,
      timestamptz '2026-02-01T00:00:00Z' + i * interval '1 second' as time from generate_series(0, ${2 * images - 1}) as i) as rows`)
  await registry.sql(`insert into registry_object (${columns})
    select 'release', json_build_array(name)::text, gen_random_uuid(), jsonb_build_object('name', name, 'images', to_jsonb(images), 'stage', 'stage' || i % 1000,
        'build', jsonb_build_object('host', 'host-' || i), 'files', jsonb_build_array(jsonb_build_object('digest', 'digest-' || i, 'size', i)), 'extra', jsonb_build_object('ci', jsonb_build_object('job', i))),
      jsonb_build_object('images', (select jsonb_agg(json_build_array(image)::text) from unnest(images) as image)), 1, time, time, 'CREATED', 'loader', 'loader'
    from (select i, 'release-' || i as name, array['image-' || 2 * i, 'image-' || 2 * i - 1, 'image-' || 1 + i * 7919 % ${images}] as images,
      timestamptz '2026-03-01T00:00:00Z' + i * interval '1 second' as time from generate_series(1, ${images / 2}) as i) as rows`)
  // All objects are read for the statistics, not a random sample of them, so that each run has the same plans. The number is prime
  // for the bounds of the histogram, every hundredth object or so, not to have the same value of a field that repeats.
  for (const template of ['image', 'role', 'release'])
    await registry.sql(`alter table registry_${template}_objects alter document set statistics 347`)
  for (const { definition } of indexes) await registry.sql(definition)
  // Statistics of all words would take most of the time.
  for (const { name } of indexes)
    if (name.includes('_search_')) await registry.sql(`alter index "${name}" alter column 1 set statistics 0`)
  // Like after an autovacuum: the index on documents has all new entries in its tree.
  await registry.sql('vacuum analyze registry_object')
}

export const largeTemplates = [
  `
name: image
key: [name]
fields:
  name: string
  distr: string
  version: { type: version, indexed: true }
  kernel: string
  lts: boolean
  size: { type: int, indexed: true }
  serial: { type: string, unique: true }
  tags: [string]
`,
  `
name: role
key: [name, image, status]
fields:
  name: string
  image: { type: reference, to: image }
  commit: string
  status: boolean
`,
  `
name: release
key: [name]
fields:
  name: string
  images: { type: [reference], to: image, onDelete: unset }
  stage: string
  build: { type: object, fields: { host: string } }
  files: { type: [object], fields: { digest: string, size: int } }
  extra: json
`,
] as const
