import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PageFiles } from '../../src/server/page/load-page-files.ts'
import { buildPage } from '../page/build-page.ts'
import { sendRaw, statusOf } from './raw-request.ts'
import { startTestServer, type TestServer } from './start-test-server.ts'

let page: PageFiles
let started: TestServer
beforeAll(async () => {
  page = await buildPage()
  started = await startTestServer({ page })
})
afterAll(() => started.server.drain(0))

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** Without the decompression and the redirects of fetch. */
function open(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${started.url}${path}`, { method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    call.on('error', reject)
    call.end()
  })
}

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test('a browser gets the page at /, and every other client is led to GraphQL', async () => {
  const [shown, asked, plain] = [
    await open('/', browser),
    await open('/', { accept: 'application/json' }),
    await open('/', {}),
  ]
  expect([shown.status, shown.headers['content-type'], shown.headers['cache-control'], shown.headers['vary']]).toEqual([
    200,
    'text/html; charset=utf-8',
    'no-cache',
    'Accept, Accept-Encoding',
  ])
  expect([asked.status, asked.headers['location'], asked.headers['vary']]).toEqual([302, '/graphql', 'Accept'])
  expect([plain.status, plain.headers['location']]).toEqual([302, '/graphql'])
})

test('the page runs, loads and asks nothing but what this server has, and nobody frames it', async () => {
  const { headers, body } = await open('/', browser)
  expect([headers['content-security-policy'], headers['x-content-type-options'], headers['x-frame-options']]).toEqual([
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    'nosniff',
    'DENY',
  ])
  const html = body.toString()
  const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map((match) => match[1] as string)
  expect(addresses.map((address) => address.replace(/\.[\w-]{16}\./, '.….'))).toEqual([
    '/assets/icon.….svg',
    '/assets/page.….css',
    '/assets/page.….js',
    '/graphql',
  ])
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=| on\w+="/)
  for (const address of addresses.slice(0, 3)) expect((await open(address)).status).toBe(200)
})

test('all addresses of views give the one document, which is asked for each time', async () => {
  const start = await open('/', browser)
  const paths = [
    '/list/role?name=a&order=-_meta.updateTime',
    '/matrix/role?rows=name',
    '/object/no-uuid',
    '/list/no%20one',
  ]
  for (const path of paths) {
    const { status, body, headers } = await open(path)
    expect([path, status, body.equals(start.body), headers['etag']]).toEqual([path, 200, true, start.headers['etag']])
    const again = await open(path, { 'if-none-match': String(headers['etag']) })
    expect([again.status, again.body.length]).toEqual([304, 0])
  }
})

test('a slash at the end of a view leads to the address without it', async () => {
  const paths = ['/list/role/?name=a/&order=x', '/matrix/role/', '/object/no-uuid/']
  const answers = await Promise.all(paths.map((path) => open(path, browser)))
  expect(answers.map(({ status, headers }) => [status, headers['location']])).toEqual([
    [308, '/list/role?name=a/&order=x'],
    [308, '/matrix/role'],
    [308, '/object/no-uuid'],
  ])
})

test('scripts, styles and pictures are named by their content, kept for ever and sent compressed', async () => {
  const kinds: Record<string, string> = {
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml; charset=utf-8',
  }
  expect(page.assets.size).toBe(3)
  for (const [path, { plain }] of page.assets) {
    const [none, br, gzip] = [
      await open(path),
      await open(path, { 'accept-encoding': 'gzip, br' }),
      await open(path, { 'accept-encoding': 'gzip' }),
    ]
    for (const { status, headers } of [none, br, gzip])
      expect([status, headers['content-type'], headers['cache-control'], headers['vary']]).toEqual([
        200,
        kinds[path.split('.').at(-1) ?? ''],
        'public, max-age=31536000, immutable',
        'Accept-Encoding',
      ])
    expect([none, br, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip'])
    expect([brotliDecompressSync(br.body), gunzipSync(gzip.body)]).toEqual([plain, plain])
    expect(none.body).toEqual(plain)
  }
})

test('two builds of the same sources give the same names', async () => {
  expect([...(await buildPage()).assets.keys()]).toEqual([...page.assets.keys()])
})

test('the script has at most 60 kB when compressed, and names no address outside', () => {
  const [path, script] = [...page.assets].find(([name]) => name.endsWith('.js')) ?? []
  expect(path).toMatch(/^\/assets\/page\.[\w-]{16}\.js$/)
  expect(script?.compressed.gzip.length).toBeLessThanOrEqual(60_000)
  for (const { plain } of [...page.assets.values(), page.document])
    expect(
      (plain.toString().match(/https?:\/\/[^"'`\s)]+/g) ?? []).filter((url) => !url.startsWith('http://www.w3.org/')),
    ).toEqual([])
})

test('HEAD gets the headers alone, and no other method is accepted', async () => {
  const [asset = ''] = page.assets.keys()
  for (const path of ['/', asset, '/list/role', '/badge/role.svg']) {
    const post = await open(path, browser, 'POST')
    expect([path, post.status, post.headers['allow']]).toEqual([path, 405, 'GET, HEAD'])
  }
  for (const path of ['/', asset, '/matrix/role']) {
    const [head, get] = [await open(path, browser, 'HEAD'), await open(path, browser)]
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(get.body.length)])
  }
})

test.each([
  '/assets/',
  '/assets/page.js',
  '/assets/../index.html',
  '/assets/..%2findex.html',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/../../package.json',
  '//etc/passwd',
  '/index.html',
  '/list',
  '/list/',
  '/list/role/more',
  '/list/role//',
  '/list//',
  '/matrix/../../package.json',
  '/badge/role.png',
  '/badge/a/b.svg',
  '/favicon.ico',
])('%s is not found', async (path) => {
  const answer = await sendRaw(started.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  expect(statusOf(answer)).toBe(404)
  expect(answer).toContain('The page is at /, GraphQL at /graphql')
})

test('a name that the server does not have is 421 on every path of the page', async () => {
  const [asset = ''] = page.assets.keys()
  for (const path of ['/', '/list/role', '/object/a', asset, '/badge/role.svg']) {
    const head = `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n`
    expect([path, statusOf(await sendRaw(started.port, head))]).toEqual([path, 421])
  }
})

test('without a built page, / leads to GraphQL and the other addresses are not there', async () => {
  const bare = await startTestServer()
  const statuses = await Promise.all(
    ['/', '/list/role', '/object/a'].map(
      async (path) => (await fetch(`${bare.url}${path}`, { headers: browser, redirect: 'manual' })).status,
    ),
  )
  expect(statuses).toEqual([302, 404, 404])
  await bare.server.drain(0)
})
