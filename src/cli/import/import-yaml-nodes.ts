import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { TextReadError } from './text-read-error.ts'

/** The limits of an imported YAML file, so that none exhausts the process. */
const limits = { characters: 64_000_000, tokens: 20_000_000, depth: 64, values: 5_000_000 } as const

/** A YAML node with its aliases resolved and its place; scalars as written. */
export type YamlNode = { readonly tag: string | undefined; readonly line: number } & (
  | { readonly kind: 'scalar'; readonly text: string; readonly plain: boolean }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly entries: readonly YamlEntry[] }
)

export interface YamlEntry {
  readonly key: string
  readonly value: YamlNode
  /** The line of the key. */
  readonly line: number
}

/**
 * Reads the documents of a YAML text and leaves the type of each scalar to the caller, who knows the template. Aliases are
 * resolved and merge keys (`<<`) merged. Empty documents are left out. Size, depth and the expansion of aliases are limited.
 *
 * @throws TextReadError
 */
export function readYamlDocuments(text: string): readonly YamlNode[] {
  const lines = new LineCounter()
  assertBounds(text)
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    version: '1.1',
    lineCounter: lines,
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const expansion = { values: 0 }
  return documents.flatMap(({ errors: [error], contents }) => {
    if (error) throw new TextReadError(lines.linePos(error.pos[0]).line, error.message)
    return contents ? [createReader(text, lines, expansion)(contents, 0)] : []
  })
}

/** Composing recurses, and thousands of nested brackets would end the process. Lexer and parser do not recurse. */
function assertBounds(text: string): void {
  if (text.length > limits.characters)
    throw new TextReadError(1, `the file has more than ${limits.characters} characters`)
  const parser = new Parser()
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    if (++tokens > limits.tokens)
      throw new TextReadError(lineAt(parser.offset), `the file has more than ${limits.tokens} tokens`)
    for (const _ of parser.next(token)) {
      // Only the depth matters here.
    }
    if (parser.stack.length > limits.depth + 2) {
      throw new TextReadError(lineAt(parser.offset), `the file is nested deeper than ${limits.depth} levels`)
    }
  }
}

/** Reads the nodes of one document, whose anchors are its own. */
function createReader(
  text: string,
  lines: LineCounter,
  expansion: { values: number },
): (node: unknown, depth: number) => YamlNode {
  const anchors = new Map<string, Node>()
  // A node begins after its tag, which can be on the previous line.
  const lineOf = (node: Node): number => {
    let at = node.range?.[0] ?? 0
    if (!isAlias(node) && node.tag !== undefined && !isScalar(node))
      while (at > 0 && /\s/.test(text[at - 1] as string)) at--
    return lines.linePos(Math.max(0, at - (at === node.range?.[0] ? 0 : 1))).line
  }
  const readEntries = ({ items }: YAMLMap, line: number, depth: number): readonly YamlEntry[] => {
    const own = new Map<string, YamlEntry>()
    const merged = new Map<string, YamlEntry>()
    for (const { key, value } of items) {
      if (!isScalar(key)) throw new TextReadError(isNode(key) ? lineOf(key) : line, 'a key must be a text')
      const place = lineOf(key)
      const name = String(key.value)
      const found = value === null ? plainAt(place, '') : read(value, depth + 1)
      if (name === '<<' && key.type === 'PLAIN') {
        // Of several mappings, the first that has a key wins.
        for (const entry of mergedEntries(found, place)) if (!merged.has(entry.key)) merged.set(entry.key, entry)
      } else if (own.has(name)) throw new TextReadError(place, `"${name}" is given twice`)
      else own.set(name, { key: name, value: found, line: place })
    }
    return [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key))]
  }
  const read = (node: unknown, depth: number): YamlNode => {
    const line = isNode(node) ? lineOf(node) : 1
    if (++expansion.values > limits.values)
      throw new TextReadError(line, `the file expands to more than ${limits.values} values`)
    // An alias to a node that contains it never ends.
    if (depth > limits.depth) throw new TextReadError(line, `the file is nested deeper than ${limits.depth} levels`)
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (!target) throw new TextReadError(line, `there is no anchor "${node.source}" before its alias`)
      return read(target, depth)
    }
    if (!isNode(node)) return plainAt(line, '')
    if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node)
    const { tag } = node
    // A method of Python leads back to the object that has it.
    if (tag?.endsWith(':python/object/apply:builtins.getattr')) return { ...plainAt(line, ''), tag }
    if (isSeq(node)) return { kind: 'list', tag, line, items: node.items.map((item) => read(item, depth + 1)) }
    if (isMap(node)) return { kind: 'map', tag, line, entries: readEntries(node, line, depth) }
    const { value, type } = node as Scalar
    return { kind: 'scalar', text: String(value ?? ''), plain: type === 'PLAIN', tag, line }
  }
  return read
}

/** What a merge key adds: the entries of a mapping, or of each mapping of a list (https://yaml.org/type/merge.html). */
function mergedEntries(node: YamlNode, line: number): readonly YamlEntry[] {
  const maps = node.kind === 'list' ? node.items : [node]
  return maps.flatMap((map) => {
    if (map.kind === 'map') return map.entries
    throw new TextReadError(line, '<< merges a mapping, or a list of mappings, such as *defaults or [*a, *b]')
  })
}

export function plainAt(line: number, text: string): YamlNode {
  return { kind: 'scalar', text, plain: true, tag: undefined, line }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value
}
