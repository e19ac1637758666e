import { parser } from '@lezer/python'
import { createUsageError } from '../../cli-error.ts'
import type { Docstring } from './docstring.ts'
import { findDeepBracket } from './find-deep-bracket.ts'

/** A node of Python's syntax. */
export type SyntaxNode = ReturnType<typeof parser.parse>['topNode']

/** A Python source, and what its names mean at some place. */
export interface Source {
  readonly file: string
  readonly text: string
  readonly top: SyntaxNode
  /** The line of a node, from 1. */
  readonly lineOf: (node: SyntaxNode) => number
  readonly textOf: (node: SyntaxNode) => string
  readonly names: Names
}

/** What names mean. The names of a class come before those of its module, and these before those of other files. */
export interface Names {
  /** What an assignment gives a name. */
  readonly valueOf: (name: string) => Expression | undefined
  readonly classOf: (name: string) => PythonClass | undefined
  /** `datetime.now` → `datetime.datetime.now` after `from datetime import datetime`; itself if its first part is not imported. */
  readonly originOf: (name: string) => string
  /** Whether the file itself defines a function of this name. */
  readonly isFunction: (name: string) => boolean
}

/** An expression and the source that it stands in. `tuple` has its parts if it is a tuple without brackets. */
export interface Expression {
  readonly source: Source
  readonly node: SyntaxNode
  readonly tuple?: readonly SyntaxNode[]
}

/** A class as its own statements describe it, without what it has from its bases. */
export interface PythonClass {
  readonly name: string
  readonly source: Source
  readonly line: number
  /** `['pyRegistryStore.RegistryStore']`, with imports resolved. */
  readonly bases: readonly string[]
  /** Those of the class, and of its `__init__`. */
  readonly docstrings: readonly Docstring[]
  /** What the class and its `__init__` give a value or a type, in their order. */
  readonly members: ReadonlyMap<string, Member>
  /** What methods without a computation return: `def describe(self): return 'People'`. */
  readonly returns: ReadonlyMap<string, Expression>
  /** The names of its functions, properties too. */
  readonly methods: ReadonlySet<string>
  /** The classes within it. */
  readonly nested: readonly PythonClass[]
  /** What cannot be read. */
  readonly remarks: readonly Remark[]
}

/** A sentence about a line of a source. */
export interface Remark {
  readonly file: string
  readonly line: number
  readonly message: string
}

export interface Member {
  readonly name: string
  readonly line: number
  /** Its annotation. */
  readonly type?: Expression | undefined
  readonly value?: Expression | undefined
  /** How the class computes what it stores from a parameter, if it does: `int(count)`. */
  readonly computed?: string | undefined
  /** The value depends on a condition. */
  readonly isConditional?: boolean | undefined
  /** From the text below an attribute. */
  readonly description?: string | undefined
}

const noNames: Names = {
  valueOf: () => undefined,
  classOf: () => undefined,
  originOf: (name) => name,
  isFunction: () => false,
}

/**
 * Parses a Python source; parts that are not Python become error nodes. A text that is indented as a whole, as an example
 * copied out of Markdown is, is read as if it were not.
 *
 * @throws CliError if it is nested so deeply that Python would not read it either
 */
export function parseSource(file: string, written: string): Source {
  const text = withoutIndentation(written.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))
  const deep = findDeepBracket(text)
  if (deep !== undefined)
    throw createUsageError(
      `${file}:${deep.line}: brackets are nested deeper than ${deep.limit} levels, which Python does not read either.`,
    )
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const top = parseTree(file, text)
  return {
    file,
    text,
    top,
    lineOf: ({ from }) => countUpTo(starts, from),
    textOf: ({ from, to }) => text.slice(from, to),
    names: noNames,
  }
}

/** An expression that stands in a text: the annotation `'Optional[str]'`. Undefined if the text is no expression. */
export function parseExpression(
  text: string,
  { file, names }: Pick<Source, 'file' | 'names'>,
  line: number,
): Expression | undefined {
  const one = text.replace(/\s+/g, ' ').trim()
  if (findDeepBracket(one)) return undefined
  const top = parseTree(file, one)
  const [statement, ...others] = childrenOf(top)
  const node = statement?.name === 'ExpressionStatement' ? childrenOf(statement) : []
  if (!node[0] || node.length > 1 || others.length > 0 || hasError(node[0])) return undefined
  return {
    node: node[0],
    source: { file, text: one, top, lineOf: () => line, textOf: ({ from, to }) => one.slice(from, to), names },
  }
}

/** Long chains of operators nest as deeply as brackets do, and building the tree recurses. */
function parseTree(file: string, text: string): SyntaxNode {
  try {
    return parser.parse(text).topNode
  } catch (error) {
    if (error instanceof RangeError)
      throw createUsageError(`${file} cannot be read: its expressions are nested too deeply.`)
    throw error
  }
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'Comment') children.push(child)
  return children
}

/** Whether a node or one directly inside it is no Python. */
export function hasError(node: SyntaxNode): boolean {
  return node.type.isError || childrenOf(node).some(({ type }) => type.isError)
}

function withoutIndentation(text: string): string {
  const first = /^(?:[ \t]*(?:#.*)?\n)*([ \t]+)(?=\S)/.exec(text)?.[1]
  if (first === undefined) return text
  return text
    .split('\n')
    .map((line) => (line.startsWith(first) ? line.slice(first.length) : line))
    .join('\n')
}

/** How many of ascending numbers are at most `limit`. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
