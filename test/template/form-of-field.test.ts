import { expect, test } from 'vitest'
import { formOfField } from '../../src/template/form-of-field.ts'
import type { Field } from '../../src/template/model.ts'
import { parseTexts } from '../support/registry.ts'
import { storedName, withStoredNames } from '../support/with-stored-names.ts'

const model = withStoredNames(
  parseTexts([
    'name: image\nkey: [name]\nfields: { name: version }\n',
    'name: node\nkey: [image, number]\nfields: { image: { type: reference, to: image }, number: int }\n',
    `name: host
key: [name]
fields:
  name: string
  ports: [int]
  state: { type: enum, values: [up, down], default: up }
  node: { type: reference, to: node }
  images: { type: [reference], to: image }
  disks:
    type: [object]
    fields:
      size: { type: bigint!, default: 5 }
      kind: { type: string, default: ssd }
      parts: { type: object, fields: { label: string! } }
`,
  ]),
)
const formOf = (name: string, change: Partial<Field & { convert: object }> = {}) => {
  const field = model.byName.get('host')?.fieldByName.get(name)
  if (!field) throw new Error(`no field ${name}`)
  return formOfField({ ...field, ...change }, model, (member) => (member.name === 'size' ? ['bytes', 'space'] : []))
}
const [size, kind, parts, label, image, number, name] = [
  'size',
  'kind',
  'parts',
  'label',
  'image',
  'number',
  'name',
].map(storedName) as [string, string, string, string, string, string, string]

test('the form of a field says what a stored value must be to be its value', () => {
  expect(formOf('name')).toEqual({ type: 'string', list: false })
  expect(formOf('ports')).toEqual({ type: 'int', list: true })
  expect(formOf('state')).toEqual({ type: 'enum', list: false, values: ['up', 'down'] })
  expect(formOf('state', { convert: { true: 'up' } })).toEqual({
    type: 'enum',
    list: false,
    values: ['up', 'down'],
    convert: { true: 'up' },
  })
})

test('the form of a reference has that of the key of its target, by stored names', () => {
  const key = [{ attribute: name, form: { type: 'version', list: false } }]
  expect(formOf('images')).toEqual({ type: 'reference', list: true, key })
  expect(formOf('node')).toEqual({
    type: 'reference',
    list: false,
    key: [
      { attribute: image, form: { type: 'reference', list: false, key } },
      { attribute: number, form: { type: 'int', list: false } },
    ],
  })
})

test('the form of an object has its members, where they were stored before, and what fills required ones', () => {
  expect(formOf('disks')).toEqual({
    type: 'object',
    list: true,
    members: [
      {
        attribute: size,
        from: [size, 'bytes', 'space'],
        form: { type: 'bigint', list: false },
        required: true,
        fill: '5',
      },
      { attribute: kind, from: [kind], form: { type: 'string', list: false }, required: false },
      {
        attribute: parts,
        from: [parts],
        form: {
          type: 'object',
          list: false,
          members: [{ attribute: label, from: [label], form: { type: 'string', list: false }, required: true }],
        },
        required: false,
      },
    ],
  })
})
