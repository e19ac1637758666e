import { readFileSync } from 'node:fs'

export function readVersion(): string {
  // As far away from src/cli as from dist/cli.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
