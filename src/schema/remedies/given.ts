import { Kind, print, type ValueNode } from 'graphql'

/**
 * A value as a caller wrote it, in a document or in JSON: its kind, and how a document writes it. Only a document still has the digits of
 * a number.
 */
export interface Given {
  readonly kind: 'text' | 'word' | 'digits' | 'other' | 'list' | 'object' | 'variable'
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
/** In characters; what is longer is not printed at all. */
const longestPrinted = 300
/** No remedy looks at more parts, or deeper. */
const mostParts = 5
const deepest = 3

/** A value in a document. */
export function givenNode(node: ValueNode, depth = deepest): Given {
  const { loc } = node
  const literal = loc && loc.end - loc.start > longestPrinted ? '…' : cut(print(node))
  switch (node.kind) {
    case Kind.STRING:
      return { ...nothing, kind: 'text', literal, says: node.value }
    case Kind.ENUM:
      return { ...nothing, kind: 'word', literal, says: node.value }
    case Kind.VARIABLE:
      return { ...nothing, kind: 'variable', literal }
    case Kind.LIST: {
      const items = depth > 0 ? node.values.slice(0, mostParts).map((one) => givenNode(one, depth - 1)) : []
      return { ...nothing, kind: 'list', literal, items }
    }
    case Kind.OBJECT: {
      const fields = depth > 0 ? node.fields.slice(0, mostParts) : []
      const entries = fields.map(({ name, value }) => [name.value, givenNode(value, depth - 1)] as const)
      return { ...nothing, kind: 'object', literal, entries }
    }
    case Kind.INT:
    case Kind.FLOAT:
      return { ...nothing, kind: 'digits', literal }
    default:
      return { ...nothing, kind: 'other', literal }
  }
}

/** A value in JSON, from a variable. */
export function givenJson(value: unknown, depth = deepest): Given {
  if (typeof value === 'string') {
    const literal = value.length > longestLiteral ? '…' : cut(JSON.stringify(value))
    return { ...nothing, kind: 'text', literal, says: value }
  }
  if (typeof value !== 'object' || value === null) return { ...nothing, kind: 'other', literal: String(value) }
  const kind = Array.isArray(value) ? 'list' : 'object'
  if (depth === 0) return { ...nothing, kind, literal: '…' }
  const parts = Object.entries(value)
  const entries = parts.slice(0, mostParts).map(([name, one]) => [name, givenJson(one, depth - 1)] as const)
  const isCut = parts.length > mostParts
  if (Array.isArray(value)) {
    const items = entries.map(([, one]) => one)
    return { ...nothing, kind, literal: isCut ? '…' : cut(`[${items.map((one) => one.literal).join(', ')}]`), items }
  }
  const literal = isCut ? '…' : cut(`{${entries.map(([name, one]) => `${name}: ${one.literal}`).join(', ')}}`)
  return { ...nothing, kind, literal, entries }
}

const nothing = { says: '', entries: [], items: [] } as const

function cut(literal: string): string {
  // A document may have line breaks between the parts of a value.
  const line = literal.replace(/\s+/g, ' ')
  return line.length > longestLiteral ? '…' : line
}
