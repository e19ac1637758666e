import { randomUUID } from 'node:crypto'
import strftime from 'strftime'
import { assertNever } from '../errors.ts'
import { dateType } from './field-types/date.ts'
import { parseDatetime } from './field-types/datetime.ts'
import type { Json } from './json.ts'
import type { Field, FieldDefault } from './model.ts'

const strftimeInUtc = strftime.timezone(0)

/** The data of a write that defaults are computed from. */
export interface WriteMoment {
  readonly now: Date
  readonly actor: string | undefined
}

/** A default's value in its stored form; undefined if there is none (the actor is unknown). Times are in UTC. */
export function defaultValue(field: Field, fallback: FieldDefault, moment: WriteMoment): Json | undefined {
  switch (fallback.kind) {
    case 'literal':
      return fallback.value
    case 'uuid':
      return randomUUID()
    case 'actor':
      return moment.actor
    case 'now':
      if (fallback.format !== undefined) return strftimeInUtc(fallback.format, moment.now)
      return field.type === dateType.name ? moment.now.toISOString().slice(0, 10) : parseDatetime(moment.now)
    default:
      return assertNever(fallback)
  }
}
