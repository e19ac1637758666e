import type { DeclaredTemplate } from '../declared-template.ts'
import type { Field, Template } from '../model.ts'
import { fieldNamed } from './field-named.ts'
import { parseStaleAfter } from './parse-stale-after.ts'
import { readPassed } from './read-passed.ts'

/** What a template says of success and age. The rules have found nothing wrong with it. */
export function buildVerdict(
  { passed, latestBy, staleAfter }: DeclaredTemplate,
  fields: readonly Field[],
): Pick<Template, 'passed' | 'latestBy' | 'staleAfter'> {
  const read = passed === undefined ? [] : readPassed(passed, fields)
  return {
    passed: Array.isArray(read) ? undefined : (read as Exclude<typeof read, readonly unknown[]>),
    latestBy: latestBy === undefined ? undefined : fieldNamed(latestBy, fields)?.name,
    staleAfter: staleAfter === undefined ? undefined : parseStaleAfter(staleAfter),
  }
}
