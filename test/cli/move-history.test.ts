import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const role =
  'name: role\nkey: [name, image]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  status: boolean\n'
const part =
  'name: part\nkey: [name]\nadditionalFields: true\nfields:\n  name: string\n  large: float\n  sizes: { type: [object], fields: { large: [float] } }\n  above: { type: reference, to: part, reverse: below }\n'
const formerImage =
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n  size: { type: object, fields: { w: int } }\n  tags: [string]\n'
const image =
  'name: image\nkey: [name]\nfields:\n  name: string\n  distribution: { type: string, renamedFrom: distr }\n  size: { type: object, fields: { width: { type: int, renamedFrom: w } } }\n  tags: [string]\n'

let database: TestDatabase
let source: TestRegistry
let target: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  database = await createTestDatabase()
  const { url: databaseUrl } = database
  const former = await startRegistry([formerImage, role, part], { databaseUrl })
  await write(former, beforeRename)
  await former.close()
  source = await startRegistry([image, role, part], { databaseUrl, consent: 'any' })
  target = await startRegistry([image, role, part])
  program = await createRegistryProgram(source.url)
  await write(source, afterRename)
})
afterAll(async () => {
  await source?.close()
  await target?.close()
  await database?.drop()
  await program?.remove()
})

const beforeRename = [
  '{ upsertImages(input: [{ name: "a", distr: "ubuntu", size: { w: 1 } }, { name: "b" }, { name: "gone", tags: ["x"] }, { name: "secret", distr: "s" }]) { created } }',
  '{ upsertRole(input: { name: "r", image: "a", status: true }) { outcome } }',
  '{ upsertImage(input: { name: "a", distr: "debian", size: { w: 2 } }) { outcome } }',
  '{ deleteRoles(where: {}, all: true) }',
  '{ deleteImage(name: "a") { name } }',
  '{ upsertImage(input: { name: "a", tags: ["again"] }) { outcome } }',
]
const afterRename = [
  '{ upsertRole(input: { name: "r", image: "a", status: false }) { outcome } }',
  '{ restoreImage(name: "a", version: 2) { outcome } }',
  '{ upsertImage(input: { name: "b", distribution: "x" }) { outcome } }',
  '{ upsertImage(input: { name: "b", distribution: "x" }) { outcome } }',
  '{ deleteImage(name: "gone") { name } }',
  '{ upsertImage(input: { name: "old", _meta: { uuid: "5f0c2a44-6f0b-4d0e-9d6e-0c8a7e1b2f30", version: 7, createTime: "2020-01-01", updateTime: "2021-01-01", createdBy: "ada", updatedBy: "bob" } }) { outcome } }',
  '{ upsertImage(input: { name: "old", tags: ["new"] }) { outcome } }',
  '{ upsertPart(input: { name: "p", _additional: { deep: { list: [1, "2"] } } }) { outcome } }',
  '{ upsertPart(input: { name: "q", above: "p", large: 1e300, sizes: [{ large: [9007199254740993, -1.5e16] }] }) { outcome } }',
  '{ upsertPart(input: { name: "p", above: "q" }) { outcome } }',
  '{ purgeImage(name: "secret", reason: "a password") }',
]

/** Each by another author in another run, the last one of each four by nobody. */
async function write(registry: TestRegistry, mutations: readonly string[]): Promise<void> {
  for (const [i, mutation] of mutations.entries()) {
    const headers = { 'X-Registry-Actor': `actor-${i % 3}`, 'X-Registry-Run': `https://ci.example.org/${i}` }
    await registry.data(`mutation ${mutation}`, undefined, i % 4 === 3 ? {} : headers)
  }
}

const meta = '_meta { uuid version createTime updateTime createdBy updatedBy createdFor updatedFor }'
const versions =
  '{ nodes { outcome version time actor run onBehalfOf document changes { field before after } } totalCount }'
const keys = [
  ...['a', 'b', 'gone', 'secret', 'old'].map((name) => `imageHistory(name: "${name}")`),
  'roleHistory(name: "r", image: "a")',
  ...['p', 'q'].map((name) => `partHistory(name: "${name}")`),
]
const histories = `{ ${keys.map((key, i) => `h${i}: ${key} ${versions}`).join(' ')} }`

function lists(at = ''): string {
  return `{ images${at} { nodes { _document ${meta} roles { nodes { name ${meta} } } } } roles${at} { nodes { _document image { distribution } ${meta} } } parts${at} { nodes { _document above { name } below { totalCount } ${meta} } } }`
}

// biome-ignore lint/suspicious/noExplicitAny: what the two registries are compared by
async function everything(registry: TestRegistry, times: readonly string[]): Promise<any> {
  const told = await registry.data(histories)
  const then = []
  for (const at of times) then.push(await registry.data(`query ($at: DateTime!) ${lists('(at: $at)')}`, { at }))
  return { told, now: await registry.data(lists()), then }
}

/** The times of all versions, and those a microsecond before. */
async function timesOf(registry: TestRegistry): Promise<string[]> {
  const rows = await registry.sql(
    `select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time from registry_change, unnest(array[changed_at, changed_at - interval '1 microsecond']) as t order by t`,
  )
  return rows.map(({ time }) => String(time))
}

const exportTo = (file: string) => program.shell(`registry export --all --history > ${file}`)
const importFrom = (file: string, ...options: string[]) =>
  program.run(['import', file, ...options], { env: { REGISTRY_URL: target.url } })

test('a registry moves with its history: what it answers about any time is the same, and so is what comes later', async () => {
  expect(await exportTo('first.ndjson')).toEqual({ code: 0, stdout: '', stderr: '' })
  const exported = readFileSync(join(program.folder, 'first.ndjson'), 'utf8')
  // Neither the object that was purged nor its key is in it.
  expect(exported).not.toContain('secret')
  const lines = exported
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(
    lines.map(({ _key, _versions }) => [
      _key,
      _versions.map(({ outcome }: { outcome: string }) => outcome[0]).join(''),
    ]),
  ).toEqual([
    [['a'], 'CUDCU'],
    [['b'], 'CU'],
    [['gone'], 'CD'],
    [['old'], 'CU'],
    [['p'], 'CU'],
    [['q'], 'C'],
    [['r', ['a']], 'CDC'],
  ])
  // Lines of several versions, in parts, as those of objects with very many.
  const cut = lines.flatMap(({ _versions: [first, ...others], ...line }) =>
    others.length === 0
      ? [{ ...line, _versions: [first] }]
      : [
          { ...line, _versions: [first] },
          { ...line, _after: first.version, _versions: others },
        ],
  )
  writeFileSync(join(program.folder, 'cut.ndjson'), cut.map((line) => `${JSON.stringify(line)}\n`).join(''))
  expect((await importFrom('first.ndjson', '--dry-run')).stdout).toBe(
    'dry run, nothing was written: 17 versions of 7 objects imported, 0 objects unchanged, 0 failed\n',
  )
  expect(await importFrom('cut.ndjson')).toMatchObject({ code: 0, stderr: '' })
  expect(await importFrom('first.ndjson')).toEqual({
    code: 0,
    stdout: '0 versions of 0 objects imported, 7 objects unchanged, 0 failed\n',
    stderr: '',
  })
  const times = await timesOf(source)
  expect(times).toHaveLength(34)
  expect(await everything(target, times)).toEqual(await everything(source, times))
  const feed = '{ changes(first: 100) { nodes { template key outcome version time document } } }'
  // Those of one object are in their order.
  const byKey = async (registry: TestRegistry) => {
    const nodes = (await registry.data(feed)).changes.nodes as { template: string; key: unknown }[]
    const id = (one: (typeof nodes)[number]) => JSON.stringify([one.template, one.key])
    return nodes.sort((a, b) => (id(a) < id(b) ? -1 : Number(id(a) > id(b))))
  }
  expect(await byKey(target)).toEqual(await byKey(source))

  // What has come since is added; an image goes after the role that referred to it.
  await write(source, [
    '{ deleteRoles(where: {}, all: true) }',
    '{ deleteImage(name: "a") { name } }',
    '{ upsertImages(input: [{ name: "b", tags: ["more"] }, { name: "gone", tags: ["back"] }]) { created } }',
  ])
  await exportTo('second.ndjson')
  expect(await importFrom('second.ndjson')).toEqual({
    code: 0,
    stdout: '4 versions of 4 objects imported, 3 objects unchanged, 0 failed\n',
    stderr: '',
  })
  const all = await timesOf(source)
  expect(await everything(target, all)).toEqual(await everything(source, all))
  const again = 'mutation { upsertImage(input: { name: "a" }) { outcome image { _meta { version } } } }'
  expect(await target.data(again)).toEqual(await source.data(again))
})

test('what the registry has otherwise, or has purged, is refused, and stays', async () => {
  await target.data(
    'mutation { upsertImage(input: { name: "b", tags: ["own"] }) { outcome } purgeImage(name: "old", reason: "r") }',
  )
  await write(source, ['{ upsertImage(input: { name: "b", tags: ["other"] }) { outcome } }'])
  const before = await target.data(histories)
  await exportTo('third.ndjson')
  const refused = await importFrom('third.ndjson')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(
    /^third\.ndjson:2: the image "b" has another version 4 here, of \S+; the one that is given is of \S+; import histories into a registry that does not have these objects$/m,
  )
  expect(refused.stderr).toMatch(
    /^third\.ndjson:\d: the image "old" was purged here at \S+, so its history does not come back; leave it out$/m,
  )
  expect(await target.data(histories)).toEqual(before)
  expect((await importFrom('third.ndjson', '--independent')).stdout).toMatch(/, 3 failed\n$/)
})

test('a history that cannot be one is refused, at the place of what is wrong', async () => {
  const uuid = '5f0c2a44-6f0b-4d0e-9d6e-0c8a7e1b2f31'
  const one = { outcome: 'CREATED', version: 1, time: '2026-01-01', uuid, document: { name: 'n' } }
  const line = (versions: unknown, others: object = {}) => ({ template: 'image', key: ['n'], versions, ...others })
  const cases: readonly (readonly [unknown, string, readonly (string | number)[]])[] = [
    [line([one, { ...one, outcome: 'UPDATED' }]), 'ORDER', ['objects', 0, 'versions', 1]],
    [
      line([
        { ...one, version: 2 },
        { ...one, outcome: 'UPDATED', version: 3, time: '2025-12-31' },
      ]),
      'ORDER',
      ['objects', 0, 'versions', 1],
    ],
    [line([one, { ...one, version: 2, time: '2026-01-02' }]), 'ORDER', ['objects', 0, 'versions', 1]],
    [line([{ ...one, version: 2_000_000_001 }]), 'TYPE', ['objects', 0, 'versions', 0, 'version']],
    [line([{ ...one, time: '2999-01-01' }]), 'FUTURE', ['objects', 0, 'versions', 0, 'time']],
    [line([{ ...one, document: { name: 'other' } }]), 'KEY', ['objects', 0, 'versions', 0, 'document']],
    [
      line([{ ...one, document: { name: 'n', unknown: 1 } }]),
      'UNKNOWN_FIELD',
      ['objects', 0, 'versions', 0, 'document'],
    ],
    [
      line([{ ...one, document: { name: 'n', tags: ['\u0000'] } }]),
      'NUL_CHARACTER',
      ['objects', 0, 'versions', 0, 'document'],
    ],
    [line([{ ...one, document: null }]), 'REQUIRED', ['objects', 0, 'versions']],
    [{ template: 'part', since: '2999-01-01' }, 'FUTURE', ['objects', 0, 'since']],
    [line([one], { key: ['n', 'm'] }), 'TYPE', ['objects', 0, 'key']],
    [line([one], { template: 'imag' }), 'NOT_FOUND', ['objects', 0, 'template']],
    [line([{ ...one, outcome: 'UPDATED', version: 9 }], { after: 8 }), 'NOT_FOUND', ['objects', 0]],
    [
      { ...line([{ ...one, document: { name: 'n', image: 'none' } }]), template: 'role', key: ['n', ['none']] },
      'REFERENCE_NOT_FOUND',
      ['objects', 0, 'versions', 0, 'document', 'image'],
    ],
  ]
  for (const [object, code, path] of cases) {
    const { data, errors } = await target.query(
      'mutation ($objects: [JSON!]!) { importHistory(objects: $objects) { objects } }',
      { objects: [object] },
    )
    expect({ data, issues: errors?.[0]?.extensions?.issues }, JSON.stringify(object)).toMatchObject({
      data: null,
      issues: [{ code, path }],
    })
  }
  expect(await target.data('{ imageHistory(name: "n") { totalCount } }')).toEqual({ imageHistory: { totalCount: 0 } })
  // What does not fit the template is kept as the other registry has it.
  const odd = { ...one, document: { name: 'n', tags: 'no list' } }
  await target.data('mutation ($objects: [JSON!]!) { importHistory(objects: $objects) { objects } }', {
    objects: [line([odd])],
  })
  expect(await target.data('{ image(name: "n") { _document _meta { uuid } } }')).toEqual({
    image: { _document: odd.document, _meta: { uuid } },
  })
})

test('what retention has removed is not known in the other registry either', async () => {
  const since = '2026-02-03T00:00:00.000000Z'
  writeFileSync(join(program.folder, 'since.ndjson'), `${JSON.stringify({ _template: 'part', _since: since })}\n`)
  expect((await importFrom('since.ndjson')).code).toBe(0)
  const { errors } = await target.query('{ parts(at: "2026-02-02T00:00:00Z") { totalCount } }')
  expect(errors?.[0]).toMatchObject({
    message: `The past of part is known from ${since} on; ask for a later time.`,
    extensions: { code: 'HISTORY_EXPIRED' },
  })
  expect((await target.data('{ exportHistory(template: "part") { since } }')).exportHistory.since).toBe(since)
})
