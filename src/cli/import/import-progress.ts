import type { SingleBar } from 'cli-progress'
import { isTerminal } from '../output/terminal.ts'

/** Shows the progress of a long command. */
export interface Progress {
  readonly update: (done: { readonly bytes: number; readonly objects: number }) => void
  readonly stop: () => void
}

/**
 * A bar with rate and time left, on stderr if that is a terminal, otherwise nothing. For a pipe, whose size is unknown, it
 * shows only the number of objects and the rate.
 */
export async function createProgress(label: string, bytes: number | undefined, isQuiet: boolean): Promise<Progress> {
  if (isQuiet || !isTerminal(2)) return { update: () => undefined, stop: () => undefined }
  const { default: progress } = await import('cli-progress')
  const left = bytes ? ' | {percentage}% | {left} left' : ''
  const bar: SingleBar = new progress.SingleBar(
    {
      format: `${label}${bytes ? ' [{bar}]' : ''} {objects} objects | {rate}/s${left}`,
      stream: process.stderr,
      barsize: 20,
      barCompleteChar: '=',
      barIncompleteChar: ' ',
      hideCursor: true,
      clearOnComplete: true,
      emptyOnZero: true,
      fps: 5,
    },
    progress.Presets.legacy,
  )
  const started = performance.now()
  bar.start(bytes ?? 1, 0, { objects: 0, rate: 0, left: '?' })
  return {
    update(done) {
      const seconds = (performance.now() - started) / 1_000
      const share = bytes ? done.bytes / bytes : 0
      const left = share > 0 && seconds > 1 ? printDuration((seconds / share) * (1 - share)) : '?'
      bar.update(bytes ? done.bytes : 0, {
        objects: done.objects.toLocaleString('en-US'),
        rate: Math.round(done.objects / Math.max(seconds, 0.1)),
        left,
      })
    },
    stop: () => bar.stop(),
  }
}

function printDuration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  return whole < 3_600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}
