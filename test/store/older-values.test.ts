import pg from 'pg'
import { expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'
import { listErrors } from '../support/list-errors.ts'
import type { TestRegistry } from '../support/registry.ts'

const registries = useRegistries()

const server = (name: string, other: string) => `{ name: server, key: [name], fields: { name: ${name}, ${other} } }`
const host =
  '{ name: host, key: [id], fields: { id: string, s: { type: reference, to: server }, wish: { type: reference, to: server, onMissing: allow, reverse: wished }, all: { type: [reference], to: server, reverse: listed } } }'
const result =
  '{ name: result, key: [s, wish], fields: { s: { type: reference, to: server }, wish: { type: reference, to: server, onMissing: allow, reverse: hoped }, note: string } }'

const lower = `{ type: string, pattern: '^[a-z]+$' }`
const pattern = 'name: "A1" does not match the pattern ^[a-z]+$'
const others = (name: string) => pattern.replace('A1', name)

/** What a mutation answers: its outcome, or its errors. */
async function write(registry: TestRegistry, mutation: string): Promise<unknown> {
  const { data, errors } = await registry.query(`mutation { ${mutation} { outcome } }`)
  return errors
    ? errors.map(({ message }) => message).join('\n')
    : Object.values(data as Record<string, { outcome: string }>)[0]?.outcome
}

/** What is written by the former templates, and then the registry with the present ones. */
async function change(former: readonly string[], mutations: string, present: readonly string[]): Promise<TestRegistry> {
  const first = await registries.start(former)
  await first.data(`mutation { ${mutations} }`)
  return registries.start(present)
}

test('an object whose key breaks a newer rule is written, referred to, restored and deleted, and no other such is created', async () => {
  const former = [server('string', 'm: string'), host, result]
  const first = await registries.start(former)
  await first.data(
    'mutation { upsertServer(input: {name: "A1", m: "old"}) { outcome } upsertHost(input: {id: "1", s: "A1"}) { outcome } upsertResult(input: {s: "A1", wish: "A1"}) { outcome } }',
  )
  const present = [server(lower, 'm: string'), host, result]
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { entries { effect path samples } } }'
  const files = present.map((text, i) => ({ name: `${['server', 'host', 'result'][i]}.yaml`, text }))
  expect((await first.data(plan, { files })).templatePlan.entries).toEqual([
    { effect: 'VIOLATES', path: 'fields.name', samples: ['["A1"]'] },
  ])
  const next = await registries.start(present)
  const accepted = [
    ['upsertServer(input: {name: "A1", m: "new"})', 'UPDATED'],
    ['upsertServer(input: {name: "A1", m: "new"}, ifVersion: 2)', 'UNCHANGED'],
    ['upsertHost(input: {id: "1", s: "A1"})', 'UNCHANGED'],
    ['upsertHost(input: {id: "2", s: "A1", wish: "A1", all: ["A1", "A1"]})', 'CREATED'],
    ['upsertHost(input: {id: "2"}, change: {all: {add: ["A1"]}})', 'UNCHANGED'],
    ['upsertHost(input: {id: "3"}, change: {all: {add: ["A1"]}})', 'CREATED'],
    ['upsertResult(input: {s: "A1", wish: "A1", note: "n"})', 'UPDATED'],
    ['restoreServer(name: "A1", version: 1)', 'UPDATED'],
  ] as const
  for (const [mutation, outcome] of accepted) expect(await write(next, mutation), mutation).toBe(outcome)
  const refused = [
    ['upsertServer(input: {name: "B2"})', ['input.name']],
    ['upsertServer(input: {name: "B2"}, dryRun: true)', ['input.name']],
    ['upsertHost(input: {id: "4", s: "B2"})', ['input.s']],
    ['upsertHost(input: {id: "4", wish: "B2"})', ['input.wish']],
    ['upsertHost(input: {id: "4", all: ["A1", "B2"]})', ['input.all.1']],
    ['upsertHost(input: {id: "1"}, change: {all: {add: ["B2"]}})', ['change.all.add.0']],
    ['upsertResult(input: {s: "A1", wish: "B2"})', ['input.wish']],
  ] as const
  for (const [mutation, paths] of refused)
    expect(await listErrors(next, `mutation { ${mutation} { outcome } }`), mutation).toEqual(
      paths.map((path) => `BAD_USER_INPUT ${path}: ${others('B2')}`),
    )
  const batch = await next.data(
    'mutation { upsertServers(input: [{name: "B2"}, {name: "A1", m: "b"}, {name: "c"}], mode: INDEPENDENT) { created updated failed results { error { code issues { path code } } } } }',
  )
  expect(batch.upsertServers).toEqual({
    created: 1,
    updated: 1,
    failed: 1,
    results: [
      { error: { code: 'BAD_USER_INPUT', issues: [{ path: ['input', '0', 'name'], code: 'PATTERN' }] } },
      { error: null },
      { error: null },
    ],
  })
  await next.data('mutation { deleteResult(s: "A1", wish: "A1") { note } deleteHosts(where: {}, all: true) }')
  expect(await next.data('mutation { deleteServer(name: "A1") { m } }')).toEqual({ deleteServer: { m: 'b' } })
  expect(await listErrors(next, 'mutation { upsertServer(input: {name: "A1"}) { outcome } }')).toEqual([
    `BAD_USER_INPUT input.name: ${pattern}`,
  ])
})

const looseFields = 'n: int, tags: [string], spec: { type: object, fields: { a: int, b: int } }, m: string'
const strictFields = `n: { type: int, maximum: 100 }, tags: { type: [string], maxLength: 3 }, spec: { type: object, fields: { a: { type: int, minimum: 10 }, b: int! } }, m: string, o: { type: string, required: true, default: x }`
const tooMuch = 'n: 200 is more than 100'

test('a value that breaks a newer rule may be sent again, and no other such value', async () => {
  const next = await change(
    [server('string', looseFields)],
    'upsertServer(input: {name: "b", n: 200, tags: ["ok", "long"], spec: {a: 1}}) { outcome }',
    [server('string', strictFields)],
  )
  const accepted = [
    ['upsertServer(input: {name: "b", n: 200})', 'UNCHANGED'],
    ['upsertServer(input: {name: "b", n: 200, tags: ["ok", "long"]}, dryRun: true)', 'UNCHANGED'],
    ['upsertServer(input: {name: "b", n: 200, tags: ["ok", "long"], m: "new"}, ifVersion: 1)', 'UPDATED'],
    ['restoreServer(name: "b", version: 1, dryRun: true)', 'UPDATED'],
  ] as const
  for (const [mutation, outcome] of accepted) expect(await write(next, mutation), mutation).toBe(outcome)
  const refused = [
    ['upsertServer(input: {name: "b", n: 201})', ['input.n: n: 201 is more than 100']],
    ['upsertServer(input: {name: "b", n: 201}, dryRun: true)', ['input.n: n: 201 is more than 100']],
    ['upsertServer(input: {name: "new", n: 200})', [`input.n: ${tooMuch}`]],
    // The elements of a list stand or fall together.
    [
      'upsertServer(input: {name: "b", n: 200, tags: ["long"]})',
      ['input.tags.0: tags: "long" has 4 characters; at most 3 are allowed'],
    ],
  ] as const
  for (const [mutation, issues] of refused)
    expect(await listErrors(next, `mutation { ${mutation} { outcome } }`), mutation).toEqual(
      issues.map((issue) => `BAD_USER_INPUT ${issue}`),
    )
  expect(
    await listErrors(next, 'mutation { upsertServer(input: {name: "b", n: 200}, ifVersion: 1) { outcome } }'),
  ).toEqual([expect.stringContaining('VERSION_CONFLICT ifVersion')])
  await next.data('mutation { upsertServer(input: {name: "b", n: 7}) { outcome } }')
  expect(await listErrors(next, 'mutation { upsertServer(input: {name: "b", n: 200}) { outcome } }')).toEqual([
    `BAD_USER_INPUT input.n: ${tooMuch}`,
  ])
})

test('a batch tells values that may not be written, all at once or each by itself, and keeps the others', async () => {
  const next = await change(
    [server('string', looseFields)],
    'upsertServers(input: [{name: "b", n: 200}, {name: "c", n: 300}, {name: "d", n: 1}]) { created }',
    [server('string', strictFields)],
  )
  const input = '[{name: "b", n: 200, m: "x"}, {name: "c", n: 200}, {name: "d", n: 400}, {name: "e", n: 2}]'
  const each = `mutation { upsertServers(input: ${input}, mode: INDEPENDENT) { created updated failed results { error { issues { path message } } } } }`
  const together = `mutation { upsertServers(input: ${input}) { created } }`
  expect(await listErrors(next, together)).toEqual([
    `BAD_USER_INPUT input.1.n: ${tooMuch}`,
    'BAD_USER_INPUT input.2.n: n: 400 is more than 100',
  ])
  // Beside a problem of another kind, they are told in the same error.
  expect(await listErrors(next, together.replace('n: 2}', 'o: null, n: 101}'))).toEqual([
    `BAD_USER_INPUT input.1.n: ${tooMuch}`,
    'BAD_USER_INPUT input.2.n: n: 400 is more than 100',
    'BAD_USER_INPUT input.3.n: n: 101 is more than 100',
    'BAD_USER_INPUT input.3.o: o is required; give a value',
  ])
  expect((await next.data(each)).upsertServers).toEqual({
    created: 1,
    updated: 1,
    failed: 2,
    results: [
      { error: null },
      { error: { issues: [{ path: ['input', '1', 'n'], message: tooMuch }] } },
      { error: { issues: [{ path: ['input', '2', 'n'], message: 'n: 400 is more than 100' }] } },
      { error: null },
    ],
  })
  const whole = '[{name: "b", n: 200}, {name: "c", n: 300}, {name: "b", n: 50}]'
  expect(await next.data(`mutation { upsertServers(input: ${whole}) { updated unchanged } }`)).toEqual({
    upsertServers: { updated: 1, unchanged: 2 },
  })
})

test('a value is compared with what the other writer left that the write had to wait for', async () => {
  const next = await change([server('string', looseFields)], 'upsertServer(input: {name: "b", n: 200}) { outcome }', [
    server('string', strictFields),
  ])
  const other = new pg.Client(next.connection)
  await other.connect()
  const leave = async (n: number) => {
    await other.query('begin')
    await other.query(`update registry_object set document = document || '{"n": ${n}}' where key = '["b"]'`)
    const waiting = write(next, `upsertServer(input: {name: "b", n: 200, m: "${n}"})`)
    for (const endsAt = Date.now() + 20_000; ; ) {
      const [row] = await next.sql(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      if (row?.count === 1) break
      if (Date.now() > endsAt) throw new Error('the write does not wait for the other one')
    }
    await other.query('commit')
    return waiting
  }
  try {
    expect(await leave(7)).toBe(tooMuch)
    expect(await leave(200)).toBe('UPDATED')
    expect((await next.data('{ server(name: "b") { n m } }')).server).toEqual({ n: 200, m: '200' })
  } finally {
    await other.end()
  }
})
