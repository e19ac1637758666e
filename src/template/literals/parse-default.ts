import strftime from 'strftime'
import type { Field, FieldDefault, FieldTypeName, Template } from '../model.ts'
import { quote } from '../quote.ts'
import { parseLiteral, type WrongValue } from './parse-literal.ts'

type Generator = 'now' | 'uuid' | 'actor'

const generatorTypes: Readonly<Record<Generator, readonly FieldTypeName[]>> = {
  now: ['datetime', 'date', 'string'],
  uuid: ['uuid', 'string'],
  actor: ['string'],
}

/**
 * Reads a default and checks it against its field with all constraints; `byName` has the templates whose
 * keys a reference needs. A mapping with one of `now`, `uuid`, `actor`
 * is computed at each write, except for an object, whose members may have these names.
 */
export function parseDefault(
  written: unknown,
  field: Field,
  isMember: boolean,
  byName: ReadonlyMap<string, Template>,
): FieldDefault | WrongValue[] {
  if (written === null) {
    return [
      {
        path: [],
        message: 'null cannot be a default.',
        suggestion: 'Leave default out, or write "null" for the text.',
      },
    ]
  }
  const generator = field.type === 'object' || field.list ? undefined : readGenerator(written)
  if (generator) return parseGenerator(...generator, field, isMember)
  return parseLiteral(written, field, byName)
}

function readGenerator(written: unknown): [Generator, unknown] | undefined {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return undefined
  const [entry, ...others] = Object.entries(written)
  if (!entry || others.length > 0 || !Object.hasOwn(generatorTypes, entry[0])) return undefined
  return entry as [Generator, unknown]
}

function parseGenerator(
  name: Generator,
  argument: unknown,
  field: Field,
  isMember: boolean,
): FieldDefault | WrongValue[] {
  const types = generatorTypes[name]
  const refuse = (message: string, suggestion?: string): WrongValue[] => [
    { path: [name], message, ...(suggestion !== undefined && { suggestion }) },
  ]
  if (isMember) return refuse(`A member of an object accepts only a literal default, not { ${name} }.`)
  if (!types.includes(field.type))
    return refuse(`{ ${name} } is a default for ${types.join(', ')}, not for ${field.type}.`)
  if (name === 'now' && typeof argument === 'string') return parseFormat(argument, field)
  if (argument !== true)
    return refuse(
      `${quote(argument)} is not ${name === 'now' ? 'true or a strftime format' : 'true'}.`,
      `Write { ${name}: true }.`,
    )
  const kind = { kind: name, ...(name === 'now' && { format: undefined }) } as FieldDefault
  const sample = name === 'uuid' ? 'b7205949-344b-4e51-a4a8-3d69ef43c8c7' : '2026-11-22T07:57:31.000Z'
  return name === 'actor' ? kind : (checkSample(sample, field) ?? kind)
}

function parseFormat(format: string, field: Field): FieldDefault | WrongValue[] {
  const refuse = (message: string): WrongValue[] => [{ path: ['now'], message }]
  if (field.type !== 'string')
    return refuse(`Only fields of the type string accept a format, not ${field.type}; write { now: true }.`)
  if (format.length > 200) return refuse('The format is longer than 200 characters.')
  const conversions = format.match(/%[-_0^]?(:z|[a-zA-Z%]?)/g) ?? []
  const unknown = conversions.find(
    (conversion) => conversion === '%' || (conversion !== '%%' && sampleOf(conversion) === conversion),
  )
  if (unknown !== undefined) return refuse(`${quote(unknown)} in the format is not a conversion of strftime.`)
  if (conversions.every((conversion) => conversion === '%%')) {
    return refuse(`${quote(format)} has no conversion such as %Y, so it would always give the same text.`)
  }
  return checkSample(sampleOf(format), field) ?? { kind: 'now', format }
}

function sampleOf(format: string): string {
  return strftime.timezone(0)(format, new Date('2026-11-22T07:57:31.000Z'))
}

/** Checks a sample of a generated text, which can break the field's constraints just like a literal. */
function checkSample(sample: string, field: Field): WrongValue[] | undefined {
  if (field.type !== 'string') return undefined
  const checked = parseLiteral(sample, field, new Map())
  return 'kind' in checked
    ? undefined
    : checked.map(({ message }) => ({ path: [], message: `It would give ${quote(sample)}. ${message}` }))
}
