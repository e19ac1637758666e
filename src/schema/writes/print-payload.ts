import { assertNever } from '../../errors.ts'
import { documentView, type PayloadEntry } from '../../plan/plan-payload.ts'
import { listChanges } from '../../template/documents/list-changes.ts'
import type { Json, JsonObject } from '../../template/json.ts'

/** The outcome of a mutation, or of a part of it: values by name, and the written object's JSON texts by view. */
export interface Outcome {
  readonly values: Readonly<Record<string, OutcomeValue>>
  /** Undefined if no object was written. */
  readonly views?: Readonly<Record<string, string>> | undefined
  /** Those of what the object was before. */
  readonly former?: Readonly<Record<string, string>> | undefined
}

export type OutcomeValue = Json | Outcome | readonly Outcome[]

/** The selected fields of an outcome as JSON text, keyed by response key. */
export function printPayload(entries: readonly PayloadEntry[], outcome: Outcome): string {
  return `{${entries.map((entry) => `${JSON.stringify(entry.key)}:${printEntry(entry, outcome)}`).join(',')}}`
}

function printEntry(entry: PayloadEntry, { values, views, former }: Outcome): string {
  switch (entry.kind) {
    case 'typename':
      return JSON.stringify(entry.name)
    case 'object':
      return views?.[entry.view] ?? 'null'
    case 'value':
      return JSON.stringify(values[entry.name] ?? null)
    case 'part': {
      const part = (values[entry.name] ?? null) as Outcome | readonly Outcome[] | null
      if (part === null) return 'null'
      if (!Array.isArray(part)) return printPayload(entry.entries, part as Outcome)
      return `[${part.map((one: Outcome) => printPayload(entry.entries, one)).join(',')}]`
    }
    case 'changes': {
      const changes = listChanges(documentIn(former), documentIn(views), entry.order)
      return `[${changes.map((values) => printPayload(entry.entries, { values })).join(',')}]`
    }
    default:
      return assertNever(entry)
  }
}

/** The whole document among the views of an object; empty if there is none for the caller. */
function documentIn(views: Outcome['views']): JsonObject {
  const { document } = JSON.parse(views?.[documentView] ?? '{}') as { readonly document?: JsonObject }
  return document ?? {}
}
