import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FieldTypeName } from '../../src/template/field-types/field-types.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** Of each type whose values a variable may leave open: a lesser and a greater value, and the lesser written otherwise. */
const values: Readonly<
  Record<Exclude<FieldTypeName, 'boolean' | 'enum' | 'json' | 'object' | 'reference'>, readonly unknown[]>
> = {
  string: ['A', 'a', 'A'],
  int: [9, 10, 9],
  bigint: ['9', '10', 9],
  float: [9.5, 10, 9.5],
  datetime: ['2026-11-22T07:57:31Z', '2026-11-22T07:57:31.5Z', '2026-11-22T08:57:31+01:00'],
  date: ['2026-11-22', '2026-12-01', '2026-11-22'],
  duration: ['90m', '100m', 'PT1H30M'],
  uuid: [`a${'0'.repeat(7)}-0000-4000-8000-${'0'.repeat(12)}`, `b${'0'.repeat(7)}-0000-4000-8000-${'0'.repeat(12)}`],
  version: ['v9', 'v10', 'v9'],
}

const types = Object.keys(values) as (keyof typeof values)[]
const template = `name: thing
key: [name]
fields:
  name: string
${types.map((type) => `  ${type}Plain: ${type}\n  ${type}Indexed: { type: ${type}, indexed: true }`).join('\n')}
`
const uuids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b']

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([template])
  const fields = (place: number) =>
    types.flatMap((type) => [`${type}Plain`, `${type}Indexed`].map((name) => [name, values[type][place]]))
  await registry.data('mutation ($input: [ThingInput!]!) { upsertThings(input: $input) { failed } }', {
    input: [0, 1].map((place) => ({
      name: ['less', 'more'][place],
      ...Object.fromEntries(fields(place)),
      _meta: {
        uuid: uuids[place],
        version: place + 1,
        createTime: `2026-11-2${place + 1}T00:00:00Z`,
        createdBy: ['Ann', 'Bob'][place],
      },
    })),
  })
})
afterAll(() => registry?.close())

/** The names of what is found by each of the filters, and the texts of the statements that found them. */
async function find(filters: readonly object[]): Promise<{ names: readonly string[][]; texts: ReadonlySet<string> }> {
  const names: string[][] = []
  const statements = await recordStatements(async () => {
    for (const where of filters) {
      const { things } = await registry.data(
        'query ($where: ThingWhere) { things(where: $where, orderBy: [{ name: asc }]) { nodes { name } } }',
        { where },
      )
      names.push(things.nodes.map((one: { name: string }) => one.name))
    }
  })
  return { names, texts: new Set(statements.map(({ text }) => text)) }
}

describe('one statement serves all values of a variable:', () => {
  test.each(types.flatMap((type) => [`${type}Plain`, `${type}Indexed`]))('%s', async (name) => {
    const [less, more, again] = values[name.replace(/Plain|Indexed/, '') as keyof typeof values]
    const equal = await find(
      [less, more, again ?? String(less).toUpperCase()].map((equals) => ({ [name]: { equals } })),
    )
    expect(equal).toEqual({ names: [['less'], ['more'], ['less']], texts: expect.objectContaining({ size: 1 }) })
    const least = await find([less, more].map((gte) => ({ [name]: { gte } })))
    expect(least).toEqual({ names: [['less', 'more'], ['more']], texts: expect.objectContaining({ size: 1 }) })
  })

  test.each([
    ['uuid', 'equals', [...uuids, uuids[0]?.toUpperCase()]],
    ['version', 'equals', [1, 2, 1]],
    ['createTime', 'equals', ['2026-11-21', '2026-11-22T00:00:00Z', '2026-11-21T01:00:00+01:00']],
    ['createdBy', 'startsWith', ['A', 'B', 'An']],
  ])('_meta.%s', async (name, operator, given) => {
    const found = await find(given.map((value) => ({ _meta: { [name]: { [operator]: value } } })))
    expect(found).toEqual({ names: [['less'], ['more'], ['less']], texts: expect.objectContaining({ size: 1 }) })
  })

  test('_meta.createdBy in upper and lower case', async () => {
    const found = await find(
      ['ANN', 'bob', 'ann'].map((equals) => ({ _meta: { createdBy: { equals, mode: 'insensitive' } } })),
    )
    expect(found).toEqual({ names: [['less'], ['more'], ['less']], texts: expect.objectContaining({ size: 1 }) })
  })
})
