import type { DocumentedParameter } from './python/docstring.ts'
import { lastOf } from './python/last-of.ts'
import { evaluate, isEnum, type Literal } from './python/literal.ts'
import { createMembers } from './python/members.ts'
import type { Expression, Member, PythonClass, Remark, Source } from './python/source.ts'

/** A class with what it has from its bases. */
export interface WholeClass {
  readonly name: string
  readonly source: Source
  readonly line: number
  /** The first paragraph of its docstring. */
  readonly summary: string
  readonly members: ReadonlyMap<string, PlacedMember>
  readonly documented: ReadonlyMap<string, DocumentedParameter>
  readonly returns: ReadonlyMap<string, Expression>
  readonly methods: ReadonlySet<string>
  /** Whether it is one of pyRegistryStore. */
  readonly isStored: boolean
  /** Bases that are in none of the given files. */
  readonly unknownBases: readonly string[]
  readonly remarks: readonly Remark[]
}

export interface PlacedMember extends Member {
  readonly file: string
}

/** Bases that bring no attributes which are stored. */
const emptyBases = new Set([
  'RegistryStore',
  'YAMLObject',
  'object',
  'ABC',
  'Generic',
  'Protocol',
  'BaseModel',
  'Struct',
])

/** Bases of bases that are farther away are not looked for. */
const deepest = 100

/** Adds what a class inherits, its bases' members before its own. A base in a file that was not given is remarked on. */
export function toWholeClass(found: PythonClass): WholeClass {
  const line: PythonClass[] = []
  const seen = new Set<PythonClass>()
  const unknown: Remark[] = []
  const unknownBases: string[] = []
  let isStored = false
  const add = (one: PythonClass, depth: number): void => {
    if (seen.has(one)) return
    seen.add(one)
    for (const base of [...one.bases].reverse()) {
      const last = lastOf(base)
      isStored ||= last === 'RegistryStore'
      const known = one.source.names.classOf(base)
      if (emptyBases.has(last)) continue
      if (known && depth < deepest) add(known, depth + 1)
      else {
        unknownBases.push(base)
        const where = known ? `more than ${deepest} classes away` : 'not in the given files'
        const message = `${base}, the base class of ${one.name}, is ${where}; what it has is not carried over`
        unknown.push({ file: one.source.file, line: one.line, message })
      }
    }
    line.push(one)
  }
  add(found, 0)
  const files = new Map<string, string>()
  const members = createMembers()
  const documented = new Map<string, DocumentedParameter>()
  const returns = new Map<string, Expression>()
  for (const one of line) {
    for (const member of one.members.values()) {
      if (!files.has(member.name) || member.value) files.set(member.name, one.source.file)
      members.give(member.name, member)
    }
    for (const parameter of one.docstrings.flatMap(({ parameters }) => parameters))
      documented.set(parameter.name, parameter)
    for (const [name, value] of one.returns) returns.set(name, value)
  }
  const { file } = found.source
  return {
    name: found.name,
    source: found.source,
    line: found.line,
    summary: found.docstrings[0]?.summary ?? '',
    members: new Map([...members.all].map(([name, one]) => [name, { ...one, file: files.get(name) ?? file }])),
    documented,
    returns,
    methods: new Set(line.flatMap((one) => [...one.methods])),
    isStored,
    unknownBases,
    remarks: [...unknown, ...line.flatMap((one) => [...one.remarks, ...remarkOnNested(one)])],
  }
}

function remarkOnNested({ nested, source }: PythonClass): Remark[] {
  return nested
    .filter((one) => !isEnum(one))
    .map(({ name, line }) => ({ file: source.file, line, message: `${name}: a class within a class is passed over` }))
}

/** The key of a class, or why there is none. It is never guessed. */
export type FoundKey =
  | { readonly kind: 'key'; readonly names: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly line: number; readonly message: string }

/** Reads `_uniq_key`, or `uniq_key`, as pyRegistryStore had it before: a list, tuple or set of texts, or one text. */
export function readKey({ name, line, members, returns }: WholeClass): FoundKey {
  const found = ['_uniq_key', 'uniq_key'].flatMap((attribute) => {
    const member = members.get(attribute)
    const value = member?.value ?? returns.get(attribute)
    if (!value) return []
    const names = member?.isConditional ? undefined : namesIn(evaluate(value))
    return [{ attribute, names, line: member?.line ?? line, text: value.source.textOf(value.node).slice(0, 100) }]
  })
  const given = found.filter(({ names }) => names === undefined || names.length > 0)
  const [first, second] = given
  if (!first) return { kind: 'none' }
  const unreadable = given.find(({ names }) => names === undefined)
  if (unreadable)
    return {
      kind: 'unreadable',
      line: unreadable.line,
      message: `${name}: its ${unreadable.attribute} is known to Python alone (${unreadable.text}); write it as a list of names, such as ['name']`,
    }
  if (second && JSON.stringify(first.names) !== JSON.stringify(second.names))
    return {
      kind: 'unreadable',
      line: second.line,
      message: `${name}: its _uniq_key and its uniq_key differ; remove one of them`,
    }
  return { kind: 'key', names: first.names ?? [] }
}

/** Undefined for a value that names no attributes; empty for None and for a list without any. */
function namesIn(value: Literal | undefined): readonly string[] | undefined {
  if (value === null) return []
  if (typeof value === 'string') return value === '' ? undefined : [value]
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' && one !== '')) return undefined
  return [...new Set(value as readonly string[])]
}
