import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ask } from '../ask.ts'
import { setToken, token } from '../token.ts'
import { TokenForm } from './token-form.tsx'

interface Viewer {
  readonly actor: string | null
  readonly roles: readonly string[]
}

/** For the head: who the registry takes the reader for, and a place for a token. */
export function TokenControl() {
  const isOpen = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const viewer = useViewer()
  const close = () => {
    isOpen.value = false
    button.current?.focus()
  }
  return (
    <div class="who">
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen.value}
        aria-controls="token"
        title="The token that this registry gets from this tab"
        onClick={() => {
          isOpen.value = !isOpen.value
        }}
      >
        {viewer?.actor ?? 'Token'}
      </button>
      <section
        id="token"
        class="sheet"
        aria-label="Token"
        hidden={!isOpen.value}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close()
        }}
      >
        {isOpen.value &&
          (token.value === undefined ? (
            <TokenForm takesFocus onUse={close} />
          ) : (
            <>
              <p>
                {viewer?.actor ? (
                  <>
                    You are <strong>{viewer.actor}</strong>
                    {viewer.roles.length > 0 && `, with the roles ${viewer.roles.join(', ')}`}.
                  </>
                ) : (
                  'This tab sends a token.'
                )}
              </p>
              <p>
                <button
                  type="button"
                  onClick={() => {
                    setToken(undefined)
                    close()
                  }}
                >
                  Forget the token
                </button>
              </p>
            </>
          ))}
      </section>
    </div>
  )
}

/** Who the token belongs to, once the registry has said so. */
function useViewer(): Viewer | undefined {
  const viewer = useSignal<Viewer | undefined>(undefined)
  const given = token.value
  useEffect(() => {
    viewer.value = undefined
    if (given === undefined) return
    const abort = new AbortController()
    const query = 'query Viewer { viewer { actor roles } }'
    ask<{ readonly viewer: Viewer }>({ query, variables: {} }, abort.signal)
      .then(({ data }) => {
        viewer.value = data?.viewer
      })
      .catch(() => undefined)
    return () => abort.abort()
  }, [given])
  return viewer.value
}
