import { signal } from '@preact/signals'
import type { Operation } from '../client/views/described-template.ts'
import { token } from './token.ts'

/** An answer of the registry; with errors, what could be answered is there as well. */
export interface Answer<Data> {
  readonly data: Data | null
  readonly problem: Problem | undefined
}

/** Why there is no answer, or only a part of one. */
export interface Problem {
  /** `UNREACHABLE` where no answer came at all; else the registry's own code. */
  readonly code: string
  /** One for each error. */
  readonly messages: readonly string[]
}

/** Whether only another token can change the answer, so that there is no use in asking again with this one. */
export function isRefused(problem: Problem | undefined): boolean {
  return problem?.code === 'UNAUTHENTICATED'
}

/** The schema that the last answer was made with, by its digest: another one means other templates. */
export const schemaDigest = signal<string | undefined>(undefined)

/** Sends an operation to the same address, and in the same way, as every other client. Never rejects, unless aborted. */
export async function ask<Data>(
  operation: Operation,
  abort?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Data>> {
  try {
    const response = await post(operation, { Accept: 'application/json', ...headers }, abort)
    if (!response.headers.get('Content-Type')?.includes('json')) {
      const messages = [`Something in between has answered with ${response.status} ${response.statusText}.`]
      return { data: null, problem: { code: 'UNREACHABLE', messages } }
    }
    const body = (await response.json()) as Body<Data>
    const digest = response.headers.get('X-Registry-Schema')
    if (digest !== null) schemaDigest.value = digest
    return { data: body.data ?? null, problem: toProblem(body.errors) }
  } catch (error) {
    abort?.throwIfAborted()
    const messages = ['The registry cannot be reached.', error instanceof Error ? error.message : String(error)]
    return { data: null, problem: { code: 'UNREACHABLE', messages } }
  }
}

/** Sends an operation, with the token. */
export function post(
  { query, variables }: Operation,
  headers: Readonly<Record<string, string>>,
  abort?: AbortSignal,
): Promise<Response> {
  const authorization = token.value === undefined ? {} : { Authorization: `Bearer ${token.value}` }
  return fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers, ...authorization },
    body: JSON.stringify({ query, variables }),
    ...(abort && { signal: abort }),
  })
}

interface Body<Data> {
  readonly data?: Data | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

function toProblem(errors: Body<unknown>['errors']): Problem | undefined {
  if (!errors || errors.length === 0) return undefined
  return {
    code: errors[0]?.extensions?.code ?? 'INTERNAL_SERVER_ERROR',
    messages: [...new Set(errors.map(({ message }) => message))],
  }
}
