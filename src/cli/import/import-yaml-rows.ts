import { parseText } from '../arguments/parse-assignments.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { keyFieldsOf, targetOf } from '../connection/template-names.ts'
import { type ImportRow, type Input, toInput } from './import-row.ts'
import { readYamlNodes, type YamlEntry, type YamlNode } from './import-yaml-nodes.ts'

/** The rows of a YAML text: a list of objects, or one. Scalars of text fields stay as they are written, `20.10`. */
export function readYamlRows(text: string): ImportRow[] {
  const root = readYamlNodes(text)
  if (root === undefined || isNull(root)) return []
  return (root.kind === 'list' ? root.items : [root]).map(toRow)
}

function toRow(node: YamlNode): ImportRow {
  const { line } = node
  if (node.kind !== 'map') return { line, error: 'an object such as {name: a} is expected here' }
  const name = node.entries.find(({ key }) => key === '_template')?.value
  const entries = node.entries.filter(({ key }) => key !== '_template')
  if (name !== undefined && name.kind !== 'scalar') return { line, error: '_template is not the name of a template' }
  return { line, template: name?.text, toInput: (template, templates) => readEntries(entries, template, templates) }
}

function readEntries(entries: readonly YamlEntry[], template: Template, templates: TemplateList): Input {
  const values = entries.map(({ key, value }): [string, Json] => {
    const field = template.fields.find((one) => one.name === key)
    return [key, field ? toValue(value, field, templates) : toJson(value)]
  })
  return toInput(Object.fromEntries(values), template)
}

function toValue(node: YamlNode, field: TemplateField, templates: TemplateList): Json {
  assertUntagged(node)
  if (isNull(node)) return null
  if (field.type === 'json') return toJson(node)
  if (field.list) {
    const items = node.kind === 'list' ? node.items : [node]
    return items.map((item) => toValue(item, { ...field, list: false }, templates))
  }
  if (node.kind === 'scalar') return parseText(field, node.text, templates)
  const target = targetOf(field, templates)
  const members = field.type === 'object' ? field.fields : target ? keyFieldsOf(target) : []
  if (node.kind === 'list' || members.length === 0)
    throw new Error(`${field.name}: a ${field.type} is expected on line ${node.line}, not a ${node.kind}`)
  return Object.fromEntries(
    node.entries.map(({ key, value }) => {
      const member = members.find((one) => one.name === key)
      return [key, member ? toValue(value, member, templates) : toJson(value)]
    }),
  )
}

/** The value according to YAML 1.2. */
function toJson(node: YamlNode): Json {
  assertUntagged(node)
  if (node.kind === 'list') return node.items.map(toJson)
  if (node.kind === 'map') return Object.fromEntries(node.entries.map(({ key, value }) => [key, toJson(value)]))
  if (isNull(node)) return null
  if (!node.plain) return node.text
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(node.text)) return node.text.toLowerCase() === 'true'
  if (/^[-+]?(\d+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)$/.test(node.text)) {
    const number = Number(node.text)
    if (Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number
  }
  return node.text
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
