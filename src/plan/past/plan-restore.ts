import type { InputIssue, Path } from '../../errors.ts'
import type { JsonObject } from '../../template/json.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { listAttributes, nameAttributes, namingOfDocument } from '../../template/naming.ts'
import { quote } from '../../template/quote.ts'

/** What a stored document of the past is as the input of an upsert, and what of it has no place any more. */
export interface RestoredInput {
  readonly input: Readonly<Record<string, unknown>>
  readonly issues: readonly InputIssue[]
}

/**
 * The input that makes an object what it was: what the document lacks is cleared, but for required fields that have a default now, which
 * stay as they are.
 *
 * @param present the stored document of the object as it is now, if there is one
 */
export function planRestoredInput(
  stored: JsonObject,
  present: JsonObject,
  template: Template,
  model: TemplateModel,
  path: Path,
): RestoredInput {
  const { fields, removed, additionalFields } = template
  const named = nameAttributes(stored, namingOfDocument(template, model))
  const issues: InputIssue[] = []
  const refuse = (name: string, code: string, reason: string) =>
    issues.push({
      path: [...path, name],
      code,
      message: `${name}: ${reason}; write the fields that you need by an upsert`,
    })
  const input: Record<string, unknown> = {}
  for (const field of fields) {
    const value = isIn(stored, field.attribute) ? named[field.name] : undefined
    if (value !== undefined && value !== null) input[field.graphqlName] = value
    else if (field.formers.some(({ attribute }) => isIn(stored, attribute)))
      refuse(field.name, 'TYPE', 'its value in this version is of another type')
    else if (!field.required || !(field.default || field.fill)) input[field.graphqlName] = null
  }
  for (const field of removed)
    if (listAttributes(field).some((attribute) => isIn(stored, attribute)))
      refuse(field.name, 'FIELD_GONE', 'this version has a value of it, and the template has no such field any more')
  const others = additionalOf(stored, template)
  if (additionalFields) {
    const cleared = Object.keys(additionalOf(present, template)).map((name) => [name, null])
    input['_additional'] = { ...Object.fromEntries(cleared), ...others }
  } else
    for (const name of Object.keys(others))
      refuse(
        name,
        'FIELD_GONE',
        `this version has it as an additional field, and ${quote(template.name)} takes none any more`,
      )
  return { input, issues }
}

/** The attributes of no field, of none that there was, and not of a form that only newer templates know. */
function additionalOf(stored: JsonObject, { fields, removed }: Template): JsonObject {
  const known = new Set([...fields, ...removed].flatMap((field: Field) => [...listAttributes(field), field.name]))
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !known.has(name) && !/~\d+$/.test(name)))
}

function isIn(stored: JsonObject, attribute: string): boolean {
  return Object.hasOwn(stored, attribute) && stored[attribute] !== null
}
