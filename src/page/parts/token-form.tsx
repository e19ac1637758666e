import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { findTokenProblem, setToken } from '../token.ts'

/** Asks for a token. */
export function TokenForm({
  takesFocus = false,
  onUse,
}: {
  /** Whether the reader has just asked for the form. */
  readonly takesFocus?: boolean
  readonly onUse?: () => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const problem = useSignal<string | undefined>(undefined)
  useLayoutEffect(() => {
    if (takesFocus) input.current?.focus()
  }, [takesFocus])
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        const text = input.current?.value.trim() ?? ''
        problem.value = findTokenProblem(text)
        if (problem.value !== undefined) return
        setToken(text)
        onUse?.()
      }}
    >
      <label class="row">
        Token
        <input ref={input} type="password" autocomplete="off" autocapitalize="off" spellcheck={false} />
      </label>
      <button type="submit">Use</button>
      <p class="quiet">Kept until this tab is closed, and sent to this registry alone.</p>
      <p role="status">{problem.value}</p>
    </form>
  )
}
