import type { DeclaredTemplate } from '../declared-template.ts'
import type { Template } from '../model.ts'
import { type KeptPast, keepsAll, type Retain } from './retention.ts'

/** `history` as a file has it, if its form is valid. */
export type WrittenHistory =
  | boolean
  | { readonly days?: number; readonly keep?: number; readonly indexed?: boolean }
  | undefined

/** `retain` as a file has it, if its form is valid. */
export type WrittenRetain =
  | { readonly days?: number; readonly last?: number; readonly per?: readonly string[] }
  | undefined

/** What a template says of how long it keeps what. The rules have found nothing wrong with it. */
export function buildRetention({
  history,
  retain,
}: Pick<DeclaredTemplate, 'history' | 'retain'>): Pick<Template, 'keptPast' | 'isPastIndexed' | 'retain'> {
  return {
    keptPast: buildKeptPast(history),
    isPastIndexed: typeof history === 'object' && history.indexed === true,
    retain: buildRetain(retain),
  }
}

function buildKeptPast(history: WrittenHistory): KeptPast {
  if (history === false) return { kind: 'none' }
  if (typeof history !== 'object') return keepsAll
  if (history.days !== undefined) return { kind: 'days', days: history.days }
  if (history.keep !== undefined) return { kind: 'versions', count: history.keep }
  return keepsAll
}

function buildRetain(retain: WrittenRetain): Retain | undefined {
  if (retain?.days !== undefined) return { kind: 'days', days: retain.days }
  if (retain?.last !== undefined) return { kind: 'last', count: retain.last, per: [...new Set(retain.per ?? [])] }
  return undefined
}
