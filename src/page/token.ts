import { signal } from '@preact/signals'

/** Where the browser keeps the token: for this tab alone, for the page and for GraphiQL (src/server/graphiql-token.ts). */
const storageKey = 'registry-token'

function read(): string | undefined {
  try {
    return sessionStorage.getItem(storageKey) ?? undefined
  } catch {
    // A browser may forbid its pages to keep anything: the token then lasts until the page is left.
    return undefined
  }
}

/** The token that every request has, in a header and nowhere else. */
export const token = signal<string | undefined>(read())

/** Why a text cannot be a token; undefined if it can be one. */
export function findTokenProblem(text: string): string | undefined {
  if (text === '') return 'Write the token first.'
  if (/^bearer\s/i.test(text)) return 'Write the token alone, without “Bearer”.'
  return /[^\x21-\x7e]/.test(text) ? 'A token has no spaces, line breaks or letters with accents.' : undefined
}

/** Uses a token from now on; `undefined` forgets the one there is. */
export function setToken(text: string | undefined): void {
  try {
    if (text === undefined) sessionStorage.removeItem(storageKey)
    else sessionStorage.setItem(storageKey, text)
  } catch {
    // As above.
  }
  token.value = text
}
