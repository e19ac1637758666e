import { signal } from '@preact/signals'

/** Where the page is: its address holds all of its state. */
export interface Place {
  readonly path: string
  /** Without the question mark. */
  readonly search: string
}

const read = (): Place => ({ path: location.pathname, search: location.search.slice(1) })

/** The address that is shown. */
export const place = signal<Place>(read())

/** What the browser keeps with each step of its history. */
interface Step {
  /** How far down the page was when it was left. */
  readonly scroll?: number
  /** The address from which the page came here. */
  readonly from?: string
}

const step = (): Step => (history.state as Step | null) ?? {}

/** Goes to an address of the page, as a click on a link does. */
export function go(href: string): void {
  const { path, search } = place.value
  // A second click on a link, before its view has come, is no second step.
  if (new URL(href, location.href).href === location.href) return
  history.replaceState({ ...step(), scroll: scrollY } satisfies Step, '')
  history.pushState({ from: search === '' ? path : `${path}?${search}` } satisfies Step, '', href)
  place.value = read()
  if (place.value.path !== path) scrollTo(0, 0)
}

/** Goes back to an address if the page came from there; otherwise puts it in place of this one. */
export function goBackTo(href: string): void {
  const isFromThere = new URL(step().from ?? '', location.href).href === new URL(href, location.href).href
  if (isFromThere) {
    history.back()
    return
  }
  history.replaceState({}, '', href)
  place.value = read()
}

/** Follows links and the browser's own buttons. Call it once. */
export function followAddress(): void {
  history.scrollRestoration = 'manual'
  addEventListener('popstate', () => {
    place.value = read()
    wantedScroll = step().scroll ?? 0
    restoreScroll()
  })
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = (event.target as Element).closest('a')
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return
    if (!isOfPage(link.pathname) || link.hash) return
    event.preventDefault()
    go(link.href)
  })
}

/** Where the page was when it was left, until it is long enough to be there again. */
let wantedScroll: number | undefined

/** Goes back to where the reader was, once there is something to scroll. */
export function restoreScroll(): void {
  if (wantedScroll === undefined) return
  scrollTo(0, wantedScroll)
  if (Math.abs(scrollY - wantedScroll) < 2) wantedScroll = undefined
}

function isOfPage(path: string): boolean {
  return path === '/' || /^\/(list|matrix|object)\//.test(path)
}

/** An address with other parameters: `undefined` takes one away. */
export function hrefWith({ path, search }: Place, changes: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams(search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name)
    else parameters.set(name, value)
  }
  return hrefOf(path, parameters)
}

/** A path with parameters. Commas, colons and slashes stay readable. */
export function hrefOf(path: string, parameters: URLSearchParams): string {
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/')
  return text === '' ? path : `${path}?${text}`
}
