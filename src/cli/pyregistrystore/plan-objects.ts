import { suggest } from '../command-line/suggest.ts'
import { metaNames } from '../connection/meta-names.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import type { ImportItem } from '../import/import-item.ts'
import type { ImportProblem } from '../import/import-problem.ts'
import type { Input } from '../import/import-row.ts'
import { type TimeZone, toUtc } from './local-time.ts'
import type { PythonObject } from './read-registry.ts'
import { type Conversion, toFieldValue, toJson } from './to-field-value.ts'

export interface PlannedObjects {
  readonly objects: readonly ImportItem[]
  /** The same by their identities: keys and uuids. */
  readonly byIdentity: ReadonlyMap<string, ImportItem>
  /** Problems that prevent the import. */
  readonly problems: readonly ImportProblem[]
  /** Values whose type pyRegistryStore had changed, and the values that are stored instead. */
  readonly repairs: readonly ImportProblem[]
}

/** Finds the template of each object and converts its values. Sends and writes nothing. */
export function planObjects(
  found: readonly PythonObject[],
  templates: TemplateList,
  timeZone: TimeZone,
): PlannedObjects {
  const objects: ImportItem[] = []
  const problems: ImportProblem[] = []
  const repairs: ImportProblem[] = []
  const byIdentity = new Map<string, ImportItem>()
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
    const input = planInput(object, template, { templates, timeZone, refuse, repair })
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
  return { objects, byIdentity, problems, repairs }
}

/** `pyRegistryStore.image.Image` is `image` by its class, else by its module. */
function findTemplate(classPath: readonly string[], templates: TemplateList): Template | undefined {
  const className = classPath.at(-1) ?? ''
  const snake = className.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase()
  return (
    templates.find(({ name, type }) => type === className || name === snake) ??
    templates.find(({ name }) => name === classPath.at(-2)?.toLowerCase())
  )
}

function planInput({ line, attributes, meta }: PythonObject, template: Template, conversion: Conversion): Input {
  const input = new Map<string, unknown>()
  const additional = new Map<string, unknown>()
  const names = template.fields.map((field) => field.name)
  for (const [name, given] of attributes) {
    const field = template.fields.find((candidate) => candidate.name === name)
    if (field) input.set(name, toFieldValue(given, field, conversion))
    else if (template.additionalFields) additional.set(name, toJson(given))
    else conversion.refuse(given.line, `the template ${template.name} has no field "${name}".${suggest(name, names)}`)
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

function planMeta(meta: PythonObject['meta'], { timeZone, refuse }: Conversion): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {}
  const uuid = meta.get('uuid')
  if (uuid?.kind === 'uuid' || uuid?.kind === 'text') result['uuid'] = uuid.written
  else if (uuid) refuse(uuid.line, '_meta.uuid: this is not a UUID')
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
  const key = template.key.map((name) => input[name])
  const uuid = (input['_meta'] as { uuid?: string }).uuid
  return [
    ...(key.some((value) => value === undefined) ? [] : [printIdentity(template, key)]),
    ...(uuid === undefined ? [] : [`uuid ${uuid}`]),
  ]
}

/** `image ["a"]` */
export function printIdentity(template: Template, key: readonly unknown[]): string {
  return `${template.name} ${JSON.stringify(key)}`
}
