import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { isWrittenObject, type Written, type WrittenObject } from '../values/written.ts'

/** Which attribute of a file gives a field its value: field → attribute, from `--map field=attribute`. */
export type AttributeMapping = ReadonlyMap<string, string>

/** The attribute that leaves a field without a value. */
const nothing = '-'

/**
 * Parses `--map field=attribute` for each. A field of any template will do if each object names its own. Throws a usage error
 * for a field that there is not.
 */
export function parseMapping(
  texts: readonly string[],
  template: Template | undefined,
  templates: TemplateList,
): AttributeMapping {
  const mapping = new Map<string, string>()
  const possible = template ? [template] : templates
  const names = possible.flatMap(({ fields }) => fields.map((field) => field.name))
  for (const text of texts) {
    const at = text.indexOf('=')
    const [name, source] = [text.slice(0, at), text.slice(at + 1)]
    if (at <= 0 || source === '') throw createUsageError(`--map takes field=column, not ${JSON.stringify(text)}.`)
    if (mapping.has(name)) throw createUsageError(`--map: ${name} is given twice.`)
    const isKnown = names.includes(name) || name.startsWith('_') || possible.some((one) => one.additionalFields)
    if (!isKnown) {
      const whose = template ? template.name : 'no template'
      const has = template ? 'has no field' : 'has a field'
      throw createUsageError(`--map ${text}: ${whose} ${has} ${JSON.stringify(name)}.${suggest(name, names)}`)
    }
    mapping.set(name, source)
  }
  return mapping
}

/** The attributes that a mapping names. */
export function sourcesOf(mapping: AttributeMapping): readonly string[] {
  return [...mapping.values()].filter((source) => source !== nothing)
}

export interface MappedAttributes {
  /** The attributes of an object by the names of their fields. */
  readonly attributes: WrittenObject
  /** The attributes of the mapping that this object has. */
  readonly found: readonly string[]
}

/**
 * Gives the attributes of a row the names of their fields. An attribute that the mapping names keeps its own name as well only
 * if that is the name of a field.
 */
export function mapAttributes(
  values: WrittenObject,
  mapping: AttributeMapping,
  isField: (name: string) => boolean,
): MappedAttributes {
  if (mapping.size === 0) return { attributes: values, found: [] }
  const attributes = new Map<string, Written>()
  const found: string[] = []
  const used = new Set<string>()
  for (const [name, source] of mapping) {
    if (source === nothing) used.add(name)
    const value = source === nothing ? undefined : findAttribute(values, source)
    if (value === undefined) continue
    attributes.set(name, value)
    found.push(source)
    used.add(Object.hasOwn(values, source) ? source : (source.split('.')[0] as string))
  }
  for (const [name, value] of Object.entries(values)) {
    if (attributes.has(name) || (used.has(name) && (mapping.has(name) || !isField(name)))) continue
    attributes.set(name, value)
  }
  return { attributes: Object.fromEntries(attributes), found }
}

/** The attribute of this name, or what a path leads to in objects: `status.value`. */
function findAttribute(values: WrittenObject, source: string): Written | undefined {
  if (Object.hasOwn(values, source)) return values[source]
  return source.split('.').reduce<Written | undefined>((value, name) => {
    return value !== undefined && isWrittenObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }, values)
}
