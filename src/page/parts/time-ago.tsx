import { signal } from '@preact/signals'

/** The time by which all texts say how long ago something was, in milliseconds since 1970. */
const now = signal(Date.now())
setInterval(() => {
  if (!document.hidden) now.value = Date.now()
}, 10_000)

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 minutes ago`, with the exact time when pointed at. `isExact` writes that out too. */
export function TimeAgo({ time, isExact = false }: { readonly time: string; readonly isExact?: boolean }) {
  const seconds = (Date.parse(time) - now.value) / 1_000
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  const ago = Math.abs(seconds) < 60 ? 'just now' : format.format(Math.round(seconds / size), unit)
  return (
    <time dateTime={time} title={time}>
      {ago}
      {isExact && <span class="quiet"> · {time.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' UTC')}</span>}
    </time>
  )
}
