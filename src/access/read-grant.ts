import type { Path } from '../errors.ts'
import { type Verb, verbs } from '../plan/rights.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { quote } from '../template/quote.ts'
import { isMapping } from '../template/source.ts'
import { didYouMean, listNames } from '../template/suggest.ts'
import type { Grant } from './role.ts'
import type { RoleReader } from './role-reader.ts'

/** The keys of a grant. */
const grantKeys = [...verbs, 'where'] as const

/** Words that others have for a verb. */
const verbsElsewhere: Readonly<Record<string, Verb>> = {
  get: 'read',
  list: 'read',
  view: 'read',
  select: 'read',
  query: 'read',
  create: 'write',
  update: 'write',
  upsert: 'write',
  insert: 'write',
  edit: 'write',
  set: 'write',
  remove: 'delete',
  all: 'admin',
  manage: 'admin',
}

const verbList = verbs.join(', ')

/** Reads one grant of a role; undefined if it is wrong. */
export function readGrant(value: unknown, path: Path, reader: RoleReader, model: TemplateModel): Grant | undefined {
  if (!isMapping(value)) {
    const suggestion = typeof value === 'string' && verbOf({ [value]: '' }) ? `Write { ${value}: "*" }.` : undefined
    reader.refuse(path, 'WRONG_TYPE', `${quote(value)} is no grant, which is a verb and its templates: read: role.`, {
      suggestion,
    })
    return undefined
  }
  checkKeys(value, path, reader)
  const given = verbs.filter((verb) => verb in value)
  const [verb] = given
  if (given.length > 1) {
    const where = 'where' in value ? ' The condition would be that of each.' : ''
    reader.refuse([...path, given[1] as string], 'CONTRADICTION', `A grant has one verb, not ${given.join(' and ')}.`, {
      suggestion: `Give each an entry of its own.${where}`,
      part: 'key',
    })
    return undefined
  }
  if (!verb) return undefined
  const where = readWhere(value, verb, path, reader)
  const templates = readTemplates(value[verb], [...path, verb], reader, model)
  return templates && { verb, templates, where }
}

function checkKeys(value: Readonly<Record<string, unknown>>, path: Path, reader: RoleReader): void {
  const unknown = Object.keys(value).filter((key) => !(grantKeys as readonly string[]).includes(key))
  for (const key of unknown) {
    const verb = Object.hasOwn(verbsElsewhere, key) ? verbsElsewhere[key] : undefined
    const suggestion = verb
      ? `Use ${quote(verb)}${verb === 'write' ? ', which is to create and to update' : ''}.`
      : (didYouMean(key, grantKeys) ?? `The verbs are ${verbList}; where is the condition.`)
    reader.refuse([...path, key], 'UNKNOWN_VERB', `${quote(key)} is no verb.`, { suggestion, part: 'key' })
  }
  if (unknown.length === 0 && !verbOf(value))
    reader.refuse(path, 'MISSING_KEY', 'This grants nothing: it has no verb.', {
      suggestion: `The verbs are ${verbList}.`,
    })
}

function readWhere(
  value: Readonly<Record<string, unknown>>,
  verb: Verb,
  path: Path,
  reader: RoleReader,
): Grant['where'] {
  if (!('where' in value)) return undefined
  const { where } = value
  const at = [...path, 'where']
  if (!isMapping(where)) {
    reader.refuse(at, where === null ? 'EMPTY' : 'WRONG_TYPE', `${quote(where)} is not a filter.`, {
      suggestion: 'Write where: { name: { startsWith: "ntp-" } }, or leave where out.',
    })
    return undefined
  }
  // It would grant everything, which is seldom meant by somebody who writes a condition.
  if (Object.keys(where).length === 0)
    reader.refuse(at, 'EMPTY', 'The condition is empty.', { suggestion: 'Leave where out to grant all objects.' })
  if (verb === 'admin')
    reader.refuse(at, 'CONTRADICTION', 'admin is not of single objects, so it has no condition.', { part: 'key' })
  return where
}

function readTemplates(
  value: unknown,
  path: Path,
  reader: RoleReader,
  model: TemplateModel,
): Grant['templates'] | undefined {
  if (value === '*') return 'all'
  const names = typeof value === 'string' ? [value] : value
  if (!Array.isArray(names) || names.length === 0) {
    const isEmpty = value === null || Array.isArray(value)
    reader.refuse(path, isEmpty ? 'EMPTY' : 'WRONG_TYPE', `${quote(value)} names no template.`, {
      suggestion: 'Write a template, a list of templates, or "*" for all.',
    })
    return undefined
  }
  const at = (i: number): Path => (Array.isArray(value) ? [...path, i] : path)
  for (const [i, name] of names.entries()) {
    if (typeof name !== 'string') reader.refuse(at(i), 'WRONG_TYPE', `${quote(name)} is not the name of a template.`)
    else if (name === '*' && names.length > 1)
      reader.refuse(at(i), 'CONTRADICTION', '"*" is all templates.', { suggestion: 'Write "*" alone.' })
    else if (names.indexOf(name) < i) reader.refuse(at(i), 'DUPLICATE_FIELD', `${quote(name)} is listed twice.`)
    else if (name !== '*') checkTemplate(name, at(i), reader, model)
  }
  return names.includes('*') ? 'all' : names
}

/** Refuses the name of a template that is not there. */
export function checkTemplate(
  name: string,
  path: Path,
  reader: RoleReader,
  { byName, templates }: TemplateModel,
): void {
  if (byName.has(name)) return
  // By the names that it has in GraphQL.
  const meant = templates.find((one) => [one.typeName, one.fieldName, one.pluralName].includes(name))
  const suggestion = meant
    ? `Write ${meant.name}.`
    : (didYouMean(name, byName.keys()) ?? `The templates are ${listNames([...byName.keys()])}.`)
  reader.refuse(path, 'UNKNOWN_TEMPLATE', `There is no template ${quote(name)}.`, { suggestion })
}

function verbOf(grant: Readonly<Record<string, unknown>>): Verb | undefined {
  return verbs.find((verb) => verb in grant)
}

/** The templates that a written grant is for, as far as they exist; with `isAll` they need not all have the fields of the condition. */
export function templatesOfGrant(
  grant: Readonly<Record<string, unknown>>,
  model: TemplateModel,
): { readonly templates: readonly Template[]; readonly isAll: boolean } {
  const verb = verbOf(grant)
  const names = verb ? [grant[verb]].flat() : []
  if (names.includes('*')) return { templates: model.templates, isAll: true }
  const found = names.flatMap((name) => (typeof name === 'string' ? (model.byName.get(name) ?? []) : []))
  return { templates: [...new Set(found)], isAll: false }
}
