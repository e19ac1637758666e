import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRights } from '../../src/plan/rights.ts'
import { buildPage } from '../page/build-page.ts'
import { startRegistry } from '../support/registry.ts'
import { openBrowser, openOfflinePage } from './open-browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

test('where GraphiQL, introspection and queries by GET are off, the page works, without links to GraphiQL', async () => {
  const page = await buildPage()
  const templates = ['name: image\nkey: [name]\nfields: { name: string, distr: string }\n']
  const links: number[] = []
  for (const isShown of [true, false]) {
    const registry = await startRegistry(templates, {
      page,
      profile: { introspection: isShown, graphiql: isShown, getQueries: isShown },
      rights: () => ({ ...allRights, sight: 'all but admin', isAdmin: false }),
    })
    await registry.data('mutation { upsertImage(input: { name: "ubuntu", distr: "ubuntu" }) { outcome } }')
    const { origin } = new URL(registry.url)
    const opened = await openOfflinePage(browser, origin)
    await opened.page.goto(origin)
    await opened.page.getByRole('heading', { name: 'image' }).waitFor()
    await opened.page.goto(`${origin}/list/image`)
    await opened.page.getByText('ubuntu').first().waitFor()
    await opened.page.getByText('As GraphQL').click()
    await opened.page.locator('.sheet pre').first().waitFor()
    links.push(await opened.page.locator('a', { hasText: 'GraphiQL' }).count())
    expect(opened.problems).toEqual([])
    await opened.close()
    await registry.close()
  }
  expect(links).toEqual([2, 0])
})
