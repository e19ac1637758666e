import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { pickColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template } from '../connection/template.ts'
import { printJson, type ShownObject } from './print-object.ts'

/** Appends to the file of a GitHub Actions step's outputs. */
export interface GithubOutput {
  /** Writes an output for each field, and `_meta_version` and the like for the registry's own. */
  readonly writeObject: (object: ShownObject, template: Template, columns: readonly string[] | undefined) => void
  readonly addToList: (objects: readonly ShownObject[], columns: readonly string[] | undefined) => void
  /** `objects`, a JSON array for `fromJSON`, and `count`. */
  readonly writeList: () => void
}

/** Returns the file of the step's outputs; throws a usage error outside GitHub Actions. */
export function assertGithubOutput(): string {
  const file = process.env['GITHUB_OUTPUT']
  if (!file) throw createUsageError('--github-output needs GITHUB_OUTPUT, which GitHub Actions sets in each step.')
  return file
}

export function appendGithubOutputs(outputs: Readonly<Record<string, string>>): void {
  appendFileSync(
    assertGithubOutput(),
    Object.entries(outputs)
      .map(([name, value]) => printOutput(name, value))
      .join(''),
  )
}

/** Throws a usage error outside GitHub Actions. */
export function createGithubOutput(): GithubOutput {
  const file = assertGithubOutput()
  const list: ShownObject[] = []
  return {
    writeObject(object, template, columns) {
      const names = columns ?? ['_meta', ...template.fields.map((field) => field.name)]
      const all = names.flatMap((name) =>
        name === '_meta' ? Object.keys(object['_meta'] ?? {}).map((meta) => `_meta.${meta}`) : [name],
      )
      appendFileSync(
        file,
        all
          .map((name) => printOutput(name.replace(/[^A-Za-z0-9_-]/g, '_'), printCell(readColumn(object, name))))
          .join(''),
      )
    },
    addToList(objects, columns) {
      list.push(...(columns ? objects.map((object) => pickColumns(object, columns)) : objects))
    },
    writeList() {
      appendFileSync(file, printOutput('objects', printJson(list)) + printOutput('count', String(list.length)))
    },
  }
}

/** Uses an unpredictable delimiter, so that a value of several lines stays one value. */
function printOutput(name: string, value: string): string {
  const delimiter = `registry_${randomUUID()}`
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
}
