import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type LimitName, limits, limitVariable } from '../../src/limits.ts'

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
