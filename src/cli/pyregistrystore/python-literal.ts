import type { parser } from '@lezer/python'

/** A node of Python's syntax. */
export type SyntaxNode = ReturnType<typeof parser.parse>['topNode']

/** A literal of the source; undefined for a value that only Python can compute. */
export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [name: string]: Literal }

/** Reads a node of Python's syntax as a literal, without running anything. */
export function readLiteral(node: SyntaxNode, source: string): Literal | undefined {
  const text = source.slice(node.from, node.to)
  switch (node.name) {
    case 'String':
      return readString(text)
    case 'ContinuedString': {
      const parts = readAll(childrenOf(node), source)
      return parts?.every((part) => typeof part === 'string') ? parts.join('') : undefined
    }
    case 'Number':
      return readNumber(text)
    case 'Boolean':
      return text === 'True'
    case 'None':
      return null
    case 'UnaryExpression': {
      const value = node.lastChild ? readLiteral(node.lastChild, source) : undefined
      return typeof value === 'number' && /^[-+]/.test(text) ? (text.startsWith('-') ? -value : value) : undefined
    }
    case 'ParenthesizedExpression': {
      const inner = valuesOf(node)[0]
      return inner ? readLiteral(inner, source) : undefined
    }
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'SetExpression':
      return readAll(valuesOf(node), source)
    case 'DictionaryExpression': {
      const parts = readAll(valuesOf(node), source)
      const names = parts?.filter((_, i) => i % 2 === 0)
      if (!parts || parts.length % 2 === 1 || !names?.every((name) => typeof name === 'string')) return undefined
      return Object.fromEntries(names.map((name, i) => [name, parts[2 * i + 1] as Literal]))
    }
    default:
      return undefined
  }
}

/** Undefined if one of them is no literal. */
function readAll(nodes: readonly SyntaxNode[], source: string): readonly Literal[] | undefined {
  const literals = nodes.map((node) => readLiteral(node, source))
  return literals.every((literal) => literal !== undefined) ? literals : undefined
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'Comment') children.push(child)
  return children
}

/** Without brackets, commas and colons. */
function valuesOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => !/^[^\w]+$/.test(name))
}

function readNumber(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) && !(Number.isInteger(value) && !Number.isSafeInteger(value)) ? value : undefined
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

function readString(text: string): string | undefined {
  const match = /^([A-Za-z]*)('''|"""|'|")([^]*)\2$/.exec(text)
  if (!match) return undefined
  const [, prefix = '', , body = ''] = match
  // Bytes are not text, and f-strings are computed by Python.
  if (/[bBfFtT]/.test(prefix)) return undefined
  const lines = body.replaceAll('\r\n', '\n')
  if (/[rR]/.test(prefix)) return lines
  let known = true
  const value = lines.replace(
    /\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|N\{[^}]*\}|[^])/g,
    (whole, code: string) => {
      const short = escapes[code]
      if (short !== undefined) return short
      if (/^[xuU]./.test(code) && code.length > 1) {
        const point = Number.parseInt(code.slice(1), 16)
        if (point <= 0x10ffff) return String.fromCodePoint(point)
      }
      if (/^[0-7]+$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8))
      if (code.startsWith('N{')) known = false
      return whole
    },
  )
  return known && value.isWellFormed() ? value : undefined
}
