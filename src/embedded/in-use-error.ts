import { ConfigError } from '../errors.ts'

/** Another server that is alive has the data. The default `advice` is for a second server. */
export class InUseError extends ConfigError {
  constructor(directory: string, advice = 'Stop it, or give this one another DATA_DIR (or a DATABASE_URL).') {
    super(`Another registry server is using ${directory}. ${advice}`)
  }
}

/** The error of a server that had the data and has them no more. `how` completes "while it ran, …". */
export function createLostError(directory: string, how: string): ConfigError {
  return new ConfigError(
    `This server no longer has ${directory}: while it ran, ${how}. It ends, because two servers cannot have the same data. ` +
      'Let only one of them start, or give each its own DATA_DIR.',
  )
}
