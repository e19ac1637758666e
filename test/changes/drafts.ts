import { stringify } from 'yaml'
import type { Json } from '../../src/template/json.ts'
import type { FieldTypeName } from '../../src/template/model.ts'

/** What a file says of a field. `id` is what the field is, whatever it is called: renaming it, or changing its type, keeps it. */
export interface FieldDraft {
  readonly id: number
  readonly name: string
  readonly renamedFrom: readonly string[]
  readonly type: FieldTypeName
  readonly list: boolean
  readonly required: boolean
  /** As the file has it: a literal, or `{now: true}` and the like. */
  readonly default: Json | undefined
  readonly values: readonly string[]
  readonly members: readonly FieldDraft[]
  /** The id of the template that a reference leads to. */
  readonly to: number | undefined
  /** The fields of the key that the template had when the reference was stored; undefined if it is the present key. */
  readonly toKey?: readonly FieldDraft[] | undefined
  readonly onMissing: 'reject' | 'allow'
  readonly unique: boolean
  readonly constraints: Readonly<Record<string, string | number>>
  /** What stored values of another type become, by their texts. */
  readonly convert?: Readonly<Record<string, Json>> | undefined
}

export interface TemplateDraft {
  readonly id: number
  readonly name: string
  readonly renamedFrom: readonly string[]
  readonly description: string
  /** The ids of the key's fields. */
  readonly key: readonly number[]
  readonly fields: readonly FieldDraft[]
  readonly isOpen: boolean
}

/** A set of templates, and what the files no longer have but had. */
export interface Drafts {
  readonly templates: readonly TemplateDraft[]
  readonly removed: readonly TemplateDraft[]
  /** By the id of the template, or of the object that had them as members. */
  readonly removedFields: Readonly<Record<number, readonly FieldDraft[]>>
  /** The next id of a template or field. */
  readonly next: number
}

/** The names in GraphQL of the members that have another one there. */
export const enumNames: Readonly<Record<string, string>> = { '7': '_7', true: 'true_', '2026-11-22': '_2026_11_22' }

export const keyOf = (template: TemplateDraft): readonly FieldDraft[] =>
  template.key.flatMap((id) => template.fields.find((field) => field.id === id) ?? [])

/** The fields of the key that a reference leads to. */
export const keyFieldsOf = ({ to, toKey }: FieldDraft, templates: readonly TemplateDraft[]): readonly FieldDraft[] => {
  const target = templates.find(({ id }) => id === to)
  return toKey ?? (target ? keyOf(target) : [])
}

/** A field of any values, in place of one whose values are not known. */
export function anyOf(field: FieldDraft): FieldDraft {
  return {
    ...field,
    type: 'json',
    list: false,
    required: false,
    values: [],
    members: [],
    to: undefined,
    toKey: undefined,
    constraints: {},
    convert: undefined,
  }
}

/** The templates as texts of YAML. */
export function printDrafts({ templates }: Pick<Drafts, 'templates'>): readonly string[] {
  return templates.map((template) =>
    stringify(
      {
        name: template.name,
        ...(template.renamedFrom.length > 0 && { renamedFrom: template.renamedFrom }),
        description: template.description,
        ...(template.isOpen && { additionalFields: true }),
        key: keyOf(template).map(({ name }) => name),
        fields: Object.fromEntries(template.fields.map((field) => [field.name, printField(field, templates)])),
      },
      { lineWidth: 0, aliasDuplicateObjects: false },
    ),
  )
}

function printField(field: FieldDraft, templates: readonly TemplateDraft[]): object {
  const { id, type, list, values, members, to, constraints } = field
  return {
    type: list ? [type] : type,
    ...(field.renamedFrom.length > 0 && { renamedFrom: field.renamedFrom }),
    ...(field.required && { required: true }),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.unique && { unique: true }),
    ...(type === 'enum' && { values }),
    ...(field.convert && { convert: field.convert }),
    ...(type === 'object' && {
      fields: Object.fromEntries(members.map((member) => [member.name, printField(member, templates)])),
    }),
    ...(type === 'reference' && {
      to: templates.find((template) => template.id === to)?.name,
      reverse: `back_${id}`,
      onMissing: field.onMissing,
    }),
    ...constraints,
  }
}
