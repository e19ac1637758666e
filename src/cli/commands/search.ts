import { findTemplate } from '../arguments/find-template.ts'
import { parseFirst } from '../arguments/parse-number.ts'
import type { Json } from '../arguments/parse-value.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { type Found, searchObjects } from '../connection/search-objects.ts'
import { createWriter, type Format, formatNames } from '../output/create-writer.ts'
import type { ShownObject } from '../output/print-object.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface SearchOptions extends CommonOptions {
  readonly template?: readonly string[]
  readonly first?: string
  readonly output: Format
}

/** The formats that print a row of texts for each object. */
const rowFormats: readonly Format[] = ['table', 'csv', 'markdown']
const columns = ['template', 'key', 'field', 'value'] as const

/** `registry search TEXT…`: the objects of all templates that have all words of a text. */
export const searchCommand: Command<SearchOptions> = {
  name: 'search',
  description: 'find objects of any template by words, or beginnings of words',
  operands: [{ name: 'TEXT', isRequired: true, isList: true, description: 'what an object must have, the case aside' }],
  options: [
    { long: '--template', value: 'name', description: 'only objects of this template; can be repeated', isList: true },
    { long: '--first', value: 'n', description: 'at most this many, 20 if not given' },
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format',
      choices: formatNames.filter((name) => name !== 'shell'),
      default: 'json',
    },
  ],
  examples: ['registry search ntp ubuntu -o table', 'registry search b312 --template role | jq -r ".[].object.name"'],
  async run(words, options) {
    const first = parseFirst(options.first)
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const searched = options.template?.map((name) => findTemplate(templates, name).name)
      const found = await searchObjects(connection, templates, { text: words.join(' '), templates: searched, first })
      const hasRows = rowFormats.includes(options.output)
      const context = {
        template: { name: 'search', fields: [] },
        columns: hasRows ? columns : undefined,
        isSingle: false,
      }
      const writer = await createWriter(options.output, context)
      writer.write(found.map(hasRows ? toRow : toShown))
      writer.end()
    })
  },
}

function toShown({ template, field, object }: Found): ShownObject {
  return { template: template.name, field, object }
}

/** The key as the values of its fields, `ntp-client ubuntu true`. */
function toRow({ template, field, object }: Found): ShownObject {
  const print = (value: Json | undefined) => (typeof value === 'string' ? value : JSON.stringify(value))
  const key = template.key.map((name) => print(object[name])).join(' ')
  return { template: template.name, key, field, value: object[field] ?? null }
}
