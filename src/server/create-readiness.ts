import type { Logger } from '../logger.ts'

const timeLimit = 2_000

/**
 * Checks whether the server can answer, with a time limit of 2 s. Simultaneous requests share one check.
 * The reason for a failure goes to the log only: `/readyz` must not reveal host names or error texts. Where there is no reason, the server
 * is starting, and whoever asks meanwhile causes no line.
 */
export function createReadiness(isReady: () => Promise<boolean>, logger: Logger): () => Promise<boolean> {
  let running: Promise<boolean> | undefined
  let wasReady = true
  const ask = async (): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined
    let why: unknown
    const timeout = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        why = new Error(`no answer within ${timeLimit} ms`)
        resolve(false)
      }, timeLimit)
    })
    const asked = (async () => isReady())().catch((error: unknown) => {
      why = error
      return false
    })
    const ready = await Promise.race([asked, timeout])
    clearTimeout(timer)
    if (ready && !wasReady) logger.info('ready again')
    if (wasReady && why instanceof Error)
      logger.warn({ code: (why as NodeJS.ErrnoException).code, reason: why.message }, 'not ready')
    wasReady = why === undefined
    return ready
  }
  return () => {
    running ??= ask().finally(() => {
      running = undefined
    })
    return running
  }
}
