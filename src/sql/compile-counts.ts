import type { Source } from '../plan/source.ts'
import { createCompiler } from './compiler.ts'
import { jsonObject, jsonOfNumber } from './json-text.ts'
import { objectsOf } from './source.ts'
import { type Statement, sql, toStatement } from './sql.ts'

/** Counts the objects of each source: a row with `value`, a JSON object of counts by template name, as text. */
export function compileCounts(sources: readonly Source[]): Statement {
  const compiler = createCompiler()
  const counts = sources.map((source) => {
    const count = sql`(select count(*) from ${objectsOf(source, compiler.next(), compiler)})`
    return [source.template.name, jsonOfNumber(count)] as const
  })
  return toStatement(sql`select ${jsonObject(counts)} as value`)
}
