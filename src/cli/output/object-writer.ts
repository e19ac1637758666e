import type { Template } from '../connection/template.ts'
import type { ShownObject } from './print-object.ts'

/** Prints objects as they come. */
export interface ObjectWriter {
  readonly write: (objects: readonly ShownObject[]) => void
  /** Prints what comes after the last one. */
  readonly end: () => void
}

export interface WriterContext {
  readonly template: Template
  /** `--fields`; `undefined` for the whole object. */
  readonly columns: readonly string[] | undefined
  /** The command is about one object, which is printed by itself, not as a list of one. */
  readonly isSingle: boolean
  readonly isTerminal: boolean
  readonly writeOut: (text: string) => void
}
