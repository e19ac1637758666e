import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { columnsOf, expandMeta, printCell, readColumn } from '../arguments/parse-columns.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template } from '../connection/template.ts'
import type { ShownObject } from './print-object.ts'

/** Returns the file of a GitHub Actions step's outputs; throws a usage error outside GitHub Actions. */
export function assertGithubOutput(): string {
  const file = process.env['GITHUB_OUTPUT']
  if (!file) throw createUsageError('--github-output needs GITHUB_OUTPUT, which GitHub Actions sets in each step.')
  return file
}

/** Appends outputs. Their delimiters cannot be guessed, so that a value of several lines stays one value. */
export function appendGithubOutputs(outputs: readonly (readonly [name: string, value: string])[]): void {
  const texts = outputs.map(([name, value]) => {
    const delimiter = `registry_${randomUUID()}`
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
  })
  appendFileSync(assertGithubOutput(), texts.join(''))
}

/** Appends an output for each field, and `_meta_version` and the like for the registry's own. */
export function appendGithubObject(
  object: ShownObject,
  template: Template,
  columns: readonly string[] = ['_meta', ...columnsOf(template, [object])],
): void {
  appendGithubOutputs(
    expandMeta(columns, object).map((name) => [
      name.replace(/[^A-Za-z0-9_-]/g, '_'),
      printCell(readColumn(object, name)),
    ]),
  )
}
