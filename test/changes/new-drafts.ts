/** Random templates and fields to begin with. */

import type { Json } from '../../src/template/json.ts'
import type { FieldTypeName } from '../../src/template/model.ts'
import type { Drafts, FieldDraft, TemplateDraft } from './drafts.ts'
import type { Random } from './random.ts'
import { enumTexts, newValue } from './values.ts'

export const scalarTypes = [
  ...(['string', 'int', 'bigint', 'float', 'boolean', 'datetime', 'date', 'duration', 'uuid', 'version'] as const),
  ...(['enum', 'json'] as const),
]
export const keyTypes = ['string', 'int', 'bigint', 'date', 'version'] as const
export const uniqueTypes: ReadonlySet<FieldTypeName> = new Set(['string', 'int', 'bigint', 'date', 'datetime', 'uuid'])

export const plain = {
  renamedFrom: [],
  list: false,
  required: false,
  default: undefined,
  values: [],
  members: [],
  to: undefined,
  onMissing: 'reject',
  unique: false,
  constraints: {},
} as const

export const isComputed = (fallback: Json | undefined) =>
  typeof fallback === 'object' && fallback !== null && !Array.isArray(fallback)

/** A field without a name yet; `next` is its id, and those of its members follow. */
export function newField(
  next: number,
  templates: readonly TemplateDraft[],
  random: Random,
  isMember = false,
): FieldDraft {
  const type = isMember
    ? random.pick(scalarTypes)
    : random.pick([...scalarTypes, 'object', 'reference', 'reference'] as const)
  const field = { ...plain, id: next, name: `f${next}`, list: random.oneIn(4) }
  return withRequired(withType(field, type, next + 1, templates, random), random)
}

/** Members of an enum; half of the time only texts that are names in GraphQL as they are. */
export function newMembers(random: Random): readonly string[] {
  const texts = random.oneIn(2) ? enumTexts : enumTexts.slice(0, 3)
  const [first = '', ...others] = texts
  return [first, ...random.some(others)]
}

export function withType(
  field: Omit<FieldDraft, 'type'>,
  type: FieldTypeName,
  next: number,
  templates: readonly TemplateDraft[],
  random: Random,
): FieldDraft {
  return {
    ...field,
    type,
    ...{ required: false, default: undefined, unique: false, constraints: {}, to: undefined, values: [], members: [] },
    convert: undefined,
    ...(type === 'enum' && { values: newMembers(random) }),
    ...(type === 'reference' && {
      to: random.pick(templates).id,
      onMissing: random.pick(['reject', 'allow'] as const),
    }),
    ...(type === 'object' && {
      members: Array.from({ length: 1 + random.below(3) }, (_, i) => newField(next + i, templates, random, true)),
    }),
  }
}

export function withRequired(field: FieldDraft, random: Random): FieldDraft {
  const required = random.oneIn(3)
  return { ...field, required, default: random.oneIn(2) ? newDefault(field, random) : undefined }
}

export function newDefault(field: FieldDraft, random: Random): Json | undefined {
  const { type, list } = field
  if (type === 'json' || type === 'object' || type === 'reference' || field.unique) return undefined
  if (!list && type === 'uuid' && random.oneIn(2)) return { uuid: true }
  if (!list && type === 'string' && random.oneIn(3)) return random.pick([{ actor: true }, { now: '%Y' }])
  if (!list && (type === 'date' || type === 'datetime') && random.oneIn(2)) return { now: true }
  return newValue(field, random, [])
}

/** One to three templates, of which the later ones may refer to all. */
export function newDrafts(random: Random): Drafts {
  let next = 1
  const count = random.oneIn(2) ? 1 : 2 + random.below(2)
  const templates: TemplateDraft[] = []
  for (let i = 0; i < count; i++) {
    const id = next++
    const key = Array.from({ length: 1 + random.below(2) }, (): FieldDraft => {
      const own = next++
      return { ...plain, id: own, name: `k${own}`, type: random.pick(keyTypes) }
    })
    const [target] = templates
    if (target && random.oneIn(3)) {
      const own = next++
      key.push({ ...plain, id: own, name: `k${own}`, type: 'reference', to: target.id })
    }
    const template = { id, name: `t${id}`, renamedFrom: [], description: 'first', isOpen: random.oneIn(4) }
    templates.push({ ...template, key: key.map((field) => field.id), fields: key })
    for (let count = 1 + random.below(2); count > 0; count--) {
      const field = newField(next, templates, random)
      next += 10
      const own = templates[i] as TemplateDraft
      templates[i] = { ...own, fields: [...own.fields, field] }
    }
  }
  return { templates, removed: [], removedFields: {}, next }
}
