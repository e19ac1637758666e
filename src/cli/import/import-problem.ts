/** Something in a file that is wrong, or that its reader should know, with its place. Lines count from 1. */
export interface ImportProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** `image.yml:10: …` for each, as compilers print them. */
export function printProblems(problems: readonly ImportProblem[]): string {
  return problems.map(({ file, line, message }) => `${file}:${line}: ${message}\n`).join('')
}
