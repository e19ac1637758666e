import { type CliError, createUsageError } from '../cli-error.ts'
import type { Template } from '../connection/template.ts'

/** The usage error for assignments that lack these fields of the key. */
export function createMissingKeyError({ name, key }: Template, missing: readonly string[]): CliError {
  const example = missing.map((one) => `${one}=…`).join(' ')
  return createUsageError(`Each ${name} is identified by ${key.join(', ')}; add ${example}`)
}
