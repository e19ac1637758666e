import type { Source } from '../plan/source.ts'
import { createCompiler } from './compiler.ts'
import { objectsOf } from './source.ts'
import { join, type Statement, sql, toStatement } from './sql.ts'

/**
 * Counts the objects of each source: a row with `value`, the counts in the same order. They are items of an array and not pieces of a
 * JSON text: PostgreSQL's time to plan such a text grows with the square of its pieces.
 *
 *     select array[(select count(*) from registry_image_objects as o1 where o1.template = 'image'), …] as value
 */
export function compileCounts(sources: readonly Source[]): Statement {
  const compiler = createCompiler()
  const counts = sources.map((source) => sql`(select count(*) from ${objectsOf(source, compiler.next(), compiler)})`)
  return toStatement(sql`select array[${join(counts, ', ')}]::text[] as value`)
}
