import { readFileSync } from 'node:fs'

export function readVersion(): string {
  // The relative path is the same from src/cli and dist/cli.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
