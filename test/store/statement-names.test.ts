import { expect, test } from 'vitest'
import { createStatementNames } from '../../src/store/statement-names.ts'

test('a statement that comes again is prepared under a name of its own', () => {
  const { nameOf } = createStatementNames()
  expect(nameOf('select 1')).toBe(undefined)
  expect(nameOf('select 2')).toBe(undefined)
  const names = [nameOf('select 1'), nameOf('select 2')]
  expect(names).toEqual([expect.stringMatching(/^[\w-]{32}$/), expect.stringMatching(/^[\w-]{32}$/)])
  expect(new Set(names).size).toBe(2)
  expect([nameOf('select 1'), nameOf('select 2')]).toEqual(names)
})

test('statements that come once take no names from those that come often, however many they are', () => {
  const { nameOf } = createStatementNames()
  for (let i = 0; i < 20_000; i++) expect(nameOf(`select ${i}`)).toBe(undefined)
  nameOf('select often')
  expect(nameOf('select often')).toEqual(expect.any(String))
})

test('the names have an end, and so has the text that is kept for one', () => {
  const { nameOf } = createStatementNames()
  const long = `select '${'x'.repeat(20_000)}'`
  expect([nameOf(long), nameOf(long)]).toEqual([undefined, undefined])
  const named = Array.from({ length: 1_000 }, (_, i) => [nameOf(`select ${i}`), nameOf(`select ${i}`)][1]).filter(
    Boolean,
  )
  expect(new Set(named).size).toBe(500)
})
