import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../json.ts'
import type { Field, Template } from '../model.ts'
import { formerAttribute, safe } from './compare-fields.ts'
import type { TemplateChange } from './template-change.ts'

/** What a template says of success and age concerns only how objects are read: it can change at any time. */
export function compareVerdicts(was: Template, is: Template): readonly TemplateChange[] {
  const changes: TemplateChange[] = []
  if (!isDeepStrictEqual(passedByAttribute(was, was), passedByAttribute(is, was)))
    changes.push(safe(is, ['passed'], `${wordOf(was.passed, is.passed)} passed`))
  const latestBy = ({ latestBy, fieldByName }: Template) => {
    const field = fieldByName.get(latestBy ?? '')
    return field && formerAttribute(field, was)
  }
  if (latestBy(was) !== latestBy(is))
    changes.push(safe(is, ['latestBy'], `latestBy: ${was.latestBy ?? 'update time'} → ${is.latestBy ?? 'update time'}`))
  if (was.staleAfter !== is.staleAfter)
    changes.push(safe(is, ['staleAfter'], `staleAfter: ${was.staleAfter ?? 'never'} → ${is.staleAfter ?? 'never'}`))
  return changes
}

function wordOf(was: unknown, is: unknown): 'new' | 'other' | 'no more' {
  if (was === undefined) return 'new'
  return is === undefined ? 'no more' : 'other'
}

/** The filter with attributes in place of names, which stay the same when a field gets another name or type. */
function passedByAttribute({ passed, fields }: Template, was: Template): Json | undefined {
  return passed && byAttribute(passed, fields, (field) => formerAttribute(field, was))
}

function byAttribute(filter: Json, fields: readonly Field[], attributeOf: (field: Field) => string): Json {
  if (Array.isArray(filter)) return filter.map((one) => byAttribute(one, fields, attributeOf))
  if (typeof filter !== 'object' || filter === null) return filter
  return Object.fromEntries(
    Object.entries(filter as Readonly<Record<string, Json>>).map(([name, value]) => {
      const field = fields.find((one) => one.name === name)
      if (field) return [attributeOf(field), byAttribute(value, field.members, ({ attribute }) => attribute)]
      return isNested.has(name) ? [name, byAttribute(value, fields, attributeOf)] : [name, value]
    }),
  )
}

/** The entries of a filter that hold filters of the same fields. No field and no member has one of the first three names. */
const isNested: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'some', 'none', 'every'])
