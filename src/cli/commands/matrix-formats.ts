/** The formats of `registry role matrix -o`. */
export const matrixFormats = ['json', 'ndjson', 'table', 'csv', 'yaml', 'markdown', 'github', 'gitlab'] as const
export type MatrixFormat = (typeof matrixFormats)[number]

/** Those that print the cells with their objects, and not a mark for each. */
export const cellFormats: ReadonlySet<MatrixFormat> = new Set(['json', 'ndjson', 'yaml'])
