import { parseNumber } from '../arguments/parse-number.ts'
import type { CiCaller } from '../ci/ci-services.ts'
import { findCaller } from '../ci/find-caller.ts'
import { createUsageError } from '../cli-error.ts'
import { type CommonOptions, commonDefaults } from '../commands/common-options.ts'
import { writeError } from '../output/terminal.ts'
import { type Connection, createConnection } from './connection.ts'

/** Opens a connection to the registry that the options or the environment name; without `caller`, this process is it. */
export async function openConnection(options: CommonOptions, caller?: Partial<CiCaller>): Promise<Connection> {
  const form = /^(?=.*[1-9])\d*\.?\d+$/
  // Timers take 31 bits of milliseconds.
  const seconds = parseNumber('--timeout', options.timeout, form, 'seconds, such as 30 or 0.5', 2_000_000)
  const retries = parseNumber('--retries', options.retries, /^\d{1,3}$/, 'a number, such as 5, or 0 for none')
  const { actor, run } = caller ?? (await findCaller())
  return createConnection({
    url: parseUrl(options.url || process.env['REGISTRY_URL'] || commonDefaults.url),
    timeout: Math.round((seconds ?? commonDefaults.timeout) * 1_000),
    retries: retries ?? commonDefaults.retries,
    headers: { ...(actor && { 'X-Registry-Actor': actor }), ...(run && { 'X-Registry-Run': run }) },
    log: options.verbose ? (line) => writeError(`${line}\n`) : undefined,
  })
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw createUsageError(
      `REGISTRY_URL: ${JSON.stringify(text)} is not the address of a registry. It looks like http://127.0.0.1:4000/graphql`,
    )
  }
  if (url.pathname === '/') url.pathname = '/graphql'
  return url
}
