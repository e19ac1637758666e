import { expect, test } from 'vitest'
import { createStatementNames } from '../../src/store/statement-names.ts'

const bounds = { entries: 100, weight: 30_000 }

test('a statement that occurs again is prepared under its own name', () => {
  const { find } = createStatementNames(bounds)
  expect(find('select 1')).toBe(undefined)
  expect(find('select 2')).toBe(undefined)
  const [one, two] = [find('select 1'), find('select 2')]
  expect(one).toEqual({ name: expect.stringMatching(/^[\w-]{32}$/), text: 'select 1' })
  expect(two).toEqual({ name: expect.stringMatching(/^[\w-]{32}$/), text: 'select 2' })
  expect(one?.name).not.toBe(two?.name)
  expect([find('select 1'), find('select 2')]).toEqual([one, two])
})

test('statements that occur once take no names from frequent ones, however many there are', () => {
  const { find } = createStatementNames(bounds)
  find('select often')
  const often = find('select often')
  for (let i = 0; i < 20_000; i++) expect(find(`select ${i}`)).toBe(undefined)
  expect(find('select often')).toBe(often)
})

test('the least recently used statement loses its name, and gets it back when it comes twice again', () => {
  const { find } = createStatementNames(bounds)
  const name = (text: string) => [find(text), find(text)][1]?.name
  const [first, second] = [name('select 0'), name('select 1')]
  for (let i = 2; i < bounds.entries; i++) name(`select ${i}`)
  expect(find('select 0')?.name).toBe(first)
  name('select 100')
  expect(find('select 0')?.name).toBe(first)
  expect([find('select 1'), find('select 1')?.name]).toEqual([undefined, second])
})

test('long texts leave room for fewer others, and a text may be too long for a name', () => {
  const { find } = createStatementNames(bounds)
  const text = (letter: string, length: number) => `select '${letter.repeat(length)}'`
  for (const letter of ['a', 'b', 'c', 'd']) for (let i = 0; i < 2; i++) find(text(letter, 9_000))
  const named = ['b', 'c', 'd', 'a'].map((letter) => find(text(letter, 9_000)) !== undefined)
  expect(named).toEqual([true, true, true, false])
  expect([find(text('x', 60_000)), find(text('x', 60_000))]).toEqual([undefined, undefined])
})
