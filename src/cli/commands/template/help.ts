import { findTemplate } from '../../arguments/find-template.ts'
import { loadTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import type { Template, TemplateField } from '../../connection/template.ts'
import { printInline } from '../../output/print-safely.ts'
import { printBold } from '../../output/print-style.ts'
import { writeJson, writeOut, writeStyled } from '../../output/terminal.ts'
import type { Command } from '../command.ts'
import type { CommonOptions } from '../common-options.ts'

interface HelpOptions extends CommonOptions {
  readonly output?: string
}

/** `registry image help`: the template's description, key and fields. */
export const helpCommand: Command<HelpOptions> = {
  name: 'help',
  description: 'describe the template: its key and its fields',
  options: [
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format, for programs',
      choices: ['json'],
    },
  ],
  examples: ['registry image help'],
  async run(_operands, options, name) {
    const template = findTemplate(await loadTemplateList(await openConnection(options)), name)
    if (options.output === 'json') return writeJson(`${JSON.stringify(template, null, 2)}\n`)
    const title = printBold(printInline(template.name))
    const description = template.description ? `: ${printInline(template.description)}` : ''
    writeStyled(1, `${title}${description}\nkey: ${printInline(template.key.join(', '))}\n\n`)
    const { printTable } = await import('../../output/print-table.ts')
    printTable(
      ['field', 'type', 'description'],
      template.fields.map((field) => [field.name, printType(field), describe(field)]),
    )
    writeOut(`\n${printExample(template)}\n`)
  },
}

/** A type in the form of a template: `[string]`, `string!`, `reference to image`. */
function printType({ type, list, required, to, values }: TemplateField): string {
  const one = type === 'reference' ? `reference to ${to}` : type === 'enum' ? values.join('|') : type
  return `${list ? `[${one}]` : one}${required ? '!' : ''}`
}

function describe({ description, deprecated, default: fallback }: TemplateField): string {
  const notes = [
    fallback === null ? '' : `default ${JSON.stringify(fallback)}`,
    deprecated === null ? '' : `deprecated: ${deprecated}`,
  ]
  return [description ?? '', ...notes].filter((text) => text !== '').join('; ')
}

function printExample({ name, key, fields }: Template): string {
  const other = fields.find((field) => !field.key)
  return `registry ${name} set ${[...key, ...(other ? [other.name] : [])].map((field) => `${field}=…`).join(' ')}`
}
