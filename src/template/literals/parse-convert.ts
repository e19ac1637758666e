import type { Json } from '../json.ts'
import type { Field, Template } from '../model.ts'
import { quote } from '../quote.ts'
import { parseLiteral, type WrongValue } from './parse-literal.ts'

/**
 * Reads the values of `convert` into their stored form, by the texts that they replace. The items of a list are converted one by
 * one, so each value is a value of the field's type, never a list. The record has no prototype: every text is an ordinary key.
 */
export function parseConvert(
  written: Readonly<Record<string, unknown>>,
  field: Field,
  byName: ReadonlyMap<string, Template>,
): Readonly<Record<string, Json>> | WrongValue[] {
  const converted: Record<string, Json> = Object.create(null)
  const wrong: WrongValue[] = []
  for (const [text, value] of Object.entries(written)) {
    const parsed = refuseForm(value, field) ?? parseLiteral(value, { ...field, list: false }, byName)
    if ('kind' in parsed) converted[text] = parsed.value
    else wrong.push(...parsed.map((one) => ({ ...one, path: [text, ...one.path] })))
  }
  return wrong.length > 0 ? wrong : converted
}

function refuseForm(value: unknown, field: Field): WrongValue[] | undefined {
  if (value === null)
    return [
      {
        path: [],
        message: 'null cannot be a converted value.',
        suggestion: 'Leave the entry out, or write "null" for the text.',
      },
    ]
  if (field.list && Array.isArray(value))
    return [
      {
        path: [],
        message: `${quote(value)} is a list, but the items of a list are converted one by one.`,
        suggestion: 'Write one item.',
      },
    ]
  return undefined
}
