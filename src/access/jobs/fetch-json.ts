import type { EnvHttpProxyAgent } from 'undici'
import { isMapping } from '../../template/source.ts'

/** Why something cannot be had from an issuer, as the end of a sentence. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError'
}

const longestWait = 5_000
const longestAnswer = 512 * 1_024

/**
 * Reads a JSON object from an address: within 5 seconds, without following redirects, 512 KiB at most; through a proxy where
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY say so. Throws `IssuerError`.
 */
export async function fetchJson(address: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await fetchText(address)
  const value = parseObject(text)
  if (!value) throw new IssuerError(`${address} does not answer with a JSON object`)
  return value
}

async function fetchText(address: string): Promise<string> {
  try {
    const headers = { accept: 'application/json' }
    const answer = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(longestWait),
      headers,
      ...(await routeThroughProxy()),
    })
    if (answer.status !== 200) {
      await answer.body?.cancel()
      throw new IssuerError(`${address} answers with ${answer.status}, not 200`)
    }
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of answer.body ?? []) {
      size += chunk.byteLength
      if (size > longestAnswer) throw new IssuerError(`${address} answers with more than ${longestAnswer} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    if (error instanceof IssuerError) throw error
    throw new IssuerError(`${address} cannot be reached (${explain(error)})`, { cause: error })
  }
}

let proxies: Promise<EnvHttpProxyAgent> | undefined

/** Node's own `fetch` does not look at these variables before Node 24. */
async function routeThroughProxy(): Promise<object> {
  if (!['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].some((name) => process.env[name])) return {}
  proxies ??= import('undici').then(({ EnvHttpProxyAgent }) => new EnvHttpProxyAgent())
  return { dispatcher: await proxies }
}

function explain(error: unknown): string {
  const { name, cause } = error as Error
  if (name === 'TimeoutError') return `no answer within ${longestWait / 1_000} seconds`
  const { code } = (cause ?? {}) as NodeJS.ErrnoException
  return code ?? 'the connection failed'
}

/** Undefined if the text is no JSON, or has no object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isMapping(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether keys may come from there: over TLS, or from this machine. */
export function isTrustworthy(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLocal)
}
