import type { Assignment } from '../arguments/parse-assignments.ts'
import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { Template, TemplateField } from '../connection/template.ts'
import type { Wanted } from './junit-results.ts'
import { ofSuites, parseSource, type Source, sourceOf } from './junit-sources.ts'

export interface JunitMapping {
  readonly template: Template
  /** The source of each field's value. */
  readonly fields: readonly MappedField[]
  /** Whether each suite becomes an object, instead of each test. */
  readonly perSuite: boolean
  readonly wanted: Wanted
}

export interface MappedField {
  readonly field: TemplateField
  readonly source: Source
}

/** Maps fields to sources: by `--map field=source`, otherwise by name. `fixed` fields have no source. */
export function planJunitMapping(
  template: Template,
  maps: readonly string[],
  fixed: readonly Assignment[],
): JunitMapping {
  const given = new Map(maps.map((text) => parseMap(text, template)))
  const isFixed = (name: string) => fixed.some((one) => one.name === name)
  const fields = template.fields.flatMap((field): MappedField[] => {
    const source = given.has(field.name) ? given.get(field.name) : sourceOf(field.name)
    return source === undefined || isFixed(field.name) ? [] : [{ field, source }]
  })
  const missing = template.key.filter((name) => !isFixed(name) && !fields.some(({ field }) => field.name === name))
  if (missing.length > 0) {
    throw createUsageError(
      `Each ${template.name} is identified by ${template.key.join(', ')}, and test results have no ${missing.join(', ')}. Add ` +
        `${missing.map((name) => `${name}=…`).join(' ')}, or choose a source for it: ${missing.map((name) => `--map ${name}=name`).join(' ')}`,
    )
  }
  const uses = (name: string) => fields.some(({ source }) => source.kind === 'text' && source.name === name)
  return {
    template,
    fields,
    perSuite: [...ofSuites].some(uses),
    wanted: {
      details: uses('details'),
      output: uses('output'),
      properties: new Set(fields.flatMap(({ source }) => (source.kind === 'property' ? [source.name] : []))),
    },
  }
}

function parseMap(text: string, template: Template): [string, Source | undefined] {
  const at = text.indexOf('=')
  if (at < 0) throw createUsageError(`--map takes field=source, not ${JSON.stringify(text)}.`)
  const name = text.slice(0, at)
  const names = template.fields.map((field) => field.name)
  if (!names.includes(name)) {
    throw createUsageError(
      `--map ${text}: ${template.name} has no field ${JSON.stringify(name)}.${suggest(name, names)}`,
    )
  }
  return [name, parseSource(text.slice(at + 1), `--map ${text}`)]
}
