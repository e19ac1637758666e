import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import type { Path } from '../errors.ts'
import type { IssueCode, TemplateIssue } from './issue.ts'
import type { Lines } from './lines.ts'
import { printPath } from './path.ts'
import { quote } from './quote.ts'
import { limits } from './read-tokens.ts'
import type { OffsetsByPath } from './source.ts'

interface ReadNodes {
  readonly value: unknown
  readonly offsets: OffsetsByPath
  readonly issues: readonly TemplateIssue[]
  /** False if reading stopped early, so that `value` is only a part of the file. */
  readonly complete: boolean
}

const coreTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Turns composed YAML into plain data, with the place of every part. Objects have no prototype, so that
 * `constructor` and `__proto__` are ordinary keys. Whole numbers that a double cannot hold become bigints.
 * Aliases are followed in one pass, in linear time, and each use counts.
 */
export function readNodes(file: string, document: Document.Parsed, lines: Lines): ReadNodes {
  const offsets: OffsetsByPath = new Map()
  const issues: TemplateIssue[] = []
  const anchors = new Map<string, ParsedNode | 'open'>()
  let values = 0
  let complete = true

  function refuse(code: IssueCode, path: Path, offset: number, message: string, suggestion?: string): undefined {
    const place = lines.placeAt(offset)
    issues.push({
      code,
      file,
      ...place,
      path: printPath(path),
      message,
      ...(suggestion !== undefined && { suggestion }),
    })
  }

  function stop(code: IssueCode, path: Path, offset: number, message: string): undefined {
    if (complete) refuse(code, path, offset, message)
    complete = false
  }

  function read(node: ParsedNode | null, path: Path, keyOffset: number | undefined, isExpansion: boolean): unknown {
    const offset = node?.range[0] ?? keyOffset ?? 0
    if (!complete) return undefined
    if (++values > limits.values)
      return stop('FILE_TOO_LARGE', path, offset, `The file expands to more than ${limits.values} values.`)
    if (path.length > limits.depth)
      return stop('FILE_TOO_DEEP', path, offset, `The file is nested deeper than ${limits.depth} levels.`)
    offsets.set(JSON.stringify(path), { value: offset, ...(keyOffset !== undefined && { key: keyOffset }) })
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target === 'open')
        return stop('YAML_ALIAS', path, offset, `The alias *${node.source} is inside its own anchor.`)
      if (!target) return stop('YAML_ALIAS', path, offset, `The alias *${node.source} has no anchor before it.`)
      return read(target, path, keyOffset, true)
    }
    if (node === null) return null
    if (!isExpansion && node.tag !== undefined && !coreTags.has(node.tag)) {
      refuse('YAML_TAG', path, offset, `The tag ${quote(node.tag)} is not supported.`)
    }
    if (node.anchor === undefined || isExpansion) return readValue(node, path, offset, keyOffset, isExpansion)
    anchors.set(node.anchor, 'open')
    const value = readValue(node, path, offset, keyOffset, isExpansion)
    anchors.set(node.anchor, node)
    return value
  }

  function readValue(
    node: Exclude<ParsedNode, { type: 'ALIAS' }>,
    path: Path,
    offset: number,
    keyOffset: number | undefined,
    isExpansion: boolean,
  ): unknown {
    if (isScalar(node)) {
      const { value, source } = node
      if (typeof value === 'string') {
        if (value.includes('\0')) refuse('BAD_TEXT', path, offset, `${quote(value)} contains the character U+0000.`)
        if (!value.isWellFormed())
          refuse('BAD_TEXT', path, offset, `${quote(value)} contains half of a surrogate pair.`)
        return value
      }
      offsets.set(JSON.stringify(path), {
        value: offset,
        ...(keyOffset !== undefined && { key: keyOffset }),
        retyped: source ?? '',
      })
      return typeof value === 'number' && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source ?? '')
        ? BigInt((source ?? '').replace(/^\+/, ''))
        : value
    }
    if (isSeq<ParsedNode>(node)) {
      return node.items.map((item, index) => read(item, [...path, index], undefined, isExpansion))
    }
    if (!isMap<ParsedNode, ParsedNode | null>(node)) return undefined
    const object: Record<string, unknown> = Object.create(null)
    for (const { key, value } of node.items) {
      const at = key.range[0]
      const name = isScalar(key) ? String(key.value ?? key.source ?? '') : undefined
      if (name === undefined || !name.isWellFormed() || name.includes('\0')) {
        refuse('WRONG_NAME', path, at, 'A key must be a plain text.')
      } else if (Object.hasOwn(object, name)) {
        refuse('DUPLICATE_KEY', [...path, name], at, `The key ${quote(name)} appears twice.`)
      } else {
        object[name] = read(value, [...path, name], at, isExpansion)
      }
    }
    return object
  }

  const value = read(document.contents, [], undefined, false)
  return { value, offsets, issues, complete }
}
