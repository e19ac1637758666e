import { unchanged } from './changes/unchanged.ts'
import { compareText } from './compare-text.ts'
import type { DeclaredField, DeclaredTemplate, DeclaredTemplates } from './declared-template.ts'
import { deepFreeze } from './deep-freeze.ts'
import { parseConvert } from './literals/parse-convert.ts'
import { parseDefault } from './literals/parse-default.ts'
import { parseMerge } from './merge/parse-merge.ts'
import type { Field, FieldConstraints, ReverseField, Template, TemplateModel } from './model.ts'
import { fieldNameInGraphql } from './names/name-in-graphql.ts'
import { namesOfTemplate } from './names-of-template.ts'
import { buildRetention } from './retention/build-retention.ts'
import { buildVerdict } from './verdict/build-verdict.ts'
import { fieldNamed } from './verdict/field-named.ts'

/** Builds the model of templates that break no rule. */
export function buildModel(declared: DeclaredTemplates): TemplateModel {
  const reverse = groupReverseFields(declared)
  const templates = [...declared.templates]
    .sort((a, b) => compareText(a.name, b.name))
    .map((template) => ({ ...buildTemplate(template, declared), reverseFields: reverse.get(template.name) ?? [] }))
  return deepFreeze({ templates, byName: byNameOf(templates), removed: [], spent: [] })
}

export function byNameOf(templates: readonly Template[]): ReadonlyMap<string, Template> {
  return new Map(templates.map((template) => [template.name, template]))
}

/** The model with these templates in place of its own. */
export function withTemplates(model: TemplateModel, templates: readonly Template[]): TemplateModel {
  return deepFreeze({ ...model, templates, byName: byNameOf(templates) })
}

/** The template with these fields in place of its own; those of its key are found by their names. */
export function withFields(template: Template, fields: readonly Field[]): Template {
  const fieldByName = byNamesOf(fields)
  return { ...template, fields, fieldByName, key: template.key.flatMap(({ name }) => fieldByName.get(name) ?? []) }
}

/** The fields by their names, those of files and those of GraphQL. */
export function byNamesOf(fields: readonly Field[]): ReadonlyMap<string, Field> {
  return new Map([
    ...fields.map((field) => [field.graphqlName, field] as const),
    ...fields.map((field) => [field.name, field] as const),
  ])
}

/** Builds one template, without its other side of references. If a part of it is not sound, builds the rest. */
function buildTemplate(template: DeclaredTemplate, declared: DeclaredTemplates): Template {
  const listed = new Set(
    [...template.unique, ...template.indexes].flatMap(({ names }) => names.map(({ name }) => name)),
  )
  const fields = withDeciding(template.fields.flatMap((field) => buildField(field, template, declared) ?? [])).map(
    (field): Field => (listed.has(field.name) ? { ...field, isIndexedTogether: true } : field),
  )
  return {
    name: template.name,
    stored: template.name,
    ...namesOfTemplate(template.name, template.plural),
    description: template.description,
    key: (template.key ?? []).flatMap(({ name }) => fields.find((field) => field.name === name) ?? []),
    fields,
    fieldByName: byNamesOf(fields),
    unique: template.unique.map(({ names }) => names.map(({ name }) => name)),
    indexes: template.indexes.map(({ names }) => names.map(({ name }) => name)),
    additionalFields: template.additionalFields,
    wasOpen: template.additionalFields,
    laterStorages: [],
    isSearched: template.search,
    renamedFrom: template.renamedFrom.map(({ name }) => name),
    ...buildVerdict(template, fields),
    ...buildRetention(template),
    reverseFields: [],
    removed: [],
    former: undefined,
  }
}

/** Undefined if the field's type is unknown. */
function buildField(field: DeclaredField, template: DeclaredTemplate, declared: DeclaredTemplates): Field | undefined {
  const bare = buildBareField(field, template, declared)
  const fallback = field.keys.get('default')
  const convert = field.keys.get('convert') as Readonly<Record<string, unknown>> | undefined
  if (!bare || (fallback === undefined && convert === undefined)) return bare
  const targets = buildTargets(field, declared)
  const parsed = fallback === undefined ? [] : parseDefault(fallback, bare, field.isMember, targets)
  const converted = convert === undefined ? [] : parseConvert(convert, bare, targets)
  return {
    ...bare,
    default: 'kind' in parsed ? parsed : undefined,
    convert: Array.isArray(converted) ? undefined : converted,
  }
}

/** The templates that the field's references lead to, with only their keys: checking a value needs no more. */
export function buildTargets(
  field: DeclaredField,
  declared: DeclaredTemplates,
  targets = new Map<string, Template>(),
): Map<string, Template> {
  const template = field.type === 'reference' ? declared.byName.get(String(field.keys.get('to'))) : undefined
  if (!template || targets.has(template.name)) return targets
  const keyFields = template.fields.filter((candidate) => isKeyField(candidate, template))
  const bare = {
    passed: undefined,
    latestBy: undefined,
    staleAfter: undefined,
    history: undefined,
    retain: undefined,
  }
  targets.set(template.name, buildTemplate({ ...template, ...bare, fields: keyFields }, declared))
  for (const keyField of keyFields) buildTargets(keyField, declared, targets)
  return targets
}

/** A field without the values that it gives itself: `default` and `convert`. Undefined if its type is unknown. */
export function buildBareField(
  field: DeclaredField,
  template: DeclaredTemplate,
  declared: DeclaredTemplates,
): Field | undefined {
  if (field.type === undefined) return undefined
  const { keys } = field
  const isKey = isKeyField(field, template)
  return {
    name: field.name,
    graphqlName: fieldNameInGraphql(field.name),
    attribute: field.name,
    type: field.type,
    list: field.list,
    required: field.required || isKey,
    isKey,
    description: (keys.get('description') as string | undefined) || undefined,
    deprecated: keys.get('deprecated') as string | undefined,
    default: undefined,
    unique: keys.get('unique') === true,
    indexed: keys.get('indexed') === true,
    constraints: buildConstraints(keys),
    values: (keys.get('values') as readonly string[] | undefined) ?? [],
    members: field.members.flatMap((member) => buildField(member, template, declared) ?? []),
    reference:
      field.type === 'reference'
        ? {
            to: keys.get('to') as string,
            reverse: reverseOf(field, template),
            onMissing: (keys.get('onMissing') as 'reject' | 'allow' | undefined) ?? 'reject',
            onDelete: (keys.get('onDelete') as 'restrict' | 'cascade' | 'unset' | undefined) ?? 'restrict',
          }
        : undefined,
    renamedFrom: field.renamedFrom.map(({ name }) => name),
    ...unchanged,
    ...buildMerge(keys.get('merge')),
  }
}

function buildMerge(written: unknown): Pick<Field, 'merge'> {
  const merge = written === undefined ? undefined : parseMerge(written)
  return merge && 'kind' in merge ? { merge } : {}
}

/** The fields, with `max` for those that decide by `maxBy` which values others keep. */
function withDeciding(fields: readonly Field[]): readonly Field[] {
  const deciding = new Set(
    fields.flatMap(({ merge }) => (merge?.kind === 'maxBy' ? fieldNamed(merge.by, fields)?.name : undefined) ?? []),
  )
  return fields.map((field): Field => {
    if (deciding.has(field.name)) return { ...field, merge: { kind: 'max' } }
    const by = field.merge?.kind === 'maxBy' ? fieldNamed(field.merge.by, fields) : undefined
    return by ? { ...field, merge: { kind: 'maxBy', by: by.name } } : field
  })
}

/** The name of a reference's other side. */
export function reverseOf(field: DeclaredField, template: DeclaredTemplate): string {
  return (field.keys.get('reverse') as string | undefined) ?? namesOfTemplate(template.name, template.plural).pluralName
}

export function isKeyField(field: DeclaredField, template: DeclaredTemplate): boolean {
  return !field.isMember && template.key?.some(({ name }) => name === field.name) === true
}

function buildConstraints(keys: ReadonlyMap<string, unknown>): FieldConstraints {
  const names = ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum'] as const
  return Object.fromEntries(names.filter((name) => keys.has(name)).map((name) => [name, keys.get(name)]))
}

/** Those of each template, ordered by the names of the templates that refer to it, then in the order of their fields. */
function groupReverseFields(declared: DeclaredTemplates): ReadonlyMap<string, readonly ReverseField[]> {
  const groups = new Map<string, ReverseField[]>()
  for (const template of [...declared.templates].sort((a, b) => compareText(a.name, b.name))) {
    for (const field of template.fields) {
      if (field.type !== 'reference') continue
      const target = String(field.keys.get('to'))
      const group = groups.get(target) ?? []
      group.push({ name: reverseOf(field, template), from: template.name, field: field.name })
      groups.set(target, group)
    }
  }
  return groups
}
