import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Operation } from '../client/views/described-template.ts'
import { restoreScroll } from './address.ts'
import { ask, isRefused, type Problem } from './ask.ts'

/** How often a view that is looked at asks again, in milliseconds. */
const interval = 5_000

/** Whether views ask again by themselves. */
export const isLive = signal(true)

export interface Live<View, Data> {
  /** The last answer, and the view that it was asked for: a newer view keeps showing it until it has its own. */
  readonly shown: { readonly view: View; readonly data: Data } | undefined
  readonly problem: Problem | undefined
  /** Whether the answer to this view is still awaited. */
  readonly isLoading: boolean
}

/**
 * Asks an operation now and every few seconds while the page is visible. `view` is what the operation was made from. What is
 * shown stays as it is until the next answer, and while the registry cannot be reached. It does not ask again with a token that is
 * refused.
 */
export function useLive<View, Data>(view: View, operation: Operation | undefined): Live<View, Data> {
  const state = useSignal<Live<View, Data>>({ shown: undefined, problem: undefined, isLoading: true })
  const key = JSON.stringify(operation)
  useEffect(() => {
    if (!operation) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let body = ''
    let isOver = false
    const refresh = async () => {
      clearTimeout(timer)
      const { data, problem } = await ask<Data>(operation, abort.signal)
      const next = JSON.stringify([data, problem])
      // What has not changed is not drawn again.
      if (next !== body) {
        body = next
        const shown = data ? { view, data } : state.value.shown
        state.value = { shown, problem, isLoading: false }
        queueMicrotask(() => requestAnimationFrame(restoreScroll))
      }
      isOver = isRefused(problem)
      if (!isOver) schedule()
    }
    const schedule = () => {
      timer = setTimeout(() => {
        if (isLive.value && !document.hidden) void refresh().catch(() => undefined)
        else schedule()
      }, interval)
    }
    const onVisible = () => {
      if (!document.hidden && isLive.value && !isOver) void refresh().catch(() => undefined)
    }
    state.value = { ...state.value, isLoading: true }
    void refresh().catch(() => undefined)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      abort.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [key])
  return state.value
}
