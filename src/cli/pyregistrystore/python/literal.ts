import { lastOf } from './last-of.ts'
import { readString } from './read-string.ts'
import { childrenOf, type Expression, hasError, type PythonClass, type Source, type SyntaxNode } from './source.ts'

/** A value of Python: whole numbers are bigint, others are numbers. */
export type Literal =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Literal[]
  | { readonly [name: string]: Literal }

/** How far an expression is followed through names, calls and operators, which may lead in circles. */
const limits = { depth: 100, steps: 10_000 } as const

interface Walk {
  depth: number
  steps: number
}

/**
 * The value of an expression, worked out without running anything: literals, names that are given a literal, members of enums,
 * sums and products. Undefined for a value that only Python can tell.
 */
export function evaluate(expression: Expression, walk: Walk = { depth: 0, steps: 0 }): Literal | undefined {
  const { node, source, tuple } = expression
  return tuple ? evaluateItems(tuple, source, walk) : evaluateNode(node, source, walk)
}

function evaluateNode(node: SyntaxNode, source: Source, walk: Walk): Literal | undefined {
  if (++walk.steps > limits.steps || walk.depth > limits.depth || hasError(node)) return undefined
  walk.depth++
  const value = evaluateKind(node, source, walk)
  walk.depth--
  return value
}

function evaluateKind(node: SyntaxNode, source: Source, walk: Walk): Literal | undefined {
  const text = source.textOf(node)
  const inside = () => childrenOf(node).slice(1, -1)
  switch (node.name) {
    case 'String':
      return readString(text)
    case 'ContinuedString': {
      const parts = childrenOf(node).map((part) => evaluateNode(part, source, walk))
      return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined
    }
    case 'Number':
      return readNumber(text)
    case 'Boolean':
      return text === 'True'
    case 'None':
      return null
    case 'ParenthesizedExpression': {
      const [only] = inside()
      return only && evaluateNode(only, source, walk)
    }
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'SetExpression':
      return evaluateItems(inside(), source, walk)
    case 'DictionaryExpression':
      return evaluateEntries(splitAtCommas(inside()), source, walk)
    case 'UnaryExpression': {
      const value = node.lastChild && evaluateNode(node.lastChild, source, walk)
      if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
      return text.startsWith('-') ? -value : text.startsWith('+') ? value : undefined
    }
    case 'BinaryExpression': {
      const [left, operator, right, more] = childrenOf(node)
      if (!left || !operator || !right || more) return undefined
      return operate(evaluateNode(left, source, walk), source.textOf(operator), evaluateNode(right, source, walk))
    }
    case 'VariableName': {
      const value = source.names.valueOf(text)
      return value && evaluate(value, walk)
    }
    case 'MemberExpression':
      return evaluateMember(text, source, walk)
    case 'CallExpression':
      return evaluateCall(node, source, walk)
    default:
      return undefined
  }
}

/** `'a', *others`: undefined if one of them is unknown. */
function evaluateItems(nodes: readonly SyntaxNode[], source: Source, walk: Walk): readonly Literal[] | undefined {
  const items: Literal[] = []
  for (const [first, second] of splitAtCommas(nodes)) {
    const isSpread = first?.name === '*' && second !== undefined
    const node = isSpread ? second : first
    const value = node && (isSpread || second === undefined) ? evaluateNode(node, source, walk) : undefined
    if (value === undefined || (isSpread && !Array.isArray(value))) return undefined
    items.push(...(isSpread ? (value as readonly Literal[]) : [value]))
  }
  return items
}

/** `'a': 1`; undefined if a key is no text, or if `**` puts another mapping in. */
function evaluateEntries(parts: readonly SyntaxNode[][], source: Source, walk: Walk): Literal | undefined {
  const entries: [string, Literal][] = []
  for (const [key, colon, node] of parts) {
    const name = key && colon?.name === ':' ? evaluateNode(key, source, walk) : undefined
    const value = node && evaluateNode(node, source, walk)
    if (typeof name !== 'string' || value === undefined) return undefined
    entries.push([name, value])
  }
  return Object.fromEntries(entries)
}

/** `State.BUILT`, `State.BUILT.value`, `Base._uniq_key`. */
function evaluateMember(text: string, { names }: Source, walk: Walk): Literal | undefined {
  const [head = '', member = '', last, ...more] = text.replace(/\s/g, '').split('.')
  const found = names.classOf(head)
  if (!found || more.length > 0) return undefined
  const values = enumValuesOf(found, walk)
  if (!values) {
    const value = last === undefined ? found.members.get(member)?.value : undefined
    return value && evaluate(value, walk)
  }
  if (last === 'name') return values.has(member) ? member : undefined
  return last === undefined || last === 'value' ? values.get(member) : undefined
}

/** `list()`, `dict(a=1)`, `tuple([1])`, `str('a')`. */
function evaluateCall(node: SyntaxNode, source: Source, walk: Walk): Literal | undefined {
  const { callee, positional, named } = readCall(node, source)
  if (source.names.isFunction(callee)) return undefined
  if (callee === 'dict' && positional.length === 0) {
    const entries = [...named].map(([name, one]) => [name, evaluateNode(one, source, walk)] as const)
    return entries.every((entry): entry is readonly [string, Literal] => entry[1] !== undefined)
      ? Object.fromEntries(entries)
      : undefined
  }
  const [first, ...others] = positional
  if (others.length > 0 || named.size > 0) return undefined
  const value = first && evaluateNode(first, source, walk)
  if (['list', 'tuple', 'set', 'frozenset'].includes(callee)) return first ? listOf(value) : []
  if (callee === 'str') return first ? (typeof value === 'string' ? value : undefined) : ''
  return undefined
}

function listOf(value: Literal | undefined): readonly Literal[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function operate(left: Literal | undefined, operator: string, right: Literal | undefined): Literal | undefined {
  if (typeof left === 'string' && typeof right === 'string') return operator === '+' ? left + right : undefined
  if (Array.isArray(left) && Array.isArray(right)) return operator === '+' ? [...left, ...right] : undefined
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return undefined
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '**':
      return right >= 0n && right <= 64n ? left ** right : undefined
    case '<<':
      return right >= 0n && right <= 64n ? left << right : undefined
    default:
      return undefined
  }
}

/** A call: its callee, `datetime.now`, and its arguments without those of `*` and `**`. */
export interface Call {
  readonly callee: string
  readonly positional: readonly SyntaxNode[]
  readonly named: ReadonlyMap<string, SyntaxNode>
}

export function readCall(node: SyntaxNode, source: Source): Call {
  const positional: SyntaxNode[] = []
  const named = new Map<string, SyntaxNode>()
  const list = node.getChild('ArgList')
  for (const [first, second, third] of splitAtCommas(list ? childrenOf(list).slice(1, -1) : [])) {
    if (first && second?.name === 'AssignOp' && third) named.set(source.textOf(first), third)
    else if (first && !second) positional.push(first)
  }
  const callee = node.firstChild ? source.textOf(node.firstChild).replace(/\s/g, '') : ''
  return { callee, positional, named }
}

/** The nodes between commas. */
export function splitAtCommas(nodes: readonly SyntaxNode[]): SyntaxNode[][] {
  const parts: SyntaxNode[][] = [[]]
  for (const node of nodes) {
    if (node.name === ',') parts.push([])
    else parts.at(-1)?.push(node)
  }
  return parts.filter((part) => part.length > 0)
}

/** A whole number as bigint. */
function readNumber(written: string): number | bigint | undefined {
  const text = written.replaceAll('_', '').toLowerCase()
  if (/^(?:\d{1,200}|0x[\da-f]{1,200}|0o[0-7]{1,200}|0b[01]{1,200})$/.test(text)) return BigInt(text)
  const value = Number(text)
  return /^[\d.]/.test(text) && !/^0[xob]|^\d+$/.test(text) && Number.isFinite(value) ? value : undefined
}

const enumBases = new Set([
  'Enum',
  'IntEnum',
  'StrEnum',
  'Flag',
  'IntFlag',
  'ReprEnum',
  'TextChoices',
  'IntegerChoices',
])

/** Whether a class is an enum, by its bases and theirs. */
export function isEnum({ bases, source }: PythonClass, depth = 0): boolean {
  return bases.some((base) => {
    const found = source.names.classOf(base)
    return enumBases.has(lastOf(base)) || (found !== undefined && depth < 10 && isEnum(found, depth + 1))
  })
}

/**
 * The members of an enum with their values; undefined for a class that is none. A member whose value only Python knows is left
 * out.
 */
export function enumValuesOf(found: PythonClass, walk?: Walk): ReadonlyMap<string, Literal> | undefined {
  if (!isEnum(found)) return undefined
  const isText = found.bases.some((base) => ['StrEnum', 'TextChoices'].includes(lastOf(base)))
  const values = new Map<string, Literal>()
  let last = 0n
  for (const [name, { value, type }] of found.members) {
    if (!value || type || name.startsWith('_')) continue
    const callee = value.node.name === 'CallExpression' ? readCall(value.node, value.source).callee : ''
    const isAuto = lastOf(callee) === 'auto'
    const found = isAuto ? (isText ? name.toLowerCase() : last + 1n) : evaluate(value, walk)
    if (typeof found === 'bigint') last = found
    if (found !== undefined) values.set(name, found)
  }
  return values
}
