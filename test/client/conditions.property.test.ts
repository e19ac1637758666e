import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Condition, operators, parseConditions, printCondition } from '../../src/client/views/condition.ts'
import { runs } from '../support/property-runs.ts'

const name = fc.stringMatching(/^[A-Za-z]([A-Za-z0-9_.:/-]{0,8}[A-Za-z0-9_])?$/)
const condition: fc.Arbitrary<Condition> = fc.record({
  path: fc.oneof(name, fc.constantFrom('order', 'first', 'image.distr', '_meta.updateTime')),
  operator: fc.constantFrom(...(Object.keys(operators) as Condition['operator'][])),
  value: fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
})

test('conditions come back from an address as they were, whatever their fields are called', () => {
  const own = ['order', 'first']
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 4 }), (conditions) => {
      const parameters = new URLSearchParams(conditions.map((one) => [...printCondition(one, own)]))
      const read = new URLSearchParams(parameters.toString())
      expect(parseConditions(read, own)).toEqual(conditions)
      expect(own.filter((parameter) => read.has(parameter))).toEqual([])
    }),
    runs(500),
  )
})
