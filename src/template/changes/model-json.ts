import { isDeepStrictEqual } from 'node:util'
import { byNameOf, byNamesOf } from '../build-model.ts'
import { deepFreeze } from '../deep-freeze.ts'
import type { JsonObject } from '../json.ts'
import type { Field, Template, TemplateModel } from '../model.ts'
import { fieldNameInGraphql } from '../names/name-in-graphql.ts'
import { keepsAll } from '../retention/retention.ts'

/** A model as JSON, without what follows from the rest of it. */
export function modelToJson(model: TemplateModel): JsonObject {
  return JSON.parse(printModel(model))
}

/** The same as a text. */
export function printModel({ templates, removed, spent }: TemplateModel): string {
  return JSON.stringify({ templates: templates.map(withoutCopies), removed: removed.map(withoutCopies), spent })
}

/** A template that is searched, or keeps all, says nothing of it, as before there was such a thing: so templates of then have the same digest. */
function withoutCopies(template: Template): unknown {
  const { fieldByName: _, laterStorages: __, key, former, isSearched, keptPast, isPastIndexed, ...rest } = template
  return {
    ...rest,
    fields: rest.fields.map(withoutGraphqlName),
    removed: rest.removed.map(withoutGraphqlName),
    ...(!isSearched && { isSearched }),
    ...(keptPast.kind !== 'all' && { keptPast }),
    ...(isPastIndexed && { isPastIndexed }),
    key: key.map(({ name }) => name),
    ...(former && { former: withoutCopies(former) }),
  }
}

/** The name in GraphQL follows from the field's own. */
function withoutGraphqlName({ graphqlName: _, ...rest }: Field): unknown {
  return {
    ...rest,
    members: rest.members.map(withoutGraphqlName),
    formers: rest.formers.map(withoutGraphqlName),
    removed: rest.removed.map(withoutGraphqlName),
  }
}

/** The model that was recorded, by this version of the program or an earlier one. */
export function modelFromJson(json: unknown): TemplateModel {
  const { templates, removed, spent = [] } = json as StoredModel
  const read = templates.map(readTemplate)
  return deepFreeze({ templates: read, byName: byNameOf(read), removed: removed.map(readTemplate), spent })
}

/** Whether two models are the same, for all that the rest of the program can see. */
export function isSameModel(one: TemplateModel, other: TemplateModel): boolean {
  return isDeepStrictEqual(modelToJson(one), modelToJson(other))
}

interface StoredModel {
  readonly templates: readonly StoredTemplate[]
  readonly removed: readonly StoredTemplate[]
  readonly spent?: readonly string[]
}

type StoredTemplate = Omit<
  Template,
  | 'fieldByName'
  | 'laterStorages'
  | 'key'
  | 'fields'
  | 'removed'
  | 'renamedFrom'
  | 'former'
  | 'wasOpen'
  | 'isSearched'
  | 'keptPast'
  | 'isPastIndexed'
  | 'unique'
  | 'indexes'
> & {
  readonly isSearched?: boolean
  readonly keptPast?: Template['keptPast']
  readonly isPastIndexed?: boolean
  readonly wasOpen?: boolean
  readonly unique?: Template['unique']
  readonly indexes?: Template['indexes']
  readonly former?: StoredTemplate
  readonly renamedFrom?: readonly string[]
  readonly key: readonly string[]
  readonly fields: readonly StoredField[]
  readonly removed?: readonly StoredField[]
}

/** JSON has no `undefined`, and earlier versions had fewer attributes. */
type StoredField = Pick<Field, 'name' | 'type' | 'list'> &
  Partial<Omit<Field, 'graphqlName' | 'members' | 'formers' | 'removed'>> & {
    readonly members?: readonly StoredField[]
    readonly formers?: readonly StoredField[]
    readonly removed?: readonly StoredField[]
  }

function readTemplate(stored: StoredTemplate): Template {
  const fields = stored.fields.map(readField)
  const fieldByName = byNamesOf(fields)
  return {
    ...stored,
    description: stored.description,
    unique: stored.unique ?? [],
    indexes: stored.indexes ?? [],
    laterStorages: [],
    wasOpen: stored.wasOpen ?? stored.additionalFields,
    isSearched: stored.isSearched ?? true,
    renamedFrom: stored.renamedFrom ?? [],
    passed: stored.passed,
    latestBy: stored.latestBy,
    staleAfter: stored.staleAfter,
    keptPast: stored.keptPast ?? keepsAll,
    isPastIndexed: stored.isPastIndexed ?? false,
    retain: stored.retain,
    key: stored.key.flatMap((name) => fieldByName.get(name) ?? []),
    fields,
    fieldByName,
    removed: (stored.removed ?? []).map(readField),
    former: stored.former && readTemplate(stored.former),
  }
}

function readField(stored: StoredField): Field {
  return {
    ...stored,
    graphqlName: fieldNameInGraphql(stored.name),
    attribute: stored.attribute ?? stored.name,
    required: stored.required ?? false,
    isKey: stored.isKey ?? false,
    description: stored.description,
    deprecated: stored.deprecated,
    default: stored.default ?? undefined,
    unique: stored.unique ?? false,
    indexed: stored.indexed ?? false,
    constraints: stored.constraints ?? {},
    values: stored.values ?? [],
    members: (stored.members ?? []).map(readField),
    reference: stored.reference ?? undefined,
    renamedFrom: stored.renamedFrom ?? [],
    convert: stored.convert ?? undefined,
    convertsFrom: stored.convertsFrom,
    formers: (stored.formers ?? []).map(readField),
    fill: stored.fill,
    isFilling: stored.isFilling ?? false,
    isViolated: stored.isViolated ?? false,
    removed: (stored.removed ?? []).map(readField),
  }
}
