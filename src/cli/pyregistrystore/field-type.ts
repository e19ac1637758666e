import { lastOf } from './python/last-of.ts'
import { enumValuesOf, evaluate, type Literal, readCall, splitAtCommas } from './python/literal.ts'
import { childrenOf, type Expression, type PythonClass, parseExpression, type SyntaxNode } from './python/source.ts'
import { toTemplateName } from './template-name.ts'
import { typeNamed } from './type-names.ts'

/** The type of a field, and what it does not keep of Python's. */
export interface FoundType {
  readonly type: string
  readonly values?: readonly string[]
  readonly notes: readonly string[]
}

const lists = new Set(
  'list sequence mutablesequence iterable collection set frozenset abstractset mutableset deque array'.split(' '),
)
/** Annotations around a type that say more about it than a template does, or nothing. */
const wrappers = new Set('final required notrequired readonly mapped classvar initvar'.split(' '))
/** How far a type is followed through names and brackets, which may lead in circles. */
const limits = { depth: 50, steps: 1_000 } as const

interface Walk {
  depth: number
  steps: number
}

/** The type of a field for an annotation: `Optional[str]` → string, `List[int]` → [int], `Literal['a', 'b']` → enum. */
export function toFieldType(annotation: Expression, walk: Walk = { depth: 0, steps: 0 }): FoundType | undefined {
  if (annotation.tuple || ++walk.steps > limits.steps || walk.depth > limits.depth) return undefined
  walk.depth++
  const found = toTypeOfNode(annotation, walk)
  walk.depth--
  return found
}

function toTypeOfNode(annotation: Expression, walk: Walk): FoundType | undefined {
  const { node, source } = annotation
  const text = source.textOf(node)
  const inner = (one: SyntaxNode) => toFieldType({ node: one, source }, walk)
  switch (node.name) {
    case 'String':
    case 'ContinuedString': {
      const written = evaluate(annotation)
      const parsed = typeof written === 'string' ? parseExpression(written, source, source.lineOf(node)) : undefined
      return parsed && toFieldType(parsed, walk)
    }
    case 'ParenthesizedExpression': {
      const only = childrenOf(node)[1]
      return only && inner(only)
    }
    case 'BinaryExpression':
      return toUnion(annotation, walk)
    case 'VariableName':
      return toNamedType(text, annotation, walk)
    case 'CallExpression': {
      // `conint(gt=0)`; `NewType('Port', int)`
      const { callee, positional } = readCall(node, source)
      if (lastOf(callee) === 'NewType') return positional[1] && inner(positional[1])
      const type = typeNamed(lastOf(callee))
      return type === undefined ? undefined : { type, notes: [`of ${text} only the type is kept`] }
    }
    case 'MemberExpression': {
      const children = childrenOf(node)
      const at = children.findIndex(({ name }) => name === '[')
      if (at < 0) return toNamedType(text.replace(/\s/g, ''), annotation, walk)
      const parts = splitAtCommas(children.slice(at + 1, -1)).map(([first]) => first as SyntaxNode)
      return toGenericType(lastOf(source.textOf(children[0] as SyntaxNode)), parts, annotation, walk)
    }
    default:
      return undefined
  }
}

/** A type by its name: of Python, of the file (an alias, an enum, another class), or of a file that is not known. */
function toNamedType(name: string, { source }: Expression, walk: Walk): FoundType | undefined {
  const alias = source.names.valueOf(name)
  const found = source.names.classOf(name)
  if (found) return toTypeOfClass(found)
  const origin = source.names.originOf(name)
  const last = lastOf(origin)
  const type = typeNamed(last)
  if (last === 'Decimal') return { type: 'float', notes: ['a Decimal becomes a float, which rounds'] }
  if (last === 'time') return { type: 'string', notes: ['a time of day becomes a string'] }
  if (type) return { type, notes: [] }
  if (alias) return toFieldType(alias, walk)
  if (!/^[A-Z]\w*$/.test(last)) return undefined
  const to = toTemplateName(last)
  return {
    type: 'string',
    notes: [
      `${last} seems to be a class of its own; if there is a template for it, write { type: reference, to: ${to} }`,
    ],
  }
}

function toTypeOfClass(found: PythonClass): FoundType {
  const members = enumValuesOf(found)
  if (members) return toEnum([...members.values()], found.name)
  const isStored = ['_uniq_key', 'uniq_key'].some((name) => found.members.has(name))
  if (isStored)
    return {
      type: 'string',
      notes: [
        `${found.name} is a class of its own; to refer to its objects, write { type: reference, to: ${toTemplateName(found.name)} }`,
      ],
    }
  return { type: 'json', notes: [`of the class ${found.name} the field takes any JSON`] }
}

/** An enum if its values are texts, else their type. */
function toEnum(values: readonly Literal[], name: string): FoundType {
  const texts = values.filter((value) => typeof value === 'string' && value !== '')
  if (values.length > 0 && texts.length === values.length)
    return { type: 'enum', values: [...new Set(texts as string[])], notes: [] }
  const types = new Set(values.map((value) => typeOfLiteral(value)))
  const [type = 'string'] = types.size === 1 ? types : ['json']
  return { type, notes: [`of ${name} only the type is kept, not its values`] }
}

function toGenericType(
  outer: string,
  parts: readonly SyntaxNode[],
  annotation: Expression,
  walk: Walk,
): FoundType | undefined {
  const { source, node } = annotation
  const small = outer.toLowerCase()
  const [first] = parts
  const type = (one: SyntaxNode | undefined) => one && toFieldType({ node: one, source }, walk)
  if (small === 'optional' || small === 'union') return toUnion(annotation, walk)
  if (small === 'annotated') {
    const found = type(first)
    return found && { ...found, notes: [...found.notes, `of ${source.textOf(node)} only the type is kept`] }
  }
  if (wrappers.has(small)) return type(first)
  if (small === 'literal') {
    const values = parts.map((part) => evaluate({ node: part, source }))
    return values.includes(undefined)
      ? undefined
      : toEnum(values.filter((value) => value !== null) as Literal[], source.textOf(node).replace(/\s+/g, ' '))
  }
  if (lists.has(small) && parts.length === 1) return toList(type(first))
  if (small === 'tuple') {
    const items = parts.filter(({ name }) => name !== 'Ellipsis').map(type)
    return new Set(items.map((item) => item?.type)).size === 1 ? toList(items[0]) : { type: 'json', notes: [] }
  }
  return typeNamed(small) === 'json' ? { type: 'json', notes: [] } : undefined
}

function toList(item: FoundType | undefined): FoundType {
  return item && !item.type.startsWith('[') && item.type !== 'json'
    ? { ...item, type: `[${item.type}]` }
    : { type: 'json', notes: item?.notes ?? [] }
}

/** `int | None`, `Union[int, float]`: the one type of all; float for whole numbers and others; else any JSON. */
function toUnion(annotation: Expression, walk: Walk): FoundType | undefined {
  const { source, node } = annotation
  const nodes = alternativesOf(annotation)
  const types = nodes.map((one) => toFieldType({ node: one, source }, walk))
  const known = types.filter((type) => type !== undefined)
  const [first] = known
  if (!first || known.length < types.length) return undefined
  const names = new Set(known.map(({ type }) => type))
  if (names.size === 1 && (first.type !== 'enum' || known.length === 1)) return first
  if (names.size === 1) return { ...first, values: [...new Set(known.flatMap(({ values }) => values ?? []))] }
  if ([...names].every((name) => ['int', 'float'].includes(name))) return { type: 'float', notes: [] }
  const written = source.textOf(node).replace(/\s+/g, ' ')
  return { type: 'json', notes: [`${written} is several types; the field takes any JSON`] }
}

/** The sides of `|`, and the parts of `Union[…]` and `Optional[…]`, without None. */
function alternativesOf({ node, source }: Expression): readonly SyntaxNode[] {
  const children = childrenOf(node)
  if (node.name === 'MemberExpression') {
    const at = children.findIndex(({ name }) => name === '[')
    return splitAtCommas(children.slice(at + 1, -1)).flatMap(([one]) => (one && one.name !== 'None' ? [one] : []))
  }
  const sides: SyntaxNode[] = []
  let left: SyntaxNode | undefined = node
  while (left?.name === 'BinaryExpression') {
    const [before, operator, after]: SyntaxNode[] = childrenOf(left)
    // Another operator makes no type.
    if (!operator || source.textOf(operator) !== '|' || !after) return [node]
    sides.unshift(after)
    left = before
  }
  return [...(left ? [left] : []), ...sides].filter(({ name }) => name !== 'None')
}

/** The type of a field for a value that it has by default; undefined for None. */
export function toTypeOfValue(value: Literal): FoundType | undefined {
  if (value === null) return undefined
  if (!Array.isArray(value)) return { type: typeOfLiteral(value), notes: [] }
  const types = new Set(value.map(typeOfLiteral))
  const [only = 'json'] = types
  return { type: types.size === 1 && only !== 'json' ? `[${only}]` : 'json', notes: [] }
}

function typeOfLiteral(value: Literal): string {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'bigint') return isInt(value) ? 'int' : 'bigint'
  return typeof value === 'number' ? 'float' : 'json'
}

/** Whether a whole number has 32 bits, as those of GraphQL's Int. */
export function isInt(value: bigint): boolean {
  return BigInt.asIntN(32, value) === value
}
