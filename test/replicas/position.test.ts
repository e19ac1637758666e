import { expect, test } from 'vitest'
import { digitsOf, digitsOfNext, parsePositions, printPosition } from '../../src/store/replicas/position.ts'

test('a later position is a greater text', () => {
  const logs = ['0/0', '0/9', '0/A0', '0/FFFFFFFF', '1/0', 'A/1', 'FFFFFFFF/FFFFFFFF'].map(digitsOf)
  expect(logs).toEqual([...logs].sort())
  expect(new Set(logs.map((digits) => digits.length))).toEqual(new Set([16]))
})

test('where only the header of a page or a file of the log follows, the log ends before it', () => {
  expect(['1A/16B3748', '0/5018', '0/4018', '0/4028', '0/3000028', '2/3000018'].map(digitsOfNext)).toEqual(
    ['1A/16B3748', '0/5018', '0/4000', '0/4028', '0/3000000', '2/3000000'].map(digitsOf),
  )
})

test('positions come back as they were given, several in one header, and nothing else is taken for one', () => {
  const positions = [
    { mark: '9f3a61c07b2e', digits: digitsOf('1A/16B3748') },
    { mark: '000000000000', digits: digitsOf('0/0') },
  ]
  expect(parsePositions(positions.map(printPosition).join(', '))).toEqual(positions)
  const [one = ''] = positions.map(printPosition)
  for (const text of ['', 'unknown', `${one},`, one.toUpperCase(), one.slice(1), `${one}0`, Array(21).fill(one).join()])
    expect(parsePositions(text), text).toBeUndefined()
})
