import { withArticle } from '../../template/names/with-article.ts'
import { annotationIn } from './documented-type.ts'
import { readDefault } from './field-default.ts'
import { type FoundType, isInt, toFieldType, toTypeOfValue } from './field-type.ts'
import type { DocumentedParameter } from './python/docstring.ts'
import type { Literal } from './python/literal.ts'
import { type Names, parseExpression } from './python/source.ts'
import type { PlacedMember } from './whole-class.ts'

/** A field of the template for a class. */
export interface FieldPlan {
  readonly name: string
  readonly file: string
  readonly line: number
  type: string
  values: readonly string[]
  readonly description: string
  fallback?: unknown
  /** The source of the default. */
  readonly defaultText: string
}

export type Note = (message: string) => void

/** Plans the field for an attribute, from its annotation, its docstring and its default; `note` hears what is not carried over. */
export function planField(
  member: PlacedMember,
  documented: DocumentedParameter | undefined,
  names: Names,
  note: Note,
): FieldPlan {
  const { name, file, line, computed } = member
  const found = readDefault(member.value)
  const shown = shorten(found.text)
  const type = planType(member, documented, names, found, note)
  const field: FieldPlan = {
    name,
    file,
    line,
    type: type.type,
    values: type.values ?? [],
    description: oneLine(documented?.description || member.description || found.description || ''),
    defaultText: shown,
  }
  if (computed !== undefined) note(`the class computes it by ${shorten(computed)}; the template keeps the given value`)
  if (member.isConditional && found.kind !== 'none') note('its default depends on a condition; the field has none')
  else if (found.kind === 'unknown')
    note(`the default ${shown} is computed by Python; the field is ${withArticle(field.type)} without one`)
  else if (found.kind === 'workedOut') {
    field.fallback = found.fallback
    if (found.note !== undefined) note(found.note)
    const [best = 'string'] = found.types
    if (!found.types.includes(field.type)) {
      if (member.type && field.type !== 'json')
        note(
          `it is annotated as ${textOfType(member)}, but ${shown} gives ${withArticle(best)}; the field is ${withArticle(best)}`,
        )
      field.type = best
    }
  } else if (found.kind === 'literal' && found.literal !== null) {
    const { literal } = found
    if (field.type === 'int' && typeof literal === 'bigint' && !isInt(literal)) field.type = 'bigint'
    if (fits(literal, field)) field.fallback = literal
    else note(`the default ${shown} is not of the type ${describeType(field)}; the field has none`)
  }
  return field
}

function planType(
  member: PlacedMember,
  documented: DocumentedParameter | undefined,
  names: Names,
  found: ReturnType<typeof readDefault>,
  note: Note,
): FoundType {
  const written = member.type ? textOfType(member) : documented?.type
  const annotation =
    member.type ??
    (written === undefined
      ? undefined
      : parseExpression(annotationIn(written), { file: member.file, names }, member.line))
  const fromText = annotation ? toFieldType(annotation) : undefined
  const fromValue =
    found.kind === 'workedOut'
      ? { type: found.types[0] ?? 'string', notes: [] }
      : found.kind === 'literal'
        ? toTypeOfValue(found.literal)
        : undefined
  const type = fromText ?? fromValue ?? { type: 'string', notes: [] }
  if (written !== undefined && !fromText)
    note(`the type ${shorten(written)} is unknown; the field is ${withArticle(type.type)}`)
  else if (written === undefined && !fromValue && found.kind !== 'unknown')
    note('no type is given; the field is a string')
  for (const message of type.notes) note(message)
  return type
}

/** Whether a field of the type can have the value; whether a text is a date, for example, the rules of templates say. */
function fits(literal: Literal, { type, values }: Pick<FieldPlan, 'type' | 'values'>): boolean {
  if (type === 'json') return isJson(literal)
  if (type.startsWith('[')) {
    const item = { type: type.slice(1, -1), values }
    return Array.isArray(literal) && literal.every((one) => one !== null && fits(one, item))
  }
  switch (type) {
    case 'boolean':
      return typeof literal === 'boolean'
    case 'int':
      return typeof literal === 'bigint' && isInt(literal)
    case 'bigint':
      return typeof literal === 'bigint' && BigInt.asIntN(64, literal) === literal
    case 'float':
      return typeof literal === 'number' || (typeof literal === 'bigint' && isSafe(literal))
    case 'enum':
      return typeof literal === 'string' && values.includes(literal)
    default:
      return typeof literal === 'string'
  }
}

/** JSON's numbers are rounded beyond 2^53. */
function isJson(literal: Literal): boolean {
  if (typeof literal === 'bigint') return isSafe(literal)
  return typeof literal !== 'object' || literal === null || Object.values(literal).every(isJson)
}

function isSafe(value: bigint): boolean {
  return BigInt.asIntN(54, value) === value
}

function describeType({ type, values }: FieldPlan): string {
  return values.length > 0 ? `${type} (${shorten(values.join(', '))})` : type
}

function textOfType({ type }: PlacedMember): string {
  return type ? oneLine(type.source.textOf(type.node)) : ''
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function shorten(text: string): string {
  const line = oneLine(text)
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
