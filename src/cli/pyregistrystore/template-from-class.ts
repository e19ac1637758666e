import { reservedFieldNames } from '../../template/graphql-names.ts'
import { parseTemplates } from '../../template/parse-templates.ts'
import type { PythonAttribute, PythonClass } from './python-class.ts'
import type { Literal } from './python-literal.ts'

/** A part of a class that its template does not express. */
export interface ClassNote {
  readonly line: number
  readonly message: string
}

export interface ClassTemplate {
  /** The template's file. */
  readonly text: string
  readonly notes: readonly ClassNote[]
  /** What `templates check` would report; empty for a correct template. */
  readonly problems: readonly string[]
}

interface FieldPlan {
  readonly name: string
  type: string
  readonly description: string
  fallback?: unknown
  readonly values: readonly string[]
}

/** Writes the template for a class of pyRegistryStore. */
export function templateFromClass(found: PythonClass, file: string): ClassTemplate {
  const notes: ClassNote[] = []
  const note = (line: number, message: string) => notes.push({ line, message })
  const fields = found.attributes.flatMap((attribute) => {
    if (/^[A-Za-z]\w*$/.test(attribute.name) && !reservedFieldNames.has(attribute.name))
      return [planField(attribute, note)]
    note(attribute.line, `${attribute.name}: a field cannot have this name; it is left out`)
    return []
  })
  const key = planKey(found, fields, note)
  const name = toTemplateName(found.name)
  const attempt = (plural?: string): ClassTemplate => {
    const text = print({ name, plural, description: found.description, key, fields }, notes, file)
    const { issues = [] } = parseTemplates([{ file: `${name}.yaml`, text }])
    return { text, notes, problems: issues.map(({ path, message }) => `${path}: ${message}`) }
  }
  const first = attempt()
  if (first.problems.length === 0) return first
  // For a plural that equals the name.
  const second = attempt(`${name}_list`)
  return second.problems.length === 0 ? second : first
}

/** `VmImage` → `vm_image`. */
function toTemplateName(name: string): string {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase()
    .replace(/^_+/, '')
}

type Note = (line: number, message: string) => void

function planField({ name, line, type, description, value, computed }: PythonAttribute, note: Note): FieldPlan {
  const annotated = type === undefined ? undefined : toFieldType(type)
  const literal = value?.literal
  const found = annotated ?? (value && toWorkedOut(value.text)?.type) ?? typeOfLiteral(literal) ?? { type: 'string' }
  if (type !== undefined && !annotated) note(line, `${name}: the type ${type} is unknown; the field is a ${found.type}`)
  if (type === undefined && value === undefined) note(line, `${name}: no type is given; the field is a string`)
  if (found.note) note(line, `${name}: ${found.note}`)
  if (computed !== undefined)
    note(line, `${name}: the class computes it by ${computed}; the template keeps the given value`)
  const field: FieldPlan = {
    name,
    type: found.type,
    description: description.replace(/\s+/g, ' ').trim(),
    values: found.values ?? [],
  }
  const workedOut = value && literal === undefined ? toWorkedOut(value.text) : undefined
  if (workedOut) field.fallback = workedOut.fallback
  else if (value && literal === undefined)
    note(line, `${name}: the default ${value.text.slice(0, 100)} is computed by Python; the field has none`)
  else if (literal !== undefined && literal !== null) {
    if (fits(literal, field)) field.fallback = literal
    else note(line, `${name}: the default ${value?.text.slice(0, 100)} is not a ${field.type}; the field has none`)
  }
  return field
}

/** `uniq_key`, as far as its fields can be a key. */
function planKey(found: PythonClass, fields: FieldPlan[], note: Note): readonly string[] {
  const { uniqKey, line } = found
  const given = (Array.isArray(uniqKey) ? uniqKey : uniqKey === undefined ? [] : [uniqKey]).filter(
    (one) => typeof one === 'string',
  )
  const fallback = fields.find(({ name }) => name === 'name') ?? fields[0]
  if (given.length === 0 && fallback) note(line, `no readable uniq_key; the key is ${fallback.name}`)
  const key = given.length > 0 ? [...new Set(given)] : fallback ? [fallback.name] : []
  for (const name of key) {
    const field = fields.find((one) => one.name === name)
    if (!field) {
      note(line, `${name}: uniq_key names it, but no parameter does; the field is a string`)
      fields.push({ name, type: 'string', description: '', values: [] })
    } else if (['float', 'json'].includes(field.type) || field.type.startsWith('[')) {
      note(line, `${name}: a ${field.type} cannot be in a key; the field is a string`)
      field.type = 'string'
      field.fallback = undefined
    }
  }
  return key
}

interface FoundType {
  readonly type: string
  readonly values?: readonly string[]
  readonly note?: string
}

/** The types of fields, each with the names that Python's annotations and docstrings have for it. */
const typeNames: Readonly<Record<string, readonly string[]>> = {
  string: ['str', 'string', 'text', 'unicode', 'basestring', 'path'],
  int: ['int', 'integer'],
  bigint: ['long'],
  float: ['float', 'number', 'decimal'],
  boolean: ['bool', 'boolean'],
  datetime: ['datetime'],
  date: ['date'],
  uuid: ['uuid'],
  json: ['dict', 'mapping', 'any', 'object', 'list', 'tuple', 'set', 'sequence'],
}

function typeNamed(name: string): string | undefined {
  return Object.keys(typeNames).find((type) => typeNames[type]?.includes(name.toLowerCase()))
}

/** `Optional[str]` → string, `List[int]` → [int], `Literal['a', 'b']` → enum. */
function toFieldType(written: string): FoundType | undefined {
  const text = written
    .trim()
    .replace(/^['"](.*)['"]$/, '$1')
    .replace(/\s*\|\s*None\b|\bNone\s*\|\s*/g, '')
    .replace(/^(\w+\.)+(?=\w)/, '')
    .trim()
  const generic = /^(\w+)\s*\[([^]*)\]$/.exec(text)
  if (!generic) {
    const type = typeNamed(text.replace(/,.*$/, ''))
    if (type) return { type }
    if (!/^[A-Z]\w*$/.test(text)) return undefined
    const to = toTemplateName(text)
    return {
      type: 'string',
      note: `${text} seems to be a class of its own; if there is a template for it, write { type: reference, to: ${to} }`,
    }
  }
  const [, outer = '', inner = ''] = generic
  switch (outer.toLowerCase()) {
    case 'optional':
    case 'union':
      return toFieldType(inner.replace(/,\s*None\s*$|^None\s*,\s*/, ''))
    case 'literal': {
      const values = [...inner.matchAll(/['"]([^'"]*)['"]/g)].map((match) => match[1] as string)
      const isEnum =
        values.length > 0 &&
        values.every((value) => /^[A-Za-z]\w*$/.test(value) && !['true', 'false', 'null'].includes(value))
      return isEnum ? { type: 'enum', values } : { type: 'string', note: `of ${written} only the type is kept` }
    }
    case 'list':
    case 'sequence':
    case 'iterable':
    case 'set':
    case 'frozenset':
    case 'tuple': {
      const item = toFieldType(inner.replace(/,\s*\.\.\.\s*$/, ''))
      const isList = item && !item.type.startsWith('[') && !['json', 'enum'].includes(item.type)
      return isList ? { ...item, type: `[${item.type}]` } : { type: 'json' }
    }
    default:
      return typeNamed(outer) === 'json' ? { type: 'json' } : undefined
  }
}

/** Defaults that Python computes and a template can express. */
function toWorkedOut(text: string): { readonly fallback: object; readonly type: FoundType } | undefined {
  const format =
    /\b(?:now|today|utcnow)\(\s*\)\s*\.strftime\(\s*(['"])([^'"\\]*)\1\s*\)$/.exec(text)?.[2] ??
    /^(?:time\.)?strftime\(\s*(['"])([^'"\\]*)\1\s*\)$/.exec(text)?.[2]
  if (format !== undefined) return { fallback: { now: format }, type: { type: 'string' } }
  if (/^(?:str\()?(?:uuid\.)?uuid4\(\s*\)\)?$/.test(text))
    return { fallback: { uuid: true }, type: { type: text.startsWith('str') ? 'string' : 'uuid' } }
  if (/^(?:datetime\.)*(?:now|utcnow)\([^()]*\)$/.test(text) && text.includes('.'))
    return { fallback: { now: true }, type: { type: 'datetime' } }
  if (/^(?:datetime\.)*date\.today\(\s*\)$/.test(text)) return { fallback: { now: true }, type: { type: 'date' } }
  if (/^(?:getpass\.)?getuser\(\s*\)$/.test(text)) return { fallback: { actor: true }, type: { type: 'string' } }
  return undefined
}

function typeOfLiteral(literal: Literal | undefined): FoundType | undefined {
  if (typeof literal === 'string') return { type: 'string' }
  if (typeof literal === 'boolean') return { type: 'boolean' }
  if (typeof literal === 'number') return { type: Number.isInteger(literal) ? 'int' : 'float' }
  if (typeof literal === 'object' && literal !== null) return { type: 'json' }
  return undefined
}

function fits(literal: Literal, { type, values }: FieldPlan): boolean {
  if (type === 'json') return true
  if (type.startsWith('['))
    return (
      Array.isArray(literal) &&
      literal.every((item) => item !== null && fits(item, { type: type.slice(1, -1) } as FieldPlan))
    )
  if (type === 'enum') return typeof literal === 'string' && values.includes(literal)
  if (type === 'boolean') return typeof literal === 'boolean'
  if (type === 'int') return typeof literal === 'number' && Number.isInteger(literal) && Math.abs(literal) < 2 ** 31
  if (type === 'float') return typeof literal === 'number'
  return type === 'string' && typeof literal === 'string'
}

interface TemplatePlan {
  readonly name: string
  readonly plural: string | undefined
  readonly description: string | undefined
  readonly key: readonly string[]
  readonly fields: readonly FieldPlan[]
}

function print(
  { name, plural, description, key, fields }: TemplatePlan,
  notes: readonly ClassNote[],
  file: string,
): string {
  const width = Math.max(0, ...fields.map((field) => field.name.length)) + 1
  return [
    ...(notes.length > 0
      ? [
          '# Not carried over:',
          ...notes.map(({ line, message }) => `#   ${file}:${line}: ${message.replace(/\s+/g, ' ')}`),
        ]
      : []),
    `name: ${name}`,
    ...(plural ? [`plural: ${plural}`] : []),
    ...(description ? [`description: ${printScalar(description.replace(/\s+/g, ' ').trim())}`] : []),
    `key: [${key.join(', ')}]`,
    'fields:',
    ...fields.map((field) => `  ${`${field.name}:`.padEnd(width)} { ${printField(field)} }`),
    '',
  ].join('\n')
}

function printField({ type, description, fallback, values }: FieldPlan): string {
  return [
    `type: ${type.startsWith('[') ? JSON.stringify(type) : type}`,
    ...(values.length > 0 ? [`values: [${values.map(printScalar).join(', ')}]`] : []),
    ...(description ? [`description: ${printScalar(description)}`] : []),
    ...(fallback === undefined ? [] : [`default: ${printDefault(fallback)}`]),
  ].join(', ')
}

function printDefault(value: unknown): string {
  if (typeof value === 'string') return printScalar(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(printDefault).join(', ')}]`
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${printScalar(name)}: ${printDefault(one)}`)
    .join(', ')} }`
}

/** Without quotes if YAML then reads the same text, here and within braces. */
function printScalar(text: string): string {
  const isPlain =
    /^[A-Za-zА-Яа-яЁё][\wА-Яа-яЁё ()/.-]*$/u.test(text) &&
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) &&
    !text.endsWith(' ')
  return isPlain ? text : JSON.stringify(text)
}
