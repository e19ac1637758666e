import fc from 'fast-check'
import { stringify } from 'yaml'
import { typesOfKey } from '../../src/template/keys-of-type.ts'
import type { FieldTypeName, TemplateModel } from '../../src/template/model.ts'
import { latestByTypes } from '../../src/template/verdict/latest-by-types.ts'
import { parseTexts } from './registry.ts'
import { valueOfField } from './rich-objects.ts'

/** Templates that refer to each other, as YAML texts and as the parsed model. */
export interface TemplateSet {
  readonly texts: readonly string[]
  readonly model: TemplateModel
  /** The templates' names; each refers to those before it and to itself. */
  readonly order: readonly string[]
}

/** A field that is not a reference, in its written form. */
interface FieldDraft {
  readonly name: string
  readonly type: FieldTypeName
  readonly list: boolean
  readonly isRequired: boolean
  readonly isIndexed: boolean
  readonly isUnique: boolean
  readonly default: unknown
  /** Of an enum. */
  readonly values: readonly string[]
  /** Of an object. */
  readonly members: readonly FieldDraft[]
}

interface ReferenceDraft {
  readonly name: string
  /** Counts backwards from the template itself. */
  readonly to: number
  readonly list: boolean
  readonly isRequired: boolean
  readonly isLoose: boolean
  readonly hasReverse: boolean
}

interface TemplateDraft {
  readonly name: string
  readonly hasPlural: boolean
  readonly isOpen: boolean
  readonly key: readonly (FieldDraft | ReferenceDraft)[]
  readonly isKeyTurned: boolean
  readonly fields: readonly FieldDraft[]
  readonly references: readonly ReferenceDraft[]
  /** Counts among the fields that can say what is latest; undefined: none does. */
  readonly latestBy: number | undefined
}

/** Names with different GraphQL names; some are names of a list's own arguments. */
const names = {
  template: ['item', 'vm_image', 'place', 'check', 'person', 'box'],
  key: ['name', 'zone', 'vm_name', 'rack', 'last', 'part_of', 'base'],
  scalar: [
    ...['text', 'first_name', 'firstName', 'Text', 'count', 'note', 'first', 'where', 'orderBy', 'key', 'document'],
    ...['value_2', 'refs', 'uuid'],
  ],
  enum: ['state', 'run_stage', 'kind'],
  object: ['size', 'disk_spec', 'limits'],
  member: ['width', 'unit', 'kind', 'inner_part', 'labels', 'value', 'key'],
  reference: ['parent', 'place_of', 'owner', 'links', 'peers', 'via'],
} as const

const keyTypes = ['string', 'int', 'bigint', 'boolean', 'datetime', 'date', 'duration', 'uuid', 'version'] as const
const scalarTypes = [...keyTypes, 'float', 'json'] as const
const indexedTypes = typesOfKey.get('indexed') ?? []

const some = { size: 'max' } as const
const seldom = fc.integer({ min: 0, max: 3 }).map((number) => number === 3)
const values = fc.uniqueArray(fc.constantFrom('draft', 'active', 'Gone', '_a', 'b2', 'asc', 'null_'), {
  minLength: 1,
  maxLength: 4,
  ...some,
})

function fieldDraft(
  kinds: readonly ('scalar' | 'enum' | 'object')[],
  pools: Readonly<Record<'scalar' | 'enum' | 'object', readonly string[]>>,
  depth: number,
): fc.Arbitrary<FieldDraft> {
  const kind = fc.constantFrom(...kinds)
  const plain = { isIndexed: fc.constant(false), isUnique: fc.constant(false), values: fc.constant([]) }
  return kind
    .chain((one): fc.Arbitrary<FieldDraft> => {
      const common = {
        name: fc.constantFrom(...pools[one]),
        list: seldom,
        isRequired: seldom,
        default: fc.constant(undefined),
        members: fc.constant<FieldDraft[]>([]),
      }
      if (one === 'enum')
        return fc.record({ ...common, ...plain, type: fc.constant('enum' as const), isIndexed: seldom, values })
      if (one === 'object')
        return fc.record({ ...common, ...plain, type: fc.constant('object' as const), members: memberDrafts(depth) })
      return fc.record({
        ...common,
        ...plain,
        type: fc.constantFrom(...scalarTypes),
        isIndexed: seldom,
        isUnique: seldom,
      })
    })
    .chain((draft) =>
      canHaveDefault(draft)
        ? fc
            .option(valueOfField({ ...draft, members: [], reference: undefined }, new Map()), {
              nil: undefined,
              freq: 2,
            })
            .map((literal) => ({ ...draft, default: literal }))
        : fc.constant(draft),
    )
}

/** A JSON object with one entry may look like a computed default. */
function canHaveDefault({ type, isUnique }: FieldDraft): boolean {
  return type !== 'json' && type !== 'object' && !isUnique
}

function memberDrafts(depth: number): fc.Arbitrary<FieldDraft[]> {
  const pools = { scalar: names.member, enum: names.member, object: names.member }
  const kinds = depth > 0 ? (['scalar', 'scalar', 'enum', 'object'] as const) : (['scalar', 'scalar', 'enum'] as const)
  return fc.uniqueArray(
    fieldDraft(kinds, pools, 0).map((draft) => ({ ...draft, isIndexed: false, isUnique: false })),
    { minLength: 1, maxLength: 3, selector: ({ name }) => name, ...some },
  )
}

function referenceDraft(pool: readonly string[], isKey: boolean): fc.Arbitrary<ReferenceDraft> {
  return fc.record({
    name: fc.constantFrom(...pool),
    to: fc.nat(3),
    list: isKey ? fc.constant(false) : seldom,
    isRequired: isKey ? fc.constant(false) : seldom,
    isLoose: isKey ? seldom : fc.boolean(),
    hasReverse: fc.boolean(),
  })
}

function keyDraft(): fc.Arbitrary<FieldDraft | ReferenceDraft> {
  const scalar = fc.record({
    name: fc.constantFrom(...names.key),
    type: fc.constantFrom<FieldTypeName>('string', 'string', 'string', ...keyTypes, 'enum'),
    list: fc.constant(false),
    isRequired: fc.constant(false),
    isIndexed: seldom,
    isUnique: fc.constant(false),
    default: fc.constant(undefined),
    values,
    members: fc.constant([]),
  })
  return fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 2, arbitrary: referenceDraft(names.key, true) })
}

const templateDraft: fc.Arbitrary<TemplateDraft> = fc.record({
  name: fc.constantFrom(...names.template),
  hasPlural: seldom,
  isOpen: seldom,
  key: fc.uniqueArray(keyDraft(), { minLength: 1, maxLength: 3, selector: ({ name }) => name, ...some }),
  isKeyTurned: fc.boolean(),
  fields: fc.uniqueArray(fieldDraft(['scalar', 'scalar', 'scalar', 'enum', 'object'], names, 1), {
    maxLength: 6,
    selector: ({ name }) => name,
    ...some,
  }),
  references: fc.uniqueArray(referenceDraft(names.reference, false), {
    maxLength: 3,
    selector: ({ name }) => name,
    ...some,
  }),
  latestBy: fc.option(fc.nat(5), { nil: undefined, freq: 2 }),
})

/** Sets of two to four templates: every type, keys of one to three fields and of references, references of every kind. */
export const templateSets: fc.Arbitrary<TemplateSet> = fc
  .uniqueArray(templateDraft, { minLength: 2, maxLength: 4, selector: ({ name }) => name, ...some })
  .map((drafts) => {
    const texts = drafts.map((_, i) => printTemplate(drafts, i))
    return { texts, model: parseTexts(texts), order: drafts.map(({ name }) => name) }
  })

function printTemplate(drafts: readonly TemplateDraft[], place: number): string {
  const { name, hasPlural, isOpen, key, isKeyTurned, fields, references, latestBy } = drafts[place] as TemplateDraft
  const taken = new Set<string>()
  const print = (draft: FieldDraft | ReferenceDraft, to: number) => {
    if ('type' in draft) return printField(draft)
    const target = drafts[to]?.name as string
    // At most one of several references to a target uses the plural as the name of the other side.
    const hasReverse = draft.hasReverse || taken.has(target)
    if (!hasReverse) taken.add(target)
    return printReference(draft, target, hasReverse ? `${draft.name}_of_${name}` : undefined)
  }
  const keys = limitReferences(key, place)
  const keyFields = keys.map((draft) => [
    draft.name,
    'type' in draft ? printField(draft, true) : print(draft, targetOfKey(draft, place)),
  ])
  const others = [
    ...fields.map((draft) => [draft.name, printField(draft)]),
    ...references.map((draft) => [draft.name, print(draft, place - (draft.to % (place + 1)))]),
  ]
  const timely = [...fields, ...keys].filter(
    (draft) => 'type' in draft && !draft.list && latestByTypes.includes(draft.type),
  )
  const latest = latestBy === undefined ? undefined : timely[latestBy % timely.length]
  return stringify(
    {
      name,
      ...(latest && { latestBy: latest.name }),
      ...(hasPlural && { plural: `${name}_list` }),
      ...(isOpen && { additionalFields: true }),
      key: keys.map((draft) => draft.name),
      fields: Object.fromEntries(isKeyTurned ? [...others, ...keyFields.reverse()] : [...keyFields, ...others]),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )
}

/** Keys that lead to keys grow at each step, and end with the first template. */
function limitReferences(
  key: readonly (FieldDraft | ReferenceDraft)[],
  place: number,
): readonly (FieldDraft | ReferenceDraft)[] {
  const references = key.filter((draft) => !('type' in draft)).slice(0, place > 0 ? 2 : 0)
  return key.map((draft) => ('type' in draft || references.includes(draft) ? draft : plainText(draft.name)))
}

function plainText(name: string): FieldDraft {
  const no = { list: false, isRequired: false, isIndexed: false, isUnique: false }
  return { name, type: 'string', ...no, default: undefined, values: [], members: [] }
}

function targetOfKey(draft: FieldDraft | ReferenceDraft, place: number): number {
  return 'to' in draft ? place - 1 - (draft.to % place) : place
}

/** In the short form if the type is everything. The texts of keys may be empty, as others may. */
function printField(draft: FieldDraft, isKey = false): unknown {
  const { type, list, isRequired, isIndexed, isUnique, values, members } = draft
  const keys = {
    ...(type === 'enum' && { values }),
    ...(type === 'object' && {
      fields: Object.fromEntries(members.map((member) => [member.name, printField(member)])),
    }),
    ...(isIndexed && !list && indexedTypes.includes(type) && { indexed: true }),
    ...(isUnique && !list && !isRequired && indexedTypes.includes(type) && { unique: true }),
    ...(draft.default !== undefined && { default: draft.default }),
    ...(isKey && (type === 'string' || type === 'version') && { minLength: 0 }),
  }
  const written = list ? [type] : type
  if (Object.keys(keys).length > 0) return { type: written, ...(isRequired && { required: true }), ...keys }
  return isRequired ? `${list ? `[${type}]` : type}!` : written
}

function printReference(draft: ReferenceDraft, to: string, reverse: string | undefined): unknown {
  return {
    type: draft.list ? ['reference'] : 'reference',
    to,
    ...(draft.isRequired && { required: true }),
    ...(draft.isLoose && { onMissing: 'allow' }),
    ...(reverse !== undefined && { reverse }),
  }
}
