import { writeError } from '../output/terminal.ts'

/** An error or a note about a place in a file. Lines count from 1. */
export interface ImportProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** Prints `image.yml:10: …` for each to stderr, as compilers do. */
export function reportProblems(problems: readonly ImportProblem[]): void {
  writeError(problems.map(({ file, line, message }) => `${file}:${line}: ${message}\n`).join(''))
}
