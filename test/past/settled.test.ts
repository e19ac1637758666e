import { expect, test } from 'vitest'
import { createReadPast } from '../../src/store/past/read-past.ts'

const statement = { text: 'what was', values: [] }
const past = { at: '2026-11-22T07:57:31.322661Z', argument: 'at', templates: new Map(), unkept: new Set<string>() }

test('a writer whose beginning cannot be seen is waited for, and later reads still wait for others', async () => {
  const asked: string[] = []
  const settled = [
    { is_settled: false, is_future: false, until: null },
    { is_settled: true, is_future: false, until: '2026-11-22T07:57:32.000000Z' },
    { is_settled: false, is_future: true, until: '2026-11-22T07:57:32.000000Z' },
  ]
  const read = createReadPast()
  const run = async ({ text }: { readonly text: string }) => {
    if (text === statement.text) return [{ value: '{}' }]
    if (!text.includes('registry_settled_until')) return []
    asked.push(text)
    return [settled[asked.length - 1] ?? {}]
  }
  expect(await read(run, statement, past)).toEqual([{ value: '{}' }])
  expect(asked).toHaveLength(2)
  await expect(read(run, statement, { ...past, at: '2999-01-01T00:00:00.000Z' })).rejects.toThrow('has not come yet')
  expect(asked).toHaveLength(3)
})
