import type { Setup } from './with-setup.ts'

/** How long nobody looks again, in milliseconds: one look may read all objects. */
const rest = 2_000

/** Has somebody look whether what the templates promise holds: once at a time, however often there is a doubt. */
export function createDoubts(look: () => Promise<void>, { logger, signal }: Pick<Setup, 'logger' | 'signal'>) {
  let looking = Promise.resolve()
  let restsUntil = 0
  return {
    note(): void {
      if (signal.aborted || performance.now() < restsUntil) return
      restsUntil = Number.POSITIVE_INFINITY
      looking = look()
        .catch((error: unknown) => {
          if (!signal.aborted) logger.warn({ err: error }, 'cannot look for objects that do not fit their templates')
        })
        .finally(() => {
          restsUntil = performance.now() + rest
        })
    },
    /** Resolves when nobody looks any more. */
    settle: (): Promise<void> => looking,
  }
}
