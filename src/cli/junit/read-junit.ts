import sax from 'sax'
import { TextReadError } from '../import/text-read-error.ts'
import { cutText } from './cut-text.ts'
import { explainForeignRoot } from './foreign-formats.ts'
import { outcomeAttributes, outcomeElements, readOutcome, type Status, severity } from './junit-outcome.ts'
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

const deepest = 64
const mostNames = 100
/** Of one name, declaration or the like. */
const longestValue = 10_000_000

/** What sax has and its types do not. */
const internals = sax as unknown as { MAX_BUFFER_LENGTH: number; readonly STATE: Readonly<Record<string, number>> }
internals.MAX_BUFFER_LENGTH = longestValue
type Parser = sax.SAXParser & { readonly state: number; readonly c: string; attribValue: string; comment: string }

/** The states of a parser while it reads an entity, in a text or in an attribute. */
const entityStates = new Set([internals.STATE['TEXT_ENTITY'], internals.STATE['ATTRIB_VALUE_ENTITY_Q']])

/** The attributes that are kept, besides those that are wanted as properties. */
const keptAttributes = [
  ...['name', 'classname', 'time', 'file', 'line', 'timestamp', 'hostname'],
  ...['tests', 'failures', 'errors', 'skipped', 'disabled', 'ignored', 'doctest_version'],
  ...outcomeAttributes,
]

/** Collects the text of an element, up to a limit. */
interface Sink {
  text: string
  readonly limit: number
}

/** An open element, and where what is found in it belongs. */
interface Frame {
  readonly tag: string
  readonly line: number
  readonly attributes: Attributes
  readonly suite: Suite
  readonly test?: OpenTest | undefined
  readonly sink?: Sink | undefined
  /** Whether it is inside of an outcome or of output, whose elements mean nothing else. */
  readonly isInside: boolean
  /** What is done at its end. */
  readonly close?: ((frame: Frame) => void) | undefined
}

/** Says something about a kind of value, with the line of one. */
export type Note = (kind: string, line: number, message: string) => void

interface OpenTest {
  readonly properties: Properties
  readonly outcomes: Outcome[]
  readonly output: Sink
}

/**
 * Reads the results of a test run from the pieces of an XML text. Only results are kept, not what nobody wants of their output. Suites,
 * tests and outcomes are found in any element. Entities of a document type are refused, so nothing is expanded or fetched. Throws
 * `TextReadError` for what is no XML, ends in the middle or has no results by its form.
 */
export async function readJunit(chunks: AsyncIterable<string>, wanted: Wanted, note: Note): Promise<JunitFile> {
  const parser = sax.parser(true, {}) as Parser
  const lineNow = () => parser.line + 1
  const suites: Suite[] = []
  const tests: Test[] = []
  const propertyNames = new Set<string>()
  const file = createSuite('file', 1, undefined, {})
  let root: string | undefined
  let isJunit = false
  const top: Frame = { tag: '', line: 1, attributes: {}, suite: file, isInside: false }
  const frames: Frame[] = [top]

  const addFinished = (suite: Suite, test: Omit<Test, 'suite'>): void => {
    const whole = { ...test, suite }
    addTest(suite, whole)
    tests.push(whole)
  }

  const finishSuite = ({ suite, line, attributes }: Frame): void => {
    const said = readStatuses(attributes, line, note).filter((status) => severity[status] > severity.skipped)
    const failed = suite.outcomes.filter(({ kind }) => kind === 'failed' || kind === 'error')
    if (failed.length > 0 || (said.length > 0 && suite.tally.failing + suite.tally.missingFailing === 0)) {
      addFinished(suite, {
        line,
        attributes: { ...attributes, name: suite.path },
        properties: suite.properties,
        outcomes: failed,
        status: statusOf(failed, said),
        output: suite.output,
        isSuite: true,
      })
    }
    closeSuite(suite)
    suites.push(suite)
  }

  const finishTest = ({ suite, line, attributes, test }: Frame): void => {
    if (!test) return
    const { properties, output } = test
    const outcomes = decideRerun(test.outcomes)
    const status = statusOf(outcomes, readStatuses(attributes, line, note))
    addFinished(suite, { line, attributes, properties, outcomes, status, output: own(output.text), isSuite: false })
  }

  let start = 1
  parser.onopentagstart = (tag) => {
    // The name may end at a line break, which has been counted.
    start = parser.c === '\n' ? parser.line : lineNow()
    // sax calls the method of this object, which an attribute of this name would replace.
    Object.defineProperty(tag.attributes, 'hasOwnProperty', { value: Object.prototype.hasOwnProperty })
  }
  parser.onopentag = (tag) => {
    if (frames.length > deepest) throw new TextReadError(lineNow(), `the file is nested deeper than ${deepest} levels`)
    root ??= tag.name
    const around = frames.at(-1) as Frame
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    const attributes = pickAttributes(tag.attributes as Attributes, [...keptAttributes, ...wanted.properties])
    const frame: Frame = { ...around, tag: tag.name, line: start, attributes, close: undefined }
    if (name === 'testsuite' || name === 'testsuites' || name === 'testcase') isJunit = true
    frames.push(openElement(name, frame, tag.attributes as Attributes))
  }

  const openElement = (name: string, frame: Frame, all: Attributes): Frame => {
    const { suite, test, line, attributes } = frame
    if (frame.isInside) return frame
    switch (name) {
      case 'testsuites':
      case 'testsuite': {
        const opened = createSuite(name, line, suite, attributes)
        return { ...frame, suite: opened, test: undefined, sink: undefined, close: finishSuite }
      }
      case 'testcase': {
        const opened = { properties: new Map(), outcomes: [], output: createSink(limits.output) }
        return { ...frame, test: opened, sink: undefined, close: finishTest }
      }
      case 'property': {
        const value = createSink(limits.message)
        const key = all['name'] ?? all['key'] ?? ''
        if (propertyNames.size < mostNames) propertyNames.add(own(key))
        if (!wanted.properties.has(key)) return { ...frame, sink: undefined }
        const { properties } = test ?? suite
        const close = () => {
          const text = own(all['value'] ?? value.text.trim())
          properties.set(key, [...(properties.get(key) ?? []), text])
        }
        return { ...frame, sink: value, isInside: true, close }
      }
      case 'system-out':
      case 'system-err': {
        if (!wanted.output) return { ...frame, sink: undefined, isInside: true }
        if (test) return { ...frame, sink: test.output, isInside: true }
        const output = createSink(limits.output - suite.output.length)
        const close = () => {
          suite.output += own(output.text)
        }
        return { ...frame, sink: output, isInside: true, close }
      }
    }
    const kind = Object.hasOwn(outcomeElements, name) ? outcomeElements[name] : undefined
    if (kind === undefined || (!test && suite.element === 'file')) return frame
    const text = createSink(wanted.details ? limits.details : limits.message)
    const close = () => {
      const details = own(text.text.replace(/^\s*\n/, '').trimEnd())
      const message = own(cutText(all['message'] || details || all['type'] || '', limits.message))
      const { outcomes } = test ?? suite
      outcomes.push({ kind, message, details: wanted.details ? details : '' })
    }
    return { ...frame, sink: text, isInside: true, close }
  }

  parser.onclosetag = () => {
    const frame = frames.pop() as Frame
    frame.close?.(frame)
  }
  const take = (text: string): void => {
    const sink = frames.at(-1)?.sink
    if (sink && sink.text.length < sink.limit) sink.text = cutText(sink.text + text, sink.limit)
  }
  parser.ontext = take
  parser.oncdata = take
  parser.ondoctype = () => {
    throw new TextReadError(lineNow(), 'a document type (<!DOCTYPE …>) is not accepted')
  }
  parser.onerror = (error) => {
    // An entity that is none, such as &#27; or a bare &, stays as it is written.
    const isEntity = entityStates.has(parser.state)
    if (!isEntity) throw new TextReadError(lineNow(), `this is not XML: ${error.message.split('\n', 1)[0]}`)
    parser.resume()
  }

  for await (const chunk of chunks) {
    parser.write(chunk)
    // Hands over what there is of a text that goes on, so that none is held as a whole. Attributes and comments sax keeps, character by
    // character: nobody wants more of them than of a text.
    parser.flush()
    if (parser.attribValue.length > limits.details) parser.attribValue = cutText(parser.attribValue, limits.details)
    parser.comment = ''
  }
  const open = frames.at(-1) as Frame
  if (open !== top)
    throw new TextReadError(lineNow(), `the file ends in the middle: <${open.tag}> of line ${open.line} is not closed`)
  parser.close()
  if (root === undefined) throw new TextReadError(1, 'there is nothing in this file')
  if (!isJunit) throw new TextReadError(1, explainForeignRoot(root))
  // Tests that stand in no suite.
  if (file.cases.length > 0) suites.push(file)
  return { suites, tests, propertyNames }
}

/** Where a test has nothing but tries after a failure, the last of them is its result. */
function decideRerun(outcomes: readonly Outcome[]): readonly Outcome[] {
  const last = outcomes.at(-1)
  if (!last || outcomes.some(({ kind }) => kind !== 'rerun')) return outcomes
  return [...outcomes.slice(0, -1), { ...last, kind: 'failed' }]
}

/** What the attributes of an element say of its outcome. */
function readStatuses(attributes: Attributes, line: number, note: Note): Status[] {
  return outcomeAttributes.flatMap((name) => {
    const outcome = readOutcome(attributes[name])
    if (!outcome) return []
    const { status, isKnown } = outcome
    const meaning = status === 'passed' ? 'says nothing to registry, and is passed over' : `is taken for ${status}`
    if (!isKnown) note(`status ${status}`, line, `${name}=${JSON.stringify(attributes[name])} ${meaning}`)
    return [status]
  })
}

function pickAttributes(all: Attributes, names: readonly string[]): Attributes {
  const picked: Record<string, string> = Object.create(null)
  for (const name of names) if (Object.hasOwn(all, name)) picked[name] = own(all[name] as string)
  return picked
}

function createSink(limit: number): Sink {
  return { text: '', limit }
}

/** A copy that does not keep the piece of the file in memory which it is from, nor anything that cannot be stored as text. */
function own(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\uFFFD')
}
