/** Filters, orderings and groups of each field, compared with memory. */

import { isDeepStrictEqual } from 'node:util'
import { hasOrder } from '../../src/template/field-types/has-order.ts'
import { fieldEnumValueOf } from '../../src/template/graphql-names.ts'
import type { Json } from '../../src/template/json.ts'
import type { Template } from '../../src/template/model.ts'
import { compareAbsentLast, compareOf } from '../support/compare-values.ts'
import { readsOwnFill, select } from './compare.ts'
import { enumNames, type FieldDraft, keyOf, type TemplateDraft } from './drafts.ts'
import { isOfEnum } from './expected-plan.ts'
import { printKey } from './keys.ts'
import type { MemoryObject } from './memory.ts'
import type { Random } from './random.ts'
import { keyIn, objectsIn, type Server, valueIn, type World } from './serve.ts'

export async function compareFilters(world: World, random: Random): Promise<void> {
  for (const server of [world.newest, ...(world.older ? [world.older] : [])])
    for (const template of server.drafts.templates)
      for (const field of template.fields)
        if (hasOrder(field) && !template.key.includes(field.id))
          await compareField(world, server, template, field, random)
}

async function compareField(
  { memory }: World,
  server: Server,
  template: TemplateDraft,
  field: FieldDraft,
  random: Random,
): Promise<void> {
  const model = server.registry.model.byName.get(template.name) as Template
  // A member that is gone from its enum reads as null.
  const heldBy = (object: MemoryObject) => {
    const value = valueIn(server, object, field.id, memory)
    return value !== undefined && isOfEnum(value, field) ? value : undefined
  }
  const objects = objectsIn(server, template.id, memory)
  if (objects.some((object) => readsOwnFill(server, object, field, memory))) return
  const values = objects.flatMap((object) => heldBy(object) ?? [])
  const wanted = values.length > 0 ? random.pick(values) : undefined
  const nodes = `nodes { ${keyOf(template)
    .map((part) => select(part, server))
    .join(' ')} }`
  const list = (name: string, args: string) => `${name}: ${model.pluralName}(first: 1000, ${args}) { ${nodes} }`
  const { name } = field
  const operators = [
    list('absent', `where: { ${name}: { isNull: true } }`),
    list('present', `where: { ${name}: { isNull: false } }`),
    list('ordered', `orderBy: [{ ${name}: asc }]`),
    ...(wanted === undefined
      ? []
      : [
          list('equal', `where: { ${name}: { equals: ${print(wanted, field)} } }`),
          list('different', `where: { ${name}: { not: ${print(wanted, field)} } }`),
        ]),
    `groups: ${model.pluralName} { groupBy(by: [${fieldEnumValueOf(field)}], first: 1000) { key { ${name} } count } }`,
  ]
  const { data, errors } = await server.registry.query(`{ ${operators.join(' ')} }`)
  const fail = (what: string, given: unknown, expected: unknown): never => {
    throw new Error(
      `${template.name}.${name}, ${what}: ${JSON.stringify(given)}\nwhere memory has ${JSON.stringify(expected)}`,
    )
  }
  if (errors) return fail('asked', errors, 'no errors')
  const compare = compareOf(model.fieldByName.get(name) as never)
  const printed = (object: MemoryObject) => printKey(object, keyIn(server, template.id, memory), memory)
  const keysOf = (found: readonly MemoryObject[]) => found.map(printed).sort()
  const given = (what: string): readonly string[] =>
    data[what].nodes.map((node: Readonly<Record<string, Json>>) => JSON.stringify(Object.values(node).map(valuesIn)))
  const expected: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
    absent: (value) => value === undefined,
    present: (value) => value !== undefined,
    ...(wanted !== undefined && {
      equal: (value) => value !== undefined && compare(value, wanted) === 0,
      different: (value) => value === undefined || compare(value, wanted) !== 0,
    }),
  }
  for (const [what, test] of Object.entries(expected)) {
    const [found, all] = [[...given(what)].sort(), keysOf(objects.filter((object) => test(heldBy(object))))]
    if (!isDeepStrictEqual(found, all)) fail(what, found, all)
  }
  const byKey = new Map(objects.map((object) => [printed(object), heldBy(object)]))
  const ordered = given('ordered').map((key) => byKey.get(key))
  for (const [i, value] of ordered.entries())
    if (i > 0 && compareAbsentLast(ordered[i - 1], value, compare) > 0) fail('ordered', ordered, 'another order')
  for (const { key, count } of data.groups.groupBy) {
    const own = objects.filter((object) => {
      const value = heldBy(object)
      if (value === undefined || key[name] === null) return value === undefined && key[name] === null
      return field.type === 'enum' ? (enumNames[String(value)] ?? value) === key[name] : compare(value, key[name]) === 0
    })
    if (own.length !== count) fail(`grouped by ${JSON.stringify(key)}`, count, own.length)
  }
}

/** The parts of a key, those of a reference as a list. */
function valuesIn(part: Json): Json {
  return typeof part === 'object' && part !== null ? Object.values(part).map(valuesIn) : part
}

function print(value: Json, { type }: FieldDraft): string {
  return type === 'enum' ? String(enumNames[String(value)] ?? value) : JSON.stringify(value)
}
