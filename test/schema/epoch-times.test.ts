import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const template = `
name: run
key: [name]
fields:
  name: string
  began: { type: datetime, indexed: true }
  moments: [datetime]
  spec: { type: object, fields: { since: datetime } }
`
const slot = 'name: slot\nkey: [at]\nfields:\n  at: datetime\n  run: { type: reference, to: run }\n'
const use = 'name: use\nkey: [slot]\nfields:\n  slot: { type: reference, to: slot }\n'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([template, slot, use])
  await registry.data(`mutation {
    upsertRuns(input: [
      { name: "before", began: "2025-11-22T07:37:31.321Z", moments: [], spec: { since: "2025-01-01" }, _meta: { updateTime: "2025-11-22" } }
      { name: "then", began: 1763797051322, moments: [1763797051322], spec: { since: 1763797051322 }, _meta: { updateTime: 1763797051322 } }
      { name: "after", began: "2025-11-22T07:37:31.322001Z" }
    ]) { created }
    upsertSlot(input: { at: 1763797051322 }) { outcome }
    upsertUse(input: { slot: 1763797051322 }) { outcome }
  }`)
})
afterAll(() => registry?.close())

const namesOf = async (list: string, variables: object = {}) =>
  (await registry.data(list, variables)).runs.nodes.map(({ name }: { name: string }) => name)

describe('filters take milliseconds since 1970', () => {
  test.each([
    ['{began: {equals: 1763797051322}}', ['then']],
    ['{began: {equals: "1763797051322"}}', ['then']],
    ['{began: {equals: "1763797051322.000"}}', ['then']],
    ['{began: {gt: "1763797051322"}}', ['after']],
    ['{began: {gte: 1763797051321.5}}', ['then', 'after']],
    ['{began: {equals: "1763797051322.001"}}', ['after']],
    ['{began: {gte: "1763797051321.5", lt: "1763797051322.001"}}', ['then']],
    ['{began: {in: ["1763797051321", "2025-11-22T07:37:31.322Z"]}}', ['before', 'then']],
    ['{moments: {has: "1763797051322"}}', ['then']],
    ['{moments: {equals: ["1763797051322"]}}', ['then']],
    ['{spec: {since: {gte: "1763797051322"}}}', ['then']],
    ['{spec: {equals: {since: "1763797051322"}}}', ['then']],
    ['{_meta: {updateTime: {gte: "1763769600000", lte: "1763797051322"}}}', ['before', 'then']],
  ])('%s', async (where, names) => {
    expect(await namesOf(`{ runs(where: ${where}, orderBy: [{began: asc}]) { nodes { name } } }`)).toEqual(names)
  })

  test.each([1_763_797_051_321.5, '1763797051321.5', '1763797051322', 1_763_797_051_322])(
    'in a variable: %j',
    async (from) => {
      const query = 'query ($from: DateTime) { runs(where: {began: {gte: $from}}) { nodes { name } } }'
      for (let i = 0; i < 2; i++) expect(await namesOf(query, { from })).toEqual(['then', 'after'])
    },
  )

  test('as an equality argument, as a key and in the key of a reference', async () => {
    expect(
      await registry.data(`{
        runs(began: "1763797051322") { nodes { name } }
        slot(at: "1763797051322") { at }
        uses(slot: "1763797051322") { totalCount }
      }`),
    ).toEqual({
      runs: { nodes: [{ name: 'then' }] },
      slot: { at: '2025-11-22T07:37:31.322Z' },
      uses: { totalCount: 1 },
    })
  })
})

describe('what is written may not be such a text', () => {
  const refused = (value: string) =>
    `${value} counts milliseconds in a form that only filters take; give a whole number, or a time such as "2026-11-22T07:57:31Z"`
  test.each([
    ['began: "1763797051322"', [`input.began: began: ${refused('"1763797051322"')}`]],
    ['began: 1763797051322.5', [`input.began: began: ${refused('"1763797051322.5"')}`]],
    ['moments: ["1763797051322.5"]', [`input.moments.0: moments: ${refused('"1763797051322.5"')}`]],
    ['spec: { since: "1763797051322" }', [`input.spec.since: since: ${refused('"1763797051322"')}`]],
    [
      '_meta: { createTime: "1763797051322", updateTime: "1763797051322" }',
      [
        `input._meta.createTime: createTime: ${refused('"1763797051322"')}`,
        `input._meta.updateTime: updateTime: ${refused('"1763797051322"')}`,
      ],
    ],
  ])('%s', async (field, messages) => {
    const errors = await listErrors(registry, `mutation { upsertRun(input: { name: "x", ${field} }) { outcome } }`)
    expect(errors).toEqual(messages.map((message) => `BAD_USER_INPUT ${message}`))
  })
})

describe('a smaller number counts seconds, and is refused everywhere', () => {
  const refused = (value: string) =>
    `DateTime: ${value} is not a time: give one such as "2026-11-22T07:57:31Z", or milliseconds since 1970, which are at least 100000000000 (a smaller number counts seconds: multiply it by 1000)`
  test.each([
    ['{ runs(where: {began: {gte: 1763797051}}) { totalCount } }', 'where.began.gte', '1763797051'],
    ['{ runs(where: {began: {gte: "1763797051"}}) { totalCount } }', 'where.began.gte', '"1763797051"'],
    ['{ runs(where: {began: {gte: "99999999999.9"}}) { totalCount } }', 'where.began.gte', '"99999999999.9"'],
    ['mutation { upsertRun(input: {name: "x", began: 1763797051}) { outcome } }', 'input.began', '1763797051'],
  ])('%s', async (operation, path, value) => {
    expect(await listErrors(registry, operation)).toEqual([`BAD_USER_INPUT ${path}: ${refused(value)}`])
  })
})

describe('more milliseconds than the calendar has are refused', () => {
  test.each(['"253402300800000"', '1763797051322000', '"1763797051322000"', '"1763797051322000000"'])(
    '%s',
    async (given) => {
      expect(await listErrors(registry, `{ runs(where: {began: {gte: ${given}}}) { totalCount } }`)).toEqual([
        `BAD_USER_INPUT where.began.gte: DateTime: ${given} is not a time: counted in milliseconds since 1970, it lies beyond the year 9999 (a number of microseconds must be divided by 1000, one of nanoseconds by 1000000)`,
      ])
    },
  )

  test('the last one is taken', async () => {
    expect(await namesOf('{ runs(where: {began: {gte: "253402300799999"}}) { nodes { name } } }')).toEqual([])
  })
})
