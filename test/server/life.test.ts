import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { sendRaw } from './raw-request.ts'
import { gate, startTestServer, type TestServer } from './start-test-server.ts'

/** The log as soon as it has that many lines. */
async function untilLogged({ log }: TestServer, count: number): Promise<TestServer['log']> {
  while (log.length < count) await sleep(5)
  return log
}

describe('draining', () => {
  test('lets running requests finish, refuses new ones and resolves when all have ended', async () => {
    const started = await startTestServer()
    await fetch(`${started.url}/livez`)
    const arrival = once(gate, 'arrival')
    const running = started.post({ query: '{ slow }' })
    await arrival
    const drained = started.server.drain()
    await expect(fetch(`${started.url}/livez`)).rejects.toThrow()
    gate.emit('open')
    const answer = await running
    expect([answer.status, answer.body]).toEqual([200, { data: { slow: 'done' } }])
    await drained
    await started.server.drain()
    expect(started.log.filter((line) => line['level'] === 'warn')).toEqual([])
  })

  test('turns /readyz to 503 on connections that are still open', async () => {
    const started = await startTestServer()
    const connection = once(started.server.http, 'connection')
    const asking = connect(started.port, '127.0.0.1')
    asking.write('GET /readyz HTTP/1.1\r\n')
    const [half] = (await connection) as [Socket]
    while (half.bytesRead === 0) await sleep(5)
    const arrival = once(gate, 'arrival')
    const slow = started.post({ query: '{ slow }' })
    await arrival
    const drained = started.server.drain()
    asking.write('Host: localhost\r\n\r\n')
    expect(await text(asking)).toMatch(/^HTTP\/1\.1 503 [^]*Connection: close[^]*draining\n$/)
    gate.emit('open')
    expect((await slow).headers.get('connection')).toBe('close')
    await drained
  })

  test('announced before, leaves time in which everything is answered on old and new connections, each for the last time', async () => {
    const started = await startTestServer()
    const arrival = once(gate, 'arrival')
    const running = started.post({ query: '{ slow }' })
    await arrival
    started.server.turnUnready()
    gate.emit('open')
    const answers = [await running, await started.post({ query: '{ hello }' })]
    expect(answers.map(({ status, headers }) => [status, headers.get('connection')])).toEqual([
      [200, 'close'],
      [200, 'close'],
    ])
    const ready = await fetch(`${started.url}/readyz`)
    expect([ready.status, await ready.text()]).toEqual([503, 'draining\n'])
    await started.server.drain()
  })

  test('closes the connections of requests that still run at the deadline', async () => {
    const started = await startTestServer()
    const arrival = once(gate, 'arrival')
    const running = started.post({ query: '{ slow }' }).then(
      () => 'answered',
      () => 'cut',
    )
    await arrival
    await started.server.drain(200)
    expect(await running).toBe('cut')
    expect(started.log.find((line) => line['level'] === 'warn')?.['msg']).toBe(
      'requests were still running after 200 ms, and their connections have been closed',
    )
  })

  test('of a server that never listened resolves', async () => {
    const started = await startTestServer()
    await started.server.drain(0)
    await started.server.drain(0)
  })
})

describe('the log', () => {
  test('has one line a request at debug, without query string, headers and variables', async () => {
    const started = await startTestServer()
    await started.post(
      { query: 'query Greet($name: String) { hello(name: $name) }', variables: { name: 'password1' } },
      { 'x-registry-actor': 'ci', authorization: 'Bearer token1', cookie: 'sid=token2' },
    )
    await fetch(`${started.url}/graphql?query={hello}&token=token3`)
    await started.post({ query: '{ hello }', operationName: 'fake\nname' })
    expect((await untilLogged(started, 3)).map(({ time, durationMs, ...line }) => line)).toEqual([
      {
        level: 'debug',
        method: 'POST',
        path: '/graphql',
        status: 200,
        operation: 'Greet',
        actor: 'ci',
        msg: 'request',
      },
      { level: 'debug', method: 'GET', path: '/graphql', status: 200, msg: 'request' },
      {
        level: 'debug',
        method: 'POST',
        path: '/graphql',
        status: 400,
        codes: { '(request)': 'BAD_USER_INPUT' },
        msg: 'request',
      },
    ])
    expect(typeof started.log[0]?.['durationMs']).toBe('number')
    expect(JSON.stringify(started.log)).not.toMatch(/password1|token/)
    await started.server.drain(0)
  })

  test('has the code of each root field that failed, on both ways of a request', async () => {
    const started = await startTestServer()
    const query = 'query Both { fine: hello first: notFound second: broken }'
    for (let i = 0; i < 2; i++) await started.post({ query })
    const lines = (await untilLogged(started, 4)).filter(({ msg }) => msg === 'request')
    const codes = { first: 'NOT_FOUND', second: 'INTERNAL_SERVER_ERROR' }
    expect(lines.map((line) => [line['operation'], line['codes']])).toEqual([
      ['Both', codes],
      ['Both', codes],
    ])
    await started.server.drain(0)
  })

  test('has the code of a request that is refused before it is one of GraphQL', async () => {
    const started = await startTestServer({ profile: { getQueries: false } })
    await fetch(`${started.url}/graphql?query={hello}`)
    const foreign = await startTestServer()
    await fetch(`${foreign.url}/graphql?query={hello}`, { headers: { 'sec-fetch-site': 'cross-site' } })
    const lines = [await untilLogged(started, 1), await untilLogged(foreign, 1)].flat()
    expect(lines.map(({ status, codes }) => [status, codes])).toEqual([
      [405, { '(request)': 'BAD_USER_INPUT' }],
      [403, { '(request)': 'FORBIDDEN' }],
    ])
    await Promise.all([started, foreign].map(({ server }) => server.drain(0)))
  })

  test('reports at debug that a client disconnected, and nothing at error', async () => {
    const started = await startTestServer()
    await sendRaw(
      started.port,
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{"query":"{slow}"}',
      once(gate, 'arrival'),
    )
    await untilLogged(started, 1)
    gate.emit('open')
    await sendRaw(
      started.port,
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"query"',
      once(started.server.http, 'request'),
    )
    await untilLogged(started, 2)
    await started.server.drain(0)
    expect(started.log.map(({ level, aborted, msg }) => ({ level, aborted, msg }))).toEqual(
      Array(2).fill({ level: 'debug', aborted: true, msg: 'request' }),
    )
  })

  test('at info has no line a request', async () => {
    const started = await startTestServer({}, 'info')
    await started.post({ query: '{ hello }' })
    await started.server.drain(0)
    expect(started.log).toEqual([])
  })

  test('reports once that the database is unavailable and once that it is back, and nothing of a start', async () => {
    const away = () => Promise.reject(new Error('the database is away'))
    const ways = { starting: async () => false, away, ready: async () => true }
    let way: keyof typeof ways = 'starting'
    const started = await startTestServer({ isReady: () => ways[way]() }, 'info')
    const statuses: number[] = []
    for (way of ['starting', 'starting', 'ready', 'away', 'away', 'ready', 'ready'] as const)
      statuses.push((await fetch(`${started.url}/readyz`)).status)
    expect(statuses).toEqual([503, 503, 200, 503, 503, 200, 200])
    expect(started.log.map((line) => [line['level'], line['msg'], line['reason']])).toEqual([
      ['warn', 'not ready', 'the database is away'],
      ['info', 'ready again', undefined],
    ])
    await started.server.drain(0)
  })
})
