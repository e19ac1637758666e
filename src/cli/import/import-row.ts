import type { Json } from '../arguments/parse-value.ts'
import type { WrittenObject } from '../values/written.ts'

/** The input of an upsert. */
export type Input = Readonly<Record<string, Json>>

/** One object of an imported file as it is written, or why there is none. */
export type ImportRow =
  | {
      readonly line: number
      readonly error?: undefined
      /** Its attributes, `_template` and `_meta` among them. */
      readonly values: WrittenObject
      /** Its length in characters, if known. */
      readonly size?: number | undefined
      /** Its name in the mapping that has it: `web1` in `{web1: {cpu: 2}}`. */
      readonly name?: string | undefined
      /** The columns of its table, whose cells are texts; a cell without a value is not among `values`. */
      readonly columns?: readonly string[] | undefined
      /** The numbers of its columns that have a value but no name. */
      readonly nameless?: readonly number[] | undefined
    }
  | { readonly line: number; readonly error: string }
