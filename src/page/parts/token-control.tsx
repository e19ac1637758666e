import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { setToken, token } from '../token.ts'
import { viewer } from '../viewer.ts'
import { TokenForm } from './token-form.tsx'

/** For the head: who the registry takes the reader for, and a place for a token. */
export function TokenControl() {
  const isOpen = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const known = token.value === undefined ? undefined : viewer.value
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
        {known?.actor ?? 'Token'}
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
                {known?.actor ? (
                  <>
                    You are <strong>{known.actor}</strong>
                    {known.roles.length > 0 && `, with the roles ${known.roles.join(', ')}`}.
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
