import { readFileSync } from 'node:fs'

/** The version of this package. */
export function readVersion(): string {
  // The relative path is the same from src/cli and dist/bin.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
