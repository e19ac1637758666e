import { assertNever } from '../../errors.ts'
import type { MetaFieldName } from '../../template/meta-fields.ts'
import type { Condition, ValuePlace } from '../condition.ts'

/** What a condition on an object looks at in the object itself, not in others. */
export interface JudgedValues {
  /** The attributes of its document. */
  readonly attributes: ReadonlySet<string>
  readonly meta: ReadonlySet<MetaFieldName>
}

export function judgedValues(condition: Condition): JudgedValues {
  const parts = partsOf(condition)
  return {
    attributes: new Set(parts.flatMap(({ attribute }) => attribute ?? [])),
    meta: new Set(parts.flatMap(({ meta }) => meta ?? [])),
  }
}

interface Part {
  readonly attribute?: string | undefined
  readonly meta?: MetaFieldName | undefined
}

function partsOf(condition: Condition): readonly Part[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(partsOf)
    case 'not':
      return partsOf(condition.of)
    case 'field':
      return [partAt(condition)]
    case 'fields':
      return [partAt(condition.left), partAt(condition.right)]
    case 'items':
      return [{ attribute: condition.at[0] }]
    case 'reference':
    case 'referenceKey':
    case 'refersToAny':
      return [condition.field]
    case 'count':
    case 'latest':
      return condition.side === 'targets' ? [condition.field] : []
    case 'related':
    case 'key':
    case 'keys':
    case 'always':
      return []
    default:
      return assertNever(condition)
  }
}

function partAt({ meta, at, field }: ValuePlace): Part {
  return meta ? { meta } : { attribute: at?.[0] ?? field.attribute }
}
