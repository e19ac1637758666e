import { describe, expect, test } from 'vitest'
import { issuesOf, modelOf } from './issues-of.ts'

const image = 'name: image\nkey: [name]\nfields: { name: string }\n'
const machine = (lists: string) => `name: machine
key: [name]
${lists}
fields:
  name: string
  slot: int
  tags: [string]
  any: json
  sub: { type: object, fields: { a: int } }
  image: { type: reference, to: image }
  base: { type: reference, to: image, reverse: bases }
`
const issues = (lists: string) => issuesOf({ 'image.yaml': image, 'machine.yaml': machine(lists) })

describe('unique and indexes', () => {
  test('are lists of lists of fields', () => {
    const { templates } = modelOf({
      'image.yaml': image,
      'machine.yaml': machine('unique: [[name, slot], [image, base]]\nindexes: [[slot, image]]'),
    })
    const [, { unique, indexes } = {}] = templates
    expect({ unique, indexes }).toEqual({
      unique: [
        ['name', 'slot'],
        ['image', 'base'],
      ],
      indexes: [['slot', 'image']],
    })
  })

  test.each([
    [
      'unique: [[name, slut]]',
      '3:17 UNKNOWN_FIELD unique[0][1]: "slut" is not a field of machine. Did you mean "slot"?',
    ],
    ['indexes: [[slot, slot]]', '3:18 DUPLICATE_FIELD indexes[0][1]: "slot" is in the list twice.'],
    ['unique: [[name, tags]]', '3:17 NOT_COMPARABLE unique[0][1]: tags cannot be compared: it is a list.'],
    ['indexes: [[sub]]', '3:12 NOT_COMPARABLE indexes[0][0]: sub cannot be compared: it is an object.'],
    ['indexes: [[any]]', '3:12 NOT_COMPARABLE indexes[0][0]: any cannot be compared: it is json.'],
    [
      'indexes: [[image, base]]',
      '3:11 NOT_COMPARABLE indexes[0]: image and base are references; an index may have one of them, since each has an index of its own.',
    ],
    ['unique: [name, slot]', '3:10 WRONG_TYPE unique[0]: "name" is not a list. Write [name].'],
    ['unique: []', '3:9 EMPTY unique: unique needs at least one entry.'],
    ['unique: [[]]', '3:10 EMPTY unique[0]: The list needs at least one entry.'],
    ['unique: [[name, slot, image, base, name]]', '3:10 WRONG_VALUE unique[0]: 0 must NOT have more than 4 items.'],
  ])('%s is refused', (lists, issue) => {
    expect(issues(lists)[0]).toBe(`machine.yaml:${issue}`)
  })
})
