import { GraphQLError } from 'graphql'
import type { PlanRequest } from '../../plan/plan-request.ts'
import type { Field, Template } from '../../template/model.ts'
import { withArticle } from '../../template/names/with-article.ts'
import type { Run } from '../database.ts'
import { findMatching, findSeen } from './item-rules.ts'
import { placeRefusal } from './place-refusal.ts'

/** A delete: of which template, for whom, and the argument that says what to delete. */
export interface Deletion {
  readonly template: Template
  readonly request: PlanRequest
  readonly path: readonly string[]
}

/** Locked objects that a delete reaches by a reference to what it deletes: it deletes them too, or changes them. */
export interface Reached {
  readonly verb: 'delete' | 'write'
  readonly from: Template
  readonly field: Field
  readonly keys: readonly string[]
}

/**
 * Throws FORBIDDEN if the caller lacks the right to one of the objects that its delete reaches. It names their template only if the
 * caller may read one of those.
 */
export async function assertReached(
  run: Run,
  { template, request, path }: Deletion,
  { verb, from, field, keys }: Reached,
): Promise<void> {
  const { rights } = request
  const allowed = await findMatching(run, from, request, rights.granted(verb, from), keys)
  const refused = keys.filter((key) => !allowed.has(key))
  if (refused.length === 0) return
  const seen = await findSeen(run, request, from, refused)
  if (seen.size === 0) {
    const message =
      'This would also delete or change something that refers to what you delete, and to which you have no right; nothing was deleted.'
    throw placeRefusal(new GraphQLError(message, { extensions: rights.refuse('delete', template).extensions }), path)
  }
  const refusal = rights.refuse(verb, from)
  const effect = verb === 'delete' ? 'delete' : 'change'
  const message = `This would also ${effect} ${withArticle(from.name)} (by its ${field.name}), so nothing was deleted. ${refusal.message}`
  throw placeRefusal(new GraphQLError(message, { extensions: refusal.extensions }), path)
}
