import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adminTokenSettings } from '../../src/admin-token-settings.ts'
import { type LimitName, limits, limitVariable } from '../../src/limits.ts'
import { settings } from '../../src/settings.ts'

test('docs/operation.md lists every limit with its variable, default and meaning, and no other', () => {
  const rows = readFileSync('docs/operation.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `LIMIT_'))
  const expected = Object.entries(limits).map(
    ([name, limit]) =>
      `| \`${limitVariable(name as LimitName)}\` | ${limit.default.toLocaleString('en-US')} | ${limit.description} |`,
  )
  expect(rows).toEqual(expected)
})

test('docs/operation.md lists only settings that there are, each with its default', () => {
  const [, table = ''] = readFileSync('docs/operation.md', 'utf8').split(/^## (?:Settings|Logs)$/m)
  const known = new Map<string, unknown>([
    ...Object.values(settings).map(({ name, default: value }) => [name, value] as const),
    ...adminTokenSettings.map(({ name }) => [name, undefined] as const),
  ])
  const rows = [...table.matchAll(/^\| `(\w+)` \| (.*?) \|/gm)].map(([, name = '', text = '']) => ({ name, text }))
  expect(rows.length).toBeGreaterThan(15)
  for (const { name, text } of rows) {
    expect(known.has(name), name).toBe(true)
    const value = known.get(name)
    const isSaidInWords = value === undefined || Array.isArray(value)
    if (!isSaidInWords) expect(text, name).toBe(`\`${value}\``)
  }
})
