import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage } from '../page/build-page.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { openBrowser, openOfflinePage } from './open-browser.ts'

let registry: TestRegistry
let browser: Browser
beforeAll(async () => {
  registry = await startRegistry(undefined, { page: await buildPage() })
  await registry.data('mutation { upsertImage(input: { name: "alpha" }) { outcome } }')
  const roles =
    '[{ name: "docker", image: "alpha", status: true }, { name: "sshd", image: "alpha", status: false }, { name: "sshd", image: "alpha", status: true }]'
  await registry.data(`mutation { upsertRoles(input: ${roles}) { created } }`)
  // The image and the first role are 100 days old; the other role failed 80 days ago, and passed 20 days ago. No trigger takes that for
  // writes.
  const age = 'case key when \'["sshd",["alpha"],false]\' then 80 when \'["sshd",["alpha"],true]\' then 20 else 100 end'
  const moved = ['created_at', 'updated_at', 'changed_at'].map(
    (column) => `${column} = now() - (${age}) * interval '1 day'`,
  )
  await registry.sql(`set session_replication_role = replica; update registry_object set ${moved.join(', ')}`)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await registry?.close()
})

test('the slider of a matrix shows it as of then, by mouse and by keys, and its address does too', async () => {
  const { origin } = new URL(registry.url)
  const { page, problems, close } = await openOfflinePage(browser, origin)
  const cell = (verdict: string) => page.getByTitle(`sshd on alpha: ${verdict}`).waitFor()
  const daysOfAddress = () => (Date.now() - Date.parse(new URL(page.url()).searchParams.get('at') ?? '')) / 86_400_000

  await page.goto(`${origin}/matrix/role`)
  await cell('passed')
  const slider = page.getByRole('slider', { name: 'As of' })
  await expect.poll(() => slider.isEnabled()).toBe(true)
  expect(await slider.getAttribute('aria-valuetext')).toBe('now')

  const box = await slider.boundingBox()
  if (!box) throw new Error('the slider is not shown')
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await cell('failed')
  expect(daysOfAddress()).toBeGreaterThan(40)
  expect(daysOfAddress()).toBeLessThan(60)

  await slider.focus()
  await page.keyboard.press('End')
  await cell('passed')
  expect(new URL(page.url()).searchParams.get('at')).toBeNull()

  await page.keyboard.press('Home')
  const isBegin = async () => {
    await expect.poll(() => page.getByTitle('sshd on alpha').count(), { timeout: 60_000 }).toBe(0)
    await page.getByTitle('docker on alpha: passed').waitFor()
    expect(Math.round(daysOfAddress())).toBe(100)
  }
  await isBegin()
  await page.reload()
  await isBegin()
  await page.getByRole('link', { name: 'now', exact: true }).click()
  await cell('passed')
  await page.goBack()
  await isBegin()
  expect(problems).toEqual([])
  await close()
})
