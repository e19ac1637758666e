import fc from 'fast-check'
import { isInputObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mapLimits } from '../../src/limits.ts'
import { excludesNothing } from '../../src/plan/extent/extent-of.ts'
import { createPlanRequest } from '../../src/plan/plan-request.ts'
import { planWhere } from '../../src/plan/plan-where.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { coerceInput } from '../../src/schema/coerce-input.ts'
import type { TemplateModel } from '../../src/template/model.ts'
import { matchesWhere, type Where } from '../support/evaluate.ts'
import { runs, seed } from '../support/property-runs.ts'
import { parseTexts } from '../support/registry.ts'
import { whereOf } from '../support/rich-filters.ts'
import { type RichRegistry, startRichRegistry } from '../support/rich-registry.ts'

/** As a deletion asks it, of a filter that is given in a variable. */
function isEmpty(given: Where, name: string, model: TemplateModel, schema = buildSchema(model)): boolean {
  const template = model.byName.get(name)
  const type = schema.getType(`${template?.typeName}Where`)
  if (!template || !isInputObjectType(type)) throw new Error(`no template ${name}`)
  const where = coerceInput(given, type, ({ reason }) => {
    throw new Error(reason)
  })
  const request = createPlanRequest({
    model,
    limits: mapLimits(() => Number.POSITIVE_INFINITY),
    author: { actor: undefined, run: undefined },
  })
  return excludesNothing(planWhere(where, template, request, ['where']))
}

const model = parseTexts([
  'name: rack\nkey: [name]\nfields: { name: string }\n',
  `name: device
key: [name]
fields:
  name: string
  label: string
  code: { type: string, minLength: 0, required: true }
  release: version
  owner: string!
  active: boolean!
  ready: boolean
  size: int!
  total: bigint!
  ratio: { type: float, required: true, minimum: 0 }
  height: int
  seen: datetime!
  took: duration!
  token: uuid!
  state: { type: enum, values: [on, off, gone], required: true }
  tags: [string]
  extra: json
  spec: { type: object, fields: { model: string } }
  disks: { type: [object], fields: { label: string } }
  rack: { type: reference, to: rack, required: true }
  spare: { type: reference, to: rack, reverse: spared }
  lost: { type: reference, to: rack, required: true, onMissing: allow, reverse: losing }
  near: { type: [reference], to: device, reverse: nearOf }
`,
  'name: note\nkey: [text]\nfields: { text: { type: string, minLength: 0 }, device: { type: reference, to: device } }\n',
])

const excludeNothing: readonly Where[] = [
  {},
  { AND: [] },
  { AND: [{}, { AND: [{ OR: [{}] }] }] },
  { NOT: [] },
  { OR: [{}, { name: { equals: 'a' } }] },
  { name: { startsWith: '' } },
  { name: { endsWith: '' } },
  { name: { contains: '' } },
  { name: { contains: '', mode: 'insensitive' } },
  { name: { contains: '', startsWith: '' }, label: { endsWith: '' } },
  { label: { startsWith: '' } },
  { release: { startsWith: '' } },
  { extra: { path: ['a', 'b'], contains: '' } },
  { spec: { model: { startsWith: '' } } },
  { name: { gte: '' } },
  { label: { gte: '' } },
  { name: { gt: '' } },
  { name: { not: '' } },
  { name: { notIn: [''] } },
  { NOT: [{ name: { equals: '' } }] },
  { NOT: [{ name: { lt: '' } }] },
  { name: { notIn: [] } },
  { NOT: [{ name: { in: [] } }] },
  { NOT: [{ label: { in: [] } }] },
  { NOT: [{ NOT: [{}] }] },
  { NOT: [{ OR: [] }] },
  { NOT: [{ NOT: [{ name: { startsWith: '' } }] }] },
  { OR: [{ name: { startsWith: '' } }, { name: { equals: 'a' } }] },
  { AND: [{ name: { startsWith: '' } }, { label: { contains: '' } }] },
  { name: { isNull: false } },
  { owner: { isNull: false } },
  { NOT: [{ owner: { isNull: true } }] },
  { tags: { hasEvery: [] } },
  { NOT: [{ tags: { hasSome: [] } }] },
  ...['', '.*', '^', '$', '^.*', '.*$', '^.*$', '(?:.*)', '(.*)', 'a*', '^a?', '.{0,}', 'a|', '^.*a?.*$'].map(
    (matches): Where => ({ label: { matches } }),
  ),
  ...['.', '.+', '^.+$', '^.'].map((matches): Where => ({ name: { matches } })),
  { size: { gte: -2147483648 } },
  { size: { lte: 2147483647 } },
  { total: { gte: '-9223372036854775808' } },
  { total: { lte: '9223372036854775807' } },
  { ratio: { gte: 0 } },
  { ratio: { gt: -1 } },
  { ratio: { not: -1 } },
  { seen: { gte: '0001-01-01' } },
  { seen: { lte: '9999-12-31T23:59:59.999999Z' } },
  { took: { gte: '0s' } },
  { token: { gte: '00000000-0000-0000-0000-000000000000' } },
  { active: { in: [true, false] } },
  { state: { in: ['on', 'off', 'gone'] } },
  { OR: [{ active: { equals: true } }, { active: { equals: false } }] },
  { OR: [{ state: { in: ['on', 'off'] } }, { state: { equals: 'gone' } }] },
  { OR: [{ ready: { equals: true } }, { ready: { not: true } }] },
  { OR: [{ label: { isNull: true } }, { label: { isNull: false } }] },
  { OR: [{ label: { equals: 'a' } }, { NOT: [{ label: { equals: 'a' } }] }] },
  { OR: [{ name: { equals: 'a' } }, { NOT: [{ name: { equals: 'a' } }] }] },
  { OR: [{ label: { not: 'a' } }, { label: { not: 'b' } }] },
  { OR: [{ label: { notIn: ['a', 'b'] } }, { label: { in: ['a', 'b', 'c'] } }] },
  { NOT: [{ label: { equals: 'a' }, AND: [{ label: { equals: 'b' } }] }] },
  { OR: [{ size: { lt: 3 } }, { size: { gte: 3 } }] },
  { OR: [{ seen: { gt: '2026-01-01' } }, { seen: { lte: '2026-01-01' } }] },
  { OR: [{ size: { lt: 5 } }, { size: { gt: 3 } }] },
  { OR: [{ size: { not: 5 } }, { size: { gt: 3 } }] },
  { NOT: [{ height: { gt: 5, lt: 3 } }] },
  { NOT: [{ height: { gt: 3, lte: 3 } }] },
  { NOT: [{ height: { in: [1, 2], gte: 3 } }] },
  { NOT: [{ label: { startsWith: 'a', equals: 'b' } }] },
  { NOT: [{ name: { in: ['ab', 'b'], endsWith: 'a' } }] },
  { NOT: [{ label: { contains: 'a' }, AND: [{ label: { in: ['b', 'c'] } }] }] },
  { NOT: [{ AND: [{ label: { startsWith: 'ab' } }, { label: { startsWith: 'b' } }] }] },
  { OR: [{ NOT: [{ label: { endsWith: 'a' } }] }, { NOT: [{ label: { endsWith: 'ab' } }] }] },
  { NOT: [{ AND: [{ ratio: { gt: 5 } }, { ratio: { lt: 3 } }] }] },
  { OR: [{ notes: { some: {} } }, { notes: { none: {} } }] },
  { size: { field: { equals: 'size' } } },
  { name: { field: { lte: 'name' } } },
  { NOT: [{ label: { field: { lt: 'label' } } }] },
  { disks: { every: {} } },
  { disks: { every: { label: { startsWith: '' } } } },
  { disks: { none: { label: { in: [] } } } },
  { rack: {} },
  { rack: { isNull: false } },
  { rack: { name: { startsWith: '' } } },
  { near: { every: {} } },
  { near: { every: { name: { contains: '' } } } },
  { near: { none: { name: { in: [] } } } },
  { notes: { every: {} } },
  { notes: { every: { text: { startsWith: '' } } } },
  { notes: { none: { OR: [] } } },
  { notes: { count: { gte: 0 } } },
  { notes: { count: { not: -1 } } },
  { notes: { count: { lt: 2 }, where: { text: { in: [] } } } },
  { NOT: [{ notes: { latest: { is: { OR: [] } } } }] },
  { _meta: { version: { gte: 1 } } },
  { _meta: { version: { gt: 0 } } },
  { _meta: { version: { not: 0 } } },
  { _meta: { uuid: { isNull: false } } },
  { _meta: { createdBy: { startsWith: '' } } },
  { _meta: { createTime: { gte: '0001-01-01' } }, name: { startsWith: '' } },
]

const canExclude: readonly Where[] = [
  { OR: [{ height: { lt: 5 } }, { height: { gt: 3 } }] },
  { OR: [{ size: { lt: 3 } }, { size: { gt: 3 } }] },
  { NOT: [{ height: { gt: 3, lt: 5 } }] },
  { NOT: [{ height: { gte: 3, lte: 3 } }] },
  { NOT: [{ height: { gt: 5 }, AND: [{ size: { lt: 3 } }] }] },
  { NOT: [{ height: { in: [1, 4], gte: 3 } }] },
  { NOT: [{ label: { startsWith: 'a', equals: 'ab' } }] },
  { NOT: [{ label: { startsWith: 'a', equals: 'B', mode: 'insensitive' } }] },
  { NOT: [{ label: { startsWith: 'A', in: ['ab'], mode: 'insensitive' } }] },
  { NOT: [{ label: { startsWith: 'a' }, name: { equals: 'b' } }] },
  { NOT: [{ AND: [{ label: { startsWith: 'ab' } }, { label: { startsWith: 'a' } }] }] },
  { NOT: [{ AND: [{ label: { startsWith: 'a' } }, { label: { endsWith: 'b' } }] }] },
  { NOT: [{ AND: [{ label: { contains: 'a' } }, { label: { contains: 'b' } }] }] },
  { OR: [{ label: { not: 'b' } }, { label: { startsWith: 'a' } }] },
  { name: { equals: 'a' } },
  { name: { equals: '' } },
  { name: { startsWith: 'a' } },
  { name: { startsWith: ' ' } },
  { name: { startsWith: '' }, label: { equals: 'a' } },
  { label: { isNull: false } },
  { label: { not: '' } },
  { label: { gt: '' } },
  { code: { gt: '' } },
  { code: { not: '' } },
  { NOT: [{ label: { startsWith: '' } }] },
  { NOT: [{}] },
  { OR: [] },
  { name: { in: [] } },
  { spec: { isNull: false } },
  { spec: { model: { isNull: false } } },
  ...['a', '^a', 'a+', '^$', '^a*$', 'a*b', '.', '.+', '[^a]', '(?:a*)+b', '\\B'].map(
    (matches): Where => ({ label: { matches } }),
  ),
  { size: { gte: -2147483647 } },
  { size: { gt: -2147483648 } },
  { height: { gte: -2147483648 } },
  { height: { not: 3 }, OR: [{}] },
  { total: { lte: '9223372036854775806' } },
  { ratio: { gt: 0 } },
  { seen: { gt: '0001-01-01' } },
  { active: { equals: true } },
  { ready: { in: [true, false] } },
  { state: { in: ['on', 'off'] } },
  { OR: [{ ready: { equals: true } }, { ready: { equals: false } }] },
  { OR: [{ label: { equals: 'a' } }, { label: { equals: 'b' } }] },
  { OR: [{ label: { not: 'a' } }, { NOT: [{ label: { not: 'b' } }] }, { label: { equals: 'c' } }] },
  { OR: [{ height: { lt: 3 } }, { height: { gte: 3 } }] },
  { label: { field: { equals: 'label' } } },
  { tags: { isEmpty: false } },
  { disks: { some: {} } },
  { disks: { some: { label: { startsWith: '' } } } },
  { spare: {} },
  { spare: { name: { startsWith: '' } } },
  { spare: { isNull: false } },
  { lost: { name: { startsWith: '' } } },
  { near: { some: {} } },
  { notes: { some: { text: { startsWith: '' } } } },
  { notes: { none: {} } },
  { notes: { count: { gte: 1 } } },
  { notes: { latest: { is: {} } } },
  { _meta: { version: { gte: 2 } } },
  { _meta: { createdBy: { isNull: false } } },
  { _meta: { createTime: { lte: 'now' } } },
]

const schema = buildSchema(model)

describe('a filter of devices', () => {
  test.each(excludeNothing.map((where) => [JSON.stringify(where), where] as const))(
    'cannot exclude anything: %s',
    (_, where) => {
      expect(isEmpty(where, 'device', model, schema)).toBe(true)
    },
  )

  test.each(canExclude.map((where) => [JSON.stringify(where), where] as const))('can exclude some: %s', (_, where) => {
    expect(isEmpty(where, 'device', model, schema)).toBe(false)
  })

  test('a key that may be empty can be asked for', () => {
    expect([
      isEmpty({ text: { not: '' } }, 'note', model),
      isEmpty({ text: { matches: '.+' } }, 'note', model),
    ]).toEqual([false, false])
  })

  test('many alternatives are not compared with each other', () => {
    const many = Array.from({ length: 5000 }, (_, i): Where => ({ label: { equals: `a${i}` } }))
    expect(isEmpty({ OR: [...many, { label: { not: 'a0' } }] }, 'device', model, schema)).toBe(false)
  })
})

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let rich: RichRegistry
  beforeAll(async () => {
    rich = await startRichRegistry(seed)
  })
  afterAll(() => rich?.registry.close())

  test('a filter that is said to exclude nothing matches every object', () => {
    const schemaOfRich = buildSchema(rich.registry.model)
    const names = ['item', 'check', 'slot', 'place']
    const kept = new Map<boolean, number>()
    const filters = fc.constantFrom(...names).chain((name) => {
      const inner = whereOf(rich.templateOf(name), rich.registry.model, rich.keys, rich.meta, 2)
      const combined = fc.oneof(
        inner,
        inner.map((where): Where => ({ OR: [where, { NOT: [where] }] })),
        fc.tuple(inner, inner).map(([a, b]): Where => ({ OR: [a, b, { NOT: [a] }] })),
        fc.tuple(inner, inner).map(([a, b]): Where => ({ NOT: [{ AND: [a, b, { NOT: [b] }] }] })),
      )
      return combined.map((where) => ({ name, where: withoutEmptyTexts(where) as Where }))
    })
    fc.assert(
      fc.property(filters, ({ name, where }) => {
        const empty = isEmpty(where, name, rich.registry.model, schemaOfRich)
        kept.set(empty, (kept.get(empty) ?? 0) + 1)
        if (empty)
          expect(rich.objectsOf(name).filter((object) => !matchesWhere(object, where, rich.memory))).toEqual([])
      }),
      runs(1500),
    )
    expect([kept.get(true) ?? 0, kept.get(false) ?? 0].every((count) => count > 0)).toBe(true)
  })
})

/** That an absent value counts as beginning with `""`, and the text of a line break as `.`, is meant; here it would hide mistakes. */
function withoutEmptyTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyTexts)
  if (typeof value !== 'object' || value === null) return value
  const asks = ['startsWith', 'endsWith', 'contains', 'gte', 'matches']
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      asks.includes(name) && typeof inner === 'string' ? inner.replace(/^\.?$/, 'a') : withoutEmptyTexts(inner),
    ]),
  )
}
