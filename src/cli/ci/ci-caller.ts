/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Who writes, and in which run of which pipeline. */
export interface CiCaller {
  readonly actor: string | undefined
  readonly run: string | undefined
}
