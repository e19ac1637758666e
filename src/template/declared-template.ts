import type { Path } from '../errors.ts'
import { type FormerName, readFormerNames } from './former-names.ts'
import type { TemplateIssue } from './issue.ts'
import type { FieldTypeName } from './model.ts'
import { parseFieldType, type WrittenType } from './parse-field-type.ts'
import type { WrittenHistory, WrittenRetain } from './retention/build-retention.ts'
import { isMapping, issueAt, type Source } from './source.ts'
import { type StructureIssue, validateStructure } from './validate-structure.ts'

/**
 * A template as its file declares it: its form is valid, its meaning is not checked yet. Parts whose form is invalid are left
 * out, so that the rules can check the rest and report all problems at once.
 */
export interface DeclaredTemplate {
  readonly source: Source
  readonly name: string
  readonly plural: string | undefined
  readonly description: string | undefined
  /** The names in `key`, with their places in it; undefined if `key` is missing or not a list. */
  readonly key: readonly DeclaredKeyField[] | undefined
  /** The lists of `unique` and `indexes`, with their places. */
  readonly unique: readonly DeclaredFieldList[]
  readonly indexes: readonly DeclaredFieldList[]
  readonly additionalFields: boolean
  readonly search: boolean
  readonly renamedFrom: readonly FormerName[]
  /** Which objects count as a success, as written. */
  readonly passed: unknown
  readonly latestBy: string | undefined
  readonly staleAfter: string | undefined
  readonly history: WrittenHistory
  readonly retain: WrittenRetain
  readonly fields: readonly DeclaredField[]
}

export interface DeclaredKeyField {
  readonly name: string
  readonly path: Path
}

export interface DeclaredFieldList {
  readonly path: Path
  readonly names: readonly DeclaredKeyField[]
}

export interface DeclaredField {
  readonly name: string
  readonly path: Path
  /** Undefined if the type could not be read. */
  readonly type: FieldTypeName | undefined
  readonly list: boolean
  /** As written in the file; key fields are always required. */
  readonly required: boolean
  /** The other keys of the field, with their values; without those whose form is invalid. */
  readonly keys: ReadonlyMap<string, unknown>
  /** Keys that the file has but `keys` does not, because their form is invalid. */
  readonly wrongKeys: ReadonlySet<unknown>
  readonly renamedFrom: readonly FormerName[]
  readonly members: readonly DeclaredField[]
  readonly isMember: boolean
  /** Whether the form of the whole field, including its members, is valid. */
  readonly isSound: boolean
}

export interface DeclaredTemplates {
  /** The templates whose names are known, in the order of their files; including several with the same name. */
  readonly templates: readonly DeclaredTemplate[]
  /** If two have the same name, the first. */
  readonly byName: ReadonlyMap<string, DeclaredTemplate>
  /** The presumed names of templates whose files could not be read; references to them are not reported. */
  readonly unreadNames: ReadonlySet<string>
}

export interface DeclaredOrIssues {
  /** Undefined if the name is unknown. */
  readonly template: DeclaredTemplate | undefined
  readonly issues: readonly TemplateIssue[]
}

/** Reads one file's value into a declared template; each part whose form is invalid is an issue. */
export function declareTemplate(source: Source): DeclaredOrIssues {
  const found = validateStructure(source)
  const unsound = new Set(found.map(({ path }) => JSON.stringify(path)))
  const issues = found.map(({ issue }) => issue)
  const root = source.value
  if (!isMapping(root) || typeof root['name'] !== 'string') return { template: undefined, issues }
  const isSoundAt = (path: Path) => !unsound.has(JSON.stringify(path))
  const isSoundBelow = (name: string) => !found.some(({ path }) => path[0] === name)
  const key = root['key']
  return {
    template: {
      source,
      name: root['name'],
      plural: isSoundAt(['plural']) ? (root['plural'] as string | undefined) : undefined,
      description: isSoundAt(['description']) ? (root['description'] as string | undefined) || undefined : undefined,
      key: Array.isArray(key)
        ? key.flatMap((name, index) => (typeof name === 'string' ? [{ name, path: ['key', index] }] : []))
        : undefined,
      unique: declareFieldLists(root['unique'], 'unique'),
      indexes: declareFieldLists(root['indexes'], 'indexes'),
      additionalFields: root['additionalFields'] === true,
      search: root['search'] !== false,
      renamedFrom: isSoundAt(['renamedFrom']) ? readFormerNames(root['renamedFrom'], ['renamedFrom']) : [],
      passed: isSoundAt(['passed']) ? root['passed'] : undefined,
      latestBy: isSoundAt(['latestBy']) ? (root['latestBy'] as string | undefined) : undefined,
      staleAfter: isSoundAt(['staleAfter']) ? (root['staleAfter'] as string | undefined) : undefined,
      history: isSoundBelow('history') ? (root['history'] as WrittenHistory) : undefined,
      retain: isSoundBelow('retain') ? (root['retain'] as WrittenRetain) : undefined,
      fields: declareFields(root['fields'], ['fields'], false, { source, found, issues }),
    },
    issues,
  }
}

function declareFieldLists(written: unknown, key: string): DeclaredFieldList[] {
  if (!Array.isArray(written)) return []
  return written.flatMap((list: unknown, index) => {
    if (!Array.isArray(list)) return []
    const names = list.flatMap((name, place) => (typeof name === 'string' ? [{ name, path: [key, index, place] }] : []))
    return [{ path: [key, index], names }]
  })
}

interface Reading {
  readonly source: Source
  readonly found: readonly StructureIssue[]
  readonly issues: TemplateIssue[]
}

function declareFields(written: unknown, path: Path, isMember: boolean, reading: Reading): DeclaredField[] {
  if (!isMapping(written)) return []
  return Object.entries(written).map(([name, value]) => declareField(name, value, [...path, name], isMember, reading))
}

function declareField(name: string, written: unknown, path: Path, isMember: boolean, reading: Reading): DeclaredField {
  const isLong = isMapping(written)
  const wrong = reading.found.filter((issue) => path.every((segment, index) => issue.path[index] === segment))
  const wrongKeys = new Set(
    wrong.filter((issue) => issue.path.length === path.length + 1).map((issue) => issue.path.at(-1)),
  )
  const type = readType(isLong ? written['type'] : written, isLong ? [...path, 'type'] : path, reading)
  const keys = new Map(Object.entries(isLong ? written : {}).filter(([key]) => key !== 'type' && !wrongKeys.has(key)))
  const members = declareFields(keys.get('fields'), [...path, 'fields'], true, reading)
  return {
    name,
    path,
    type: type?.type,
    list: type?.list ?? false,
    required: type?.required === true || keys.get('required') === true,
    keys,
    wrongKeys,
    renamedFrom: readFormerNames(keys.get('renamedFrom'), [...path, 'renamedFrom']),
    members,
    isMember,
    isSound: wrong.length === 0 && type !== undefined && members.every((member) => member.isSound),
  }
}

function readType(written: unknown, path: Path, { source, issues }: Reading): WrittenType | undefined {
  // Any other form already has an issue.
  if (typeof written !== 'string' && !Array.isArray(written)) return undefined
  const type = parseFieldType(written)
  if ('type' in type) return type
  issues.push(issueAt(source, path, 'UNKNOWN_TYPE', type.message, { suggestion: type.suggestion }))
  return undefined
}

/** Every field of a template, including the members of objects. */
export function allFields(template: DeclaredTemplate): DeclaredField[] {
  const withMembers = (field: DeclaredField): DeclaredField[] => [field, ...field.members.flatMap(withMembers)]
  return template.fields.flatMap(withMembers)
}
