import type { IncomingMessage } from 'node:http'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createServers, forwardTo } from '../cli/servers.ts'
import { buildPage } from '../page/build-page.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { openBrowser, openOfflinePage } from './open-browser.ts'
import { startPageRegistry } from './page-registry.ts'

const secret = 'rgs_t0ken-of-the-test'
let registry: TestRegistry
let browser: Browser
let origin: string
/** What was sent: of each operation its token, and every address. */
let operations: (string | undefined)[]
let addresses: string[]
let accepted: readonly string[]
const servers = createServers()
beforeAll(async () => {
  registry = await startPageRegistry()
  browser = await openBrowser()
  const forward = forwardTo(registry.url)
  const port = await servers.http(async (request, response) => {
    addresses.push(`${request.url} ${request.headers.referer ?? ''}`)
    if (request.method !== 'POST') return forward(request, response)
    // It carries no streams: views ask every few seconds.
    if (request.headers.accept === 'text/event-stream') {
      request.resume()
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
      return
    }
    const token = tokenOf(request)
    operations.push(token)
    if (token !== undefined && accepted.includes(token)) return forward(request, response)
    request.resume()
    const message = token === undefined ? 'This needs a token.' : 'This token has ended.'
    const errors = [{ message, extensions: { code: 'UNAUTHENTICATED' } }]
    response
      .writeHead(401, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Bearer' })
      .end(JSON.stringify({ errors }))
  })
  origin = `http://127.0.0.1:${port}`
})
beforeEach(() => {
  operations = []
  addresses = []
  accepted = [secret]
})
afterAll(async () => {
  await browser?.close()
  await servers.close()
  await registry?.close()
})

function tokenOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1]
}

async function inPage(path: string, use: (page: Page) => Promise<void>, width = 390): Promise<void> {
  const { page, problems, close } = await openOfflinePage(browser, origin, { viewport: { width, height: 800 } })
  await page.goto(origin + path)
  await use(page)
  // The browser itself reports each 401.
  expect(problems.filter((problem) => !problem.includes('401'))).toEqual([])
  await close()
}

const textOf = async (page: Page, selector: string) =>
  (await page.locator(selector).innerText()).replace(/\s+/g, ' ').trim()

/** Serious violations of accessibility. */
async function findViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const result = (await page.evaluate('axe.run()')) as axe.AxeResults
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

test('the page asks for a token where the registry does, by keyboard alone, and sends it as a header only', async () => {
  await inPage('/', async (page) => {
    await page.waitForSelector('.problem')
    expect(await textOf(page, '.problem')).toBe('This registry asks for a token. This needs a token.')
    expect(await findViolations(page)).toEqual([])
    const input = page.getByLabel('Token').and(page.locator('input'))
    expect(await input.getAttribute('type')).toBe('password')
    expect(await input.getAttribute('autocomplete')).toBe('off')

    await input.focus()
    await page.keyboard.type('two words')
    await page.keyboard.press('Enter')
    await page.getByText('A token has no spaces').waitFor()
    expect(operations.filter((token) => token !== undefined)).toEqual([])

    await input.fill(` ${secret} `)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.card time')
    expect(new Set(operations)).toEqual(new Set([undefined, secret]))
    expect(await page.locator('.problem').count()).toBe(0)

    // It lasts as long as the tab, and is in no address, link or text.
    await page.reload()
    await page.waitForSelector('.card time')
    await page.getByRole('link', { name: 'Matrix' }).first().click()
    await page.waitForSelector('.matrix')
    expect([page.url(), ...addresses].filter((address) => address.includes(secret))).toEqual([])
    expect(await page.evaluate('document.documentElement.outerHTML.includes("rgs_")')).toBe(false)
    expect(await page.evaluate('[Object.keys(localStorage), document.cookie]')).toEqual([[], ''])
  })
})

test('a token is forgotten by a button, and what it showed is gone', async () => {
  await inPage('/list/role', async (page) => {
    await page.getByLabel('Token').and(page.locator('input')).fill(secret)
    await page.getByRole('button', { name: 'Use' }).click()
    await page.waitForSelector('.list tbody tr')
    await page.locator('.who > button').click()
    expect(await findViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Forget the token' }).click()
    await page.waitForSelector('.problem')
    expect(await page.locator('.list').count()).toBe(0)
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Token')
    expect(operations.at(-1)).toBe(undefined)
  })
})

test('a view does not ask again with a token that is refused, and goes on with another one', async () => {
  await inPage('/list/role', async (page) => {
    await page.clock.install()
    await page.getByLabel('Token').and(page.locator('input')).fill(secret)
    await page.getByRole('button', { name: 'Use' }).click()
    await page.waitForSelector('.list tbody tr')
    const pass = async () => {
      const before = operations.length
      await page.clock.runFor(20_000)
      // Whatever the page has sent by now is there before the answer to this.
      await page.evaluate('fetch("/livez")')
      return operations.length - before
    }
    expect(await pass()).toBeGreaterThan(0)
    accepted = []
    await page.clock.runFor(6_000)
    await page.waitForSelector('.problem')
    expect(await textOf(page, '.problem')).toBe(
      'This registry does not accept the token of this tab. This token has ended.',
    )
    expect(await pass()).toBe(0)
    expect(await page.locator('.list tbody tr').count()).toBeGreaterThan(0)

    accepted = ['another']
    await page.getByLabel('Token').and(page.locator('input')).fill('another')
    await page.getByRole('button', { name: 'Use' }).click()
    await page.locator('.problem').waitFor({ state: 'detached' })
    await page.waitForSelector('.list tbody tr')
    expect(await pass()).toBeGreaterThan(0)
    expect(operations.at(-1)).toBe('another')
  })
})

test('GraphiQL asks for a token where the registry does, keeps it as the page does, and sends it as a header only', async () => {
  await inPage(
    '/graphql?query=%7B%20images%20%7B%20totalCount%20%7D%20%7D',
    async (page) => {
      await page.getByText('This registry asks for a token.').waitFor()
      const input = page.locator('.registry-token input')
      expect(await input.getAttribute('type')).toBe('password')
      expect(await input.getAttribute('autocomplete')).toBe('off')
      await input.fill('two words')
      await page.keyboard.press('Enter')
      await page.getByText('A token has no spaces').waitFor()
      await input.fill(secret)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Forget the token' }).waitFor()
      const result = page.locator('.result-window', { hasText: /"totalCount":\s20/ })
      do await page.locator('.graphiql-execute-button').click()
      while (
        !(await result.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        ))
      )
      expect(new Set(operations)).toEqual(new Set([undefined, secret]))
      expect([page.url(), ...addresses].filter((address) => address.includes(secret))).toEqual([])
      expect(await page.evaluate('JSON.stringify(localStorage).includes("rgs_")')).toBe(false)
      expect(await page.evaluate('document.body.outerHTML.includes("rgs_")')).toBe(false)

      // The page has it, too.
      await page.goto(`${origin}/`)
      await page.waitForSelector('.card time')
      await page.goto(`${origin}/graphql`)
      accepted = []
      await page.reload()
      await page.getByText('This registry does not accept the token of this tab.').waitFor()
      await page.getByRole('button', { name: 'Forget the token' }).click()
      await page.getByText('This registry asks for a token.').waitFor()
      expect(await page.evaluate('sessionStorage.getItem("registry-token")')).toBe(null)
    },
    1_100,
  )
})

describe('with rules of access', () => {
  const adminToken = 'an-admin-token-of-the-test'
  let closed: TestRegistry
  let jenkins: string
  beforeAll(async () => {
    closed = await startRegistry(undefined, {
      adminToken,
      access: [
        'name: readers\nwho: [anyone]\nmay: [{ read: image }]',
        'name: ci\nwho: [{ token: jenkins }]\nmay: [{ read: role }]',
      ],
      page: await buildPage(),
    })
    const asAdmin = { authorization: `Bearer ${adminToken}` }
    await closed.data('mutation { upsertImage(input: { name: "alpha" }) { outcome } }', {}, asAdmin)
    await closed.data(
      'mutation { upsertRole(input: { name: "ntp", image: "alpha", status: true }) { outcome } }',
      {},
      asAdmin,
    )
    const created = await closed.data('mutation { createToken(name: "jenkins") { token } }', {}, asAdmin)
    jenkins = created.createToken.token
  })
  afterAll(() => closed?.close())

  test('the page shows what anyone may read, and with a token what that one may, and whose it is', async () => {
    const { page, problems, close } = await openOfflinePage(browser, new URL(closed.url).origin)
    await page.goto(new URL('/list/role', closed.url).href)
    await page.getByText('Or it is not shown to callers without a token.').waitFor()
    await page.getByRole('link', { name: 'Registry', exact: true }).first().click()
    await page.waitForSelector('.card time')
    expect(await page.locator('.card h2').allInnerTexts()).toEqual(['image'])

    await page.locator('.who > button').click()
    await page.locator('.who input:focus').waitFor()
    await page.keyboard.type(jenkins)
    await page.keyboard.press('Enter')
    await page.locator('.card h2', { hasText: 'role' }).waitFor()
    await page.locator('.who > button', { hasText: 'jenkins' }).click()
    expect(await textOf(page, '.who section p:first-child')).toBe('You are jenkins, with the roles readers, ci.')
    await page.goto(new URL('/list/role', closed.url).href)
    await page.waitForSelector('.list tbody tr')

    // The same in GraphiQL.
    await page.goto(closed.url)
    await page.getByText('You are jenkins, with the roles readers, ci.').waitFor()
    expect(problems).toEqual([])

    await closed.data('mutation { revokeToken(name: "jenkins") }', {}, { authorization: `Bearer ${adminToken}` })
    await page.goto(new URL('/list/role', closed.url).href)
    await page.getByText('This registry does not accept the token of this tab.').waitFor()
    await page.locator('.who > button').click()
    await page.getByRole('button', { name: 'Forget the token' }).click()
    await page.getByText('Or it is not shown to callers without a token.').waitFor()
    await close()
  })
})
