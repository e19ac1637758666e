import { plainAt, type YamlNode } from '../import/import-yaml-nodes.ts'
import { lastOf } from './python/last-of.ts'

/** A value in Python's type when pyRegistryStore wrote it. `written` is the text in the file. */
export type PythonValue = { readonly line: number } & (
  | { readonly kind: ScalarKind | 'uuid'; readonly written: string }
  | { readonly kind: 'list'; readonly items: readonly PythonValue[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PythonValue> }
  /** A method, function or class, which Python finds by its name: no data. */
  | { readonly kind: 'code' }
  /** A value without a counterpart here; `written` names it. */
  | { readonly kind: 'unknown'; readonly written: string }
)

type ScalarKind = 'text' | 'int' | 'float' | 'bool' | 'null' | 'time'

/** How PyYAML resolves plain scalars (`resolver.py`), in its order: YAML 1.1, with exceptions. */
const resolvers = [
  ['bool', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  [
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  ],
  ['null', /^(?:~|null|Null|NULL|)$/],
  [
    'time',
    /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  ],
] as const

const core = 'tag:yaml.org,2002:'
/** Tags of scalars, with and without Python's own names for them. */
const scalarTags: Readonly<Record<string, ScalarKind>> = {
  str: 'text',
  'python/str': 'text',
  'python/unicode': 'text',
  int: 'int',
  'python/int': 'int',
  'python/long': 'int',
  float: 'float',
  'python/float': 'float',
  bool: 'bool',
  'python/bool': 'bool',
  null: 'null',
  'python/none': 'null',
  timestamp: 'time',
}
const collectionTags = new Set(['seq', 'map', 'set', 'python/list', 'python/tuple', 'python/dict'])

/** Reads a node as PyYAML would, without creating objects of classes. */
export function toPythonValue(node: YamlNode): PythonValue {
  const { line } = node
  const tag = node.tag?.startsWith(core) ? node.tag.slice(core.length) : node.tag
  if (tag === 'python/object:uuid.UUID') {
    const written = toUuid(node)
    return written ? { kind: 'uuid', written, line } : { kind: 'unknown', written: 'a UUID without a number', line }
  }
  if (tag !== undefined && codeTag.test(tag)) return { kind: 'code', line }
  const called = tag === undefined ? undefined : /^python\/object\/(?:apply|new):([\w.]+)$/.exec(tag)?.[1]
  if (called !== undefined) return toCalled(called, node) ?? { kind: 'unknown', written: `!!${tag}`, line }
  if (node.kind === 'map' && tag !== undefined && objectTag.test(tag)) {
    const entries = node.entries.filter(({ key }) => !key.startsWith('_'))
    return { kind: 'dict', entries: new Map(entries.map(({ key, value }) => [key, toPythonValue(value)])), line }
  }
  if (node.kind === 'scalar') {
    const kind = tag === undefined || tag === '!' ? kindOfScalar(node) : scalarTags[tag]
    return { kind: kind ?? 'unknown', written: kind ? node.text : `!!${tag}`, line }
  }
  if (tag !== undefined && tag !== '!' && !collectionTags.has(tag))
    return { kind: 'unknown', written: `!!${tag}`, line }
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(toPythonValue), line }
  if (tag === 'set') {
    const items = node.entries.map((entry) => toPythonValue(plainAt(entry.line, entry.key)))
    return { kind: 'list', items, line }
  }
  return { kind: 'dict', entries: new Map(node.entries.map((entry) => [entry.key, toPythonValue(entry.value)])), line }
}

/** What PyYAML writes for a method, for a function or class, and for a module. */
const codeTag = /^python\/(?:object\/apply:(?:builtins|__builtin__)\.getattr|name:.*|module:.*)$/
const objectTag = /^python\/object:[\w.]+$/

/** A value that PyYAML writes as a call with arguments: a member of an enum, a Decimal, a path, a length of time. */
function toCalled(called: string, node: YamlNode): PythonValue | undefined {
  const { line } = node
  const args = node.kind === 'list' ? node.items.map(toPythonValue) : []
  const [first] = args
  const name = lastOf(called)
  if (['frozenset', 'set', 'list', 'tuple', 'deque'].includes(name))
    return first?.kind === 'list' ? { ...first, line } : undefined
  if (name === 'OrderedDict' || name === 'defaultdict') {
    if (!first) return { kind: 'dict', entries: new Map(), line }
    const pairs =
      first.kind === 'list' ? first.items.map((pair) => (pair.kind === 'list' ? pair.items : [])) : undefined
    const entries = pairs?.map(([key, value]) => [key && 'written' in key ? key.written : undefined, value] as const)
    return entries?.every((entry): entry is [string, PythonValue] => entry[0] !== undefined && entry[1] !== undefined)
      ? { kind: 'dict', entries: new Map(entries), line }
      : undefined
  }
  const texts = args.map((one) => ('written' in one && one.kind !== 'unknown' ? one.written : undefined))
  if (args.length === 0 || texts.includes(undefined)) return undefined
  if (name === 'Decimal') return { kind: 'float', written: texts[0] as string, line }
  if (/^(?:Pure)?(?:Posix|Windows)?Path$/.test(name))
    return { kind: 'text', written: texts.join('/').replace(/^\/\//, '/'), line }
  if (called === 'datetime.timedelta') {
    const [days = '', seconds = '0', micros = '0'] = texts as string[]
    const isLength = [days, seconds, micros].every((one) => /^\d+$/.test(one))
    return isLength ? { kind: 'text', written: `P${days}DT${seconds}.${micros.padStart(6, '0')}S`, line } : undefined
  }
  if (name === 'IPv4Address' && first?.kind === 'int') {
    const number = Number(first.written)
    const parts = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255)
    return { kind: 'text', written: parts.join('.'), line }
  }
  // A class with one argument: the value of an enum's member.
  return /^[A-Z]/.test(name) && args.length === 1 && first ? { ...first, line } : undefined
}

function kindOfScalar({ text, plain }: { readonly text: string; readonly plain: boolean }) {
  return (plain && resolvers.find(([, pattern]) => pattern.test(text))?.[0]) || 'text'
}

/** `!!python/object:uuid.UUID {int: 243416687662407567563291818856005486791}`: 128 bits, more than a number holds. */
function toUuid(node: YamlNode): string | undefined {
  if (node.kind !== 'map') return undefined
  const value = node.entries.find((entry) => entry.key === 'int')?.value
  if (value?.kind !== 'scalar' || !/^\d{1,39}$/.test(value.text)) return undefined
  const digits = BigInt(value.text).toString(16).padStart(32, '0')
  return digits.length > 32 ? undefined : digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
