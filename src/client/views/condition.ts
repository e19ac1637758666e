import { type DescribedField, type DescribedTemplate, keyFieldsOf, targetOf, ViewError } from './described-template.ts'
import { type Json, toGraphqlValue } from './graphql-name.ts'

/** A condition as an address has it: `commit=b312`, `image.distr!=ubuntu`, `commit~=b3*`, `size>=4`, `kernel:=null`. */
export interface Condition {
  /** A field, through references (`image.distr`), in objects (`spec.cpu`) or in `_meta` (`_meta.updateTime`). */
  readonly path: string
  readonly operator: Operator
  readonly value: string
}

/**
 * The operators, by the end of the parameter's name: `commit!=a` is the parameter `commit!` with the value `a`.
 * The command line writes them so: docs/command-line.md.
 */
export const operators = {
  '=': { end: '', words: 'is' },
  '!=': { end: '!', words: 'is not' },
  '~': { end: '~', words: 'is like' },
  '!~': { end: '!~', words: 'is not like' },
  '>=': { end: '>', words: 'is at least' },
  '<=': { end: '<', words: 'is at most' },
  ':=': { end: ':', words: 'is' },
  '!:=': { end: '!:', words: 'is not' },
} as const

export type Operator = keyof typeof operators

export interface Where {
  readonly [name: string]: Json
}

/**
 * The conditions among the parameters of an address: all that are not the view's own. A field with the name of one of those, or one
 * that begins like that and a dot, has a dot before it: `.first=a`, `.columns.a=b`.
 */
export function parseConditions(
  parameters: Iterable<readonly [string, string]>,
  own: readonly string[],
): readonly Condition[] {
  return [...parameters].filter(([name]) => !own.includes(name)).map(([name, value]) => parseCondition(name, value))
}

function parseCondition(name: string, value: string): Condition {
  const [, path = name, end = ''] = /^\.?(.*?)(!?[~:]|[!<>])?$/s.exec(name) ?? []
  const operator = (Object.keys(operators) as Operator[]).find((one) => operators[one].end === end) ?? '='
  return { path, operator, value }
}

/** A condition as a parameter of an address, of a view with these parameters of its own: name and value. */
export function printCondition(
  { path, operator, value }: Condition,
  own: readonly string[],
): readonly [string, string] {
  const isOwn = own.some((name) => path === name || path.startsWith(`${name}.`))
  return [`${isOwn ? '.' : ''}${path}${operators[operator].end}`, value]
}

/** The `where` of a template in which all conditions hold; undefined for none. Throws `ViewError`. */
export function toWhere(
  conditions: readonly Condition[],
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): Where | undefined {
  return allOf(conditions.map((condition) => toSingleWhere(condition, template, templates)))
}

/** The `where` in which all of these hold; undefined for none. */
export function allOf(wheres: readonly Where[]): Where | undefined {
  const names = wheres.flatMap((where) => Object.keys(where))
  if (new Set(names).size === names.length) return names.length > 0 ? Object.assign({}, ...wheres) : undefined
  return { AND: wheres }
}

function toSingleWhere(
  condition: Condition,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): Where {
  const { path, operator } = condition
  const fields = findPath(path, template, templates)
  const leaf = fields.at(-1) as DescribedField
  const inner = compare(leaf, condition, templates)
  const where = fields.reduceRight<Where>((below, field, i) => {
    const isRelated = field.type === 'reference' && field.list
    return { [field.graphqlName]: isRelated && i < fields.length - 1 ? { some: below } : below }
  }, inner)
  const isNegated = operator.startsWith('!') && !isPresence(condition)
  return isNegated ? { NOT: [where] } : where
}

/** Whether a value must be there: also that of every reference on the way to it. */
function isPresence({ operator, value }: Condition): boolean {
  return operator === '!:=' && value === 'null'
}

/** The fields of a path, in order. Throws `ViewError` for one that is not there. */
export function findPath(
  path: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): readonly DescribedField[] {
  const found: DescribedField[] = []
  let owner: Pick<DescribedTemplate, 'name' | 'fields'> | undefined = template
  let rest = path
  while (rest !== '') {
    if (!owner) throw new ViewError(`"${path}": ${found.map(({ name }) => name).join('.')} has no fields of its own.`)
    const meta: DescribedField | undefined = found.at(-1)?.type === 'object' ? undefined : metaField
    const candidates: readonly DescribedField[] = meta ? [...owner.fields, meta] : owner.fields
    const field = findStep(rest, candidates)
    if (!field) {
      const names = candidates.map(({ name }) => name).join(', ')
      throw new ViewError(`${owner.name} has no field "${rest.split('.')[0]}". It has: ${names}.`)
    }
    found.push(field)
    rest = rest.slice(field.name.length + 1)
    owner =
      field.type === 'object'
        ? { name: field.name, fields: field.fields ?? [] }
        : field.type === 'reference'
          ? targetOf(field, templates)
          : undefined
  }
  if (found.length === 0) throw new ViewError('A condition names no field. Write field=value.')
  return found
}

/** The field that a path begins with. A field's own name wins over a path: `a.b` may be one field. */
function findStep(path: string, fields: readonly DescribedField[]): DescribedField | undefined {
  const own = fields.find(({ name }) => name === path)
  if (own) return own
  const steps = fields
    .filter(({ name }) => path.startsWith(`${name}.`))
    .sort((one, other) => other.name.length - one.name.length)
  return steps.find(({ type }) => type === 'object' || type === 'reference') ?? steps[0]
}

const metaMembers = {
  uuid: 'uuid',
  version: 'int',
  createTime: 'datetime',
  updateTime: 'datetime',
  createdBy: 'string',
  updatedBy: 'string',
  createdFor: 'string',
  updatedFor: 'string',
} as const

/** `_meta`, as a field with members. */
export const metaField: DescribedField = {
  ...describeMeta('_meta', 'object'),
  fields: Object.entries(metaMembers).map(([name, type]) => describeMeta(name, type)),
}

function describeMeta(name: string, type: string): DescribedField {
  return { name, graphqlName: name, type, list: false, values: [], graphqlValues: [] }
}

function compare(
  field: DescribedField,
  { path, operator, value }: Condition,
  templates: readonly DescribedTemplate[],
): Where {
  const plain = operator.replace(/^!(?!=)/, '').replace('!=', '=')
  if (plain === ':=') return compareJson(field, parseJson(path, value), operator === ':=', templates)
  if (plain === '~') return compareText(field, path, value)
  if (plain === '=') return isEqual(field, parseValue(field, value, path, templates), templates)
  if (!isRanged(field))
    throw new ViewError(`${path} is ${describe(field)}, which has no order to compare by. Use = or !=.`)
  return { [plain === '>=' ? 'gte' : 'lte']: parseValue(field, value, path, templates) }
}

function compareJson(
  field: DescribedField,
  value: Json,
  isAbsent: boolean,
  templates: readonly DescribedTemplate[],
): Where {
  if (value !== null) return isEqual(field, value, templates)
  return field.type === 'reference' && field.list ? { [isAbsent ? 'none' : 'some']: {} } : { isNull: isAbsent }
}

/** That the field is the value; of a list, that it has it. */
export function isEqual(field: DescribedField, value: Json, templates: readonly DescribedTemplate[]): Where {
  if (field.type === 'reference') {
    const whole = keyIs(targetOf(field, templates), value, templates)
    return field.list ? { some: whole } : whole
  }
  const named = toGraphqlValue(value, field)
  return field.list && !Array.isArray(value) ? { has: named } : { equals: named }
}

/** That an object of the template has this key: a value, or an object of them where the key has several fields. */
function keyIs(target: DescribedTemplate, value: Json, templates: readonly DescribedTemplate[]): Where {
  const [only, ...others] = keyFieldsOf(target)
  if (only && others.length === 0) return { [only.graphqlName]: isEqual(only, value, templates) }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ViewError(`The key of ${target.name} is a JSON object of ${target.key.join(', ')}.`)
  const given = value as Where
  return Object.assign(
    {},
    ...keyFieldsOf(target).map((field) => {
      const part = given[field.name]
      if (part === undefined) throw new ViewError(`The key of ${target.name} has no "${field.name}".`)
      return { [field.graphqlName]: isEqual(field, part, templates) }
    }),
  ) as Where
}

/** `b3*`, `*-generic` or `*ntp*`; without a `*`, the text itself. */
function compareText(field: DescribedField, path: string, pattern: string): Where {
  if (field.list || (field.type !== 'string' && field.type !== 'version'))
    throw new ViewError(`${path} is ${describe(field)}; only texts can be compared with ~.`)
  const [, before, text = '', after] = /^(\*?)(.*?)(\*?)$/su.exec(pattern) ?? []
  if (before && after) return { contains: text }
  return { [after ? 'startsWith' : before ? 'endsWith' : 'equals']: text }
}

/** Whether `>=` and `<=` compare the field. */
export function isRanged({ type, list }: DescribedField): boolean {
  return !list && !['boolean', 'json', 'object', 'reference', 'enum'].includes(type)
}

/** A text as a value of the field: texts stay as they are. Throws `ViewError`. */
export function parseValue(
  field: DescribedField,
  text: string,
  path: string,
  templates: readonly DescribedTemplate[],
): Json {
  switch (field.type) {
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true'
      throw new ViewError(`${path} is true or false, not "${text}".`)
    case 'int':
    case 'float': {
      const number = Number(text)
      if (text.trim() !== '' && Number.isFinite(number) && (field.type === 'float' || Number.isInteger(number)))
        return number
      throw new ViewError(`${path} is ${field.type === 'int' ? 'a whole number' : 'a number'}, not "${text}".`)
    }
    case 'enum':
      if (field.values.includes(text)) return text
      throw new ViewError(`${path} is one of ${field.values.join(', ')}, not "${text}".`)
    case 'reference': {
      const [only, ...others] = keyFieldsOf(targetOf(field, templates))
      return only && others.length === 0 ? parseValue(only, text, path, templates) : parseJson(path, text)
    }
    case 'object':
      throw new ViewError(`${path} is an object: name a member of it, such as ${path}.${field.fields?.[0]?.name}.`)
    case 'json':
      return parseJson(path, text)
    default:
      return text
  }
}

function parseJson(path: string, text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new ViewError(`${path} takes JSON, and ${text === '' ? 'an empty text' : `"${text}"`} is none.`)
  }
}

function describe({ type, list }: DescribedField): string {
  return list ? `a list` : `of type ${type}`
}
