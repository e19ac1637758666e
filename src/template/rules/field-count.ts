import { allFields } from '../declared-template.ts'
import { issueAt } from '../source.ts'
import { mostFields } from '../template-json-schema.ts'
import type { Rule } from './rule.ts'

/** Limits the number of fields: each one adds types and arguments to the schema, and time to build it. */
export const fieldCount: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const count = allFields(template).length
    if (count <= mostFields) return []
    const message = `The template has ${count} fields, including the members of objects; at most ${mostFields} are allowed.`
    return [issueAt(template.source, ['fields'], 'TOO_MANY', message, { part: 'key' })]
  })
