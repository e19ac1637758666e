import type { Connection, GraphqlAnswer, Issue } from '../connection/connection.ts'
import { createAnswerError, isRefusal } from '../connection/connection.ts'
import { orderByReferences } from '../connection/order-by-references.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { namesOf } from '../connection/template-names.ts'
import { toGraphqlInput } from '../connection/to-graphql.ts'
import { toOwnIssue } from '../connection/to-own-issue.ts'
import { createCreatedKeys } from './created-keys.ts'
import { createAside } from './import-aside.ts'
import type { ImportItem } from './import-item.ts'
import type { ImportProblem } from './import-problem.ts'
import { issuesByItem, placeAt, placeWhole } from './place-errors.ts'

export interface ImportCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly failed: number
}

export interface ImporterOptions {
  readonly connection: Connection
  readonly templates: TemplateList
  /** Each object is written or refused on its own. Otherwise each chunk is, and the first refusal ends the import. */
  readonly isIndependent: boolean
  /** The registry does everything and rolls it back. A refusal does not end the import, so that all problems are reported. */
  readonly isDryRun: boolean
  /**
   * What to write in place of an object that the registry refuses for these issues, whose paths have the names of files; undefined if
   * it stays refused.
   */
  readonly mend?: ((item: ImportItem, issues: readonly Issue[]) => ImportItem | undefined) | undefined
  readonly report: (problems: readonly ImportProblem[]) => void
}

/** Writes objects in chunks. Objects wait until a chunk is full, so that each can refer to those shortly before it. */
export interface Importer {
  readonly counts: () => ImportCounts
  /** Returns false if a refusal has ended the import. */
  readonly add: (item: ImportItem) => Promise<boolean>
  /** Counts a row that could not be read as an object as refused. */
  readonly refuse: (problem: ImportProblem) => Promise<boolean>
  /** Writes the objects that wait. */
  readonly finish: () => Promise<void>
  readonly close: () => Promise<void>
}

const chunkItems = 1_000
const chunkCharacters = 4_000_000

const notWritten = 'nothing from here on was written'
const unresolved = 'it refers to an object that neither the registry nor this file has, or its references form a circle'

interface Payload {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly results?: readonly {
    readonly index: number
    readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED' | null
    readonly error: BatchError | null
  }[]
}

interface BatchError {
  readonly code: string
  readonly message: string
  readonly issues: readonly Issue[]
}

/** An item that the registry refused. */
interface Refused extends BatchError {
  readonly item: ImportItem
}

export function createImporter({
  connection,
  templates,
  isIndependent,
  isDryRun,
  mend = () => undefined,
  report,
}: ImporterOptions): Importer {
  const counts = { created: 0, updated: 0, unchanged: 0, failed: 0 }
  const { ordered, cyclic } = orderByReferences(templates)
  const aside = createAside(templates)
  const createdKeys = createCreatedKeys(templates)
  let waiting: ImportItem[] = []
  let characters = 0
  let refused: ImportProblem[] = []
  let writing: Promise<void> = Promise.resolve()
  let hasEnded = false
  let isLastRound = false
  /** The files in the order in which they came. */
  const files = new Map<string, number>()
  const note = ({ file }: { readonly file: string }) => files.has(file) || files.set(file, files.size)
  const placeOf = ({ file }: { readonly file: string }) => files.get(file) ?? 0
  const endsAtRefusal = () => !isIndependent && !isDryRun && !isLastRound
  const countWritten = () => counts.created + counts.updated + counts.unchanged

  const fail = (items: readonly ImportItem[], problems: readonly ImportProblem[]): void => {
    counts.failed += items.length
    report(problems)
    if (!endsAtRefusal()) return
    hasEnded = true
    const [first] = items
    if (first && items.length > 1) report([placeAt(first, notWritten)])
  }

  /** In a dry run, objects that lack only references to objects which it would have created count as created. */
  const admitKnown = (refused: readonly Refused[]): readonly Refused[] => {
    const left = refused.filter(({ item, issues }) => {
      if (issues.length === 0 || !issues.every(createdKeys.explains)) return true
      createdKeys.add(item.template, item.input)
      counts.created++
      return false
    })
    // Others may refer to one of these, most often to the previous one.
    return left.length === refused.length ? left : admitKnown([...left].reverse())
  }

  /** The problems, except references to objects that a dry run would have created. */
  const describe = ({ item, message, issues }: Refused): readonly ImportProblem[] => {
    const left = issues.filter((issue) => !createdKeys.explains(issue)).map((issue) => issue.message)
    return (left.length > 0 ? left : [message]).map((text) => placeAt(item, text))
  }

  /** Sends one mutation, or halves of it if it is too large. With `isCheck`, only the form of the input is checked. */
  const write = async (items: readonly ImportItem[], isCheck: boolean): Promise<void> => {
    const template = items[0]?.template
    if (!template || hasEnded) return
    const independent = !endsAtRefusal()
    const answer = await connection.ask(printMutation(template, independent, isDryRun), {
      input: items.map(({ input }) => toGraphqlInput(input, template, templates)),
      write: !isCheck,
    })
    const payload = readPayload(answer)
    if (payload) {
      counts.created += payload.created
      counts.updated += payload.updated
      counts.unchanged += payload.unchanged
      const refused: Refused[] = []
      const mended: ImportItem[] = []
      for (const { index, outcome, error } of payload.results ?? []) {
        const item = items[index]
        const toOwn = (issue: Issue) => (item ? toOwnIssue(issue, item.template, templates, item.input) : issue)
        const other = item && error ? mend(item, error.issues.map(toOwn)) : undefined
        if (other) mended.push(other)
        else if (item && error) refused.push({ item, ...error })
        else if (item && isDryRun && outcome === 'CREATED') createdKeys.add(template, item.input)
      }
      const left = new Set(isDryRun ? admitKnown(refused) : refused)
      for (const refusal of refused.filter((one) => left.has(one))) {
        const { item, code } = refusal
        if (code === 'REFERENCE_NOT_FOUND' && cyclic.has(template.name)) await aside.put(item)
        else fail([item], describe(refusal))
      }
      return write(mended, isCheck)
    }
    const errors = answer.errors ?? []
    const code = errors[0]?.extensions?.code
    if ((code === 'LIMIT_EXCEEDED' || code === 'TIMEOUT') && items.length > 1) {
      const middle = items.length >> 1
      await write(items.slice(0, middle), isCheck)
      return write(items.slice(middle), isCheck)
    }
    if (code === 'REFERENCE_NOT_FOUND' && cyclic.has(template.name)) {
      for (const item of items) await aside.put(item)
      return
    }
    const issues = issuesByItem(errors, items, templates)
    const place = (wrong: readonly ImportItem[]) =>
      wrong.flatMap((item) => (issues.get(item) ?? []).map(({ message }) => placeAt(item, message)))
    if (issues.size === 0 && !isRefusal(code)) throw createAnswerError(errors)
    if (independent && issues.size > 0) {
      const others = items.map((item) => (issues.has(item) ? mend(item, issues.get(item) ?? []) : item))
      const wrong = items.filter((_, i) => others[i] === undefined)
      if (wrong.length > 0) fail(wrong, place(wrong))
      return write(
        others.filter((item) => item !== undefined),
        isCheck,
      )
    }
    fail(items, issues.size > 0 ? place(items) : placeWhole(createAnswerError(errors).message, items))
  }

  /** Writes template by template, targets before the objects that refer to them. */
  const flush = async (items: readonly ImportItem[], before: readonly ImportProblem[]): Promise<void> => {
    if (before.length > 0) {
      counts.failed += before.length
      report(before)
    }
    const isHopeless = before.length > 0 && endsAtRefusal()
    // Even a chunk that is refused anyway is checked, so that all its problems are reported at once.
    for (const template of ordered)
      await write(
        items.filter((item) => item.template === template),
        isHopeless,
      )
    const first = [...items, ...before].sort((a, b) => placeOf(a) - placeOf(b) || a.line - b.line)[0]
    if (!isHopeless || hasEnded || !first) return
    hasEnded = true
    counts.failed += items.length
    if (items.length + before.length > 1) report([placeAt(first, notWritten)])
  }

  /** Starts to write a chunk; the next one is read at the same time. */
  const startFlush = async (): Promise<boolean> => {
    await writing
    const [items, problems] = [waiting, refused]
    waiting = []
    refused = []
    characters = 0
    writing = flush(items, problems)
    // The next await of `writing` throws it.
    writing.catch(() => undefined)
    return !hasEnded
  }

  return {
    counts: () => counts,
    async add(item) {
      note(item)
      waiting.push(item)
      characters += item.size ?? 0
      return waiting.length < chunkItems && characters < chunkCharacters ? !hasEnded : startFlush()
    },
    async refuse(problem) {
      note(problem)
      refused.push(problem)
      return refused.length < chunkItems ? !hasEnded : startFlush()
    },
    async finish() {
      await startFlush()
      await writing
      // Each round writes the objects whose targets the previous round has written.
      for (let left = aside.size(); left > 0 && !hasEnded; left = aside.size()) {
        const written = countWritten()
        isLastRound = true
        let chunk: ImportItem[] = []
        for await (const item of aside.take()) {
          chunk.push(item)
          if (chunk.length < chunkItems) continue
          await flush(chunk, [])
          chunk = []
        }
        await flush(chunk, [])
        if (countWritten() > written) continue
        // A round that writes nothing is the last one: the remaining objects are refused.
        for await (const item of aside.take()) {
          counts.failed++
          report([placeAt(item, unresolved)])
        }
      }
    },
    close: () => aside.remove(),
  }
}

function printMutation(template: Template, isIndependent: boolean, isDryRun: boolean): string {
  const results = isIndependent
    ? ' results { index outcome error { code message issues { path code message template key } } }'
    : ''
  const mode = `mode: ${isIndependent ? 'INDEPENDENT' : 'ATOMIC'}${isDryRun ? ', dryRun: true' : ''}`
  // Without `write`, GraphQL checks the variables and runs nothing.
  const { types, mutation } = namesOf(template)
  return `mutation RegistryImport($input: [${types.input}!]!, $write: Boolean!) {
  result: ${mutation.upsertMany}(input: $input, ${mode}) @include(if: $write) { created updated unchanged${results} }
}`
}

function readPayload({ data, errors }: GraphqlAnswer): Payload | undefined {
  if (errors?.length || typeof data !== 'object' || data === null) return undefined
  return (data as { result?: Payload }).result ?? { created: 0, updated: 0, unchanged: 0 }
}
