import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, type RegistryProcess, startProcess, stopProcesses } from '../app/start-process.ts'
import { loadPostmasterPid } from '../embedded/embedded-processes.ts'
import { findOwnPort } from '../support/find-own-port.ts'
import { type Primary, type Standby, startPrimary, startStandby } from '../support/standby.ts'
import type { TestConnection } from '../support/test-connection.ts'
import { type Receiver, startReceiver } from '../webhooks/receiver.ts'
import { type Consumer, consumeChanges, consumeEvents, createMessageNotes } from './consumers.ts'

/** By hand: 100,000. */
const writes = Number(process.env['TEST_RUNS'] ?? (process.env['CI'] ? 600 : 2_000))
const writers = 16
const kills = 5
const names = Array.from({ length: 40 }, (_, i) => `p${i}`)

let folder: string
let primary: Primary
let standby: Standby
/** Of the database that takes writes at last. */
let connection: TestConnection
/** Leads to whichever of the two takes writes. */
let databaseUrl: string
let receiver: Receiver
let isClosing = false
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry kill '))
  const write = async (directory: string, name: string, text: string) => {
    await mkdir(join(folder, directory), { recursive: true })
    await writeFile(join(folder, directory, name), text)
  }
  receiver = await startReceiver()
  await write('templates', 'host.yaml', 'name: host\nkey: [name]\nfields: { name: string }')
  await write(
    'templates',
    'part.yaml',
    'name: part\nkey: [name]\nfields: { name: string, note: string, a: { type: reference, to: host, reverse: partsOfA }, b: { type: reference, to: host, reverse: partsOfB } }',
  )
  await write('hooks', 'all.yaml', `name: all\nurl: ${receiver.url}\nsecret: { env: HOOK_SECRET }\ntemplate: part`)
  primary = await startPrimary()
  standby = await startStandby(primary)
  ;({ connection } = primary)
  // A write is acknowledged when the standby has it.
  await readRows("alter system set synchronous_standby_names = '*'")
  await readRows('select pg_reload_conf()')
  const url = new URL(primary.url)
  url.searchParams.set('host', `${primary.connection.host},${standby.connection.host}`)
  databaseUrl = url.href
})
afterAll(async () => {
  isClosing = true
  await stopProcesses()
  await receiver?.close()
  await standby?.stop()
  await primary?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What servers have said that ended by themselves. */
const endings: string[] = []

/** PostgreSQL is killed for good, and the standby takes its place. */
async function failOver(): Promise<void> {
  const postmaster = await loadPostmasterPid(dirname(primary.directory))
  // It is not started again.
  const stopped = primary.stop()
  process.kill(postmaster, 'SIGKILL')
  await stopped
  await standby.sql('select pg_promote()')
  ;({ connection } = standby)
}

/** A server that comes back at the same port after it was killed. */
async function openServer() {
  const port = await findOwnPort()
  let current: RegistryProcess
  const begin = () => {
    current = startProcess({
      DATABASE_URL: databaseUrl,
      TEMPLATES_DIR: join(folder, 'templates'),
      WEBHOOKS_DIR: join(folder, 'hooks'),
      WEBHOOKS_ALLOW_PRIVATE: 'true',
      HOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      PORT: String(port),
    })
    const own = current
    void own.ended.then(({ signal }) => {
      if (signal !== 'SIGKILL' && !isClosing) endings.push(`${own.stderr()}\n${own.stdout()}`)
    })
  }
  begin()
  const url = `http://127.0.0.1:${port}/graphql`
  const ready = async () => {
    while (!(await fetch(new URL('/readyz', url)).catch(() => undefined))?.ok) await sleep(50)
  }
  await ready()
  return {
    url,
    async kill() {
      current.child.kill('SIGKILL')
      await current.ended
      begin()
      await ready()
    },
  }
}

/** No two writes have the same. */
let notes = 0

/**
 * Some writes: each root field a transaction, or all of them in one; now and then a deletion. Returns the notes of what was acknowledged,
 * and how many deletions were.
 */
async function write(
  url: string,
  random: (below: number) => number,
): Promise<{ readonly notes: readonly string[]; readonly deletions: number }> {
  const input = () => ({
    name: names[random(names.length)] ?? '',
    note: String(++notes),
    ...(random(4) === 0 && { a: `h${random(3)}`, b: `h${random(3)}` }),
  })
  const inputs = Array.from({ length: 1 + random(30) }, input)
  if (random(2) === 0) {
    const distinct = [...new Map(inputs.map((one) => [one.name, one])).values()]
    const query = 'mutation ($input: [PartInput!]!) { upsertParts(input: $input) { created updated } }'
    const { upsertParts } = await ask(url, query, { input: distinct })
    expect(upsertParts.created + upsertParts.updated).toBe(distinct.length)
    return { notes: distinct.map(({ note }) => note), deletions: 0 }
  }
  const few = inputs.slice(0, 8)
  const isDeleted = random(4) === 0
  const last = isDeleted ? `deleted: deletePart(name: "${names[random(names.length)]}") { name }` : ''
  const fields = few.map((_, i) => `f${i}: upsertPart(input: $i${i}) { outcome }`)
  const answer = await ask(
    url,
    `mutation (${few.map((_, i) => `$i${i}: PartInput!`).join(', ')}) { ${fields.join(' ')} ${last} }`,
    Object.fromEntries(few.map((one, i) => [`i${i}`, one])),
  )
  return { notes: few.map(({ note }) => note), deletions: answer.deleted ? 1 : 0 }
}

function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Waits until it holds; throws what there is if nothing has moved for two minutes, so that a hang is told by what hangs. */
async function waitFor(holds: () => boolean, state: () => string): Promise<void> {
  let last = state()
  for (let still = 0; !holds(); still++) {
    if (still === 1_200) throw new Error(`nothing moves: ${last}`)
    await sleep(100)
    if (state() !== last) still = 0
    last = state()
  }
}

test(
  `${writes} writes, ${kills} kills of servers and of PostgreSQL, and a failover: each acknowledged write is kept once, and each consumer is told each version once, in order`,
  async () => {
    const servers = [await openServer(), await openServer()] as const
    const urls = servers.map(({ url }) => url)
    await ask(urls[0] ?? '', 'mutation { upsertHosts(input: [{name: "h0"}, {name: "h1"}, {name: "h2"}]) { created } }')
    const { cursor } = await ask(urls[0] ?? '', '{ cursor }')
    const messages = createMessageNotes()
    receiver.answer = ({ id, body }, response) => {
      messages.take(id, body.data as never)
      receiver.messages.length = 0
      response.writeHead(204).end()
    }
    const followers: readonly [string, Consumer, ((name: string) => boolean)?][] = [
      ['changes', consumeChanges(urls, cursor)],
      ['subscription', consumeEvents(urls, cursor, undefined)],
      ['subscription to one', consumeEvents(urls, cursor, { name: { equals: 'p7' } }), (name) => name === 'p7'],
    ]
    let acknowledged = 0
    const acknowledgedNotes: string[] = []
    let refused = 0
    let lastRefusal = ''
    let killed = 0
    const random = createRandom(1)
    let isOver = false
    const writing = Array.from({ length: writers }, async (_, writer) => {
      for (let turn = writer; acknowledged < writes && !isOver; turn++) {
        try {
          const written = await write(urls[turn % urls.length] ?? '', random)
          acknowledgedNotes.push(...written.notes)
          acknowledged += written.notes.length + written.deletions
        } catch (error) {
          refused++
          lastRefusal = String(error)
          if (/BAD_USER_INPUT|INTERNAL/.test(String(error))) throw error
          await sleep(100)
        }
      }
    })
    const killing = (async () => {
      for (let i = 0; i < kills; i++) {
        while (acknowledged < ((i + 0.5) * writes) / kills && !isOver) await sleep(20)
        if (isOver) return
        if (i % 2 === 1) process.kill(await loadPostmasterPid(dirname(primary.directory)), 'SIGKILL')
        else await servers[(i / 2) % 2]?.kill()
        killed++
      }
      while (acknowledged < 0.95 * writes && !isOver) await sleep(20)
      if (!isOver) await failOver()
    })()
    const done = Promise.all([...writing, killing]).finally(() => {
      isOver = true
    })
    const state = () =>
      `${acknowledged} acknowledged, ${killed} killed; the last refusal was ${lastRefusal}\n${endings.join('\n')}`
    await Promise.all([done, waitFor(() => isOver, state)]).finally(() => {
      isOver = true
    })

    expect(endings).toEqual([])
    const log = await readLog()
    const all = [...log.values()].reduce((sum, list) => sum + list.length, 0)
    expect(all).toBeGreaterThanOrEqual(writes)
    expect(all).toBeGreaterThanOrEqual(acknowledged)
    for (const list of log.values())
      expect(list.map((one) => Number(one.split(' ')[1]))).toEqual(list.map((_, i) => i + 1))
    const stored = await readNotes()
    expect(new Set(stored).size).toBe(stored.length)
    const kept = new Set(stored)
    expect(acknowledgedNotes.filter((note) => !kept.has(note))).toEqual([])
    const consumers = [...followers, ['webhook', messages] as const]
    for (const [, consumer, isOwn] of consumers) {
      const expected = [...log].reduce((sum, [name, list]) => sum + (isOwn?.(name) === false ? 0 : list.length), 0)
      await waitFor(
        () => consumer.count() >= expected || consumer.errors.length > 0,
        () => `${consumers.map(([name, one]) => `${name} was told ${one.count()}`).join(', ')}, of ${all}`,
      )
    }
    await Promise.all(followers.map(([, consumer]) => consumer.stop()))
    if (process.env['TEST_RUNS'])
      console.log(`${all} versions, ${acknowledged} acknowledged, ${refused} requests refused`)
    for (const [name, { told, errors }, isOwn] of consumers) {
      const toEvent = (one: string) => (name.startsWith('subscription') ? one.replace(/^DELETED .*/, 'DELETED') : one)
      const expected = [...log].filter(([one]) => isOwn?.(one) !== false).map(([one, list]) => [one, list.map(toEvent)])
      expect({ name, errors, told: new Map(told) }).toEqual({ name, errors: [], told: new Map(expected as never) })
    }
  },
  Math.max(600_000, 60 * writes),
)

/** Asks the database itself. */
async function readRows(statement: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client(connection)
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows
}

/** The notes of all versions that objects have and had. */
async function readNotes(): Promise<readonly string[]> {
  const rows = await readRows(
    "select document->>'note' as note from registry_object where template = 'part' union all select document->>'note' from registry_past where template = 'part'",
  )
  return rows.map(({ note }) => note)
}

/** The versions that there are, by object, in the order of the log. */
async function readLog(): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await readRows(
    `select key::jsonb->>0 as name, outcome || ' ' || version as told from registry_change where template = 'part' order by sequence`,
  )
  const log = new Map<string, string[]>()
  for (const { name, told } of rows) log.set(name, [...(log.get(name) ?? []), told])
  return log
}
