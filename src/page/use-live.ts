import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Operation } from '../client/views/described-template.ts'
import type { Followed } from '../client/views/followed.ts'
import { restoreScroll } from './address.ts'
import { ask, isRefused, type Problem } from './ask.ts'
import { type Following, follow, giveWay } from './follow.ts'

/** How often a view that is looked at asks again while it is not told of changes, in milliseconds. */
const interval = 5_000
/** A view rests after an answer, four times as long as that took but at least so long (ms): bursts of changes are shown together. */
const rest = { times: 4, shortest: 1_000 }
/** Over so long (ms) all who are told of a change at the same time ask. */
const spread = 100
/** An answer that takes so long (ms) may wait for a connection. */
const patience = 5_000
/** A replica may not have yet what the stream has told: the primary answers whoever asks for a position that nobody knows. */
const fromPrimary = { 'X-Registry-Position': 'unknown' }

/** Whether views ask again by themselves. */
export const isLive = signal(true)

const isVisible = signal(!document.hidden)
document.addEventListener('visibilitychange', () => {
  isVisible.value = !document.hidden
})

export interface Live<View, Data> {
  /** The last answer, and the view that it was asked for: a newer view keeps showing it until it has its own. */
  readonly shown: { readonly view: View; readonly data: Data } | undefined
  readonly problem: Problem | undefined
  /** Whether the answer to this view is still awaited. */
  readonly isLoading: boolean
}

/**
 * Asks an operation now, and again when something changes in what is `followed`, while the page is visible; every few seconds where the
 * registry does not tell of all of that. `view` is what the operation was made from. What is shown stays as it is until the next
 * answer, and while the registry cannot be reached. It does not ask again with a token that is refused.
 */
export function useLive<View, Data>(
  view: View,
  operation: Operation | undefined,
  followed: readonly Followed[],
): Live<View, Data> {
  const state = useSignal<Live<View, Data>>({ shown: undefined, problem: undefined, isLoading: true })
  const noteChange = useRef(() => {})
  const following = useRef<Following | undefined>(undefined)
  const key = JSON.stringify(operation)
  const followedKey = JSON.stringify(followed.map(({ template, where }) => [template.name, where]))
  const isFollowing = isLive.value && isVisible.value
  useEffect(() => {
    if (!isFollowing || !operation) return
    const opened = follow(followed, () => noteChange.current())
    following.current = opened
    return () => {
      following.current = undefined
      opened.stop()
    }
  }, [followedKey, isFollowing, operation !== undefined])
  useEffect(() => {
    if (!operation) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let body = ''
    let isAsking = false
    /** Whether there may be something that no answer shows yet. */
    let isStale = false
    let isOver = false
    let restsUntil = 0
    const isTold = () => following.current?.isComplete() === true
    const refresh = async () => {
      clearTimeout(timer)
      isAsking = true
      isStale = false
      const asked = performance.now()
      const impatience = setTimeout(giveWay, patience)
      const { data, problem } = await ask<Data>(operation, abort.signal, isTold() ? fromPrimary : {}).finally(() =>
        clearTimeout(impatience),
      )
      isAsking = false
      const now = performance.now()
      restsUntil = now + Math.max(rest.shortest, rest.times * (now - asked))
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
    const refreshSoon = () => void refresh().catch(() => undefined)
    const schedule = () => {
      clearTimeout(timer)
      const pause = isStale ? restsUntil - performance.now() + spread * Math.random() : interval
      timer = setTimeout(() => {
        if (isStale || (isLive.value && isVisible.value && !isTold())) refreshSoon()
        else schedule()
      }, pause)
    }
    noteChange.current = () => {
      if (isStale || isOver) return
      isStale = true
      if (!isAsking) schedule()
    }
    const onVisible = () => {
      if (!document.hidden && isLive.value && !isOver && !isAsking) refreshSoon()
    }
    state.value = { ...state.value, isLoading: true }
    refreshSoon()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      abort.abort()
      clearTimeout(timer)
      noteChange.current = () => {}
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [key])
  return state.value
}
