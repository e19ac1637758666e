import type { Json } from '../../template/json.ts'
import { printParts } from '../../template/object-key.ts'
import { suggest } from '../command-line/suggest.ts'
import { metaNames } from '../connection/meta-names.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import type { ImportItem } from '../import/import-item.ts'
import type { ImportProblem } from '../import/import-problem.ts'
import type { Input } from '../import/import-row.ts'
import { type TimeZone, toUtc } from './local-time.ts'
import type { PythonObject } from './read-registry.ts'
import { toTemplateName } from './template-name.ts'
import { type Conversion, toFieldValue, toJson } from './to-field-value.ts'

export interface PlannedObjects {
  readonly objects: readonly ImportItem[]
  /** The same by their identities: keys and uuids. */
  readonly byIdentity: ReadonlyMap<string, ImportItem>
  /** Problems that prevent the import. */
  readonly problems: readonly ImportProblem[]
  /** Values whose type pyRegistryStore had changed, with the values that are stored instead, and what is passed over. */
  readonly repairs: readonly ImportProblem[]
}

/** How objects are converted. */
export interface PlanOptions {
  readonly timeZone: TimeZone
  /** Attributes without a field are left out instead of refused. */
  readonly ignoresUnknown: boolean
}

/** Finds the template of each object and converts its values. Sends and writes nothing. */
export function planObjects(
  found: readonly PythonObject[],
  templates: TemplateList,
  options: PlanOptions,
): PlannedObjects {
  const objects: ImportItem[] = []
  const problems: ImportProblem[] = []
  const repairs: ImportProblem[] = []
  const byIdentity = new Map<string, ImportItem>()
  const passedOver = createTally(repairs)
  const unknown = createTally(options.ignoresUnknown ? repairs : problems)
  for (const object of found) {
    const { file, classPath } = object
    const refuse = (line: number, message: string) => problems.push({ file, line, message })
    const repair = (line: number, message: string) => repairs.push({ file, line, message })
    const template = findTemplate(classPath, templates)
    if (!template) {
      const name = classPath.at(-2) ?? classPath[0] ?? ''
      const names = templates.map((one) => one.name)
      refuse(object.line, `no template fits the class "${classPath.join('.')}".${suggest(name, names)}`)
      continue
    }
    const { timeZone, ignoresUnknown } = options
    const input = planInput(object, template, {
      ...{ templates, timeZone, refuse, repair },
      passOver: (line, message) => passedOver.add(file, line, message),
      leaveOut: (line, name) => unknown.add(file, line, printUnknown(template, name, ignoresUnknown)),
    })
    const planned = { template, file, line: object.line, input }
    objects.push(planned)
    for (const identity of identitiesOf(planned)) {
      const other = byIdentity.get(identity)
      if (!other) byIdentity.set(identity, planned)
      else
        refuse(
          object.line,
          `this is the same ${template.name} as in ${other.file}:${other.line} (${identity}); remove one of them`,
        )
    }
  }
  passedOver.finish()
  unknown.finish()
  return { objects, byIdentity, problems, repairs }
}

/** Reports the same message about a file once, at its first place, with the number of objects. */
function createTally(list: ImportProblem[]) {
  const places = new Map<
    string,
    { readonly file: string; readonly line: number; readonly message: string; count: number }
  >()
  return {
    add(file: string, line: number, message: string): void {
      const id = JSON.stringify([file, message])
      const place = places.get(id) ?? { file, line, message, count: 0 }
      place.count++
      places.set(id, place)
    },
    finish(): void {
      for (const { file, line, message, count } of places.values())
        list.push({ file, line, message: count > 1 ? `${message} (${count} objects in this file)` : message })
    },
  }
}

function printUnknown(template: Template, name: string, isIgnored: boolean): string {
  const known = template.fields.map((field) => field.name)
  const what = `the template ${template.name} has no field "${name}"`
  if (isIgnored) return `${what}; it is left out`
  return suggest(name, known) === ''
    ? `${what}; add it, or additionalFields: true, or leave it out with --ignore-unknown`
    : `${what}.${suggest(name, known)}`
}

/** `pyRegistryStore.image.Image` is `image` by its class, else by its module. */
function findTemplate(classPath: readonly string[], templates: TemplateList): Template | undefined {
  const className = classPath.at(-1) ?? ''
  const snake = toTemplateName(className)
  return (
    templates.find(({ name, type }) => type === className || name === snake) ??
    templates.find(({ name }) => name.replaceAll('_', '') === className.toLowerCase()) ??
    templates.find(({ name }) => name === classPath.at(-2)?.toLowerCase())
  )
}

/** What pyRegistryStore and PyYAML keep for themselves. A template may have fields of those names that do not begin with `_`. */
const machinery = new Set([
  ...['_protection', '_uniq_key', '_desc', '_file_name', 'uniq_key', 'desc', 'file_name'],
  ...['yaml_tag', 'yaml_loader', 'yaml_dumper', 'yaml_flow_style'],
])

interface ObjectConversion extends Conversion {
  readonly passOver: (line: number, message: string) => void
  readonly leaveOut: (line: number, name: string) => void
}

function planInput({ line, attributes, meta }: PythonObject, template: Template, conversion: ObjectConversion): Input {
  const input = new Map<string, unknown>()
  const additional = new Map<string, unknown>()
  for (const [name, given] of attributes) {
    const field = template.fields.find((candidate) => candidate.name === name)
    if (given.kind === 'code')
      conversion.passOver(given.line, `${name}: a method or class is no data; it is passed over`)
    else if (field) input.set(name, toFieldValue(given, field, conversion))
    else if (machinery.has(name))
      conversion.passOver(given.line, `${name}: it belongs to pyRegistryStore and is no data; it is passed over`)
    else if (template.additionalFields) additional.set(name, toJson(given))
    else conversion.leaveOut(given.line, name)
  }
  for (const { name, required, default: fallback } of template.fields) {
    const isGiven = input.has(name) && input.get(name) !== null
    const isFilled = !input.has(name) && fallback !== null && fallback !== undefined
    if (required && !isGiven && !isFilled)
      conversion.refuse(line, `${name}: the template ${template.name} requires it, but this object has no value`)
  }
  if (additional.size > 0) input.set('_additional', Object.fromEntries(additional))
  input.set('_meta', planMeta(meta, conversion))
  // A field may be called `constructor`, and is looked up in objects that may not have it.
  return Object.setPrototypeOf(Object.fromEntries(input), null)
}

function planMeta(
  meta: PythonObject['meta'],
  { timeZone, refuse, passOver }: ObjectConversion,
): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {}
  const uuid = meta.get('uuid')
  if (uuid?.kind === 'uuid' || uuid?.kind === 'text') result['uuid'] = uuid.written
  else if (uuid) refuse(uuid.line, '_meta.uuid: this is not a UUID')
  for (const [name, { line }] of meta)
    if (!['uuid', 'create_time', 'update_time'].includes(name))
      passOver(line, `_meta.${name}: it is not carried over; the registry counts versions itself`)
  for (const name of ['create_time', 'update_time'] as const) {
    const given = meta.get(name)
    if (!given || given.kind === 'null') continue
    const time = 'written' in given ? toUtc(given.written, timeZone) : undefined
    if (time === undefined) refuse(given.line, `_meta.${name}: this is not a time`)
    else result[metaNames[name]] = time
  }
  return result
}

/** The identities of an object, which must be unique: its key and its uuid. */
function identitiesOf({ template, input }: ImportItem): string[] {
  const key = template.key.map((name) => input[name]).filter((value) => value !== undefined)
  const uuid = (input['_meta'] as { uuid?: string }).uuid
  return [
    ...(key.length < template.key.length ? [] : [printIdentity(template, key)]),
    ...(uuid === undefined ? [] : [`uuid ${uuid}`]),
  ]
}

/** `image ["a"]` */
export function printIdentity(template: Template, key: readonly Json[]): string {
  return `${template.name} ${printParts(key)}`
}
