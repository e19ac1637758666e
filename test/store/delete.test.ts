import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())

test('a delete returns the deleted object as it was, with everything below it, and null if it did not exist', async () => {
  await registry.data(
    'mutation { upsertImage(input: {name: "i", lts: true}) { outcome } upsertRole(input: {name: "r", image: "i", status: true, commit: "c"}) { outcome } }',
  )
  const text =
    'mutation { deleteRole(name: "r", image: "i", status: true) { commit image { lts roles { nodes { commit } } } _meta { version createdBy } _document } }'
  expect(await registry.data(text)).toEqual({
    deleteRole: {
      commit: 'c',
      image: { lts: true, roles: { nodes: [{ commit: 'c' }] } },
      _meta: { version: 1, createdBy: null },
      _document: { name: 'r', image: 'i', status: true, commit: 'c' },
    },
  })
  expect(await registry.data(text)).toEqual({ deleteRole: null })
  expect(await registry.data('{ image(name: "i") { roles { totalCount } } }')).toEqual({
    image: { roles: { totalCount: 0 } },
  })
  expect(
    await registry.data(
      'mutation { deleteImage(name: "i", ifVersion: 1) { _meta { version } } again: deleteImage(name: "i", ifVersion: 1) { name } }',
    ),
  ).toEqual({
    deleteImage: { _meta: { version: 1 } },
    again: null,
  })
})

test('with ifVersion, a delete succeeds only at the given version', async () => {
  await registry.data(
    'mutation { upsertImage(input: {name: "v"}) { outcome } again: upsertImage(input: {name: "v", lts: true}) { outcome } }',
  )
  const message = 'ifVersion: 1 was given for the image "v", but it is at version 2; read it again before you retry.'
  const code = 'VERSION_CONFLICT'
  expect(await registry.query('mutation { deleteImage(name: "v", ifVersion: 1) { name } }')).toEqual({
    data: { deleteImage: null },
    errors: [
      expect.objectContaining({ message, extensions: { code, issues: [{ path: ['ifVersion'], code, message }] } }),
    ],
  })
  expect(await registry.data('mutation { deleteImage(name: "v", ifVersion: 2) { name } }')).toEqual({
    deleteImage: { name: 'v' },
  })
})

test('a deleted key starts again: version 1, another uuid, its history after the former one', async () => {
  const write = async () =>
    (
      await registry.data(
        'mutation { upsertImage(input: {name: "n", distr: "d"}) { image { _meta { uuid version } } } }',
        undefined,
        { 'x-registry-actor': 'ann' },
      )
    ).upsertImage.image._meta
  const first = await write()
  await registry.data('mutation { deleteImage(name: "n") { name } }', undefined, {
    'x-registry-actor': 'bob',
    'x-registry-run': 'https://ci.example/7',
  })
  const second = await write()
  expect([first.version, second.version, first.uuid === second.uuid]).toEqual([1, 3, false])
  const document = { name: 'n', distr: 'd' }
  expect(
    await registry.sql(
      `select uuid, outcome, version, document, changed_by, run from ${versions} as v where key = '["n"]' order by sequence`,
    ),
  ).toEqual([
    { uuid: first.uuid, outcome: 'CREATED', version: 1, document, changed_by: 'ann', run: null },
    { uuid: first.uuid, outcome: 'DELETED', version: 2, document, changed_by: 'bob', run: 'https://ci.example/7' },
    { uuid: second.uuid, outcome: 'CREATED', version: 3, document, changed_by: 'ann', run: null },
  ])
})

test('deletes by filter delete only the matches and return how many; a filter that excludes nothing needs all: true', async () => {
  await registry.data(
    'mutation { deleteImages(where: {}, all: true) upsertImages(input: [{name: "a", lts: true}, {name: "b", lts: true}, {name: "c"}, {name: "d"}]) { created } }',
  )
  expect(await registry.data('mutation { deleteImages(where: {lts: {equals: true}}) }')).toEqual({ deleteImages: 2 })
  expect(await registry.data('mutation { deleteImages(where: {lts: {equals: true}}) }')).toEqual({ deleteImages: 0 })
  for (const where of [
    '{}',
    '{AND: []}',
    '{AND: [{}, {AND: []}]}',
    '{NOT: []}',
    '{OR: [{}]}',
    '{roles: {every: {}}}',
    '{name: {notIn: []}}',
    '{name: {startsWith: ""}}',
    '{distr: {contains: "", mode: insensitive}}',
    '{NOT: {name: {in: []}}}',
  ]) {
    const answer = await registry.query(`mutation { deleteImages(where: ${where}) }`)
    expect([where, answer.errors?.[0]?.extensions]).toEqual([
      where,
      {
        code: 'BAD_USER_INPUT',
        issues: [
          {
            path: ['where'],
            code: 'EMPTY_FILTER',
            message: 'this matches every image; add --all (all: true)',
          },
        ],
      },
    ])
  }
  expect(
    (
      await registry.query('mutation ($where: ImageWhere!) { deleteImages(where: $where) }', {
        where: { name: { endsWith: '' } },
      })
    ).errors?.[0]?.extensions?.issues?.[0]?.code,
  ).toBe('EMPTY_FILTER')
  // Matches nothing, so nothing happens.
  expect(await registry.data('mutation { deleteImages(where: {OR: []}) }')).toEqual({ deleteImages: 0 })
  // What all: true does not do is to take the filter away.
  expect(await registry.data('mutation { deleteImages(where: {name: {equals: "none"}}, all: true) }')).toEqual({
    deleteImages: 0,
  })
  expect(await registry.data('mutation { deleteImages(where: {name: {startsWith: ""}}, all: true) }')).toEqual({
    deleteImages: 2,
  })
  expect(
    await registry.sql(
      "select count(*)::int from registry_change where outcome = 'DELETED' and key in ('[\"a\"]', '[\"b\"]', '[\"c\"]', '[\"d\"]')",
    ),
  ).toEqual([{ count: 4 }])
})

test('a delete that fails half way leaves no trace, in the history either', async () => {
  await registry.data(
    'mutation { upsertImages(input: [{name: "x1"}, {name: "x2"}]) { created } upsertRole(input: {name: "r", image: "x2", status: true}) { outcome } }',
  )
  const before = await registry.sql('select max(sequence) as last from registry_change')
  const answer = await registry.query('mutation { deleteImages(where: {name: {startsWith: "x"}}) }')
  const message = 'The image "x2" is still referred to by a role (its image); delete or change that first.'
  const issue = { code: 'STILL_REFERENCED', message, template: 'role', field: 'image' }
  const extensions = (path: string[]) => ({ code: 'STILL_REFERENCED', issues: [{ path, ...issue }] })
  expect(answer.errors).toMatchObject([{ message, extensions: extensions(['where']) }])
  const one = await registry.query('mutation { deleteImage(name: "x2") { name } }')
  expect(one.errors).toMatchObject([{ message, extensions: extensions(['name']) }])
  expect(await registry.sql('select max(sequence) as last from registry_change')).toEqual(before)
  expect(await registry.data('{ images(where: {name: {startsWith: "x"}}) { totalCount } }')).toEqual({
    images: { totalCount: 2 },
  })
})

test('every change is recorded in the transaction that makes it', async () => {
  await registry.data('mutation { upsertImages(input: [{name: "t1"}, {name: "t2"}]) { created } }')
  const rows = await registry.sql(
    `select o.key, c.transaction::text = o.xmin::text as same, pg_typeof(c.transaction)::text as type, c.changed_at = o.changed_at as at
     from registry_object o join registry_change c on c.template = o.template and c.key = o.key and c.version = o.version and c.uuid = o.uuid where o.key like '["t%' order by o.key`,
  )
  expect(rows).toEqual([
    { key: '["t1"]', same: true, type: 'xid8', at: true },
    { key: '["t2"]', same: true, type: 'xid8', at: true },
  ])
})
