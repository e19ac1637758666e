import type { Template } from '../connection/template.ts'
import type { Input } from './import-row.ts'

/** One object to write, and where it came from. */
export interface ImportItem {
  readonly file: string
  readonly line: number
  readonly template: Template
  readonly input: Input
  /** Characters, as far as known. */
  readonly size?: number
}
