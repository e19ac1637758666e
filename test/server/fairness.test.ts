import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken } from '../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, size: int }',
  'name: host\nkey: [name]\nfields: { name: string }',
]

const access = ['name: all\nwho: [anyone, { token: flood }, { token: other }]\nmay: [{ read: "*" }, { write: "*" }]']

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body, it asserts
  readonly body: any
}

async function ask(registry: TestRegistry, token: string | undefined, query: string): Promise<Answer> {
  const response = await fetch(registry.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token !== undefined && asToken(token)) },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() }
}

const images = '{ images { nodes { name } } }'
const hosts = '{ hosts { nodes { name } } }'
const none = { status: 200, body: { data: { images: { nodes: [] } } } }
const noHosts = { status: 200, body: { data: { hosts: { nodes: [] } } } }
const tooMuch = (name: string, allowed: number) => ({
  status: 429,
  retryAfter: '1',
  body: { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: { name, allowed } } }] },
})

/** While the work runs, statements about images wait for a lock. `waiting` resolves when so many do. */
async function whileImagesAreLocked(
  registry: TestRegistry,
  work: (waiting: (count: number, event?: string) => Promise<void>, unlock: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const client = new pg.Client(registry.connection)
  await client.connect()
  try {
    await client.query('begin')
    await client.query('lock table registry_image_objects in access exclusive mode')
    const waiting = async (count: number, event = 'relation') => {
      const text =
        'select count(*)::int as n from pg_stat_activity where wait_event = $1 and datname = current_database()'
      for (;;) {
        const [row] = await registry.sql(text, [event])
        if (row?.n === count) return
      }
    }
    await work(waiting, () => client.query('rollback'))
  } finally {
    await client.end()
  }
}

const started: TestRegistry[] = []
async function start(limits: Parameters<typeof startRegistry>[1]): Promise<TestRegistry> {
  // A read of a replica waits there, and not where these tests count what waits.
  const registry = await startRegistry(templates, { ...limits, replicaUrls: [] })
  started.push(registry)
  return registry
}
const close = () => Promise.all(started.splice(0).map((registry) => registry.close()))

test('while the requests of one caller wait for each other, those of other callers run', async () => {
  const registry = await start({ access, limits: { callerStatements: 3 } })
  await whileImagesAreLocked(registry, async (waiting, unlock) => {
    const flood = Array.from({ length: 30 }, () => ask(registry, 'flood', images))
    await waiting(3)
    expect(await ask(registry, 'other', hosts)).toMatchObject(noHosts)
    expect(await ask(registry, undefined, hosts)).toMatchObject(noHosts)
    await unlock()
    for (const answer of await Promise.all(flood)) expect(answer).toMatchObject(none)
  })
  await close()
})

test('without rules of access, one who sends much leaves nothing to others', async () => {
  const registry = await start({ limits: { callerStatements: 3 } })
  await whileImagesAreLocked(registry, async (waiting, unlock) => {
    const flood = Array.from({ length: 10 }, () => ask(registry, 'flood', images))
    await waiting(10)
    expect(await ask(registry, 'other', hosts)).toMatchObject({ status: 503 })
    await unlock()
    for (const answer of await Promise.all(flood)) expect(answer).toMatchObject(none)
  })
  await close()
})

test('callers without a token share one share', async () => {
  const registry = await start({ access, limits: { callerStatements: 2, callerQueue: 1 } })
  await whileImagesAreLocked(registry, async (waiting, unlock) => {
    const running = [1, 2].map(() => ask(registry, undefined, images))
    await waiting(2)
    const [first, second] = [1, 2].map(() => ask(registry, undefined, hosts))
    expect(await Promise.race([first, second])).toMatchObject(tooMuch('callerQueue', 1))
    await unlock()
    for (const answer of await Promise.all(running)) expect(answer).toMatchObject(none)
    const statuses = [await first, await second].map((answer) => answer?.status)
    expect(statuses.sort()).toEqual([200, 429])
  })
  await close()
})

test('a request that waits too long for others of its caller is refused, and nothing of it has run', async () => {
  const registry = await start({ access, limits: { callerStatements: 1 } })
  await whileImagesAreLocked(registry, async (waiting, unlock) => {
    const running = ask(registry, 'flood', images)
    await waiting(1)
    const write = 'mutation { upsertHost(input: { name: "a" }) { outcome } }'
    expect(await ask(registry, 'flood', write)).toMatchObject(tooMuch('callerStatements', 1))
    expect(await ask(registry, 'other', hosts)).toMatchObject(noHosts)
    await unlock()
    expect(await running).toMatchObject(none)
    expect((await ask(registry, 'flood', write)).body).toEqual({ data: { upsertHost: { outcome: 'CREATED' } } })
  })
  await close()
})

test('the root fields of one request wait for each other, and count as one request', async () => {
  const registry = await start({ access, limits: { callerStatements: 2, callerQueue: 1 } })
  const fields = Array.from({ length: 50 }, (_, i) => `h${i}: hosts { nodes { name } }`)
  const answer = await ask(registry, 'flood', `{ ${fields.join(' ')} }`)
  expect(Object.keys(answer.body.data)).toHaveLength(50)
  expect(answer.body.errors).toBeUndefined()
  await close()
})

test('a request that has written something is not refused, however long it waits', async () => {
  const registry = await start({ access, limits: { callerStatements: 1, callerQueue: 1 } })
  await ask(registry, 'flood', 'mutation { upsertHost(input: { name: "a" }) { outcome } }')
  await whileImagesAreLocked(registry, async (waiting, unlock) => {
    const row = new pg.Client(registry.connection)
    await row.connect()
    await row.query('begin; select 1 from registry_host_objects where key = \'["a"]\' for update')
    const writes = ask(
      registry,
      'flood',
      'mutation { a: upsertHost(input: { name: "a" }) { outcome } b: upsertHost(input: { name: "b" }) { outcome } }',
    )
    await waiting(1, 'transactionid')
    // One of them waits for the first write, the other is refused.
    const reads = [1, 2].map(() => ask(registry, 'flood', images))
    expect(await Promise.race(reads)).toMatchObject(tooMuch('callerQueue', 1))
    await row.end()
    await waiting(1)
    // The read has its turn between the two writes.
    for (let i = 0; i < 3; i++)
      expect(await ask(registry, 'flood', hosts)).toMatchObject(tooMuch('callerStatements', 1))
    await unlock()
    expect((await writes).body).toEqual({ data: { a: { outcome: 'UNCHANGED' }, b: { outcome: 'CREATED' } } })
  })
  await close()
})

/** What a client sends on one connection: requests, one behind the other. */
function printRequests(count: number, query: string, tokenOf: (i: number) => string): string {
  const body = JSON.stringify({ query })
  const requests = Array.from({ length: count }, (_, i) =>
    [
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${tokenOf(i)}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  )
  return requests.join('')
}

async function openSocket(port: number): Promise<{ readonly socket: Socket; readonly answers: () => number }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'connect')
  return { socket, answers: () => text.split('HTTP/1.1 ').length - 1 }
}

const floods = {
  'what it asks is refused': { query: '{ images { nodes { nmae } } }', tokenOf: () => 'test:flood' },
  'its tokens are made up': { query: '{ __typename }', tokenOf: (i: number) => `made up ${i}` },
}

test.each(Object.entries(floods))('a caller who sends much holds up no other where %s', async (_, flood) => {
  const registry = await start({ access })
  const port = Number(new URL(registry.url).port)
  const [many, one] = [await openSocket(port), await openSocket(port)]
  try {
    const question = printRequests(1, '{ __typename }', () => 'test:other')
    one.socket.write(question)
    while (one.answers() < 1) await once(one.socket, 'data')
    many.socket.write(printRequests(300, flood.query, flood.tokenOf))
    one.socket.write(question)
    while (one.answers() < 2) await once(one.socket, 'data')
    expect(many.answers()).toBeLessThan(100)
    while (many.answers() < 300) await once(many.socket, 'data')
  } finally {
    many.socket.destroy()
    one.socket.destroy()
    await close()
  }
})
