import { TextReadError } from '../import/text-read-error.ts'
import { cutText } from './cut-text.ts'
import { explainForeignRoot } from './foreign-formats.ts'
import {
  flagAttributes,
  outcomeAttributes,
  outcomeElements,
  readFlag,
  readOutcome,
  type Status,
} from './junit-outcome.ts'
import {
  type Attributes,
  addTest,
  closeSuite,
  createSuite,
  type JunitFile,
  limits,
  type Outcome,
  type Properties,
  type Suite,
  statusOf,
  type Test,
  type Wanted,
} from './junit-results.ts'
import { readXml, type XmlElement } from './read-xml.ts'

/** Says something about a kind of value, with the line of one. */
export type Note = (kind: string, line: number, message: string) => void

/** The attributes that are kept, besides those that are wanted as properties. */
const keptAttributes = [
  ...['name', 'classname', 'time', 'file', 'line', 'timestamp', 'hostname'],
  ...['tests', 'failures', 'errors', 'skipped', 'disabled', 'ignored', 'doctest_version'],
  ...outcomeAttributes,
  ...flagAttributes,
]

const mostPropertyNames = 100

/** Collects the text of an element, up to a limit. */
interface Sink {
  text: string
  isFull: boolean
  readonly limit: number
}

interface OpenTest {
  readonly properties: Properties
  readonly outcomes: Outcome[]
  output: string
}

/** Where what is found in an element belongs. */
interface Frame {
  readonly suite: Suite
  readonly test?: OpenTest | undefined
  readonly sink?: Sink | undefined
  /** Whether it is in an outcome, a property or output, whose elements mean nothing else. */
  readonly isInside: boolean
  /** What is done at the end of the element. */
  readonly close?: (() => void) | undefined
}

/**
 * Reads the results of a test run from the pieces of an XML text. Only results are kept, and of their output what is wanted. Suites, tests
 * and outcomes are found in any element. Throws `TextReadError` as `readXml` does, and for a text of another format.
 */
export async function readJunit(chunks: AsyncIterable<string>, wanted: Wanted, note: Note): Promise<JunitFile> {
  const suites: Suite[] = []
  const tests: Test[] = []
  const propertyNames = new Set<string>()
  const kept = [...keptAttributes, ...wanted.properties]
  const file = createSuite('file', 1, undefined, {})
  const frames: Frame[] = [{ suite: file, isInside: false }]
  let root: string | undefined
  let isJunit = false

  const add = (test: Test): void => {
    addTest(test)
    tests.push(test)
  }

  const openSuite = (
    element: 'testsuite' | 'testsuites',
    line: number,
    around: Suite,
    attributes: Attributes,
  ): Frame => {
    isJunit = true
    const suite = createSuite(element, line, around, attributes)
    const close = () => {
      const whole = toTestOfSuite(suite, readStatuses(attributes, line, note))
      if (whole) add(whole)
      closeSuite(suite)
      suites.push(suite)
    }
    return { suite, isInside: false, close }
  }

  const openTest = (line: number, suite: Suite, attributes: Attributes): Frame => {
    isJunit = true
    const test: OpenTest = { properties: new Map(), outcomes: [], output: '' }
    const close = () => {
      const outcomes = decideRerun(test.outcomes)
      const status = statusOf(outcomes, readStatuses(attributes, line, note))
      const { properties, output } = test
      add({ line, suite, attributes, properties, outcomes, status, output, isSuite: false })
    }
    return { suite, test, isInside: false, close }
  }

  const openProperty = (attributes: Attributes, around: Frame): Frame => {
    const name = own(attributes['name'] ?? attributes['key'] ?? '')
    if (propertyNames.size < mostPropertyNames) propertyNames.add(name)
    const sink = createSink(limits.message)
    const { properties } = around.test ?? around.suite
    const close = () => {
      if (!wanted.properties.has(name)) return
      const value = own(attributes['value'] ?? sink.text.trim())
      properties.set(name, [...(properties.get(name) ?? []), value])
    }
    return { ...around, sink, isInside: true, close }
  }

  const openOutput = ({ suite, test }: Frame): Frame => {
    if (!wanted.output) return { suite, isInside: true }
    const owner = test ?? suite
    const sink = createSink(limits.output - owner.output.length)
    const close = () => {
      const isGlued = owner.output !== '' && !owner.output.endsWith('\n') && sink.text !== ''
      owner.output = cutText(`${owner.output}${isGlued ? '\n' : ''}${own(sink.text)}`, limits.output)
    }
    return { suite, sink, isInside: true, close }
  }

  const openOutcome = (kind: Outcome['kind'], attributes: Attributes, { suite, test }: Frame): Frame => {
    const sink = createSink(wanted.details ? limits.details : limits.message)
    const close = () => {
      const details = own(sink.text.replace(/^\s*\n/, '').trimEnd())
      const message = own(cutText(attributes['message'] || details || attributes['type'] || '', limits.message))
      const { outcomes } = test ?? suite
      outcomes.push({ kind, message, details: wanted.details ? details : '' })
    }
    return { suite, sink, isInside: true, close }
  }

  const openElement = ({ name, line, attributes }: XmlElement, around: Frame): Frame => {
    const inherited = { ...around, close: undefined }
    if (around.isInside) return inherited
    const { suite, test } = around
    switch (name) {
      case 'testsuites':
      case 'testsuite':
        return openSuite(name, line, suite, pickAttributes(attributes, kept))
      case 'testcase':
        return openTest(line, suite, pickAttributes(attributes, kept))
      case 'property':
        return openProperty(attributes, around)
      case 'system-out':
      case 'system-err':
        return openOutput(around)
    }
    const kind = Object.hasOwn(outcomeElements, name) ? outcomeElements[name] : undefined
    return kind === undefined || (!test && suite === file) ? inherited : openOutcome(kind, attributes, around)
  }

  await readXml(chunks, {
    open(element) {
      root ??= element.tag
      frames.push(openElement(element, frames.at(-1) as Frame))
    },
    text(text) {
      const sink = frames.at(-1)?.sink
      if (!sink || sink.isFull) return
      const whole = sink.text + text
      sink.isFull = whole.length > sink.limit
      sink.text = cutText(whole, sink.limit)
    },
    close: () => frames.pop()?.close?.(),
  })
  if (!isJunit) throw new TextReadError(1, explainForeignRoot(root ?? ''))
  // Tests that stand in no suite.
  if (file.cases.length > 0) suites.push(file)
  return { suites, tests, propertyNames }
}

/** A test that stands for a suite that failed as a whole: by an element of its own, or by its attributes without a test that says why. */
function toTestOfSuite(suite: Suite, said: readonly Status[]): Test | undefined {
  const isBad = (kind: string) => kind === 'failed' || kind === 'error'
  const outcomes = suite.outcomes.filter(({ kind }) => isBad(kind))
  const isUnexplained = said.some(isBad) && suite.tally.failing + suite.tally.missingFailing === 0
  if (outcomes.length === 0 && !isUnexplained) return undefined
  const { line, path, properties, output } = suite
  const attributes = { ...suite.attributes, name: path }
  return { line, suite, attributes, properties, outcomes, status: statusOf(outcomes, said), output, isSuite: true }
}

/** Where a test has nothing but tries after a failure, the last of them is its result. */
function decideRerun(outcomes: readonly Outcome[]): readonly Outcome[] {
  const last = outcomes.at(-1)
  if (!last || outcomes.some(({ kind }) => kind !== 'rerun')) return outcomes
  return [...outcomes.slice(0, -1), { ...last, kind: 'failed' }]
}

/** What the attributes of an element say of its outcome. */
function readStatuses(attributes: Attributes, line: number, note: Note): readonly Status[] {
  const words = outcomeAttributes.flatMap((name) => {
    const outcome = readOutcome(attributes[name])
    if (!outcome) return []
    const { status, isKnown } = outcome
    const meaning =
      status === 'passed'
        ? 'is no outcome that the registry knows, and counts for nothing'
        : `counts as ${status === 'error' ? 'an error' : status}`
    if (!isKnown) note(`status ${status}`, line, `${name}=${JSON.stringify(attributes[name])} ${meaning}`)
    return [status]
  })
  return [...words, ...flagAttributes.flatMap((name) => readFlag(name, attributes[name]) ?? [])]
}

function pickAttributes(all: Attributes, names: readonly string[]): Attributes {
  const picked: Record<string, string> = Object.create(null)
  for (const name of names) if (Object.hasOwn(all, name)) picked[name] = own(all[name] as string)
  return picked
}

function createSink(limit: number): Sink {
  return { text: '', isFull: false, limit }
}

/** A copy that does not keep the piece of the file in memory which it is from, nor anything that cannot be stored as text. */
function own(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\uFFFD')
}
