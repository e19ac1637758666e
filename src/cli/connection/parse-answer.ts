import type { HttpAnswer } from '../../client/send-request.ts'
import type { GraphqlAnswer } from './connection.ts'

/** Undefined if the answer is not one of GraphQL. */
export function parseAnswer(answer: HttpAnswer): GraphqlAnswer | undefined {
  try {
    const body: unknown = JSON.parse(answer.text)
    const isGraphql = typeof body === 'object' && body !== null && ('data' in body || 'errors' in body)
    return isGraphql ? (body as GraphqlAnswer) : undefined
  } catch {
    return undefined
  }
}
