import { mkdir, readFile } from 'node:fs/promises'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { openBrowser, openOfflinePage } from './open-browser.ts'
import { startPageRegistry } from './page-registry.ts'

let registry: TestRegistry
let browser: Browser
let origin: string
beforeAll(async () => {
  registry = await startPageRegistry()
  origin = new URL(registry.url).origin
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await registry?.close()
})

/** Runs in a page that reaches only the registry, and expects that nothing went wrong in it. */
async function inPage(use: (page: Page) => Promise<void>, options?: BrowserContextOptions): Promise<void> {
  const { page, problems, close } = await openOfflinePage(browser, origin, options)
  await use(page)
  expect(problems).toEqual([])
  await close()
}

/** The text of an element, with single spaces. */
async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replace(/\s+/g, ' ').trim()
}

const addressOf = (page: Page) => page.url().slice(origin.length)
const focused = (page: Page) =>
  page.evaluate('document.activeElement.getAttribute("title") ?? document.activeElement.textContent.trim()')
/** The browser may move the focus after what a test has waited for. */
const expectFocus = (page: Page, wanted: string) => expect.poll(() => focused(page), { timeout: 30_000 }).toBe(wanted)

/** The page's globals that the tests use; tests are compiled without the types of browsers. */
interface PageGlobals {
  readonly document: { querySelectorAll(selector: string): { readonly length: number } }
}

interface Picture {
  readonly naturalHeight: number
  decode(): Promise<void>
}

/** Waits until exactly so many elements are there. */
async function waitForCount(page: Page, selector: string, count: number): Promise<void> {
  await page.waitForFunction(
    ([wanted, length]) => (globalThis as unknown as PageGlobals).document.querySelectorAll(wanted).length === length,
    [selector, count] as const,
  )
}

/** Writes the pictures of the documentation, if asked to: UPDATE_PICTURES=1. */
async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env['UPDATE_PICTURES'] !== '1') return
  await mkdir('docs/pictures', { recursive: true })
  await page.screenshot({ path: `docs/pictures/${name}.png` })
}

test('by mouse: the overview, the matrix, only what has not passed, a cell, its object, and back', async () => {
  await inPage(async (page) => {
    await page.goto(origin)
    const card = page.locator('.card', { has: page.locator('h2', { hasText: 'role' }) })
    await card.locator('time').waitFor()
    expect((await card.innerText()).replace(/\s+/g, ' ')).toMatch(
      /^role 218 Object Ansible role Last write .* by jenkins /,
    )
    await takePicture(page, 'overview')
    await card.getByRole('link', { name: 'Matrix' }).click()
    await page.waitForSelector('.matrix')
    expect([addressOf(page), await textOf(page, '.sum')]).toEqual(['/matrix/role', '214 of 220 passed'])
    expect(await textOf(page, '.legend')).toBe('✓ 214 passed ✗ 3 failed S 1 stale – 2 missing')

    await page.getByLabel('Grouped by').selectOption('distr')
    await page.waitForSelector('.matrix .groups')
    await takePicture(page, 'matrix')
    await page.getByLabel('Only what has not passed').check()
    await waitForCount(page, '.matrix tbody tr', 5)
    expect(addressOf(page)).toBe('/matrix/role?group=distr&only=notPassed')
    expect(await page.locator('.matrix .groups th').allInnerTexts()).toEqual([
      'alt',
      'astra',
      'centos',
      'debian',
      'ubuntu',
    ])
    expect(await page.locator('.matrix tbody th').allInnerTexts()).toEqual([
      'docker',
      'grafana',
      'keepalived',
      'ntp-client',
      'postgresql',
    ])
    await takePicture(page, 'matrix-not-passed')

    await page.getByTitle('ntp-client on ubuntu_22.04.image: failed').click()
    await page.waitForSelector('dialog li')
    expect(await textOf(page, 'dialog h2')).toBe('ntp-client on ubuntu_22.04.image: failed')
    expect(await textOf(page, 'dialog .objects')).toMatch(
      /^.+ by jenkins Open the object commit b312abbb05a9be4fe82abcb60d44b7bdd0220bdc status false$/,
    )
    await takePicture(page, 'cell')
    await page.getByRole('link', { name: 'Open the object' }).click()
    await page.waitForSelector('.facts')
    expect(addressOf(page)).toMatch(/^\/object\/[\w-]{36}$/)
    expect(await textOf(page, 'h1')).toBe('ntp-client · ubuntu_22.04.image · false')
    await page.getByRole('link', { name: 'ubuntu_22.04.image' }).click()
    await page.waitForSelector('.links')
    expect(await page.locator('.links li').count()).toBe(10)
    await takePicture(page, 'object')
    await page.getByRole('link', { name: 'All 11 as a list' }).click()
    await page.waitForSelector('.list tbody tr')
    expect([addressOf(page), await page.locator('.list tbody tr').count()]).toEqual([
      '/list/role?image=ubuntu_22.04.image',
      11,
    ])
    await takePicture(page, 'list')

    for (const _ of [1, 2, 3]) await page.goBack()
    await page.waitForSelector('dialog li')
    await page.getByRole('button', { name: 'Close' }).click()
    await page.waitForSelector('dialog', { state: 'detached' })
    expect(addressOf(page)).toBe('/matrix/role?group=distr&only=notPassed')
    await waitForCount(page, '.matrix tbody tr', 5)
  })
})

test('by keyboard alone: the same walk', async () => {
  await inPage(async (page) => {
    await page.goto(origin)
    await page.waitForSelector('.card time')
    const tabTo = async (wanted: string) => {
      for (let presses = 0; presses < 60; presses++) {
        if ((await focused(page)) === wanted) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`no ${wanted} within 60 presses of the tab key`)
    }
    await tabTo('Matrix')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.matrix')
    await page.getByLabel('Only what has not passed').waitFor()
    while ((await page.evaluate('document.activeElement.type')) !== 'checkbox') await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await waitForCount(page, '.matrix tbody tr', 5)
    expect(addressOf(page)).toBe('/matrix/role?only=notPassed')

    // One cell is in the order of the tab key; arrows lead to the others.
    await tabTo('docker on alt_10.image: passed')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expectFocus(page, 'keepalived on alt_10.image: missing')
    await page.keyboard.press('Control+End')
    await expectFocus(page, 'postgresql on ubuntu_22.04.image: passed')
    await page.keyboard.press('ArrowUp')
    await expectFocus(page, 'ntp-client on ubuntu_22.04.image: failed')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog li')
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog', { state: 'detached' })
    await expectFocus(page, 'ntp-client on ubuntu_22.04.image: failed')
    expect(addressOf(page)).toBe('/matrix/role?only=notPassed')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog li')
    await tabTo('Open the object')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.facts')
    expect(await textOf(page, 'h1')).toBe('ntp-client · ubuntu_22.04.image · false')
    // Without a window, the browser has no keys of its own.
    await page.goBack()
    await page.waitForSelector('dialog li')
    expect(await textOf(page, 'dialog h2')).toBe('ntp-client on ubuntu_22.04.image: failed')
  })
})

test('at 390 pixels, by touch: the same walk, and no view is wider than the screen', async () => {
  const expectFit = async (page: Page) =>
    expect(await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')).toEqual([390, 390])
  await inPage(
    async (page) => {
      await page.goto(origin)
      await page.waitForSelector('.card time')
      await expectFit(page)
      await page.getByRole('link', { name: 'Matrix' }).tap()
      await page.waitForSelector('.matrix')
      await expectFit(page)
      await page.getByLabel('Only what has not passed').tap()
      await waitForCount(page, '.matrix tbody tr', 5)
      await takePicture(page, 'phone')
      await page.getByTitle('docker on astra_1.7.image: stale').tap()
      await page.waitForSelector('dialog li')
      expect(await textOf(page, 'dialog h2')).toBe('docker on astra_1.7.image: stale')
      await expectFit(page)
      await page.getByRole('link', { name: 'Open the object' }).tap()
      await page.waitForSelector('.facts')
      await expectFit(page)
      await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'role' }).tap()
      await page.waitForSelector('.list tbody tr')
      await expectFit(page)
      await page.goBack()
      await page.goBack()
      await page.waitForSelector('dialog li')
    },
    { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  )
})

const views = [
  ['/', '.card time'],
  ['/list/role?commit~=b3*&order=-_meta.updateTime', '.list tbody tr'],
  ['/list/person', '.nothing'],
  ['/matrix/role?group=distr&only=notPassed', '.matrix tbody tr'],
  ['/matrix/role?commit=none&columns.distr=ubuntu', '.matrix tbody tr'],
  ['/object/{uuid}', '.links'],
  ['/object/3f95d11d-f296-42f5-ac3a-b36523a22f2c', 'h1'],
  ['/list/rolle', '.problem'],
] as const

test.each(['light', 'dark'] as const)('axe finds nothing to object to in any view, in %s', async (colorScheme) => {
  const { source } = axe
  const { image } = await registry.data('{ image(name: "ubuntu_22.04.image") { _meta { uuid } } }')
  await inPage(
    async (page) => {
      const check = async (what: string) => {
        await page.evaluate(source)
        const violations = await page.evaluate(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]))',
        )
        expect([what, violations]).toEqual([what, []])
      }
      for (const [address, shown] of views) {
        await page.goto(`${origin}${address.replace('{uuid}', image._meta.uuid)}`)
        await page.waitForSelector(shown)
        for (const summary of await page.locator('summary').all()) await summary.click()
        await check(address)
      }
      await page.goto(`${origin}/matrix/role?group=distr`)
      await page.waitForSelector('.matrix')
      if (colorScheme === 'dark') await takePicture(page, 'matrix-dark')
      await page.locator('.cell.stale[href]').click()
      await page.waitForSelector('dialog li')
      await check('a cell')
    },
    { colorScheme },
  )
})

test('a filter is added, shown, kept in the address and taken away again', async () => {
  await inPage(async (page) => {
    await page.goto(`${origin}/list/image`)
    await page.waitForSelector('.list tbody tr')
    await page.getByLabel('Field').selectOption('distr')
    await page.getByLabel('Value').fill('astra')
    await page.getByRole('button', { name: 'Add filter' }).click()
    await waitForCount(page, '.list tbody tr', 4)
    await page.getByLabel('Field').selectOption('version')
    await page.getByLabel('Comparison').selectOption('>=')
    await page.getByLabel('Value').fill('1.8')
    await page.keyboard.press('Enter')
    await waitForCount(page, '.list tbody tr', 2)
    expect(decodeURIComponent(addressOf(page))).toBe('/list/image?distr=astra&version>=1.8')
    await page.getByRole('button', { name: 'Remove the filter distr is astra' }).click()
    await waitForCount(page, '.chips li', 1)
    expect(decodeURIComponent(addressOf(page))).toBe('/list/image?version>=1.8')
    await page.getByRole('link', { name: 'distr' }).click()
    await page.waitForSelector('th[aria-sort=ascending]')
    // The former rows stay until the others are there.
    await expect.poll(() => page.locator('.list tbody td:nth-child(2)').first().innerText()).toBe('alt')
  })
})

test('the matrix of a given commit, which the form suggests, and of the columns that match', async () => {
  await inPage(async (page) => {
    await page.goto(`${origin}/matrix/role`)
    await page.waitForSelector('.matrix')
    await page.getByLabel('Field').selectOption('commit')
    await page.locator('datalist option').first().waitFor({ state: 'attached' })
    expect(
      await page
        .locator('datalist option')
        .evaluateAll((options) => options.map((option) => option.getAttribute('value'))),
    ).toEqual(['b312abbb05a9be4fe82abcb60d44b7bdd0220bdc'])
    await page.getByLabel('Value').fill('0d6e4c1')
    await page.getByRole('button', { name: 'Add filter' }).click()
    await page.locator('.sum', { hasText: '0 of 220 passed' }).waitFor()
    expect(await textOf(page, '.summary > p.quiet')).toBe('Each cell shows the latest role that matches the filters.')
    await page.getByLabel('Field').selectOption('columns.distr')
    await page.getByLabel('Value').fill('ubuntu')
    await page.getByRole('button', { name: 'Add filter' }).click()
    await page.locator('.sum', { hasText: '0 of 44 passed' }).waitFor()
    await page.getByRole('button', { name: 'Remove the filter commit is 0d6e4c1' }).click()
    await page.locator('.sum', { hasText: '43 of 44 passed' }).waitFor()
    expect([addressOf(page), await page.title()]).toEqual([
      '/matrix/role?columns.distr=ubuntu',
      'role · matrix · Registry',
    ])
    await page.getByText('As a badge').click()
    expect(
      await page
        .getByAltText('The badge')
        .evaluate((picture) =>
          (picture as unknown as Picture).decode().then(() => (picture as unknown as Picture).naturalHeight),
        ),
    ).toBe(20)
  })
})

test('pages lead forth and back, and the download has the objects of all pages', async () => {
  await inPage(async (page) => {
    await page.goto(`${origin}/list/role?first=100&order=name`)
    await page.waitForSelector('.list tbody tr')
    const first = await page.locator('.list tbody tr').first().innerText()
    await page.getByRole('link', { name: 'Next' }).click()
    await waitForCount(page, '.foot nav a', 2)
    await page.getByRole('link', { name: 'Next' }).click()
    await waitForCount(page, '.list tbody tr', 18)
    expect(await textOf(page, '.foot nav > span')).toBe('18 of 218')
    await page.getByRole('link', { name: 'Previous' }).click()
    await waitForCount(page, '.list tbody tr', 100)
    await page.getByRole('link', { name: 'Previous' }).click()
    await waitForCount(page, '.foot nav a', 1)
    expect(await page.locator('.list tbody tr').first().innerText()).toBe(first)

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n')
    expect([download.suggestedFilename(), lines.length, lines[0], lines[1]]).toEqual([
      'role.csv',
      220,
      'name,image,commit,status',
      'consul,alt_10.image,b312abbb05a9be4fe82abcb60d44b7bdd0220bdc,true',
    ])
  })
})

test('a view opens in GraphiQL with its operation and variables', async () => {
  await inPage(async (page) => {
    await page.goto(`${origin}/list/image?distr=astra`)
    await page.waitForSelector('.list tbody tr')
    await page.getByText('As GraphQL').click()
    await page.getByRole('link', { name: 'Open in GraphiQL' }).click()
    await page.waitForSelector('.graphiql-query-editor .view-line')
    // The editor writes its spaces as no-break spaces.
    await page.locator('.graphiql-query-editor .view-line', { hasText: /query.ImageList/ }).waitFor()
  })
})

test('what changes in the registry appears by itself, and moves nothing', async () => {
  await inPage(async (page) => {
    await page.goto(`${origin}/matrix/role?rowIn=nginx,sshd`)
    await page.waitForSelector('.matrix')
    expect(await textOf(page, '.sum')).toBe('40 of 40 passed')
    await page.getByTitle('sshd on ubuntu_24.04.image: passed').focus()
    await registry.data(
      'mutation { upsertRole(input: { name: "sshd", image: "ubuntu_24.04.image", status: false }) { outcome } }',
    )
    await page.waitForSelector('.cell.failed[href]')
    await expectFocus(page, 'sshd on ubuntu_24.04.image: failed')
    expect(await textOf(page, '.sum')).toBe('39 of 40 passed')
    await registry.data('mutation { deleteRole(name: "sshd", image: "ubuntu_24.04.image", status: false) { name } }')
    await page.getByRole('link', { name: 'all rows' }).click()
    await page.locator('.sum', { hasText: '214 of 220 passed' }).waitFor()
  })
})

test('while the registry cannot be reached, the page says so, shows what it had, and goes on by itself', async () => {
  const { page, close } = await openOfflinePage(browser, origin)
  // A stream that is open would go on; test/browser/live.test.ts ends one.
  await page.route('**/graphql', (route) =>
    route.request().headers()['accept'] === 'text/event-stream' ? route.abort() : route.continue(),
  )
  await page.goto(`${origin}/list/image`)
  await page.waitForSelector('.list tbody tr')
  await page.route('**/graphql', (route) => route.abort())
  await page.waitForSelector('.problem')
  expect(await textOf(page, '.problem strong')).toBe(
    'No answer from the registry. What is shown may be out of date; this page keeps trying.',
  )
  expect(await page.locator('.list tbody tr').count()).toBe(20)
  await page.unroute('**/graphql')
  await page.waitForSelector('.problem', { state: 'detached' })
  await close()
})

test.each([
  ['/list/rolle', 'There is no template "rolle", or you may not read it. The registry has: image, person, role.'],
  ['/list/role?nmae=a', 'role has no field "nmae". It has: name, image, commit, status, _meta.'],
  ['/list/role?status=maybe', 'status is true or false, not "maybe".'],
  ['/list/role?first=0', 'first is a whole number from 1 to 1000, not "0".'],
  ['/matrix/image', 'image has no matrix: it takes a reference, and another field with an order.'],
  ['/matrix/role?rows=image', 'rows=image: write one of name, commit, status.'],
  ['/matrix/role?only=failed', 'only is notPassed, not "failed".'],
  ['/list/role?after=x', 'after: "x" is not a cursor of this registry'],
])('%s says what is wrong with it', async (address, message) => {
  await inPage(async (page) => {
    await page.goto(`${origin}${address}`)
    await page.waitForSelector('.problem')
    expect(await textOf(page, '.problem')).toContain(message)
  })
})
