import { fieldTypes } from '../../template/field-types/field-types.ts'
import type { Json } from '../../template/json.ts'
import type { Field, TemplateModel } from '../../template/model.ts'
import { targetOf } from '../../template/template-of.ts'

/**
 * The way back of `convert`: what it made of a text becomes the value of this form with that text again. Of several texts that
 * became the same, the first by its letters does.
 */
export function invertConvert(
  convert: Readonly<Record<string, Json>>,
  form: Field,
  model: TemplateModel,
): Readonly<Record<string, Json>> {
  const back = new Map<string, Json>()
  for (const [text, result] of Object.entries(convert).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const value = typeof result === 'object' ? undefined : valueWithText(text, form, model)
    if (value !== undefined && !back.has(String(result))) back.set(String(result), value)
  }
  return Object.fromEntries(back)
}

/** The value, or item, whose text in a document is this one; undefined if the form has no such value. */
function valueWithText(text: string, form: Field, model: TemplateModel): Json | undefined {
  switch (form.type) {
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined
    case 'int':
    case 'float':
      return isTextOfNumber.test(text) ? parseSame(Number(text), form, text) : undefined
    case 'json':
      return text
    case 'object':
      return undefined
    case 'enum':
      return form.values.includes(text) ? text : undefined
    case 'reference': {
      const [only, ...others] = form.reference ? targetOf(form.reference, model).key : []
      return only && others.length === 0 ? valueWithText(text, only, model) : undefined
    }
    default:
      return parseSame(text, form, text)
  }
}

const isTextOfNumber = /^-?\d+(\.\d+)?$/

/** The value as it is stored, if that has the text. */
function parseSame(value: Json, form: Field, text: string): Json | undefined {
  try {
    const stored = fieldTypes[form.type].parse(value, form, { templateOf: never, parseMember: never, isFilter: false })
    return String(stored) === text ? stored : undefined
  } catch {
    return undefined
  }
}

function never(): never {
  throw new Error('a scalar has neither members nor a target')
}
