import type { Template } from '../connection/template.ts'
import type { Input } from './import-row.ts'

/** One object to write, and where it came from. */
export interface ImportItem {
  readonly file: string
  readonly line: number
  /** What people know it by, for messages, if the line says little. */
  readonly label?: string | undefined
  readonly template: Template
  readonly input: Input
  /** Its length in characters, if known. */
  readonly size?: number | undefined
}
