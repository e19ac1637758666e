import { ciHeaders } from '../ci/ci-headers.ts'
import { createUsageError } from '../cli-error.ts'
import { type CommonOptions, commonDefaults } from '../commands/common-options.ts'
import { writeError } from '../output/terminal.ts'
import { type Connection, createConnection } from './connection.ts'

/** Opens a connection to the registry that the options or the environment name; without `headers`, this process is the caller. */
export async function openConnection(
  options: CommonOptions,
  headers?: Readonly<Record<string, string>>,
): Promise<Connection> {
  return createConnection({
    url: options.url || process.env['REGISTRY_URL'] || commonDefaults.url,
    timeout: Math.round(
      parseNumber(
        '--timeout',
        options.timeout,
        commonDefaults.timeout,
        /^(?=.*[1-9])\d*\.?\d+$/,
        'seconds, such as 30 or 0.5',
      ) * 1_000,
    ),
    retries: parseNumber(
      '--retries',
      options.retries,
      commonDefaults.retries,
      /^\d{1,3}$/,
      'a number, such as 5, or 0 for none',
    ),
    headers: headers ?? (await ciHeaders()),
    log: options.verbose ? (line) => writeError(`${line}\n`) : undefined,
  })
}

function parseNumber(name: string, text: string | undefined, fallback: number, form: RegExp, what: string): number {
  if (text === undefined) return fallback
  const value = Number(text)
  // Timers take 31 bits of milliseconds.
  if (!form.test(text) || value > 2_000_000)
    throw createUsageError(`${name} takes ${what}, not ${JSON.stringify(text)}.`)
  return value
}
