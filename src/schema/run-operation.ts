import type { RootEntry } from './plan-operation.ts'
import type { RequestContext } from './request-context.ts'

/** The response's `data` as JSON text, or the errors of the root fields that failed, by response key, if they are known. */
export type OperationResult =
  | { readonly kind: 'data'; readonly json: string }
  | { readonly kind: 'failed'; readonly failures: ReadonlyMap<string, unknown> }

/** Runs the reads of a query, all at once, and joins what PostgreSQL says without looking into it. */
export async function runOperation(roots: readonly RootEntry[], { reads }: RequestContext): Promise<OperationResult> {
  const failures = new Map<string, unknown>()
  let isRefused = false
  const parts = await Promise.all(
    roots.map(async (root) => {
      const name = JSON.stringify(root.key)
      if (root.kind === 'typename') return `${name}:${JSON.stringify(root.name)}`
      try {
        const json = await reads.readText(root.statement)
        // A matrix that is too large: who asks again, through graphql-js, is told so.
        if (json === null && !root.isNullable) isRefused = true
        return `${name}:${json}`
      } catch (error) {
        failures.set(root.key, error)
        return name
      }
    }),
  )
  return failures.size > 0 || isRefused ? { kind: 'failed', failures } : { kind: 'data', json: `{${parts.join(',')}}` }
}
