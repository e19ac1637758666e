import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ask, type RegistryProcess, startProcess, stopProcesses } from '../app/start-process.ts'
import { findOwnPort } from '../support/find-own-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { type RunningHaproxy, startHaproxy } from './start-haproxy.ts'

const names = ['a', 'b', 'c']
const servers: RegistryProcess[] = []
const ports: number[] = []

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  for (const _ of names) ports.push(await findOwnPort())
  await Promise.all(names.map((_, place) => startServer(place)))
})
afterAll(async () => {
  await stopProcesses()
  await database?.drop()
})

let haproxy: RunningHaproxy | undefined
afterEach(async () => {
  await haproxy?.stop()
  haproxy = undefined
})

async function startServer(place: number): Promise<void> {
  const env = { DATABASE_URL: database.url, PORT: String(ports[place]), DRAIN_SECONDS: '3' }
  servers[place] = startProcess(env)
  await servers[place].ready()
}

/** HAProxy as docs/operation.md has it, but for what `change` changes, when it sends requests to all servers. */
async function startBalancer(change: (config: string) => string): Promise<RunningHaproxy> {
  haproxy = await startHaproxy(ports, change)
  for (const name of names) await untilUp(haproxy, name)
  return haproxy
}

async function untilUp(balancer: RunningHaproxy, name: string): Promise<void> {
  while (!(await balancer.listUp()).includes(name)) await sleep(20)
}

/** Stops a server, which must end by itself. */
async function stopServer(place: number, signal: NodeJS.Signals): Promise<void> {
  servers[place]?.child.kill(signal)
  expect(await servers[place]?.ended).toEqual({ code: 0, signal: null })
}

/** Sends an operation; resolves with what went wrong, or undefined. */
function send(port: number, agent: Agent | false, query: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', host: 'localhost' }
    const call = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (part) => {
        body += part
      })
      answer.on('end', () =>
        resolve(answer.statusCode === 200 && !body.includes('"errors"') ? undefined : `${answer.statusCode} ${body}`),
      )
      answer.on('error', ({ message }) => resolve(message))
    })
    call.on('error', ({ message }) => resolve(message))
    call.end(JSON.stringify({ query }))
  })
}

/** Callers that read and write by turns, half of them on connections that they keep. They end when `stop` is called. */
function startLoad(port: number) {
  const failures: string[] = []
  const written: string[] = []
  let requests = 0
  let isOver = false
  const callers = Array.from({ length: 6 }, async (_, caller) => {
    const agent = caller % 2 === 0 && new Agent({ keepAlive: true, maxSockets: 1 })
    for (let i = 0; !isOver; i++) {
      const name = `caller-${caller}-${i}`
      const failure =
        i % 2 === 0
          ? await send(port, agent, `mutation { upsertImage(input: {name: "${name}"}) { outcome } }`)
          : await send(port, agent, '{ images(first: 5) { nodes { name } } }')
      requests++
      if (failure !== undefined) failures.push(failure)
      else if (i % 2 === 0) written.push(name)
      // So that they leave the servers time to start.
      await sleep(50)
    }
    if (agent) agent.destroy()
  })
  return {
    failures,
    async stop() {
      isOver = true
      await Promise.all(callers)
      return { failures, written, requests }
    },
  }
}

test('three servers are restarted one after the other under load, and no request fails', async () => {
  // Quicker than in the docs, as is DRAIN_SECONDS.
  const balancer = await startBalancer((config) => config.replace('inter 1s', 'inter 100ms'))
  const load = startLoad(balancer.port)
  for (const [place, name] of names.entries()) {
    await stopServer(place, 'SIGTERM')
    await startServer(place)
    await untilUp(balancer, name)
  }
  const { failures, written, requests } = await load.stop()
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(200)
  const { images } = await ask(`http://127.0.0.1:${balancer.port}/graphql`, '{ images { totalCount } }')
  expect(images).toEqual({ totalCount: written.length })
}, 600_000)

test('if a server does not wait, requests fail before the balancer notices', async () => {
  const balancer = await startBalancer((config) =>
    config.replace('option redispatch 1', 'retries 0').replace('inter 1s fall 2', 'inter 2s fall 5'),
  )
  const load = startLoad(balancer.port)
  await stopServer(0, 'SIGINT')
  await expect.poll(() => load.failures, { timeout: 20_000 }).not.toEqual([])
  await load.stop()
})
