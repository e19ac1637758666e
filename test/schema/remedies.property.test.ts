import fc from 'fast-check'
import { type GraphQLInputType, parse } from 'graphql'
import { expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { coerceInput, type InputProblem } from '../../src/schema/coerce-input.ts'
import { validateQueryDocument } from '../../src/schema/validate-query-document.ts'
import { runs, seed } from '../support/property-runs.ts'
import { parseTexts } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

const schema = buildSchema(parseTexts(richTemplates))

const names = fc.constantFrom(
  ...[
    'item',
    'items',
    'checks',
    'name',
    'place',
    'slot',
    'spec',
    'disks',
    'tags',
    'state',
    'children',
    'peers',
    'extra',
  ],
  ...[
    'where',
    'orderBy',
    'first',
    'after',
    'input',
    'order_by',
    'limit',
    'filter',
    'offset',
    'latestPer',
    'data',
    'all',
  ],
  ...['equals', 'eq', '_eq', '_ilike', 'in', 'AND', 'or', 'some', 'is', 'every', 'has', 'contains', 'name_in', 'count'],
  ...['nodes', 'edges', 'node', 'id', '_meta', 'updatedAt', 'createTime', '_document', 'aggregate', 'key', 'pageInfo'],
  ...[
    'constructor',
    '__proto__',
    'toString',
    '__typename',
    'x',
    '_',
    'allItems',
    'create_item',
    'upsertItem',
    'deleteItems',
  ],
  ...[
    'object',
    'search',
    'uuid',
    'text',
    'templates',
    'field',
    'direction',
    'connect',
    'set',
    'mode',
    'path',
    'isNull',
  ],
)
const leaf = fc.constantFrom(
  '"a"',
  '"%a_%"',
  '""',
  '"-name"',
  'NAME_DESC',
  'name',
  'DESC',
  'true',
  'null',
  '5',
  '-1.5',
  '"5"',
  '$v',
)

function literalOf(depth: number): fc.Arbitrary<string> {
  if (depth === 0) return leaf
  const inner = literalOf(depth - 1)
  return fc.oneof(
    leaf,
    fc.array(inner, { maxLength: 3 }).map((list) => `[${list.join(', ')}]`),
    fc
      .array(fc.tuple(names, inner), { maxLength: 3 })
      .map((list) => `{${list.map(([name, one]) => `${name}: ${one}`).join(', ')}}`),
  )
}

function fieldOf(depth: number): fc.Arbitrary<string> {
  const inner = depth === 0 ? fc.constant([]) : fc.array(fieldOf(depth - 1), { maxLength: 2 })
  return fc
    .tuple(names, fc.array(fc.tuple(names, literalOf(3)), { maxLength: 2 }), inner)
    .map(([name, args, fields]) => {
      const given = args.length > 0 ? `(${args.map(([one, value]) => `${one}: ${value}`).join(', ')})` : ''
      return `${name}${given}${fields.length > 0 ? ` { ${fields.join(' ')} }` : ''}`
    })
}

function jsonOf(depth: number): fc.Arbitrary<unknown> {
  const scalar = fc.constantFrom<unknown>(null, true, 7, 1.5, 'a', '', 'DESC', 'name', '%a', undefined)
  if (depth === 0) return scalar
  const inner = jsonOf(depth - 1)
  return fc.oneof(
    scalar,
    fc.array(inner, { maxLength: 3 }),
    fc.array(fc.tuple(names, inner), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  )
}

test(`no document of TEST_SEED=${seed} is too odd for a remedy`, () => {
  let remedies = 0
  fc.assert(
    fc.property(
      fc.constantFrom('query', 'mutation'),
      fc.array(fieldOf(3), { minLength: 1, maxLength: 2 }),
      (kind, fields) => {
        for (const { message } of validateQueryDocument(
          schema,
          parse(`${kind} ($v: ItemWhere) { ${fields.join(' ')} }`),
          true,
        ))
          if (/ (?:Write|Did you mean|It is|Leave|There is no offset)/.test(message)) remedies++
      },
    ),
    runs(500),
  )
  expect(remedies).toBeGreaterThan(0)
})

test(`no variable of TEST_SEED=${seed} is too odd for a remedy`, () => {
  const types = [
    'ItemWhere',
    'ItemOrderBy',
    'ItemInput',
    'CheckInput',
    'PlaceKey',
    'ItemState',
    'StringFilter',
    'ItemListWhere',
  ]
  let remedies = 0
  fc.assert(
    fc.property(fc.constantFrom(...types), jsonOf(4), (name, given) => {
      const found: InputProblem[] = []
      coerceInput(given, schema.getType(name) as GraphQLInputType, (problem) => found.push(problem))
      for (const { remedy, path } of found) if (remedy?.(String(path.at(-1) ?? 'where')) !== undefined) remedies++
    }),
    runs(1_000),
  )
  expect(remedies).toBeGreaterThan(0)
})
