import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { directUrlOf } from '../support/postgres.ts'
import { parseTexts } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()
const host = (fields: string) => `{ name: host, key: [name], fields: { name: string, ${fields} } }`
const warning = 'host.size: 1 stored object does not fit the template, such as "a"'

test.each([
  ['another type, which takes a conversion', 'size: int'],
  ['a new rule, which takes none', "size: { type: string, pattern: '^[0-9]+$' }"],
])('the start after %s, and the next one, warn of each violation once', async (_, fields) => {
  const first = await registries.start([host('size: string')])
  await first.data('mutation { upsertHost(input: {name: "a", size: "large"}) { outcome } }')
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest } }'
  const { digest } = (await first.data(plan, { files: [{ name: 'host.yaml', text: host(fields) }] })).templatePlan
  expect(await listWarnings(fields, digest)).toEqual([warning])
  expect(await listWarnings(fields, undefined)).toEqual([warning])
})

test('the keys of violations are the first ones, whatever the reasons are', async () => {
  const first = await registries.start([host('size: string')])
  await first.data('mutation { upsertHosts(input: [{name: "a", size: "large"}, {name: "b"}]) { created } }')
  const next = await registries.start([host("size: { type: string, required: true, pattern: '^[0-9]+$' }")])
  expect(await next.data('{ templates { violations { field count samples } } }')).toEqual({
    templates: [{ violations: [{ field: 'size', count: 2, samples: ['["a"]', '["b"]'] }] }],
  })
})

test('a member that is gone from an enum is null for filters, groups and orders alike', async () => {
  const status = (values: string) => `status: { type: enum, values: ${values} }`
  const spec = (values: string) =>
    `spec: { type: object, fields: { ${status(values)} } }, all: { type: [enum], values: ${values} }`
  const fields = (values: string) => `${status(values)}, ${spec(values)}`
  const first = await registries.start([host(fields('[OK, BAD]'))])
  const input = (name: string, value: string) =>
    `{name: "${name}", status: ${value}, spec: {status: ${value}}, all: [${value}]}`
  await first.data(
    `mutation { upsertHosts(input: [${input('a', 'OK')}, ${input('b', 'BAD')}, {name: "c"}]) { created } }`,
  )
  const next = await registries.start([host(fields('[OK]'))])
  const names = ['status', 'spec { status }', 'all']
  const where = (name: string, isNull: boolean) => {
    const filter = `{isNull: ${isNull}}`
    return name.startsWith('spec') ? `{spec: {status: ${filter}}}` : `{${name}: ${filter}}`
  }
  const lists = names.flatMap((name, i) =>
    [true, false].map((isNull) => `f${i}${isNull}: hosts(where: ${where(name, isNull)}) { nodes { name } }`),
  )
  const answer = await next.data(
    `{ ${lists.join(' ')} hosts(orderBy: [{status: asc}, {name: desc}]) { groupBy(by: [status]) { key { status } count } nodes { name } } }`,
  )
  const absent = { nodes: [{ name: 'b' }, { name: 'c' }] }
  const present = { nodes: [{ name: 'a' }] }
  expect(answer).toEqual({
    ...Object.fromEntries(
      names.flatMap((_, i) => [
        [`f${i}true`, absent],
        [`f${i}false`, present],
      ]),
    ),
    hosts: {
      groupBy: [
        { key: { status: 'OK' }, count: 1 },
        { key: { status: null }, count: 2 },
      ],
      nodes: [{ name: 'a' }, { name: 'c' }, { name: 'b' }],
    },
  })
})

test.each([
  ['a pattern', 'string', "{ type: string, pattern: '^[0-9]+$' }", '"large"'],
  ['a range', 'int', '{ type: int, maximum: 10 }', '12'],
  ['an enum with fewer members', '{ type: enum, values: [S, L] }', '{ type: enum, values: [S] }', 'L'],
])(
  'the start warns of what an older server has written against %s that all objects kept',
  async (_, size, ruled, value) => {
    const older = await registries.start([host(`size: ${size}`)])
    await older.data('mutation { upsertHost(input: {name: "b"}) { outcome } }')
    const fields = `size: ${ruled}`
    expect(await listWarnings(fields, undefined)).toEqual([])
    await older.data(`mutation { upsertHost(input: {name: "a", size: ${value}}) { outcome } }`)
    expect(await listWarnings(fields, undefined)).toEqual([warning])
    expect(await listWarnings(fields, undefined)).toEqual([warning])
  },
)

const required = (values: string) => host(`size: { type: enum, required: true, values: ${values} }`)
const keyed = (values: string) =>
  `{ name: host, key: [name, size], fields: { name: string, size: { type: enum, values: ${values} } } }`

test.each([
  ['an older server', 'a required field', required('[S, L]'), required('[S]'), 'older'],
  ['a newer server', 'a required field', required('[S]'), required('[S, L]'), 'newer'],
  ['an older server', 'a key', keyed('[S, L]'), keyed('[S]'), 'older'],
  ['a newer server', 'a key', keyed('[S]'), keyed('[S, L]'), 'newer'],
])(
  'a member of an enum that only %s has takes its place alone, in %s',
  async (_server, _place, former, next, writer) => {
    const older = await registries.start([former])
    const newer = await registries.start([next], '')
    const [writing, reading] = writer === 'older' ? [older, newer] : [newer, older]
    await writing.data('mutation { upsertHosts(input: [{name: "a", size: S}, {name: "b", size: L}]) { created } }')
    const ask = () => reading.query('{ hosts { nodes { name size } } }')
    await expect
      .poll(async () => (await ask()).data?.hosts.nodes)
      .toEqual([
        { name: 'a', size: 'S' },
        { name: 'b', size: null },
      ])
  },
)

test.each([
  ['an older server', '{ cpu: int }', '{ cpu: int, ram: int! }', 'older'],
  ['a newer server', '{ cpu: int, ram: int! }', '{ cpu: int }', 'newer'],
])('a member that only %s leaves out takes its place alone', async (_server, former, next, writer) => {
  const spec = (fields: string) => host(`spec: { type: object, fields: ${fields} }`)
  const older = await registries.start([spec(former)])
  const newer = await registries.start([spec(next)], '')
  const [writing, reading] = writer === 'older' ? [older, newer] : [newer, older]
  await writing.data('mutation { upsertHost(input: {name: "a", spec: {cpu: 2}}) { outcome } }')
  const ask = () => reading.query('{ hosts { nodes { spec { cpu ram } } } }')
  await expect.poll(async () => (await ask()).data).toEqual({ hosts: { nodes: [{ spec: { cpu: 2, ram: null } }] } })
})

/** What a server warns of from its start to its end. */
async function listWarnings(fields: string, consent: string | undefined): Promise<readonly string[]> {
  const said: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(JSON.parse(line).msg) })
  const url = registries.databaseUrl()
  const store = openStore({ connection: { connectionString: url }, directUrl: directUrlOf(url) }, logger)
  const files = { model: parseTexts([host(fields)]), placeOf: () => undefined }
  let isServed = false
  await store.prepare({ files, consent, serve: () => (isServed = true) })
  expect(isServed).toBe(true)
  // What is not needed to serve is looked for after that.
  for (let i = 0; i < 60 && said.length === 0; i++) await sleep(50)
  await store.close()
  return said
}
