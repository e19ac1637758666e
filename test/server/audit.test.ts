import { auditServer } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './start-test-server.ts'

let started: TestServer
beforeAll(async () => {
  started = await startTestServer()
})
afterAll(() => started.server.drain(0))

test('all 61 audits of GraphQL over HTTP pass', async () => {
  const results = await auditServer({ url: `${started.url}/graphql` })
  expect(
    results
      .filter((result) => result.status !== 'ok')
      .map(({ name, ...rest }) => [name, 'reason' in rest && rest.reason]),
  ).toEqual([])
  expect(results).toHaveLength(61)
})
