import type { Command, CommandOption, RootCommand } from '../commands/command.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { readTemplateCache } from '../connection/template-cache.ts'
import { commandOf, optionsOf, templateOf, versionOption, visibleCommands } from './command-path.ts'
import { type Reading, readCommandLine } from './read-command-line.ts'

interface Completion {
  readonly value: string
  readonly text?: string | null | undefined
}

const files = ':files'

/** The completions of the last word, as lines of `value<tab>description`. */
export async function listCompletions(
  words: readonly string[],
  options: CommonOptions,
  root: RootCommand,
): Promise<string> {
  const current = words.at(-1) ?? ''
  const completions = await complete(readCommandLine(words.slice(0, -1), root), current, options)
  if (completions === files) return `${files}\n`
  const printText = (text: string | null | undefined) => (text ?? '').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return completions
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, text }) => `${value}\t${printText(text)}\n`)
    .join('')
}

async function complete(
  { path, operands, mistakes }: Reading,
  current: string,
  options: CommonOptions,
): Promise<readonly Completion[] | typeof files> {
  const command = commandOf(path)
  const name = templateOf(path)
  const listTemplates = async () => (await loadTemplates(options)).map(toCompletion)
  const findTemplate = async () => (await loadTemplates(options)).find((template) => template.name === name)
  const last = mistakes.at(-1)
  if (last?.kind === 'valueMissing') return completeOption(last.option, current, await findTemplate())
  if (current.startsWith('-'))
    return optionsOf(command)
      .filter((option) => option !== versionOption)
      .map(({ long, description }) => ({ value: long, text: description }))
  const innerCommands = operands.length === 0 ? visibleCommands(command).map(toCompletion) : []
  if (!command.run && operands.length > 0) return []
  if (!command.run) return path.length === 1 ? [...innerCommands, ...(await listTemplates())] : innerCommands
  // `import` takes a file or a command.
  if (innerCommands.some(({ value }) => current !== '' && value.startsWith(current))) return innerCommands
  if (name !== '') {
    const template = await findTemplate()
    return template && command.operands ? listFields(template, operands, current) : []
  }
  const { operands: wanted = [] } = command
  const isOpen = wanted.some(({ isList }) => isList)
  const operand = wanted[operands.length] ?? (isOpen ? wanted.at(-1) : undefined)
  if (!operand) return []
  if (operand.choices) return operand.choices.map((value) => ({ value }))
  if (operand.name !== 'TEMPLATE') return files
  const templates = await listTemplates()
  // Behind a list of files, the word may be one more of them.
  return isOpen && !templates.some(({ value }) => value.startsWith(current)) ? files : templates
}

function toCompletion({ name, description }: Command | Template): Completion {
  return { value: name, text: description }
}

function completeOption(
  option: CommandOption,
  current: string,
  template: Template | undefined,
): readonly Completion[] | typeof files {
  if (option.choices) return option.choices.map((value) => ({ value }))
  if (!template || !['--fields', '--order-by', '--latest-per'].includes(option.long)) return []
  const [begin = ''] = /^(?:.*,)?-?/.exec(current) ?? []
  return template.fields.map(({ name, description }) => ({ value: `${begin}${name}`, text: description }))
}

function listFields(template: Template, given: readonly string[], current: string): readonly Completion[] {
  const [, name, isJson] = /^([A-Za-z][^=]*?)(:?)=/.exec(current) ?? []
  if (name === undefined) {
    const names = given.map((text) => text.split(/:?=/, 1)[0])
    return template.fields
      .filter((field) => field.list || !names.includes(field.name))
      .map((field) => ({ value: `${field.name}=`, text: field.description }))
  }
  const field = template.fields.find((one) => one.name === name)
  const values = field?.type === 'boolean' ? ['true', 'false'] : (field?.values ?? [])
  return isJson ? [] : values.map((value) => ({ value: `${name}=${value}` }))
}

/** Waits at most one second, and then uses the templates of the cache. */
async function loadTemplates(options: CommonOptions): Promise<TemplateList> {
  const connection = await openConnection({ ...options, timeout: '1', retries: '0' })
  try {
    return await withTemplateList(connection, async (templates) => {
      if (connection.expectedSchema !== undefined) await connection.send('{ __typename }')
      return templates
    })
  } catch {
    return readTemplateCache(connection.url)?.templates ?? []
  }
}
