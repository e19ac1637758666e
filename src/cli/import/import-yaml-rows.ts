import { printYamlNumber } from '../values/print-yaml-number.ts'
import { type Written, WrittenScalar } from '../values/written.ts'
import { refuseListPath } from './find-list.ts'
import type { ImportRow } from './import-row.ts'
import { readYamlDocuments, type YamlEntry, type YamlNode } from './import-yaml-nodes.ts'

/**
 * The rows of a YAML text, of all its documents. Each is a list of objects or one object; with `path` (`--at`), that is what
 * stands there, and the members of a mapping of objects are rows with names. Throws `TextReadError`.
 */
export function readYamlRows(text: string, path: readonly string[] | undefined): readonly ImportRow[] {
  return readYamlDocuments(text).flatMap((root) => {
    const found = path ? findNode(root, path) : root
    if (isNull(found)) return []
    if (found.kind === 'list') return found.items.map((item) => toRow(item))
    const isMapping =
      path && found.kind === 'map' && found.entries.every(({ value }) => value.kind === 'map' || isNull(value))
    return isMapping ? found.entries.map(toNamedRow) : [toRow(found)]
  })
}

function findNode(root: YamlNode, path: readonly string[]): YamlNode {
  return path.reduce((node, name) => {
    const next =
      node.kind === 'map'
        ? node.entries.find(({ key }) => key === name)?.value
        : node.kind === 'list' && /^\d+$/.test(name)
          ? node.items[Number(name)]
          : undefined
    if (next) return next
    throw refuseListPath(node.line, name, node.kind === 'map' ? node.entries.map(({ key }) => key) : [])
  }, root)
}

/** `web1: {cpu: 2}`; `web1:` alone has nothing but its name. */
function toNamedRow({ key, value, line }: YamlEntry): ImportRow {
  const row = isNull(value) ? { line, values: {} } : toRow(value)
  return row.error === undefined ? { ...row, line, name: key } : row
}

function toRow(node: YamlNode): ImportRow {
  const { line } = node
  if (node.kind !== 'map') return { line, error: 'an object such as {name: a} is expected here' }
  try {
    return { line, values: toObject(node.entries) }
  } catch (error) {
    return { line, error: (error as Error).message }
  }
}

function toObject(entries: readonly YamlEntry[]): { readonly [name: string]: Written } {
  return Object.fromEntries(entries.map(({ key, value }) => [key, toWritten(value)]))
}

/** A node as it is written. Where no template says what it is, it is what YAML 1.2 says. */
function toWritten(node: YamlNode): Written {
  assertUntagged(node)
  if (node.kind === 'list') return node.items.map(toWritten)
  if (node.kind === 'map') return toObject(node.entries)
  if (isNull(node)) return null
  const { text } = node
  if (!node.plain || node.tag?.endsWith(':str')) return text
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(text)) return new WrittenScalar(text, text.toLowerCase() === 'true')
  // 0012345 and 20.10 are rather texts than numbers: as numbers, they would be printed with other digits.
  const number = Number(text)
  const keepsDigits = text === String(number) || text === printYamlNumber(number)
  return keepsDigits && isExact(number) ? new WrittenScalar(text, number) : text
}

function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && node.tag === undefined && /^(~|null|Null|NULL|)$/.test(node.text)
}

function assertUntagged({ tag, line }: YamlNode): void {
  const known = tag === undefined || tag === '!' || /^tag:yaml\.org,2002:(str|map|seq|int|float|bool|null)$/.test(tag)
  if (!known)
    throw new Error(
      `the tag ${tag} on line ${line} is not understood; files of pyRegistryStore are imported by: registry import pyregistrystore FILE`,
    )
}
