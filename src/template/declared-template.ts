import type { TemplateIssue } from './issue.ts'
import type { FieldTypeName } from './model.ts'
import { parseFieldType, type WrittenType } from './parse-field-type.ts'
import type { Path } from './path.ts'
import { issueAt, type Source } from './source.ts'
import { type StructureIssue, validateStructure } from './validate-structure.ts'

/**
 * A template as its file states it: of sound form, not yet checked for sense. What has not a sound form is left
 * out, so that the rules can look at the rest and report all problems at once.
 */
export interface DeclaredTemplate {
  readonly source: Source
  readonly name: string
  readonly plural: string | undefined
  readonly description: string | undefined
  /** The names in `key`, with their places in it; undefined where `key` is missing or no list. */
  readonly key: readonly DeclaredFieldName[] | undefined
  /** The entries of `indexes` that are lists. */
  readonly indexes: readonly DeclaredIndex[]
  readonly additionalFields: boolean
  readonly fields: readonly DeclaredField[]
}

/** A field that is named in `key` or `indexes`. */
export interface DeclaredFieldName {
  readonly name: string
  readonly path: Path
}

export interface DeclaredIndex {
  readonly path: Path
  readonly fields: readonly DeclaredFieldName[]
}

export interface DeclaredField {
  readonly name: string
  readonly path: Path
  /** Undefined where it could not be read. */
  readonly type: FieldTypeName | undefined
  readonly list: boolean
  /** As written; key fields are required in any case. */
  readonly required: boolean
  /** What is written beside the type, by key; without what is of another form altogether. */
  readonly keys: ReadonlyMap<string, unknown>
  /** Keys that are written, but are not in `keys`. */
  readonly wrongKeys: ReadonlySet<unknown>
  readonly members: readonly DeclaredField[]
  readonly isMember: boolean
  /** Whether the form of all of it, members included, is sound. */
  readonly isSound: boolean
}

export interface DeclaredTemplates {
  /** Those whose name is known, in the order of their files; of two with one name, both. */
  readonly templates: readonly DeclaredTemplate[]
  /** Of two with one name, the first. */
  readonly byName: ReadonlyMap<string, DeclaredTemplate>
  /** Names that files which could not be read seem to have; what refers to them is not reported. */
  readonly unreadNames: ReadonlySet<string>
}

export interface DeclaredOrIssues {
  /** Undefined where not even the name is known. */
  readonly template: DeclaredTemplate | undefined
  readonly issues: readonly TemplateIssue[]
}

/** Reads one file's value into a declared template; what is not of sound form is an issue. */
export function declareTemplate(source: Source): DeclaredOrIssues {
  const found = validateStructure(source)
  const unsound = new Set(found.map(({ path }) => JSON.stringify(path)))
  const issues = found.map(({ issue }) => issue)
  const root = source.value
  if (!isMapping(root) || typeof root['name'] !== 'string') return { template: undefined, issues }
  const isSoundAt = (path: Path) => !unsound.has(JSON.stringify(path))
  const { key, indexes } = root
  return {
    template: {
      source,
      name: root['name'],
      plural: isSoundAt(['plural']) ? (root['plural'] as string | undefined) : undefined,
      description: isSoundAt(['description']) ? (root['description'] as string | undefined) || undefined : undefined,
      key: declareNames(key, ['key']),
      indexes: (Array.isArray(indexes) ? indexes : []).flatMap((written, index) => {
        const path = ['indexes', index]
        const names = declareNames(written, path)
        return names ? [{ path, fields: names }] : []
      }),
      additionalFields: root['additionalFields'] === true,
      fields: declareFields(root['fields'], ['fields'], false, { source, found, issues }),
    },
    issues,
  }
}

function declareNames(written: unknown, path: Path): DeclaredFieldName[] | undefined {
  if (!Array.isArray(written)) return undefined
  return written.flatMap((name, index) => (typeof name === 'string' ? [{ name, path: [...path, index] }] : []))
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
    members,
    isMember,
    isSound: wrong.length === 0 && type !== undefined && members.every((member) => member.isSound),
  }
}

function readType(written: unknown, path: Path, { source, issues }: Reading): WrittenType | undefined {
  // Anything else has its issue already.
  if (typeof written !== 'string' && !Array.isArray(written)) return undefined
  const type = parseFieldType(written)
  if ('type' in type) return type
  issues.push(issueAt(source, path, 'UNKNOWN_TYPE', type.message, { suggestion: type.suggestion }))
  return undefined
}

/** Every field of a template, the members of objects included. */
export function allFields(template: DeclaredTemplate): DeclaredField[] {
  const withMembers = (field: DeclaredField): DeclaredField[] => [field, ...field.members.flatMap(withMembers)]
  return template.fields.flatMap(withMembers)
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
