import { describe, expect, test } from 'vitest'
import { isStoredValue } from '../../src/template/is-stored-value.ts'
import type { Json } from '../../src/template/json.ts'
import { parseTemplates } from '../../src/template/parse-templates.ts'
import { storedName, withStoredNames } from '../support/with-stored-names.ts'

const text = `name: host
key: [name, rack]
fields:
  name: string
  rack: { type: int, minimum: 1 }
  port: { type: int, minimum: 1 }
  size: float
  serial: bigint
  isUp: boolean
  bootTime: datetime
  zone: { type: enum, values: [a, b] }
  tags: [string]
  disk: { type: object, fields: { unit: string!, size: { type: int, default: 1 } } }
  parent: { type: reference, to: host, reverse: children }
  notes: json
`
const parsed = parseTemplates([{ file: 'host.yaml', text }])
if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues))
const { model } = parsed
const template = model.byName.get('host')

const cases: Readonly<Record<string, { readonly fit: readonly Json[]; readonly misfit: readonly Json[] }>> = {
  name: { fit: ['', 'h'], misfit: [1, true, {}, []] },
  // A value that a constraint forbids still has the type.
  port: { fit: [22, 0, -5], misfit: ['22', 2.5, 2 ** 31, true, [22]] },
  size: { fit: [1, 1.5], misfit: ['1.5', false] },
  serial: { fit: ['123'], misfit: [123, '0123', 'x'] },
  isUp: { fit: [true, false], misfit: ['true', 1, 0] },
  bootTime: { fit: ['2026-11-22T07:57:31.000Z'], misfit: ['2026-11-22', '2026-11-22T08:57:31+01:00', 5] },
  zone: { fit: ['a', 'b'], misfit: ['c', 'A', 1] },
  tags: { fit: [[], ['x', 'y']], misfit: ['x', [1], ['x', null], [['x']]] },
  // Missing members, and members that an earlier form has left, are not read.
  disk: { fit: [{}, { unit: 'GB', size: 2 }, { unit: null }, { former: 1 }], misfit: ['x', [], { size: '2' }] },
  parent: { fit: [{ name: 'h', rack: 0 }], misfit: ['h', { name: 'h' }, { name: 'h', rack: '1' }] },
  notes: { fit: [1, 'x', [null], { a: [] }], misfit: [] },
}

describe('a stored value that is read as the present type', () => {
  test.each(Object.entries(cases))('%s', (name, { fit, misfit }) => {
    const field = template?.fieldByName.get(name)
    if (!field) throw new Error(`no field ${name}`)
    expect(fit.filter((value) => !isStoredValue(value, field, model))).toEqual([])
    expect(misfit.filter((value) => isStoredValue(value, field, model))).toEqual([])
  })
})

test('objects and keys are read by the stored names of what is in them', () => {
  const renamed = withStoredNames(model)
  const fits = (name: string, value: Json) => {
    const field = renamed.byName.get('host')?.fieldByName.get(name)
    if (!field) throw new Error(`no field ${name}`)
    return isStoredValue(value, field, renamed)
  }
  const [size, key, rack] = ['size', 'name', 'rack'].map(storedName) as [string, string, string]
  expect(fits('disk', { [size]: 2, size: 'what only looks like it' })).toBe(true)
  expect(fits('disk', { [size]: '2' })).toBe(false)
  expect(fits('parent', { [key]: 'h', [rack]: 0 })).toBe(true)
  expect(fits('parent', { [key]: 'h', [rack]: '1' })).toBe(false)
  expect(fits('parent', { name: 'h', rack: 0 })).toBe(false)
})
