import type { Template } from '../connection/template.ts'
import type { ShownObject } from './print-object.ts'

/** Prints objects as they arrive. */
export interface ObjectWriter {
  readonly write: (objects: readonly ShownObject[]) => void
  /** Prints the end of the output, after the last object. */
  readonly end: () => void
}

export interface WriterContext {
  readonly template: Pick<Template, 'name' | 'fields'> & Partial<Pick<Template, 'additionalFields'>>
  /** `--fields`; `undefined` for the whole object. */
  readonly columns: readonly string[] | undefined
  /** The command has one object as its result, which is printed on its own, not as a list. */
  readonly isSingle: boolean
}
