import { signal } from '@preact/signals'
import { ask } from './ask.ts'
import { token } from './token.ts'

/** Whom the registry takes the reader for. */
export interface Viewer {
  /** `EVERYONE` where there are no rules of access, `ANONYMOUS` for a reader without a token where there are. */
  readonly kind: string
  readonly actor: string | null
  readonly roles: readonly string[]
}

/** Undefined until the registry has said so. */
export const viewer = signal<Viewer | undefined>(undefined)

/** Asks now, and again with another token. Call it once. */
export function followViewer(): void {
  token.subscribe((given) => {
    viewer.value = undefined
    const query = 'query Viewer { viewer { kind actor roles } }'
    void ask<{ readonly viewer: Viewer }>({ query, variables: {} }).then(({ data }) => {
      if (token.value === given) viewer.value = data?.viewer
    })
  })
}
