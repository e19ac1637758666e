/** An error or a note about a place in a file. Lines count from 1. */
export interface ImportProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** `image.yml:10: …` for each, as compilers print them. */
export function printProblems(problems: readonly ImportProblem[]): string {
  return problems.map(({ file, line, message }) => `${file}:${line}: ${message}\n`).join('')
}
