import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, or that of CHROMIUM. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
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
}

/** A page of a browser without a network, except for one server. */
export interface OfflinePage {
  readonly page: Page
  /** What it asked of others, and what went wrong in it. */
  readonly problems: string[]
  readonly close: () => Promise<void>
}

/** Opens a page that reaches nothing but `url`. */
export async function openOfflinePage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OfflinePage> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 870 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(0)
  const problems: string[] = []
  await page.route('**/*', (route) => {
    const asked = route.request().url()
    if (asked.startsWith(url) || /^(data|blob):/.test(asked)) return route.continue()
    problems.push(`asked ${asked}`)
    return route.abort()
  })
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  return { page, problems, close: () => context.close() }
}
