import type { Logger } from 'pino'

/** Between two warnings of one kind, in milliseconds. */
const silence = 30_000
const mostKinds = 100

/** Logs why the database cannot be used: one warning a kind and half minute, with how many there were since the last. */
export function createOutageLog(logger: Pick<Logger, 'warn'>): (error: unknown) => void {
  const kinds = new Map<string, { at: number; more: number }>()
  return (error) => {
    // Only these: pg attaches the whole connection to some errors.
    const { code, message } = error as { readonly code?: string; readonly message?: string }
    const kind = code ?? message ?? ''
    const now = performance.now()
    const last = kinds.get(kind)
    if (last && now - last.at < silence) {
      last.more++
      return
    }
    if (kinds.size >= mostKinds) kinds.clear()
    kinds.set(kind, { at: now, more: 0 })
    logger.warn(
      { code, reason: message, ...(last && { moreSinceThen: last.more }), ...(code === '53300' && { remedy }) },
      'the database cannot be used as it should; requests wait, or are answered with SERVICE_UNAVAILABLE',
    )
  }
}

const remedy =
  'PostgreSQL has as many connections as it takes: lower DATABASE_CONNECTIONS on all servers, or raise max_connections, or the limit of the database or user'
