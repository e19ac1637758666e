import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()
const start = (...templates: readonly string[]) => registries.start(templates)

const image = '{ name: image, key: [name], fields: { name: string } }'
const role = (onDelete: string, more = '') =>
  `{ name: role, key: [name], fields: { name: string, image: { type: reference, to: image, onDelete: ${onDelete} }${more} } }`
const roles =
  'mutation { upsertImages(input: [{name: "u"}, {name: "v"}]) { created } upsertRoles(input: [{name: "r", image: "u"}, {name: "s", image: "v"}]) { created } }'
const listed = '{ templates(includeRemoved: true) { name state count fields { name } } }'

test('a template that is gone is listed, restricts deletes, comes back with its objects, and is purged', async () => {
  await (await start(image, role('restrict'))).data(roles)
  const without = await start(image)
  expect(await without.data('{ templates { name state } }')).toEqual({
    templates: [{ name: 'image', state: 'ACTIVE' }],
  })
  expect(await without.data(listed)).toEqual({
    templates: [
      { name: 'image', state: 'ACTIVE', count: 2, fields: [{ name: 'name' }] },
      { name: 'role', state: 'REMOVED', count: 2, fields: [{ name: 'name' }, { name: 'image' }] },
    ],
  })
  const deleted = await without.query('mutation { deleteImage(name: "u") { name } }')
  expect(deleted.errors).toMatchObject([
    {
      message:
        'The image "u" is still referred to by a role (its image); its template was removed: bring its file back, or delete its objects for good with "registry templates purge role".',
      extensions: { code: 'STILL_REFERENCED', issues: [{ template: 'role', field: 'image' }] },
    },
  ])
  const back = await start(image, role('restrict', ', note: string'))
  expect(await back.data('{ roles { nodes { name image { name } note } } }')).toEqual({
    roles: {
      nodes: [
        { name: 'r', image: { name: 'u' }, note: null },
        { name: 's', image: { name: 'v' }, note: null },
      ],
    },
  })
  expect((await back.query('mutation { purgeTemplate(name: "role") }')).errors?.[0]?.message).toContain('is in use')
  const again = await start('{ name: image, description: alone, key: [name], fields: { name: string } }')
  // A dry run counts them, and leaves them.
  expect(await again.data('mutation { purgeTemplate(name: "role", dryRun: true) }')).toEqual({ purgeTemplate: 2 })
  expect(await again.data('mutation { purgeTemplate(name: "role") }')).toEqual({ purgeTemplate: 2 })
  expect(await again.sql("select count(*)::int as count from registry_object where template = 'role'")).toEqual([
    { count: 0 },
  ])
  expect(await again.sql("select count(*)::int as count from registry_change where template = 'role'")).toEqual([
    { count: 0 },
  ])
  expect(await again.data(listed)).toEqual({
    templates: [{ name: 'image', state: 'ACTIVE', count: 2, fields: [{ name: 'name' }] }],
  })
  expect((await again.query('mutation { purgeTemplate(name: "role") }')).errors?.[0]?.extensions?.code).toBe(
    'BAD_USER_INPUT',
  )
  expect(await again.data('mutation { deleteImage(name: "u") { name } }')).toEqual({ deleteImage: { name: 'u' } })
  const anew = await start(image, role('cascade', ', other: int'))
  expect(await anew.data('mutation { upsertRole(input: {name: "r", image: "v", other: 1}) { outcome } }')).toEqual({
    upsertRole: { outcome: 'CREATED' },
  })
})

test.each([
  ['cascade', []],
  ['unset', [{ name: 'r', image: null }]],
])('the objects of a template that is gone still follow deletes with %s', async (onDelete, left) => {
  const first = await start(image, role(onDelete))
  await first.data(
    'mutation { upsertImage(input: {name: "u"}) { outcome } upsertRole(input: {name: "r", image: "u"}) { outcome } }',
  )
  const without = await start(image)
  expect(await without.data('mutation { deleteImage(name: "u") { name } }')).toEqual({ deleteImage: { name: 'u' } })
  const back = await start(image, role(onDelete, ', note: string'))
  expect((await back.data('{ roles { nodes { name image { name } } } }')).roles.nodes).toEqual(left)
})

test('of a template that is gone no rule is in force, also where it refers to itself', async () => {
  const note = (rule: string) =>
    `{ name: note, key: [text], fields: { text: string, size: { type: int${rule} }, after: { type: reference, to: note, onMissing: allow${rule && ', required: true'} } } }`
  const violations = '{ templates(includeRemoved: true) { name state violations { field count } } }'
  await (await start(image, note(''))).data('mutation { upsertNote(input: {text: "a", size: 1}) { outcome } }')
  const broken = {
    name: 'note',
    state: 'ACTIVE',
    violations: [
      { field: 'size', count: 1 },
      { field: 'after', count: 1 },
    ],
  }
  const intact = { name: 'image', state: 'ACTIVE', violations: [] }
  expect((await (await start(image, note(', minimum: 2'))).data(violations)).templates).toEqual([intact, broken])
  const gone = { ...broken, state: 'REMOVED', violations: [] }
  expect((await (await start(image)).data(violations)).templates).toEqual([intact, gone])
  expect((await (await start(image, note(', minimum: 2'))).data(violations)).templates).toEqual([intact, broken])
})

test('a field comes back with its values, and what was written meanwhile', async () => {
  const host = (fields: string) => `{ name: host, key: [name], fields: { name: string${fields} } }`
  const first = await start(host(', size: int, note: string'))
  await first.data('mutation { upsertHosts(input: [{name: "a", size: 1, note: "n"}, {name: "b"}]) { created } }')
  const without = await start(host(', note: string'))
  expect(await without.data('{ hosts { nodes { name _document } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', _document: { name: 'a', note: 'n' } },
        { name: 'b', _document: { name: 'b' } },
      ],
    },
  })
  await without.data('mutation { upsertHost(input: {name: "a", note: "other"}) { outcome } }')
  await first.data('mutation { upsertHost(input: {name: "b", size: 2}) { outcome } }')
  const back = await start(host(', size: int, note: string, more: string'))
  expect(await back.data('{ hosts(where: {size: {gte: 1}}) { nodes { name size note } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', size: 1, note: 'other' },
        { name: 'b', size: 2, note: null },
      ],
    },
  })
})
