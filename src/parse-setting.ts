/** What the texts of settings mean. Undefined: the setting does not accept the text. */

/** Loads `net` when it is called: the command line has this table as well, and most commands need no network code at their start. */
const isIP = (text: string): number => process.getBuiltinModule('node:net').isIP(text)

export function parseDatabaseUrl(text: string): string | undefined {
  return /^postgres(ql)?:\/\/\S+$/i.test(text) ? text : undefined
}

/** URLs between spaces or commas. A URL may have commas itself: it may name several hosts. */
export function splitUrls(text: string): readonly string[] {
  return text.split(/[\s,]+(?=[a-z]+:\/\/)/i)
}

export function parseDatabaseUrls(text: string): readonly string[] | undefined {
  const urls = splitUrls(text)
  return urls.every((url) => parseDatabaseUrl(url) !== undefined) ? urls : undefined
}

export function parseConnections(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) && Number(text) >= 2 && Number(text) <= 1_000 ? Number(text) : undefined
}

export function parseDigest(text: string): string | undefined {
  return /^[A-Za-z0-9._-]{1,100}$/.test(text) ? text : undefined
}

export function parseHost(text: string): string | undefined {
  return isIP(text) !== 0 || isHostName(text) ? text : undefined
}

export function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

/** RFC 1123, with `_`, which container networks use. Digits and dots alone are not accepted: they are a mistyped IP address. */
function isHostName(text: string): boolean {
  return (
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/i.test(text) && !/^[\d.]+$/.test(text)
  )
}

export function parseHosts(text: string): readonly string[] | undefined {
  const hosts: string[] = []
  for (const part of text.split(',')) {
    const host = part.trim().toLowerCase()
    if (host === '') continue
    const address = /^\[(.*)\]$/.exec(host)?.[1] ?? host
    if (isIP(address) === 6 && URL.canParse(`http://[${address}]`)) hosts.push(normalizeAddress(address))
    else if (isIP(host) === 4) hosts.push(host)
    // A name with a dot at its end is the same name.
    else if (isHostName(host.replace(/\.$/, ''))) hosts.push(host.replace(/\.$/, ''))
    else return undefined
  }
  return [...new Set(hosts)]
}

/** An IPv6 address as it stands in a Host header: in brackets, in the normalized form of URLs. */
function normalizeAddress(address: string): string {
  return new URL(`http://[${address}]`).hostname
}

export function parseOrigins(text: string): readonly string[] | undefined {
  const origins: string[] = []
  for (const part of text.split(',')) {
    const given = part.trim()
    if (given === '') continue
    if (!/^https?:\/\/[^/?#@\\\s*]+\/?$/i.test(given) || !URL.canParse(given)) return undefined
    origins.push(new URL(given).origin)
  }
  return [...new Set(origins)]
}
