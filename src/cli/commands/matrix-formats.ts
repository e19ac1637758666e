/** The formats of `registry role matrix -o`. */
export const matrixFormats = ['json', 'github', 'gitlab', 'markdown', 'table'] as const
export type MatrixFormat = (typeof matrixFormats)[number]
