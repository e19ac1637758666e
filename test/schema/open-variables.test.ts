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

describe('what is compiled for some variables is not taken for others:', () => {
  test('page sizes that were settled in another order, after one plan was refused and many others came', async () => {
    const query = `query ($in: [String!]!, $a: Int, $b: Int) {
      x: things(where: {name: {in: $in}}, first: $a, orderBy: [{name: asc}]) { nodes { name } }
      y: things(first: $b, orderBy: [{name: asc}]) { nodes { name } }
    }`
    const ask = async (a: number, b: number, given = ['less', 'more']) => {
      const { data, errors } = await registry.query(query, { in: given, a, b })
      return errors?.[0]?.extensions?.code ?? [data.x.nodes.length, data.y.nodes.length]
    }
    expect(await ask(5_000, 1)).toBe('LIMIT_EXCEEDED')
    expect(await ask(1, 2)).toEqual([1, 2])
    for (let i = 0; i < 120; i++) await ask(1, 1, [`other ${i}`])
    expect(await ask(2, 1)).toEqual([2, 1])
    expect(await ask(1, 2)).toEqual([1, 2])
    expect(await ask(0, 2)).toEqual([0, 2])
  })

  test('a variable inside of a json literal', async () => {
    const json = await startRegistry(['{ name: note, key: [name], fields: { name: string, data: json } }'])
    try {
      await json.data(
        'mutation { upsertNotes(input: [{name: "object", data: {a: "a"}}, {name: "text", data: "a"}]) { failed } }',
      )
      const find = async (filter: string) => {
        const query = `query ($x: String) { notes(where: {data: ${filter}}) { nodes { name } } }`
        const { data, errors } = await json.query(query, { x: 'a' })
        return errors ? errors[0]?.message : data.notes.nodes.map((one: { name: string }) => one.name)
      }
      for (let i = 0; i < 2; i++) {
        expect(await find('{equals: {a: $x}, mode: insensitive}')).toEqual(['object'])
        expect(await find('{equals: {a: $x}}')).toEqual(['object'])
        expect(await find('{gt: {a: $x}}')).toMatch(/has no order/)
      }
    } finally {
      await json.close()
    }
  })
})
