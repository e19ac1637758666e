import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { openBrowser, openOfflinePage } from './open-browser.ts'
import { startLargeRegistry } from './page-registry.ts'

let registry: TestRegistry
let browser: Browser
let origin: string
beforeAll(async () => {
  registry = await startLargeRegistry()
  origin = new URL(registry.url).origin
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await registry?.close()
})

/** The browser may move the focus after what a test has waited for. */
const expectFocus = (page: Page, title: string) =>
  expect.poll(() => page.evaluate('document.activeElement.getAttribute("title")'), { timeout: 30_000 }).toBe(title)
const linesOf = (page: Page) => page.locator('.grid .line').count()
/** Scrolls the grid to a place in pixels, and waits until what is there is drawn. */
async function scrollTo(page: Page, top: number, left: number, shown: string): Promise<void> {
  await page
    .locator('.grid')
    .evaluate((grid, [y, x]) => (grid as unknown as Scrollable).scrollTo(x, y), [top, left] as const)
  await page.getByTitle(shown, { exact: true }).first().waitFor()
}

interface Scrollable {
  readonly scrollTop: number
  readonly scrollLeft: number
  scrollTo(x: number, y: number): void
}

test('a matrix of 1,000 rows and 100 columns is a grid of which only a part is drawn, and that tells its size', async () => {
  const { page, problems, close } = await openOfflinePage(browser, origin)
  await page.goto(`${origin}/matrix/role?group=distr`)
  const grid = page.getByRole('grid')
  await grid.waitFor()
  expect(await Promise.all(['aria-rowcount', 'aria-colcount'].map((name) => grid.getAttribute(name)))).toEqual([
    '1003',
    '102',
  ])
  expect(await page.locator('.sum').innerText()).toBe('857 of 100,000 passed')
  expect(await linesOf(page)).toBeLessThan(60)
  expect(await page.locator('.grid .cell').count()).toBeLessThan(4_000)

  // Focus on a cell, then scroll far away: the cell stays, and the next key goes on from it.
  await page.getByTitle('role-0000 on image-000: failed').focus()
  await page.keyboard.press('ArrowDown')
  await expectFocus(page, 'role-0001 on image-000: missing')
  await scrollTo(page, 14_000, 1_400, 'role-0500')
  await expectFocus(page, 'role-0001 on image-000: missing')
  expect(await linesOf(page)).toBeLessThan(60)
  await page.keyboard.press('ArrowRight')
  await expectFocus(page, 'role-0001 on image-005: missing')

  // The last cell, by keyboard and by scrolling.
  await page.keyboard.press('Control+End')
  await expectFocus(page, 'role-0999 on image-099: passed')
  const last = page.locator('[data-at="999,99"]')
  expect(
    await Promise.all([
      last.getAttribute('aria-colindex'),
      page.locator('.line', { has: last }).getAttribute('aria-rowindex'),
    ]),
  ).toEqual(['101', '1002'])
  await page.keyboard.press('Control+Home')
  await expectFocus(page, 'role-0000 on image-000: failed')
  await scrollTo(page, 28_000, 2_800, 'role-0999 on image-099: passed')
  expect(await linesOf(page)).toBeLessThan(60)

  // What is left of each column stays in sight below: nine of ten roles on image-099 have passed.
  expect(await page.locator('.feet [aria-colindex="101"]').innerText()).toBe('991')

  // A cell opens, and has the focus again afterwards.
  await last.click()
  await page.waitForSelector('dialog li')
  expect(await page.locator('dialog h2').innerText()).toBe('role-0999 on image-099: passed')
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  await expectFocus(page, 'role-0999 on image-099: passed')

  // What changes meanwhile moves neither the place nor the focus.
  const place = () =>
    page.locator('.grid').evaluate((grid) => {
      const { scrollTop, scrollLeft } = grid as unknown as Scrollable
      return [scrollTop, scrollLeft]
    })
  const before = await place()
  expect(Math.min(...before)).toBeGreaterThan(1_000)
  await registry.data(
    'mutation { upsertRole(input: { name: "role-0999", image: "image-098", status: true }) { outcome } }',
  )
  await page.getByTitle('role-0999 on image-098: passed').waitFor()
  await expectFocus(page, 'role-0999 on image-099: passed')
  expect(await place()).toEqual(before)

  // A row that comes above what is seen moves only the numbers.
  const [top = 0, left = 0] = before
  await scrollTo(page, top / 2, left, 'role-0500')
  const halfway = await page.getByTitle('role-0500', { exact: true }).boundingBox()
  await registry.data('mutation { deleteRole(name: "role-0000", image: "image-000", status: false) { name } }')
  await page.locator('[aria-rowcount="1002"]').waitFor()
  expect(await page.getByTitle('role-0500', { exact: true }).boundingBox()).toEqual(halfway)
  await expectFocus(page, 'role-0999 on image-099: passed')
  expect(problems).toEqual([])
  await close()
})

test('axe finds nothing to object to in the grid', async () => {
  const { page, problems, close } = await openOfflinePage(browser, origin)
  await page.goto(`${origin}/matrix/role?group=distr`)
  await page.getByRole('grid').waitFor()
  const { source } = axe
  await page.evaluate(source)
  const violations = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]))',
  )
  expect([violations, problems]).toEqual([[], []])
  await close()
})
