import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { TextReadError } from '../import/text-read-error.ts'

/**
 * A test case or a suite, by the names of junit-mapping.ts. Everything is text, which the template gives a type. `status` is
 * `passed`, `failed`, `error` or `skipped`, `time` are seconds. The numbers of a suite are counted from its tests.
 */
export type JunitResult = Readonly<Record<string, string>>

export interface JunitResults {
  readonly suites: readonly JunitResult[]
  readonly cases: readonly JunitResult[]
}

type Node = Readonly<Record<string, unknown>>

const limits = { characters: 100_000_000, depth: 64, message: 10_000 } as const

/** Reads the results of a test run. Entities of a document type are refused, so nothing is expanded or fetched. */
export function readJunit(text: string): JunitResults {
  if (text.length > limits.characters)
    throw new TextReadError(1, `the file has more than ${limits.characters} characters`)
  assertHarmless(text)
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new TextReadError(valid.err.line, `this is not XML: ${valid.err.msg}`)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    // This also enables numeric references, `&#10;`, which are part of XML.
    htmlEntities: true,
  })
  const root = parser.parse(text) as Node
  if (root['testsuites'] === undefined && root['testsuite'] === undefined)
    throw new TextReadError(1, 'there is no <testsuites> or <testsuite> in this file')
  const results = { suites: [], cases: [] }
  for (const parent of [root, ...nodesOf(root['testsuites'])])
    for (const suite of nodesOf(parent['testsuite'])) readSuite(suite, '', results)
  return results
}

/**
 * Throws for a document type, which test results do not need, but entity bombs and external files do; and for nesting too deep
 * for the parser, which recurses. It reads the text once, from tag to tag.
 */
function assertHarmless(text: string): void {
  const lineAt = (at: number) => text.slice(0, at).split('\n').length
  let depth = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const opening = openings.find(({ start }) => text.startsWith(start, at))
    if (opening) {
      const end = text.indexOf(opening.end, at + opening.start.length)
      if (end < 0) throw new TextReadError(lineAt(at), `this is not XML: "${opening.start}" is not closed`)
      at = end + opening.end.length
      continue
    }
    if (text.startsWith('<!', at)) throw new TextReadError(lineAt(at), 'a document type (<!DOCTYPE …>) is not accepted')
    const end = endOfTag(text, at)
    if (end < 0) throw new TextReadError(lineAt(at), 'this is not XML: a tag is not closed')
    if (text[at + 1] === '/') depth--
    else if (text[end - 1] !== '/' && ++depth > limits.depth)
      throw new TextReadError(lineAt(at), `the file is nested deeper than ${limits.depth} levels`)
    at = end
  }
}

const openings = [
  { start: '<!--', end: '-->' },
  { start: '<![CDATA[', end: ']]>' },
  { start: '<?', end: '?>' },
]

/** The index of the `>` that ends a tag; one in quotes does not. */
function endOfTag(text: string, start: number): number {
  let quote = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] as string
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at
  }
  return -1
}

function readSuite(node: Node, above: string, results: { suites: JunitResult[]; cases: JunitResult[] }): void {
  const suite = [above, attribute(node, 'name')].filter(Boolean).join(' / ')
  const own = nodesOf(node['testcase']).map((one) => readCase(one, suite, node))
  results.cases.push(...own)
  const wrong = own.filter(({ status }) => status === 'failed' || status === 'error')
  const count = (status: string) => own.filter((one) => one.status === status).length
  const [failures, errors, skipped] = [count('failed'), count('error'), count('skipped')]
  const total = own.reduce((sum, { time }) => sum + (Number(time) || 0), 0)
  if (own.length > 0)
    results.suites.push({
      suite,
      name: suite,
      status: failures > 0 ? 'failed' : errors > 0 ? 'error' : skipped === own.length ? 'skipped' : 'passed',
      time: attribute(node, 'time') || String(Number(total.toFixed(6))),
      tests: String(own.length),
      failures: String(failures),
      errors: String(errors),
      skipped: String(skipped),
      timestamp: attribute(node, 'timestamp'),
      hostname: attribute(node, 'hostname'),
      message: wrong
        .map(({ name, message }) => `${name}: ${message.split('\n', 1)[0]}`)
        .join('\n')
        .slice(0, limits.message),
    })
  for (const inner of nodesOf(node['testsuite'])) readSuite(inner, suite, results)
}

function readCase(node: Node, suite: string, parent: Node) {
  const outcomes = [
    ['failure', 'failed'],
    ['error', 'error'],
    ['skipped', 'skipped'],
  ] as const
  const found = outcomes.find(([tag]) => node[tag] !== undefined)
  return {
    suite,
    name: attribute(node, 'name'),
    classname: attribute(node, 'classname'),
    status: found?.[1] ?? 'passed',
    time: attribute(node, 'time').replaceAll(',', ''),
    message: found ? nodesOf(node[found[0]]).map(messageOf).filter(Boolean).join('\n').slice(0, limits.message) : '',
    file: attribute(node, 'file') || attribute(parent, 'file'),
    line: attribute(node, 'line'),
    timestamp: attribute(node, 'timestamp') || attribute(parent, 'timestamp'),
    hostname: attribute(node, 'hostname') || attribute(parent, 'hostname'),
  }
}

function messageOf(node: Node): string {
  const text = typeof node['#text'] === 'string' ? node['#text'] : ''
  return attribute(node, 'message') || text || attribute(node, 'type')
}

/** The parser gives the bare text for an element with neither attributes nor children. */
function nodesOf(value: unknown): Node[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map((one) =>
    typeof one === 'object' && one !== null ? (one as Node) : { '#text': String(one) },
  )
}

function attribute(node: Node, name: string): string {
  const value = node[`@${name}`]
  return typeof value === 'string' ? value : ''
}
