import { createHmac } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { compileChangedIn } from '../../src/sql/webhooks/compile-webhooks.ts'
import { createWebhookRows } from '../../src/store/webhooks/webhook-rows.ts'
import { createSend } from '../../src/webhooks/create-send.ts'
import { createWebhooks, type Webhooks } from '../../src/webhooks/create-webhooks.ts'
import type { Webhook } from '../../src/webhooks/webhook.ts'
import { explain } from '../support/explain.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { ok, type Receiver, startReceiver } from './receiver.ts'

const template =
  'name: image\nkey: [name]\nfields: { name: string, distr: string, lts: boolean, size: int, notes: string }'
const secret = 'a secret that nobody sees'
const logged: string[] = []
const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })

const metrics = createMetrics('test')
let all: Receiver
let some: Receiver
let registry: TestRegistry
let webhooks: readonly Webhook[]
/** Those of the first server. */
let first: Webhooks | undefined

/** A server of the registry that delivers; with `databaseUrl`, on a database that is there already. */
function start(databaseUrl?: string): Promise<TestRegistry> {
  return startRegistry([template], {
    ...(databaseUrl !== undefined && { databaseUrl }),
    logger,
    limits: { answerBytes: 300_000 },
    openWebhooks(given) {
      const opened = createWebhooks({
        ...given,
        // Those of one server.
        ...(first ? {} : { metrics }),
        ...{ webhooks, logger, pause: 10, renewal: 10, backoff: [0.01, 0.01, 0.01] },
        secrets: new Map(webhooks.map(({ name }) => [name, Buffer.from(secret)])),
        send: createSend({ mayConnect: () => true, timeLimit: 2_000 }),
      })
      first ??= opened
      return opened
    },
  })
}

beforeAll(async () => {
  all = await startReceiver()
  some = await startReceiver()
  const on = ['CREATED', 'UPDATED', 'DELETED'] as const
  const shared = { secret: { kind: 'env', name: 'S' }, template: 'image' } as const
  webhooks = [
    { ...shared, name: 'all', url: all.url, on, where: undefined, fields: undefined },
    { ...shared, name: 'some', url: some.url, on, where: { distr: { equals: 'jessie' } }, fields: ['lts'] },
  ]
  registry = await start()
  await vi.waitFor(async () => expect(await registry.sql('select from registry_webhook')).toHaveLength(2), often)
})
afterAll(async () => {
  await registry?.close()
  await all?.close()
  await some?.close()
})
beforeEach(async () => {
  for (const receiver of [all, some]) receiver.answer = ok
  // Nothing of the test before is on its way.
  for (const { name } of webhooks)
    await until(async () => expect(await stateOf(name, 'waiting')).toEqual({ waiting: 0 }))
  for (const { messages } of [all, some]) messages.length = 0
})

const often = { timeout: 10_000, interval: 10 }

function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, often)
}

async function upsert(name: string, fields: string): Promise<void> {
  await registry.data(`mutation { upsertImage(input: { name: "${name}", ${fields} }) { outcome } }`)
}

async function stateOf(name: string, fields: string) {
  const { webhooks: found } = await registry.data(`{ webhooks { name ${fields} } }`)
  const { name: _, ...state } = found.find((one: { name: string }) => one.name === name)
  return state
}

test('a message has a node of changes as its data, and a signature by the secret', async () => {
  const { cursor } = await registry.data('{ cursor }')
  await upsert('alpha', 'size: 1')
  await until(() => expect(all.messages).toHaveLength(1))
  const fields =
    'cursor outcome template key uuid version time actor onBehalfOf run document changes { field before after }'
  const { changes } = await registry.data(`query ($c: String) { changes(after: $c) { nodes { ${fields} } } }`, {
    c: cursor,
  })
  const [{ body, headers, id, text } = {} as never] = all.messages
  const { cursor: place, ...data } = body.data
  const [{ cursor: _, ...node }] = changes.nodes
  expect({ ...body, data }).toEqual({ type: 'image.created', timestamp: node.time, data: node })
  const from = await registry.data('query ($c: String) { changes(after: $c) { nodes { key } } }', { c: place })
  expect(from.changes.nodes).toEqual([])
  const signed = `${id}.${headers['webhook-timestamp']}.${text}`
  const signature = createHmac('sha256', secret).update(signed).digest('base64')
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-signature': `v1,${signature}` })
  await until(async () => expect((await stateOf('all', 'lastDelivery')).lastDelivery).toMatch(/^20/))
})

test('what is sent again is of a time that has come, and its times are in order, as those of a diff', async () => {
  const problems = async (field: string, span: string) => {
    const { errors } = await registry.query(field.replace('SPAN', span))
    return errors?.map(({ message, extensions }) => ({ message, issues: extensions?.issues }))
  }
  const resend = 'mutation { resendWebhook(name: "all", SPAN) }'
  const diff = '{ imagesDiff(SPAN) { totalCount } }'
  for (const [span, code, path] of [
    ['from: "now-1d", to: "now-2d"', 'ORDER', 'from'],
    ['from: "now-1d", to: "2999-01-01T00:00:00Z"', 'FUTURE', 'to'],
    ['from: "2999-01-01T00:00:00Z"', 'FUTURE', 'from'],
    ['from: "2999-01-01T00:00:00Z", to: "2999-01-02T00:00:00Z"', 'FUTURE', 'to'],
  ] as const) {
    const found = await problems(resend, span)
    expect(found).toMatchObject([{ issues: [{ code, path: [path] }] }])
    const other = await problems(diff, span)
    expect(other?.map(({ issues }) => issues?.map(({ code }) => code))).toEqual([[code]])
  }
})

test('a failing object is tried again with the same id and in order, while others go on', async () => {
  let isMended = () => {}
  const mended = new Promise<void>((resolve) => {
    isMended = resolve
  })
  all.answer = async ({ told }, response) => {
    const attempts = all.messages.filter((one) => one.told === told).length
    if (told === 'CREATED stuck 1' && attempts > 1) await mended
    response.writeHead(told === 'CREATED stuck 1' && attempts === 1 ? 500 : 200).end()
  }
  await upsert('stuck', 'size: 1')
  await until(() => expect(all.messages.length).toBeGreaterThan(1))
  await upsert('stuck', 'size: 2')
  await upsert('free', 'size: 1')
  const told = () => all.messages.map((one) => one.told)
  await until(() => expect(told()).toContain('CREATED free 1'))
  expect(told()).not.toContain('UPDATED stuck 2')
  isMended()
  await until(() => expect(told()).toContain('UPDATED stuck 2'))
  const ids = all.messages.filter((one) => one.told === 'CREATED stuck 1').map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(1)
  expect(new Set(ids).size).toBe(1)
})

test('what nobody takes is a dead letter with its reason, until it is sent again', async () => {
  const { failed } = await stateOf('all', 'failed')
  all.answer = ({ told }, response) => response.writeHead(told.includes('lost') ? 503 : 200).end()
  await upsert('lost', 'size: 1')
  await until(async () => expect(await stateOf('all', 'failed waiting')).toEqual({ failed: failed + 1, waiting: 0 }))
  const { deadLetters, lastError } = await stateOf('all', 'lastError deadLetters { key version time attempts reason }')
  const [{ time, ...letter }] = deadLetters
  const reason = 'the receiver answered 503'
  expect(letter).toEqual({ key: { name: 'lost' }, version: 1, attempts: 4, reason })
  expect(lastError).toBe(reason)
  const [{ id } = { id: '' }] = all.messages
  all.messages.length = 0
  all.answer = ok
  const resend = 'mutation ($t: DateTime!) { resendWebhook(name: "all", from: $t, to: $t) }'
  expect(await registry.data(resend, { t: time })).toEqual({ resendWebhook: 1 })
  await until(async () =>
    expect(await stateOf('all', 'failed waiting lastError')).toEqual({ failed, waiting: 0, lastError: null }),
  )
  expect(all.messages.map((one) => one.id)).toEqual([id])
  const { errors } = await registry.query('mutation { resendWebhook(name: "soma", from: "now-1d") }')
  expect(errors?.[0]?.message).toBe('name: "soma" is not a webhook. Did you mean "some"?')
})

test('the cursor of a change that is sent again leads on to all that came after it', async () => {
  await upsert('again', 'size: 1')
  await upsert('again', 'size: 2')
  await until(() => expect(all.messages).toHaveLength(2))
  const [{ body } = {} as never] = all.messages
  const resend = 'mutation ($t: DateTime!) { resendWebhook(name: "all", from: $t, to: $t) }'
  expect(await registry.data(resend, { t: body.timestamp })).toEqual({ resendWebhook: 1 })
  await until(() => expect(all.messages).toHaveLength(3))
  const after = all.messages[2]?.body.data['cursor']
  const read = 'query ($after: String) { changes(after: $after, first: 1) { nodes { key version } endCursor } }'
  const { changes } = await registry.data(read, { after })
  expect(changes.nodes).toEqual([{ key: { name: 'again' }, version: 2 }])
  await upsert('again', 'size: 3')
  const { changes: later } = await registry.data(read, { after: changes.endCursor })
  expect(later.nodes).toEqual([{ key: { name: 'again' }, version: 3 }])
})

/** What a scrape shows of a webhook, once it shows what was found since. */
async function scrape(webhook: string): Promise<Readonly<Record<string, number>>> {
  const lines = (await metrics.print()).split('\n').filter((line) => line.includes(`webhook="${webhook}"`))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', result, value] = /^registry_webhook_(\w+)\{.*?(?:result="(\w+)")?\} (\S+)$/.exec(line) ?? []
      return [result ?? name, Number(value)]
    }),
  )
}

test('a receiver that asks for a pause is left alone for so long, at the first attempt and later', async () => {
  const waits = async () => {
    const [row] = await registry.sql(
      "select attempts, extract(epoch from next_at - clock_timestamp())::float8 as wait from registry_delivery where webhook = 'all' and not is_dead",
    )
    return { attempts: row?.attempts, isLong: row?.wait > 3_000 && row?.wait <= 3_600 }
  }
  all.answer = (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end()
  await upsert('busy', 'size: 1')
  await until(async () => expect(await waits()).toEqual({ attempts: 1, isLong: true }))
  await registry.sql("update registry_delivery set next_at = clock_timestamp() where webhook = 'all'")
  await until(async () => expect(await waits()).toEqual({ attempts: 2, isLong: true }))
  expect(all.messages).toHaveLength(2)
  // What is late shows it.
  await registry.sql("update registry_change set changed_at = changed_at - interval '1 hour' where key = '[\"busy\"]'")
  await until(async () => expect(await scrape('all')).toMatchObject({ waiting: 1, lag_seconds: expect.any(Number) }))
  await until(async () => expect((await scrape('all')).lag_seconds).toBeGreaterThanOrEqual(3_600))
  all.answer = ok
  await registry.sql("update registry_delivery set next_at = clock_timestamp() where webhook = 'all'")
  await until(async () => expect(await stateOf('all', 'waiting')).toEqual({ waiting: 0 }))
})

test('metrics count what came of messages, and show what waits and what is dead', async () => {
  const before = await scrape('all')
  all.answer = ({ told }, response) => response.writeHead(told.includes('counted') ? 500 : 200).end()
  await upsert('counted', 'size: 1')
  await upsert('taken', 'size: 1')
  await until(async () =>
    expect(await scrape('all')).toEqual({
      delivered: (before.delivered ?? 0) + 1,
      failed: (before.failed ?? 0) + 4,
      gone: before.gone,
      waiting: 0,
      dead: (await stateOf('all', 'failed')).failed,
      lag_seconds: 0,
    }),
  )
  expect(await scrape('some')).toMatchObject({ failed: 0, waiting: 0, dead: 0 })
})

test('who pauses, resumes and resends stands in the log of administration; a dry run does not', async () => {
  const as = { 'X-Registry-Actor': 'ann' }
  const log = async (first: number) => {
    const { administrationLog } = await registry.data(
      `{ administrationLog(first: ${first}) { nodes { action subject details actor } } }`,
    )
    return administrationLog.nodes
  }
  await registry.data('mutation { pauseWebhook(name: "some") }', {}, as)
  await registry.data('mutation { resumeWebhook(name: "some") }', {}, as)
  const span = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' }
  const resend =
    'mutation ($from: DateTime!, $to: DateTime, $dryRun: Boolean) { resendWebhook(name: "some", from: $from, to: $to, dryRun: $dryRun) }'
  await registry.data(resend, span, as)
  await registry.data(resend, { ...span, dryRun: true }, as)
  await registry.data('mutation { pauseWebhook(name: "some", dryRun: true) }', {}, as)
  const entry = { subject: 'some', details: {}, actor: 'ann' }
  expect(await log(3)).toEqual([
    { ...entry, action: 'WEBHOOK_RESENT', details: span },
    { ...entry, action: 'WEBHOOK_RESUMED' },
    { ...entry, action: 'WEBHOOK_PAUSED' },
  ])
})

test('a webhook with where and fields is told of what holds after the change, and before a deletion', async () => {
  await upsert('one', 'distr: "wheezy", lts: true')
  await upsert('one', 'distr: "jessie"')
  await upsert('one', 'lts: false')
  await upsert('one', 'size: 3')
  await upsert('one', 'lts: true, distr: "stretch"')
  await upsert('one', 'lts: false, distr: "jessie"')
  await registry.data('mutation { deleteImage(name: "one") { name } }')
  await until(() => expect(all.messages).toHaveLength(7))
  await until(() =>
    expect(some.messages.map(({ told }) => told)).toEqual(['UPDATED one 3', 'UPDATED one 6', 'DELETED one 7']),
  )
})

test('a paused webhook waits, also over a restart, and one that its receiver ends', async () => {
  expect(await registry.data('mutation { pauseWebhook(name: "all") }')).toEqual({ pauseWebhook: true })
  await upsert('later', 'size: 1')
  await until(async () => expect(await stateOf('all', 'state waiting')).toEqual({ state: 'PAUSED', waiting: 1 }))
  expect(all.messages).toEqual([])
  // It comes anyway, after what comes before it.
  const { changes } = await registry.data('{ changes { nodes { key time } } }')
  const { key, time } = changes.nodes.at(-1)
  expect(key).toEqual({ name: 'later' })
  const resend = 'mutation ($t: DateTime!) { resendWebhook(name: "all", from: $t, to: $t) }'
  expect(await registry.data(resend, { t: time })).toEqual({ resendWebhook: 0 })
  const second = await start(registry.databaseUrl)
  try {
    all.answer = (_, response) => response.writeHead(410).end()
    await second.data('mutation { resumeWebhook(name: "all") }')
    await until(async () => expect(await stateOf('all', 'state')).toEqual({ state: 'ENDED' }))
    expect(all.messages.map(({ told }) => told)).toEqual(['CREATED later 1'])
    all.answer = ok
    await registry.data('mutation { resumeWebhook(name: "all") }')
    await until(async () => expect(await stateOf('all', 'state waiting')).toEqual({ state: 'ACTIVE', waiting: 0 }))
    // Of two servers one delivers.
    expect(all.messages.map(({ told }) => told)).toEqual(['CREATED later 1', 'CREATED later 1'])
  } finally {
    await second.close()
  }
})

test('receivers that hang or never stop talking harm nobody', async () => {
  const { lastDelivery } = await stateOf('all', 'lastDelivery')
  let isCut = false
  all.answer = ({ told }, response) => {
    if (told.includes('hanging')) return
    response.on('close', () => {
      isCut = true
    })
    response.writeHead(200)
    const talk = () => {
      if (response.destroyed) return
      response.write('x'.repeat(65_536))
      setImmediate(talk)
    }
    talk()
  }
  await upsert('hanging', 'size: 1')
  await upsert('talking', 'size: 1')
  await until(async () => expect(await stateOf('all', 'lastError')).toEqual({ lastError: 'no answer within 2000 ms' }))
  await until(() => expect(isCut).toBe(true))
  await until(async () => expect((await stateOf('all', 'lastDelivery')).lastDelivery).not.toBe(lastDelivery))
})

test('changes that are too large together are read by parts, and one that is too large alone is a dead letter', async () => {
  const { failed } = await stateOf('all', 'failed')
  await registry.data('mutation { pauseWebhook(name: "all") }')
  for (const size of [1, 2, 3, 4]) await upsert('large', `size: ${size}, notes: "${'x'.repeat(80_000)}"`)
  for (const size of [1, 2]) await upsert('huge', `size: ${size}, notes: "${'x'.repeat(200_000)}"`)
  await upsert('small', 'size: 1')
  await registry.data('mutation { resumeWebhook(name: "all") }')
  const told = (name: string) => all.messages.map((one) => one.told).filter((text) => text.includes(name))
  await until(() => expect(told('small')).toEqual(['CREATED small 1']))
  await until(async () => expect(await stateOf('all', 'failed waiting')).toEqual({ failed: failed + 1, waiting: 0 }))
  expect(told('large')).toEqual(['CREATED large 1', 'UPDATED large 2', 'UPDATED large 3', 'UPDATED large 4'])
  expect(told('huge')).toEqual(['CREATED huge 1'])
  const { deadLetters, lastError } = await stateOf('all', 'lastError deadLetters { key version reason }')
  expect(deadLetters[0]).toEqual({ key: { name: 'huge' }, version: 2, reason: lastError })
  expect(lastError).toMatch(/^the change cannot be read: .* \(limit "answerBytes"\)/)
})

test('while the lease is renewed, the changes of an object go on', async () => {
  await registry.data('mutation { pauseWebhook(name: "all") }')
  for (const size of [1, 2]) await upsert('leased', `size: ${size}`)
  let goOn = () => {}
  all.answer = ({ told }, response) => {
    if (told === 'CREATED leased 1') goOn = () => ok(undefined as never, response)
    else ok(undefined as never, response)
  }
  await registry.data('mutation { resumeWebhook(name: "all") }')
  await until(() => expect(all.messages.map(({ told }) => told)).toEqual(['CREATED leased 1']))
  const client = new pg.Client(registry.connection)
  await client.connect()
  try {
    await client.query('begin; lock table registry_lease')
    const renewing =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'with free as%registry_lease%'"
    await until(async () => expect((await registry.sql(renewing)).length).toBeGreaterThan(0))
    goOn()
    await until(() => expect(all.messages.map(({ told }) => told)).toContain('UPDATED leased 2'))
  } finally {
    await client.end()
  }
})

test('what a webhook has come to is told by its position, also inside a batch', async () => {
  const before = await registry.feed.position()
  for (const size of [1, 2]) await upsert('passed', `size: ${size}`)
  const { changes, end } = await registry.feed.read(before, 1)
  const rest = await registry.feed.read(end, 1)
  const sequences = [...changes, ...rest.changes].map(({ sequence }) => sequence)
  const rows = createWebhookRows(registry.database, 'webhooks', 'nobody')
  const passed = async (position: typeof before) => [...(await rows.passed(sequences, position))]
  expect(await passed(before)).toEqual([])
  expect(await passed(end)).toEqual(sequences.slice(0, 1))
  expect(await passed(await registry.feed.position())).toEqual(sequences)
})

test('what is sent again is found by the index of templates and times', async () => {
  const client = new pg.Client(registry.connection)
  await client.connect()
  try {
    await client.query('set enable_seqscan = off')
    const statement = compileChangedIn(['image', 'image~2'], '2026-01-01T00:00:00Z', '2999-01-01T00:00:00Z')
    const { nodes } = await explain(client, statement, 'force_generic_plan')
    const scans = nodes.filter((node) => node['Index Name'] === 'registry_change_template_changed_at_idx')
    expect(scans.map((scan) => scan['Index Cond'])).toEqual([
      expect.stringMatching(/template = ANY .*changed_at >= .*changed_at <= /),
    ])
  } finally {
    await client.end()
  }
})

test('another server goes on where the one has stopped that had it, with what was on its way', async () => {
  all.answer = () => undefined
  await upsert('moving', 'size: 1')
  await until(() => expect(all.messages).toHaveLength(1))
  await first?.close()
  await upsert('meanwhile', 'size: 1')
  all.answer = ok
  const second = await start(registry.databaseUrl)
  try {
    await until(async () => expect(await stateOf('all', 'waiting')).toEqual({ waiting: 0 }))
    const [before, ...after] = all.messages
    expect(after.map(({ told }) => told).sort()).toEqual(['CREATED meanwhile 1', 'CREATED moving 1'])
    expect(after.map(({ id }) => id)).toContain(before?.id)
  } finally {
    await second.close()
  }
})

test('the secret is in no log and no table', async () => {
  const tables = await registry.sql(
    "select string_agg(query_to_xml(format('select * from %I', tablename), true, false, '')::text, '') as text from pg_tables where schemaname = 'public'",
  )
  const has = (text: string) => tables[0]?.text.includes(text)
  expect([has('CREATED'), has(secret)]).toEqual([true, false])
  expect(logged.length).toBeGreaterThan(0)
  expect(logged.join('')).not.toContain(secret)
})
