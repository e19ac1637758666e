import { Ajv, type ErrorObject } from 'ajv'
import type { Path } from '../errors.ts'
import type { TemplateIssue } from './issue.ts'
import { quote } from './quote.ts'
import { retentionKeys } from './retention/retention-json-schema.ts'
import { isMapping, issueAt, type Source } from './source.ts'
import { didYouMean } from './suggest.ts'
import {
  fieldKeys,
  fieldNamePattern,
  pluralPattern,
  reversePattern,
  templateJsonSchema,
  templateKeys,
  templateNamePattern,
} from './template-json-schema.ts'

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictRequired: false, strictTypes: false })
const validate = ajv.compile(templateJsonSchema)

export interface StructureIssue {
  readonly path: Path
  readonly issue: TemplateIssue
}

/** Validates the form of one template against the JSON Schema. Types, and the keys that they accept, have their own rules. */
export function validateStructure(source: Source): StructureIssue[] {
  if (source.value === null) {
    return [
      {
        path: [],
        issue: issueAt(source, [], 'EMPTY', 'The file is empty; a template needs at least name, key and fields.'),
      },
    ]
  }
  if (validate(source.value)) return []
  const issues = new Map<string, StructureIssue>()
  for (const error of validate.errors ?? []) {
    const found = printError(error, source)
    // One value can break several keywords of the schema at once; report only the first.
    const place = found && JSON.stringify([found.path, found.issue.code === 'MISSING_KEY' && found.issue.message])
    if (place !== undefined && !issues.has(place)) issues.set(place, found as StructureIssue)
  }
  return [...issues.values()]
}

function printError(error: ErrorObject, source: Source): StructureIssue | undefined {
  const path = toPath(error.instancePath, source.value)
  const at = (where: Path, ...rest: OfIssue): StructureIssue => ({
    path: where,
    issue: issueAt(source, where, ...rest),
  })
  const { keyword, params, data } = error
  const last = path.at(-1)
  // rules/type-keys.ts checks which keys apply to which type, from the same table.
  if (error.schemaPath.includes('/allOf/')) return undefined
  // rules/merge-is-possible.ts reports it.
  if (belowFields(path)[1] === 'merge') return undefined
  if (isTypePlace(path)) {
    // parse-field-type.ts reads and reports a type that is a text or a list.
    const isLongForm = isFieldPlace(path) && isMapping(data)
    if (typeof data === 'string' || Array.isArray(data) || (keyword === 'anyOf' && isLongForm)) return undefined
    if (keyword === 'anyOf') {
      const wanted = isFieldPlace(path)
        ? 'a type such as string or a mapping with the key type'
        : 'a type such as string'
      return at(path, ...wrongType(path, data, wanted, source))
    }
    if (!isLongForm) return undefined
  }
  switch (keyword) {
    case 'type':
      // The other forms of a field.
      if (isFieldPlace(path)) return undefined
      return at(path, ...wrongType(path, data, kinds[String(params['type'])] ?? params['type'], source))
    case 'additionalProperties': {
      const written: string = params['additionalProperty']
      const kept = retentionKeys[String(path[0])]
      const known = isFieldPlace(path) ? fieldKeys : (kept ?? templateKeys)
      const owner = isFieldPlace(path) ? 'a field' : kept ? String(path[0]) : 'a template'
      const suggestion =
        didYouMean(written, known) ??
        (written === '<<'
          ? 'Merge keys are not supported.'
          : `The keys are ${known.filter((key) => key !== '$schema').join(', ')}.`)
      return at([...path, written], 'UNKNOWN_KEY', `${quote(written)} is not a key of ${owner}.`, {
        suggestion,
        part: 'key',
      })
    }
    case 'required': {
      const missing: string = params['missingProperty']
      return at(path, 'MISSING_KEY', `${quote(missing)} is missing.`, { suggestion: toAdd[missing], part: 'key' })
    }
    case 'minItems':
    case 'minProperties':
      return at(path, 'EMPTY', `${typeof last === 'string' ? last : 'The list'} needs at least one entry.`)
    case 'maxProperties': {
      const count = Object.keys(data as object).length
      const message = `${last} has ${count} entries; at most ${params['limit']} are allowed.`
      return at(path, 'TOO_MANY', message, { part: 'key' })
    }
    case 'minLength':
      return at(path, 'EMPTY', `${typeof last === 'string' ? last : 'The entry'} is empty.`)
    case 'maxLength':
    case 'pattern': {
      // A property's name is checked at the mapping; `propertyName` says which one it was.
      const property = error.propertyName
      const where = property === undefined ? path : [...path, property]
      const code = keyword === 'pattern' || property !== undefined ? 'WRONG_NAME' : 'TOO_LONG'
      const message =
        keyword === 'pattern'
          ? `${quote(property ?? data)} is not a valid name: ${forms[params['pattern'] as string]}.`
          : `${property === undefined && typeof last === 'string' ? last : 'The name'} is longer than ${params['limit']} characters.`
      return at(where, code, message, { part: property === undefined ? 'value' : 'key' })
    }
    case 'enum': {
      const allowed = params['allowedValues'] as string[]
      const suggestion = typeof data === 'string' ? didYouMean(data, allowed) : undefined
      return at(path, 'WRONG_VALUE', `${quote(data)} is not one of ${allowed.join(', ')}.`, { suggestion })
    }
    case 'maximum':
      return at(path, 'WRONG_VALUE', `${quote(data)} is greater than ${params['limit']}.`)
    case 'minimum':
      return at(path, 'WRONG_VALUE', `${quote(data)} is less than ${params['limit']}.`)
    case 'propertyNames':
    case 'anyOf':
      return undefined
    default:
      return at(path, 'WRONG_VALUE', `${last} ${error.message}.`)
  }
}

type OfIssue = Parameters<typeof issueAt> extends [unknown, unknown, ...infer Rest] ? Rest : never

function wrongType(path: Path, data: unknown, wanted: string, source: Source): OfIssue {
  const written = source.retypedAt(path)
  if (data === null && (written === undefined || written === '')) {
    return ['EMPTY', `There is no value; expected ${wanted}.`]
  }
  if ((wanted === kinds['string'] || wanted === kinds['string,array']) && written !== undefined) {
    const read = data === null ? 'null' : typeof data === 'boolean' ? 'a boolean' : 'a number'
    return [
      'UNQUOTED',
      `${written} without quotes is ${read} in YAML, not a text.`,
      { suggestion: `Write "${written}".` },
    ]
  }
  const suggestion =
    wanted === kinds['boolean'] && typeof data === 'string'
      ? booleanMeant(data)
      : wanted === kinds['array'] && typeof data === 'string' && data.length < 100
        ? `Write [${data}].`
        : undefined
  return ['WRONG_TYPE', `${typeof data === 'bigint' ? data : quote(data)} is not ${wanted}.`, { suggestion }]
}

function booleanMeant(written: string): string | undefined {
  if (/^(yes|y|on|true|1)$/i.test(written)) return 'Write true.'
  if (/^(no|n|off|false|0)$/i.test(written)) return 'Write false.'
  return undefined
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  'string,array': 'a name or a list of names',
  'boolean,object': 'true, false or a mapping such as { days: 90 }',
  object: 'a mapping of names to values',
  integer: 'a whole number',
  number: 'a number that a double holds exactly',
}

const forms: Readonly<Record<string, string>> = {
  [templateNamePattern]: 'it must begin with a lowercase letter and contain only lowercase letters, digits and _',
  [pluralPattern]: 'it must begin with a lowercase letter and contain only letters, digits and _',
  [fieldNamePattern]:
    'it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _',
  [reversePattern]: 'it must begin with a letter and contain only letters, digits and _',
}

const toAdd: Readonly<Record<string, string>> = {
  name: 'Add the name of the template: name: image',
  key: 'Add the fields that identify an object: key: [name]',
  fields: 'Add the fields: fields: { name: string }',
  type: 'Add the type: type: string',
}

/** The path below `fields`, without the levels of enclosing objects: ['name'] or ['name', 'type']. */
function belowFields(path: Path): Path {
  let rest = path
  while (rest[0] === 'fields' && rest.length > 1) {
    if (rest[2] !== 'fields' || rest.length < 4) return rest.slice(1)
    rest = rest.slice(2)
  }
  return []
}

function isFieldPlace(path: Path): boolean {
  return belowFields(path).length === 1
}

/** Whether the path is the place of a type: a field itself, its `type`, or the item of a list type. */
function isTypePlace(path: Path): boolean {
  const [, key, ...rest] = belowFields(path)
  return isFieldPlace(path) || (key === 'type' && rest.length < 2) || (typeof key === 'number' && rest.length === 0)
}

/** The steps of a JSON Pointer; RFC 6901, section 4. Array indexes become numbers. */
function toPath(pointer: string, root: unknown): Path {
  const path: (string | number)[] = []
  let value = root
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(value) ? Number(name) : name)
    value = (value as Record<string, unknown> | undefined)?.[name]
  }
  return path
}
