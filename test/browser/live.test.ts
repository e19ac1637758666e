import { type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createServers } from '../cli/servers.ts'
import { buildPage } from '../page/build-page.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { openBrowser, openOfflinePage } from './open-browser.ts'

const adminToken = 'an-admin-token-of-the-test'
const servers = createServers()
let browser: Browser
let database: TestDatabase
let registry: TestRegistry | undefined
let origin: string
/** The operations that the page has sent, without subscriptions; the streams that are open; and whether there can be any. */
let asked: string[]
const streams = new Set<IncomingMessage>()
let areStreamsHad = true
/** How many events have been told, bookmarks among them. */
let told = 0

beforeAll(async () => {
  database = await createTestDatabase()
  await start()
  browser = await openBrowser()
  origin = `http://127.0.0.1:${await servers.http(forward)}`
  await asAdmin('mutation { upsertImages(input: [{ name: "alpha" }, { name: "beta" }]) { created } }')
})
beforeEach(() => {
  asked = []
  areStreamsHad = true
})
afterAll(async () => {
  await browser?.close()
  await servers.close()
  await registry?.close()
  await database?.drop()
})

async function start(): Promise<void> {
  registry = await startRegistry(undefined, { databaseUrl: database.url, adminToken, page: await buildPage() })
}

const asAdmin = (query: string) => registry?.data(query, {}, { authorization: `Bearer ${adminToken}` })
const upsertRole = (name: string, image: string, status: boolean) =>
  asAdmin(`mutation { upsertRole(input: { name: "${name}", image: "${image}", status: ${status} }) { outcome } }`)

/** The registry's address, which stays while the registry is another one, or none. */
function forward(request: IncomingMessage, response: ServerResponse): void {
  if (!registry) return void response.writeHead(502).end()
  const { hostname, port, host } = new URL(registry.url)
  const isStream = request.headers.accept === 'text/event-stream'
  if (isStream && !areStreamsHad) return void response.writeHead(502).end()
  const onward = openRequest(
    { hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host } },
    (answer) => {
      if (isStream) {
        streams.add(answer.on('close', () => streams.delete(answer)))
        answer.on('data', (chunk: Buffer) => {
          told += String(chunk).split('event: next').length - 1
        })
      }
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    },
  )
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (request.method === 'POST' && !isStream) asked.push(JSON.parse(String(body)).query.split(/[ (]/)[1])
    onward.end(body)
  })
}

async function inPage(path: string, use: (page: Page) => Promise<void>): Promise<void> {
  const { page, close } = await openOfflinePage(browser, origin)
  await page.addInitScript(`sessionStorage.setItem('registry-token', '${adminToken}')`)
  await page.clock.install()
  await page.goto(origin + path)
  await use(page).finally(close)
  await expect.poll(() => streams.size).toBe(0)
}

/** Lets the page's time go by, in small steps, until it holds or so many milliseconds are over; says whether it holds. */
async function runUntil(page: Page, most: number, holds: () => Promise<boolean> | boolean): Promise<boolean> {
  for (let passed = 0; passed < most; passed += 100) {
    if (await holds()) return true
    await page.clock.runFor(100)
    // What was asked for in that step is answered.
    await page.evaluate('fetch("/livez")')
  }
  return holds()
}

/** Stops the page's time once it follows by so many streams and has nothing more to ask. */
async function settle(page: Page, count: number): Promise<void> {
  await expect.poll(() => streams.size, { timeout: 60_000 }).toBe(count)
  // A stream that is silent for 30 s counts as lost.
  await page.clock.pauseAt(Number(await page.evaluate('Date.now()')) + 20_000)
  do {
    asked = []
    await runUntil(page, 3_000, () => false)
  } while (asked.length > 0)
}

test('a write of somebody else is told, and shown without a poll', async () => {
  await upsertRole('ntp-client', 'alpha', true)
  await inPage('/matrix/role', async (page) => {
    await page.getByTitle('ntp-client on alpha: passed').waitFor()
    await settle(page, 2)
    // Longer than a poll takes, unless a bookmark comes in between.
    do {
      told = 0
      asked = []
      await page.clock.runFor(12_000)
      await page.evaluate('fetch("/livez")')
    } while (told > 0)
    expect(asked).toEqual([])

    await upsertRole('ntp-client', 'alpha', false)
    const failed = page.getByTitle('ntp-client on alpha: failed')
    expect(await runUntil(page, 3_000, () => failed.isVisible())).toBe(true)

    // Another image is another column.
    await asAdmin('mutation { upsertImage(input: { name: "gamma" }) { outcome } }')
    const missing = page.getByTitle('ntp-client on gamma: missing')
    expect(await runUntil(page, 3_000, () => missing.isVisible())).toBe(true)
  })
})

test('a burst of changes is shown by few answers, and what a filter leaves out is not asked for', async () => {
  await inPage('/list/role?name=burst', async (page) => {
    await page.getByText('No object matches.').waitFor()
    await settle(page, 1)
    told = 0
    for (let i = 0; i < 20; i++) await upsertRole('other', 'alpha', i % 2 === 0)
    for (let i = 0; i < 20; i++) await upsertRole('burst', i % 2 === 0 ? 'alpha' : 'beta', i % 3 === 0)
    const rows = page.locator('.list tbody tr')
    expect(await runUntil(page, 3_000, async () => (await rows.count()) === 4)).toBe(true)
    // Time stood still while they came.
    expect(asked.length).toBeLessThanOrEqual(2)
    // Beside bookmarks, those of the 20 alone.
    expect(told).toBeLessThan(30)
  })
})

test('what a filter looks at in other objects is followed as well', async () => {
  await upsertRole('sshd', 'beta', true)
  await inPage('/list/role?name=sshd&image.lts=true', async (page) => {
    await page.getByText('No object matches.').waitFor()
    await settle(page, 2)
    await asAdmin('mutation { upsertImage(input: { name: "beta", lts: true }) { outcome } }')
    const rows = page.locator('.list tbody tr')
    expect(await runUntil(page, 3_000, async () => (await rows.count()) === 1)).toBe(true)
  })
})

test('an object, what refers to it, and its end are shown as they come', async () => {
  await asAdmin('mutation { upsertImage(input: { name: "delta" }) { outcome } }')
  const { image } = await asAdmin('{ image(name: "delta") { _meta { uuid } } }')
  await inPage(`/object/${image._meta.uuid}`, async (page) => {
    await page.waitForSelector('h1')
    await settle(page, 2)
    await asAdmin('mutation { upsertImage(input: { name: "delta", version: "12" }) { outcome } }')
    const isShown = (text: string) => () =>
      page
        .locator('.versions')
        .innerText()
        .then((all) => all.includes(text))
    expect(await runUntil(page, 3_000, isShown('"12"'))).toBe(true)
    await upsertRole('vault', 'delta', true)
    const referrer = page.locator('.links a', { hasText: 'vault' })
    expect(await runUntil(page, 3_000, () => referrer.isVisible())).toBe(true)
    await asAdmin('mutation { deleteRoles(where: { name: { equals: "vault" } }) }')
    await asAdmin('mutation { deleteImage(name: "delta") { name } }')
    const gone = page.getByText('No object has the uuid')
    expect(await runUntil(page, 3_000, () => gone.isVisible())).toBe(true)
  })
})

test('a restart of the server is survived: what was written meanwhile is shown, and so is what comes after', async () => {
  await inPage('/list/role?name=restarted', async (page) => {
    await page.getByText('No object matches.').waitFor()
    await settle(page, 1)
    await registry?.close()
    await start()
    await upsertRole('restarted', 'alpha', true)
    const rows = page.locator('.list tbody tr')
    expect(await runUntil(page, 4_000, async () => streams.size === 1 && (await rows.count()) === 1)).toBe(true)

    await runUntil(page, 3_000, () => false)
    await upsertRole('restarted', 'beta', true)
    expect(await runUntil(page, 3_000, async () => (await rows.count()) === 2)).toBe(true)
  })
})

test('where no stream can be had, the page asks every few seconds', async () => {
  areStreamsHad = false
  await inPage('/list/role?name=polled', async (page) => {
    await page.getByText('No object matches.').waitFor()
    await upsertRole('polled', 'alpha', true)
    const rows = page.locator('.list tbody tr')
    expect(await runUntil(page, 10_000, async () => (await rows.count()) === 1)).toBe(true)
    // As soon as there are streams, it follows.
    areStreamsHad = true
    expect(await runUntil(page, 120_000, () => streams.size === 1)).toBe(true)
  })
})

test('a page that is paused holds no stream', async () => {
  await inPage('/list/role', async (page) => {
    await expect.poll(() => streams.size, { timeout: 60_000 }).toBe(1)
    await page.getByRole('button', { name: 'Live' }).click()
    await expect.poll(() => streams.size, { timeout: 60_000 }).toBe(0)
    await page.getByRole('button', { name: 'Paused' }).click()
    await expect.poll(() => streams.size, { timeout: 60_000 }).toBe(1)
  })
})
