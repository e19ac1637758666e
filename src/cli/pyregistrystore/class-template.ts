import { fieldTypes } from '../../template/field-types/field-types.ts'
import { reservedFieldNames } from '../../template/graphql-names.ts'
import type { TemplateIssue } from '../../template/issue.ts'
import { parseTemplates } from '../../template/parse-templates.ts'
import { type FieldPlan, oneLine, planField } from './plan-field.ts'
import { printTemplate, type TemplatePlan } from './print-template.ts'
import { evaluate } from './python/literal.ts'
import type { Remark } from './python/source.ts'
import { toTemplateName } from './template-name.ts'
import type { PlacedMember, WholeClass } from './whole-class.ts'

/** The template for a class. */
export interface ClassTemplate {
  readonly name: string
  /** The template's file. */
  readonly text: string
  /** What is not carried over. */
  readonly notes: readonly Remark[]
  /** What `templates check` would report; empty for a correct template. */
  readonly problems: readonly Remark[]
}

/** What directs pyRegistryStore or PyYAML, and is no data. */
const machinery = new Set(['_meta', '_uniq_key', '_desc', '_protection', '_file_name', 'uniq_key', '_'])
const yamlAttributes = new Set(['yaml_tag', 'yaml_loader', 'yaml_dumper', 'yaml_flow_style'])

/** Makes the template for a class with this key. */
export function toClassTemplate(found: WholeClass, key: readonly string[]): ClassTemplate {
  const notes = [...found.remarks]
  const fields = planFields(found, notes)
  const problems = planKey(found, key, fields, notes)
  const plan: TemplatePlan = {
    name: toTemplateName(found.name),
    description: oneLine(describe(found, notes)),
    key,
    additionalFields: isOpen(found, notes),
    fields,
  }
  const issues = settle(plan, notes).filter(({ path }) => problems.length === 0 || !path.startsWith('key'))
  return {
    name: plan.name,
    text: printTemplate(plan, notes),
    notes,
    problems: [
      ...problems,
      ...issues.map(({ path, message, suggestion }) => ({
        file: found.source.file,
        line: fieldAt(plan, path)?.line ?? found.line,
        message: `the template ${plan.name}: ${[path && `${path}:`, message, suggestion].filter(Boolean).join(' ')}`,
      })),
    ],
  }
}

function planFields(found: WholeClass, notes: Remark[]): FieldPlan[] {
  const { members, documented, source, line, methods } = found
  const { file } = source
  const all = new Map<string, PlacedMember>(members)
  for (const name of documented.keys()) {
    const isHidden = name === 'self' || name.startsWith('_') || ['args', 'kwargs'].includes(name)
    if (!all.has(name) && !isHidden && !methods.has(name)) all.set(name, { name, line, file })
  }
  return [...all.values()].flatMap((member) => {
    const { name } = member
    const note = (message: string) =>
      notes.push({ file: member.file, line: member.line, message: `${name}: ${message}` })
    if (isMachinery(member, found) || isMethod(member)) return []
    if (name.startsWith('_')) {
      if (!/^__\w+__$/.test(name)) note('pyRegistryStore does not store what begins with _; there is no field for it')
      return []
    }
    if (!/^[A-Za-z]\w*$/.test(name) || reservedFieldNames.has(name)) {
      note('a field cannot have this name; it is left out')
      return []
    }
    if (member.type && /^(?:typing\.)?ClassVar\b/.test(member.type.source.textOf(member.type.node))) {
      note('a ClassVar belongs to the class; there is no field for it')
      return []
    }
    return [planField(member, documented.get(name), source.names, note)]
  })
}

/**
 * With `_uniq_key`, today's form, all other names are data; with `uniq_key`, the form before it, `desc` and `file_name` were not.
 * A description without `_desc` is taken from `desc` in both.
 */
function isMachinery({ name, type }: PlacedMember, { members }: WholeClass): boolean {
  if (machinery.has(name) || yamlAttributes.has(name)) return true
  if (type) return false
  if (name === 'file_name') return !members.has('_uniq_key')
  return name === 'desc' && !members.has('_desc')
}

/** `label = property(get_label)`, `short = lambda self: …`. */
function isMethod({ value }: PlacedMember): boolean {
  if (!value) return false
  const text = value.source.textOf(value.node)
  return value.node.name === 'LambdaExpression' || /^(?:property|staticmethod|classmethod|cached_property)\(/.test(text)
}

function describe(found: WholeClass, notes: Remark[]): string {
  const { members, returns, summary } = found
  const given = [members.get('_desc'), members.get('desc')].find((member) => member?.value)
  const isText = given && (given.name === '_desc' || isMachinery(given, found))
  const value = isText ? given.value : returns.get('describe')
  const text = value && evaluate(value)
  if (typeof text === 'string') return text || summary
  if (isText && text !== null)
    notes.push({
      file: given.file,
      line: given.line,
      message: `${given.name}: it is computed by Python; the description is that of the docstring`,
    })
  return summary
}

/** Whether objects may have attributes that the class does not name; notes where its objects are, too. */
function isOpen({ members }: WholeClass, notes: Remark[]): boolean {
  const note = ({ file, line, name }: PlacedMember, message: string) =>
    notes.push({ file, line, message: `${name}: ${message}` })
  const path = ['_file_name', ...(members.has('_uniq_key') ? [] : ['file_name'])].map((name) => members.get(name))
  for (const member of path) {
    const text = member?.value && !member.type && evaluate(member.value)
    if (member && typeof text === 'string' && text !== '')
      note(member, `the objects are in the file ${JSON.stringify(text)}; import that one`)
  }
  const protection = members.get('_protection')
  if (!protection?.value) return false
  const state = protection.isConditional ? undefined : evaluate(protection.value)
  if (state === undefined)
    note(protection, 'it is known to Python alone; without additionalFields, only the fields below can be set')
  return state !== undefined && !state
}

/** Makes fields of the key's names that are none yet. Returns what forbids the key. */
function planKey(found: WholeClass, key: readonly string[], fields: FieldPlan[], notes: Remark[]): Remark[] {
  const { file } = found.source
  const problems: Remark[] = []
  for (const name of key) {
    const field = fields.find((one) => one.name === name)
    const line = found.members.get(name)?.line ?? found.line
    if (field) {
      const isList = field.type.startsWith('[')
      if (!isList && Object.entries(fieldTypes).some(([type, { canBeKey }]) => type === field.type && canBeKey))
        continue
      notes.push({
        file,
        line,
        message: `${name}: a field of the type ${field.type} cannot be in a key; the field is a string`,
      })
      field.type = 'string'
      field.values = []
      delete field.fallback
    } else if (/^[A-Za-z]\w*$/.test(name) && !reservedFieldNames.has(name)) {
      notes.push({ file, line, message: `${name}: the key names it, but no attribute does; the field is a string` })
      fields.push({ name, file, line, type: 'string', description: '', values: [], defaultText: '' })
    } else problems.push({ file, line, message: `${name}: the key names it, but a field cannot have this name` })
  }
  return problems
}

/** Takes back what the rules of templates refuse: a plural like the name, defaults, members of enums. Returns what remains. */
function settle(plan: TemplatePlan, notes: Remark[]): readonly TemplateIssue[] {
  const check = () => parseTemplates([{ file: `${plan.name}.yaml`, text: printTemplate(plan, []) }]).issues ?? []
  let issues = check()
  if (issues.some(({ path }) => path === '' || path === 'plural' || path === 'name')) {
    // For a plural that equals the name.
    plan.plural = `${plan.name}_list`
    const rest = check()
    if (rest.length < issues.length) issues = rest
    else delete plan.plural
  }
  let isChanged = false
  for (const { path, message } of issues) {
    const field = fieldAt(plan, path)
    const [, , part] = path.split('.')
    if (!field || (part !== 'default' && part !== 'values')) continue
    const note = (text: string) => notes.push({ file: field.file, line: field.line, message: `${field.name}: ${text}` })
    if (part === 'default' && field.fallback !== undefined) {
      note(`the default ${field.defaultText} is left out: ${message}`)
      delete field.fallback
      isChanged = true
    } else if (part === 'values' && field.values.length > 0) {
      note(`of its values (${field.values.join(', ').slice(0, 100)}) only the type is kept: ${message}`)
      field.type = field.type.replace('enum', 'string')
      field.values = []
      isChanged = true
    }
  }
  return isChanged ? check() : issues
}

/** The field of an issue's path, `fields.port.default`. */
function fieldAt({ fields }: TemplatePlan, path: string): FieldPlan | undefined {
  const [, name] = path.split('.')
  return path.startsWith('fields.') ? fields.find((one) => one.name === name) : undefined
}
