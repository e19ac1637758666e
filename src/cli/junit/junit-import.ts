import { withArticle } from '../../template/names/with-article.ts'
import { printParts } from '../../template/object-key.ts'
import { findTemplate } from '../arguments/find-template.ts'
import { isAssignment } from '../arguments/is-assignment.ts'
import { parseAssignments, toInput } from '../arguments/parse-assignments.ts'
import { createUsageError } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection, waitForRestarts } from '../connection/open-connection.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import type { ImportItem } from '../import/import-item.ts'
import { importItems } from '../import/import-items.ts'
import type { ImportProblem } from '../import/import-problem.ts'
import { TextReadError } from '../import/text-read-error.ts'
import { writeError } from '../output/terminal.ts'
import { toJunitInput } from './junit-inputs.ts'
import { type JunitMapping, planJunitMapping } from './junit-mapping.ts'
import { createMend } from './junit-mend.ts'
import { createNotes, type JunitNotes } from './junit-notes.ts'
import type { Status } from './junit-outcome.ts'
import type { JunitFile, Suite } from './junit-results.ts'
import { type JunitRow, listRows } from './junit-rows.ts'
import { type Source, takePart } from './junit-sources.ts'
import { openResults } from './open-results.ts'
import { readJunit } from './read-junit.ts'

export interface JunitOptions extends CommonOptions {
  readonly map?: readonly string[]
  readonly dryRun?: boolean
}

/** Which of two results with the same key counts: a success must not hide a failure. */
const ranks: Readonly<Record<Status, number>> = { skipped: 0, passed: 1, failed: 2, error: 2 }

/** `junit results.xml test_result`, the words of `import`. */
function isFileBefore(first: string, second: string, templates: TemplateList): boolean {
  const isTemplate = (word: string) => templates.some(({ name }) => name === word)
  return !isTemplate(first) && isTemplate(second)
}

/** `registry junit TEMPLATE FILE… [field=value…]`. Returns the exit code. */
export async function importJunit(name: string, args: readonly string[], options: JunitOptions): Promise<number> {
  const connection = await openConnection(options)
  waitForRestarts(connection, options)
  const templates = await loadTemplateList(connection)
  const [next = ''] = args
  if (isFileBefore(name, next, templates))
    throw createUsageError(`The template comes before the files: registry junit ${next} ${name}`)
  const template = findTemplate(templates, name)
  // A file with a = in its name is given as ./a=b.xml.
  const assignments = args.filter((word) => isAssignment(word, template))
  const files = args.filter((word) => !assignments.includes(word))
  if (files.length === 0) throw createUsageError('Give the files: registry junit TEMPLATE FILE… [field=value…]')
  const fixed = parseAssignments(assignments, template, templates)
  const mapping = planJunitMapping(template, options.map ?? [], fixed)
  const notes = createNotes()
  const found = createFound(template, templates, mapping, toInput(fixed), notes)
  for (const path of files) {
    const file = path === '-' ? 'stdin' : path
    try {
      const note = (kind: string, line: number, message: string) => notes.add(kind, file, line, message)
      found.add(file, await readJunit(openResults(path), mapping.wanted, note))
    } catch (error) {
      if (!(error instanceof TextReadError)) throw error
      found.problems.push({ file, line: error.line, message: error.message })
    }
  }
  const mend = createMend(mapping, notes)
  const target = { connection, templates, isIndependent: true, mend }
  const exitCode = await importItems(found.items(), target, options, found.problems)
  found.report()
  notes.report()
  return exitCode
}

/** Collects the objects of all files: one for each key. */
function createFound(
  template: Template,
  templates: TemplateList,
  mapping: JunitMapping,
  fixed: ImportItem['input'],
  notes: JunitNotes,
) {
  const problems: ImportProblem[] = []
  const byKey = new Map<string, ImportItem & { readonly rank: number }>()
  const names = new Set<string>()
  const lacking = new Set(mapping.wanted.properties)
  const unmatched = new Set(
    mapping.fields.flatMap(({ source }) => (source.kind === 'text' && source.part ? [source] : [])),
  )
  let skipped = 0
  let doubles = 0
  return {
    problems,
    items: () => byKey.values(),
    add(file: string, results: JunitFile): void {
      const note = (kind: string, line: number, message: string) => notes.add(kind, file, line, message)
      for (const name of results.propertyNames) names.add(name)
      for (const suite of results.suites) {
        const { tests, failing } = suite.missing
        // The object of a suite shows what it announces.
        if (tests + failing === 0 || (mapping.perSuite && suite.element === 'testsuite')) continue
        problems.push({ file, line: suite.line, message: printMissing(suite) })
      }
      const rows = listRows(results, mapping.perSuite, file)
      if (rows.length === 0 && results.suites.every(({ missing }) => missing.tests + missing.failing === 0))
        note('empty', 1, 'there are no test results in this file')
      for (const row of rows) {
        for (const name of lacking) if (row.findProperty(name, false).length > 0) lacking.delete(name)
        for (const source of unmatched) if (hasPart(source, row)) unmatched.delete(source)
        const made = toJunitInput(row, mapping, templates, note)
        if (made.kind === 'skipped') skipped++
        if (made.kind === 'refused') problems.push({ file, line: row.line, message: `${row.label}: ${made.problem}` })
        if (made.kind !== 'input') continue
        const input = { ...made.input, ...fixed }
        const key = printParts(template.key.map((field) => input[field] ?? null))
        const before = byKey.get(key)
        if (before) doubles++
        const rank = ranks[row.status]
        if (!before || rank >= before.rank)
          byKey.set(key, { file, line: row.line, label: row.label, template, input, rank, size: sizeOf(input) })
      }
    },
    report(): void {
      if (skipped > 0) {
        writeError(
          `${skipped} skipped ${skipped === 1 ? 'result is' : 'results are'} left out, because a key field would be empty\n`,
        )
      }
      if (doubles > 0) {
        writeError(
          `${doubles} ${doubles === 1 ? 'result has' : 'results have'} the same key as another; the worst of them counts\n`,
        )
      }
      if (byKey.size === 0) return
      for (const { name, written } of unmatched)
        writeError(`no result has ${withArticle(name)} that ${written} matches\n`)
      for (const name of lacking)
        writeError(
          `no result has a property ${JSON.stringify(name)}; ${names.size > 0 ? `there are ${[...names].slice(0, 20).join(', ')}` : 'there are none'}\n`,
        )
    },
  }
}

/** Whether the expression of a source matches something of a result; also in what an empty text becomes in a key. */
function hasPart({ name, part }: Source & { readonly kind: 'text' }, { texts, inKey }: JunitRow): boolean {
  return part !== undefined && [texts[name], inKey[name]].some((text = '') => takePart(part, text) !== '')
}

/** About how many characters it has, so that long texts are not sent in one request. */
function sizeOf(input: ImportItem['input']): number {
  return Object.values(input).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 20), 0)
}

function printMissing({ path, element, missing: { tests, failing } }: Suite): string {
  const what = [
    ...(tests > 0 ? [`${tests} more ${tests === 1 ? 'test' : 'tests'}`] : []),
    ...(failing > 0 ? [`${failing} more ${failing === 1 ? 'failure or error' : 'failures or errors'}`] : []),
  ]
  const rest = tests + failing === 1 ? 'that one' : 'they'
  return `${path || `<${element}>`}: it says that it has ${what.join(' and ')} than are in it; ${rest} cannot be stored`
}
