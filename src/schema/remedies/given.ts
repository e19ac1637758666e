import { Kind, print, type ValueNode } from 'graphql'

/** A value as a caller wrote it, in a document or in JSON: its kind, and how a document writes it. */
export interface Given {
  readonly kind: 'text' | 'word' | 'other' | 'list' | 'object' | 'variable'
  /** Cut if it is long. */
  readonly literal: string
  /** Of a text or a word: what it says. */
  readonly says: string
  /** Of an object. */
  readonly entries: readonly (readonly [name: string, value: Given])[]
  /** Of a list. */
  readonly items: readonly Given[]
}

const longestLiteral = 60
/** No remedy looks at more. */
const mostParts = 5

/** A value in a document. */
export function givenNode(node: ValueNode): Given {
  const literal = cut(print(node))
  switch (node.kind) {
    case Kind.STRING:
      return { ...nothing, kind: 'text', literal, says: node.value }
    case Kind.ENUM:
      return { ...nothing, kind: 'word', literal, says: node.value }
    case Kind.VARIABLE:
      return { ...nothing, kind: 'variable', literal }
    case Kind.LIST:
      return { ...nothing, kind: 'list', literal, items: node.values.slice(0, mostParts).map(givenNode) }
    case Kind.OBJECT: {
      const entries = node.fields.slice(0, mostParts).map(({ name, value }) => [name.value, givenNode(value)] as const)
      return { ...nothing, kind: 'object', literal, entries }
    }
    default:
      return { ...nothing, kind: 'other', literal }
  }
}

/** A value in JSON, from a variable. */
export function givenJson(value: unknown, depth = 3): Given {
  if (typeof value === 'string') return { ...nothing, kind: 'text', literal: cut(JSON.stringify(value)), says: value }
  if (typeof value !== 'object' || value === null) return { ...nothing, kind: 'other', literal: String(value) }
  if (depth === 0) return { ...nothing, kind: 'other', literal: '…' }
  if (Array.isArray(value)) {
    const items = value.slice(0, mostParts).map((one) => givenJson(one, depth - 1))
    const literals = [...items.map(({ literal }) => literal), ...(value.length > mostParts ? ['…'] : [])]
    return { ...nothing, kind: 'list', literal: cut(`[${literals.join(', ')}]`), items }
  }
  const entries = Object.entries(value)
    .slice(0, mostParts)
    .map(([name, one]) => [name, givenJson(one, depth - 1)] as const)
  const literal = cut(`{${entries.map(([name, one]) => `${name}: ${one.literal}`).join(', ')}}`)
  return { ...nothing, kind: 'object', literal, entries }
}

const nothing = { says: '', entries: [], items: [] } as const

function cut(literal: string): string {
  // A document may have line breaks between the parts of a value.
  const line = literal.replace(/\s+/g, ' ')
  return line.length > longestLiteral ? '…' : line
}
