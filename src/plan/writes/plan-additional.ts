import type { InputIssue, Path } from '../../errors.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseJson } from '../../template/field-types/parse-json.ts'
import { parseText } from '../../template/field-types/parse-text.ts'
import type { Json } from '../../template/json.ts'
import type { Template } from '../../template/model.ts'
import { listAttributes } from '../../template/naming.ts'
import { quote } from '../../template/quote.ts'

/** Adds the attributes of `_additional` to what is given and cleared. */
export function planAdditional(
  input: unknown,
  template: Template,
  given: Map<string, Json>,
  cleared: string[],
  issues: InputIssue[],
  path: Path,
): void {
  if (input === undefined || input === null) return
  if (typeof input !== 'object' || Array.isArray(input)) {
    issues.push({ path, code: 'TYPE', message: `_additional: ${quote(input)} is not an object` })
    return
  }
  for (const [name, value] of Object.entries(input)) {
    const place = [...path, name]
    try {
      if (template.fields.some((field) => field.name === name))
        throw new ValueError('is a field of the template; give it outside of _additional', 'ADDITIONAL_IS_FIELD')
      const gone = template.removed.find((field) => listAttributes(field).includes(name))
      if (gone)
        throw new ValueError(
          `is stored for ${gone.name}, a field that was removed; bring it back, or choose another name`,
          'ADDITIONAL_IS_FIELD',
        )
      const owner = template.fields.find((field) => listAttributes(field).includes(name))
      if (owner) throw new ValueError(`is the former name of ${owner.name}; choose another name`, 'ADDITIONAL_IS_FIELD')
      if (value !== null && /~\d+$/.test(name))
        throw new ValueError(
          'ends in ~ and a number, as the stored names of retyped fields do; choose another name',
          'RESERVED_NAME',
        )
      if (value !== null && isOfFiles(name))
        throw new ValueError(
          'means something else in files and on the command line; choose another name',
          'RESERVED_NAME',
        )
      if (value === null) cleared.push(parseText(name))
      else given.set(parseText(name), parseJson(value))
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      issues.push({ path: place, code: error.code, message: `${name}: ${error.message}` })
    }
  }
}

/** Whether files and what the command line prints have something else by this name: the metadata of an object, or its template. */
function isOfFiles(name: string): boolean {
  return name === '_meta' || name.startsWith('_meta.') || name === '_template' || name === '_additional'
}
