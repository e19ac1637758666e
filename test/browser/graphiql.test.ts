import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../server/start-test-server.ts'

/** The page's globals that the test uses; tests are compiled without the types of browsers. */
interface PageGlobals {
  readonly document: { querySelector(selector: string): { readonly textContent: string | null } | null }
  readonly localStorage: object
}

let started: TestServer
let browser: Browser
beforeAll(async () => {
  started = await startTestServer({
    exampleQueries: [
      { title: 'Say hello', query: 'query Hello {\n  hello(name: "example")\n}\n' },
      { title: 'A thing', query: 'query Thing {\n  thing { name }\n}\n' },
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
  expect(tabs.map((tab) => tab.trim())).toEqual(['Hello', 'Thing'])
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
