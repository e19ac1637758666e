import { type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { Agent, type AgentOptions, type RequestOptions, request as requestHttps } from 'node:https'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import type { HttpRequest } from '../../client/send-request.ts'
import { createUsageError } from '../cli-error.ts'
import { type Address, parseAddress } from './address.ts'

/** A way through a proxy. */
export interface Route {
  /** The proxy's address, without what may be secret. */
  readonly proxy: string
  /** The variable that names the proxy. */
  readonly name: string
  /** The texts that must not be shown. */
  readonly secrets: readonly string[]
  /** The request as it is sent through the proxy. */
  readonly lead: <Request extends Omit<HttpRequest, 'timeout'>>(request: Request) => Request
}

/**
 * The way to a registry through the proxy that the environment names: HTTPS_PROXY for https, HTTP_PROXY for http, else ALL_PROXY, each
 * in lower case first. Undefined if there is none, or if NO_PROXY exempts the registry. A registry on this machine is asked directly
 * with http, as Go does it, since `registry serve` starts it so; with https it may be behind a proxy that is on this machine as well.
 * Throws a usage error for a wrong address.
 */
export function findRoute(registry: Address): Route | undefined {
  const target = registry.toTarget()
  if (registry.isLoopback && target.protocol === 'http:') return undefined
  const name = [`${target.protocol.slice(0, -1)}_proxy`, 'all_proxy']
    .flatMap((one) => [one, one.toUpperCase()])
    .find((one) => process.env[one])
  if (name === undefined || isExempt(target, process.env['no_proxy'] || process.env['NO_PROXY'] || '')) return undefined
  const text = process.env[name] as string
  if (/^socks/i.test(text)) {
    if (registry.isLoopback) return undefined
    throw createUsageError(`${name}: ${socksRefusal}`)
  }
  const proxy = parseAddress(/^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text}`, name, 'proxy')
  if (registry.isLoopback && !proxy.isLoopback) return undefined
  return createRoute(target, proxy, name)
}

const socksRefusal =
  'SOCKS proxies are not supported. Set HTTPS_PROXY or HTTP_PROXY to an HTTP proxy, or name the registry in NO_PROXY.'

function createRoute(target: URL, proxy: Address, name: string): Route {
  const authorization = proxy.toAuthorization()
  const headers = authorization === undefined ? {} : { 'Proxy-Authorization': authorization }
  const route = {
    proxy: new URL(proxy.shown).origin,
    name,
    secrets: [...proxy.listSecrets(), ...(authorization ? [authorization.slice('Basic '.length)] : [])],
  }
  if (target.protocol === 'https:') {
    const agent = new TunnelAgent({ proxy: proxy.toTarget(), headers, keepAlive: true })
    return { ...route, lead: (request) => ({ ...request, agent }) }
  }
  return {
    ...route,
    lead: (request) => ({
      ...request,
      url: proxy.toTarget(),
      path: request.url.href,
      headers: { ...request.headers, ...headers, Host: request.url.host },
    }),
  }
}

/**
 * NO_PROXY as curl reads it: names with all names below them, addresses and networks, divided by commas or spaces, each with a
 * port or without; `*` is everything.
 */
export function isExempt(target: URL, list: string): boolean {
  const host = target.hostname.replace(/^\[|\]$|\.$/g, '')
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true
    const [, name = '', ownPort] = (!isIPv6(entry) && /^(.*):(\d+)$/.exec(entry)) || [entry, entry]
    if (!name || (ownPort !== undefined && ownPort !== port)) return false
    return isIP(host) ? isInNetwork(host, name.replace(/^\[|\]$/g, '')) : isBelow(host, name)
  })
}

function isBelow(host: string, name: string): boolean {
  const domain = name
    .toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/\.$/, '')
  return host === domain || host.endsWith(`.${domain}`)
}

/** `network` is an address, or one with the length of its prefix, `10.0.0.0/8`. */
function isInNetwork(host: string, network: string): boolean {
  const [base = '', length] = network.split('/')
  const family = isIPv6(base) ? 'ipv6' : 'ipv4'
  const bits = family === 'ipv6' ? 128 : 32
  const prefix = length === undefined ? bits : Number(length)
  if (!isIP(base) || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) return false
  const block = new BlockList()
  block.addSubnet(base, prefix, family)
  return block.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
}

/** A proxy has refused to make a connection. */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal'
  readonly status: number
  readonly code: 'PROXY_NOT_READY' | 'PROXY_REFUSED'

  constructor(status: number) {
    super(`The proxy answered ${status}.`)
    this.status = status
    this.code = [502, 503, 504].includes(status) ? 'PROXY_NOT_READY' : 'PROXY_REFUSED'
  }
}

/** A proxy could not be asked for a connection; `cause` is Node's own error. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure'
  readonly code: string | undefined

  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message, { cause })
    this.code = cause.code
  }
}

interface TunnelOptions extends AgentOptions {
  readonly proxy: URL
  readonly headers: OutgoingHttpHeaders
}

/**
 * Makes connections through a proxy, by CONNECT. The packages for this lose the status that a proxy refuses with, and a proxy that
 * never answers keeps their process alive.
 */
class TunnelAgent extends Agent {
  readonly #proxy: URL
  readonly #headers: OutgoingHttpHeaders

  constructor({ proxy, headers, ...options }: TunnelOptions) {
    super(options)
    this.#proxy = proxy
    this.#headers = headers
  }

  override createConnection(
    options: AgentOptions & { host: string; port: number },
    done: (error: Error | null, socket?: Duplex) => void,
  ): undefined {
    const host = isIPv6(options.host) ? `[${options.host}]` : options.host
    const path = `${host}:${options.port}`
    const request = this.#proxy.protocol === 'https:' ? requestHttps : requestHttp
    const asked = request(this.#proxy, {
      method: 'CONNECT',
      path,
      headers: { ...this.#headers, Host: path },
      agent: false,
    })
    // The timer of the request that waits for this connection keeps the process alive, and no longer than it may take.
    asked.on('socket', (socket) => socket.unref())
    asked.on('error', (error) => done(new ProxyFailure(error)))
    asked.on('connect', ({ statusCode = 0 }, socket) => {
      // Node's agent takes the options of `tls.connect`, and returns its socket; its types do not say so.
      if (statusCode === 200)
        return done(null, super.createConnection({ ...options, socket } as RequestOptions) as Duplex)
      socket.destroy()
      done(new ProxyRefusal(statusCode))
    })
    asked.end()
  }
}
