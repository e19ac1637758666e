import { lastOf } from './python/last-of.ts'
import { evaluate, type Literal, readCall } from './python/literal.ts'
import { childrenOf, type Expression, type Source, type SyntaxNode } from './python/source.ts'

/** What an attribute is by default. `text` is the source. */
export type FoundDefault = { readonly text: string; readonly description?: string | undefined } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'literal'; readonly literal: Literal }
  /** What the registry works out at each write, and the types of fields that can have it, the best one first. */
  | { readonly kind: 'workedOut'; readonly fallback: object; readonly types: readonly string[]; readonly note?: string }
  /** What only Python can work out. */
  | { readonly kind: 'unknown' }
)

/** A longer call is none of these; looking into it would recurse. */
const longest = 500

/** The format of pyRegistryStore's own `now()`. */
const ownFormat = '%d/%m/%Y %H:%M:%S'

/** Reads a default: a literal, `now()`, `field(default_factory=list)`, `Field('a', description='…')`. */
export function readDefault(value: Expression | undefined): FoundDefault {
  if (!value) return { kind: 'none', text: '' }
  const { source, node, tuple } = value
  const text = (tuple ?? [node]).map((one) => source.textOf(one)).join(' ')
  const call = !tuple && node.name === 'CallExpression' ? readCall(node, source) : undefined
  if (call && ['field', 'Field', 'ib', 'attrib'].includes(lastOf(call.callee))) {
    const { positional, named } = call
    const description = ['description', 'title', 'metadata']
      .map((name) => textOf(named.get(name), source))
      .find(Boolean)
    const factory = named.get('default_factory') ?? named.get('factory')
    const given = named.get('default') ?? positional[0]
    if (factory) return { ...readFactory(factory, source), text, description }
    if (!given || given.name === 'Ellipsis') return { kind: 'none', text, description }
    return { ...readNode(given, source), text, description }
  }
  const literal = tuple && evaluate(value)
  if (tuple) return literal === undefined ? { kind: 'unknown', text } : { kind: 'literal', literal, text }
  return { ...readNode(node, source), text }
}

/** A description, or that within `metadata={'description': '…'}`. */
function textOf(node: SyntaxNode | undefined, source: Source): string | undefined {
  const value = node && evaluate({ node, source })
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = new Map(Object.entries(value))
  const found = entries.get('description') ?? entries.get('help') ?? entries.get('doc')
  return typeof found === 'string' ? found : undefined
}

function readNode(node: SyntaxNode, source: Source): FoundDefault {
  const text = source.textOf(node)
  const literal = evaluate({ node, source })
  if (literal !== undefined) return { kind: 'literal', literal, text }
  if (node.name === 'CallExpression') {
    const { callee, positional } = readCall(node, source)
    if (lastOf(callee) === 'Factory' && positional[0]) return readFactory(positional[0], source)
  }
  return toWorkedOut(node, source) ?? { kind: 'unknown', text }
}

/** `list`, `datetime.now`, `lambda: ['a']`: what a call of it gives. */
function readFactory(node: SyntaxNode, source: Source): FoundDefault {
  if (node.name === 'LambdaExpression') {
    const body = childrenOf(node).at(-1)
    return body ? readNode(body, source) : { kind: 'unknown', text: source.textOf(node) }
  }
  const name = source.textOf(node).replace(/\s/g, '')
  const text = `${name}()`
  const origin = source.names.originOf(name)
  const empty = new Map<string, Literal>([
    ...['list', 'tuple', 'set', 'frozenset', 'deque'].map((one): [string, Literal] => [one, []]),
    ...['dict', 'OrderedDict', 'defaultdict', 'Counter'].map((one): [string, Literal] => [one, {}]),
    ['str', ''],
    ['int', 0n],
    ['float', 0],
    ['bool', false],
  ]).get(lastOf(origin))
  if (empty !== undefined && !source.names.isFunction(name)) return { kind: 'literal', literal: empty, text }
  return workedOutBy(origin, undefined, source) ?? { kind: 'unknown', text }
}

/** A call that gives the time, a UUID or the user's name. */
function toWorkedOut(node: SyntaxNode, source: Source): FoundDefault | undefined {
  if (node.name !== 'CallExpression' || node.to - node.from > longest) return undefined
  const { callee, positional, named } = readCall(node, source)
  const text = source.textOf(node)
  const [first] = positional
  const inside = node.firstChild?.name === 'MemberExpression' ? node.firstChild.firstChild : null
  const moment = inside ? toWorkedOut(inside, source) : undefined
  const isMoment = moment?.kind === 'workedOut' && moment.types[0] !== 'string' && moment.types[0] !== 'uuid'
  const method = lastOf(callee)
  const format = (given: SyntaxNode | undefined): FoundDefault | undefined => {
    const pattern = given && evaluate({ node: given, source })
    return typeof pattern === 'string' ? printedNow(pattern, text) : undefined
  }
  if (isMoment && method === 'strftime') return format(first ?? named.get('format'))
  if (isMoment && method === 'date') return { kind: 'workedOut', fallback: { now: true }, types: ['date'], text }
  if (moment && method === 'isoformat' && moment.kind === 'workedOut' && moment.types[0] === 'date')
    return { kind: 'workedOut', fallback: { now: '%Y-%m-%d' }, types: ['string'], text }
  if (inside && moment) return undefined
  const origin = source.names.originOf(callee)
  if (callee === 'str' && first) {
    const inner = toWorkedOut(first, source)
    if (inner?.kind !== 'workedOut') return undefined
    if (inner.types[0] === 'uuid') return { ...inner, types: ['string', 'uuid'], text }
    return inner.types[0] === 'date' ? { ...inner, fallback: { now: '%Y-%m-%d' }, types: ['string'], text } : undefined
  }
  if (['strftime', 'time.strftime'].includes(origin) && positional.length === 1) return format(first)
  return workedOutBy(origin, first ?? named.get('frm'), source)
}

/** The time as a text in the format. */
function printedNow(format: string, text: string): FoundDefault {
  const found: FoundDefault = { kind: 'workedOut', fallback: { now: format }, types: ['string'], text }
  const local = /%[-_0^]?[cxXzZ]/.exec(format)?.[0]
  return local ? { ...found, note: `the registry writes ${local} in its own way, and in UTC` } : found
}

/** The call of a function, by its whole name. */
function workedOutBy(origin: string, argument: SyntaxNode | undefined, source: Source): FoundDefault | undefined {
  const [module = '', name = ''] = [origin.split('.').at(-2), lastOf(origin)]
  const text = argument ? `${origin}(${source.textOf(argument)})` : `${origin}()`
  if (name === 'now' && (origin === 'now' || /^(?:pyRegistryStore|objects)\b/.test(origin))) {
    if (origin === 'now' && source.names.isFunction(name)) return undefined
    const format = argument ? evaluate({ node: argument, source }) : ownFormat
    return typeof format === 'string' ? printedNow(format, text) : undefined
  }
  if (['datetime', 'timezone'].includes(module) && ['now', 'utcnow', 'today'].includes(name))
    return { kind: 'workedOut', fallback: { now: true }, types: ['datetime', 'date'], text }
  if (module === 'date' && name === 'today')
    return { kind: 'workedOut', fallback: { now: true }, types: ['date', 'datetime'], text }
  if (['uuid1', 'uuid4'].includes(name))
    return { kind: 'workedOut', fallback: { uuid: true }, types: ['uuid', 'string'], text }
  if (name === 'getuser')
    return {
      kind: 'workedOut',
      fallback: { actor: true },
      types: ['string'],
      note: 'the registry knows no user of a machine; the default is who the caller is to the registry',
      text,
    }
  return undefined
}
