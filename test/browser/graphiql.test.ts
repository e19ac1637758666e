import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../server/start-test-server.ts'

/** The page's globals that the test uses; tests are compiled without the types of browsers. */
interface PageGlobals {
  readonly document: { querySelector(selector: string): { readonly textContent: string | null } | null }
  readonly localStorage: Readonly<Record<string, string>>
}

let started: TestServer
let browser: Browser
beforeAll(async () => {
  started = await startTestServer({
    exampleQueries: [
      { title: 'Say hello', query: 'query Hello {\n  hello(name: "example")\n}\n' },
      { title: 'A thing', query: 'query Thing {\n  thing { name }\n}\n' },
      { title: 'Things', query: 'query Things {\n  things { name }\n}\n' },
      { title: 'A greeting', query: 'query Greeting($who: String) {\n  hello(name: $who)\n}\n' },
      { title: 'A name', query: 'query Name {\n  name\n}\n' },
    ],
  })
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-quic',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})
afterAll(async () => {
  await browser?.close()
  await started.server.drain(0)
})

test('without a network GraphiQL opens with the example queries, runs them and keeps no headers', async () => {
  const page = await browser.newPage()
  page.setDefaultTimeout(0)
  const elsewhere: string[] = []
  const problems: string[] = []
  await page.route('**/*', (route) => {
    const url = route.request().url()
    if (url.startsWith(started.url) || /^(data|blob):/.test(url)) return route.continue()
    elsewhere.push(url)
    return route.abort()
  })
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('requestfailed', (request) => problems.push(`${request.url().slice(0, 100)} ${request.failure()?.errorText}`))

  await page.goto(`${started.url}/`)
  await page.waitForSelector('.graphiql-query-editor .view-line')
  const tabs = await page.locator('.graphiql-tab').allInnerTexts()
  expect(tabs.map((tab) => tab.trim())).toEqual(['Hello', 'Thing', 'Things', 'Greeting', 'Name'])
  // The editor writes its spaces as no-break spaces.
  const editor = async () =>
    (await page.locator('.graphiql-query-editor .view-lines').innerText()).replaceAll('\u00a0', ' ')
  expect(await editor()).toContain('# Say hello')
  expect(await editor()).toContain('hello(name: "example")')

  const waitForText = (where: string, text: string, timeout = 0) =>
    page.waitForFunction(
      ([selector, wanted]) =>
        (globalThis as unknown as PageGlobals).document
          .querySelector(selector)
          ?.textContent?.replaceAll('\u00a0', ' ')
          .includes(wanted),
      [where, text] as const,
      { timeout },
    )
  // GraphiQL loads the text of a tab shortly after it shows it, and ignores an earlier click.
  const run = async (text: string) => {
    do await page.locator('.graphiql-execute-button').click()
    while (!(await waitForText('.result-window', text, 2_000).catch(() => false)))
  }
  await run('"hello example"')
  await page.locator('.graphiql-tab-button').nth(1).click()
  await waitForText('.graphiql-query-editor', 'query Thing')
  await run('"name": "a"')

  const stored = await page.evaluate(() =>
    Object.keys((globalThis as unknown as PageGlobals).localStorage).filter((name) => /header/i.test(name)),
  )
  expect({ elsewhere, problems, stored }).toEqual({ elsewhere: [], problems: [], stored: [] })
  await page.close()
})

/** A page with no storage of its own, and what its first editor shows, which writes its spaces as no-break spaces. */
async function openPage(
  path: string,
): Promise<{ page: Page; waitForText: (where: string, text: string) => Promise<unknown> }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(0)
  await page.goto(`${started.url}${path}`)
  await page.waitForSelector('.graphiql-query-editor .view-line')
  const waitForText = (where: string, text: string) =>
    page.waitForFunction(
      ([selector, wanted]) =>
        (globalThis as unknown as PageGlobals).document
          .querySelector(selector)
          ?.textContent?.replaceAll('\u00a0', ' ')
          .includes(wanted),
      [where, text] as const,
    )
  return { page, waitForText }
}

test('the first click on each tab opens it, and the address is a link to it', async () => {
  const { page, waitForText } = await openPage('/graphql')
  const names = ['Thing', 'Things', 'Greeting', 'Name', 'Hello']
  for (const name of names) {
    // A hand presses and releases the button with a pause in between.
    await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${name}$`) }).click({ delay: 100 })
    await waitForText('.graphiql-query-editor', `query ${name}`)
    await page.waitForURL((url) => url.searchParams.get('query')?.includes(`query ${name}`) === true)
  }
  const link = page.url().slice(started.url.length)
  const opened = await openPage(link)
  await opened.waitForText('.graphiql-query-editor', 'query Hello')
  const tabs = await opened.page.locator('.graphiql-tab').allInnerTexts()
  expect(tabs.map((tab) => tab.trim()).sort()).toEqual([...names].sort())
  await page.context().close()
  await opened.page.context().close()
})

test('a link opens its query with its variables', async () => {
  const query = 'query Linked($who: String) { hello(name: $who) }'
  const search = new URLSearchParams({ query, variables: '{"who": "link"}' })
  const { page, waitForText } = await openPage(`/graphql?${search}`)
  await waitForText('.graphiql-query-editor', 'query Linked')
  await page.locator('.graphiql-execute-button').click()
  await waitForText('.result-window', 'hello link')
  await page.context().close()
})

test('the history has the queries that were run, without their headers', async () => {
  const { page, waitForText } = await openPage('/graphql')
  await page.locator('.graphiql-editor-tools button', { hasText: 'Headers' }).click()
  await page.locator('.graphiql-editor-tool .view-lines:visible').click()
  await page.keyboard.insertText('{"X-Registry-Actor": "s3cret"}')
  await page.locator('.graphiql-execute-button').click()
  await waitForText('.result-window', 'hello example')
  await page.locator('.graphiql-sidebar button[aria-label="Show History"]').click()
  await waitForText('.graphiql-history-items', 'Hello')
  const kept = await page.evaluate(() => JSON.stringify((globalThis as unknown as PageGlobals).localStorage))
  expect(kept).toContain('graphiql:queries')
  expect(kept).not.toContain('s3cret')
  await page.context().close()
})

test('on a small screen the page is as wide as the screen', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true })
  const page = await context.newPage()
  await page.goto(`${started.url}/graphql`)
  await page.waitForSelector('.graphiql-query-editor .view-line')
  expect(await page.evaluate('innerWidth')).toBe(390)
  await context.close()
})
