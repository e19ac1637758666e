import type { Json } from '../../src/template/json.ts'
import type { FieldTypeName } from '../../src/template/model.ts'
import type { FieldDraft } from './drafts.ts'
import type { Random } from './random.ts'

const uuid = 'b7205949-344b-4e51-a4a8-3d69ef43c8c7'

/** Values in their stored form; most convert to some other types. */
const pools: Readonly<Partial<Record<FieldTypeName, readonly Json[]>>> = {
  string: ['7', '8', '+7', 'true', '2026-11-22', '90m', uuid, 'draft', '', 'x y', '1.50', '2026-11-22T00:00:00.000Z'],
  int: [0, 7, -3, 2147483647],
  bigint: ['7', '0', '9007199254740993'],
  float: [7, 1.5, 0, -0.25, 1e21],
  boolean: [true, false],
  datetime: ['2026-11-22T00:00:00.000Z', '2026-11-22T07:57:31.322661Z'],
  date: ['2026-11-22', '2024-02-29'],
  duration: ['PT1H30M', 'P1D'],
  uuid: [uuid, '00000000-0000-0000-0000-000000000000'],
  version: ['7', '1.50', '5.4.0-73', 'true'],
  json: [7, '7', true, { a: 1 }, ['7', 8], ['7'], [], 'draft', '2026-11-22'],
}

export const enumTexts = ['draft', 'active', 'gone', '7', 'true', '2026-11-22']

/** A value of the type, in its stored form, whether or not it keeps the field's rules. Objects and keys name members and fields by id. */
export function newValue(field: FieldDraft, random: Random, targets: readonly Json[]): Json | undefined {
  if (!field.list) return itemOf(field, random, targets)
  const items = Array.from({ length: random.below(3) }, () => itemOf(field, random, targets))
  return items.flatMap((item) => (item === undefined ? [] : [item]))
}

function itemOf(field: FieldDraft, random: Random, targets: readonly Json[]): Json | undefined {
  if (field.type === 'enum') return random.pick(field.values)
  if (field.type === 'reference') return targets.length > 0 ? random.pick(targets) : undefined
  if (field.type === 'object') {
    const given = field.members.filter((member) => member.required || member.default !== undefined || !random.oneIn(3))
    return Object.fromEntries(given.map((member) => [member.id, newValue(member, random, []) ?? null]))
  }
  return random.pick(pools[field.type] ?? [])
}

/** Whether a value of the right type keeps the field's constraints, and those of its members. */
export function keepsRules(value: Json, field: FieldDraft): boolean {
  if (field.list) return (value as readonly Json[]).every((item) => keepsRules(item, { ...field, list: false }))
  if (field.type === 'object')
    return field.members.every((member) => {
      const inner = (value as Readonly<Record<string, Json>>)[member.id]
      return inner === undefined || inner === null ? !member.required : keepsRules(inner, member)
    })
  const { pattern, minLength, maxLength, minimum, maximum } = field.constraints
  const length = typeof value === 'string' ? [...value].length : 0
  const number = Number(value)
  return !(
    (pattern !== undefined && !new RegExp(String(pattern), 'u').test(String(value))) ||
    (minLength !== undefined && length < Number(minLength)) ||
    (maxLength !== undefined && length > Number(maxLength)) ||
    (minimum !== undefined && number < Number(minimum)) ||
    (maximum !== undefined && number > Number(maximum))
  )
}
