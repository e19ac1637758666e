import type { Logger } from 'pino'

/** Says in one line which indexes are going to be built: how many, and at debug their names. Nothing if there are none. */
export function announceIndexes(
  logger: Pick<Logger, 'info' | 'debug'>,
  names: readonly string[],
  message: string,
): void {
  if (names.length === 0) return
  logger.info({ count: names.length }, message)
  logger.debug({ indexes: names }, message)
}
