import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type MatrixView, type OldestAnswer, planOldest } from '../../client/views/matrix-view.ts'
import { go, hrefWith, place } from '../address.ts'
import { ask } from '../ask.ts'
import { TimeAgo } from '../parts/time-ago.tsx'

/** How many steps the slider has from the first object until now. */
const steps = 500

/** The time as of which the matrix is shown: a slider from the first object until now. */
export function AsOf({ view }: { readonly view: MatrixView }) {
  const oldest = useSignal<number | undefined>(undefined)
  const moved = useSignal<string | undefined>(undefined)
  useEffect(() => {
    const abort = new AbortController()
    void ask<OldestAnswer>(planOldest(view), abort.signal)
      .then(({ data }) => {
        const time = data?.page.nodes[0]?._meta.createTime
        // The first millisecond at which the object is there.
        oldest.value = time === undefined ? undefined : Date.parse(time) + 1
      })
      .catch(() => undefined)
    return () => abort.abort()
  }, [view.template.name])
  useEffect(() => {
    moved.value = undefined
  }, [view.at])
  const at = moved.value ?? view.at
  const time = at === undefined ? Number.NaN : Date.parse(at)
  const now = Date.now()
  const begin = oldest.value
  const length = begin === undefined ? 0 : now - begin
  const timeAt = (step: number) =>
    begin === undefined || step >= steps ? undefined : new Date(begin + (length * step) / steps).toISOString()
  const step = begin === undefined || Number.isNaN(time) ? steps : Math.round(((time - begin) / length) * steps)
  return (
    <div class="row as-of">
      <label>
        As of{' '}
        <input
          type="range"
          min={0}
          max={steps}
          value={step}
          disabled={length <= 0}
          aria-valuetext={at ?? 'now'}
          onInput={(event) => {
            moved.value = timeAt(Number(event.currentTarget.value))
          }}
          onChange={(event) => go(hrefWith(place.value, { at: timeAt(Number(event.currentTarget.value)) }))}
        />
      </label>
      {at === undefined ? (
        'now'
      ) : (
        <>
          {Number.isNaN(time) ? at : <TimeAgo time={at} isExact />} ·{' '}
          <a href={hrefWith(place.value, { at: undefined })}>now</a>
        </>
      )}
    </div>
  )
}
