import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './start-test-server.ts'

const examples = [
  { title: 'Say </script> hello', query: 'query Hello { hello(name: "</script><b>") }' },
  { query: 'query Thing { thing { name } }' },
]
let started: TestServer
beforeAll(async () => {
  started = await startTestServer({ exampleQueries: examples })
})
afterAll(() => started.server.drain(0))

/** Without the decompression of fetch. */
function open(
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${started.url}/graphql`,
      { method, headers: { accept: 'text/html,*/*;q=0.8', ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        )
      },
    )
    call.on('error', reject)
    call.end()
  })
}

test('a browser gets GraphiQL compressed, with a tag, a strict policy and nothing kept unasked', async () => {
  const page = await open({ 'accept-encoding': 'br, gzip' })
  expect([
    page.status,
    page.headers['content-type'],
    page.headers['content-encoding'],
    page.headers['cache-control'],
    page.headers['vary'],
  ]).toEqual([200, 'text/html; charset=utf-8', 'gzip', 'no-cache', 'Accept, Accept-Encoding'])
  expect(page.body.length).toBeLessThan(4_000_000)
  expect(String(page.headers['content-security-policy']).replace(/sha256-[\w+/]{43}=/, 'sha256-…')).toBe(
    "default-src 'none'; script-src 'sha256-…'; worker-src blob:; style-src 'unsafe-inline'; img-src data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  const again = await open({ 'accept-encoding': 'gzip', 'if-none-match': `"other", ${page.headers['etag']}` })
  expect([again.status, again.body.length]).toEqual([304, 0])
})

test('the page loads nothing from elsewhere', async () => {
  const html = gunzipSync((await open({ 'accept-encoding': 'gzip' })).body).toString()
  const tags = html
    .replace(/<script>[^]*<\/script>/, '')
    .replace(/<style>[^]*<\/style>/, (style) => style.replace(/url\(\s*["']?data:[^)]*\)/g, ''))
  const addresses = [...tags.matchAll(/\b(?:src|href)\s*=\s*["']?([^"'\s>]{0,20})/g)].map((match) => match[1])
  expect(addresses).toEqual(['data:image/x-icon;ba'])
  expect(/@import|url\(/.test(tags)).toBe(false)
  expect(/<script[^>]+src|<link[^>]+stylesheet/.test(html)).toBe(false)
})

test('the example queries are its tabs, and cannot end its script', async () => {
  const html = gunzipSync((await open({ 'accept-encoding': 'gzip' })).body).toString()
  const tabs = JSON.stringify([
    { query: '# Say </script> hello\nquery Hello { hello(name: "</script><b>") }' },
    { query: 'query Thing { thing { name } }' },
  ])
  expect(html.includes(tabs.replaceAll('<', '\\u003c'))).toBe(true)
  expect(html.split('</script>')).toHaveLength(2)
})

test('the page fits small screens, keeps a history without headers, and has an address that follows the query', async () => {
  const html = gunzipSync((await open({ 'accept-encoding': 'gzip' })).body).toString()
  expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1" />')
  expect(html).toMatch(/plugins:\[[\w$]+,[\w$]+\],schemaDescription/)
  expect(html).not.toMatch(/headers:[\w$]+\.headers\?\?void 0,operationName/)
  expect(html).toContain('history.replaceState(null')
})

test('a client that accepts no compression gets the plain page, and HEAD its headers', async () => {
  const [plain, none, head] = [
    await open({}),
    await open({ 'accept-encoding': 'gzip;q=0' }),
    await open({ 'accept-encoding': 'gzip' }, 'HEAD'),
  ]
  expect([plain.headers['content-encoding'], plain.body.subarray(0, 18).toString().trim(), none.body.length]).toEqual([
    undefined,
    '<!doctype html>',
    plain.body.length,
  ])
  expect([head.status, head.headers['content-encoding'], head.body.length]).toEqual([200, 'gzip', 0])
})
