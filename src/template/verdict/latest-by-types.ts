import type { FieldTypeName } from '../model.ts'

/** The types of a field that says which of several objects is the latest: their order says what came later. */
export const latestByTypes: readonly FieldTypeName[] = ['datetime', 'date', 'int', 'bigint', 'version']
